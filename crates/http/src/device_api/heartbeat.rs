//! `POST /device/api/heartbeat`.

use axum::{extract::State, http::StatusCode};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    App,
    body::JsonBody,
    caller::DeviceCaller,
    problem::{Problem, ProblemBody},
};

/// A heartbeat.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "app_version": "2.4.1" }))]
pub(crate) struct Heartbeat {
    /// What the device runs, at most 60 characters.
    app_version: Option<String>,
}

/// Heartbeat
///
/// Telemetry, not an event: written in batches, within about a second.
#[utoipa::path(post, path = "/heartbeat", tag = "devices", request_body = Heartbeat, security(("device_token" = ["access"])), responses(
    (status = 202, description = "It was heard"),
    (status = 401, description = "The token opens nothing", body = ProblemBody, content_type = "application/problem+json"),
    (status = 429, description = "`RATE_LIMITED`: too many tokens that were never issued came from here, and this is one of them; `Retry-After` says for how long", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn heartbeat(
    DeviceCaller(identity): DeviceCaller,
    State(app): State<App>,
    JsonBody(body): JsonBody<Heartbeat>,
) -> Result<StatusCode, Problem> {
    app.portal.heartbeat(&identity, body.app_version.as_deref())?;
    Ok(StatusCode::ACCEPTED)
}
