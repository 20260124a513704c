//! `POST …/auth/login`.

use axum::{Json, extract::State, http::StatusCode, response::IntoResponse};
use daybook_portal::SignIn;
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

/// Who signs in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "email": "ada@example.com", "password": "correct horse battery" }))]
pub(crate) struct Credentials {
    /// The tenant's slug; for people of tenants only.
    pub(crate) tenant: Option<String>,
    email: String,
    password: String,
}

/// The password was right, and a second factor is needed.
#[derive(Serialize, ToSchema)]
pub(crate) struct SecondFactorNeeded {
    /// `second_factor_needed`.
    #[schema(example = "second_factor_needed")]
    status: &'static str,
    /// Send it to `…/auth/second-factor`, within five minutes.
    ceremony: String,
}

/// Sign in
///
/// With a password. Sets the session's cookie, or says that a second factor is needed. The answer is the same, and takes as long, for
/// an unknown address and a wrong password. Records `USER_LOGIN` and `SESSION_CREATED`.
#[utoipa::path(post, path = "/auth/login", tag = "account", request_body = Credentials, responses(
    (status = 200, description = "Signed in: the cookie is set", body = SignedInView),
    (status = 202, description = "A second factor is needed", body = SecondFactorNeeded),
    (status = 401, description = "`SIGN_IN_REFUSED`: address or password are wrong", body = ProblemBody, content_type = "application/problem+json"),
    (status = 403, description = "`TENANT_SUSPENDED`, or `CROSS_SITE`", body = ProblemBody, content_type = "application/problem+json"),
    (status = 429, description = "`RATE_LIMITED`: too many were wrong", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn sign_in(
    realm: Realm,
    origin: Origin,
    State(app): State<App>,
    JsonBody(body): JsonBody<Credentials>,
) -> Result<impl IntoResponse, Problem> {
    let side = realm.side(body.tenant.as_deref())?;
    match app.portal.sign_in(&anybody(realm, origin), side, &body.email, &body.password).await? {
        SignIn::Done(done) => Ok(signed_in(&app, StatusCode::OK, *done)),
        SignIn::SecondFactor { ceremony } => {
            let needed = SecondFactorNeeded { status: "second_factor_needed", ceremony };
            Ok((StatusCode::ACCEPTED, Json(needed)).into_response())
        }
    }
}
