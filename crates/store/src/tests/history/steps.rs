//! What may happen, at random. A step names things by number; what it comes to is for the model to say.

use proptest::{option, prelude::*};

use super::super::usecases::Reception;

/// One thing that somebody does.
#[derive(Debug, Clone)]
pub(super) enum Step {
    CreateTenant {
        name: usize,
        limit: i64,
    },
    EditTenant {
        tenant: usize,
        name: Option<usize>,
        plan: Option<usize>,
        limit: Option<i64>,
        email: Option<bool>,
        self_service: Option<bool>,
    },
    /// A plan is created, or allows something else from now on.
    SetPlan {
        plan: usize,
        devices: Option<i64>,
        projects: Option<i64>,
        activations: Option<i64>,
    },
    Subscribe {
        tenant: usize,
        state: usize,
    },
    SuspendTenant(usize),
    ResumeTenant(usize),
    DeleteTenant(usize),
    CreateProject {
        tenant: usize,
        active: bool,
    },
    EditProject {
        project: usize,
        name: Option<usize>,
        active: Option<bool>,
        high: bool,
    },
    DeleteProject(usize),
    Generate {
        tenant: usize,
        project: Option<usize>,
        count: i64,
        max_uses: i64,
        hours: Option<i64>,
    },
    Assign {
        code: usize,
        project: usize,
    },
    Activate {
        code: usize,
        fingerprint: usize,
        names: Option<usize>,
    },
    RevokeCode(usize),
    RevokeDevice(usize),
    /// The sweeper comes by.
    Expire,
    PassHours(i64),
    /// A worker delivers the letter that waits longest.
    Deliver(Reception),
    /// Somebody tries a letter again.
    Retry(usize),
    /// An event is recorded that does not follow from the state.
    Contradict {
        what: Contradiction,
        at: usize,
    },
    /// The sequencer comes by.
    Number,
    /// The process ends and another begins.
    Restart {
        /// In the middle of a change, and not in order.
        killed: bool,
    },
}

/// Why an event does not follow.
#[derive(Debug, Clone, Copy)]
pub(super) enum Contradiction {
    /// An edit that was decided on an older version.
    StaleEdit,
    /// A use of a code that is not the next one.
    WrongUse,
    /// A device that is revoked is revoked again.
    SecondRevoke,
    /// A code for a project of somebody else.
    ForeignProject,
    /// A deletion that closes more than there is.
    WrongImpact,
}

const CONTRADICTIONS: [Contradiction; 5] = [
    Contradiction::StaleEdit,
    Contradiction::WrongUse,
    Contradiction::SecondRevoke,
    Contradiction::ForeignProject,
    Contradiction::WrongImpact,
];

const RECEPTIONS: [Reception; 3] = [Reception::Taken, Reception::NotNow, Reception::Refused];

/// A history: some tenants, projects and codes to begin with, then anything.
pub(super) fn history() -> impl Strategy<Value = Vec<Step>> {
    let tenant = || (0..5_usize, 1..5_i64).prop_map(|(name, limit)| Step::CreateTenant { name, limit });
    let project = || {
        (any::<usize>(), any::<bool>()).prop_map(|(tenant, active)| Step::CreateProject { tenant, active })
    };
    let start = (
        prop::collection::vec(tenant(), 2..4),
        prop::collection::vec(project(), 2..5),
        prop::collection::vec(generate(), 2..5),
    );
    let rest = prop::collection::vec(
        prop_oneof![2 => tenant(), 3 => project(), 3 => generate(), 30 => step()],
        25..70,
    );
    (start, rest).prop_map(|((tenants, projects, codes), rest)| {
        [tenants, projects, codes, rest].into_iter().flatten().collect()
    })
}

fn generate() -> impl Strategy<Value = Step> {
    (
        any::<usize>(),
        option::weighted(0.4, any::<usize>()),
        1..3_i64,
        1..3_i64,
        option::weighted(0.5, 1..40_i64),
    )
        .prop_map(|(tenant, project, count, max_uses, hours)| Step::Generate {
            tenant,
            project,
            count,
            max_uses,
            hours,
        })
}

fn step() -> impl Strategy<Value = Step> {
    let at = any::<usize>;
    prop_oneof![
        3 => (
            at(),
            option::of(0..5_usize),
            option::of(0..3_usize),
            option::of(0..6_i64),
            option::of(any::<bool>()),
        )
            .prop_map(|(tenant, name, plan, limit, email)| Step::EditTenant {
                tenant,
                name,
                plan,
                limit,
                email,
                self_service: limit.filter(|limit| limit % 3 == 0).map(|limit| limit % 2 == 0),
            }),
        5 => (0..3_usize, option::of(0..6_i64), option::of(1..4_i64), option::weighted(0.8, 0..2_i64)).prop_map(
            |(plan, devices, projects, activations)| Step::SetPlan { plan, devices, projects, activations }
        ),
        4 => (at(), 0..5_usize).prop_map(|(tenant, state)| Step::Subscribe { tenant, state }),
        3 => at().prop_map(Step::SuspendTenant),
        4 => at().prop_map(Step::ResumeTenant),
        1 => at().prop_map(Step::DeleteTenant),
        3 => (at(), option::of(0..5_usize), option::of(any::<bool>()), any::<bool>())
            .prop_map(|(project, name, active, high)| Step::EditProject { project, name, active, high }),
        1 => at().prop_map(Step::DeleteProject),
        3 => (at(), at()).prop_map(|(code, project)| Step::Assign { code, project }),
        24 => (at(), 0..4_usize, option::weighted(0.25, at()))
            .prop_map(|(code, fingerprint, names)| Step::Activate { code, fingerprint, names }),
        2 => at().prop_map(Step::RevokeCode),
        3 => at().prop_map(Step::RevokeDevice),
        5 => Just(Step::Expire),
        8 => prop::sample::select(&RECEPTIONS[..]).prop_map(Step::Deliver),
        6 => at().prop_map(Step::Retry),
        5 => (1..30_i64).prop_map(Step::PassHours),
        5 => (prop::sample::select(&CONTRADICTIONS[..]), at())
            .prop_map(|(what, at)| Step::Contradict { what, at }),
        2 => Just(Step::Number),
        3 => any::<bool>().prop_map(|killed| Step::Restart { killed }),
    ]
}
