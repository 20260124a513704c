//! `POST …/auth/accept`.

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use daybook_portal::Acceptance;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{SignedInView, signed_in};
use crate::{
    App,
    body::JsonBody,
    caller::{Realm, anybody},
    problem::{Problem, ProblemBody},
    request::Origin,
};

/// What somebody who follows a link sends.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "token": "dbl_…", "password": "correct horse battery", "name": "Ada Lovelace" }))]
pub(crate) struct AcceptedLink {
    /// Of the link.
    token: String,
    /// At least 12 characters, none of the common ones.
    password: String,
    /// What they want to be called; the name in the invitation if absent. Not used by a reset.
    name: Option<String>,
}

/// The password is chosen; signing in needs the second factor too.
#[derive(Serialize, ToSchema)]
pub(crate) struct PasswordChosen {
    /// `password_chosen`.
    #[schema(example = "password_chosen")]
    status: &'static str,
}

/// Accept an invitation, or choose a new password
///
/// With the token of a single-use link. Signs in, unless a second factor is needed for that. Records `USER_JOINED` or
/// `USER_PASSWORD_CHANGED`; a new password ends every other session.
#[utoipa::path(post, path = "/auth/accept", tag = "account", request_body = AcceptedLink, responses(
    (status = 200, description = "Signed in: the cookie is set", body = SignedInView),
    (status = 202, description = "The password is chosen: sign in with it and the second factor", body = PasswordChosen),
    (status = 410, description = "`LINK_OVER`: it was used or replaced, its time is over, or it never was one", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "A field is invalid", body = ProblemBody, content_type = "application/problem+json"),
    (status = 429, description = "`RATE_LIMITED`: too many were wrong", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn accept_link(
    realm: Realm,
    origin: Origin,
    State(app): State<App>,
    JsonBody(body): JsonBody<AcceptedLink>,
) -> Result<Response, Problem> {
    let AcceptedLink { token, password, name } = body;
    let request = Acceptance { token, password, name };
    Ok(match app.portal.accept_link(&anybody(realm, origin), &request).await? {
        Some(done) => signed_in(&app, StatusCode::OK, done),
        None => (StatusCode::ACCEPTED, Json(PasswordChosen { status: "password_chosen" })).into_response(),
    })
}
