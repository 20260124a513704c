//! `GET /admin/api/identity-provider`.

use axum::{Json, extract::State};

use super::IdentityProviderView;
use crate::{
    App,
    caller::{AdminCaller, may},
    problem::{Problem, ProblemBody},
};

/// See the platform's identity provider
#[utoipa::path(get, path = "/identity-provider", tag = "access", security(("api_token" = ["identity-providers:read"])), responses(
    (status = 200, body = IdentityProviderView),
    (status = 404, description = "None is configured", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn read_identity_provider(
    _: AdminCaller<may::IdentityProvidersRead>,
    State(app): State<App>,
) -> Result<Json<IdentityProviderView>, Problem> {
    let provider = app.portal.identity_provider(None).await?;
    Ok(Json(IdentityProviderView::new(&app, provider)))
}
