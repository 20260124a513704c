//! `GET …/devices`.

use axum::{Json, extract::State};
use daybook_portal::DeviceFilter;
use serde::Deserialize;
use utoipa::IntoParams;

use super::DeviceRow;
use crate::{
    App,
    body::{Query, parse_optional},
    caller::{Caller, may},
    page::{Items, PageParams},
    problem::{Problem, ProblemBody},
};

/// Which devices.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Params {
    /// Slug or id of a tenant. Not for a tenant's own list.
    tenant: Option<String>,
    /// Id of a project.
    project: Option<String>,
    /// `active` or `revoked`.
    status: Option<String>,
    /// Start of the label.
    q: Option<String>,
    #[serde(flatten)]
    #[param(ignore)]
    page: PageParams,
}

/// List devices
///
/// Latest first.
#[utoipa::path(get, path = "/devices", tag = "devices", params(Params, PageParams), security(("api_token" = ["devices:read"])), responses(
    (status = 200, body = Items<DeviceRow>),
    (status = 404, description = "There is no such tenant", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "A parameter is invalid", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn list_devices(
    caller: Caller<may::DevicesRead>,
    State(app): State<App>,
    Query(params): Query<Params>,
) -> Result<Json<Items<DeviceRow>>, Problem> {
    let scope = caller.scope_named(&app, params.tenant.as_deref()).await?;
    let filter = DeviceFilter {
        status: parse_optional("?status", params.status.as_deref())?,
        project: parse_optional("?project", params.project.as_deref())?,
        search: params.q.filter(|search| !search.is_empty()),
    };
    let page =
        app.portal.devices(scope, &filter, params.page.cursor()?.as_ref(), params.page.limit()?).await?;
    Ok(Json(Items::of(page, DeviceRow::from)))
}
