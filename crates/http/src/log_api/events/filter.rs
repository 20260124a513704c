//! The filters of the feed and the explorer: read once, here.

use daybook_model::event::{EventFilter, Sought};
use daybook_portal::TenantScope;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{App, problem::Problem};

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
        let mut filter = EventFilter::default();
        for (name, value) in self.pairs() {
            filter
                .narrow(name, value)
                .map_err(|detail| Problem::field(format!("?{name}"), "INVALID_VALUE", detail))?;
        }
        if let (TenantScope::All, Some(tenant)) = (scope, given(self.tenant.as_deref())) {
            filter.tenant = app.portal.tenant_of_filter(tenant).await?;
            if filter.tenant.is_none() {
                return Ok(None);
            }
        }
        let Some(text) = given(self.q.as_deref()) else { return Ok(Some(filter)) };
        let sought = match Sought::read(text) {
            Sought::Word(word) => {
                app.portal.tenant_of_filter(&word).await?.map_or(Sought::Word(word), Sought::Tenant)
            }
            named => named,
        };
        Ok(filter.narrow_to(&sought).then_some(filter))
    }
}

fn given(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.is_empty())
}
