//! `/plans`: what tenants may have, and how many are on each.

use std::collections::BTreeMap;

use askama::Template;
use axum::{
    extract::{Query, State},
    http::StatusCode,
    response::Response,
};
use daybook_model::{Action, plan::Plan};
use serde::Deserialize;

use super::{
    form::given,
    guard::Viewer,
    list::{Pager, SHOWN},
    shell::{Shell, framed, rendered},
};
use crate::{App, page::PageParams, problem::Problem};

const PATH: &str = "/plans";

#[derive(Template)]
#[template(path = "plans.html")]
struct PlansPage {
    shell: Shell,
    plans: Vec<Plan>,
    tenants: BTreeMap<String, i64>,
    as_of: u64,
    may_change: bool,
    pager: Pager,
}

framed!(PlansPage);

impl PlansPage {
    /// How many tenants are on it.
    fn tenants_on(&self, plan: &Plan) -> i64 {
        self.tenants.get(&plan.name).copied().unwrap_or_default()
    }

    /// A limit, or that there is none.
    fn limit(&self, limit: Option<&i64>) -> String {
        match limit {
            Some(limit) => self.shell.n(limit),
            None => self.shell.t("unlimited").into_owned(),
        }
    }
}

/// Where the list begins.
#[derive(Deserialize, Default)]
pub(super) struct Asked {
    #[serde(default)]
    cursor: String,
}

pub(super) async fn show(
    viewer: Viewer,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let cursor = PageParams { cursor: given(&asked.cursor), ..PageParams::default() }.cursor()?;
    let page = app.portal.plans(cursor.as_ref(), SHOWN).await?;
    let numbers = app.portal.plan_numbers().await?;
    let title = viewer.look.locale.text("nav-plans").into_owned();
    let shown = PlansPage {
        pager: Pager::of(PATH, &[], &asked.cursor, &page),
        shell: Shell::at(&app, &viewer, title, numbers.as_of).await?,
        plans: page.items,
        tenants: numbers.tenants,
        as_of: numbers.as_of,
        may_change: viewer.may(Action::PlansWrite),
    };
    Ok(rendered(StatusCode::OK, &shown))
}
