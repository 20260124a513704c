//! Questions about devices.

use daybook_model::{
    DeviceId, ProjectId, TenantId, Timestamp,
    device::{Device, DeviceStatus},
};

use super::{
    Cursor, Locks, Page, Reads, TenantScope,
    query::{Owned, Query, prefix_end},
};
use crate::{
    Result,
    engine::{Row, Sql, Val, statements, vals},
    values::{parse, personal},
};

macro_rules! columns {
    () => {
        "c.tenant_id, c.id, c.project_id, c.code_id, c.fingerprint, c.label, c.platform, c.status, c.created_at, c.revoked_at"
    };
}
macro_rules! owners {
    () => {
        "JOIN tenants t ON t.id = c.tenant_id
        LEFT JOIN projects p ON p.tenant_id = c.tenant_id AND p.id = c.project_id
        LEFT JOIN device_telemetry m ON m.tenant_id = c.tenant_id AND m.device_id = c.id"
    };
}
macro_rules! listing {
    ($condition:literal) => {
        concat!(
            "SELECT ",
            columns!(),
            ", t.slug, t.name, p.name, m.last_seen_at, m.app_version FROM devices c ",
            owners!(),
            " WHERE ",
            $condition
        )
    };
}

statements! {
    DEVICE_BY_ID = listing!("c.id = $1");
    DEVICE_OF_TENANT = listing!("c.tenant_id = $1 AND c.id = $2");
    LOCK_DEVICE = concat!("SELECT ", columns!(), " FROM devices c WHERE c.tenant_id = $1 AND c.id = $2"), lock "FOR NO KEY UPDATE";
    LOCK_DEVICE_BY_FINGERPRINT = concat!("SELECT ", columns!(), " FROM devices c WHERE c.tenant_id = $1 AND c.fingerprint = $2"),
        lock "FOR NO KEY UPDATE";
}

/// Which devices a list shows.
#[derive(Debug, Clone, Default)]
pub struct DeviceFilter {
    /// Only those in this state.
    pub status: Option<DeviceStatus>,
    /// Only those of this project.
    pub project: Option<ProjectId>,
    /// Only those whose label starts with this.
    pub search: Option<String>,
}

/// A device with the names of its tenant and project and its last heartbeat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceListing {
    /// The device.
    pub device: Device,
    /// Its tenant's slug.
    pub tenant_slug: String,
    /// Its tenant's name.
    pub tenant_name: String,
    /// Its project's name.
    pub project_name: Option<String>,
    /// When it was last heard.
    pub last_seen_at: Option<Timestamp>,
    /// What it said it runs.
    pub app_version: Option<String>,
}

fn device(row: &Row<'_>) -> crate::engine::Result<Device> {
    Ok(Device {
        tenant: row.get(0)?,
        id: row.get(1)?,
        project: row.get(2)?,
        code: row.get(3)?,
        fingerprint: personal(row, 4)?,
        label: personal(row, 5)?,
        platform: row.get(6)?,
        status: parse(row, 7)?,
        created_at: row.get(8)?,
        revoked_at: row.get(9)?,
    })
}

fn listing(row: &Row<'_>) -> crate::engine::Result<DeviceListing> {
    Ok(DeviceListing {
        device: device(row)?,
        tenant_slug: row.get(10)?,
        tenant_name: row.get(11)?,
        project_name: row.get(12)?,
        last_seen_at: row.get(13)?,
        app_version: row.get(14)?,
    })
}

/// The list's statement and values.
pub(crate) fn list(
    scope: TenantScope,
    filter: &DeviceFilter,
    after: Option<&Cursor>,
    limit: i64,
) -> (Sql, Vec<Val>) {
    let start = concat!(
        "SELECT ",
        columns!(),
        ", t.slug, t.name, p.name, m.last_seen_at, m.app_version
        FROM (SELECT k.tenant_id, k.id FROM devices k WHERE 1 = 1"
    );
    let of = Owned { label: None, project: filter.project, status: filter.status.map(DeviceStatus::as_str) };
    let mut query = Query::new("LIST_DEVICES", start)
        .owned("devices", scope, &of)
        .and_opt("k.id < ?", after.map(|cursor| cursor.id));
    if let Some(search) = &filter.search {
        query = query
            .then("AND k.id IN (SELECT id FROM devices WHERE label >= ?", search.as_str())
            .then("AND label < ?)", prefix_end(search));
    }
    query
        .then("ORDER BY k.id DESC LIMIT ?", limit + 1)
        .text(concat!(
            ") w JOIN devices c ON c.tenant_id = w.tenant_id AND c.id = w.id ",
            owners!(),
            " ORDER BY w.id DESC"
        ))
        .finish()
}

impl Reads<'_> {
    /// The device with this id, unless it belongs to somebody else than `scope`.
    pub async fn device(&mut self, scope: TenantScope, id: DeviceId) -> Result<Option<DeviceListing>> {
        let mut conn = self.conn();
        Ok(match scope {
            TenantScope::All => conn.opt(&DEVICE_BY_ID, vals![id], listing).await?,
            TenantScope::Of(tenant) => conn.opt(&DEVICE_OF_TENANT, vals![tenant, id], listing).await?,
        })
    }

    /// A page of devices, latest first.
    pub async fn devices(
        &mut self,
        scope: TenantScope,
        filter: &DeviceFilter,
        after: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<DeviceListing>> {
        let (sql, values) = list(scope, filter, after, i64::from(limit));
        let rows = self.conn().all(&sql, values, listing).await?;
        Ok(Page::cut(rows, limit as usize, |row| Cursor { key: None, id: row.device.id.uuid() }))
    }
}

impl Locks<'_> {
    /// This device of this tenant. Lock the tenant first.
    pub async fn device(&mut self, tenant: TenantId, id: DeviceId) -> Result<Option<Device>> {
        Ok(self.conn().opt(&LOCK_DEVICE, vals![tenant, id], device).await?)
    }

    /// The device of this tenant with this fingerprint (SHA-256, in hex). Lock the tenant first.
    pub async fn device_by_fingerprint(
        &mut self,
        tenant: TenantId,
        fingerprint: &str,
    ) -> Result<Option<Device>> {
        Ok(self.conn().opt(&LOCK_DEVICE_BY_FINGERPRINT, vals![tenant, fingerprint], device).await?)
    }
}
