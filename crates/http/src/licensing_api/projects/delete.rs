//! `DELETE …/projects/{id}`.

use axum::{Json, extract::State};
use daybook_model::ProjectId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    App,
    body::Id,
    caller::{Caller, may},
    etag::IfMatch,
    problem::{Problem, ProblemBody},
};

/// What was closed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ClosedView {
    /// Codes that were revoked.
    codes_active: i64,
    /// Devices that were revoked.
    devices_active: i64,
}

/// What was closed with the project.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DeletedProject {
    closed: ClosedView,
}

/// Delete a project
///
/// Its codes and devices are revoked with it. Records `PROJECT_DELETED` with the counts.
#[utoipa::path(delete, path = "/projects/{id}", tag = "projects", params(
    ("id" = String, Path), ("If-Match" = Option<String>, Header, description = "The `ETag` that was read; 412 if it is stale"),
), security(("api_token" = ["projects:write"])), responses(
    (status = 200, body = DeletedProject),
    (status = 404, description = "There is no such project", body = ProblemBody, content_type = "application/problem+json"),
    (status = 412, description = "It was changed in the meantime", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn delete_project(
    caller: Caller<may::ProjectsWrite>,
    State(app): State<App>,
    Id(id): Id<ProjectId>,
    IfMatch(version): IfMatch,
) -> Result<Json<DeletedProject>, Problem> {
    let scope = caller.scope();
    let closed = app.portal.delete_project(&caller.context(), scope, id, version).await?;
    let closed = ClosedView { codes_active: closed.codes_active, devices_active: closed.devices_active };
    Ok(Json(DeletedProject { closed }))
}
