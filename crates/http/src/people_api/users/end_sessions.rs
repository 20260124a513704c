//! `DELETE …/users/{id}/sessions`.

use axum::{Json, extract::State};
use daybook_model::UserId;

use crate::{
    App,
    account_api::EndedView,
    body::Id,
    caller::{Caller, may},
    problem::{Problem, ProblemBody},
};

/// End all sessions of a user
///
/// Records a `SESSION_ENDED` for each.
#[utoipa::path(delete, path = "/users/{id}/sessions", tag = "people", params(("id" = String, Path)), security(("api_token" = ["sessions:write"])), responses(
    (status = 200, body = EndedView),
    (status = 404, description = "There is no such user", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn end_user_sessions(
    caller: Caller<may::SessionsWrite>,
    State(app): State<App>,
    Id(id): Id<UserId>,
) -> Result<Json<EndedView>, Problem> {
    let authority = caller.authority();
    let ended = app.portal.end_sessions_of(&caller.context(), authority, id).await?;
    Ok(Json(EndedView { ended }))
}
