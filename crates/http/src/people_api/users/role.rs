//! `POST …/users/{id}/role`.

use axum::{Json, extract::State, response::IntoResponse};
use daybook_model::UserId;
use serde::Deserialize;
use utoipa::ToSchema;

use super::UserView;
use crate::{
    App,
    body::{Id, JsonBody, parse_field},
    caller::{Caller, may},
    etag::{IfMatch, Versioned},
    problem::{Problem, ProblemBody},
};

/// Another role.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "role": "auditor" }))]
pub(crate) struct NewRole {
    /// One of the user's own side: of the platform, or of a tenant.
    role: String,
}

/// Give a user another role
///
/// Their sessions end. The last owner stays one. Records `USER_ROLE_CHANGED` and a `SESSION_ENDED` for each session; the present role
/// records nothing.
#[utoipa::path(post, path = "/users/{id}/role", tag = "people", request_body = NewRole, params(
    ("id" = String, Path), ("If-Match" = Option<String>, Header, description = "The `ETag` that was read; 412 if it is stale"),
), security(("api_token" = ["tenant-users:write"])), responses(
    (status = 200, body = UserView),
    (status = 404, description = "There is no such user", body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, description = "`LAST_OWNER`, or the user was removed", body = ProblemBody, content_type = "application/problem+json"),
    (status = 412, description = "It was changed in the meantime", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "`WRONG_ROLE`: it is not of the user's side", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn change_user_role(
    caller: Caller<may::TenantUsersWrite>,
    State(app): State<App>,
    Id(id): Id<UserId>,
    IfMatch(version): IfMatch,
    JsonBody(body): JsonBody<NewRole>,
) -> Result<impl IntoResponse, Problem> {
    let role = parse_field("/role", &body.role)?;
    let authority = caller.authority();
    let listing = app.portal.change_user_role(&caller.context(), authority, id, role, version).await?;
    Ok(Versioned(listing.user.version, Json(UserView::from(listing))))
}
