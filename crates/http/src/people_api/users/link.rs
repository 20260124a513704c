//! `POST …/users/{id}/link`.

use axum::{Json, extract::State, http::StatusCode, response::IntoResponse};
use daybook_model::UserId;

use super::IssuedLinkView;
use crate::{
    App,
    body::Id,
    caller::{Caller, may},
    problem::{Problem, ProblemBody},
};

/// Issue a link for a user
///
/// To join, for somebody who has not yet; else to choose a new password within the hour. Older links end; the present password works
/// until the link is used. Shown this once, and sent by mail too where a mail server is configured. Records `USER_LINK_ISSUED`.
#[utoipa::path(post, path = "/users/{id}/link", tag = "people", params(("id" = String, Path)), security(("api_token" = ["tenant-users:write"])), responses(
    (status = 201, body = IssuedLinkView),
    (status = 404, description = "There is no such user", body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, description = "`USER_NOT_ACTIVE` or `USER_REMOVED`", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn issue_user_link(
    caller: Caller<may::TenantUsersWrite>,
    State(app): State<App>,
    Id(id): Id<UserId>,
) -> Result<impl IntoResponse, Problem> {
    let authority = caller.authority();
    let issued = app.portal.issue_link(&caller.context(), authority, id).await?;
    let listing = app.portal.user(authority.scope, id).await?;
    Ok((StatusCode::CREATED, Json(IssuedLinkView::new(&app, &issued, listing))))
}
