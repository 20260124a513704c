//! The numbers of the dashboard.

use daybook_model::{EventType, Timestamp, subscription::Subscription, totals::Total};
use daybook_store::{DailyCount, ProjectDevices, Reads, TenantScope, Totals};
use serde::Serialize;
use utoipa::ToSchema;

use super::{details, numbers, sum};
use crate::{Portal, Result};

/// How many active projects a distribution names, those with most devices first.
const NAMED_PROJECTS: u32 = 500;

/// A tenant as numbers name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TenantName {
    /// Its id.
    pub id: String,
    /// Its slug.
    pub slug: String,
    /// Its name.
    pub name: String,
}

/// Tenants by state; deleted ones are not counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TenantNumbers {
    /// All.
    pub total: i64,
    /// Those that may work.
    pub active: i64,
    /// Those that are suspended.
    pub suspended: i64,
}

/// Tenants by the state of their subscription; deleted ones are not counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SubscriptionNumbers {
    /// On trial.
    pub trialing: i64,
    /// In order.
    pub active: i64,
    /// A payment is due.
    pub past_due: i64,
    /// Nothing new comes.
    pub suspended: i64,
    /// Ended.
    pub canceled: i64,
}

impl SubscriptionNumbers {
    /// Whoever is in none of the counted states is in order.
    pub(super) fn of(totals: &Totals) -> Self {
        let in_state = |state| totals.get(&Total::TenantsSubscribed(state));
        let (trialing, past_due) = (in_state(Subscription::Trialing), in_state(Subscription::PastDue));
        let (suspended, canceled) = (in_state(Subscription::Suspended), in_state(Subscription::Canceled));
        let all = totals.get(&Total::TenantsActive) + totals.get(&Total::TenantsSuspended);
        let active = all - trialing - past_due - suspended - canceled;
        Self { trialing, active, past_due, suspended, canceled }
    }
}

/// Projects by state; deleted ones are not counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ProjectNumbers {
    /// All.
    pub total: i64,
    /// Those switched on, activated by a code or not.
    pub active: i64,
    /// Those switched off.
    pub inactive: i64,
}

/// Codes by state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct CodeNumbers {
    /// All that were ever generated.
    pub total: i64,
    /// Those that can be used.
    pub active: i64,
    /// Those whose every use is taken.
    pub used: i64,
    /// Those whose time is over.
    pub expired: i64,
    /// Those that were revoked.
    pub revoked: i64,
}

/// Devices by state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct DeviceNumbers {
    /// All that were ever enrolled.
    pub total: i64,
    /// Those that may work.
    pub active: i64,
    /// Those that were revoked.
    pub revoked: i64,
}

/// Users by state; removed ones are not counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct UserNumbers {
    /// All, of the platform and of tenants.
    pub total: i64,
    /// Those who may sign in.
    pub active: i64,
    /// Those who have not joined yet.
    pub invited: i64,
    /// Those who may not sign in until enabled again.
    pub disabled: i64,
}

/// Sessions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SessionNumbers {
    /// Those that are signed in.
    pub active: i64,
}

/// Uses of codes, today included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Activations {
    /// In the 30 days that end today.
    pub last_30_days: i64,
    /// In the 30 days before those.
    pub previous_30_days: i64,
}

/// Refused activations in the 30 days that end today.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Refusals {
    /// In all.
    pub last_30_days: i64,
    /// By reason.
    pub by_reason: std::collections::BTreeMap<String, i64>,
}

/// The figures at the top of the dashboard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct DashboardStats {
    /// Tenants.
    pub tenants: TenantNumbers,
    /// Tenants by the state of their subscription: they add up to all tenants.
    pub subscriptions: SubscriptionNumbers,
    /// Projects.
    pub projects: ProjectNumbers,
    /// Codes.
    pub codes: CodeNumbers,
    /// Devices.
    pub devices: DeviceNumbers,
    /// Users.
    pub users: UserNumbers,
    /// Sessions.
    pub sessions: SessionNumbers,
    /// Uses of codes.
    pub activations: Activations,
    /// Refused activations.
    pub refused: Refusals,
    /// The log size at which all this holds.
    pub as_of: u64,
}

/// An active project and its devices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ProjectUsage {
    /// The project's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its tenant.
    pub tenant: TenantName,
    /// Devices that may work.
    pub devices_active: i64,
    /// Devices that were revoked.
    pub devices_revoked: i64,
    /// Whether a device ever activated with one of its codes.
    pub activated: bool,
}

impl From<ProjectDevices> for ProjectUsage {
    fn from(project: ProjectDevices) -> Self {
        Self {
            id: project.id.to_string(),
            name: project.name,
            tenant: TenantName {
                id: project.tenant.to_string(),
                slug: project.tenant_slug,
                name: project.tenant_name,
            },
            devices_active: project.devices_active,
            devices_revoked: project.devices_revoked,
            activated: project.activated,
        }
    }
}

