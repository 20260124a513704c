//! Questions about plans.

use daybook_model::{
    TenantId,
    plan::{Plan, PlanLimits},
    tenant::Tenant,
};
use uuid::Uuid;

use super::{Cursor, Locks, Page, Reads};
use crate::{
    Result,
    engine::{Row, statements, vals},
};

macro_rules! columns {
    () => {
        "name, title, device_limit, project_limit, activation_quota, usage_quotas, version, created_at, updated_at"
    };
}

statements! {
    PLAN = concat!("SELECT ", columns!(), " FROM plans WHERE name = $1");
    LOCK_PLAN = concat!("SELECT ", columns!(), " FROM plans WHERE name = $1"), lock "FOR NO KEY UPDATE";
    HOLD_PLAN = concat!("SELECT ", columns!(), " FROM plans WHERE name = $1"), lock "FOR SHARE";
    LIST_PLANS = concat!("SELECT ", columns!(), " FROM plans WHERE name > $1 ORDER BY name LIMIT $2");
    TENANT_ON_PLAN = "SELECT id FROM tenants WHERE plan = $1 AND status <> 'deleted' LIMIT 1";
}

fn plan(row: &Row<'_>) -> crate::engine::Result<Plan> {
    let quotas = serde_json::from_str(&row.get::<String>(5)?);
    Ok(Plan {
        name: row.get(0)?,
        title: row.get(1)?,
        limits: PlanLimits { devices: row.get(2)?, projects: row.get(3)?, activations: row.get(4)? },
        usage_quotas: quotas.map_err(|_| row.unreadable(5, "is not a list of quotas"))?,
        version: row.get(6)?,
        created_at: row.get(7)?,
        updated_at: row.get(8)?,
    })
}

impl Reads<'_> {
    /// The plan with this name.
    pub async fn plan(&mut self, name: &str) -> Result<Option<Plan>> {
        Ok(self.conn().opt(&PLAN, vals![name], plan).await?)
    }

    /// A page of plans, by name.
    pub async fn plans(&mut self, after: Option<&Cursor>, limit: u32) -> Result<Page<Plan>> {
        let after = after.and_then(|cursor| cursor.key.as_deref()).unwrap_or_default();
        let rows = self.conn().all(&LIST_PLANS, vals![after, i64::from(limit) + 1], plan).await?;
        let cursor = |plan: &Plan| Cursor { key: Some(plan.name.clone()), id: Uuid::nil() };
        Ok(Page::cut(rows, limit as usize, cursor))
    }

    /// The plan of a tenant that is locked: no edit of it can come in between.
    pub async fn plan_of(&mut self, tenant: &Tenant) -> Result<Option<Plan>> {
        self.plan(&tenant.plan).await
    }

    /// Whether some tenant is on this plan.
    pub async fn is_plan_in_use(&mut self, name: &str) -> Result<bool> {
        let found: Option<TenantId> = self.conn().opt(&TENANT_ON_PLAN, vals![name], |row| row.get(0)).await?;
        Ok(found.is_some())
    }
}

impl Locks<'_> {
    /// The plan with this name, to change it. Lock it before any tenant.
    pub async fn plan(&mut self, name: &str) -> Result<Option<Plan>> {
        Ok(self.conn().opt(&LOCK_PLAN, vals![name], plan).await?)
    }

    /// The plan with this name, so that nobody changes it while a tenant comes to it. Lock it before any tenant.
    pub async fn plan_to_join(&mut self, name: &str) -> Result<Option<Plan>> {
        Ok(self.conn().opt(&HOLD_PLAN, vals![name], plan).await?)
    }
}
