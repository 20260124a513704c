//! `POST …/auth/passkey`.

use axum::{Json, extract::State};
use serde::Deserialize;
use utoipa::ToSchema;

use super::PasskeyChallengeView;
use crate::{
    App,
    body::JsonBody,
    caller::{Realm, anybody},
    problem::{Problem, ProblemBody},
    request::Origin,
};

/// Where somebody signs in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "tenant": "acme" }))]
pub(crate) struct PasskeyPlace {
    /// The tenant's slug; for people of tenants only.
    tenant: Option<String>,
}

/// Begin to sign in with a passkey
///
/// Answers with what to give to `navigator.credentials.get`. Nobody has to say who they are: the passkey knows.
#[utoipa::path(post, path = "/auth/passkey", tag = "account", request_body = PasskeyPlace, responses(
    (status = 200, body = PasskeyChallengeView),
    (status = 403, description = "`CROSS_SITE`", body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, description = "`PASSKEYS_UNAVAILABLE`: the portal's public URL has an IP address", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "A field is invalid", body = ProblemBody, content_type = "application/problem+json"),
    (status = 429, description = "`RATE_LIMITED`: too many were wrong", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn begin_passkey_sign_in(
    realm: Realm,
    origin: Origin,
    State(app): State<App>,
    JsonBody(body): JsonBody<PasskeyPlace>,
) -> Result<Json<PasskeyChallengeView>, Problem> {
    let side = realm.side(body.tenant.as_deref())?;
    let challenge = app.portal.begin_passkey_sign_in(&anybody(realm, origin), side).await?;
    Ok(Json(challenge.into()))
}
