//! `PATCH …/projects/{id}`.

use axum::{Json, extract::State, response::IntoResponse};
use daybook_model::{ProjectId, change::Edit, project::ProjectEdit};
use serde::Deserialize;
use utoipa::ToSchema;

use super::ProjectView;
use crate::{
    App,
    body::{Id, JsonBody, edit, parse_optional},
    caller::{Caller, may},
    etag::{IfMatch, Versioned},
    problem::{Problem, ProblemBody},
};

/// What to change: absent fields stay, null empties one.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "is_active": false }))]
pub(crate) struct ProjectChanges {
    /// 1 to 120 characters.
    name: Option<String>,
    /// For whom it is.
    client_name: Option<String>,
    /// Null empties it.
    #[serde(default, deserialize_with = "edit")]
    #[schema(value_type = Option<String>)]
    description: Edit<String>,
    /// `low`, `normal` or `high`.
    priority: Option<String>,
    /// Switches it on or off.
    is_active: Option<bool>,
}

/// Edit a project
///
/// Also switches it on or off. Records `PROJECT_UPDATED` with the changed fields; an edit that changes nothing records nothing.
#[utoipa::path(patch, path = "/projects/{id}", tag = "projects", request_body = ProjectChanges, params(
    ("id" = String, Path), ("If-Match" = Option<String>, Header, description = "The `ETag` that was read; 412 if it is stale"),
), security(("api_token" = ["projects:write"])), responses(
    (status = 200, body = ProjectView),
    (status = 404, description = "There is no such project", body = ProblemBody, content_type = "application/problem+json"),
    (status = 412, description = "It was changed in the meantime", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "A field is invalid", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn update_project(
    caller: Caller<may::ProjectsWrite>,
    State(app): State<App>,
    Id(id): Id<ProjectId>,
    IfMatch(version): IfMatch,
    JsonBody(body): JsonBody<ProjectChanges>,
) -> Result<impl IntoResponse, Problem> {
    let priority = parse_optional("/priority", body.priority.as_deref())?;
    let ProjectChanges { name, client_name, description, is_active, .. } = body;
    let edit = ProjectEdit { name, client_name, description, priority, is_active };
    let scope = caller.scope();
    let listing = app.portal.update_project(&caller.context(), scope, id, edit, version).await?;
    Ok(Versioned(listing.project.version, Json(ProjectView::from(listing))))
}
