//! Plans: what the tenants on them may have.

pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod list;
pub(crate) mod read;
pub(crate) mod update;

use std::collections::BTreeMap;

use daybook_model::plan::Plan;
use serde::Serialize;
use utoipa::ToSchema;

/// A plan. What is null is not limited.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PlanView {
    /// Stands in addresses; never changes.
    #[schema(example = "plus")]
    name: String,
    /// As shown.
    #[schema(example = "Plus")]
    title: String,
    /// How many active devices a tenant may have; a tenant may have a limit of its own.
    device_limit: Option<i64>,
    /// How many projects a tenant may have.
    project_limit: Option<i64>,
    /// How many new activations a tenant's UTC month holds.
    monthly_activation_quota: Option<i64>,
    /// Kind of use → how much of it a tenant's UTC month holds. Use over a quota is counted, not refused.
    #[schema(example = json!({ "api-calls": 100_000 }))]
    usage_quotas: BTreeMap<String, i64>,
    /// Grows with each change; the `ETag` is `"v…"` of it.
    version: i64,
    /// RFC 3339, UTC.
    created_at: String,
    /// RFC 3339, UTC.
    updated_at: String,
}

impl From<Plan> for PlanView {
    fn from(plan: Plan) -> Self {
        let Plan { name, title, limits, usage_quotas, version, created_at, updated_at } = plan;
        Self {
            name,
            title,
            device_limit: limits.devices,
            project_limit: limits.projects,
            monthly_activation_quota: limits.activations,
            usage_quotas,
            version,
            created_at: created_at.to_string(),
            updated_at: updated_at.to_string(),
        }
    }
}
