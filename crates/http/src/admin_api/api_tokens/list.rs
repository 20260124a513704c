//! `GET /admin/api/api-tokens`.

use axum::{Json, extract::State};
use daybook_portal::TenantScope;

use super::ApiTokenView;
use crate::{
    App,
    body::Query,
    caller::{AdminCaller, may},
    page::{Items, PageParams},
    problem::{Problem, ProblemBody},
};

/// List API tokens
///
/// Latest first, those of tenants and revoked ones included. Secrets are never shown again.
#[utoipa::path(get, path = "/api-tokens", tag = "access", params(PageParams), security(("api_token" = ["tokens:read"])), responses(
    (status = 200, body = Items<ApiTokenView>),
    (status = 422, description = "A parameter is invalid", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn list_api_tokens(
    _: AdminCaller<may::TokensRead>,
    State(app): State<App>,
    Query(page): Query<PageParams>,
) -> Result<Json<Items<ApiTokenView>>, Problem> {
    let tokens = app.portal.api_tokens(TenantScope::All, page.cursor()?.as_ref(), page.limit()?).await?;
    Ok(Json(Items::of(tokens, ApiTokenView::from)))
}
