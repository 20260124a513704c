//! `POST …/me/factors/{id}/remove`.

use axum::{extract::State, http::StatusCode, response::Response};
use daybook_model::FactorId;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{SignedInView, signed_in};
use crate::{
    App,
    body::{Id, JsonBody},
    caller::PersonCaller,
    problem::{Problem, ProblemBody},
};

/// The present password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "current_password": "correct horse battery" }))]
pub(crate) struct PasswordProof {
    /// People who never had one send an empty text.
    current_password: String,
}

/// Remove one of one's own sign-in factors
///
/// The session gets a new cookie, all others end. Records `USER_FACTOR_REMOVED` and `SESSION_ROTATED`. A POST, because the password
/// is sent along.
#[utoipa::path(post, path = "/me/factors/{id}/remove", tag = "account", request_body = PasswordProof, params(("id" = String, Path)), security(("session" = ["account"])), responses(
    (status = 200, description = "Removed: the cookie is a new one", body = SignedInView),
    (status = 404, description = "There is no such factor of one's own", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "`WRONG_PASSWORD`", body = ProblemBody, content_type = "application/problem+json"),
    (status = 429, description = "`RATE_LIMITED`: too many were wrong", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn remove_own_factor(
    caller: PersonCaller,
    State(app): State<App>,
    Id(id): Id<FactorId>,
    JsonBody(body): JsonBody<PasswordProof>,
) -> Result<Response, Problem> {
    let (context, person) = caller.into_parts();
    let changed = app.portal.remove_own_factor(&context, &person, id, &body.current_password).await?;
    Ok(signed_in(&app, StatusCode::OK, changed))
}
