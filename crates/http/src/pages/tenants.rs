//! `/tenants`: the tenants that are not deleted.

use askama::Template;
use axum::{
    extract::{Query, State},
    http::StatusCode,
    response::Response,
};
use daybook_model::{
    Action,
    tenant::{Tenant, TenantStatus},
};
use daybook_portal::{TenantFilter, TenantSort};
use serde::Deserialize;

use super::{
    form::given,
    guard::Viewer,
    list::{Badge, Chip, Pager, SHOWN, chips},
    shell::{Shell, framed, rendered},
};
use crate::{App, body::parse_optional, page::PageParams, problem::Problem};

const PATH: &str = "/tenants";

/// States as a list offers them.
const STATUSES: [(&str, &str); 3] =
    [("", "status-any"), ("active", "state-active"), ("suspended", "state-suspended")];

#[derive(Template)]
#[template(path = "tenants.html")]
struct TenantsPage {
    shell: Shell,
    asked: Asked,
    statuses: [(&'static str, &'static str); 3],
    tenants: Vec<Tenant>,
    may_create: bool,
    chips: Vec<Chip>,
    pager: Pager,
}

framed!(TenantsPage);

/// What is looked for.
#[derive(Deserialize, Default)]
pub(super) struct Asked {
    #[serde(default)]
    q: String,
    #[serde(default)]
    status: String,
    #[serde(default)]
    cursor: String,
}

impl Asked {
    fn filters(&self) -> [(&'static str, &str); 2] {
        [("q", &self.q), ("status", &self.status)]
    }
}

/// In which state a tenant is.
pub(super) fn badge(tenant: &Tenant) -> Badge {
    match tenant.status {
        TenantStatus::Active => Badge { tone: "ok", icon: "check", text: "state-active" },
        TenantStatus::Suspended => Badge { tone: "bad", icon: "lock", text: "state-suspended" },
        TenantStatus::Deleted => Badge { tone: "bad", icon: "ban", text: "state-deleted" },
    }
}

pub(super) async fn show(
    viewer: Viewer,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let filter = TenantFilter {
        search: given(&asked.q),
        status: parse_optional("?status", given(&asked.status).as_deref())?,
        sort: TenantSort::Created,
    };
    let cursor = PageParams { cursor: given(&asked.cursor), ..PageParams::default() }.cursor()?;
    let page = app.portal.tenants(&filter, cursor.as_ref(), SHOWN).await?;
    let shown = TenantsPage {
        chips: chips(viewer.look.locale, PATH, &asked.filters(), &STATUSES, &[]),
        pager: Pager::of(PATH, &asked.filters(), &asked.cursor, &page),
        shell: Shell::of(&app, &viewer, viewer.look.locale.text("nav-tenants").into_owned()).await?,
        statuses: STATUSES,
        tenants: page.items,
        may_create: viewer.may(Action::TenantsWrite),
        asked,
    };
    Ok(rendered(StatusCode::OK, &shown))
}
