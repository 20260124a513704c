//! Questions about tenants.

use daybook_model::{
    Month, TenantId, Timestamp,
    plan::PlanLimits,
    tenant::{Tenant, TenantImpact, TenantStatus},
};

use super::{
    Cursor, Locks, Page, Reads,
    query::{Query, prefix_end},
};
use crate::{
    Result,
    engine::{Row, statements, vals},
    values::{parse, personal},
};

macro_rules! columns {
    () => {
        "id, slug, name, status, contact_email, domain, logo_url, primary_color, plan, own_device_limit, active_devices, \
         code_prefix, self_service_codes, version, created_at, updated_at, plan_device_limit, plan_project_limit, plan_activation_quota, live_projects, \
         enrolled_month, enrolled_in_month, subscription, trial_ends_at"
    };
}

statements! {
    TENANT_BY_SLUG = concat!("SELECT ", columns!(), " FROM tenants WHERE slug = $1 AND status <> 'deleted'");
    LOCK_TENANT_BY_SLUG = concat!("SELECT ", columns!(), " FROM tenants WHERE slug = $1 AND status <> 'deleted'"), lock "FOR NO KEY UPDATE";
    TENANT_BY_ID = concat!("SELECT ", columns!(), " FROM tenants WHERE id = $1");
    LOCK_TENANT_BY_ID = concat!("SELECT ", columns!(), " FROM tenants WHERE id = $1"), lock "FOR NO KEY UPDATE";
    TENANTS_BY_CODE_PREFIX = "SELECT id FROM tenants WHERE code_prefix = $1 AND status <> 'deleted' ORDER BY id LIMIT 10";
    TRIALS_OVER = "SELECT id FROM tenants WHERE trial_ends_at IS NOT NULL AND trial_ends_at <= $1 AND status <> 'deleted'
        ORDER BY trial_ends_at, id LIMIT $2";
    TENANT_IMPACT = "SELECT
        (SELECT count(*) FROM projects WHERE tenant_id = $1 AND status = 'active'),
        (SELECT count(*) FROM projects WHERE tenant_id = $1 AND status = 'inactive'),
        (SELECT count(*) FROM activation_codes WHERE tenant_id = $1 AND status = 'active'),
        (SELECT count(*) FROM devices WHERE tenant_id = $1 AND status = 'active'),
        (SELECT count(*) FROM users WHERE tenant_id = $1 AND status = 'invited'),
        (SELECT count(*) FROM users WHERE tenant_id = $1 AND status = 'active'),
        (SELECT count(*) FROM users WHERE tenant_id = $1 AND status = 'disabled'),
        (SELECT count(*) FROM sessions WHERE tenant_id = $1 AND status = 'active')";
}

/// How a list of tenants is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TenantSort {
    /// Latest first.
    #[default]
    Created,
    /// By name, A first.
    Name,
}

/// Which tenants a list shows.
#[derive(Debug, Clone, Default)]
pub struct TenantFilter {
    /// Start of the name or slug; such a list is sorted by name.
    pub search: Option<String>,
    /// Only those in this state.
    pub status: Option<TenantStatus>,
    /// How it is sorted.
    pub sort: TenantSort,
}

pub(crate) fn tenant(row: &Row<'_>) -> crate::engine::Result<Tenant> {
    tenant_at(row, 0)
}

/// A tenant whose columns start at `at`.
pub(crate) fn tenant_at(row: &Row<'_>, at: usize) -> crate::engine::Result<Tenant> {
    Ok(Tenant {
        id: row.get(at)?,
        slug: row.get(at + 1)?,
        name: row.get(at + 2)?,
        status: parse(row, at + 3)?,
        contact_email: personal(row, at + 4)?,
        domain: row.get(at + 5)?,
        logo_url: row.get(at + 6)?,
        primary_color: row.get(at + 7)?,
        plan: row.get(at + 8)?,
        own_device_limit: row.get(at + 9)?,
        active_devices: row.get(at + 10)?,
        code_prefix: row.get(at + 11)?,
        self_service_codes: row.get(at + 12)?,
        version: row.get(at + 13)?,
        created_at: row.get(at + 14)?,
        updated_at: row.get(at + 15)?,
        plan_limits: PlanLimits {
            devices: row.get(at + 16)?,
            projects: row.get(at + 17)?,
            activations: row.get(at + 18)?,
        },
        live_projects: row.get(at + 19)?,
        enrolled: (Month::from_number(row.get(at + 20)?), row.get(at + 21)?),
        subscription: parse(row, at + 22)?,
        trial_ends_at: row.get(at + 23)?,
    })
}

