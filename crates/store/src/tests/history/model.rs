//! The portal as somebody would write it who has a few lists and all the time in the world: every number is counted anew, nothing is
//! kept but the rows and what was told. What the store keeps must be the same.

use std::collections::BTreeMap;

use daybook_model::{
    CodeId, DeviceId, EventType, Month, NotificationId, ProjectId, TenantId, Timestamp,
    activation::RefusalReason,
    code::{Code, CodeStatus},
    device::{Device, DeviceStatus},
    notification::NotificationKind,
    plan::PlanLimits,
    project::{Project, ProjectStatus},
    subscription::Subscription,
    tenant::{Tenant, TenantStatus},
    totals::Total,
};

use crate::{NotificationStatus, TenantScope};

/// What the log must say of an event, and nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) kind: EventType,
    pub(super) at: Timestamp,
    pub(super) tenant: TenantId,
    pub(super) project: Option<ProjectId>,
    pub(super) code: Option<CodeId>,
    pub(super) device: Option<DeviceId>,
    pub(super) refused: Option<RefusalReason>,
}

/// A letter to the contact of a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Letter {
    pub(super) id: NotificationId,
    pub(super) tenant: TenantId,
    pub(super) kind: NotificationKind,
    pub(super) status: NotificationStatus,
    pub(super) attempts: i64,
    /// When it is tried next, while it waits.
    pub(super) next: Option<Timestamp>,
    pub(super) last_error: Option<String>,
}

pub(super) struct Model {
    /// What each plan allows that there is.
    pub(super) plans: BTreeMap<String, PlanLimits>,
    pub(super) now: Timestamp,
    pub(super) tenants: Vec<Tenant>,
    pub(super) projects: Vec<Project>,
    pub(super) codes: Vec<Code>,
    pub(super) devices: Vec<Device>,
    pub(super) told: Vec<Told>,
    pub(super) letters: Vec<Letter>,
}

/// How an attempt to activate ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Attempt {
    Enrols,
    Again(DeviceId),
    Refused(RefusalReason),
}

impl Model {
    pub(super) fn new(now: Timestamp) -> Self {
        let standard = PlanLimits { devices: Some(100), ..PlanLimits::default() };
        Self {
            plans: [("standard".to_owned(), standard)].into(),
            now,
            tenants: vec![],
            projects: vec![],
            codes: vec![],
            devices: vec![],
            told: vec![],
            letters: vec![],
        }
    }

    pub(super) fn tenant(&mut self, id: TenantId) -> &mut Tenant {
        self.tenants.iter_mut().find(|tenant| tenant.id == id).unwrap()
    }

    pub(super) fn project(&mut self, id: ProjectId) -> &mut Project {
        self.projects.iter_mut().find(|project| project.id == id).unwrap()
    }

    pub(super) fn code(&mut self, id: CodeId) -> &mut Code {
        self.codes.iter_mut().find(|code| code.id == id).unwrap()
    }

    pub(super) fn device(&mut self, id: DeviceId) -> &mut Device {
        self.devices.iter_mut().find(|device| device.id == id).unwrap()
    }

    pub(super) fn is_deleted(&self, id: TenantId) -> bool {
        self.tenants.iter().any(|tenant| tenant.id == id && tenant.status == TenantStatus::Deleted)
    }

    /// The log says one thing more.
    pub(super) fn tell(&mut self, kind: EventType, tenant: TenantId) -> &mut Told {
        let (project, code, device, refused) = (None, None, None, None);
        self.told.push(Told { kind, at: self.now, tenant, project, code, device, refused });
        self.told.last_mut().unwrap()
    }

    /// The contact of a tenant gets a letter.
    pub(super) fn write_to(&mut self, tenant: TenantId, id: NotificationId, kind: NotificationKind) {
        let (status, next) = (NotificationStatus::Waiting, Some(self.now));
        self.letters.push(Letter { id, tenant, kind, status, attempts: 0, next, last_error: None });
    }

    /// The letter that is tried next: of those that are due, the one that waits longest.
    pub(super) fn due(&mut self) -> Option<&mut Letter> {
        let now = self.now;
        let due = self.letters.iter_mut().filter(|letter| letter.next.is_some_and(|next| next <= now));
        due.min_by_key(|letter| (letter.next, letter.id))
    }

