//! `POST /admin/api/projects/{id}/llm/revert`.

use axum::{Json, extract::State, response::IntoResponse};
use daybook_model::ProjectId;

use crate::admin_api::llm::{Earlier, LlmConfigView};
use crate::{
    App,
    body::{Id, JsonBody},
    caller::{AdminCaller, may},
    etag::{IfMatch, Versioned},
    problem::{Problem, ProblemBody},
};

/// Bring an earlier version of a project's LLM configuration back
///
/// As a new change: records `CONFIG_UPDATED`; what changes nothing records nothing.
#[utoipa::path(post, path = "/projects/{id}/llm/revert", tag = "llm", request_body = Earlier, params(
    ("id" = String, Path), ("If-Match" = Option<String>, Header, description = "The `ETag` that was read; 412 if it is stale"),
), security(("api_token" = ["config:write"])), responses(
    (status = 200, body = LlmConfigView),
    (status = 404, description = "There is no such project", body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, description = "It cannot come back as it was: `PROVIDER_MISSING`, `VERSION_ERASED`", body = ProblemBody, content_type = "application/problem+json"),
    (status = 412, description = "It was changed in the meantime", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "There is no such version: `UNKNOWN_VERSION`", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn revert_project_llm(
    caller: AdminCaller<may::ConfigWrite>,
    State(app): State<App>,
    Id(id): Id<ProjectId>,
    IfMatch(version): IfMatch,
    JsonBody(Earlier { version: to }): JsonBody<Earlier>,
) -> Result<impl IntoResponse, Problem> {
    let config = app.portal.revert_llm(&caller.context(), Some(id), to, version).await?;
    Ok(Versioned(config.version, Json(LlmConfigView::from(config))))
}
