//! Questions about what a tenant has used of its monthly quotas. They name the tenant first.

use std::collections::BTreeMap;

use daybook_model::{Month, ProjectId, TenantId};

use super::Reads;
use crate::{
    Result,
    engine::{Row, Sql, statements, vals},
};

statements! {
    USED = "SELECT month, kind, CAST(sum(quantity) AS bigint) FROM usage_months
        WHERE tenant_id = $1 AND month >= $2 AND month <= $3 GROUP BY month, kind";
    TOLD = "SELECT month, kind, max(percent) FROM quota_notices
        WHERE tenant_id = $1 AND month >= $2 AND month <= $3 GROUP BY month, kind";
    USED_BY_PROJECT = "SELECT u.kind, p.id, p.name, u.quantity FROM usage_months u
        LEFT JOIN projects p ON p.tenant_id = u.tenant_id AND p.id = u.project_id
        WHERE u.tenant_id = $1 AND u.month = $2 ORDER BY u.kind, u.project_id";
    ACTIVATED_BY_PROJECT = "SELECT 'activations', p.id, p.name, m.activations FROM activation_months m
        LEFT JOIN projects p ON p.tenant_id = m.tenant_id AND p.id = m.project_id
        WHERE m.tenant_id = $1 AND m.month = $2 ORDER BY m.project_id";
}

/// What a project used of a kind in a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectUse {
    /// Of what.
    pub kind: String,
    /// The project's id and name; none for what belongs to no project.
    pub project: Option<(ProjectId, String)>,
    /// How much.
    pub quantity: i64,
}

/// A number for each month and kind.
pub type ByMonthAndKind = BTreeMap<(Month, String), i64>;

impl Reads<'_> {
    /// What devices reported of each kind in these months, both ends included.
    pub async fn usage(&mut self, tenant: TenantId, first: Month, last: Month) -> Result<ByMonthAndKind> {
        self.by_month_and_kind(&USED, tenant, first, last).await
    }

    /// The highest part of each quota that an event has said to be used in these months, in percent.
    pub async fn quotas_told(
        &mut self,
        tenant: TenantId,
        first: Month,
        last: Month,
    ) -> Result<ByMonthAndKind> {
        self.by_month_and_kind(&TOLD, tenant, first, last).await
    }

    async fn by_month_and_kind(
        &mut self,
        sql: &'static Sql,
        tenant: TenantId,
        first: Month,
        last: Month,
    ) -> Result<ByMonthAndKind> {
        let read =
            |row: &Row<'_>| Ok(((Month::from_number(row.get(0)?), row.get::<String>(1)?), row.get(2)?));
        let values = vals![tenant, first.number(), last.number()];
        Ok(self.conn().all(sql, values, read).await?.into_iter().collect())
    }

    /// What each project used of each kind in a month, activations among them.
    pub async fn usage_by_project(&mut self, tenant: TenantId, month: Month) -> Result<Vec<ProjectUse>> {
        let read = |row: &Row<'_>| {
            let (id, name) = (row.get::<Option<ProjectId>>(1)?, row.get::<Option<String>>(2)?);
            Ok(ProjectUse { kind: row.get(0)?, project: id.zip(name), quantity: row.get(3)? })
        };
        let values = || vals![tenant, month.number()];
        let mut found = self.conn().all(&ACTIVATED_BY_PROJECT, values(), read).await?;
        found.extend(self.conn().all(&USED_BY_PROJECT, values(), read).await?);
        Ok(found)
    }
}
