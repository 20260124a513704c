//! How near a tenant is to its device limit: crossing 80 % and reaching it are events, so that somebody can be told. Pure decisions only.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    event::Narrated,
    tenant::{Tenant, TenantRef},
};

/// The shares of a limit that are worth an event when they are crossed, in percent, highest first.
const THRESHOLDS: [i64; 2] = [100, 80];

/// The active devices of a tenant came near its limit, or reached it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DeviceLimitNear {
    /// The tenant.
    pub tenant: TenantRef,
    /// Which share was crossed, in percent: 80, or 100 if no further device can be enrolled.
    pub percent: i64,
    /// How many active devices it has now.
    pub active_devices: i64,
    /// How many it may have.
    pub device_limit: i64,
}

impl Tenant {
    /// What one more device makes of the tenant's limit: an event if a threshold is crossed by it.
    pub fn with_one_more_device(&self) -> Option<DeviceLimitNear> {
        let (device_limit, active_devices) = (self.device_limit()?, self.active_devices + 1);
        let percent = crossed(active_devices, device_limit)?;
        Some(DeviceLimitNear { tenant: self.to_ref(), percent, active_devices, device_limit })
    }
}

/// The highest threshold that the last of so many devices crosses.
fn crossed(devices: i64, limit: i64) -> Option<i64> {
    let crosses = |percent: &i64| (devices - 1) * 100 < limit * percent && devices * 100 >= limit * percent;
    THRESHOLDS.into_iter().find(crosses)
}

impl Narrated for DeviceLimitNear {
    fn sentence(&self) -> String {
        let Self { tenant, active_devices, device_limit, percent } = self;
        let what = if *percent >= 100 { "reached its limit" } else { "came near its limit" };
        format!("{} {what}: {active_devices} of {device_limit} devices.", tenant.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::TenantId;

    #[test]
    fn each_threshold_is_crossed_once_on_the_way_up() {
        for (limit, expected) in [
            (100, vec![(80, 80), (100, 100)]),
            (10, vec![(8, 80), (10, 100)]),
            (5, vec![(4, 80), (5, 100)]),
            (4, vec![(4, 100)]),
            (3, vec![(3, 100)]),
            (1, vec![(1, 100)]),
            (0, vec![]),
        ] {
            let found: Vec<_> =
                (1..=limit).filter_map(|devices| Some((devices, crossed(devices, limit)?))).collect();
            assert_eq!(found, expected, "of {limit}");
        }
    }

    #[test]
    fn it_says_which() {
        let id = TenantId::from_uuid(uuid::Uuid::nil());
        let tenant = TenantRef { id, slug: "acme".to_owned(), name: "Acme".to_owned() };
        let near = DeviceLimitNear { tenant, percent: 80, active_devices: 8, device_limit: 10 };
        assert_eq!(near.sentence(), "Acme came near its limit: 8 of 10 devices.");
        let full = DeviceLimitNear { percent: 100, active_devices: 10, ..near };
        assert_eq!(full.sentence(), "Acme reached its limit: 10 of 10 devices.");
    }
}
