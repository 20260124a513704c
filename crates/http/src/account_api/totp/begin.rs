//! `POST …/me/totp`.

use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    App,
    caller::PersonCaller,
    problem::{Problem, ProblemBody},
};

/// One-time codes that are being set up.
#[derive(Serialize, ToSchema)]
pub(crate) struct TotpSetUpView {
    /// Send it to `…/me/totp/confirm` with a code, within 15 minutes.
    ceremony: String,
    /// The secret in base32, for typing it into an app.
    secret: String,
    /// The same as a link (`otpauth://…`), for a picture that an app can read.
    uri: String,
}

/// Begin to set up one-time codes
///
/// Nothing changes until a code has confirmed that the app has the secret.
#[utoipa::path(post, path = "/me/totp", tag = "account", security(("session" = ["account"])), responses(
    (status = 200, body = TotpSetUpView),
    (status = 409, description = "They are set up already", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn begin_totp(
    caller: PersonCaller,
    State(app): State<App>,
) -> Result<Json<TotpSetUpView>, Problem> {
    let (_, person) = caller.into_parts();
    let daybook_portal::TotpSetUp { ceremony, secret, uri } = app.portal.begin_totp(&person).await?;
    Ok(Json(TotpSetUpView { ceremony, secret, uri }))
}
