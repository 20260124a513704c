//! `GET /admin/api/tenants`.

use axum::{Json, extract::State};
use daybook_portal::{TenantFilter, TenantSort};
use serde::Deserialize;
use utoipa::IntoParams;

use super::TenantView;
use crate::{
    App,
    body::{Query, parse_optional},
    caller::{AdminCaller, may},
    page::{Items, PageParams},
    problem::{Problem, ProblemBody},
};

/// Which tenants.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Params {
    /// Start of the name or slug; such a list is sorted by name.
    search: Option<String>,
    /// `active` or `suspended`.
    status: Option<String>,
    /// `created` (latest first, the default) or `name`.
    sort: Option<String>,
    #[serde(flatten)]
    #[param(ignore)]
    page: PageParams,
}

/// List tenants
///
/// Deleted tenants are not listed; their events stay in the log.
#[utoipa::path(get, path = "/tenants", tag = "tenants", params(Params, PageParams), security(("api_token" = ["tenants:read"])), responses(
    (status = 200, body = Items<TenantView>),
    (status = 422, description = "A parameter is invalid", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn list_tenants(
    _: AdminCaller<may::TenantsRead>,
    State(app): State<App>,
    Query(params): Query<Params>,
) -> Result<Json<Items<TenantView>>, Problem> {
    let sort = match params.sort.as_deref() {
        None | Some("" | "created") => TenantSort::Created,
        Some("name") => TenantSort::Name,
        Some(_) => return Err(Problem::field("?sort", "INVALID_VALUE", "expected created or name")),
    };
    let filter = TenantFilter {
        search: params.search.filter(|search| !search.is_empty()),
        status: parse_optional("?status", params.status.as_deref())?,
        sort,
    };
    let page = app.portal.tenants(&filter, params.page.cursor()?.as_ref(), params.page.limit()?).await?;
    let now = app.portal.store().now();
    Ok(Json(Items::of(page, |tenant| TenantView::new(tenant, now))))
}
