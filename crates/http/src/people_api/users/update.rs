//! `PATCH …/users/{id}`.

use axum::{Json, extract::State, response::IntoResponse};
use daybook_model::{UserId, user::UserEdit};
use serde::Deserialize;
use utoipa::ToSchema;

use super::UserView;
use crate::{
    App,
    body::{Id, JsonBody},
    caller::{Caller, may},
    etag::{IfMatch, Versioned},
    problem::{Problem, ProblemBody},
};

/// What to change: absent fields stay.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "name": "Grace B. M. Hopper" }))]
pub(crate) struct UserChanges {
    /// What they sign in with.
    email: Option<String>,
    /// 1 to 120 characters.
    name: Option<String>,
}

/// Edit a user
///
/// A new address ends the link that went to the old one. Records `USER_UPDATED` with the changed fields; an edit that changes nothing records nothing.
#[utoipa::path(patch, path = "/users/{id}", tag = "people", request_body = UserChanges, params(
    ("id" = String, Path), ("If-Match" = Option<String>, Header, description = "The `ETag` that was read; 412 if it is stale"),
), security(("api_token" = ["tenant-users:write"])), responses(
    (status = 200, body = UserView),
    (status = 404, description = "There is no such user", body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, description = "`EMAIL_TAKEN`, or the user was removed", body = ProblemBody, content_type = "application/problem+json"),
    (status = 412, description = "It was changed in the meantime", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "A field is invalid", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn update_user(
    caller: Caller<may::TenantUsersWrite>,
    State(app): State<App>,
    Id(id): Id<UserId>,
    IfMatch(version): IfMatch,
    JsonBody(body): JsonBody<UserChanges>,
) -> Result<impl IntoResponse, Problem> {
    let authority = caller.authority();
    let edit = UserEdit { email: body.email, name: body.name };
    let listing = app.portal.update_user(&caller.context(), authority, id, edit, version).await?;
    Ok(Versioned(listing.user.version, Json(UserView::from(listing))))
}
