//! `GET /admin/api/tenants/{slug}/usage`.

use axum::{
    Json,
    extract::{Path, State},
};

use crate::{
    App,
    body::Query,
    caller::{AdminCaller, may},
    problem::{Problem, ProblemBody},
    usage_view::{MonthParams, UsageView},
};

/// Read a tenant's usage
///
/// What it used in a month of each quota, in all and by project.
#[utoipa::path(get, path = "/tenants/{slug}/usage", tag = "plans", params(("slug" = String, Path), MonthParams), security(("api_token" = ["usage:read"])), responses(
    (status = 200, body = UsageView),
    (status = 404, description = "There is no such tenant", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "A parameter is invalid", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn read_tenant_usage(
    _: AdminCaller<may::UsageRead>,
    State(app): State<App>,
    Path(slug): Path<String>,
    Query(params): Query<MonthParams>,
) -> Result<Json<UsageView>, Problem> {
    let tenant = app.portal.tenant(&slug).await?;
    Ok(Json(app.portal.usage(tenant.id, params.month()?).await?.into()))
}
