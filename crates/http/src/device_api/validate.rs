//! `POST /device/api/validate`.

use axum::{Json, extract::State};
use daybook_portal::DeviceTokenState;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    App,
    caller::BearerToken,
    problem::{Problem, ProblemBody},
};

/// What a token is worth.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Validation {
    /// Whether it opens the device routes.
    valid: bool,
    /// `OK`, `TOKEN_INVALID`, `TOKEN_EXPIRED`, `DEVICE_REVOKED` or `TENANT_SUSPENDED`.
    #[schema(example = "OK")]
    code: &'static str,
}

/// Validate
///
/// Says what the bearer token is worth now. Always 200 when it could be looked at, so that "denied" differs from "broken".
#[utoipa::path(post, path = "/validate", tag = "devices", security(("device_token" = ["access"])), responses(
    (status = 200, body = Validation),
    (status = 401, description = "No token was sent", body = ProblemBody, content_type = "application/problem+json"),
    (status = 429, description = "`RATE_LIMITED`: too many tokens that were never issued came from here, and this is one of them; `Retry-After` says for how long", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn validate(
    caller: BearerToken,
    State(app): State<App>,
) -> Result<Json<Validation>, Problem> {
    let (valid, code) = match app.portal.validate_device(&caller.context(), &caller.token).await? {
        DeviceTokenState::Valid(_) => (true, "OK"),
        DeviceTokenState::Unknown => (false, "TOKEN_INVALID"),
        DeviceTokenState::Expired => (false, "TOKEN_EXPIRED"),
        DeviceTokenState::DeviceRevoked => (false, "DEVICE_REVOKED"),
        DeviceTokenState::TenantSuspended => (false, "TENANT_SUSPENDED"),
    };
    Ok(Json(Validation { valid, code }))
}
