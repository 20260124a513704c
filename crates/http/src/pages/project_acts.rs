//! `/projects/{id}/assign` and `/projects/{id}/delete`: what is done to a project.

use axum::{Form, extract::State, response::Response};
use daybook_model::{Invalid, ProjectId, project::ProjectImpact};
use daybook_portal::{PortalError, ProjectListing};
use serde::Deserialize;

use super::{
    ask::{Ask, after, is_confirmed},
    form::{Field, Reading},
    guard::Viewer,
    shell::Shell,
};
use crate::{App, body::Id, problem::Problem};

/// What the form sends that binds a code.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Code {
    code: String,
}

async fn assign_form(app: &App, viewer: &Viewer, id: ProjectId, code: &str) -> Result<Ask, Problem> {
    let listing = app.portal.project(viewer.scope(), id).await?;
    let locale = viewer.look.locale;
    let title = locale.text_with("project-assign-title", &[("name", listing.project.name.into())]);
    let shell = Shell::of(app, viewer, title).await?;
    let field = Field::new("code", "text", shell.t("code")).value(code).hint(shell.t("project-assign-hint"));
    let page = format!("/projects/{id}");
    Ok(Ask::new(viewer, shell, format!("{page}/assign"), page, "project-assign").fields(vec![field]))
}

pub(super) async fn ask_assign(
    viewer: Viewer,
    State(app): State<App>,
    Id(id): Id<ProjectId>,
) -> Result<Response, Problem> {
    Ok(assign_form(&app, &viewer, id, "").await?.answer())
}

pub(super) async fn assign(
    viewer: Viewer,
    State(app): State<App>,
    Id(id): Id<ProjectId>,
    Form(filled): Form<Code>,
) -> Result<Response, Problem> {
    let outcome = app.portal.assign_code(&viewer.context(), viewer.scope(), id, &filled.code).await;
    // What is wrong with a code stands beside it.
    let outcome = outcome.map_err(|error| match &error {
        PortalError::UnknownCode => Invalid::field("/code", "CODE_INVALID", error.to_string()).into(),
        PortalError::NotACode(_) => Invalid::field("/code", "NOT_A_CODE", error.to_string()).into(),
        _ => error,
    });
    let again = assign_form(&app, &viewer, id, &filled.code).await?;
    after(&viewer, outcome, |_| format!("/projects/{id}"), || again)
}

/// What the form sends that deletes it.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Deletion {
    version: String,
    confirm: String,
}

async fn delete_form(
    app: &App,
    viewer: &Viewer,
    ProjectListing { project, tenant }: &ProjectListing,
    impact: ProjectImpact,
    version: &str,
) -> Result<Ask, Problem> {
    let locale = viewer.look.locale;
    let title = locale.text_with("delete-title", &[("name", project.name.clone().into())]);
    let shell = Shell::of(app, viewer, title).await?;
    let effects = vec![
        shell.with("project-delete-devices", "count", impact.devices_active),
        shell.with("project-delete-codes", "count", impact.codes_active),
    ];
    let lead = shell.with("project-delete-lead", "name", tenant.name.clone());
    let page = format!("/projects/{}", project.id);
    let ask = Ask::new(viewer, shell, format!("{page}/delete"), page, "project-delete");
    Ok(ask.lead(lead).hidden("version", version).grave(effects, project.name.clone()))
}

pub(super) async fn ask_delete(
    viewer: Viewer,
    State(app): State<App>,
    Id(id): Id<ProjectId>,
) -> Result<Response, Problem> {
    let (listing, impact) = app.portal.project_deletion_impact(viewer.scope(), id).await?;
    let version = listing.project.version.to_string();
    Ok(delete_form(&app, &viewer, &listing, impact, &version).await?.answer())
}

pub(super) async fn delete(
    viewer: Viewer,
    State(app): State<App>,
    Id(id): Id<ProjectId>,
    Form(filled): Form<Deletion>,
) -> Result<Response, Problem> {
    let (listing, impact) = app.portal.project_deletion_impact(viewer.scope(), id).await?;
    let again = delete_form(&app, &viewer, &listing, impact, &filled.version).await?;
    if !is_confirmed(&filled.confirm, &listing.project.name) {
        return Ok(again.unconfirmed());
    }
    let mut reading = Reading::default();
    let version = reading.number("version", &filled.version);
    let outcome = match reading.finish() {
        Ok(()) => app.portal.delete_project(&viewer.context(), viewer.scope(), id, version).await,
        Err(error) => Err(error),
    };
    after(&viewer, outcome, |_| "/projects".to_owned(), || again)
}
