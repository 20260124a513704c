//! What the story knows of itself while it is planned: enough to let only happen what can happen. Every act goes through
//! [`World::act`], which notes what follows from it. Must not decide what happens: that is the plot's and chance's business.

use daybook_model::{Timestamp, change::Edit, code::CodeDraft};

use super::{
    calendar::{Calendar, HOUR},
    cast::{CLERKS, TENANTS, projects},
    chance::Chance,
    plan::{Act, Answer, ClerkNo, CodeNo, DeviceNo, Persona, ProjectNo, Step, TenantNo, Who},
};

/// Whether a tenant works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    Absent,
    Active,
    Suspended,
    Gone,
}

/// A tenant at this point of the story.
#[derive(Debug)]
pub(super) struct TenantNow {
    pub(super) standing: Standing,
    pub(super) device_limit: i64,
    pub(super) devices_active: i64,
    /// How often a device was turned away because of the limit, since it was last raised.
    pub(super) turned_away: u32,
    pub(super) codes: Vec<CodeNo>,
    pub(super) devices: Vec<DeviceNo>,
}

/// A project at this point of the story.
#[derive(Debug, Clone, Copy)]
pub(super) struct ProjectNow {
    pub(super) tenant: TenantNo,
    pub(super) demand: u64,
    pub(super) exists: bool,
    pub(super) active: bool,
}

/// A code at this point of the story.
#[derive(Debug, Clone, Copy)]
pub(super) struct CodeNow {
    pub(super) project: Option<ProjectNo>,
    pub(super) uses_left: i64,
    /// The day at whose beginning its time is over.
    pub(super) ends: Option<i64>,
    pub(super) revoked: bool,
}

/// A device at this point of the story.
#[derive(Debug, Clone, Copy)]
pub(super) struct DeviceNow {
    pub(super) tenant: TenantNo,
    pub(super) project: Option<ProjectNo>,
    pub(super) code: CodeNo,
    pub(super) enrolled: Option<Timestamp>,
    /// The day of its latest tokens.
    pub(super) granted: i64,
    pub(super) revoked: bool,
}

/// The state of the story.
pub(super) struct World {
    pub(super) calendar: Calendar,
    pub(super) day: i64,
    pub(super) steps: Vec<Step>,
    pub(super) personas: Vec<Persona>,
    tenants: Vec<TenantNow>,
    projects: Vec<ProjectNow>,
    codes: Vec<CodeNow>,
    devices: Vec<DeviceNow>,
    /// Who has a token that works.
    clerks: Vec<ClerkNo>,
}

impl World {
    /// The world before the story begins.
    pub(super) fn new(calendar: Calendar) -> Self {
        let absent = |device_limit| TenantNow {
            standing: Standing::Absent,
            device_limit,
            devices_active: 0,
            turned_away: 0,
            codes: vec![],
            devices: vec![],
        };
        let project = |(_, tenant, role): (_, _, &'static super::cast::Project)| ProjectNow {
            tenant,
            demand: role.demand,
            exists: false,
            active: false,
        };
        Self {
            calendar,
            day: 0,
            steps: vec![],
            personas: vec![],
            tenants: TENANTS.iter().map(|tenant| absent(tenant.device_limit)).collect(),
            projects: projects().map(project).collect(),
            codes: vec![],
            devices: vec![],
            clerks: vec![],
        }
    }

    /// A new day: codes whose time is over are ended, as the sweeper does.
    pub(super) fn begin_day(&mut self, day: i64) {
        self.day = day;
        let due = |code: &CodeNow| code.ends == Some(day) && code.uses_left > 0 && !code.revoked;
        if self.codes.iter().any(due) {
            // Three seconds after midnight.
            self.act(self.calendar.at(day, HOUR / 1_200), Who::System, Act::ExpireCodes);
        }
    }

    /// Something happens.
    pub(super) fn act(&mut self, at: Timestamp, who: Who, act: Act) {
        self.note(at, &act);
        self.steps.push(Step { at, who, act });
    }

