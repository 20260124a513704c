//! `POST …/me/passkeys`.

use axum::{Json, extract::State};
use serde::Deserialize;
use utoipa::ToSchema;

use super::PasskeyChallengeView;
use crate::{
    App,
    body::JsonBody,
    caller::PersonCaller,
    problem::{Problem, ProblemBody},
};

/// A passkey that is to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "label": "Ada's laptop" }))]
pub(crate) struct NewPasskey {
    /// What to call it: 1 to 120 characters.
    label: Option<String>,
}

/// Begin to make a passkey
///
/// Answers with what to give to `navigator.credentials.create`. Nothing changes until the browser has answered.
#[utoipa::path(post, path = "/me/passkeys", tag = "account", request_body = NewPasskey, security(("session" = ["account"])), responses(
    (status = 200, body = PasskeyChallengeView),
    (status = 409, description = "`PASSKEYS_UNAVAILABLE`: the portal's public URL has an IP address", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "A field is invalid", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn begin_passkey_registration(
    caller: PersonCaller,
    State(app): State<App>,
    JsonBody(body): JsonBody<NewPasskey>,
) -> Result<Json<PasskeyChallengeView>, Problem> {
    let (_, person) = caller.into_parts();
    let challenge = app.portal.begin_passkey_registration(&person, body.label.as_deref()).await?;
    Ok(Json(challenge.into()))
}
