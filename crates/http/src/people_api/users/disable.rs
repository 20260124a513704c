//! `POST …/users/{id}/disable`.

use axum::{Json, extract::State, response::IntoResponse};
use daybook_model::UserId;

use super::UserView;
use crate::{
    App,
    admin_api::reason::ReasonBody,
    body::{Id, JsonBody},
    caller::{Caller, may},
    etag::Versioned,
    problem::{Problem, ProblemBody},
};

/// Disable a user
///
/// They cannot sign in, their sessions end, their tokens open nothing. The last owner stays. Records `USER_DISABLED` and a
/// `SESSION_ENDED` for each session; disabling again records nothing.
#[utoipa::path(post, path = "/users/{id}/disable", tag = "people", request_body = ReasonBody, params(("id" = String, Path)), security(("api_token" = ["tenant-users:write"])), responses(
    (status = 200, body = UserView),
    (status = 404, description = "There is no such user", body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, description = "`LAST_OWNER`, `USER_NOT_ACTIVE` or `USER_REMOVED`", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "A field is invalid", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn disable_user(
    caller: Caller<may::TenantUsersWrite>,
    State(app): State<App>,
    Id(id): Id<UserId>,
    JsonBody(body): JsonBody<ReasonBody>,
) -> Result<impl IntoResponse, Problem> {
    let authority = caller.authority();
    let listing = app.portal.disable_user(&caller.context(), authority, id, body.reason.as_deref()).await?;
    Ok(Versioned(listing.user.version, Json(UserView::from(listing))))
}
