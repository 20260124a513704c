//! `PUT …/me/notifications`.

use axum::{Json, extract::State};
use serde::Deserialize;
use utoipa::ToSchema;

use super::ChoicesView;
use crate::{
    App,
    body::JsonBody,
    caller::PersonCaller,
    problem::{Problem, ProblemBody},
};

/// What to be told of by mail, and what not.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "choices": [{ "kind": "codes_generated", "enabled": false }] }))]
pub(crate) struct OwnChoices {
    /// What is not named stays as it is.
    choices: Vec<OwnChoice>,
}

/// One thing to be told of, or not.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OwnChoice {
    /// One that GET lists.
    kind: String,
    /// Whether to be told.
    enabled: bool,
}

/// Choose what one is told of by mail
///
/// Records `NOTIFICATION_CHOICES_CHANGED`; what one has chosen already records nothing.
#[utoipa::path(put, path = "/me/notifications", tag = "account", request_body = OwnChoices, security(("session" = ["account"])), responses(
    (status = 200, body = ChoicesView),
    (status = 422, description = "A kind is not one that can be chosen", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn choose_own_notifications(
    caller: PersonCaller,
    State(app): State<App>,
    JsonBody(body): JsonBody<OwnChoices>,
) -> Result<Json<ChoicesView>, Problem> {
    let (context, person) = caller.into_parts();
    let asked: Vec<_> = body.choices.into_iter().map(|choice| (choice.kind, choice.enabled)).collect();
    Ok(Json(app.portal.choose_notifications(&context, &person, &asked).await?.into()))
}
