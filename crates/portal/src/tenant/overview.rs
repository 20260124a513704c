//! What the page of a tenant shows: its use, its figures, the latest of what belongs to it, all of one snapshot.

use daybook_model::Month;
use daybook_store::{
    CodeFilter, CodeListing, DeviceFilter, DeviceListing, EventFilter, LoggedEvent, ProjectFilter,
    ProjectListing, TenantScope, UserFilter, UserListing,
};

use super::well_formed;
use crate::{DashboardStats, Noun, Portal, PortalError, Result, TenantUse, log::seen_by, numbers, usage};

/// A tenant at one size of the log.
#[derive(Debug, Clone)]
pub struct TenantOverview {
    /// The tenant, and what it uses in the present month.
    pub usage: TenantUse,
    /// Its figures.
    pub stats: DashboardStats,
    /// Its latest projects.
    pub projects: Vec<ProjectListing>,
    /// Its latest codes.
    pub codes: Vec<CodeListing>,
    /// Its latest devices.
    pub devices: Vec<DeviceListing>,
    /// Its latest users.
    pub users: Vec<UserListing>,
    /// Its newest entries.
    pub newest: Vec<LoggedEvent>,
}

impl Portal {
    /// The tenant with this slug, with at most so many rows of each kind, for whoever sees this scope.
    pub async fn tenant_overview(&self, seen: TenantScope, slug: &str, rows: u32) -> Result<TenantOverview> {
        let now = self.store().now();
        let mut reads = self.store().snapshot().await?;
        let tenant = reads.tenant_by_slug(well_formed(slug)?).await?;
        let tenant = tenant.ok_or(PortalError::NotFound(Noun::Tenant))?;
        let scope = TenantScope::Of(tenant.id);
        if seen != TenantScope::All && seen != scope {
            return Err(PortalError::NotFound(Noun::Tenant));
        }
        let events = EventFilter { tenant: Some(tenant.id), ..EventFilter::default() };
        let newest = reads.events(&events, None, rows).await?.0;
        Ok(TenantOverview {
            newest: seen_by(&mut reads, seen, newest).await?,
            usage: usage::of_month(&mut reads, tenant, Month::of(now), now).await?,
            stats: numbers::stats(&mut reads, scope, now.day()).await?,
            projects: reads.projects(scope, &ProjectFilter::default(), None, rows).await?.items,
            codes: reads.codes(scope, &CodeFilter::default(), None, rows).await?.items,
            devices: reads.devices(scope, &DeviceFilter::default(), None, rows).await?.items,
            users: reads.users(scope, &UserFilter::default(), None, rows).await?.items,
        })
    }
}
