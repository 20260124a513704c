//! What the page of a tenant shows: its use, its figures, the latest of what belongs to it, all of one snapshot.

use daybook_model::{Month, TenantId};
use daybook_store::{
    CodeFilter, CodeListing, DeviceFilter, DeviceListing, EventFilter, LoggedEvent, Page, ProjectFilter,
    ProjectListing, Reads, TenantScope, UserFilter, UserListing,
};

use super::well_formed;
use crate::{DashboardStats, Noun, Portal, PortalError, Result, TenantUse, log::seen_by, numbers, usage};

/// A tenant at one size of the log. Without its figures there is none; each of its lists may be what could not be read instead.
#[derive(Debug)]
pub struct TenantOverview {
    /// The tenant, and what it uses in the present month.
    pub usage: TenantUse,
    /// Its figures.
    pub stats: DashboardStats,
    /// Its latest projects.
    pub projects: Result<Vec<ProjectListing>>,
    /// Its latest codes.
    pub codes: Result<Vec<CodeListing>>,
    /// Its latest devices.
    pub devices: Result<Vec<DeviceListing>>,
    /// Its latest users.
    pub users: Result<Vec<UserListing>>,
    /// Its newest entries.
    pub newest: Result<Vec<LoggedEvent>>,
}

impl Portal {
    /// The tenant with this slug, with at most so many rows of each kind, for whoever sees this scope.
    pub async fn tenant_overview(&self, seen: TenantScope, slug: &str, rows: u32) -> Result<TenantOverview> {
        let now = self.store().now();
        let mut reads = self.store().snapshot().await?;
        let tenant = reads.tenant_by_slug(well_formed(slug)?).await?;
        let tenant = tenant.ok_or(PortalError::NotFound(Noun::Tenant))?;
        let (id, scope) = (tenant.id, TenantScope::Of(tenant.id));
        if seen != TenantScope::All && seen != scope {
            return Err(PortalError::NotFound(Noun::Tenant));
        }
        Ok(TenantOverview {
            usage: usage::of_month(&mut reads, tenant, Month::of(now), now).await?,
            stats: numbers::stats(&mut reads, scope, now.day()).await?,
            projects: items(reads.projects(scope, &ProjectFilter::default(), None, rows).await),
            codes: items(reads.codes(scope, &CodeFilter::default(), None, rows).await),
            devices: items(reads.devices(scope, &DeviceFilter::default(), None, rows).await),
            users: items(reads.users(scope, &UserFilter::default(), None, rows).await),
            newest: newest(&mut reads, id, seen, rows).await,
        })
    }
}

fn items<T>(read: daybook_store::Result<Page<T>>) -> Result<Vec<T>> {
    Ok(read?.items)
}

/// The newest entries of a tenant, as whoever sees this scope may see them.
async fn newest(
    reads: &mut Reads<'_>,
    tenant: TenantId,
    seen: TenantScope,
    rows: u32,
) -> Result<Vec<LoggedEvent>> {
    let filter = EventFilter { tenant: Some(tenant), ..EventFilter::default() };
    let (newest, _) = reads.events(&filter, None, rows).await?;
    seen_by(reads, seen, newest).await
}
