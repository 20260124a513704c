//! For whoever watches the server: is it alive, and can it serve. Open to all, so it says no more than that.

use axum::{Json, extract::State, http::StatusCode};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{App, problem::Problem};

/// The state of the server.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Health {
    /// `ok`.
    status: &'static str,
}

/// Alive
///
/// Answers as long as the process runs.
#[utoipa::path(get, path = "/healthz", tag = "health", responses((status = 200, body = Health)))]
pub(crate) async fn healthz() -> Json<Health> {
    Json(Health { status: "ok" })
}

/// Ready
///
/// Answers 200 when the database can be read and the server is not stopping.
#[utoipa::path(get, path = "/readyz", tag = "health", responses((status = 200, body = Health)))]
pub(crate) async fn readyz(State(app): State<App>) -> Result<Json<Health>, Problem> {
    let stopping = *app.stopping.borrow();
    if stopping || app.portal.log_size().await.is_err() {
        let detail = "the server cannot serve requests now";
        return Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "NOT_READY", detail));
    }
    Ok(Json(Health { status: "ok" }))
}
