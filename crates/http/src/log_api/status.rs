//! `GET …/log/status`.

use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    App,
    caller::{Caller, may},
    problem::Problem,
};

/// The head of the log.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LogStatusView {
    /// How many entries it has.
    size: u64,
    /// The root of the Merkle tree over them (RFC 6962), in hex.
    root: String,
    /// Events that are committed and wait for their number.
    pending: u64,
    /// The key that verifies what the log signs (C2SP signed-note): its name is the log's.
    #[schema(example = "example.com/log42+61581bf9+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4")]
    vkey: String,
}

/// Log status
///
/// Size and root of the log, and the key that verifies its proofs.
#[utoipa::path(get, path = "/log/status", tag = "log", security(("api_token" = ["log:read"])), responses((status = 200, body = LogStatusView)))]
pub(crate) async fn log_status(
    _: Caller<may::LogRead>,
    State(app): State<App>,
) -> Result<Json<LogStatusView>, Problem> {
    let status = app.portal.log_status().await?;
    Ok(Json(LogStatusView {
        size: status.size,
        root: status.root.to_string(),
        pending: status.pending,
        vkey: app.portal.log_key().to_string(),
    }))
}
