//! `GET /admin/api/tenants/{slug}/identity-provider`.

use axum::{
    Json,
    extract::{Path, State},
};

use crate::{
    App,
    admin_api::identity_provider::IdentityProviderView,
    caller::{AdminCaller, may},
    problem::{Problem, ProblemBody},
};

/// See a tenant's identity provider
#[utoipa::path(get, path = "/tenants/{slug}/identity-provider", tag = "access", params(("slug" = String, Path)), security(("api_token" = ["identity-providers:read"])), responses(
    (status = 200, body = IdentityProviderView),
    (status = 404, description = "There is no such tenant, or it has none", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn read_tenant_identity_provider(
    _: AdminCaller<may::IdentityProvidersRead>,
    State(app): State<App>,
    Path(slug): Path<String>,
) -> Result<Json<IdentityProviderView>, Problem> {
    let provider = app.portal.identity_provider(Some(&slug)).await?;
    Ok(Json(IdentityProviderView::new(&app, provider)))
}
