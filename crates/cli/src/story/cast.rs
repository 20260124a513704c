//! Who plays: the operator's people and programs, the tenants with their projects, and the devices in their places. Data alone.
//! Addresses are from the ranges kept for documentation (RFC 5737, RFC 3849).

mod llm;
mod models;
mod plans;
mod projects;
mod tenants;

use daybook_model::{Role, project::Priority};

use super::plan::{ProjectNo, TenantNo};
pub(super) use llm::Llm;
pub(super) use plans::{OFFERS, SYNCS};
pub(super) use tenants::{COBALT, LUMEN, ORCHARD, PAPYRUS, SAVANNA, TENANTS, TIDEWATER, TRIAL_DAYS, TRIALS};

/// A person or program of the platform's operator, with a token of its own.
#[derive(Debug)]
pub(super) struct Clerk {
    pub(super) name: &'static str,
    pub(super) role: Role,
    pub(super) ip: &'static str,
    pub(super) user_agent: &'static str,
    pub(super) expires_in_days: Option<i64>,
    /// The day on which the token is made.
    pub(super) joins: i64,
    /// The day on which it is revoked.
    pub(super) leaves: Option<i64>,
    /// How much of the work it does, by day.
    pub(super) office: u64,
    /// How many of the codes it generates.
    pub(super) provisioning: u64,
}

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const SAFARI: &str = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15";
const CHROME: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36";

/// The operator's people and programs. The first is the owner, who lets the others in.
pub(super) const CLERKS: &[Clerk] = &[
    Clerk {
        name: "Mara Lindqvist",
        role: Role::Owner,
        ip: "192.0.2.14",
        user_agent: FIREFOX,
        expires_in_days: None,
        joins: 0,
        leaves: None,
        office: 3,
        provisioning: 1,
    },
    Clerk {
        name: "Jonas Weber",
        role: Role::Admin,
        ip: "192.0.2.31",
        user_agent: CHROME,
        expires_in_days: None,
        joins: 0,
        leaves: None,
        office: 6,
        provisioning: 3,
    },
    Clerk {
        name: "Provisioning service",
        role: Role::Admin,
        ip: "2001:db8:40::7",
        user_agent: "provisioner/4.11 (python-httpx/0.28.1)",
        expires_in_days: None,
        joins: 1,
        leaves: None,
        office: 0,
        provisioning: 12,
    },
    Clerk {
        name: "Tomás Ferreira",
        role: Role::Admin,
        ip: "192.0.2.52",
        user_agent: SAFARI,
        expires_in_days: None,
        joins: 3,
        leaves: Some(214),
        office: 5,
        provisioning: 2,
    },
    Clerk {
        name: "Quarterly audit",
        role: Role::Auditor,
        ip: "198.51.100.9",
        user_agent: "curl/8.14.1",
        expires_in_days: Some(90),
        joins: 88,
        leaves: None,
        office: 0,
        provisioning: 0,
    },
    Clerk {
        name: "Aisha Karim",
        role: Role::Admin,
        ip: "2001:db8:40::1c",
        user_agent: FIREFOX,
        expires_in_days: None,
        joins: 199,
        leaves: None,
        office: 5,
        provisioning: 3,
    },
];

/// A kind of device.
#[derive(Debug)]
pub(super) struct Model {
    pub(super) name: &'static str,
    pub(super) platform: &'static str,
    pub(super) user_agent: &'static str,
}

/// A tenant and what becomes of it.
#[derive(Debug)]
pub(super) struct Tenant {
    pub(super) name: &'static str,
    pub(super) plan: &'static str,
    pub(super) device_limit: i64,
    /// The day on which it is created.
    pub(super) joins: i64,
    /// How much happens there, against the others.
    pub(super) size: u64,
    pub(super) contact_email: &'static str,
    pub(super) domain: Option<&'static str>,
    pub(super) primary_color: Option<&'static str>,
    /// The first three parts of its devices' addresses.
    pub(super) network: &'static str,
    /// Where its devices are.
    pub(super) sites: &'static [&'static str],
    pub(super) fleet: &'static [Model],
    pub(super) projects: &'static [Project],
}

/// A project and what becomes of it.
#[derive(Debug)]
pub(super) struct Project {
    pub(super) name: &'static str,
    pub(super) client_name: &'static str,
    pub(super) description: &'static str,
    pub(super) priority: Priority,
    /// The day on which it is created.
    pub(super) opens: i64,
    /// How much happens there, against its tenant's others; 0 for a project that never gets a code.
    pub(super) demand: u64,
    pub(super) fate: Fate,
}

/// What becomes of a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    Lives,
    /// Switched off on this day.
    Ends(i64),
    /// Switched off on the first day and on again on the second.
    Pauses(i64, i64),
    Deleted(i64),
}

/// Every project with its tenant, in the order of their numbers.
pub(super) fn projects() -> impl Iterator<Item = (ProjectNo, TenantNo, &'static Project)> {
    let of_tenants = TENANTS.iter().enumerate();
    let all =
        of_tenants.flat_map(|(tenant, role)| role.projects.iter().map(move |project| (tenant, project)));
    all.enumerate().map(|(number, (tenant, project))| (ProjectNo(number), TenantNo(tenant), project))
}
