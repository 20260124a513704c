//! `POST /admin/api/config/llm/revert`.

use axum::{Json, extract::State, response::IntoResponse};

use super::{Earlier, LlmConfigView};
use crate::{
    App,
    body::JsonBody,
    caller::{AdminCaller, may},
    etag::{IfMatch, Versioned},
    problem::{Problem, ProblemBody},
};

/// Bring an earlier version of the platform's LLM configuration back
///
/// As a new change: records `CONFIG_UPDATED`; what changes nothing records nothing. Keys are not in the log: a provider that is still there as it was keeps its key, any other comes back without.
#[utoipa::path(post, path = "/config/llm/revert", tag = "llm", request_body = Earlier, params(
    ("If-Match" = Option<String>, Header, description = "The `ETag` that was read; 412 if it is stale"),
), security(("api_token" = ["config:write"])), responses(
    (status = 200, body = LlmConfigView),
    (status = 409, description = "It cannot come back as it was: `PROVIDER_IN_USE`, `VERSION_ERASED`", body = ProblemBody, content_type = "application/problem+json"),
    (status = 412, description = "It was changed in the meantime", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "There is no such version: `UNKNOWN_VERSION`", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn revert_llm(
    caller: AdminCaller<may::ConfigWrite>,
    State(app): State<App>,
    IfMatch(version): IfMatch,
    JsonBody(Earlier { version: to }): JsonBody<Earlier>,
) -> Result<impl IntoResponse, Problem> {
    let config = app.portal.revert_llm(&caller.context(), None, to, version).await?;
    Ok(Versioned(config.version, Json(LlmConfigView::from(config))))
}
