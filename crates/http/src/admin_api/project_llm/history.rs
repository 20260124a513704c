//! `GET /admin/api/projects/{id}/llm/history`.

use axum::{Json, extract::State};
use daybook_model::ProjectId;

use crate::admin_api::llm::ConfigVersionView;
use crate::{
    App,
    body::{Id, Query},
    caller::{AdminCaller, may},
    page::{Items, PageParams},
    problem::{Problem, ProblemBody},
};

/// List the versions of a project's LLM configuration
///
/// Newest first, as the log has them: who made each, and what changed.
#[utoipa::path(get, path = "/projects/{id}/llm/history", tag = "llm", params(("id" = String, Path), PageParams), security(("api_token" = ["config:read"])), responses(
    (status = 200, body = Items<ConfigVersionView>),
    (status = 404, description = "There is no such project", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "A parameter is invalid", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn list_project_llm_versions(
    _: AdminCaller<may::ConfigRead>,
    State(app): State<App>,
    Query(page): Query<PageParams>,
    Id(id): Id<ProjectId>,
) -> Result<Json<Items<ConfigVersionView>>, Problem> {
    let (versions, next) = app.portal.llm_history(Some(id), page.before()?, page.limit()?).await?;
    let items = versions.into_iter().map(ConfigVersionView::from).collect();
    Ok(Json(Items { items, next: next.map(|seq| seq.to_string()) }))
}
