//! `GET /admin/api/dashboard-stats`.

use axum::{Json, extract::State};
use daybook_portal::DashboardStats;

use crate::{
    App,
    caller::{AdminCaller, may},
    problem::Problem,
};

/// Dashboard figures
///
/// Totals by state (the states partition their total), activations and refusals of the last 30 days.
#[utoipa::path(get, path = "/dashboard-stats", tag = "numbers", security(("api_token" = ["numbers:read"])), responses((status = 200, body = DashboardStats)))]
pub(crate) async fn dashboard_stats(
    _: AdminCaller<may::NumbersRead>,
    State(app): State<App>,
) -> Result<Json<DashboardStats>, Problem> {
    Ok(Json(app.portal.dashboard_stats().await?))
}
