//! The filters of the feed and the explorer: read once, here.

use daybook_model::{
    CodeId, DeviceId, EventType, ProjectId, TenantId, UserId,
    actor::parse_actor_id,
    event::{Origin, Outcome, Severity},
};
use daybook_portal::{EventFilter, TenantScope};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    App,
    body::{parse_field, parse_optional},
    problem::Problem,
};

/// Which events.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct FilterParams {
    /// `MAJOR` or `MINOR`.
    pub(crate) severity: Option<String>,
    /// Event types, separated by commas.
    pub(crate) r#type: Option<String>,
    /// Slug or id of a tenant; a deleted one by its id. Not for a tenant's own events.
    pub(crate) tenant: Option<String>,
    /// Id of a project.
    pub(crate) project: Option<String>,
    /// Id of an activation code.
    pub(crate) code: Option<String>,
    /// Id of a device.
    pub(crate) device: Option<String>,
    /// Id of a user.
    pub(crate) user: Option<String>,
    /// Id of who acted: a token, a user or a device.
    pub(crate) actor: Option<String>,
    /// `live` or `backfill`.
    pub(crate) origin: Option<String>,
    /// `done` or `refused`.
    pub(crate) outcome: Option<String>,
    /// Happened at or after, RFC 3339.
    #[param(value_type = Option<String>, format = DateTime)]
    pub(crate) since: Option<String>,
    /// Happened before, RFC 3339.
    #[param(value_type = Option<String>, format = DateTime)]
    pub(crate) until: Option<String>,
    /// Anything's id, a tenant's slug, or an event type.
    pub(crate) q: Option<String>,
}

impl FilterParams {
    /// What is asked for, as a query says it.
    pub(crate) fn pairs(&self) -> Vec<(&'static str, &str)> {
        let Self {
            severity,
            r#type,
            tenant,
            project,
            code,
            device,
            user,
            actor,
            origin,
            outcome,
            since,
            until,
            q,
        } = self;
        let all = [
            ("severity", severity),
            ("type", r#type),
            ("tenant", tenant),
            ("project", project),
            ("code", code),
            ("device", device),
            ("user", user),
            ("actor", actor),
            ("origin", origin),
            ("outcome", outcome),
            ("since", since),
            ("until", until),
            ("q", q),
        ];
        all.into_iter().filter_map(|(name, value)| Some((name, value.as_deref()?))).collect()
    }

    /// The filter, or `None` if it names something that does not exist: then nothing matches.
    pub(crate) async fn resolve(
        &self,
        app: &App,
        scope: TenantScope,
    ) -> Result<Option<EventFilter>, Problem> {
        let mut filter = EventFilter {
            types: self.types()?,
            tenant: None,
            project: parse_optional("?project", self.project.as_deref())?,
            code: parse_optional("?code", self.code.as_deref())?,
            device: parse_optional("?device", self.device.as_deref())?,
            user: parse_optional("?user", self.user.as_deref())?,
            actor: None,
            origin: parse_optional::<Origin>("?origin", self.origin.as_deref())?,
            since: parse_optional("?since", self.since.as_deref())?,
            until: parse_optional("?until", self.until.as_deref())?,
        };
        if let Some(actor) = given(self.actor.as_deref()) {
            let wrong =
                || Problem::field("?actor", "INVALID_VALUE", "must be the id of a token, a user or a device");
            filter.actor = Some(parse_actor_id(actor).ok_or_else(wrong)?);
        }
        if let (TenantScope::All, Some(tenant)) = (scope, given(self.tenant.as_deref())) {
            filter.tenant = app.portal.tenant_of_filter(tenant).await?;
            if filter.tenant.is_none() {
                return Ok(None);
            }
        }
        match given(self.q.as_deref()) {
            Some(text) => search(app, filter, text.trim()).await,
            None => Ok(Some(filter)),
        }
    }

    /// The types that severity, outcome and type leave: each is a property of the type.
    fn types(&self) -> Result<Option<Vec<EventType>>, Problem> {
        let severity: Option<Severity> = parse_optional("?severity", self.severity.as_deref())?;
        let outcome: Option<Outcome> = parse_optional("?outcome", self.outcome.as_deref())?;
        let named = match given(self.r#type.as_deref()) {
            Some(names) => {
                let parse = |name: &str| parse_field::<EventType>("?type", name.trim());
                Some(names.split(',').map(parse).collect::<Result<Vec<_>, _>>()?)
            }
            None => None,
        };
        if severity.is_none() && outcome.is_none() && named.is_none() {
            return Ok(None);
        }
        let fits = |kind: &EventType| {
            severity.is_none_or(|severity| kind.severity() == severity)
                && outcome.is_none_or(|outcome| kind.spec().outcome == outcome)
                && named.as_ref().is_none_or(|named| named.contains(kind))
        };
        Ok(Some(EventType::ALL.iter().copied().filter(fits).collect()))
    }
}

fn given(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.is_empty())
}

/// Narrows a filter to what a text names; `None` if that contradicts the filter or names nothing.
async fn search(app: &App, filter: EventFilter, text: &str) -> Result<Option<EventFilter>, Problem> {
    fn narrow<T: PartialEq>(field: &mut Option<T>, found: T) -> bool {
        let fits = field.as_ref().is_none_or(|present| *present == found);
        *field = Some(found);
        fits
    }
    let mut filter = filter;
    let fits = if let Ok(id) = text.parse::<TenantId>() {
        narrow(&mut filter.tenant, id)
    } else if let Ok(id) = text.parse::<ProjectId>() {
        narrow(&mut filter.project, id)
    } else if let Ok(id) = text.parse::<CodeId>() {
        narrow(&mut filter.code, id)
    } else if let Ok(id) = text.parse::<DeviceId>() {
        narrow(&mut filter.device, id)
    } else if let Ok(id) = text.parse::<UserId>() {
        narrow(&mut filter.user, id)
    } else if let Some(id) = parse_actor_id(text) {
        narrow(&mut filter.actor, id)
    } else if let Ok(kind) = text.to_uppercase().parse::<EventType>() {
        let fits = filter.types.as_ref().is_none_or(|types| types.contains(&kind));
        filter.types = Some(vec![kind]);
        fits
    } else {
        match app.portal.tenant_of_filter(&text.to_lowercase()).await? {
            Some(id) => narrow(&mut filter.tenant, id),
            None => false,
        }
    };
    Ok(fits.then_some(filter))
}
