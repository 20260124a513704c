//! `POST /device/api/refresh`.

use axum::{Json, extract::State};

use super::EnrolmentView;
use crate::{
    App,
    caller::BearerToken,
    problem::{Problem, ProblemBody},
};

/// Refresh
///
/// Exchanges a refresh token (as bearer token) for new tokens and a new licence. The old tokens stay valid for a minute, so that
/// an answer that got lost does no harm. Records `DEVICE_TOKEN_ROTATED`.
#[utoipa::path(post, path = "/refresh", tag = "devices", security(("device_token" = ["refresh"])), responses(
    (status = 200, body = EnrolmentView),
    (status = 401, description = "It is no refresh token, it ended, or its device was revoked", body = ProblemBody, content_type = "application/problem+json"),
    (status = 429, description = "`RATE_LIMITED`: too many tokens that were never issued came from here, and this is one of them; `Retry-After` says for how long", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn refresh(
    caller: BearerToken,
    State(app): State<App>,
) -> Result<Json<EnrolmentView>, Problem> {
    let enrolment = app.portal.refresh_device(&caller.context(), &caller.token).await?;
    Ok(Json(enrolment.into()))
}
