//! `DELETE /admin/api/devices/{id}`.

use axum::{Json, extract::State};
use daybook_model::DeviceId;
use serde::Deserialize;
use utoipa::IntoParams;

use super::DeviceRow;
use crate::{
    App,
    body::{Id, Query},
    caller::{AdminCaller, Change},
    problem::{Problem, ProblemBody},
};

/// Why.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Params {
    /// In the operator's words, at most 500 characters.
    reason: Option<String>,
}

/// Revoke a device
///
/// Its tokens end at once and it cannot activate again. Records `DEVICE_REVOKED`; revoking it again records nothing.
#[utoipa::path(delete, path = "/devices/{id}", tag = "devices", params(("id" = String, Path), Params), security(("api_token" = ["admin"])), responses(
    (status = 200, body = DeviceRow),
    (status = 404, description = "There is no such device", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn revoke_device(
    caller: AdminCaller<Change>,
    State(app): State<App>,
    Id(id): Id<DeviceId>,
    Query(params): Query<Params>,
) -> Result<Json<DeviceRow>, Problem> {
    let device = app.portal.revoke_device(&caller.context(), id, params.reason.as_deref()).await?;
    Ok(Json(device.into()))
}
