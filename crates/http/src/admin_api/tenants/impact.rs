//! `GET /admin/api/tenants/{slug}/deletion-impact`.

use axum::{
    Json,
    extract::{Path, State},
};
use daybook_model::tenant::TenantImpact;
use serde::Serialize;
use utoipa::ToSchema;

use super::TenantView;
use crate::{
    App,
    caller::{AdminCaller, may},
    problem::{Problem, ProblemBody},
};

/// What deleting a tenant closes, counted.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ImpactView {
    /// Active projects that are deleted.
    projects_active: i64,
    /// Inactive projects that are deleted.
    projects_inactive: i64,
    /// Active codes that are revoked.
    codes_active: i64,
    /// Active devices that are revoked.
    devices_active: i64,
    /// Users who are removed, in whatever state.
    users: i64,
    /// Sessions that are ended.
    sessions_active: i64,
}

impl From<TenantImpact> for ImpactView {
    fn from(impact: TenantImpact) -> Self {
        let TenantImpact {
            projects_active,
            projects_inactive,
            codes_active,
            devices_active,
            users_invited,
            users_active,
            users_disabled,
            sessions_active,
        } = impact;
        let users = users_invited + users_active + users_disabled;
        Self { projects_active, projects_inactive, codes_active, devices_active, users, sessions_active }
    }
}

/// What would happen.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DeletionImpact {
    tenant: TenantView,
    closes: ImpactView,
    /// The log size at which this holds.
    as_of: u64,
}

/// Preview a deletion
///
/// Counts what deleting the tenant would close; changes nothing.
#[utoipa::path(get, path = "/tenants/{slug}/deletion-impact", tag = "tenants", params(("slug" = String, Path)), security(("api_token" = ["tenants:read"])), responses(
    (status = 200, body = DeletionImpact),
    (status = 404, description = "There is no such tenant", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn read_deletion_impact(
    _: AdminCaller<may::TenantsRead>,
    State(app): State<App>,
    Path(slug): Path<String>,
) -> Result<Json<DeletionImpact>, Problem> {
    let (tenant, impact, as_of) = app.portal.deletion_impact(&slug).await?;
    let tenant = TenantView::new(tenant, app.portal.store().now());
    Ok(Json(DeletionImpact { tenant, closes: impact.into(), as_of }))
}
