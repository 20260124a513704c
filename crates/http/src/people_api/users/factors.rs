//! `DELETE …/users/{id}/factors`.

use axum::{Json, extract::State};
use daybook_model::UserId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    App,
    body::Id,
    caller::{Caller, may},
    problem::{Problem, ProblemBody},
};

/// How many factors were removed.
#[derive(Serialize, ToSchema)]
pub(crate) struct FactorsRemoved {
    /// How many.
    removed: usize,
}

/// Remove all sign-in factors of a user
///
/// For somebody who lost them. Their sessions end. Records `USER_FACTOR_REMOVED` for each.
#[utoipa::path(delete, path = "/users/{id}/factors", tag = "people", params(("id" = String, Path)), security(("api_token" = ["tenant-users:write"])), responses(
    (status = 200, body = FactorsRemoved),
    (status = 404, description = "There is no such user", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn reset_user_factors(
    caller: Caller<may::TenantUsersWrite>,
    State(app): State<App>,
    Id(id): Id<UserId>,
) -> Result<Json<FactorsRemoved>, Problem> {
    let authority = caller.authority();
    let removed = app.portal.reset_factors(&caller.context(), authority, id).await?;
    Ok(Json(FactorsRemoved { removed }))
}
