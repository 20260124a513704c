//! `GET /admin/api/config/llm/history`.

use axum::{Json, extract::State};

use super::ConfigVersionView;
use crate::{
    App,
    body::Query,
    caller::{AdminCaller, may},
    page::{Items, PageParams},
    problem::{Problem, ProblemBody},
};

/// List the versions of the platform's LLM configuration
///
/// Newest first, as the log has them: who made each, and what changed.
#[utoipa::path(get, path = "/config/llm/history", tag = "llm", params(PageParams), security(("api_token" = ["config:read"])), responses(
    (status = 200, body = Items<ConfigVersionView>),
    (status = 422, description = "A parameter is invalid", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn list_llm_versions(
    _: AdminCaller<may::ConfigRead>,
    State(app): State<App>,
    Query(page): Query<PageParams>,
) -> Result<Json<Items<ConfigVersionView>>, Problem> {
    let (versions, next) = app.portal.llm_history(None, page.before()?, page.limit()?).await?;
    let items = versions.into_iter().map(ConfigVersionView::from).collect();
    Ok(Json(Items { items, next: next.map(|seq| seq.to_string()) }))
}
