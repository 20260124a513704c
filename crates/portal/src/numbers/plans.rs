//! How many tenants are on each plan.

use std::collections::BTreeMap;

use daybook_store::TenantScope;

use crate::{Portal, Result};

/// Tenants by plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanNumbers {
    /// The name of a plan → how many tenants are on it. One that nobody is on is not named.
    pub tenants: BTreeMap<String, i64>,
    /// The log size at which this holds.
    pub as_of: u64,
}

impl Portal {
    /// How many tenants are on each plan.
    pub async fn plan_numbers(&self) -> Result<PlanNumbers> {
        let totals = self.store().reads().await?.totals(TenantScope::All, None).await?;
        let tenants = totals.starting_with("tenants.plan.").into_iter().collect();
        Ok(PlanNumbers { tenants, as_of: totals.as_of })
    }
}
