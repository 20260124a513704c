//! The one place that numbers come from: totals and daily counts that the log keeps, each answer with the log size it holds at.
//! Must not count rows of state tables.

use std::collections::BTreeMap;

use daybook_model::{EventType, ProjectId, TenantId};
use uuid::Uuid;

use super::{Reads, TenantScope};
use crate::{
    Result,
    engine::{Row, statements, vals},
    log::unsigned,
};

statements! {
    TOTALS = "SELECT s.size, t.key, t.value FROM log_state s
        LEFT JOIN totals t ON t.tenant_id = $1 AND t.project_id = $2 WHERE s.one = 1";
    DAILY_COUNTS = "SELECT day, key, value FROM daily_counts
        WHERE tenant_id = $1 AND project_id = $2 AND day >= $3 AND day <= $4 ORDER BY day, key";
    FIGURES = "SELECT s.size, t.key, t.value, CAST(NULL AS bigint) FROM log_state s
        LEFT JOIN totals t ON t.tenant_id = $1 AND t.project_id = $2 WHERE s.one = 1
        UNION ALL SELECT CAST(NULL AS bigint), d.key, d.value, d.day FROM daily_counts d
        WHERE d.tenant_id = $1 AND d.project_id = $2 AND d.day >= $3 AND d.day <= $4";
    DAILY_SUM_BEFORE = "SELECT COALESCE(CAST(sum(value) AS bigint), 0) FROM daily_counts
        WHERE tenant_id = $1 AND project_id = $2 AND day < $3 AND key = $4";
    TOP_TENANTS = "SELECT o.tenant_id, o.value FROM totals o
        WHERE o.key = $1 AND o.project_id = $2 AND o.value > 0 AND o.tenant_id <> $2 ORDER BY o.value DESC, o.tenant_id LIMIT $3";
    ACTIVE_PROJECTS = "SELECT w.id, w.name, t.id, t.slug, t.name, w.active, COALESCE(r.value, 0), w.activated_at
        FROM (SELECT p.tenant_id, p.id, p.name, p.activated_at, COALESCE(a.value, 0) AS active
            FROM totals o JOIN projects p ON p.tenant_id = o.tenant_id AND p.status = 'active'
            LEFT JOIN totals a ON a.tenant_id = p.tenant_id AND a.project_id = p.id AND a.key = 'devices.active'
            WHERE o.key = 'projects.active' AND o.project_id = $1 AND o.value > 0 AND o.tenant_id <> $1
            ORDER BY active DESC, p.id LIMIT $2) w
        JOIN tenants t ON t.id = w.tenant_id
        LEFT JOIN totals r ON r.tenant_id = w.tenant_id AND r.project_id = w.id AND r.key = 'devices.revoked'
        ORDER BY w.active DESC, w.id";
}

/// Totals of one scope by key, and the log size they hold at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Totals {
    /// How many entries the log had.
    pub as_of: u64,
    values: BTreeMap<String, i64>,
}

impl Totals {
    /// The value of a total; 0 if nothing was ever counted.
    pub fn get(&self, total: &daybook_model::totals::Total) -> i64 {
        self.values.get(&total.key()).copied().unwrap_or_default()
    }

    /// The totals whose key starts with `prefix`, without it, zeros left out.
    pub fn starting_with(&self, prefix: &str) -> Vec<(String, i64)> {
        let named = self
            .values
            .iter()
            .filter_map(|(key, value)| Some((key.strip_prefix(prefix)?.to_owned(), *value)));
        named.filter(|(_, value)| *value != 0).collect()
    }
}

/// How often something happened on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DailyCount {
    /// UTC day, counted from 1970-01-01.
    pub day: i64,
    /// The type's wire name, or `TYPE:detail`.
    pub key: String,
    /// How often.
    pub count: i64,
}

/// A tenant in a ranking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantTotals {
    /// The tenant.
    pub tenant: TenantId,
    /// The total it is ranked by.
    pub value: i64,
}

/// An active project and its devices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectDevices {
    /// The project.
    pub id: ProjectId,
    /// Its name.
    pub name: String,
    /// Its tenant.
    pub tenant: TenantId,
    /// Its tenant's slug.
    pub tenant_slug: String,
    /// Its tenant's name.
    pub tenant_name: String,
    /// Devices that may work.
    pub devices_active: i64,
    /// Devices that were revoked.
    pub devices_revoked: i64,
    /// Whether a device ever activated with one of its codes.
    pub activated: bool,
}

