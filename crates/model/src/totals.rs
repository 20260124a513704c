//! What an event adds to the totals. Deltas are pure functions of the event, so the totals are a fold of the log.
//! Must not count anything from state tables.

use crate::{ProjectId, subscription::Subscription};

/// What is counted. The text is the key in the database.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Total {
    /// Tenants that may work.
    TenantsActive,
    /// Tenants that are suspended.
    TenantsSuspended,
    /// Tenants (active or suspended) on this plan.
    TenantsOnPlan(String),
    /// Tenants (active or suspended) whose subscription is in this state; of those in order there is no total: they are the rest.
    TenantsSubscribed(Subscription),
    /// Projects that are switched on, activated by a code or not.
    ProjectsActive,
    /// Projects that are switched off.
    ProjectsInactive,
    /// Codes that can still be used.
    CodesActive,
    /// Codes whose every use is taken.
    CodesUsed,
    /// Codes that ran out of time.
    CodesExpired,
    /// Codes that were revoked.
    CodesRevoked,
    /// Devices that may work.
    DevicesActive,
    /// Devices that were revoked.
    DevicesRevoked,
    /// Sessions that are signed in.
    SessionsActive,
    /// Users who may sign in.
    UsersActive,
    /// Users who have not joined yet.
    UsersInvited,
    /// Users who may not sign in until enabled again.
    UsersDisabled,
}

impl Total {
    /// The key under which the database keeps this total.
    pub fn key(&self) -> String {
        match self {
            Self::TenantsActive => "tenants.active".to_owned(),
            Self::TenantsSuspended => "tenants.suspended".to_owned(),
            Self::TenantsOnPlan(plan) => format!("tenants.plan.{plan}"),
            Self::TenantsSubscribed(state) => format!("tenants.subscription.{state}"),
            Self::ProjectsActive => "projects.active".to_owned(),
            Self::ProjectsInactive => "projects.inactive".to_owned(),
            Self::CodesActive => "codes.active".to_owned(),
            Self::CodesUsed => "codes.used".to_owned(),
            Self::CodesExpired => "codes.expired".to_owned(),
            Self::CodesRevoked => "codes.revoked".to_owned(),
            Self::DevicesActive => "devices.active".to_owned(),
            Self::DevicesRevoked => "devices.revoked".to_owned(),
            Self::SessionsActive => "sessions.active".to_owned(),
            Self::UsersActive => "users.active".to_owned(),
            Self::UsersInvited => "users.invited".to_owned(),
            Self::UsersDisabled => "users.disabled".to_owned(),
        }
    }
}

/// What one event adds. Each delta counts overall and for the event's tenant; with a project, for that project too.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Deltas {
    /// Total, the project it also belongs to, and by how much.
    pub totals: Vec<(Total, Option<ProjectId>, i64)>,
    /// A finer daily count beside the one per event type, such as a refusal's reason.
    pub daily_detail: Option<String>,
    /// Something that the tenant's totals count already now counts for this project too.
    pub joins_project: Option<(ProjectId, Total)>,
    /// The event ends every project of its tenant: their own totals become zero.
    pub closes_projects: bool,
}

impl Deltas {
    /// Nothing but the daily count of the event's type.
    pub fn none() -> Self {
        Self::default()
    }

    /// Also adds to a total of the tenant.
    #[must_use]
    pub fn add(mut self, total: Total, by: i64) -> Self {
        self.push(total, None, by);
        self
    }

    /// Also adds to a total of the tenant, if there is one.
    #[must_use]
    pub fn add_opt(mut self, total: Option<Total>, by: i64) -> Self {
        if let Some(total) = total {
            self.push(total, None, by);
        }
        self
    }

    /// Also adds to a total of the tenant and, if there is one, of the project.
    #[must_use]
    pub fn add_for(mut self, project: Option<ProjectId>, total: Total, by: i64) -> Self {
        self.push(total, project, by);
        self
    }

    fn push(&mut self, total: Total, project: Option<ProjectId>, by: i64) {
        if by != 0 {
            self.totals.push((total, project, by));
        }
    }
}
