//! What happens at a moment: chance, within what can happen. Devices are enrolled, renew their tokens and come back; operators make
//! codes, revoke, assign and edit.

use daybook_model::{
    Timestamp,
    activation::RefusalReason,
    change::Edit,
    code::CodeDraft,
    project::{Priority, ProjectEdit},
    tenant::TenantEdit,
};

use super::{
    calendar::HOUR,
    cast::TENANTS,
    chance::Chance,
    plan::{Act, Answer, ProjectNo, TenantNo, Who},
    world::{Standing, World},
};

/// For how many days a refresh token works; a device that was quiet for longer does not come back.
const REFRESH_DAYS: i64 = 170;
/// How many devices a tenant lets be turned away before it asks for a larger plan.
const PATIENCE: u32 = 7;
/// Plans by the number of devices that they allow.
const LADDER: [(i64, &str); 4] = [(60, "starter"), (150, "team"), (400, "business"), (1_500, "enterprise")];

/// What chance may choose.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Enrol,
    Refresh,
    Again,
    Refusal,
    RevokeDevice,
    RevokeCode,
    AssignCode,
    EditProject,
    EditTenant,
}

/// What happens on a workday, by frequency.
const WORKDAY: [(u64, Kind); 9] = [
    (375, Kind::Enrol),
    (350, Kind::Refresh),
    (45, Kind::Again),
    (115, Kind::Refusal),
    (36, Kind::RevokeDevice),
    (18, Kind::RevokeCode),
    (9, Kind::AssignCode),
    (8, Kind::EditProject),
    (3, Kind::EditTenant),
];
/// What happens while the operator's offices are closed.
const DAY_OFF: [(u64, Kind); 4] =
    [(330, Kind::Enrol), (420, Kind::Refresh), (50, Kind::Again), (110, Kind::Refusal)];

const DEVICE_REASONS: [&str; 5] = [
    "Reported stolen.",
    "Replaced by a newer one.",
    "Sold with the site.",
    "Broken screen, sent back.",
    "Enrolled by mistake.",
];
const CODE_REASONS: [&str; 4] = [
    "Posted in a support ticket.",
    "Sent to the wrong address.",
    "The order was cancelled.",
    "Printed twice; the second sheet is void.",
];
const LABELS: [&str; 8] = [
    "Roll-out",
    "Spare devices",
    "Second wave",
    "Reseller order",
    "Trade fair",
    "Field replacements",
    "New site",
    "Pilot extension",
];
const VERSIONS: [&str; 4] = ["3.2.2", "3.2.1", "3.2.0", "3.1.4"];

impl World {
    /// One moment of life. That nothing can happen now is fine too.
    pub(super) fn live(&mut self, day: i64, at: Timestamp, chance: &mut Chance) {
        let Some((tenant, standing)) = self.somewhere(day, chance) else { return };
        if standing == Standing::Suspended {
            if chance.percent(75) {
                self.knock(at, tenant, chance);
            }
            return;
        }
        let kinds = if self.calendar.is_workday(day) { &WORKDAY[..] } else { &DAY_OFF[..] };
        let happened = match chance.weighted(kinds) {
            None => None,
            Some(Kind::Enrol) => self.enrol(at, tenant, chance),
            Some(Kind::Refresh) => self.refresh(at, tenant, chance),
            Some(Kind::Again) => self.come_back(at, tenant, chance),
            Some(Kind::Refusal) => self.refuse(at, tenant, chance),
            Some(Kind::RevokeDevice) => self.revoke_device(at, tenant, chance),
            Some(Kind::RevokeCode) => self.revoke_code(at, tenant, chance),
            Some(Kind::AssignCode) => self.assign_code(at, tenant, chance),
            Some(Kind::EditProject) => self.edit_project(at, tenant, chance),
            Some(Kind::EditTenant) => self.edit_tenant(at, tenant, chance),
        };
        if happened.is_none() {
            self.enrol(at, tenant, chance);
        }
    }

    /// A tenant, the large ones more often, the new ones less.
    fn somewhere(&self, day: i64, chance: &mut Chance) -> Option<(TenantNo, Standing)> {
        let weights: Vec<(u64, (TenantNo, Standing))> = self
            .tenants()
            .filter_map(|(no, tenant)| {
                let role = TENANTS.get(no.0)?;
                let settled = (day - role.joins).clamp(0, 90).unsigned_abs();
                Some((role.size * (30 + settled), (no, tenant.standing)))
            })
            .collect();
        chance.weighted(&weights)
    }

