//! `/events/{place}`: one entry with what changed, who and where, what it is about, and the bytes that are hashed: a page, or what unfolds
//! under its row of the log.

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use daybook_model::{
    Personal, Timestamp,
    api_token::ApiTokenRef,
    code::CodeRef,
    device::DeviceRef,
    event::{EntryError, Subjects},
    project::ProjectRef,
    tenant::TenantRef,
    user::UserRef,
};
use daybook_portal::{LoggedEvent, PortalError};
use daybook_proof::leaf_hash;
use serde_json::Value;

use super::{
    entry::{EntryView, Noun},
    guard::Viewer,
    onward::address,
    shell::{Shell, fragment, framed, rendered},
};
use crate::{
    App,
    locale::Locale,
    personal::{plain, shown},
    problem::Problem,
};

#[derive(Template)]
#[template(path = "event.html")]
struct EventPage {
    shell: Shell,
    title: String,
    detail: Detail,
}

framed!(EventPage);

/// The same under its row of the log.
#[derive(Template)]
#[template(path = "event_detail.html")]
struct EventDetail<'a> {
    shell: &'a Shell,
    detail: &'a Detail,
}

/// What is known of an entry.
struct Detail {
    entry: EntryView,
    id: String,
    /// Field, before, after.
    changes: Vec<(String, String, String)>,
    ip: Option<String>,
    user_agent: Option<String>,
    request: Option<String>,
    recorded: Timestamp,
    /// What it is about.
    related: Vec<Related>,
    leaf_hash: String,
    raw: String,
}

/// Something that an entry is about.
struct Related {
    icon: &'static str,
    noun: Noun,
    /// The address of the entries about it.
    entries: String,
}

impl Related {
    fn new(icon: &'static str, text: Option<String>, id: &str, page: Option<&str>) -> Self {
        let entries = address("/events", &[("q", id)]);
        let href = page.map_or_else(|| entries.clone(), |page| format!("{page}/{id}"));
        Self { icon, noun: Noun::new(text.unwrap_or_else(|| id.to_owned()), href), entries }
    }
}

pub(super) async fn show(
    viewer: Viewer,
    State(app): State<App>,
    Path(name): Path<String>,
) -> Result<Response, Problem> {
    let logged = app.portal.event(viewer.scope(), &name).await?;
    let title = viewer.look.locale.text_with("entry", &[("name", logged.seq.into())]);
    let shell = Shell::of(&app, &viewer, title).await?;
    let detail = detail(&logged, shell.locale()).map_err(PortalError::from)?;
    if viewer.wants_fragment {
        return Ok(fragment(StatusCode::OK, &EventDetail { shell: &shell, detail: &detail }));
    }
    Ok(rendered(StatusCode::OK, &EventPage { title: logged.title, detail, shell }))
}

fn detail(logged: &LoggedEvent, locale: Locale) -> Result<Detail, EntryError> {
    let event = &logged.event;
    let entry: Value = serde_json::from_slice(&logged.entry).unwrap_or_default();
    Ok(Detail {
        entry: EntryView::of(logged, locale)?,
        id: event.id.to_string(),
        changes: changes(&event.metadata()?),
        ip: plain(event.request.ip.clone()),
        user_agent: plain(event.request.user_agent.clone()),
        request: event.request.id.map(|id| id.to_string()),
        recorded: event.recorded_at,
        related: related(Subjects::of(&event.payload.to_data()?)?, locale),
        leaf_hash: leaf_hash(&logged.entry).to_string(),
        raw: serde_json::to_string_pretty(&entry).unwrap_or_default(),
    })
}

/// What an entry is about, with the names of that time.
fn related(about: Subjects, locale: Locale) -> Vec<Related> {
    let called = |name: Option<Personal>| shown(name.as_ref(), locale);
    let mut related = vec![];
    if let Some(TenantRef { id, name, .. }) = about.tenant {
        related.push(Related::new("building", Some(name), &id.to_string(), Some("/tenants")));
    }
    if let Some(ProjectRef { id, name }) = about.project {
        related.push(Related::new("folder", Some(name), &id.to_string(), Some("/projects")));
    }
    if let Some(CodeRef { id, hint }) = about.code {
        related.push(Related::new("key", Some(format!("…{hint}")), &id.to_string(), Some("/codes")));
    }
    if let Some(DeviceRef { id, label }) = about.device {
        related.push(Related::new("devices", called(label), &id.to_string(), Some("/devices")));
    }
    if let Some(UserRef { id, name }) = about.user {
        related.push(Related::new("user", called(name), &id.to_string(), Some("/users")));
    }
    if let Some(ApiTokenRef { id, name }) = about.api_token {
        related.push(Related::new("lock", called(name), &id.to_string(), None));
    }
    related
}

/// The fields that have a value before and one after.
fn changes(metadata: &Value) -> Vec<(String, String, String)> {
    let fields = metadata.get("changes").and_then(Value::as_object);
    let text = |value: Option<&Value>| match value {
        None | Some(Value::Null) => "–".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    };
    let change = |(name, change): (&String, &Value)| {
        (name.clone(), text(change.get("before")), text(change.get("after")))
    };
    fields.into_iter().flatten().map(change).collect()
}
