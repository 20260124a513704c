//! Every number that a page or a program shows. All come from the totals and daily counts that the log keeps, read in one snapshot
//! with the log size they hold at. Must not count rows, and nothing else may.

mod analytics;
mod dashboard;
mod insight;
mod overview;
mod plans;

pub use analytics::{Analytics, DayCount, Range, RangeError, Ranked, TenantUsage};
pub use dashboard::{
    Activations, CodeNumbers, DashboardStats, DayTrend, DeviceNumbers, Distribution, ProjectNumbers,
    ProjectUsage, Refusals, SessionNumbers, SubscriptionNumbers, TenantName, TenantNumbers, Trend,
    UserNumbers,
};
pub use insight::{Course, Insight, TenantCourse};
pub use overview::{Overview, OverviewQuery};
pub use plans::PlanNumbers;

pub(crate) use dashboard::stats;

use daybook_model::{EventType, totals::Total};
use daybook_store::{DailyCount, Totals};

/// The states of tenants, projects, codes, devices, users and sessions: each partition its total.
fn numbers(
    totals: &Totals,
) -> (TenantNumbers, ProjectNumbers, CodeNumbers, DeviceNumbers, UserNumbers, SessionNumbers) {
    let get = |total: Total| totals.get(&total);
    let tenants = (get(Total::TenantsActive), get(Total::TenantsSuspended));
    let projects = (get(Total::ProjectsActive), get(Total::ProjectsInactive));
    let codes =
        (get(Total::CodesActive), get(Total::CodesUsed), get(Total::CodesExpired), get(Total::CodesRevoked));
    let devices = (get(Total::DevicesActive), get(Total::DevicesRevoked));
    let users = (get(Total::UsersActive), get(Total::UsersInvited), get(Total::UsersDisabled));
    (
        TenantNumbers { total: tenants.0 + tenants.1, active: tenants.0, suspended: tenants.1 },
        ProjectNumbers { total: projects.0 + projects.1, active: projects.0, inactive: projects.1 },
        CodeNumbers {
            total: codes.0 + codes.1 + codes.2 + codes.3,
            active: codes.0,
            used: codes.1,
            expired: codes.2,
            revoked: codes.3,
        },
        DeviceNumbers { total: devices.0 + devices.1, active: devices.0, revoked: devices.1 },
        UserNumbers {
            total: users.0 + users.1 + users.2,
            active: users.0,
            invited: users.1,
            disabled: users.2,
        },
        SessionNumbers { active: get(Total::SessionsActive) },
    )
}

/// The counts of the days from `first` to `last`, out of counts in the order of their days.
fn between(counts: &[DailyCount], first: i64, last: i64) -> &[DailyCount] {
    let begin = counts.partition_point(|count| count.day < first);
    let end = counts.partition_point(|count| count.day <= last);
    counts.get(begin..end).unwrap_or_default()
}

/// How often a type happened on the days from `first` to `last`.
fn sum(counts: &[DailyCount], kind: EventType, first: i64, last: i64) -> i64 {
    between(counts, first, last)
        .iter()
        .filter(|count| count.key == kind.wire())
        .map(|count| count.count)
        .sum()
}

/// How often a type happened on each day.
fn daily(counts: &[DailyCount], kind: EventType, range: Range) -> Vec<i64> {
    (range.first..=range.last).map(|day| sum(counts, kind, day, day)).collect()
}

/// The details of a type (such as the reasons of refusals) from `first` to `last`, most frequent first.
fn details(counts: &[DailyCount], kind: EventType, first: i64, last: i64) -> Vec<(String, i64)> {
    let mut sums = std::collections::BTreeMap::<&str, i64>::new();
    for count in between(counts, first, last) {
        if let Some(detail) = count.key.strip_prefix(kind.wire()).and_then(|rest| rest.strip_prefix(':')) {
            *sums.entry(detail).or_default() += count.count;
        }
    }
    let mut sums: Vec<_> = sums.into_iter().map(|(detail, sum)| (detail.to_owned(), sum)).collect();
    sums.sort_by_key(|(_, sum)| std::cmp::Reverse(*sum));
    sums
}
