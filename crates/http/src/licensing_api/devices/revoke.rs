//! `DELETE …/devices/{id}`.

use axum::{Json, extract::State};
use daybook_model::DeviceId;

use super::DeviceRow;
use crate::{
    App,
    admin_api::reason::ReasonParams,
    body::{Id, Query},
    caller::{Caller, may},
    problem::{Problem, ProblemBody},
};

/// Revoke a device
///
/// Its tokens end at once and it cannot activate again. Records `DEVICE_REVOKED`; revoking it again records nothing.
#[utoipa::path(delete, path = "/devices/{id}", tag = "devices", params(("id" = String, Path), ReasonParams), security(("api_token" = ["devices:write"])), responses(
    (status = 200, body = DeviceRow),
    (status = 404, description = "There is no such device", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn revoke_device(
    caller: Caller<may::DevicesWrite>,
    State(app): State<App>,
    Id(id): Id<DeviceId>,
    Query(params): Query<ReasonParams>,
) -> Result<Json<DeviceRow>, Problem> {
    let scope = caller.scope();
    let device = app.portal.revoke_device(&caller.context(), scope, id, params.reason.as_deref()).await?;
    Ok(Json(device.into()))
}
