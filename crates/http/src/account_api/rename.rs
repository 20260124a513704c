//! `PATCH …/me`.

use axum::{extract::State, http::StatusCode};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    App,
    body::JsonBody,
    caller::PersonCaller,
    problem::{Problem, ProblemBody},
};

/// What to change of oneself.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "name": "Ada King" }))]
pub(crate) struct OwnChanges {
    /// 1 to 120 characters.
    name: String,
}

/// Change one's own name
///
/// Records `USER_UPDATED`; the name one has already records nothing.
#[utoipa::path(patch, path = "/me", tag = "account", request_body = OwnChanges, security(("session" = ["account"])), responses(
    (status = 204, description = "Changed"),
    (status = 422, description = "A field is invalid", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn rename_me(
    caller: PersonCaller,
    State(app): State<App>,
    JsonBody(body): JsonBody<OwnChanges>,
) -> Result<StatusCode, Problem> {
    let (context, person) = caller.into_parts();
    app.portal.rename_self(&context, &person, &body.name).await?;
    Ok(StatusCode::NO_CONTENT)
}
