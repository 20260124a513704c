//! Random histories, played on both engines at once and against a model that counts everything anew: the same rows, the same
//! numbers, the same refusals, the same bytes, also where processes end in the middle of a change and others begin.
//!
//! A few histories run every time, always the same; `cargo xtask soak histories` plays more of them, and `DAYBOOK_HISTORY_SEED=7`
//! says that they are others.

mod compare;
mod model;
mod play;
mod steps;

use std::{cell::RefCell, collections::BTreeSet};

use daybook_model::{EventType, activation::RefusalReason};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::world::{START, World};
use model::Model;
use play::Play;

/// How many histories are played unless told otherwise.
const HISTORIES: u32 = 24;

/// Those that are always the same.
const SEED: u64 = 1;

/// Every kind of event that the steps lead to.
const KINDS: [EventType; 23] = [
    EventType::TenantCreated,
    EventType::TenantUpdated,
    EventType::TenantSuspended,
    EventType::TenantResumed,
    EventType::TenantDeleted,
    EventType::ProjectCreated,
    EventType::ProjectUpdated,
    EventType::ProjectActivated,
    EventType::ProjectDeleted,
    EventType::CodeGenerated,
    EventType::CodeAssigned,
    EventType::CodeActivated,
    EventType::CodeExpired,
    EventType::CodeRevoked,
    EventType::DeviceEnrolled,
    EventType::DeviceTokenRotated,
    EventType::DeviceRevoked,
    EventType::ActivationRefused,
    EventType::PlanCreated,
    EventType::PlanUpdated,
    EventType::SubscriptionChanged,
    EventType::NotificationFailed,
    EventType::NotificationRetried,
];

fn told<T: std::str::FromStr>(variable: &str, otherwise: T) -> T {
    match std::env::var(variable) {
        Ok(text) => text.parse().unwrap_or_else(|_| panic!("{variable} must be a number")),
        Err(_) => otherwise,
    }
}

#[test]
fn any_history_leaves_what_the_model_says_on_both_engines() {
    let (cases, number) = (told("DAYBOOK_HISTORIES", HISTORIES), told("DAYBOOK_HISTORY_SEED", SEED));
    let config = Config { cases, max_shrink_iters: 200, failure_persistence: None, ..Config::default() };
    let mut seed = [0; 32];
    seed[..8].copy_from_slice(&number.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let mut runner = TestRunner::new_with_rng(config, rng);
    let covered = RefCell::new((BTreeSet::new(), BTreeSet::new()));
    let outcome = runner.run(&steps::history(), |history| {
        runtime.block_on(async {
            let model = Model::new(START);
            let mut play = Play { worlds: World::both().await, model };
            for step in &history {
                play.step(step).await;
            }
            compare::compare(&play).await;
            let (kinds, refusals) = &mut *covered.borrow_mut();
            kinds.extend(play.model.told.iter().map(|one| one.kind));
            refusals.extend(play.model.told.iter().filter_map(|one| one.refused));
        });
        Ok(())
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
    if number != SEED && cases < 100 {
        return;
    }
    let (kinds, refusals) = covered.into_inner();
    assert_eq!(
        kinds,
        BTreeSet::from(KINDS),
        "left: what has happened; right: what these histories are about"
    );
    assert_eq!(refusals, RefusalReason::ALL.iter().copied().collect());
}
