//! What an event adds to the numbers, and the writes that add up a batch of events. Numbers never come from state tables.

use std::collections::BTreeMap;

use daybook_model::{Recorded, Timestamp, event::Subjects, totals::Deltas};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    Result, StoreError,
    engine::{Engine, Sql, Write, statements, vals},
};

statements! {
    // SQLite has no round trips: row by row costs it nothing.
    RAISE_TOTAL = "INSERT INTO totals (tenant_id, project_id, key, value) VALUES ($1, $2, $3, $4)
        ON CONFLICT (tenant_id, project_id, key) DO UPDATE SET value = totals.value + excluded.value";
    LOWER_TOTAL = "UPDATE totals SET value = value - $1 WHERE tenant_id = $2 AND project_id = $3 AND key = $4";
    CLOSE_PROJECT_TOTALS = "UPDATE totals SET value = 0 WHERE tenant_id = $1 AND project_id <> $2 AND value <> 0";
    RAISE_DAILY = "INSERT INTO daily_counts (tenant_id, project_id, day, key, value) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (tenant_id, project_id, day, key) DO UPDATE SET value = daily_counts.value + excluded.value";
    // All rows of a batch travel in one statement: a batch under load has hundreds.
    RAISE_TOTALS = "INSERT INTO totals (tenant_id, project_id, key, value)
        SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::bigint[])
        ON CONFLICT (tenant_id, project_id, key) DO UPDATE SET value = totals.value + excluded.value", only Engine::Postgres;
    LOWER_TOTALS = "UPDATE totals t SET value = t.value - l.value
        FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::bigint[]) AS l (tenant_id, project_id, key, value)
        WHERE t.tenant_id = l.tenant_id AND t.project_id = l.project_id AND t.key = l.key", only Engine::Postgres;
    RAISE_DAILIES = "INSERT INTO daily_counts (tenant_id, project_id, day, key, value)
        SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::text[], $5::bigint[])
        ON CONFLICT (tenant_id, project_id, day, key) DO UPDATE SET value = daily_counts.value + excluded.value", only Engine::Postgres;
    WIDEN_SPAN = "INSERT INTO log_spans (level, idx, first_at, last_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (level, idx) DO UPDATE SET
            first_at = CASE WHEN excluded.first_at < log_spans.first_at THEN excluded.first_at ELSE log_spans.first_at END,
            last_at = CASE WHEN excluded.last_at > log_spans.last_at THEN excluded.last_at ELSE log_spans.last_at END";
}

/// What one event adds; travels with it through the outbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Counts {
    /// The UTC day on which it happened, counted from 1970-01-01.
    day: i64,
    tenant: Option<Uuid>,
    project: Option<Uuid>,
    /// Keys of the daily counts it raises by one.
    daily: Vec<String>,
    /// Key, project it also counts for, and by how much; for the tenant and overall.
    totals: Vec<(String, Option<Uuid>, i64)>,
    /// Key and project that something already counted joins.
    joins: Option<(String, Uuid)>,
    /// Every project of the tenant ends.
    closes_projects: bool,
}

impl Counts {
    pub(crate) fn of(recorded: &Recorded, subjects: &Subjects) -> Self {
        let Deltas { totals, daily_detail, joins_project, closes_projects } = recorded.payload.deltas();
        let kind = recorded.payload.event_type().wire();
        let mut daily = vec![kind.to_owned()];
        daily.extend(daily_detail.map(|detail| format!("{kind}:{detail}")));
        Self {
            day: recorded.occurred_at.day(),
            tenant: subjects.tenant.as_ref().map(|tenant| tenant.id.uuid()),
            project: subjects.project.as_ref().map(|project| project.id.uuid()),
            daily,
            totals: totals
                .into_iter()
                .map(|(total, project, by)| (total.key(), project.map(daybook_model::ProjectId::uuid), by))
                .collect(),
            joins: joins_project.map(|(project, total)| (total.key(), project.uuid())),
            closes_projects,
        }
    }

    pub(crate) fn to_text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    pub(crate) fn from_text(text: &str) -> Result<Self> {
        serde_json::from_str(text)
            .map_err(|_| StoreError::DamagedLog("deltas of the outbox cannot be read".to_owned()))
    }
}

/// Tenant, project (nil: for all of them), and what is counted.
type TotalKey = (Uuid, Uuid, String);
/// The same on a day.
type DailyKey = (Uuid, Uuid, i64, String);

/// How many spans of one level are one of the next; the first level has as many entries.
pub(crate) const SPAN: i64 = 256;
/// How many levels of spans there are.
pub(crate) const SPAN_LEVELS: i64 = 3;

/// When the first and the last entry of a stretch of the log happened, in time.
#[derive(Debug, Clone, Copy)]
struct Span(Timestamp, Timestamp);

impl Span {
    fn widen(&mut self, Self(first, last): Self) {
        *self = Self(self.0.min(first), self.1.max(last));
    }
}

/// Adds up the counts of a batch, so that each number is written once per batch.
#[derive(Default)]
pub(crate) struct Sum {
    totals: BTreeMap<TotalKey, i64>,
    daily: BTreeMap<DailyKey, i64>,
    /// By level and index.
    spans: BTreeMap<(i64, i64), Span>,
    settled: Vec<Step>,
}

/// What is done to totals before what comes after it.
enum Step {
    Raise(Vec<(TotalKey, i64)>),
    Lower(Vec<(TotalKey, i64)>),
    CloseProjectsOf(Uuid),
}

