//! The one place that numbers come from: totals and daily counts that the log keeps, each answer with the log size it holds at.
//! Must not count rows of state tables.

use std::{collections::BTreeMap, sync::Arc};

use daybook_model::{EventType, ProjectId, TenantId};
use uuid::Uuid;

use super::{Reads, TenantScope, memo::Known};
use crate::{
    Result,
    engine::{Row, statements, vals},
    log::unsigned,
};

statements! {
    FIGURES = "SELECT size, frontier, CAST(NULL AS bigint) AS day, CAST(NULL AS text) AS key, CAST(NULL AS bigint) AS value
        FROM log_state WHERE one = 1
        UNION ALL SELECT NULL, NULL, NULL, key, value FROM totals WHERE tenant_id = $1 AND project_id = $2
            AND EXISTS (SELECT 1 FROM log_state WHERE one = 1 AND frontier IS DISTINCT FROM $3)
        UNION ALL SELECT NULL, NULL, day, key, value FROM daily_counts
            WHERE tenant_id = $1 AND project_id = $2 AND day >= $4 AND day <= $5
            AND EXISTS (SELECT 1 FROM log_state WHERE one = 1 AND frontier IS DISTINCT FROM $3)";
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
    pub(super) values: BTreeMap<String, i64>,
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

/// Totals of one scope and the daily counts of a stretch of days, at one size of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figures {
    /// The totals.
    pub totals: Totals,
    /// The daily counts, in the order of their days.
    pub days: Vec<DailyCount>,
}

/// The answer to [`FIGURES`] as its rows come, in whatever order.
#[derive(Default)]
struct Reading {
    size: i64,
    frontier: Vec<u8>,
    totals: BTreeMap<String, i64>,
    days: Vec<DailyCount>,
}

impl Reading {
    fn row(&mut self, row: &Row<'_>) -> crate::engine::Result<()> {
        if let Some(size) = row.get(0)? {
            (self.size, self.frontier) = (size, row.get(1)?);
            return Ok(());
        }
        let (key, count) = (row.get(3)?, row.get(4)?);
        match row.get(2)? {
            Some(day) => self.days.push(DailyCount { day, key, count }),
            None => drop(self.totals.insert(key, count)),
        }
        Ok(())
    }

    fn done(mut self) -> Result<Known> {
        self.days.sort_by(|a, b| (a.day, &a.key).cmp(&(b.day, &b.key)));
        let totals = Totals { as_of: unsigned(self.size)?, values: self.totals };
        Ok(Known { frontier: self.frontier, figures: Arc::new(Figures { totals, days: self.days }) })
    }
}

fn keys(scope: TenantScope, project: Option<ProjectId>) -> (Uuid, Uuid) {
    (scope.id().unwrap_or_default(), project.map(ProjectId::uuid).unwrap_or_default())
}

impl Reads<'_> {
    /// Totals overall, of a tenant, or of one of its projects, with the daily counts of a stretch of days, both ends included.
    ///
    /// They follow from the log alone, so what was read once is answered again for as long as the log is the same: the database is
    /// asked for its frontier, and for numbers only if they are of another.
    pub async fn figures(
        &mut self,
        scope: TenantScope,
        project: Option<ProjectId>,
        first_day: i64,
        last_day: i64,
    ) -> Result<Arc<Figures>> {
        let (tenant, project) = keys(scope, project);
        let asked = (tenant, project, first_day, last_day);
        let known = self.memo.get(&asked);
        let frontier = known.as_ref().map(|known| known.frontier.clone());
        let values = vals![tenant, project, frontier, first_day, last_day];
        let mut read = Reading::default();
        self.conn().all(&FIGURES, values, |row| read.row(row)).await?;
        if let Some(known) = known.filter(|known| known.frontier == read.frontier) {
            return Ok(known.figures);
        }
        let known = read.done()?;
        self.memo.keep(asked, known.clone());
        Ok(known.figures)
    }

    /// Totals overall, of a tenant, or of one of its projects.
    pub async fn totals(&mut self, scope: TenantScope, project: Option<ProjectId>) -> Result<Totals> {
        let (first_day, last_day) = (1, 0);
        Ok(self.figures(scope, project, first_day, last_day).await?.totals.clone())
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
