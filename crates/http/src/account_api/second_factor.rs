//! `POST …/auth/second-factor`.

use axum::{extract::State, http::StatusCode, response::IntoResponse};
use daybook_portal::SecondFactor;
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

/// The second step of a sign-in: one of the two codes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "ceremony": "dbc_…", "code": "123456" }))]
pub(crate) struct SecondStep {
    /// As answered by the first step.
    ceremony: String,
    /// The code that the authenticator app shows now.
    code: Option<String>,
    /// Or a recovery code; it is used up.
    recovery_code: Option<String>,
}

/// Finish signing in with a second factor
///
/// A wrong code ends the attempt: begin again with the password. Records `USER_LOGIN` and `SESSION_CREATED`.
#[utoipa::path(post, path = "/auth/second-factor", tag = "account", request_body = SecondStep, responses(
    (status = 200, description = "Signed in: the cookie is set", body = SignedInView),
    (status = 401, description = "`SIGN_IN_REFUSED`: the code is wrong", body = ProblemBody, content_type = "application/problem+json"),
    (status = 410, description = "`CEREMONY_OVER`: it was taken or took too long", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "A field is invalid", body = ProblemBody, content_type = "application/problem+json"),
    (status = 429, description = "`RATE_LIMITED`: too many were wrong", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn sign_in_second_factor(
    realm: Realm,
    origin: Origin,
    State(app): State<App>,
    JsonBody(body): JsonBody<SecondStep>,
) -> Result<impl IntoResponse, Problem> {
    let factor = match (&body.code, &body.recovery_code) {
        (Some(code), None) => SecondFactor::OneTimeCode(code),
        (None, Some(code)) => SecondFactor::RecoveryCode(code),
        _ => return Err(Problem::field("/code", "REQUIRED", "send either code or recovery_code")),
    };
    let done = app.portal.sign_in_second_factor(&anybody(realm, origin), &body.ceremony, factor).await?;
    Ok(signed_in(&app, StatusCode::OK, done))
}
