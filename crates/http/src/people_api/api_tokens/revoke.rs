//! `DELETE …/api-tokens/{id}`.

use axum::{extract::State, http::StatusCode};
use daybook_model::ApiTokenId;

use crate::{
    App,
    body::Id,
    caller::{Caller, may},
    problem::{Problem, ProblemBody},
};

/// Revoke an API token
///
/// It opens nothing from now on. Records `API_TOKEN_REVOKED`; revoking it again records nothing.
#[utoipa::path(delete, path = "/api-tokens/{id}", tag = "access", params(("id" = String, Path)), security(("api_token" = ["tokens:write"])), responses(
    (status = 204, description = "It is revoked"),
    (status = 404, description = "There is no such token", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn revoke_api_token(
    caller: Caller<may::TokensWrite>,
    State(app): State<App>,
    Id(id): Id<ApiTokenId>,
) -> Result<StatusCode, Problem> {
    let scope = caller.scope();
    app.portal.revoke_api_token(&caller.context(), scope, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
