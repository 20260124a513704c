//! `GET …/auth/oidc/callback`.

use axum::{
    extract::State,
    http::{HeaderMap, header},
    response::{IntoResponse, Redirect, Response},
};
use daybook_portal::ProviderAnswer;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    App,
    account_api::with_cookie,
    body::Query,
    caller::{Realm, anybody},
    pages::own_path,
    problem::{Problem, ProblemBody},
    provider_cookie,
    request::Origin,
};

/// What the provider sends the browser back with. Providers add fields of their own: they are not looked at.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ProviderAnswerParams {
    /// To be traded for tokens.
    code: Option<String>,
    /// As it was sent there.
    state: Option<String>,
    /// Why there is no code.
    error: Option<String>,
    /// Which provider it is (RFC 9207).
    iss: Option<String>,
}

impl From<ProviderAnswerParams> for ProviderAnswer {
    fn from(params: ProviderAnswerParams) -> Self {
        let ProviderAnswerParams { code, state, error, iss } = params;
        Self { code, state, error, iss }
    }
}

/// Finish signing in at the identity provider
///
/// For the browser that began, once. Whoever the provider vouches for must be known here: by an earlier sign-in, or by a verified e-mail
/// address that was invited. Records `USER_LOGIN` and `SESSION_CREATED`; the first time `USER_FACTOR_ADDED` before, and `USER_JOINED` for
/// those who were invited.
#[utoipa::path(get, path = "/auth/oidc/callback", tag = "account", params(ProviderAnswerParams), responses(
    (status = 303, description = "Signed in: the session's cookie is set, the portal is at `/`, or at the path from which a page of it led here"),
    (status = 401, description = "`SIGN_IN_REFUSED`: nobody here is known by this name or by this address", body = ProblemBody, content_type = "application/problem+json"),
    (status = 403, description = "`SIGN_IN_DENIED`: the provider did not sign the person in; `TENANT_SUSPENDED`", body = ProblemBody, content_type = "application/problem+json"),
    (status = 404, description = "The provider was removed, changed or disabled meanwhile", body = ProblemBody, content_type = "application/problem+json"),
    (status = 410, description = "`CEREMONY_OVER`: it was finished, took too long, or began in another browser", body = ProblemBody, content_type = "application/problem+json"),
    (status = 502, description = "`PROVIDER_UNREACHABLE`, `PROVIDER_CLIENT_REFUSED` or `PROVIDER_UNVERIFIABLE`: the provider cannot be used", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn finish_provider_sign_in(
    realm: Realm,
    origin: Origin,
    State(app): State<App>,
    headers: HeaderMap,
    Query(params): Query<ProviderAnswerParams>,
) -> Response {
    let context = anybody(realm, origin);
    let (of_tenant, begun) = (realm == Realm::Tenant, provider_cookie::read(&app, &headers));
    let ceremony = begun.as_ref().map(|begun| begun.ceremony);
    let finished = app.portal.finish_provider_sign_in(&context, of_tenant, ceremony, &params.into()).await;
    let next = begun.as_ref().and_then(|begun| own_path(&begun.next)).unwrap_or("/");
    let mut response = match finished {
        Ok(done) => with_cookie(&app, &done, Redirect::to(next).into_response()),
        Err(error) => Problem::from(error).into_response(),
    };
    // Whatever came of it, it cannot be finished again.
    if let Some(cookie) = provider_cookie::clear(&app) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}
