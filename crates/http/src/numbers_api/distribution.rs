//! `GET /admin/api/project-device-distribution`.

use axum::{Json, extract::State};
use daybook_portal::Distribution;

use crate::{
    App,
    caller::{AdminCaller, may},
    problem::Problem,
};

/// Projects and their devices
///
/// Every active project counts, activated by a code or not. Up to 500 are named, those with most devices first.
#[utoipa::path(get, path = "/project-device-distribution", tag = "numbers", security(("api_token" = ["numbers:read"])), responses((status = 200, body = Distribution)))]
pub(crate) async fn project_device_distribution(
    _: AdminCaller<may::NumbersRead>,
    State(app): State<App>,
) -> Result<Json<Distribution>, Problem> {
    Ok(Json(app.portal.project_device_distribution().await?))
}
