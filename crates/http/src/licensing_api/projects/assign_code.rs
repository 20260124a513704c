//! `POST …/projects/{id}/assign-code`.

use axum::{Json, extract::State, response::IntoResponse};
use daybook_model::ProjectId;
use serde::Deserialize;
use utoipa::ToSchema;

use super::ProjectView;
use crate::{
    App,
    body::{Id, JsonBody},
    caller::{Caller, may},
    etag::Versioned,
    problem::{Problem, ProblemBody},
};

/// Which code.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "code": "ACME-7QK2P-0M3XA-9TZ4B-C8R5D-1HJ6N" }))]
pub(crate) struct CodeAssignment {
    /// The whole code, as it was shown once.
    code: String,
}

/// Assign a code to a project
///
/// Binds a code of the project's tenant that is not bound yet. Records `CODE_ASSIGNED`; binding it again records nothing. A tenant's people and
/// programs who try code after code are made to wait; a code of another tenant answers like one that nobody has.
#[utoipa::path(post, path = "/projects/{id}/assign-code", tag = "projects", request_body = CodeAssignment, params(("id" = String, Path)), security(("api_token" = ["projects:write"])), responses(
    (status = 200, body = ProjectView),
    (status = 404, description = "There is no such project or code", body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, description = "The code belongs to another project or is not active", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "It is no code", body = ProblemBody, content_type = "application/problem+json"),
    (status = 429, description = "Too many codes that nobody has were tried: wait for `Retry-After`", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn assign_code(
    caller: Caller<may::ProjectsWrite>,
    State(app): State<App>,
    Id(id): Id<ProjectId>,
    JsonBody(body): JsonBody<CodeAssignment>,
) -> Result<impl IntoResponse, Problem> {
    let scope = caller.scope();
    let listing = app.portal.assign_code(&caller.context(), scope, id, &body.code).await?;
    Ok(Versioned(listing.project.version, Json(ProjectView::from(listing))))
}