/// Projects and their devices: every active project counts, activated by a code or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Distribution {
    /// Projects.
    pub projects: ProjectNumbers,
    /// Devices.
    pub devices: DeviceNumbers,
    /// The active projects, those with most devices first.
    pub by_project: Vec<ProjectUsage>,
    /// The log size at which all this holds.
    pub as_of: u64,
}

/// What happened on one day, and in all until its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct DayTrend {
    /// `YYYY-MM-DD`, UTC.
    pub date: String,
    /// Codes generated that day.
    pub codes_generated: i64,
    /// Projects activated that day.
    pub projects_activated: i64,
    /// Devices enrolled that day.
    pub devices_enrolled: i64,
    /// Codes generated until its end.
    pub codes_generated_total: i64,
    /// Projects activated until its end.
    pub projects_activated_total: i64,
    /// Devices enrolled until its end.
    pub devices_enrolled_total: i64,
}

/// How codes, projects and devices grew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Trend {
    /// One per day, the last is today.
    pub days: Vec<DayTrend>,
    /// The log size at which all this holds.
    pub as_of: u64,
}

impl Portal {
    /// The figures at the top of the dashboard: of everything, or of one tenant.
    pub async fn dashboard_stats(&self, scope: TenantScope) -> Result<DashboardStats> {
        stats(&mut self.store().snapshot().await?, scope, self.store().now().day()).await
    }

    /// Projects and their devices.
    pub async fn project_device_distribution(&self) -> Result<Distribution> {
        let mut reads = self.store().snapshot().await?;
        let totals = reads.totals(TenantScope::All, None).await?;
        Ok(Distribution::of(&totals, reads.active_projects(NAMED_PROJECTS).await?))
    }

    /// How codes, projects and devices grew over the `days` that end today.
    pub async fn activation_trend(&self, scope: TenantScope, days: u32) -> Result<Trend> {
        const KINDS: [EventType; 3] =
            [EventType::CodeGenerated, EventType::ProjectActivated, EventType::DeviceEnrolled];
        let today = self.store().now().day();
        let first = today - i64::from(days) + 1;
        let mut reads = self.store().snapshot().await?;
        let figures = reads.figures(scope, None, first, today).await?;
        let mut so_far = [0; 3];
        for (total, kind) in so_far.iter_mut().zip(KINDS) {
            *total = reads.count_before(scope, None, kind, first).await?;
        }
        let day = |day: i64| {
            let [codes_generated, projects_activated, devices_enrolled] =
                KINDS.map(|kind| sum(&figures.days, kind, day, day));
            so_far[0] += codes_generated;
            so_far[1] += projects_activated;
            so_far[2] += devices_enrolled;
            DayTrend {
                date: daybook_model::clock::date_text(Timestamp::start_of_day(day).day()),
                codes_generated,
                projects_activated,
                devices_enrolled,
                codes_generated_total: so_far[0],
                projects_activated_total: so_far[1],
                devices_enrolled_total: so_far[2],
            }
        };
        Ok(Trend { days: (first..=today).map(day).collect(), as_of: figures.totals.as_of })
    }
}

/// The figures as one snapshot has them.
pub(crate) async fn stats(reads: &mut Reads<'_>, scope: TenantScope, today: i64) -> Result<DashboardStats> {
    let figures = reads.figures(scope, None, DashboardStats::first_day(today), today).await?;
    Ok(DashboardStats::of(&figures.totals, &figures.days, today))
}

impl DashboardStats {
    /// The first of the days whose counts the figures of a day are made of.
    pub(super) const fn first_day(today: i64) -> i64 {
        today - 59
    }

    /// The figures that totals and the counts from the first day on come to.
    pub(super) fn of(totals: &Totals, counts: &[DailyCount], today: i64) -> Self {
        let (tenants, projects, codes, devices, users, sessions) = numbers(totals);
        let refused = details(counts, EventType::ActivationRefused, today - 29, today);
        Self {
            tenants,
            subscriptions: SubscriptionNumbers::of(totals),
            projects,
            codes,
            devices,
            users,
            sessions,
            activations: Activations {
                last_30_days: sum(counts, EventType::CodeActivated, today - 29, today),
                previous_30_days: sum(counts, EventType::CodeActivated, Self::first_day(today), today - 30),
            },
            refused: Refusals {
                last_30_days: sum(counts, EventType::ActivationRefused, today - 29, today),
                by_reason: refused.into_iter().collect(),
            },
            as_of: totals.as_of,
        }
    }
}

impl Distribution {
    /// What totals say, with the active projects that are named.
    pub(super) fn of(totals: &Totals, named: Vec<ProjectDevices>) -> Self {
        let (_, projects, _, devices, ..) = numbers(totals);
        let by_project = named.into_iter().map(ProjectUsage::from).collect();
        Self { projects, devices, by_project, as_of: totals.as_of }
    }
}
