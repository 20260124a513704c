//! `GET …/users/{id}`.

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

/// Read a user
#[utoipa::path(get, path = "/users/{id}", tag = "people", params(("id" = String, Path)), security(("api_token" = ["users:read"])), responses(
    (status = 200, body = UserView),
    (status = 404, description = "There is no such user", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn read_user(
    caller: Caller<may::UsersRead>,
    State(app): State<App>,
    Id(id): Id<UserId>,
) -> Result<impl IntoResponse, Problem> {
    let listing = app.portal.user(caller.scope(), id).await?;
    Ok(Versioned(listing.user.version, Json(UserView::from(listing))))
}
