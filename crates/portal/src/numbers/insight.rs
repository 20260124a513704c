//! What the page of the analytics shows: the analytics of a range, with what its charts need beside them, all of one snapshot.

use daybook_model::{EventType, TenantId};
use daybook_store::{Reads, TenantScope};

use super::{
    Analytics, DayCount, ProjectUsage, Range, TenantUsage,
    analytics::{of_scope, per_day},
    daily, sum,
};
use crate::{Portal, Result};

/// How something went in a range of days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Course {
    /// How often on each day.
    pub days: Vec<i64>,
    /// How often in the range of the same length before.
    pub before: i64,
}

/// How a tenant went in a range of days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantCourse {
    /// Uses of its codes on each day.
    pub activations: Vec<i64>,
    /// Refused activations in the range.
    pub refusals: i64,
}

/// The analytics at one size of the log, with their charts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Insight {
    /// The analytics.
    pub analytics: Analytics,
    /// All entries.
    pub entries: Course,
    /// Each of the types that were asked for.
    pub courses: Vec<Course>,
    /// Each of the tenants that the analytics rank.
    pub by_tenant: Vec<TenantCourse>,
    /// The active projects with most devices.
    pub top_projects: Vec<ProjectUsage>,
    /// Each day of the year that was asked for.
    pub year: Vec<DayCount>,
}

impl Portal {
    /// The analytics over a range of days, with how these types went, so many projects, and the days of `year`.
    pub async fn insight(
        &self,
        range: Range,
        kinds: &[EventType],
        projects: u32,
        year: Range,
    ) -> Result<Insight> {
        let mut reads = self.store().snapshot().await?;
        let analytics = of_scope(&mut reads, range, TenantScope::All, None).await?;
        let figures = reads.figures(TenantScope::All, None, range.first, range.last).await?;
        let length = range.last - range.first + 1;
        let before = Range { first: range.first - length, last: range.first - 1 };
        let figures_before = reads.figures(TenantScope::All, None, before.first, before.last).await?;
        let events = |days: &[DayCount]| days.iter().map(|day| day.events).collect::<Vec<_>>();
        let course = |kind: &EventType| Course {
            days: daily(&figures.days, *kind, range),
            before: sum(&figures_before.days, *kind, before.first, before.last),
        };
        let mut by_tenant = vec![];
        for usage in &analytics.top_tenants {
            by_tenant.push(tenant_course(&mut reads, usage, range).await?);
        }
        let top_projects =
            reads.active_projects(projects).await?.into_iter().map(ProjectUsage::from).collect();
        let of_year = reads.figures(TenantScope::All, None, year.first, year.last).await?;
        Ok(Insight {
            entries: Course {
                days: events(&analytics.events_per_day),
                before: events(&per_day(&figures_before.days, before)).iter().sum(),
            },
            courses: kinds.iter().map(course).collect(),
            by_tenant,
            top_projects,
            year: per_day(&of_year.days, year),
            analytics,
        })
    }
}

async fn tenant_course(reads: &mut Reads<'_>, of: &TenantUsage, range: Range) -> Result<TenantCourse> {
    // The analytics name a tenant by its id as text, as programs read it.
    let Ok(id) = of.tenant.id.parse::<TenantId>() else {
        return Err(crate::PortalError::Broken("a ranked tenant has no id"));
    };
    let figures = reads.figures(TenantScope::Of(id), None, range.first, range.last).await?;
    Ok(TenantCourse {
        activations: daily(&figures.days, EventType::CodeActivated, range),
        refusals: sum(&figures.days, EventType::ActivationRefused, range.first, range.last),
    })
}
