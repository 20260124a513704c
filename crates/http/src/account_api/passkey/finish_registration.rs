//! `POST …/me/passkeys/finish`.

use axum::{extract::State, http::StatusCode, response::Response};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::{
    App,
    account_api::{SignedInView, signed_in},
    body::JsonBody,
    caller::PersonCaller,
    problem::{Problem, ProblemBody},
};

/// A passkey that a browser has made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "ceremony": "dbc_…", "credential": { "id": "…", "type": "public-key" } }))]
pub(crate) struct MadePasskey {
    /// As answered by the beginning.
    ceremony: String,
    /// The browser's answer, as its `toJSON()` gives it.
    #[schema(value_type = Object)]
    credential: Value,
}

/// Make a passkey
///
/// From now on one can sign in with it alone. The session gets a new cookie, all others end. Records `USER_FACTOR_ADDED` and
/// `SESSION_ROTATED`.
#[utoipa::path(post, path = "/me/passkeys/finish", tag = "account", request_body = MadePasskey, security(("session" = ["account"])), responses(
    (status = 200, description = "Made: the cookie is a new one", body = SignedInView),
    (status = 409, description = "`FACTOR_TAKEN`: it belongs to somebody already; or `PASSKEYS_UNAVAILABLE`", body = ProblemBody, content_type = "application/problem+json"),
    (status = 410, description = "`CEREMONY_OVER`: it was taken or took too long", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "`PASSKEY_REFUSED`: the browser's answer is not one to what was asked", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn finish_passkey_registration(
    caller: PersonCaller,
    State(app): State<App>,
    JsonBody(body): JsonBody<MadePasskey>,
) -> Result<Response, Problem> {
    let (context, person) = caller.into_parts();
    let MadePasskey { ceremony, credential } = body;
    let changed = app.portal.finish_passkey_registration(&context, &person, &ceremony, credential).await?;
    Ok(signed_in(&app, StatusCode::OK, changed.signed_in))
}
