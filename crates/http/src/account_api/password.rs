//! `POST …/me/password`.

use axum::{extract::State, http::StatusCode, response::Response};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{SignedInView, signed_in};
use crate::{
    App,
    body::JsonBody,
    caller::PersonCaller,
    problem::{Problem, ProblemBody},
};

/// The present password and the new one.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "current_password": "correct horse battery", "password": "another horse altogether" }))]
pub(crate) struct PasswordChange {
    /// The present one. People who never had one send an empty text.
    current_password: String,
    /// At least 12 characters, none of the common ones.
    password: String,
}

/// Change one's own password
///
/// The session gets a new cookie, all others end. Records `USER_PASSWORD_CHANGED`, `SESSION_ROTATED` and a `SESSION_ENDED` for each.
#[utoipa::path(post, path = "/me/password", tag = "account", request_body = PasswordChange, security(("session" = ["account"])), responses(
    (status = 200, description = "Changed: the cookie is a new one", body = SignedInView),
    (status = 422, description = "A field is invalid, `WRONG_PASSWORD` among them", body = ProblemBody, content_type = "application/problem+json"),
    (status = 429, description = "`RATE_LIMITED`: too many were wrong", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn change_password(
    caller: PersonCaller,
    State(app): State<App>,
    JsonBody(body): JsonBody<PasswordChange>,
) -> Result<Response, Problem> {
    let (context, person) = caller.into_parts();
    let PasswordChange { current_password, password } = body;
    let changed = app.portal.change_password(&context, &person, &current_password, &password).await?;
    Ok(signed_in(&app, StatusCode::OK, changed))
}
