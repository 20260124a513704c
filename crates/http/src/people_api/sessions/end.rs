//! `DELETE …/sessions/{id}`.

use axum::{Json, extract::State};
use daybook_model::SessionId;

use super::SessionView;
use crate::{
    App,
    body::Id,
    caller::{Caller, may},
    problem::{Problem, ProblemBody},
};

/// End a session
///
/// Records `SESSION_ENDED`; ending it again records nothing.
#[utoipa::path(delete, path = "/sessions/{id}", tag = "people", params(("id" = String, Path)), security(("api_token" = ["sessions:write"])), responses(
    (status = 200, body = SessionView),
    (status = 404, description = "There is no such session", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn end_session(
    caller: Caller<may::SessionsWrite>,
    State(app): State<App>,
    Id(id): Id<SessionId>,
) -> Result<Json<SessionView>, Problem> {
    let (authority, current) = (caller.authority(), caller.session());
    let ended = app.portal.end_session(&caller.context(), authority, id).await?;
    Ok(Json(SessionView::seen_from(ended, current)))
}
