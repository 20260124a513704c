//! `DELETE …/codes/{id}`.

use axum::{Json, extract::State};
use daybook_model::CodeId;

use super::CodeView;
use crate::{
    App,
    admin_api::reason::ReasonParams,
    body::{Id, Query},
    caller::{Caller, may},
    problem::{Problem, ProblemBody},
};

/// Revoke an activation code
///
/// It enrols no more devices; those it has enrolled stay. Records `CODE_REVOKED`; revoking it again records nothing.
#[utoipa::path(delete, path = "/codes/{id}", tag = "codes", params(("id" = String, Path), ReasonParams), security(("api_token" = ["codes:write"])), responses(
    (status = 200, body = CodeView),
    (status = 404, description = "There is no such code", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn revoke_code(
    caller: Caller<may::CodesWrite>,
    State(app): State<App>,
    Id(id): Id<CodeId>,
    Query(params): Query<ReasonParams>,
) -> Result<Json<CodeView>, Problem> {
    let scope = caller.scope();
    let code = app.portal.revoke_code(&caller.context(), scope, id, params.reason.as_deref()).await?;
    Ok(Json(code.into()))
}
