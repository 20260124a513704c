//! `POST …/projects`.

use axum::{Json, extract::State, http::StatusCode, response::IntoResponse};
use daybook_model::project::ProjectDraft;
use serde::Deserialize;
use utoipa::ToSchema;

use super::ProjectView;
use crate::{
    App,
    body::{JsonBody, parse_optional},
    caller::{Caller, may},
    etag::Versioned,
    problem::{Problem, ProblemBody},
};

/// A new project.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "tenant": "acme", "name": "Kiosk", "client_name": "City museum", "priority": "high" }))]
pub(crate) struct NewProject {
    /// Slug or id of its tenant; a tenant's own people need not name it.
    tenant: Option<String>,
    /// 1 to 120 characters.
    name: String,
    /// For whom it is.
    client_name: String,
    /// What it is, at most 2,000 characters.
    description: Option<String>,
    /// `low`, `normal` (if absent) or `high`.
    priority: Option<String>,
    /// Whether it is switched on; true if absent.
    is_active: Option<bool>,
}

/// Create a project
///
/// Records `PROJECT_CREATED`.
#[utoipa::path(post, path = "/projects", tag = "projects", request_body = NewProject, security(("api_token" = ["projects:write"])), responses(
    (status = 201, body = ProjectView),
    (status = 422, description = "A field is invalid", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn create_project(
    caller: Caller<may::ProjectsWrite>,
    State(app): State<App>,
    JsonBody(body): JsonBody<NewProject>,
) -> Result<impl IntoResponse, Problem> {
    let priority = parse_optional("/priority", body.priority.as_deref())?;
    let NewProject { tenant, name, client_name, description, is_active, .. } = body;
    let scope = caller.scope();
    let draft = ProjectDraft { name, client_name, description, priority, is_active };
    let listing = app.portal.create_project(&caller.context(), scope, tenant.as_deref(), draft).await?;
    Ok((StatusCode::CREATED, Versioned(listing.project.version, Json(ProjectView::from(listing)))))
}
