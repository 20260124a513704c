//! The state of a tenant's subscription.

pub(crate) mod change;
pub(crate) mod read;

use daybook_model::tenant::Tenant;
use serde::Serialize;
use utoipa::ToSchema;

/// The state of a tenant's subscription. Its `ETag` is the tenant's.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SubscriptionView {
    /// `trialing`, `active`, `past_due` (all work), `suspended` or `canceled` (no new activations, codes and projects).
    #[schema(example = "trialing")]
    state: String,
    /// When the trial ends: a payment is due from then on. RFC 3339, UTC.
    trial_ends_at: Option<String>,
    /// The tenant's version.
    version: i64,
}

impl From<Tenant> for SubscriptionView {
    fn from(tenant: Tenant) -> Self {
        Self {
            state: tenant.subscription.to_string(),
            trial_ends_at: tenant.trial_ends_at.map(|at| at.to_string()),
            version: tenant.version,
        }
    }
}