    /// A tenant changed: its row says when and how often.
    pub(super) fn touch_tenant(&mut self, id: TenantId) {
        let now = self.now;
        let tenant = self.tenant(id);
        (tenant.version, tenant.updated_at) = (tenant.version + 1, now);
    }

    pub(super) fn touch_project(&mut self, id: ProjectId) {
        let now = self.now;
        let project = self.project(id);
        (project.version, project.updated_at) = (project.version + 1, now);
    }

    pub(super) fn delete_tenant(&mut self, id: TenantId) {
        let now = self.now;
        self.touch_tenant(id);
        self.tenant(id).status = TenantStatus::Deleted;
        self.letters.retain(|letter| letter.tenant != id || letter.status == NotificationStatus::Sent);
        let own = self.projects.iter_mut().filter(|project| project.tenant == id);
        for project in own.filter(|project| project.status != ProjectStatus::Deleted) {
            (project.status, project.version, project.updated_at) =
                (ProjectStatus::Deleted, project.version + 1, now);
        }
        self.close(|code| code.tenant == id, |device| device.tenant == id);
    }

    pub(super) fn delete_project(&mut self, id: ProjectId) {
        self.touch_project(id);
        self.project(id).status = ProjectStatus::Deleted;
        self.close(|code| code.project == Some(id), |device| device.project == Some(id));
    }

    fn close(&mut self, codes: impl Fn(&Code) -> bool, devices: impl Fn(&Device) -> bool) {
        let now = self.now;
        for code in self.codes.iter_mut().filter(|code| codes(code) && code.status == CodeStatus::Active) {
            (code.status, code.revoked_at) = (CodeStatus::Revoked, Some(now));
        }
        let active = |device: &&mut Device| devices(device) && device.status == DeviceStatus::Active;
        for device in self.devices.iter_mut().filter(active) {
            (device.status, device.revoked_at) = (DeviceStatus::Revoked, Some(now));
        }
        self.count_devices();
        self.count_projects();
    }

    /// A tenant's row has the number of its projects.
    pub(super) fn count_projects(&mut self) {
        for tenant in &mut self.tenants {
            let own = self.projects.iter().filter(|project| project.tenant == tenant.id);
            tenant.live_projects =
                own.filter(|project| project.status != ProjectStatus::Deleted).map(|_| 1).sum();
        }
    }

    /// What a plan allows: nothing is limited by one that is a name only.
    pub(super) fn plan_limits(&self, plan: &str) -> PlanLimits {
        self.plans.get(plan).copied().unwrap_or_default()
    }

    /// A plan allows this from now on, and so it does for all who are on it.
    pub(super) fn set_plan(&mut self, plan: &str, limits: PlanLimits) {
        self.plans.insert(plan.to_owned(), limits);
        for tenant in &mut self.tenants {
            if tenant.plan == plan && tenant.status != TenantStatus::Deleted {
                tenant.plan_limits = limits;
            }
        }
    }

    /// How many devices a tenant enrolled in the present month.
    fn enrolled(&self, tenant: &Tenant) -> i64 {
        let own = self.devices.iter().filter(|device| device.tenant == tenant.id);
        own.filter(|device| Month::of(device.created_at) == Month::of(self.now)).map(|_| 1).sum()
    }

    /// A tenant's row has the number of its active devices.
    pub(super) fn count_devices(&mut self) {
        for tenant in &mut self.tenants {
            let own = self.devices.iter().filter(|device| device.tenant == tenant.id);
            tenant.active_devices =
                own.filter(|device| device.status == DeviceStatus::Active).map(|_| 1).sum();
        }
    }

    /// The project that a device joins with this code.
    pub(super) fn joined(code: &Code, names: Option<ProjectId>) -> Option<ProjectId> {
        code.project.or(names)
    }

