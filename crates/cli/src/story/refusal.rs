//! Attempts that must fail, each for one certain reason. The order of reasons is the portal's: an attempt is chosen so that none that
//! comes before applies.

use daybook_model::{Timestamp, activation::RefusalReason};

use super::{
    chance::Chance,
    plan::{Act, Answer, CodeNo, DeviceNo, ProjectNo, TenantNo, Who},
    world::{CodeNow, World},
};

/// How often which reason is tried.
const REASONS: [(u64, RefusalReason); 7] = [
    (34, RefusalReason::CodeExhausted),
    (26, RefusalReason::CodeExpired),
    (13, RefusalReason::CodeRevoked),
    (9, RefusalReason::DeviceRevoked),
    (16, RefusalReason::ProjectInactive),
    (6, RefusalReason::ProjectMismatch),
    (5, RefusalReason::DeviceEnrolledElsewhere),
];

/// Who tries what: a device, a code, and the project it names.
type Attempt = (DeviceNo, CodeNo, Option<ProjectNo>);

impl World {
    /// Somebody tries something that cannot work.
    pub(super) fn refuse(&mut self, at: Timestamp, tenant: TenantNo, chance: &mut Chance) -> Option<()> {
        let reason = chance.weighted(&REASONS)?;
        let attempt = match reason {
            RefusalReason::CodeExhausted => self.exhausted(tenant, chance),
            RefusalReason::CodeExpired => self.expired(tenant, chance),
            RefusalReason::CodeRevoked => self.revoked(tenant, chance),
            RefusalReason::DeviceRevoked => self.device_revoked(tenant, chance),
            RefusalReason::ProjectInactive => self.inactive(tenant, chance),
            RefusalReason::ProjectMismatch => self.mismatch(tenant, chance),
            _ => self.elsewhere(tenant, chance),
        };
        self.attempt(at, attempt?, reason);
        Some(())
    }

    /// A device of a suspended tenant tries.
    pub(super) fn knock(&mut self, at: Timestamp, tenant: TenantNo, chance: &mut Chance) -> Option<()> {
        let attempt = self.stranger(tenant, |code| code.project.is_some(), chance)?;
        self.attempt(at, attempt, RefusalReason::TenantSuspended);
        Some(())
    }

    fn attempt(&mut self, at: Timestamp, (device, code, named): Attempt, reason: RefusalReason) {
        let answer = Answer::Refused(reason);
        self.act(at, Who::Device(device), Act::Activate { device, code, named, answer });
    }

    /// A new device with a code that fulfils a condition; a code that is bound to a project which still exists.
    fn stranger(
        &mut self,
        tenant: TenantNo,
        wanted: impl Fn(&CodeNow) -> bool,
        chance: &mut Chance,
    ) -> Option<Attempt> {
        let codes = self.codes_of(tenant, wanted);
        let (code, now) = *chance.pick(&codes)?;
        Some((self.meet(tenant, now.project, code, chance)?, code, None))
    }

    /// Whether the code's project is switched on.
    fn is_open(&self, code: &CodeNow) -> bool {
        code.project.is_some_and(|project| self.is_active(project))
    }

    /// Whether the code's project is switched off, and not deleted.
    fn is_closed(&self, tenant: TenantNo, code: &CodeNow) -> bool {
        let mut projects = self.projects_of(tenant);
        projects.any(|(no, project)| !project.active && code.project == Some(no))
    }

    fn exhausted(&mut self, tenant: TenantNo, chance: &mut Chance) -> Option<Attempt> {
        let day = self.day;
        let codes = self.codes_of(tenant, |code| {
            code.uses_left == 0 && !code.revoked && !code.is_over(day) && self.is_open(code)
        });
        let (code, now) = *chance.pick(&codes)?;
        Some((self.meet(tenant, now.project, code, chance)?, code, None))
    }

    fn expired(&mut self, tenant: TenantNo, chance: &mut Chance) -> Option<Attempt> {
        let day = self.day;
        self.stranger(tenant, |code| code.is_over(day) && !code.revoked && code.project.is_some(), chance)
    }

    fn revoked(&mut self, tenant: TenantNo, chance: &mut Chance) -> Option<Attempt> {
        self.stranger(tenant, |code| code.revoked && code.project.is_some(), chance)
    }

    fn inactive(&mut self, tenant: TenantNo, chance: &mut Chance) -> Option<Attempt> {
        let day = self.day;
        let codes =
            self.codes_of(tenant, |code| !code.revoked && !code.is_over(day) && self.is_closed(tenant, code));
        let (code, now) = *chance.pick(&codes)?;
        Some((self.meet(tenant, now.project, code, chance)?, code, None))
    }

    /// A device names another project than its code's.
    fn mismatch(&mut self, tenant: TenantNo, chance: &mut Chance) -> Option<Attempt> {
        let day = self.day;
        let (code, now) =
            *chance.pick(&self.codes_of(tenant, |code| code.is_usable(day) && self.is_open(code)))?;
        let others = self.projects_of(tenant).filter(|(no, _)| Some(*no) != now.project);
        let named = *chance.pick(&others.map(|(no, _)| no).collect::<Vec<_>>())?;
        Some((self.meet(tenant, now.project, code, chance)?, code, Some(named)))
    }

    /// A revoked device tries its code again.
    fn device_revoked(&mut self, tenant: TenantNo, chance: &mut Chance) -> Option<Attempt> {
        let (no, device) = self.device_of(tenant, chance, |device| {
            device.revoked && self.code(device.code).is_some_and(|code| self.works_with(&code))
        })?;
        Some((no, device.code, None))
    }

    /// A device of one project tries a code of another.
    fn elsewhere(&mut self, tenant: TenantNo, chance: &mut Chance) -> Option<Attempt> {
        let (no, device) = self.device_of(tenant, chance, |device| !device.revoked)?;
        let codes = self.codes_of(tenant, |code| self.works_with(code) && code.project != device.project);
        let (code, _) = *chance.pick(&codes)?;
        Some((no, code, None))
    }

    /// Whether the code would do for a device that is enrolled already.
    fn works_with(&self, code: &CodeNow) -> bool {
        !code.revoked && !code.is_over(self.day) && self.is_open(code)
    }
}
