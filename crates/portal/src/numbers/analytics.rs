//! The numbers of the analytics page: the same totals as the dashboard's, and what happened in a range of days.

use std::collections::BTreeMap;

use daybook_model::{
    EventType, ProjectId, TenantId, Timestamp,
    clock::{date_text, parse_date},
    totals::Total,
};
use daybook_store::{DailyCount, Reads, TenantScope};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    CodeNumbers, DeviceNumbers, ProjectNumbers, SessionNumbers, SubscriptionNumbers, TenantName,
    TenantNumbers, UserNumbers, between, details, numbers, sum,
};
use crate::{Portal, PortalError, Result};

/// How many tenants a ranking names.
const RANKED: u32 = 10;
/// The longest range: ten years of days.
const MAX_DAYS: i64 = 3_653;

/// A range of UTC days, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    /// The first day, counted from 1970-01-01.
    pub first: i64,
    /// The last day.
    pub last: i64,
}

/// A text that names no range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "must be today, 7d, 30d, 90d, 1y or FROM..TO with dates such as 2026-01-01..2026-01-31, at most ten years"
)]
pub struct RangeError;

impl Range {
    /// Reads `today`, `7d`, `30d`, `90d`, `1y` or `FROM..TO`.
    pub fn parse(text: &str, now: Timestamp) -> Result<Self, RangeError> {
        let today = now.day();
        let back = |days: i64| Ok(Self { first: today - days + 1, last: today });
        match text {
            "today" => back(1),
            "7d" => back(7),
            "30d" => back(30),
            "90d" => back(90),
            "1y" => back(365),
            _ => {
                let (from, to) = text.split_once("..").ok_or(RangeError)?;
                let (first, last) = (parse_date(from).ok_or(RangeError)?, parse_date(to).ok_or(RangeError)?);
                let fits = first <= last && last - first < MAX_DAYS;
                fits.then_some(Self { first, last }).ok_or(RangeError)
            }
        }
    }
}

/// How many events happened on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct DayCount {
    /// `YYYY-MM-DD`, UTC.
    pub date: String,
    /// All events.
    pub events: i64,
    /// Uses of codes.
    pub activations: i64,
    /// Refused activations.
    pub refusals: i64,
}

/// A name with a number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Ranked {
    /// What it is.
    pub name: String,
    /// How many.
    pub count: i64,
}

/// What a tenant uses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TenantUsage {
    /// The tenant.
    pub tenant: TenantName,
    /// Its plan.
    pub plan: String,
    /// How many active devices it may have; no limit if null.
    pub device_limit: Option<i64>,
    /// Active devices.
    pub devices_active: i64,
    /// Codes that can be used.
    pub codes_active: i64,
    /// Active projects.
    pub projects_active: i64,
    /// Uses of codes in the range.
    pub activations: i64,
}

/// Everything that the analytics page shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Analytics {
    /// First day, `YYYY-MM-DD`.
    pub from: String,
    /// Last day, `YYYY-MM-DD`.
    pub to: String,
    /// Tenants, now.
    pub tenants: TenantNumbers,
    /// Projects, now.
    pub projects: ProjectNumbers,
    /// Codes, now.
    pub codes: CodeNumbers,
    /// Devices, now.
    pub devices: DeviceNumbers,
    /// Sessions, now.
    pub sessions: SessionNumbers,
    /// Users by state.
    pub users: UserNumbers,
    /// Uses of codes in the range.
    pub activations: i64,
    /// Each day of the range.
    pub events_per_day: Vec<DayCount>,
    /// Events in the range, by type.
    pub events_by_type: BTreeMap<String, i64>,
    /// Reasons of refused activations in the range, most frequent first.
    pub refusal_reasons: Vec<Ranked>,
    /// Tenants by the state of their subscription, now: they add up to all tenants.
    pub subscriptions: SubscriptionNumbers,
    /// Tenants by plan, now.
    pub plan_distribution: Vec<Ranked>,
    /// The tenants with most active devices, now.
    pub top_tenants: Vec<TenantUsage>,
    /// The log size at which all this holds.
    pub as_of: u64,
}