fn keys(scope: TenantScope, project: Option<ProjectId>) -> (Uuid, Uuid) {
    (scope.id().unwrap_or_default(), project.map(ProjectId::uuid).unwrap_or_default())
}

impl Reads<'_> {
    /// Totals overall, of a tenant, or of one of its projects.
    pub async fn totals(&mut self, scope: TenantScope, project: Option<ProjectId>) -> Result<Totals> {
        let (tenant, project) = keys(scope, project);
        let read = |row: &Row<'_>| {
            Ok((row.get::<i64>(0)?, row.get::<Option<String>>(1)?, row.get::<Option<i64>>(2)?))
        };
        let rows = self.conn().all(&TOTALS, vals![tenant, project], read).await?;
        let as_of = unsigned(rows.first().map_or(0, |(size, ..)| *size))?;
        Ok(Totals { as_of, values: rows.into_iter().filter_map(|(_, key, value)| key.zip(value)).collect() })
    }

    /// Daily counts of a stretch of days, both ends included, in the order of their days.
    pub async fn daily_counts(
        &mut self,
        scope: TenantScope,
        project: Option<ProjectId>,
        first_day: i64,
        last_day: i64,
    ) -> Result<Vec<DailyCount>> {
        let (tenant, project) = keys(scope, project);
        let read = |row: &Row<'_>| Ok(DailyCount { day: row.get(0)?, key: row.get(1)?, count: row.get(2)? });
        Ok(self.conn().all(&DAILY_COUNTS, vals![tenant, project, first_day, last_day], read).await?)
    }

    /// The totals and the daily counts of a stretch of days, both ends included, in the order of their days: one question, for they
    /// are what nearly every page of figures is made of.
    pub async fn figures(
        &mut self,
        scope: TenantScope,
        project: Option<ProjectId>,
        first_day: i64,
        last_day: i64,
    ) -> Result<(Totals, Vec<DailyCount>)> {
        let (tenant, project) = keys(scope, project);
        let mut as_of = 0;
        let (mut values, mut counts) = (BTreeMap::new(), vec![]);
        let read = |row: &Row<'_>| {
            let (key, value) = (row.get::<Option<String>>(1)?, row.get::<Option<i64>>(2)?);
            as_of = row.get::<Option<i64>>(0)?.unwrap_or(as_of);
            match (key.zip(value), row.get(3)?) {
                (Some((key, count)), Some(day)) => counts.push(DailyCount { day, key, count }),
                (Some((key, value)), None) => drop(values.insert(key, value)),
                (None, _) => {}
            }
            Ok(())
        };
        self.conn().all(&FIGURES, vals![tenant, project, first_day, last_day], read).await?;
        counts.sort_by(|a, b| (a.day, &a.key).cmp(&(b.day, &b.key)));
        Ok((Totals { as_of: unsigned(as_of)?, values }, counts))
    }

    /// How often an event type happened before a day.
    pub async fn count_before(
        &mut self,
        scope: TenantScope,
        project: Option<ProjectId>,
        kind: EventType,
        day: i64,
    ) -> Result<i64> {
        let (tenant, project) = keys(scope, project);
        Ok(self
            .conn()
            .one(&DAILY_SUM_BEFORE, vals![tenant, project, day, kind.wire()], |row| row.get(0))
            .await?)
    }

    /// The tenants with most of something.
    pub async fn top_tenants(
        &mut self,
        total: &daybook_model::totals::Total,
        limit: u32,
    ) -> Result<Vec<TenantTotals>> {
        let read = |row: &Row<'_>| Ok(TenantTotals { tenant: row.get(0)?, value: row.get(1)? });
        let values = vals![total.key(), Uuid::nil(), i64::from(limit)];
        Ok(self.conn().all(&TOP_TENANTS, values, read).await?)
    }

    /// Active projects with their devices, activated by a code or not; those with most devices first.
    pub async fn active_projects(&mut self, limit: u32) -> Result<Vec<ProjectDevices>> {
        let read = |row: &Row<'_>| {
            Ok(ProjectDevices {
                id: row.get(0)?,
                name: row.get(1)?,
                tenant: row.get(2)?,
                tenant_slug: row.get(3)?,
                tenant_name: row.get(4)?,
                devices_active: row.get(5)?,
                devices_revoked: row.get(6)?,
                activated: row.get::<Option<daybook_model::Timestamp>>(7)?.is_some(),
            })
        };
        Ok(self.conn().all(&ACTIVE_PROJECTS, vals![Uuid::nil(), i64::from(limit)], read).await?)
    }
}
