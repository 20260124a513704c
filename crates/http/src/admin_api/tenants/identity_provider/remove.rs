//! `DELETE /admin/api/tenants/{slug}/identity-provider`.

use axum::{
    extract::{Path, State},
    http::StatusCode,
};

use crate::{
    App,
    caller::{AdminCaller, may},
    problem::{Problem, ProblemBody},
};

/// Remove a tenant's identity provider
///
/// Nobody signs in there any more; people keep their accounts. Records `IDENTITY_PROVIDER_REMOVED`.
#[utoipa::path(delete, path = "/tenants/{slug}/identity-provider", tag = "access", params(("slug" = String, Path)), security(("api_token" = ["identity-providers:write"])), responses(
    (status = 204, description = "Removed"),
    (status = 404, description = "There is no such tenant, or it has none", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn remove_tenant_identity_provider(
    caller: AdminCaller<may::IdentityProvidersWrite>,
    State(app): State<App>,
    Path(slug): Path<String>,
) -> Result<StatusCode, Problem> {
    app.portal.remove_identity_provider(&caller.context(), Some(&slug)).await?;
    Ok(StatusCode::NO_CONTENT)
}
