//! What the page of the dashboard shows: figures, days and the newest entries, all of one snapshot.

use daybook_model::EventType;
use daybook_store::{EventFilter, LoggedEvent, TenantScope};

use super::{DashboardStats, DayCount, Distribution, Range, analytics::per_day, daily};
use crate::{Portal, PortalError, Result};

/// How much of the dashboard is asked for.
#[derive(Debug, Clone)]
pub struct OverviewQuery<'a> {
    /// The days.
    pub range: Range,
    /// The types whose days are wanted.
    pub series: &'a [EventType],
    /// How many active projects to name.
    pub projects: u32,
    /// Only entries of these types; all if none are named.
    pub shown: Option<Vec<EventType>>,
    /// How many of the newest entries.
    pub newest: u32,
}

/// The dashboard at one size of the log. Without its figures there is none; where a part beside them cannot be read, they stand.
#[derive(Debug)]
pub struct Overview {
    /// The figures.
    pub stats: DashboardStats,
    /// Active projects and their devices, or why they could not be read.
    pub distribution: Result<Distribution>,
    /// Each day of the range.
    pub days: Vec<DayCount>,
    /// How often each of the types that were asked for happened on each day of the range.
    pub series: Vec<Vec<i64>>,
    /// The newest entries, or why they could not be read.
    pub newest: Result<Vec<LoggedEvent>>,
}

impl Portal {
    /// The dashboard over a range of days, with the newest entries.
    pub async fn overview(&self, query: OverviewQuery<'_>) -> Result<Overview> {
        let OverviewQuery { range, series, projects, shown, newest } = query;
        let today = self.store().now().day();
        // Every figure and every day is made of the same totals and counts: each is read once.
        let first = range.first.min(DashboardStats::first_day(today));
        let snapshot = self.store().shared_snapshot().await?;
        let (mut numbers, mut places, mut log) = (snapshot.reads(), snapshot.reads(), snapshot.reads());
        let filter = EventFilter { types: shown, ..EventFilter::default() };
        let (figures, named, newest) = tokio::join!(
            biased;
            numbers.figures(TenantScope::All, None, first, range.last.max(today)),
            places.active_projects(projects),
            log.events(&filter, None, newest),
        );
        let figures = figures?;
        let (totals, counts) = (&figures.totals, &figures.days);
        Ok(Overview {
            stats: DashboardStats::of(totals, counts, today),
            distribution: named.map(|named| Distribution::of(totals, named)).map_err(PortalError::from),
            days: per_day(counts, range),
            series: series.iter().map(|kind| daily(counts, *kind, range)).collect(),
            newest: newest.map(|(events, _)| events).map_err(PortalError::from),
        })
    }
}
