//! `/plans/{name}/delete`: of a plan that nobody is on.

use axum::{
    Form,
    extract::{Path, State},
    response::Response,
};
use serde::Deserialize;

use super::{
    ask::{Ask, after},
    form::version,
    guard::Viewer,
    shell::Shell,
};
use crate::{App, problem::Problem};

/// What the form sends.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Filled {
    version: String,
}

async fn form(app: &App, viewer: &Viewer, name: &str, filled: Option<&Filled>) -> Result<Ask, Problem> {
    let plan = app.portal.plan(name).await?;
    let title = viewer.look.locale.text_with("plan-delete-title", &[("name", plan.title.as_str().into())]);
    let shell = Shell::of(app, viewer, title).await?;
    let lead = shell.t("plan-delete-lead");
    let read = filled.map_or_else(|| plan.version.to_string(), |filled| filled.version.clone());
    let ask = Ask::new(viewer, shell, format!("/plans/{name}/delete"), "/plans", "plan-delete");
    Ok(ask.lead(lead).hidden("version", read))
}

pub(super) async fn show(
    viewer: Viewer,
    State(app): State<App>,
    Path(name): Path<String>,
) -> Result<Response, Problem> {
    Ok(form(&app, &viewer, &name, None).await?.answer())
}

pub(super) async fn submit(
    viewer: Viewer,
    State(app): State<App>,
    Path(name): Path<String>,
    Form(filled): Form<Filled>,
) -> Result<Response, Problem> {
    let again = form(&app, &viewer, &name, Some(&filled)).await?;
    let outcome = app.portal.delete_plan(&viewer.context(), &name, Some(version(&filled.version))).await;
    after(&viewer, outcome, |()| "/plans".to_owned(), || again)
}
