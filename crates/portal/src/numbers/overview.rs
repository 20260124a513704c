//! What the page of the dashboard shows: figures, days and the newest entries, all of one snapshot.

use daybook_model::EventType;
use daybook_store::{EventFilter, LoggedEvent, TenantScope};

use super::{
    DashboardStats, DayCount, Distribution, Range,
    analytics::per_day,
    dashboard::{distribution, stats},
    sum,
};
use crate::{Portal, Result};

/// The dashboard at one size of the log.
#[derive(Debug, Clone)]
pub struct Overview {
    /// The figures.
    pub stats: DashboardStats,
    /// Active projects and their devices.
    pub distribution: Distribution,
    /// Each day of the range.
    pub days: Vec<DayCount>,
    /// How often each of the types that were asked for happened on each day of the range.
    pub series: Vec<Vec<i64>>,
    /// The newest entries.
    pub newest: Vec<LoggedEvent>,
}

impl Portal {
    /// The dashboard over a range of days, with the newest entries of these types, all if none are named.
    pub async fn overview(
        &self,
        range: Range,
        series: &[EventType],
        shown: Option<Vec<EventType>>,
        limit: u32,
    ) -> Result<Overview> {
        let mut reads = self.store().snapshot().await?;
        let stats = stats(&mut reads, TenantScope::All, self.store().now().day()).await?;
        let distribution = distribution(&mut reads).await?;
        let counts = reads.daily_counts(TenantScope::All, None, range.first, range.last).await?;
        let of_type =
            |kind: &EventType| (range.first..=range.last).map(|day| sum(&counts, *kind, day, day)).collect();
        let filter = EventFilter { types: shown, ..EventFilter::default() };
        let (newest, _) = reads.events(&filter, None, limit).await?;
        Ok(Overview {
            stats,
            distribution,
            days: per_day(&counts, range),
            series: series.iter().map(of_type).collect(),
            newest,
        })
    }
}
