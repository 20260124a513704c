//! `DELETE …/me/sessions/{id}`.

use axum::{extract::State, http::StatusCode};
use daybook_model::SessionId;

use crate::{
    App,
    body::Id,
    caller::PersonCaller,
    problem::{Problem, ProblemBody},
};

/// End one of one's own sessions
///
/// Records `SESSION_ENDED`; ending it again records nothing.
#[utoipa::path(delete, path = "/me/sessions/{id}", tag = "account", params(("id" = String, Path)), security(("session" = ["account"])), responses(
    (status = 204, description = "It has ended"),
    (status = 404, description = "There is no such session of one's own", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn end_own_session(
    caller: PersonCaller,
    State(app): State<App>,
    Id(id): Id<SessionId>,
) -> Result<StatusCode, Problem> {
    let (context, person) = caller.into_parts();
    app.portal.end_own_session(&context, &person, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
