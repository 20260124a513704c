//! What is certain to happen: who comes and goes, and the turns of the story. Everything else is chance. Data alone.

use daybook_model::{change::Edit, project::ProjectEdit, subscription::Subscription, tenant::TenantEdit};

use super::{
    calendar::HOUR,
    cast::{
        self, CLERKS, COBALT, Fate, LUMEN, Llm, OFFERS, ORCHARD, PAPYRUS, SAVANNA, TENANTS, TIDEWATER,
        TRIAL_DAYS,
    },
    plan::{Act, ClerkNo, ProjectNo, TenantNo, Who},
};

/// The owner.
const MARA: Who = Who::Clerk(ClerkNo(0));
/// The admin who is there from the first day.
const JONAS: Who = Who::Clerk(ClerkNo(1));
const MINUTE: i64 = HOUR / 60;

/// Something that is certain to happen.
pub(super) struct Beat {
    /// The day of the story.
    pub(super) day: i64,
    /// How far into the day, in microseconds.
    pub(super) micros: i64,
    pub(super) who: Who,
    /// Makes the act: an act is done once and cannot be copied.
    pub(super) act: Box<dyn Fn() -> Act>,
}

fn beat(day: i64, micros: i64, who: Who, act: impl Fn() -> Act + 'static) -> Beat {
    Beat { day, micros, who, act: Box::new(act) }
}

/// All of them, in order.
pub(super) fn beats() -> Vec<Beat> {
    let mut beats = vec![];
    beats.extend(comings_and_goings());
    beats.extend(first_days());
    beats.extend(lives_of_projects());
    beats.extend(turns());
    beats.extend(language_models());
    beats.extend(subscriptions());
    beats.sort_by_key(|beat| (beat.day, beat.micros));
    beats
}

/// The operator's people and programs.
fn comings_and_goings() -> Vec<Beat> {
    let mut beats = vec![];
    for (number, clerk) in CLERKS.iter().enumerate() {
        let no = ClerkNo(number);
        let by = if number == 0 { Who::System } else { MARA };
        let minute = i64::try_from(number).unwrap_or(0) * 3;
        beats.push(beat(clerk.joins, 6 * HOUR + minute * MINUTE, by, move || Act::IssueToken(no)));
        if let Some(day) = clerk.leaves {
            beats.push(beat(day, 15 * HOUR + 4 * MINUTE, MARA, move || Act::RevokeToken(no)));
        }
    }
    beats
}

/// Plans, tenants and their projects come into being.
fn first_days() -> Vec<Beat> {
    let plan = |number| beat(0, 6 * HOUR + 50 * MINUTE, JONAS, move || Act::CreatePlan(number));
    let mut beats: Vec<Beat> = (0..OFFERS.len()).map(plan).collect();
    for (number, tenant) in TENANTS.iter().enumerate() {
        let minute = i64::try_from(number).unwrap_or(0) * 2;
        let no = TenantNo(number);
        beats.push(beat(tenant.joins, 7 * HOUR + minute * MINUTE, JONAS, move || Act::CreateTenant(no)));
    }
    for (no, _, project) in cast::projects() {
        let minute = i64::try_from(no.0).unwrap_or(0) % 40;
        beats.push(beat(project.opens, 8 * HOUR + minute * MINUTE, JONAS, move || Act::CreateProject(no)));
    }
    beats
}

fn lives_of_projects() -> Vec<Beat> {
    let switch = |on: bool| ProjectEdit { is_active: Some(on), ..ProjectEdit::default() };
    let mut beats = vec![];
    for (no, _, project) in cast::projects() {
        let off =
            move |day| beat(day, 16 * HOUR + 11 * MINUTE, JONAS, move || Act::EditProject(no, switch(false)));
        match project.fate {
            Fate::Lives => {}
            Fate::Ends(day) => beats.push(off(day)),
            Fate::Pauses(from, to) => {
                beats.push(off(from));
                beats.push(beat(to, 7 * HOUR + 40 * MINUTE, JONAS, move || {
                    Act::EditProject(no, switch(true))
                }));
            }
            Fate::Deleted(day) => {
                beats.push(beat(day, 14 * HOUR + 25 * MINUTE, MARA, move || Act::DeleteProject(no)));
            }
        }
    }
    beats
}

