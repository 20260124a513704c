//! `GET /admin/api/tenants/{slug}`.

use axum::{
    Json,
    extract::{Path, State},
    response::IntoResponse,
};

use super::TenantView;
use crate::{
    App,
    caller::{AdminCaller, may},
    etag::Versioned,
    problem::{Problem, ProblemBody},
};

/// Read a tenant
#[utoipa::path(get, path = "/tenants/{slug}", tag = "tenants", params(("slug" = String, Path)), security(("api_token" = ["tenants:read"])), responses(
    (status = 200, body = TenantView),
    (status = 404, description = "There is no such tenant", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn read_tenant(
    _: AdminCaller<may::TenantsRead>,
    State(app): State<App>,
    Path(slug): Path<String>,
) -> Result<impl IntoResponse, Problem> {
    let tenant = app.portal.tenant(&slug).await?;
    Ok(Versioned(tenant.version, Json(TenantView::new(tenant, app.portal.store().now()))))
}
