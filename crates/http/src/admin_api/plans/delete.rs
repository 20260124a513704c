//! `DELETE /admin/api/plans/{name}`.

use axum::{
    extract::{Path, State},
    http::StatusCode,
};

use crate::{
    App,
    caller::{AdminCaller, may},
    etag::IfMatch,
    problem::{Problem, ProblemBody},
};

/// Delete a plan
///
/// Only one that no tenant is on. Records `PLAN_DELETED`.
#[utoipa::path(delete, path = "/plans/{name}", tag = "plans", params(
    ("name" = String, Path), ("If-Match" = Option<String>, Header, description = "The `ETag` that was read; 412 if it is stale"),
), security(("api_token" = ["plans:write"])), responses(
    (status = 204, description = "It is deleted"),
    (status = 404, description = "There is no such plan", body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, description = "`PLAN_IN_USE`: tenants are on it", body = ProblemBody, content_type = "application/problem+json"),
    (status = 412, description = "It was changed in the meantime", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn delete_plan(
    caller: AdminCaller<may::PlansWrite>,
    State(app): State<App>,
    Path(name): Path<String>,
    IfMatch(version): IfMatch,
) -> Result<StatusCode, Problem> {
    app.portal.delete_plan(&caller.context(), &name, version).await?;
    Ok(StatusCode::NO_CONTENT)
}