impl Portal {
    /// The analytics of a range, of everything, of one tenant or of one of its projects.
    pub async fn analytics(
        &self,
        range: Range,
        tenant: Option<TenantId>,
        project: Option<ProjectId>,
    ) -> Result<Analytics> {
        let mut reads = self.store().snapshot().await?;
        let scope = match (tenant, project) {
            (_, Some(id)) => {
                let found = reads.project(TenantScope::All, id).await?;
                let owner = found.ok_or(PortalError::NotFound(crate::Noun::Project))?.tenant.id;
                if tenant.is_some_and(|tenant| tenant != owner) {
                    return Err(PortalError::NotFound(crate::Noun::Project));
                }
                TenantScope::Of(owner)
            }
            (Some(tenant), None) => TenantScope::Of(tenant),
            (None, None) => TenantScope::All,
        };
        of_scope(&mut reads, range, scope, project).await
    }
}

/// The analytics as one snapshot has them.
pub(super) async fn of_scope(
    reads: &mut Reads<'_>,
    range: Range,
    scope: TenantScope,
    project: Option<ProjectId>,
) -> Result<Analytics> {
    let figures = reads.figures(scope, project, range.first, range.last).await?;
    let (totals, counts) = (&figures.totals, &figures.days);
    let (tenants, projects, codes, devices, users, sessions) = numbers(totals);
    let ranked = |(name, count)| Ranked { name, count };
    Ok(Analytics {
        from: date_text(range.first),
        to: date_text(range.last),
        tenants,
        projects,
        codes,
        devices,
        users,
        sessions,
        activations: sum(counts, EventType::CodeActivated, range.first, range.last),
        events_per_day: per_day(counts, range),
        events_by_type: by_type(counts),
        refusal_reasons: details(counts, EventType::ActivationRefused, range.first, range.last)
            .into_iter()
            .map(ranked)
            .collect(),
        subscriptions: SubscriptionNumbers::of(totals),
        plan_distribution: totals.starting_with("tenants.plan.").into_iter().map(ranked).collect(),
        top_tenants: match scope {
            TenantScope::All => top_tenants(reads, range).await?,
            TenantScope::Of(tenant) => usage(reads, tenant, range).await?.into_iter().collect(),
        },
        as_of: totals.as_of,
    })
}

/// Each type is counted once; the details of a type stand beside it under another key.
fn of_types(counts: &[DailyCount]) -> impl Iterator<Item = &DailyCount> {
    counts.iter().filter(|count| !count.key.contains(':'))
}

fn by_type(counts: &[DailyCount]) -> BTreeMap<String, i64> {
    let mut sums = BTreeMap::new();
    for count in of_types(counts) {
        *sums.entry(count.key.clone()).or_default() += count.count;
    }
    sums
}

pub(super) fn per_day(counts: &[DailyCount], range: Range) -> Vec<DayCount> {
    let count_day = |day: i64| {
        let of_day = between(counts, day, day);
        DayCount {
            date: date_text(day),
            events: of_types(of_day).map(|count| count.count).sum(),
            activations: sum(of_day, EventType::CodeActivated, day, day),
            refusals: sum(of_day, EventType::ActivationRefused, day, day),
        }
    };
    (range.first..=range.last).map(count_day).collect()
}

async fn top_tenants(reads: &mut Reads<'_>, range: Range) -> Result<Vec<TenantUsage>> {
    let mut top = vec![];
    for ranked in reads.top_tenants(&Total::DevicesActive, RANKED).await? {
        top.extend(usage(reads, ranked.tenant, range).await?);
    }
    Ok(top)
}

/// What a tenant uses; `None` if there is no such tenant.
async fn usage(reads: &mut Reads<'_>, id: TenantId, range: Range) -> Result<Option<TenantUsage>> {
    let Some(tenant) = reads.tenant(id).await? else { return Ok(None) };
    let figures = reads.figures(TenantScope::Of(id), None, range.first, range.last).await?;
    let totals = &figures.totals;
    Ok(Some(TenantUsage {
        device_limit: tenant.device_limit(),
        tenant: TenantName { id: tenant.id.to_string(), slug: tenant.slug, name: tenant.name },
        plan: tenant.plan,
        devices_active: totals.get(&Total::DevicesActive),
        codes_active: totals.get(&Total::CodesActive),
        projects_active: totals.get(&Total::ProjectsActive),
        activations: sum(&figures.days, EventType::CodeActivated, range.first, range.last),
    }))
}
