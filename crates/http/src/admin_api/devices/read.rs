//! `GET /admin/api/devices/{id}`.

use axum::{Json, extract::State};
use daybook_model::DeviceId;
use daybook_portal::TenantScope;

use super::DeviceRow;
use crate::{
    App,
    body::Id,
    caller::{AdminCaller, may},
    problem::{Problem, ProblemBody},
};

/// Read a device
#[utoipa::path(get, path = "/devices/{id}", tag = "devices", params(("id" = String, Path)), security(("api_token" = ["devices:read"])), responses(
    (status = 200, body = DeviceRow),
    (status = 404, description = "There is no such device", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn read_device(
    _: AdminCaller<may::DevicesRead>,
    State(app): State<App>,
    Id(id): Id<DeviceId>,
) -> Result<Json<DeviceRow>, Problem> {
    Ok(Json(app.portal.device(TenantScope::All, id).await?.into()))
}
