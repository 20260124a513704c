//! `PUT /admin/api/projects/{id}/llm`.

use axum::{Json, extract::State, response::IntoResponse};
use daybook_model::ProjectId;

use crate::admin_api::llm::{LlmConfigView, ProjectLlm};
use crate::{
    App,
    body::{Id, JsonBody},
    caller::{AdminCaller, may},
    etag::{IfMatch, Versioned},
    problem::{Problem, ProblemBody},
};

/// Replace a project's LLM configuration
///
/// Records `CONFIG_UPDATED` with each field that changed, before and after. What changes nothing records nothing.
#[utoipa::path(put, path = "/projects/{id}/llm", tag = "llm", request_body = ProjectLlm, params(
    ("id" = String, Path), ("If-Match" = Option<String>, Header, description = "The `ETag` that was read; 412 if it is stale"),
), security(("api_token" = ["config:write"])), responses(
    (status = 200, body = LlmConfigView),
    (status = 404, description = "There is no such project", body = ProblemBody, content_type = "application/problem+json"),
    (status = 412, description = "It was changed in the meantime", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "A field is invalid", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn configure_project_llm(
    caller: AdminCaller<may::ConfigWrite>,
    State(app): State<App>,
    Id(id): Id<ProjectId>,
    IfMatch(version): IfMatch,
    JsonBody(body): JsonBody<ProjectLlm>,
) -> Result<impl IntoResponse, Problem> {
    let config = app.portal.configure_llm(&caller.context(), Some(id), body.into(), version).await?;
    Ok(Versioned(config.version, Json(LlmConfigView::from(config))))
}