    pub(super) fn attempt(&self, code: &Code, fingerprint: &str, names: Option<ProjectId>) -> Attempt {
        let tenant = self.tenants.iter().find(|tenant| tenant.id == code.tenant).unwrap();
        let joins = Self::joined(code, names);
        let project = joins.map(|id| self.projects.iter().find(|project| project.id == id).unwrap());
        let known = |device: &&Device| {
            device.tenant == tenant.id && device.fingerprint == Some(fingerprint.to_owned().into())
        };
        let device = self.devices.iter().find(known);
        let reason = if tenant.status == TenantStatus::Deleted {
            RefusalReason::CodeRevoked
        } else if tenant.status == TenantStatus::Suspended {
            RefusalReason::TenantSuspended
        } else if code.status == CodeStatus::Revoked {
            RefusalReason::CodeRevoked
        } else if code.status == CodeStatus::Expired || code.expires_at.is_some_and(|at| at <= self.now) {
            RefusalReason::CodeExpired
        } else if names.is_some() && names != joins {
            RefusalReason::ProjectMismatch
        } else if project.is_some_and(|project| project.status != ProjectStatus::Active) {
            RefusalReason::ProjectInactive
        } else if device.is_some_and(|device| device.status == DeviceStatus::Revoked) {
            RefusalReason::DeviceRevoked
        } else if device.is_some_and(|device| device.project != joins) {
            RefusalReason::DeviceEnrolledElsewhere
        } else if let Some(device) = device {
            return Attempt::Again(device.id);
        } else if matches!(tenant.subscription, Subscription::Suspended | Subscription::Canceled) {
            RefusalReason::SubscriptionInactive
        } else if code.use_count == code.max_uses {
            RefusalReason::CodeExhausted
        } else if tenant.device_limit().is_some_and(|limit| tenant.active_devices >= limit) {
            RefusalReason::DeviceLimitReached
        } else if tenant.plan_limits.activations.is_some_and(|quota| self.enrolled(tenant) >= quota) {
            RefusalReason::ActivationQuotaReached
        } else {
            return Attempt::Enrols;
        };
        Attempt::Refused(reason)
    }

    /// A total, counted.
    pub(super) fn total(&self, scope: TenantScope, project: Option<ProjectId>, total: &Total) -> i64 {
        let in_scope = |id: TenantId| scope == TenantScope::All || scope == TenantScope::Of(id);
        let of_project = |id: Option<ProjectId>| project.is_none() || id == project;
        // What belongs to a project of a deleted tenant counts for the tenant alone.
        let ended = project.is_some()
            && self.tenants.iter().any(|t| in_scope(t.id) && t.status == TenantStatus::Deleted);
        if ended {
            return 0;
        }
        let tenants = |is: &dyn Fn(&Tenant) -> bool| {
            let found = self.tenants.iter().filter(|tenant| in_scope(tenant.id) && is(tenant));
            if project.is_some() { 0 } else { found.count() }
        };
        let projects = |status| {
            let found = self.projects.iter().filter(|one| in_scope(one.tenant) && one.status == status);
            if project.is_some() { 0 } else { found.count() }
        };
        let codes = |status| {
            let own = self.codes.iter().filter(|code| in_scope(code.tenant) && of_project(code.project));
            own.filter(|code| code.status == status).count()
        };
        let devices = |status| {
            let own =
                self.devices.iter().filter(|device| in_scope(device.tenant) && of_project(device.project));
            own.filter(|device| device.status == status).count()
        };
        let count = match total {
            Total::TenantsActive => tenants(&|tenant| tenant.status == TenantStatus::Active),
            Total::TenantsSuspended => tenants(&|tenant| tenant.status == TenantStatus::Suspended),
            Total::TenantsOnPlan(plan) => {
                tenants(&|tenant| tenant.status != TenantStatus::Deleted && tenant.plan == *plan)
            }
            Total::ProjectsActive => projects(ProjectStatus::Active),
            Total::ProjectsInactive => projects(ProjectStatus::Inactive),
            Total::CodesActive => codes(CodeStatus::Active),
            Total::CodesUsed => codes(CodeStatus::Used),
            Total::CodesExpired => codes(CodeStatus::Expired),
            Total::CodesRevoked => codes(CodeStatus::Revoked),
            Total::DevicesActive => devices(DeviceStatus::Active),
            Total::DevicesRevoked => devices(DeviceStatus::Revoked),
            Total::TenantsSubscribed(state) => {
                tenants(&|tenant| tenant.status != TenantStatus::Deleted && tenant.subscription == *state)
            }
            // These histories have no people.
            Total::SessionsActive | Total::UsersActive | Total::UsersInvited | Total::UsersDisabled => 0,
        };
        i64::try_from(count).unwrap()
    }
}
