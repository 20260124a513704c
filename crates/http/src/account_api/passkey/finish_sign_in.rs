//! `POST …/auth/passkey/finish`.

use axum::{extract::State, http::StatusCode, response::Response};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::{
    App,
    account_api::{SignedInView, signed_in},
    body::JsonBody,
    caller::{Realm, anybody},
    problem::{Problem, ProblemBody},
    request::Origin,
};

/// A browser's answer, given with a passkey.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "tenant": "acme", "ceremony": "dbc_…", "credential": { "id": "…", "type": "public-key" } }))]
pub(crate) struct PasskeyProof {
    /// The tenant's slug, as at the beginning; for people of tenants only.
    tenant: Option<String>,
    /// As answered by the beginning.
    ceremony: String,
    /// The browser's answer, as its `toJSON()` gives it.
    #[schema(value_type = Object)]
    credential: Value,
}

/// Sign in with a passkey
///
/// It counts as two factors: no one-time code is asked for. Whatever is wrong, the answer is the same. Records `USER_LOGIN` and
/// `SESSION_CREATED`.
#[utoipa::path(post, path = "/auth/passkey/finish", tag = "account", request_body = PasskeyProof, responses(
    (status = 200, description = "Signed in: the cookie is set", body = SignedInView),
    (status = 401, description = "`SIGN_IN_REFUSED`", body = ProblemBody, content_type = "application/problem+json"),
    (status = 403, description = "`TENANT_SUSPENDED`, or `CROSS_SITE`", body = ProblemBody, content_type = "application/problem+json"),
    (status = 410, description = "`CEREMONY_OVER`: it was taken or took too long", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "A field is invalid", body = ProblemBody, content_type = "application/problem+json"),
    (status = 429, description = "`RATE_LIMITED`: too many were wrong", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn finish_passkey_sign_in(
    realm: Realm,
    origin: Origin,
    State(app): State<App>,
    JsonBody(body): JsonBody<PasskeyProof>,
) -> Result<Response, Problem> {
    let side = realm.side(body.tenant.as_deref())?;
    let context = anybody(realm, origin);
    let done = app.portal.finish_passkey_sign_in(&context, side, &body.ceremony, body.credential).await?;
    Ok(signed_in(&app, StatusCode::OK, done))
}
