//! `GET …/dashboard-stats`.

use axum::{Json, extract::State};
use daybook_portal::DashboardStats;

use crate::{
    App,
    caller::{Caller, may},
    problem::Problem,
};

/// Dashboard figures
///
/// Of everything, or of one tenant for its own people. Totals by state (the states partition their total), activations and refusals of the last 30 days.
#[utoipa::path(get, path = "/dashboard-stats", tag = "numbers", security(("api_token" = ["numbers:read"])), responses((status = 200, body = DashboardStats)))]
pub(crate) async fn dashboard_stats(
    caller: Caller<may::NumbersRead>,
    State(app): State<App>,
) -> Result<Json<DashboardStats>, Problem> {
    Ok(Json(app.portal.dashboard_stats(caller.scope()).await?))
}
