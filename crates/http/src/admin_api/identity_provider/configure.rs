//! `PUT /admin/api/identity-provider`.

use axum::{Json, extract::State};

use super::{IdentityProviderSettings, IdentityProviderView};
use crate::{
    App,
    body::JsonBody,
    caller::{AdminCaller, may},
    problem::{Problem, ProblemBody},
};

/// Configure the platform's identity provider
///
/// A provider that is enabled is asked for its description first, and must answer. Records `IDENTITY_PROVIDER_CONFIGURED`, which says
/// whether the secret changed and never what it is; what changes nothing records nothing.
#[utoipa::path(put, path = "/identity-provider", tag = "access", request_body = IdentityProviderSettings, security(("api_token" = ["identity-providers:write"])), responses(
    (status = 200, body = IdentityProviderView),
    (status = 422, description = "A field is invalid, or the provider does not answer: `ISSUER_UNREACHABLE`", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn configure_identity_provider(
    caller: AdminCaller<may::IdentityProvidersWrite>,
    State(app): State<App>,
    JsonBody(body): JsonBody<IdentityProviderSettings>,
) -> Result<Json<IdentityProviderView>, Problem> {
    let provider = app.portal.configure_identity_provider(&caller.context(), None, body.into()).await?;
    Ok(Json(IdentityProviderView::new(&app, provider)))
}
