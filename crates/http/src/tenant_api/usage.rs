//! `GET /tenant/api/usage`.

use axum::{Json, extract::State};
use daybook_portal::TenantScope;

use crate::{
    App,
    body::Query,
    caller::{Caller, may},
    problem::{Problem, ProblemBody},
    usage_view::{MonthParams, UsageView},
};

/// Read one's own usage
///
/// What the tenant used in a month of each quota, in all and by project.
#[utoipa::path(get, path = "/usage", tag = "plans", params(MonthParams), security(("api_token" = ["usage:read"])), responses(
    (status = 200, body = UsageView),
    (status = 422, description = "A parameter is invalid", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn read_usage(
    caller: Caller<may::UsageRead>,
    State(app): State<App>,
    Query(params): Query<MonthParams>,
) -> Result<Json<UsageView>, Problem> {
    // Under `/tenant/api` there is no caller of another side.
    let TenantScope::Of(tenant) = caller.scope() else { return Err(Problem::unauthenticated()) };
    Ok(Json(app.portal.usage(tenant, params.month()?).await?.into()))
}
