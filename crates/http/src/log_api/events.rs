//! The event log: the feed, the explorer, its export, the live stream, the registry.

pub(crate) mod csv;
mod export;
pub(crate) mod filter;
pub(crate) mod list;
pub(crate) mod ndjson;
pub(crate) mod proof;
pub(crate) mod read;
pub(crate) mod recent;
pub(crate) mod stream;
pub(crate) mod types;

use daybook_model::{
    Actor, EventType, Personal,
    actor::public_actor_id,
    event::{EntryError, Subjects},
};
use daybook_portal::{LoggedEvent, TenantName};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::personal::{is_erased, plain};

/// Who did it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ActorView {
    /// `admin`, `tenant`, `device`, `system` or `api_token`.
    #[schema(example = "api_token")]
    r#type: String,
    /// Its id; null for the system.
    id: Option<String>,
    /// Its name at the time; null if it has none, it was erased, or a tenant asks and it is one of the operator's.
    name: Option<String>,
    /// Whether it had a name that was erased: show a placeholder.
    erased: bool,
}

impl From<&Actor> for ActorView {
    fn from(actor: &Actor) -> Self {
        Self {
            r#type: actor.kind.as_str().to_owned(),
            id: public_actor_id(actor.kind, actor.id),
            erased: is_erased(actor.name.as_ref()),
            name: plain(actor.name.clone()),
        }
    }
}

/// Something an event is about.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SubjectView {
    /// Its id.
    id: String,
    /// Its name at the time: a project's name, a code's last group, a device's label.
    name: Option<String>,
    /// Whether it had a name that was erased: show a placeholder. True of whom the event erases, too.
    erased: bool,
}

/// An event.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Activity {
    /// Its place in the log, from 0.
    seq: u64,
    /// Its id.
    #[schema(example = "evt_01k9zq7m3be5v8d0nq2t6y4s1a")]
    id: String,
    /// Its type.
    #[schema(example = "TENANT_CREATED")]
    r#type: String,
    /// `MAJOR` or `MINOR`.
    #[schema(example = "MAJOR")]
    severity: String,
    /// A few words.
    title: String,
    /// What happened, in one sentence without personal values.
    description: String,
    /// Name of an icon.
    icon: String,
    /// `ok`, `info`, `warn`, `bad` or `plain`.
    tone: String,
    /// `done` or `refused`.
    outcome: String,
    /// `live` or `backfill`.
    origin: String,
    /// Who did it.
    actor: ActorView,
    /// The tenant, as it was called.
    tenant: Option<TenantName>,
    /// The project.
    project: Option<SubjectView>,
    /// The activation code.
    code: Option<SubjectView>,
    /// The device.
    device: Option<SubjectView>,
    /// The user.
    user: Option<SubjectView>,
    /// The session.
    session: Option<SubjectView>,
    /// The API token.
    api_token: Option<SubjectView>,
    /// What else it says; typed per event type, see `…/event-types`.
    metadata: Value,
    /// When it happened.
    occurred_at: String,
    /// When it was recorded.
    recorded_at: String,
    /// The request that caused it.
    request_id: Option<String>,
}

impl Activity {
    /// The event as answers show it.
    pub(crate) fn of(logged: &LoggedEvent) -> Result<Self, EntryError> {
        let event = &logged.event;
        let kind = event.payload.event_type();
        let spec = kind.spec();
        let subjects = Subjects::of(&event.payload.to_data()?)?;
        let view = |id: String, name: String| SubjectView { id, name: Some(name), erased: false };
        let person = |id: String, name: Option<Personal>| {
            let erased = is_erased(name.as_ref());
            SubjectView { id, name: plain(name), erased }
        };
        let erases = kind == EventType::PersonErased;
        let user = subjects.user.map(|u| person(u.id.to_string(), u.name));
        let user = user.map(|view| SubjectView { erased: view.erased || erases, ..view });
        Ok(Self {
            seq: logged.seq,
            id: event.id.to_string(),
            r#type: kind.to_string(),
            severity: spec.severity.to_string(),
            title: logged.title.clone(),
            description: logged.description.clone(),
            icon: spec.icon.to_owned(),
            tone: spec.tone.to_string(),
            outcome: spec.outcome.to_string(),
            origin: event.origin.to_string(),
            actor: ActorView::from(&event.actor),
            tenant: subjects.tenant.map(|t| TenantName { id: t.id.to_string(), slug: t.slug, name: t.name }),
            project: subjects.project.map(|p| view(p.id.to_string(), p.name)),
            code: subjects.code.map(|c| view(c.id.to_string(), c.hint)),
            device: subjects.device.map(|d| person(d.id.to_string(), d.label)),
            user,
            session: subjects.session.map(|s| person(s.id.to_string(), None)),
            api_token: subjects.api_token.map(|t| person(t.id.to_string(), t.name)),
            metadata: event.metadata()?,
            occurred_at: event.occurred_at.to_string(),
            recorded_at: event.recorded_at.to_string(),
            request_id: event.request.id.map(|id| id.to_string()),
        })
    }

    /// Several events as answers show them.
    pub(crate) fn all(events: &[LoggedEvent]) -> Result<Vec<Self>, crate::problem::Problem> {
        let views: Result<_, EntryError> = events.iter().map(Self::of).collect();
        Ok(views.map_err(daybook_portal::PortalError::from)?)
    }
}
