//! Enrolled devices.

pub(crate) mod list;
pub(crate) mod read;
pub(crate) mod revoke;

use daybook_model::device::Device;
use daybook_portal::DeviceListing;
use serde::Serialize;
use utoipa::ToSchema;

use crate::personal::plain;

/// A device.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DeviceView {
    /// Never changes.
    #[schema(example = "dev_01k9zq7m3be5v8d0nq2t6y4s1a")]
    id: String,
    /// Its tenant's id.
    tenant_id: String,
    /// Its project's id.
    project_id: Option<String>,
    /// The id of the code that enrolled it.
    code_id: String,
    /// What its owner calls it.
    label: Option<String>,
    /// What it runs on.
    platform: Option<String>,
    /// `active` or `revoked`.
    #[schema(example = "active")]
    status: String,
    /// RFC 3339, UTC.
    created_at: String,
    /// RFC 3339, UTC.
    revoked_at: Option<String>,
}

impl From<Device> for DeviceView {
    fn from(device: Device) -> Self {
        Self {
            id: device.id.to_string(),
            tenant_id: device.tenant.to_string(),
            project_id: device.project.map(|id| id.to_string()),
            code_id: device.code.to_string(),
            label: plain(device.label),
            platform: device.platform,
            status: device.status.to_string(),
            created_at: device.created_at.to_string(),
            revoked_at: device.revoked_at.map(|at| at.to_string()),
        }
    }
}

/// A device with the names of its tenant and project and its last heartbeat.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DeviceRow {
    #[serde(flatten)]
    device: DeviceView,
    /// Its tenant's slug.
    tenant_slug: String,
    /// Its tenant's name.
    tenant_name: String,
    /// Its project's name.
    project_name: Option<String>,
    /// When it was last heard.
    last_seen_at: Option<String>,
    /// What it said it runs.
    app_version: Option<String>,
}

impl From<DeviceListing> for DeviceRow {
    fn from(listing: DeviceListing) -> Self {
        let DeviceListing { device, tenant_slug, tenant_name, project_name, last_seen_at, app_version } =
            listing;
        let last_seen_at = last_seen_at.map(|at| at.to_string());
        Self { device: device.into(), tenant_slug, tenant_name, project_name, last_seen_at, app_version }
    }
}
