//! `/device/api`: for devices. One endpoint, one file.

mod activate;
mod heartbeat;
mod keys;
mod refresh;
mod usage;
mod validate;

use daybook_portal::Enrolment;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::App;

/// The routes of the device API.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(activate::activate))
        .routes(routes!(refresh::refresh))
        .routes(routes!(heartbeat::heartbeat))
        .routes(routes!(usage::report_usage))
        .routes(routes!(validate::validate))
        .routes(routes!(keys::license_keys))
}

/// A device, as it sees itself.
#[derive(Debug, Serialize, ToSchema)]
struct OwnDevice {
    /// Never changes.
    #[schema(example = "dev_01k9zq7m3be5v8d0nq2t6y4s1a")]
    id: String,
    /// Its tenant's id.
    tenant_id: String,
    /// Its project's id.
    project_id: Option<String>,
    /// What its owner calls it.
    label: Option<String>,
    /// `active` or `revoked`.
    status: String,
    /// When it was enrolled.
    created_at: String,
}

/// What the device's tenant allows.
#[derive(Debug, Serialize, ToSchema)]
struct PolicyView {
    /// The tenant's plan.
    plan: String,
    /// How many active devices the tenant may have; null if there is no limit.
    device_limit: Option<i64>,
}

/// A device with everything it needs. The tokens are shown this once.
#[derive(Serialize, ToSchema)]
pub(crate) struct EnrolmentView {
    device: OwnDevice,
    /// Opens the device routes; send it as `Authorization: Bearer …`.
    token: String,
    /// Exchanges itself for new tokens.
    refresh_token: String,
    /// When `token` ends.
    expires_at: String,
    /// When `refresh_token` ends.
    refresh_expires_at: String,
    policy: PolicyView,
    /// A signed document that the device verifies offline: a JSON Web Signature (Ed25519) against `/device/api/keys`.
    license: String,
    /// When the licence ends.
    license_expires_at: String,
}

impl From<Enrolment> for EnrolmentView {
    fn from(enrolment: Enrolment) -> Self {
        let Enrolment { device, grant, policy, license } = enrolment;
        Self {
            device: OwnDevice {
                id: device.id.to_string(),
                tenant_id: device.tenant.to_string(),
                project_id: device.project.map(|id| id.to_string()),
                label: device.label.and_then(|label| label.known().cloned()),
                status: device.status.to_string(),
                created_at: device.created_at.to_string(),
            },
            token: grant.token,
            refresh_token: grant.refresh_token,
            expires_at: grant.expires_at.to_string(),
            refresh_expires_at: grant.refresh_expires_at.to_string(),
            policy: PolicyView { plan: policy.plan, device_limit: policy.device_limit },
            license: license.document,
            license_expires_at: license.expires_at.to_string(),
        }
    }
}
