//! `POST …/me/totp/confirm`.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    App,
    account_api::{SignedInView, with_cookie},
    body::JsonBody,
    caller::PersonCaller,
    problem::{Problem, ProblemBody},
};

/// A code that the app shows.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "ceremony": "dbc_…", "code": "123456" }))]
pub(crate) struct TotpConfirmation {
    /// As answered by the beginning.
    ceremony: String,
    /// The code that the app shows now.
    code: String,
}

/// One-time codes are set up.
#[derive(Serialize, ToSchema)]
pub(crate) struct TotpConfirmed {
    #[serde(flatten)]
    signed_in: SignedInView,
    /// For the day on which the app is lost; shown this once.
    recovery_codes: Vec<String>,
}

/// Set up one-time codes
///
/// From now on signing in with the password asks for one. The session gets a new cookie, all others end. Records
/// `USER_FACTOR_ADDED`, `RECOVERY_CODES_ISSUED` and `SESSION_ROTATED`.
#[utoipa::path(post, path = "/me/totp/confirm", tag = "account", request_body = TotpConfirmation, security(("session" = ["account"])), responses(
    (status = 200, body = TotpConfirmed),
    (status = 409, description = "They are set up already", body = ProblemBody, content_type = "application/problem+json"),
    (status = 410, description = "`CEREMONY_OVER`: it was taken or took too long", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "`WRONG_CODE`", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn confirm_totp(
    caller: PersonCaller,
    State(app): State<App>,
    JsonBody(body): JsonBody<TotpConfirmation>,
) -> Result<Response, Problem> {
    let (context, person) = caller.into_parts();
    let changed = app.portal.confirm_totp(&context, &person, &body.ceremony, &body.code).await?;
    let signed_in = SignedInView::new(changed.signed_in.clone());
    let view = TotpConfirmed { signed_in, recovery_codes: changed.recovery_codes };
    Ok(with_cookie(&app, &changed.signed_in, Json(view).into_response()))
}
