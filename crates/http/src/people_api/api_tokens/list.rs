//! `GET …/api-tokens`.

use axum::{Json, extract::State};

use super::ApiTokenView;
use crate::{
    App,
    body::Query,
    caller::{Caller, may},
    page::{Items, PageParams},
    problem::{Problem, ProblemBody},
};

/// List API tokens
///
/// Latest first, those of tenants and revoked ones included; a tenant sees its own. Secrets are never shown again.
#[utoipa::path(get, path = "/api-tokens", tag = "access", params(PageParams), security(("api_token" = ["tokens:read"])), responses(
    (status = 200, body = Items<ApiTokenView>),
    (status = 422, description = "A parameter is invalid", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn list_api_tokens(
    caller: Caller<may::TokensRead>,
    State(app): State<App>,
    Query(page): Query<PageParams>,
) -> Result<Json<Items<ApiTokenView>>, Problem> {
    let tokens = app.portal.api_tokens(caller.scope(), page.cursor()?.as_ref(), page.limit()?).await?;
    Ok(Json(Items::of(tokens, ApiTokenView::from)))
}
