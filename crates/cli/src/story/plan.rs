//! The story as data: who does what, when. Must not do any of it.

use daybook_model::{
    Timestamp, activation::RefusalReason, code::CodeDraft, project::ProjectEdit, subscription::Subscription,
    tenant::TenantEdit,
};

use super::{
    calendar::{Calendar, DAYS},
    cast::Llm,
    chance::Chance,
    plot,
    world::World,
};

/// A person or program of the platform's operator, by its place in [`super::cast::CLERKS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ClerkNo(pub(super) usize);

/// A tenant, by its place in [`super::cast::TENANTS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TenantNo(pub(super) usize);

/// A project, by its place in [`super::cast::projects`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ProjectNo(pub(super) usize);

/// A code, by the order of generation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct CodeNo(pub(super) usize);

/// A device, by its place in [`Plan::devices`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct DeviceNo(pub(super) usize);

/// The whole story.
#[derive(Debug)]
pub(crate) struct Plan {
    /// What happens, in order.
    pub(super) steps: Vec<Step>,
    /// Every device that ever tries to activate.
    pub(super) devices: Vec<Persona>,
}

/// Something that happens.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) at: Timestamp,
    pub(super) who: Who,
    pub(super) act: Act,
}

/// Who does it, in a request of which device or desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Who {
    System,
    Clerk(ClerkNo),
    Device(DeviceNo),
}

/// What a device says of itself and where it is.
#[derive(Debug)]
pub(super) struct Persona {
    pub(super) fingerprint: String,
    pub(super) label: String,
    pub(super) platform: &'static str,
    pub(super) ip: String,
    pub(super) user_agent: String,
}

/// How an activation must end: the plan knows, and the performance compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    Enrolled,
    Again,
    Refused(RefusalReason),
}

/// One call of a use case.
#[derive(Debug)]
pub(super) enum Act {
    IssueToken(ClerkNo),
    RevokeToken(ClerkNo),
    /// By its place in [`super::cast::OFFERS`].
    CreatePlan(usize),
    CreateTenant(TenantNo),
    Subscribe(TenantNo, Subscription, &'static str),
    EndTrials,
    EditTenant(TenantNo, TenantEdit),
    Suspend(TenantNo, &'static str),
    Resume(TenantNo, &'static str),
    DeleteTenant(TenantNo, &'static str),
    CreateProject(ProjectNo),
    EditProject(ProjectNo, ProjectEdit),
    DeleteProject(ProjectNo),
    /// For a project or for the platform.
    ConfigureLlm(Option<ProjectNo>, Llm),
    /// Codes of a tenant, bound to a project or to none.
    GenerateCodes(TenantNo, Option<ProjectNo>, CodeDraft),
    AssignCode(CodeNo, ProjectNo),
    RevokeCode(CodeNo, &'static str),
    /// With a code that is bound to no project the device names its own.
    Activate {
        device: DeviceNo,
        code: CodeNo,
        named: Option<ProjectNo>,
        answer: Answer,
    },
    Refresh(DeviceNo),
    RevokeDevice(DeviceNo, &'static str),
    Heartbeat(DeviceNo, &'static str),
    /// How many syncs a device has made.
    ReportUse(DeviceNo, i64),
    ExpireCodes,
}

impl Plan {
    /// The story of this seed that ends at `now`.
    pub(crate) fn new(seed: u64, now: Timestamp) -> Self {
        let calendar = Calendar::ending(now);
        let mut chance = Chance::new(seed);
        let mut world = World::new(calendar);
        let beats = plot::beats();
        for day in 0..DAYS {
            world.begin_day(day);
            let mut beats = beats.iter().filter(|beat| beat.day == day).peekable();
            for moment in calendar.moments(day, &mut chance) {
                while let Some(beat) = beats.next_if(|beat| beat.micros <= moment) {
                    world.act(calendar.at(day, beat.micros), beat.who, (beat.act)());
                }
                world.live(day, calendar.at(day, moment), &mut chance);
            }
            for beat in beats {
                world.act(calendar.at(day, beat.micros), beat.who, (beat.act)());
            }
        }
        world.hear_devices(now, &mut chance);
        let World { mut steps, personas: devices, .. } = world;
        // Heartbeats were planned last and happen in between; the sort keeps the order of what happens at the same time.
        steps.sort_by_key(|step| step.at);
        Self { steps, devices }
    }

    /// How many steps it has.
    pub(crate) fn len(&self) -> u64 {
        u64::try_from(self.steps.len()).unwrap_or(u64::MAX)
    }

    /// When it begins.
    pub(crate) fn begins(&self) -> Timestamp {
        self.steps.first().map_or(Timestamp::default(), |step| step.at)
    }
}
