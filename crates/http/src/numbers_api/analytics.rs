//! `GET /admin/api/analytics`.

use axum::{Json, extract::State};
use daybook_model::ProjectId;
use daybook_portal::{Analytics, Range, TenantScope};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    App,
    admin_api::tenant_scope::tenant_scope,
    body::{Query, parse_optional},
    caller::{AdminCaller, may},
    problem::{Problem, ProblemBody},
};

/// Which numbers.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Params {
    /// `today`, `7d`, `30d` (if absent), `90d`, `1y` or `FROM..TO` with dates.
    range: Option<String>,
    /// Slug or id of a tenant.
    tenant: Option<String>,
    /// Id of a project.
    project: Option<String>,
}

/// Analytics
///
/// The same totals as the dashboard, and what happened in a range of days: overall, for a tenant or for a project.
#[utoipa::path(get, path = "/analytics", tag = "numbers", params(Params), security(("api_token" = ["numbers:read"])), responses(
    (status = 200, body = Analytics),
    (status = 404, description = "There is no such tenant or project", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "A parameter is invalid", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn analytics(
    _: AdminCaller<may::NumbersRead>,
    State(app): State<App>,
    Query(params): Query<Params>,
) -> Result<Json<Analytics>, Problem> {
    let range = params.range.as_deref().filter(|range| !range.is_empty()).unwrap_or("30d");
    let range = Range::parse(range, app.portal.store().now())
        .map_err(|error| Problem::field("?range", "INVALID_RANGE", error.to_string()))?;
    let project: Option<ProjectId> = parse_optional("?project", params.project.as_deref())?;
    let tenant = match tenant_scope(&app, params.tenant.as_deref()).await? {
        TenantScope::All => None,
        TenantScope::Of(tenant) => Some(tenant),
    };
    Ok(Json(app.portal.analytics(range, tenant, project).await?))
}
