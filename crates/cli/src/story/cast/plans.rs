//! The plans that tenants are on. Tenants have device limits of their own, so that each can grow by itself. Data alone.

/// A plan.
#[derive(Debug)]
pub(in super::super) struct Offer {
    pub(in super::super) name: &'static str,
    pub(in super::super) title: &'static str,
    pub(in super::super) device_limit: i64,
    pub(in super::super) project_limit: Option<i64>,
    pub(in super::super) monthly_activation_quota: Option<i64>,
    /// How many syncs a month holds.
    pub(in super::super) syncs: Option<i64>,
}

/// What devices report.
pub(in super::super) const SYNCS: &str = "syncs";

/// All of them, smallest first.
pub(in super::super) const OFFERS: [Offer; 4] = [
    Offer {
        name: "starter",
        title: "Starter",
        device_limit: 60,
        project_limit: Some(10),
        monthly_activation_quota: Some(1_000),
        syncs: Some(20_000),
    },
    Offer {
        name: "team",
        title: "Team",
        device_limit: 150,
        project_limit: Some(20),
        monthly_activation_quota: Some(2_000),
        syncs: Some(60_000),
    },
    Offer {
        name: "business",
        title: "Business",
        device_limit: 400,
        project_limit: Some(50),
        monthly_activation_quota: Some(4_000),
        syncs: Some(250_000),
    },
    Offer {
        name: "enterprise",
        title: "Enterprise",
        device_limit: 1_500,
        project_limit: None,
        monthly_activation_quota: None,
        syncs: None,
    },
];