/// How language models are asked.
fn language_models() -> [Beat; 4] {
    let configure = |day, who, project: Option<usize>, llm| {
        beat(day, 11 * HOUR + 20 * MINUTE, who, move || Act::ConfigureLlm(project.map(ProjectNo), llm))
    };
    [
        configure(12, MARA, None, Llm::First),
        configure(47, JONAS, Some(0), Llm::Exact),
        configure(118, MARA, None, Llm::Thrifty),
        configure(201, JONAS, Some(1), Llm::Busy),
    ]
}

/// What becomes of subscriptions.
fn subscriptions() -> Vec<Beat> {
    let change = |day, tenant: TenantNo, state, reason| {
        beat(day, 11 * HOUR + 20 * MINUTE, MARA, move || Act::Subscribe(tenant, state, reason))
    };
    let over = |tenant: TenantNo| TENANTS.get(tenant.0).map_or(0, |tenant| tenant.joins) + TRIAL_DAYS + 1;
    vec![
        change(over(ORCHARD) - 6, ORCHARD, Subscription::Active, "Convinced before the trial was over."),
        beat(over(LUMEN), MINUTE, Who::System, || Act::EndTrials),
        change(over(LUMEN) + 1, LUMEN, Subscription::Active, "Paid."),
        change(120, PAPYRUS, Subscription::PastDue, "An invoice is open for more than 30 days."),
        change(158, PAPYRUS, Subscription::Active, "Paid in full."),
        change(351, TIDEWATER, Subscription::PastDue, "The invoice of this quarter is open."),
        change(360, LUMEN, Subscription::Suspended, "Nothing is billed while the fleet is audited."),
    ]
}

/// The turns of the story.
fn turns() -> Vec<Beat> {
    let edit = |day, tenant: TenantNo, edit: TenantEdit| {
        beat(day, 9 * HOUR + 50 * MINUTE, JONAS, move || Act::EditTenant(tenant, edit.clone()))
    };
    let none = TenantEdit::default;
    let set = |text: &str| Edit::Set(text.to_owned());
    vec![
        edit(26, TenantNo(0), TenantEdit { contact_email: set("keys@northwind-robotics.example"), ..none() }),
        edit(61, TenantNo(3), TenantEdit { domain: set("devices.blueharbor-clinics.example"), ..none() }),
        edit(104, TenantNo(2), TenantEdit { device_limit: Edit::Set(1_800), ..none() }),
        edit(
            143,
            TenantNo(1),
            TenantEdit {
                name: Some("Alpenglow Hotels & Resorts".to_owned()),
                primary_color: set("#8c2f39"),
                ..none()
            },
        ),
        edit(
            155,
            TenantNo(6),
            TenantEdit { logo_url: set("https://cdn.ironwood.example/logo.svg"), ..none() },
        ),
        edit(230, TenantNo(7), TenantEdit { code_prefix: Some("MERC".to_owned()), ..none() }),
        edit(
            277,
            TenantNo(9),
            TenantEdit { plan: Some("enterprise".to_owned()), device_limit: Edit::Set(1_500), ..none() },
        ),
        edit(333, TenantNo(3), TenantEdit { domain: Edit::Clear, ..none() }),
        beat(149, 8 * HOUR + 5 * MINUTE, MARA, || {
            Act::Suspend(PAPYRUS, "Two invoices are open for more than 60 days.")
        }),
        beat(157, 12 * HOUR + 48 * MINUTE, MARA, || Act::Resume(PAPYRUS, "Paid in full.")),
        beat(232, 19 * HOUR + 21 * MINUTE, MARA, || {
            Act::Suspend(
                SAVANNA,
                "Codes were published in a forum; stopped until the affected ones are revoked.",
            )
        }),
        beat(233, 13 * HOUR + 2 * MINUTE, MARA, || Act::Resume(SAVANNA, "The published codes are revoked.")),
        beat(286, 10 * HOUR + 30 * MINUTE, MARA, || {
            Act::DeleteTenant(COBALT, "The contract has ended; its data was exported and handed over.")
        }),
        beat(359, 9 * HOUR + 17 * MINUTE, JONAS, || {
            Act::Suspend(LUMEN, "Suspended at the customer's request while its fleet is audited.")
        }),
    ]
}