    /// What follows from it.
    fn note(&mut self, at: Timestamp, act: &Act) {
        match act {
            Act::IssueToken(clerk) => self.clerks.push(*clerk),
            Act::RevokeToken(clerk) => self.clerks.retain(|other| other != clerk),
            Act::CreateTenant(tenant) | Act::Resume(tenant, _) => self.stand(*tenant, Standing::Active),
            Act::Suspend(tenant, _) => self.stand(*tenant, Standing::Suspended),
            Act::DeleteTenant(tenant, _) => self.stand(*tenant, Standing::Gone),
            Act::EditTenant(tenant, edit) => {
                if let (Some(tenant), Edit::Set(limit)) = (self.tenants.get_mut(tenant.0), &edit.device_limit)
                {
                    tenant.device_limit = *limit;
                    tenant.turned_away = 0;
                }
            }
            Act::CreateProject(project) => self.switch(*project, true, true),
            Act::DeleteProject(project) => self.close(*project),
            Act::EditProject(project, edit) => {
                if let Some(active) = edit.is_active {
                    self.switch(*project, true, active);
                }
            }
            Act::GenerateCodes(tenant, project, draft) => self.note_codes(*tenant, *project, draft),
            Act::AssignCode(code, project) => {
                if let Some(code) = self.codes.get_mut(code.0) {
                    code.project = Some(*project);
                }
            }
            Act::RevokeCode(code, _) => {
                if let Some(code) = self.codes.get_mut(code.0) {
                    code.revoked = true;
                }
            }
            Act::Activate { device, code, answer, .. } => self.note_attempt(at, *device, *code, *answer),
            Act::Refresh(device) => self.grant(*device),
            Act::RevokeDevice(device, _) => self.revoke(*device),
            Act::CreatePlan(_)
            | Act::Subscribe(..)
            | Act::EndTrials
            | Act::Heartbeat(..)
            | Act::ReportUse(..)
            | Act::ExpireCodes
            | Act::ConfigureLlm(..) => {}
        }
    }

    fn stand(&mut self, tenant: TenantNo, standing: Standing) {
        if let Some(tenant) = self.tenants.get_mut(tenant.0) {
            tenant.standing = standing;
        }
    }

    fn switch(&mut self, project: ProjectNo, exists: bool, active: bool) {
        if let Some(project) = self.projects.get_mut(project.0) {
            (project.exists, project.active) = (exists, active);
        }
    }

    /// A project is deleted: its devices, and its codes that could still be used, are revoked with it.
    fn close(&mut self, project: ProjectNo) {
        self.switch(project, false, false);
        let day = self.day;
        let of_project = |code: &&mut CodeNow| code.project == Some(project) && code.is_usable(day);
        self.codes.iter_mut().filter(of_project).for_each(|code| code.revoked = true);
        let of_project = |device: &DeviceNow| device.project == Some(project);
        let closed: Vec<usize> = self
            .devices
            .iter()
            .enumerate()
            .filter(|(_, device)| of_project(device))
            .map(|(no, _)| no)
            .collect();
        for no in closed {
            self.revoke(DeviceNo(no));
        }
    }

    fn note_codes(&mut self, tenant: TenantNo, project: Option<ProjectNo>, draft: &CodeDraft) {
        let ends = draft.expires_at.map(|at| at.day() - self.calendar.midnight(0).day());
        let Some(tenant) = self.tenants.get_mut(tenant.0) else { return };
        for _ in 0..draft.count.unwrap_or(1) {
            tenant.codes.push(CodeNo(self.codes.len()));
            self.codes.push(CodeNow {
                project,
                uses_left: draft.max_uses.unwrap_or(1),
                ends,
                revoked: false,
            });
        }
    }

    fn note_attempt(&mut self, at: Timestamp, device: DeviceNo, code: CodeNo, answer: Answer) {
        match answer {
            Answer::Refused(_) => {}
            Answer::Again => self.grant(device),
            Answer::Enrolled => {
                let (Some(now), Some(code)) = (self.devices.get_mut(device.0), self.codes.get_mut(code.0))
                else {
                    return;
                };
                code.uses_left -= 1;
                (now.enrolled, now.granted) = (Some(at), self.day);
                if let Some(tenant) = self.tenants.get_mut(now.tenant.0) {
                    tenant.devices_active += 1;
                    tenant.devices.push(device);
                }
            }
        }
    }

    fn grant(&mut self, device: DeviceNo) {
        if let Some(device) = self.devices.get_mut(device.0) {
            device.granted = self.day;
        }
    }

    fn revoke(&mut self, device: DeviceNo) {
        let Some(device) = self.devices.get_mut(device.0) else { return };
        if device.enrolled.is_some() && !device.revoked {
            device.revoked = true;
            if let Some(tenant) = self.tenants.get_mut(device.tenant.0) {
                tenant.devices_active -= 1;
            }
        }
    }

