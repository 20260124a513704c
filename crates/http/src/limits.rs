//! What a tenant may have, how much of it it has, and who says so: shown to both sides in the same words.

use daybook_model::{Timestamp, tenant::Tenant};
use serde::Serialize;
use utoipa::ToSchema;

/// One limit.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LimitView {
    /// How many there may be; null if there is no limit.
    limit: Option<i64>,
    /// How many there are.
    used: i64,
    /// `tenant` if it is the tenant's own limit, `plan` if its plan says so.
    #[schema(example = "plan")]
    source: &'static str,
}

/// What a tenant may have.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LimitsView {
    /// Active devices.
    devices: LimitView,
    /// Projects.
    projects: LimitView,
    /// New activations in the present UTC month.
    activations: LimitView,
}

impl LimitsView {
    pub(crate) fn new(tenant: &Tenant, now: Timestamp) -> Self {
        let by_plan = |limit, used| LimitView { limit, used, source: "plan" };
        let source = if tenant.own_device_limit.is_some() { "tenant" } else { "plan" };
        Self {
            devices: LimitView { limit: tenant.device_limit(), used: tenant.active_devices, source },
            projects: by_plan(tenant.plan_limits.projects, tenant.live_projects),
            activations: by_plan(tenant.plan_limits.activations, tenant.activations(now)),
        }
    }
}
