//! `DELETE …/me/sessions`.

use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{App, caller::PersonCaller, problem::Problem};

/// How many sessions were ended.
#[derive(Serialize, ToSchema)]
pub(crate) struct EndedView {
    /// How many.
    pub(crate) ended: usize,
}

/// End all one's other sessions
///
/// Records a `SESSION_ENDED` for each; the session that asks goes on.
#[utoipa::path(delete, path = "/me/sessions", tag = "account", security(("session" = ["account"])), responses(
    (status = 200, body = EndedView),
))]
pub(crate) async fn end_other_sessions(
    caller: PersonCaller,
    State(app): State<App>,
) -> Result<Json<EndedView>, Problem> {
    let (context, person) = caller.into_parts();
    let ended = app.portal.end_other_sessions(&context, &person).await?;
    Ok(Json(EndedView { ended }))
}
