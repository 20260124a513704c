//! `PUT /admin/api/tenants/{slug}/identity-provider`.

use axum::{
    Json,
    extract::{Path, State},
};

use crate::{
    App,
    admin_api::identity_provider::{IdentityProviderSettings, IdentityProviderView},
    body::JsonBody,
    caller::{AdminCaller, may},
    problem::{Problem, ProblemBody},
};

/// Configure a tenant's identity provider
///
/// A provider that is enabled is asked for its description first, and must answer. Records `IDENTITY_PROVIDER_CONFIGURED`, which says
/// whether the secret changed and never what it is; what changes nothing records nothing.
#[utoipa::path(put, path = "/tenants/{slug}/identity-provider", tag = "access", request_body = IdentityProviderSettings, params(("slug" = String, Path)), security(("api_token" = ["identity-providers:write"])), responses(
    (status = 200, body = IdentityProviderView),
    (status = 404, description = "There is no such tenant", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "A field is invalid, or the provider does not answer: `ISSUER_UNREACHABLE`", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn configure_tenant_identity_provider(
    caller: AdminCaller<may::IdentityProvidersWrite>,
    State(app): State<App>,
    Path(slug): Path<String>,
    JsonBody(body): JsonBody<IdentityProviderSettings>,
) -> Result<Json<IdentityProviderView>, Problem> {
    let provider =
        app.portal.configure_identity_provider(&caller.context(), Some(&slug), body.into()).await?;
    Ok(Json(IdentityProviderView::new(&app, provider)))
}
