//! Numbers: all from the one place that keeps them, each with the log size it holds at. What is counted per tenant too stands under the API of both
//! sides, the rest under the platform's. One endpoint, one file.

mod analytics;
mod dashboard;
mod distribution;
mod trend;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::App;

/// The routes of one side, relative to its API.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(dashboard::dashboard_stats)).routes(routes!(trend::activation_trend))
}

/// What compares tenants.
pub(crate) fn platform_routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(distribution::project_device_distribution))
        .routes(routes!(analytics::analytics))
}