    /// A device appears that has not tried anything yet.
    pub(super) fn meet(
        &mut self,
        tenant: TenantNo,
        project: Option<ProjectNo>,
        code: CodeNo,
        chance: &mut Chance,
    ) -> Option<DeviceNo> {
        let role = TENANTS.get(tenant.0)?;
        let (model, site) = (chance.pick(role.fleet)?, chance.pick(role.sites)?);
        let host = chance.within(2, 254);
        let ip = if role.network.contains(':') {
            format!("{}::{host:x}", role.network)
        } else {
            format!("{}.{host}", role.network)
        };
        self.personas.push(Persona {
            fingerprint: format!("{}-{:016x}", model.name.to_ascii_lowercase(), chance.number()),
            label: format!("{} {} · {site}", model.name, chance.within(1, 99)),
            platform: model.platform,
            ip,
            user_agent: model.user_agent.to_owned(),
        });
        let device = DeviceNo(self.devices.len());
        self.devices.push(DeviceNow { tenant, project, code, enrolled: None, granted: 0, revoked: false });
        Some(device)
    }

    /// Tenants that exist.
    pub(super) fn tenants(&self) -> impl Iterator<Item = (TenantNo, &TenantNow)> {
        let all = self.tenants.iter().enumerate().map(|(no, tenant)| (TenantNo(no), tenant));
        all.filter(|(_, tenant)| matches!(tenant.standing, Standing::Active | Standing::Suspended))
    }

    /// A tenant.
    pub(super) fn tenant(&self, tenant: TenantNo) -> Option<&TenantNow> {
        self.tenants.get(tenant.0)
    }

    /// Notes that a device was turned away because of the limit; answers how often that has happened.
    pub(super) fn turn_away(&mut self, tenant: TenantNo) -> Option<u32> {
        let tenant = self.tenants.get_mut(tenant.0)?;
        tenant.turned_away += 1;
        Some(tenant.turned_away)
    }

    /// Projects of a tenant that exist.
    pub(super) fn projects_of(&self, tenant: TenantNo) -> impl Iterator<Item = (ProjectNo, ProjectNow)> {
        let all = self.projects.iter().enumerate().map(|(no, project)| (ProjectNo(no), *project));
        all.filter(move |(_, project)| project.tenant == tenant && project.exists)
    }

    /// Whether a project is switched on.
    pub(super) fn is_active(&self, project: ProjectNo) -> bool {
        self.projects.get(project.0).is_some_and(|project| project.exists && project.active)
    }

    /// Codes of a tenant that fulfil a condition.
    pub(super) fn codes_of(
        &self,
        tenant: TenantNo,
        wanted: impl Fn(&CodeNow) -> bool,
    ) -> Vec<(CodeNo, CodeNow)> {
        let all = self.tenant(tenant).map_or(&[][..], |tenant| tenant.codes.as_slice());
        let known = all.iter().filter_map(|no| Some((*no, *self.codes.get(no.0)?)));
        known.filter(|(_, code)| wanted(code)).collect()
    }

    /// A code.
    pub(super) fn code(&self, code: CodeNo) -> Option<CodeNow> {
        self.codes.get(code.0).copied()
    }

    /// A device of a tenant that was enrolled and fulfils a condition, by chance; gives up after some that do not.
    pub(super) fn device_of(
        &self,
        tenant: TenantNo,
        chance: &mut Chance,
        wanted: impl Fn(&DeviceNow) -> bool,
    ) -> Option<(DeviceNo, DeviceNow)> {
        let all = &self.tenant(tenant)?.devices;
        (0..24).find_map(|_| {
            let no = *chance.pick(all)?;
            let device = self.devices.get(no.0).copied()?;
            wanted(&device).then_some((no, device))
        })
    }

    /// Every device that works, with the time of its enrolment.
    pub(super) fn working_devices(&self) -> Vec<(DeviceNo, Timestamp)> {
        let works = |device: &DeviceNow| {
            let tenant = self.tenant(device.tenant)?;
            (!device.revoked && tenant.standing == Standing::Active).then_some(device.enrolled).flatten()
        };
        let all = self.devices.iter().enumerate();
        all.filter_map(|(no, device)| Some((DeviceNo(no), works(device)?))).collect()
    }

    /// Whoever of the operator does this piece of work.
    pub(super) fn clerk(&self, chance: &mut Chance, share: impl Fn(&super::cast::Clerk) -> u64) -> Who {
        let there = self.clerks.iter().filter_map(|no| Some((share(CLERKS.get(no.0)?), *no)));
        let there: Vec<(u64, ClerkNo)> = there.collect();
        chance.weighted(&there).map_or(Who::System, Who::Clerk)
    }
}

impl CodeNow {
    /// Whether its time is over on this day.
    pub(super) fn is_over(&self, day: i64) -> bool {
        self.ends.is_some_and(|ends| ends <= day)
    }

    /// Whether it can be used on this day.
    pub(super) fn is_usable(&self, day: i64) -> bool {
        self.uses_left > 0 && !self.revoked && !self.is_over(day)
    }
}
