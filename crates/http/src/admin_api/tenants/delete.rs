//! `DELETE /admin/api/tenants/{slug}`.

use axum::{
    Json,
    extract::{Path, State},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::impact::ImpactView;
use crate::{
    App,
    admin_api::reason::ReasonParams,
    body::Query,
    caller::{AdminCaller, may},
    etag::IfMatch,
    problem::{Problem, ProblemBody},
};

/// What was closed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Deleted {
    closed: ImpactView,
}

/// Delete a tenant
///
/// One transaction: its projects are deleted, its codes and devices revoked, its slug is free again, its history stays. Records
/// `TENANT_DELETED` with the counts.
#[utoipa::path(delete, path = "/tenants/{slug}", tag = "tenants", params(
    ("slug" = String, Path), ReasonParams, ("If-Match" = Option<String>, Header, description = "The `ETag` that was read; 412 if it is stale"),
), security(("api_token" = ["tenants:write"])), responses(
    (status = 200, body = Deleted),
    (status = 404, description = "There is no such tenant", body = ProblemBody, content_type = "application/problem+json"),
    (status = 412, description = "It was changed in the meantime", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn delete_tenant(
    caller: AdminCaller<may::TenantsWrite>,
    State(app): State<App>,
    Path(slug): Path<String>,
    IfMatch(version): IfMatch,
    Query(params): Query<ReasonParams>,
) -> Result<Json<Deleted>, Problem> {
    let closed =
        app.portal.delete_tenant(&caller.context(), &slug, params.reason.as_deref(), version).await?;
    Ok(Json(Deleted { closed: closed.into() }))
}
