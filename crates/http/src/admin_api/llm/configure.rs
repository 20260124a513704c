//! `PUT /admin/api/config/llm`.

use axum::{Json, extract::State, response::IntoResponse};

use super::{LlmConfigView, PlatformLlm};
use crate::{
    App,
    body::JsonBody,
    caller::{AdminCaller, may},
    etag::{IfMatch, Versioned},
    problem::{Problem, ProblemBody},
};

/// Replace the platform's LLM configuration
///
/// Records `CONFIG_UPDATED` with each field that changed, before and after; keys as `"changed"`. What changes nothing records nothing.
#[utoipa::path(put, path = "/config/llm", tag = "llm", request_body = PlatformLlm, params(
    ("If-Match" = Option<String>, Header, description = "The `ETag` that was read; 412 if it is stale"),
), security(("api_token" = ["config:write"])), responses(
    (status = 200, body = LlmConfigView),
    (status = 409, description = "A project asks a provider that is left out: `PROVIDER_IN_USE`", body = ProblemBody, content_type = "application/problem+json"),
    (status = 412, description = "It was changed in the meantime", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "A field is invalid", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn configure_llm(
    caller: AdminCaller<may::ConfigWrite>,
    State(app): State<App>,
    IfMatch(version): IfMatch,
    JsonBody(body): JsonBody<PlatformLlm>,
) -> Result<impl IntoResponse, Problem> {
    let config = app.portal.configure_llm(&caller.context(), None, body.into(), version).await?;
    Ok(Versioned(config.version, Json(LlmConfigView::from(config))))
}