impl Sum {
    /// Adds an event with its sequence number.
    pub(crate) fn add(&mut self, seq: i64, occurred_at: Timestamp, counts: &Counts) {
        let mut idx = seq;
        for level in 1..=SPAN_LEVELS {
            idx /= SPAN;
            self.widen((level, idx), Span(occurred_at, occurred_at));
        }
        let tenant = counts.tenant.unwrap_or_default();
        let nil = Uuid::nil();
        for key in &counts.daily {
            let mut raise = |tenant, project| {
                *self.daily.entry((tenant, project, counts.day, key.clone())).or_default() += 1;
            };
            raise(nil, nil);
            if !tenant.is_nil() {
                raise(tenant, nil);
            }
            if let Some(project) = counts.project {
                raise(tenant, project);
            }
        }
        if counts.closes_projects {
            self.settle_totals();
            self.settled.push(Step::CloseProjectsOf(tenant));
        }
        for (key, project, by) in &counts.totals {
            self.raise(nil, nil, key, *by);
            if !tenant.is_nil() {
                self.raise(tenant, nil, key, *by);
            }
            if let Some(project) = project {
                self.raise(tenant, *project, key, *by);
            }
        }
        if let Some((key, project)) = &counts.joins {
            self.raise(tenant, *project, key, 1);
        }
    }

    fn widen(&mut self, place: (i64, i64), by: Span) {
        self.spans.entry(place).or_insert(by).widen(by);
    }

    fn raise(&mut self, tenant: Uuid, project: Uuid, key: &str, by: i64) {
        *self.totals.entry((tenant, project, key.to_owned())).or_default() += by;
    }

    /// A total below zero is refused by the database: the log is then damaged and nothing of the batch is written.
    fn settle_totals(&mut self) {
        // Raises first: a move between two states within one batch never passes below zero.
        let (lower, raise): (Vec<_>, Vec<_>) = std::mem::take(&mut self.totals)
            .into_iter()
            .filter(|(_, by)| *by != 0)
            .partition(|(_, by)| *by < 0);
        self.settled.push(Step::Raise(raise));
        self.settled.push(Step::Lower(lower.into_iter().map(|(key, by)| (key, -by)).collect()));
    }

    /// Goes on with what happened after it.
    pub(crate) fn join(&mut self, later: Self) {
        let Self { totals, daily, spans, settled } = later;
        if !settled.is_empty() {
            // What it wrote in between stands on all that came before.
            self.settle_totals();
            self.settled.extend(settled);
        }
        for (key, by) in totals {
            *self.totals.entry(key).or_default() += by;
        }
        for (key, by) in daily {
            *self.daily.entry(key).or_default() += by;
        }
        for (place, span) in spans {
            self.widen(place, span);
        }
    }

    /// The writes that add the batch to the numbers.
    pub(crate) fn into_writes(mut self, engine: Engine) -> Vec<Write> {
        self.settle_totals();
        let steps = self.settled.into_iter().flat_map(|step| step.into_writes(engine));
        let mut writes: Vec<Write> = steps.chain(daily_writes(self.daily, engine)).collect();
        for ((level, idx), Span(first, last)) in self.spans {
            writes.push(Write::one(&WIDEN_SPAN, vals![level, idx, first, last]));
        }
        writes
    }
}

impl Step {
    fn into_writes(self, engine: Engine) -> Vec<Write> {
        match (self, engine) {
            (Self::CloseProjectsOf(tenant), _) => {
                vec![Write::any(&CLOSE_PROJECT_TOTALS, vals![tenant, Uuid::nil()])]
            }
            (Self::Raise(rows) | Self::Lower(rows), _) if rows.is_empty() => vec![],
            (Self::Raise(rows), Engine::Sqlite) => rows
                .into_iter()
                .map(|((tenant, project, key), by)| Write::one(&RAISE_TOTAL, vals![tenant, project, key, by]))
                .collect(),
            (Self::Lower(rows), Engine::Sqlite) => rows
                .into_iter()
                .map(|((tenant, project, key), by)| Write::one(&LOWER_TOTAL, vals![by, tenant, project, key]))
                .collect(),
            (Self::Raise(rows), Engine::Postgres) => vec![total_rows(&RAISE_TOTALS, rows)],
            (Self::Lower(rows), Engine::Postgres) => vec![total_rows(&LOWER_TOTALS, rows)],
        }
    }
}

fn total_rows(sql: &'static Sql, rows: Vec<(TotalKey, i64)>) -> Write {
    let count = rows.len() as u64;
    let (mut tenants, mut projects, mut keys, mut values) = (vec![], vec![], vec![], vec![]);
    for ((tenant, project, key), by) in rows {
        tenants.push(tenant);
        projects.push(project);
        keys.push(key);
        values.push(by);
    }
    Write::rows(sql, vals![tenants, projects, keys, values], count)
}

fn daily_writes(daily: BTreeMap<DailyKey, i64>, engine: Engine) -> Vec<Write> {
    if engine == Engine::Sqlite {
        let row = |((tenant, project, day, key), by)| {
            Write::one(&RAISE_DAILY, vals![tenant, project, day, key, by])
        };
        return daily.into_iter().map(row).collect();
    }
    let count = daily.len() as u64;
    let (mut tenants, mut projects, mut days, mut keys, mut values) =
        (vec![], vec![], vec![], vec![], vec![]);
    for ((tenant, project, day, key), by) in daily {
        tenants.push(tenant);
        projects.push(project);
        days.push(day);
        keys.push(key);
        values.push(by);
    }
    vec![Write::rows(&RAISE_DAILIES, vals![tenants, projects, days, keys, values], count)]
}
