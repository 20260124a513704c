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
}

/// Log status
///
/// Size and root of the log.
#[utoipa::path(get, path = "/log/status", tag = "log", security(("api_token" = ["log:read"])), responses((status = 200, body = LogStatusView)))]
pub(crate) async fn log_status(
    _: Caller<may::LogRead>,
    State(app): State<App>,
) -> Result<Json<LogStatusView>, Problem> {
    let status = app.portal.log_status().await?;
    Ok(Json(LogStatusView { size: status.size, root: status.root.to_string(), pending: status.pending }))
}
