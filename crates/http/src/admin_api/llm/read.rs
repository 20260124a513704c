//! `GET /admin/api/config/llm`.

use axum::{Json, extract::State, response::IntoResponse};

use super::LlmConfigView;
use crate::{
    App,
    caller::{AdminCaller, may},
    etag::Versioned,
    problem::Problem,
};

/// See the platform's LLM configuration
///
/// What is not set falls back to what is built in. Keys are never answered.
#[utoipa::path(get, path = "/config/llm", tag = "llm", security(("api_token" = ["config:read"])), responses(
    (status = 200, body = LlmConfigView),
))]
pub(crate) async fn read_llm(
    _: AdminCaller<may::ConfigRead>,
    State(app): State<App>,
) -> Result<impl IntoResponse, Problem> {
    let config = app.portal.llm_config(None).await?;
    Ok(Versioned(config.version, Json(LlmConfigView::from(config))))
}