    /// A new device, with a code that is there or once there are codes again.
    fn enrol(&mut self, at: Timestamp, tenant: TenantNo, chance: &mut Chance) -> Option<()> {
        let open = self.projects_of(tenant).filter(|(_, project)| project.active);
        let open: Vec<(u64, ProjectNo)> = open.map(|(no, project)| (project.demand, no)).collect();
        let project = chance.weighted(&open)?;
        let day = self.day;
        let usable = self.codes_of(tenant, |code| {
            code.is_usable(day) && code.project.is_none_or(|bound| bound == project)
        });
        // Several sheets are in use at once; the oldest is the likeliest.
        let nearest = usable.get(..usable.len().min(6)).unwrap_or_default();
        let Some((code, now)) = chance.pick(nearest).copied() else {
            return self.make_codes(at, tenant, project, chance);
        };
        let state = self.tenant(tenant)?;
        let is_full = state.devices_active >= state.device_limit;
        // A code of the pool does not say for which project: the device does.
        let named = now.project.is_none().then_some(project);
        let device = self.meet(tenant, Some(project), code, chance)?;
        let answer =
            if is_full { Answer::Refused(RefusalReason::DeviceLimitReached) } else { Answer::Enrolled };
        self.act(at, Who::Device(device), Act::Activate { device, code, named, answer });
        if is_full && self.turn_away(tenant)? > PATIENCE && self.calendar.is_workday(day) {
            self.raise_limit(at, tenant, chance)?;
        }
        Some(())
    }

    /// A tenant that has outgrown its plan gets a larger one.
    fn raise_limit(&mut self, at: Timestamp, tenant: TenantNo, chance: &mut Chance) -> Option<()> {
        let limit = self.tenant(tenant)?.device_limit;
        let edit = match LADDER.iter().find(|(devices, _)| *devices > limit) {
            Some((devices, plan)) => TenantEdit {
                plan: Some((*plan).to_owned()),
                device_limit: Edit::Set(*devices),
                ..TenantEdit::default()
            },
            None => TenantEdit { device_limit: Edit::Set(limit + 1_000), ..TenantEdit::default() },
        };
        let who = self.clerk(chance, |clerk| clerk.office);
        self.act(at, who, Act::EditTenant(tenant, edit));
        Some(())
    }

    /// A batch of codes: many for one device each, or a few for many.
    fn make_codes(
        &mut self,
        at: Timestamp,
        tenant: TenantNo,
        project: ProjectNo,
        chance: &mut Chance,
    ) -> Option<()> {
        let (count, uses) = match chance.weighted(&[(60, 0), (14, 1), (26, 2)])? {
            0 => (chance.within(8, 34), 1),
            1 => (chance.within(40, 80), 1),
            _ => (chance.within(1, 3), chance.within(8, 40)),
        };
        let days = *chance.pick(&[0, 0, 21, 30, 45, 60, 90, 180])?;
        let label = chance.pick(&LABELS)?;
        let draft = CodeDraft {
            count: Some(count),
            max_uses: Some(uses),
            // Until the end of a day: so their time is never over in the middle of one.
            expires_at: (days > 0).then(|| self.calendar.midnight(self.day + days)),
            label: Some(format!("{label} {}", chance.within(1, 40))),
            ..CodeDraft::default()
        };
        // Some tenants keep a pool of codes for all their projects.
        let bound = (!chance.percent(12)).then_some(project);
        let who = self.clerk(chance, |clerk| clerk.provisioning);
        self.act(at, who, Act::GenerateCodes(tenant, bound, draft));
        Some(())
    }

    fn refresh(&mut self, at: Timestamp, tenant: TenantNo, chance: &mut Chance) -> Option<()> {
        let day = self.day;
        let (device, _) = self.device_of(tenant, chance, |device| {
            !device.revoked && (1..REFRESH_DAYS).contains(&(day - device.granted))
        })?;
        self.act(at, Who::Device(device), Act::Refresh(device));
        Some(())
    }

    /// A device that was reset activates again with the code it had.
    fn come_back(&mut self, at: Timestamp, tenant: TenantNo, chance: &mut Chance) -> Option<()> {
        let (no, device) = self.device_of(tenant, chance, |device| {
            let code = self.code(device.code).filter(|code| !code.revoked && !code.is_over(self.day));
            // A code of the pool may have been bound to another project since.
            let fits =
                code.is_some_and(|code| code.project.is_none_or(|bound| Some(bound) == device.project));
            !device.revoked && fits && device.project.is_some_and(|project| self.is_active(project))
        })?;
        let named = self.code(device.code)?.project.is_none().then_some(device.project).flatten();
        let act = Act::Activate { device: no, code: device.code, named, answer: Answer::Again };
        self.act(at, Who::Device(no), act);
        Some(())
    }

