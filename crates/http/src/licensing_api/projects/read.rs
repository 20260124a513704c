//! `GET …/projects/{id}`.

use axum::{Json, extract::State, response::IntoResponse};
use daybook_model::ProjectId;

use super::ProjectView;
use crate::{
    App,
    body::Id,
    caller::{Caller, may},
    etag::Versioned,
    problem::{Problem, ProblemBody},
};

/// Read a project
#[utoipa::path(get, path = "/projects/{id}", tag = "projects", params(("id" = String, Path)), security(("api_token" = ["projects:read"])), responses(
    (status = 200, body = ProjectView),
    (status = 404, description = "There is no such project", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn read_project(
    caller: Caller<may::ProjectsRead>,
    State(app): State<App>,
    Id(id): Id<ProjectId>,
) -> Result<impl IntoResponse, Problem> {
    let listing = app.portal.project(caller.scope(), id).await?;
    Ok(Versioned(listing.project.version, Json(ProjectView::from(listing))))
}
