//! `POST …/users/{id}/enable`.

use axum::{Json, extract::State, response::IntoResponse};
use daybook_model::UserId;

use super::UserView;
use crate::{
    App,
    body::Id,
    caller::{Caller, may},
    etag::Versioned,
    problem::{Problem, ProblemBody},
};

/// Enable a user
///
/// A disabled user can sign in again. Records `USER_ENABLED`; enabling again records nothing.
#[utoipa::path(post, path = "/users/{id}/enable", tag = "people", params(("id" = String, Path)), security(("api_token" = ["tenant-users:write"])), responses(
    (status = 200, body = UserView),
    (status = 404, description = "There is no such user", body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, description = "`USER_NOT_DISABLED` or `USER_REMOVED`", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn enable_user(
    caller: Caller<may::TenantUsersWrite>,
    State(app): State<App>,
    Id(id): Id<UserId>,
) -> Result<impl IntoResponse, Problem> {
    let authority = caller.authority();
    let listing = app.portal.enable_user(&caller.context(), authority, id).await?;
    Ok(Versioned(listing.user.version, Json(UserView::from(listing))))
}
