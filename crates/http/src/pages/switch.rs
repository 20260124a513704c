//! `/switch`: which tenant the pages are narrowed to: all of them, or one. The choice stands in the addresses, as every filter does.

use askama::Template;
use axum::{
    extract::{Query, State},
    http::StatusCode,
    response::Response,
};
use daybook_model::tenant::Tenant;
use daybook_portal::{TenantFilter, TenantSort};
use serde::Deserialize;

use super::{
    form::given,
    guard::Viewer,
    onward::address,
    shell::{Shell, fragment, framed, rendered},
};
use crate::{App, problem::Problem};

/// The pages that can be narrowed to a tenant.
pub(super) const NARROWED: [&str; 5] = ["/events", "/projects", "/codes", "/devices", "/users"];

/// How many tenants are offered at once; the others are found by their names.
const OFFERED: u32 = 12;

#[derive(Template)]
#[template(path = "switch.html")]
struct SwitchPage {
    shell: Shell,
    asked: Asked,
    /// The page that was left, for all tenants.
    all: String,
    /// Names, and where each leads.
    tenants: Vec<(String, String)>,
}

framed!(SwitchPage);

/// The same as a dialog.
#[derive(Template)]
#[template(path = "switch_dialog.html")]
struct SwitchDialog<'a> {
    shell: &'a Shell,
    asked: &'a Asked,
    all: &'a str,
    tenants: &'a [(String, String)],
}

/// What is looked for, and from where.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Asked {
    q: String,
    from: String,
}

impl Asked {
    /// The page that was left, if it can be narrowed.
    fn narrowed(&self) -> Option<&'static str> {
        NARROWED.into_iter().find(|path| *path == self.from)
    }

    /// Where a choice leads: to the same page, or to the tenant's own.
    fn leads(&self, tenant: &Tenant) -> String {
        match self.narrowed() {
            Some(path) => address(path, &[("tenant", &tenant.slug)]),
            None => format!("/tenants/{}", tenant.slug),
        }
    }
}

pub(super) async fn show(
    viewer: Viewer,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let filter = TenantFilter { search: given(&asked.q), status: None, sort: TenantSort::Name };
    let found = app.portal.tenants(&filter, None, OFFERED).await?;
    let page = SwitchPage {
        shell: Shell::of(&app, &viewer, viewer.look.locale.text("switch-title").into_owned()).await?,
        all: asked.narrowed().unwrap_or("/dashboard").to_owned(),
        tenants: found.items.into_iter().map(|tenant| (tenant.name.clone(), asked.leads(&tenant))).collect(),
        asked,
    };
    if !viewer.wants_fragment {
        return Ok(rendered(StatusCode::OK, &page));
    }
    let SwitchPage { shell, asked, all, tenants } = &page;
    Ok(fragment(StatusCode::OK, &SwitchDialog { shell, asked, all, tenants }))
}
