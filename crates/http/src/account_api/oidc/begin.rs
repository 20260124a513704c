//! `POST …/auth/oidc`.

use axum::{
    Json,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    App,
    body::JsonBody,
    caller::Realm,
    problem::{Problem, ProblemBody},
    provider_cookie::{self, Begun},
};

/// Where somebody wants to sign in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({}))]
pub(crate) struct ProviderChoice {
    /// The tenant's slug; for people of tenants only.
    pub(crate) tenant: Option<String>,
}

/// A sign-in that goes on at the provider.
#[derive(Serialize, ToSchema)]
pub(crate) struct AtProviderView {
    /// Send the browser there, within ten minutes.
    #[schema(example = "https://accounts.example.com/authorize?…")]
    authorization_url: String,
}

/// Begin to sign in at the identity provider
///
/// Sets a cookie that lets this browser alone finish. The provider sends it back to `…/auth/oidc/callback`.
#[utoipa::path(post, path = "/auth/oidc", tag = "account", request_body = ProviderChoice, responses(
    (status = 200, description = "Go on at the provider: the cookie is set", body = AtProviderView),
    (status = 404, description = "No provider is configured here, or it is disabled", body = ProblemBody, content_type = "application/problem+json"),
    (status = 502, description = "`PROVIDER_UNREACHABLE`: the provider does not answer", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn begin_provider_sign_in(
    realm: Realm,
    State(app): State<App>,
    JsonBody(body): JsonBody<ProviderChoice>,
) -> Result<Response, Problem> {
    let begun = app.portal.begin_provider_sign_in(realm.side(body.tenant.as_deref())?).await?;
    let view = AtProviderView { authorization_url: begun.authorization_url };
    let mut response = Json(view).into_response();
    let here = Begun { ceremony: &begun.ceremony, next: String::new() };
    if let Some(cookie) = provider_cookie::set(&app, &here, begun.seconds) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}
