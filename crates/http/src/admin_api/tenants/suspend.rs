//! `POST /admin/api/tenants/{slug}/suspend`.

use axum::{
    Json,
    extract::{Path, State},
    response::IntoResponse,
};

use super::TenantView;
use crate::{
    App,
    admin_api::reason::ReasonBody,
    body::JsonBody,
    caller::{AdminCaller, may},
    etag::Versioned,
    problem::{Problem, ProblemBody},
};

/// Suspend a tenant
///
/// Activations and sign-ins of the tenant are refused from now on. Records `TENANT_SUSPENDED`.
#[utoipa::path(post, path = "/tenants/{slug}/suspend", tag = "tenants", request_body = ReasonBody, params(("slug" = String, Path)), security(("api_token" = ["tenants:write"])), responses(
    (status = 200, body = TenantView),
    (status = 404, description = "There is no such tenant", body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, description = "It is suspended already", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn suspend_tenant(
    caller: AdminCaller<may::TenantsWrite>,
    State(app): State<App>,
    Path(slug): Path<String>,
    JsonBody(body): JsonBody<ReasonBody>,
) -> Result<impl IntoResponse, Problem> {
    let tenant = app.portal.suspend_tenant(&caller.context(), &slug, body.reason.as_deref()).await?;
    Ok(Versioned(tenant.version, Json(TenantView::new(tenant, app.portal.store().now()))))
}
