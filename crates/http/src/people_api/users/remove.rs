//! `DELETE …/users/{id}`.

use axum::{extract::State, http::StatusCode};
use daybook_model::UserId;

use crate::{
    App,
    admin_api::reason::ReasonParams,
    body::{Id, Query},
    caller::{Caller, may},
    etag::IfMatch,
    problem::{Problem, ProblemBody},
};

/// Remove a user
///
/// Sessions, tokens and everything that proves who they are end; what they did stays in the log. The last owner stays. Records
/// `USER_REMOVED`, a `SESSION_ENDED` for each session and an `API_TOKEN_REVOKED` for each token; removing again records nothing.
#[utoipa::path(delete, path = "/users/{id}", tag = "people", params(
    ("id" = String, Path), ReasonParams, ("If-Match" = Option<String>, Header, description = "The `ETag` that was read; 412 if it is stale"),
), security(("api_token" = ["tenant-users:write"])), responses(
    (status = 204, description = "Removed"),
    (status = 404, description = "There is no such user", body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, description = "`LAST_OWNER`", body = ProblemBody, content_type = "application/problem+json"),
    (status = 412, description = "It was changed in the meantime", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "A parameter is invalid", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn remove_user(
    caller: Caller<may::TenantUsersWrite>,
    State(app): State<App>,
    Id(id): Id<UserId>,
    IfMatch(version): IfMatch,
    Query(params): Query<ReasonParams>,
) -> Result<StatusCode, Problem> {
    let authority = caller.authority();
    app.portal.remove_user(&caller.context(), authority, id, params.reason.as_deref(), version).await?;
    Ok(StatusCode::NO_CONTENT)
}