    fn revoke_device(&mut self, at: Timestamp, tenant: TenantNo, chance: &mut Chance) -> Option<()> {
        let (device, _) = self.device_of(tenant, chance, |device| !device.revoked)?;
        let reason = *chance.pick(&DEVICE_REASONS)?;
        let who = self.clerk(chance, |clerk| clerk.office);
        self.act(at, who, Act::RevokeDevice(device, reason));
        Some(())
    }

    fn revoke_code(&mut self, at: Timestamp, tenant: TenantNo, chance: &mut Chance) -> Option<()> {
        let day = self.day;
        let (code, _) = *chance.pick(&self.codes_of(tenant, |code| code.is_usable(day)))?;
        let reason = *chance.pick(&CODE_REASONS)?;
        let who = self.clerk(chance, |clerk| clerk.office);
        self.act(at, who, Act::RevokeCode(code, reason));
        Some(())
    }

    /// A code of the pool is bound to a project; one that no device has used yet.
    fn assign_code(&mut self, at: Timestamp, tenant: TenantNo, chance: &mut Chance) -> Option<()> {
        let day = self.day;
        let pool = self.codes_of(tenant, |code| code.is_usable(day) && code.project.is_none());
        let (code, _) = *chance.pick(&pool)?;
        let projects: Vec<ProjectNo> =
            self.projects_of(tenant).filter(|(_, project)| project.active).map(|(no, _)| no).collect();
        let project = *chance.pick(&projects)?;
        let who = self.clerk(chance, |clerk| clerk.office);
        self.act(at, who, Act::AssignCode(code, project));
        Some(())
    }

    fn edit_project(&mut self, at: Timestamp, tenant: TenantNo, chance: &mut Chance) -> Option<()> {
        let projects: Vec<ProjectNo> = self.projects_of(tenant).map(|(no, _)| no).collect();
        let project = *chance.pick(&projects)?;
        let edit = if chance.percent(55) {
            let priority = *chance.pick(&[Priority::Low, Priority::Normal, Priority::High])?;
            ProjectEdit { priority: Some(priority), ..ProjectEdit::default() }
        } else {
            let quarter = chance.within(1, 4);
            let sites = chance.within(2, 30);
            let text = format!("Scope agreed for quarter {quarter}: {sites} sites, support included.");
            ProjectEdit { description: Edit::Set(text), ..ProjectEdit::default() }
        };
        let who = self.clerk(chance, |clerk| clerk.office);
        self.act(at, who, Act::EditProject(project, edit));
        Some(())
    }

    fn edit_tenant(&mut self, at: Timestamp, tenant: TenantNo, chance: &mut Chance) -> Option<()> {
        let role = TENANTS.get(tenant.0)?;
        let (_, domain) = role.contact_email.split_once('@')?;
        let edit = if chance.percent(60) {
            let desk = *chance.pick(&["licensing", "it", "operations", "helpdesk", "devices"])?;
            TenantEdit { contact_email: Edit::Set(format!("{desk}@{domain}")), ..TenantEdit::default() }
        } else {
            // Dark enough to be seen on white, or the portal refuses it.
            let color = format!("#{:06x}", chance.number() & 0x007f_7f7f);
            TenantEdit { primary_color: Edit::Set(color), ..TenantEdit::default() }
        };
        let who = self.clerk(chance, |clerk| clerk.office);
        self.act(at, who, Act::EditTenant(tenant, edit));
        Some(())
    }

    /// When each working device was last heard: most of them in the last hour, some days ago.
    pub(super) fn hear_devices(&mut self, now: Timestamp, chance: &mut Chance) {
        for (device, enrolled) in self.working_devices() {
            let ago = match chance.weighted(&[(70, 0), (22, 1), (8, 2)]) {
                Some(0) => chance.within(0, HOUR),
                Some(1) => chance.within(HOUR, 24 * HOUR),
                _ => chance.within(24 * HOUR, 40 * 24 * HOUR),
            };
            let at = Timestamp::from_micros(now.as_micros() - ago).max(enrolled);
            let version = chance.pick(&VERSIONS).copied().unwrap_or("3.2.2");
            self.act(at, Who::Device(device), Act::Heartbeat(device, version));
            self.act(at, Who::Device(device), Act::ReportUse(device, chance.within(50, 1_000)));
        }
    }
}
