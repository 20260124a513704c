//! `GET …/devices/{id}`.

use axum::{Json, extract::State};
use daybook_model::DeviceId;

use super::DeviceRow;
use crate::{
    App,
    body::Id,
    caller::{Caller, may},
    problem::{Problem, ProblemBody},
};

/// Read a device
#[utoipa::path(get, path = "/devices/{id}", tag = "devices", params(("id" = String, Path)), security(("api_token" = ["devices:read"])), responses(
    (status = 200, body = DeviceRow),
    (status = 404, description = "There is no such device", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn read_device(
    caller: Caller<may::DevicesRead>,
    State(app): State<App>,
    Id(id): Id<DeviceId>,
) -> Result<Json<DeviceRow>, Problem> {
    Ok(Json(app.portal.device(caller.scope(), id).await?.into()))
}
