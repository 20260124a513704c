//! `POST /admin/api/auth/set-up`.

use axum::{extract::State, http::StatusCode, response::IntoResponse};
use daybook_model::user::OwnerDraft;
use daybook_portal::SetUp;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{SignedInView, signed_in};
use crate::{
    App,
    body::JsonBody,
    caller::{Realm, anybody},
    problem::{Problem, ProblemBody},
    request::Origin,
};

/// The first owner.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "token": "dbl_…", "email": "ada@example.com", "name": "Ada Lovelace", "password": "correct horse battery" }))]
pub(crate) struct NewOwner {
    /// Of the set-up link that `daybook serve` prints.
    token: String,
    /// What the owner signs in with.
    email: String,
    /// 1 to 120 characters.
    name: String,
    /// At least 12 characters, none of the common ones.
    password: String,
}

/// Set the portal up
///
/// Makes the first owner and signs them in. It works once. Records `PORTAL_SET_UP`, `USER_LOGIN` and `SESSION_CREATED`.
#[utoipa::path(post, path = "/auth/set-up", tag = "account", request_body = NewOwner, responses(
    (status = 201, description = "Set up and signed in: the cookie is set", body = SignedInView),
    (status = 410, description = "`LINK_OVER`: the portal is set up, or the token is another", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "A field is invalid", body = ProblemBody, content_type = "application/problem+json"),
    (status = 429, description = "`RATE_LIMITED`: too many were wrong", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn set_up(
    origin: Origin,
    State(app): State<App>,
    JsonBody(body): JsonBody<NewOwner>,
) -> Result<impl IntoResponse, Problem> {
    let NewOwner { token, email, name, password } = body;
    let request = SetUp { token, owner: OwnerDraft { email, name }, password };
    let done = app.portal.set_up(&anybody(Realm::Platform, origin), &request).await?;
    Ok(signed_in(&app, StatusCode::CREATED, done))
}
