//! `GET /admin/api/projects/{id}/llm`.

use axum::{Json, extract::State, response::IntoResponse};
use daybook_model::ProjectId;

use crate::admin_api::llm::LlmConfigView;
use crate::{
    App,
    body::Id,
    caller::{AdminCaller, may},
    etag::Versioned,
    problem::{Problem, ProblemBody},
};

/// See a project's LLM configuration
///
/// What is not set falls back to the platform's, then to what is built in. Keys are never answered.
#[utoipa::path(get, path = "/projects/{id}/llm", tag = "llm", params(("id" = String, Path)), security(("api_token" = ["config:read"])), responses(
    (status = 200, body = LlmConfigView),
    (status = 404, description = "There is no such project", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn read_project_llm(
    _: AdminCaller<may::ConfigRead>,
    State(app): State<App>,
    Id(id): Id<ProjectId>,
) -> Result<impl IntoResponse, Problem> {
    let config = app.portal.llm_config(Some(id)).await?;
    Ok(Versioned(config.version, Json(LlmConfigView::from(config))))
}
