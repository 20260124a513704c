//! `DELETE /admin/api/identity-provider`.

use axum::{extract::State, http::StatusCode};

use crate::{
    App,
    caller::{AdminCaller, may},
    problem::{Problem, ProblemBody},
};

/// Remove the platform's identity provider
///
/// Nobody signs in there any more; people keep their accounts. Records `IDENTITY_PROVIDER_REMOVED`.
#[utoipa::path(delete, path = "/identity-provider", tag = "access", security(("api_token" = ["identity-providers:write"])), responses(
    (status = 204, description = "Removed"),
    (status = 404, description = "None is configured", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn remove_identity_provider(
    caller: AdminCaller<may::IdentityProvidersWrite>,
    State(app): State<App>,
) -> Result<StatusCode, Problem> {
    app.portal.remove_identity_provider(&caller.context(), None).await?;
    Ok(StatusCode::NO_CONTENT)
}
