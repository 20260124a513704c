//! Monthly quotas: when 80 % and 100 % of one are used, and the events that say so. What is counted is the caller's to know.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{clock::Month, event::Narrated, tenant::TenantRef};

/// What the portal counts itself: new activations. Every other kind is reported by devices.
pub const ACTIVATIONS: &str = "activations";

/// A part of a quota whose crossing is an event, in percent.
pub const NEAR: i64 = 80;
/// The whole of a quota.
pub const REACHED: i64 = 100;

/// Four fifths of a tenant's monthly quota are used. Once per tenant, kind and month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct QuotaNear {
    /// The tenant.
    pub tenant: TenantRef,
    /// `activations`, or what its devices report.
    pub kind: String,
    /// The UTC month.
    pub month: Month,
    /// How much was used then.
    pub used: i64,
    /// How much the month holds.
    pub quota: i64,
}

/// The whole of a tenant's monthly quota is used. Once per tenant, kind and month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct QuotaReached {
    /// The tenant.
    pub tenant: TenantRef,
    /// `activations`, or what its devices report.
    pub kind: String,
    /// The UTC month.
    pub month: Month,
    /// How much was used then.
    pub used: i64,
    /// How much the month holds.
    pub quota: i64,
}

/// What is used of a quota after a write.
#[derive(Debug, Clone, Copy)]
pub struct Use<'a> {
    /// Of what.
    pub kind: &'a str,
    /// In which month.
    pub month: Month,
    /// How much is used, with what was just written.
    pub used: i64,
    /// How much the month holds.
    pub quota: i64,
}

/// How much of a quota is used, in whole percent, rounded down; all of it if it holds nothing.
pub fn percent(used: i64, quota: i64) -> i64 {
    if quota <= 0 {
        return REACHED;
    }
    let percent = i128::from(used) * 100 / i128::from(quota);
    i64::try_from(percent).unwrap_or(i64::MAX)
}

impl Use<'_> {
    /// The events of the parts that are used and that no event has said yet: `told` is the highest part one has, in percent.
    pub fn crossed(&self, tenant: &TenantRef, told: i64) -> (Option<QuotaNear>, Option<QuotaReached>) {
        let &Self { kind, month, used, quota } = self;
        let percent = percent(used, quota);
        let is_new = |part: i64| percent >= part && told < part;
        let (tenant, kind) = (|| tenant.clone(), || kind.to_owned());
        (
            is_new(NEAR).then(|| QuotaNear { tenant: tenant(), kind: kind(), month, used, quota }),
            is_new(REACHED).then(|| QuotaReached { tenant: tenant(), kind: kind(), month, used, quota }),
        )
    }
}

impl Narrated for QuotaNear {
    fn sentence(&self) -> String {
        let Self { tenant, kind, month, used, quota } = self;
        format!("{} used {used} of {quota} {kind} of {month}: 80 % of the quota.", tenant.name)
    }
}

impl Narrated for QuotaReached {
    fn sentence(&self) -> String {
        let Self { tenant, kind, month, used, quota } = self;
        format!("{} used {used} of {quota} {kind} of {month}: the whole quota.", tenant.name)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::TenantId;

    #[test]
    fn each_part_is_told_once_and_at_its_exact_number() {
        let tenant = TenantRef { id: TenantId::from_uuid(Uuid::nil()), slug: "a".into(), name: "A".into() };
        let parts = |used, quota, told| {
            let (near, reached) =
                Use { kind: "calls", month: Month::default(), used, quota }.crossed(&tenant, told);
            (near.is_some(), reached.is_some())
        };
        for (used, quota, told, expected) in [
            (0, 10, 0, (false, false)),
            (7, 10, 0, (false, false)),
            (8, 10, 0, (true, false)),
            (9, 10, 80, (false, false)),
            (10, 10, 80, (false, true)),
            (10, 10, 0, (true, true)),
            (99, 10, 100, (false, false)),
            // Three of which four fifths are no whole number: the first that is more.
            (2, 3, 0, (false, false)),
            (3, 3, 0, (true, true)),
            (1, 0, 0, (true, true)),
            (i64::MAX, i64::MAX, 80, (false, true)),
        ] {
            assert_eq!(parts(used, quota, told), expected, "{used} of {quota} after {told} %");
        }
        assert_eq!((percent(2, 3), percent(0, 0), percent(250, 100)), (66, 100, 250));
    }
}