/// The list's statement and values.
pub(crate) fn list(
    filter: &TenantFilter,
    after: Option<&Cursor>,
    limit: i64,
) -> (crate::engine::Sql, Vec<crate::engine::Val>) {
    let mut query =
        Query::new("LIST_TENANTS", concat!("SELECT ", columns!(), " FROM tenants WHERE status <> 'deleted'"));
    query = query.and_opt("status = ?", filter.status.map(TenantStatus::as_str));
    let by_name = filter.search.is_some() || filter.sort == TenantSort::Name;
    if let Some(search) = &filter.search {
        let start = search.to_lowercase();
        let end = prefix_end(&start);
        query = query
            .then(
                "AND id IN (SELECT id FROM tenants WHERE status <> 'deleted' AND name_key >= ?",
                start.clone(),
            )
            .then("AND name_key < ?", end.clone())
            .then("UNION SELECT id FROM tenants WHERE status <> 'deleted' AND slug >= ?", start)
            .then("AND slug < ?)", end);
    }
    match (after, by_name) {
        (Some(Cursor { key, id }), true) => {
            query =
                query.then("AND (name_key, id) > (?,", key.as_deref().unwrap_or_default()).then("?)", *id);
        }
        (Some(Cursor { id, .. }), false) => query = query.and("id < ?", *id),
        (None, _) => {}
    }
    query
        .text(if by_name { "ORDER BY name_key, id" } else { "ORDER BY id DESC" })
        .then("LIMIT ?", limit + 1)
        .finish()
}

impl Reads<'_> {
    /// The tenant with this slug, unless it is deleted.
    pub async fn tenant_by_slug(&mut self, slug: &str) -> Result<Option<Tenant>> {
        Ok(self.conn().opt(&TENANT_BY_SLUG, vals![slug], tenant).await?)
    }

    /// The tenant with this id, also when it is deleted.
    pub async fn tenant(&mut self, id: TenantId) -> Result<Option<Tenant>> {
        Ok(self.conn().opt(&TENANT_BY_ID, vals![id], tenant).await?)
    }

    /// Those whose trial is over, longest first.
    pub async fn trials_over(&mut self, now: Timestamp, limit: u32) -> Result<Vec<TenantId>> {
        Ok(self.conn().all(&TRIALS_OVER, vals![now, i64::from(limit)], |row| row.get(0)).await?)
    }

    /// Those whose activation codes begin with this, as far as they are named after the tenant; ten at most.
    pub async fn tenants_with_code_prefix(&mut self, prefix: &str) -> Result<Vec<TenantId>> {
        Ok(self.conn().all(&TENANTS_BY_CODE_PREFIX, vals![prefix], |row| row.get(0)).await?)
    }

    /// A page of tenants that are not deleted.
    pub async fn tenants(
        &mut self,
        filter: &TenantFilter,
        after: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<Tenant>> {
        let (sql, values) = list(filter, after, i64::from(limit));
        let rows = self.conn().all(&sql, values, tenant).await?;
        let cursor = |tenant: &Tenant| Cursor { key: Some(tenant.name.to_lowercase()), id: tenant.id.uuid() };
        Ok(Page::cut(rows, limit as usize, cursor))
    }

    /// What deleting this tenant would close.
    pub async fn tenant_impact(&mut self, tenant: TenantId) -> Result<TenantImpact> {
        impact(&mut self.conn(), tenant).await
    }
}

async fn impact(conn: &mut crate::engine::Conn<'_>, tenant: TenantId) -> Result<TenantImpact> {
    let read = |row: &Row<'_>| {
        Ok(TenantImpact {
            projects_active: row.get(0)?,
            projects_inactive: row.get(1)?,
            codes_active: row.get(2)?,
            devices_active: row.get(3)?,
            users_invited: row.get(4)?,
            users_active: row.get(5)?,
            users_disabled: row.get(6)?,
            sessions_active: row.get(7)?,
        })
    };
    Ok(conn.one(&TENANT_IMPACT, vals![tenant], read).await?)
}

impl Locks<'_> {
    /// The tenant with this slug, unless it is deleted.
    pub async fn tenant_by_slug(&mut self, slug: &str) -> Result<Option<Tenant>> {
        Ok(self.conn().opt(&LOCK_TENANT_BY_SLUG, vals![slug], tenant).await?)
    }

    /// The tenant with this id, also when it is deleted.
    pub async fn tenant(&mut self, id: TenantId) -> Result<Option<Tenant>> {
        Ok(self.conn().opt(&LOCK_TENANT_BY_ID, vals![id], tenant).await?)
    }

    /// What deleting this tenant closes; nothing of it can change while the tenant's row is locked.
    pub async fn tenant_impact(&mut self, tenant: TenantId) -> Result<TenantImpact> {
        impact(self.conn(), tenant).await
    }
}
