//! Counters of wrong guesses: they say what the model says, count each of many at once, and are marked with their event or not at all.

use daybook_model::{
    TenantId, Timestamp,
    guessing::{
        GuessKind, GuessedBy, GuessesRefused, GuessingDetected, Limits, PartyDigest, WINDOW_SECONDS,
        forgotten_before,
    },
};
use tokio::task::JoinSet;
use uuid::Uuid;

use super::world::World;
use crate::{Counted, GuessParty, StoreError};

const PARTY: PartyDigest = PartyDigest([7; 32]);
const KIND: GuessKind = GuessKind::SignIn;

fn party(by: GuessedBy) -> GuessParty {
    let tenant = (by == GuessedBy::Tenant).then(|| TenantId::from_uuid(Uuid::from_u128(1)));
    GuessParty { digest: PARTY, by, tenant }
}

async fn count(world: &World, by: GuessedBy) -> Counted {
    let counted = world.store.count_guess(KIND, &[party(by)]).await.unwrap();
    assert_eq!(counted.len(), 1);
    counted[0].1
}

async fn blocked_until(world: &World) -> Option<Timestamp> {
    world.store.reads().await.unwrap().guesses_blocked_until([KIND; 2], PARTY).await.unwrap()
}

fn detected(attempts: i64, since: Timestamp) -> GuessingDetected {
    GuessingDetected { tenant: None, kind: KIND, by: GuessedBy::Account, attempts, since, source: None }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_statement_that_counts_says_what_the_model_says() {
    for by in GuessedBy::ALL {
        for world in World::both().await {
            let limits = Limits::of(KIND, *by);
            assert_eq!(blocked_until(&world).await, None);
            for failures in 1..=limits.free + 14 {
                assert_eq!(count(&world, *by).await.failures, failures, "{by} {}", world.engine());
                let until = world.store.now().plus_seconds(limits.delay_seconds(failures));
                assert_eq!(blocked_until(&world).await, Some(until), "{by} {failures} {}", world.engine());
                world.clock.pass_seconds(1);
            }
            // A window after the end of the last delay it begins anew, and not a second sooner.
            let end = blocked_until(&world).await.unwrap();
            let rest = (end.as_micros() - world.store.now().as_micros()) / 1_000_000;
            world.clock.pass_seconds(rest + WINDOW_SECONDS - 1);
            world.store.forget_expired().await.unwrap();
            assert_eq!(count(&world, *by).await.failures, limits.free + 15);
            world.clock.pass_seconds(limits.delay_seconds(limits.free + 15) + WINDOW_SECONDS);
            assert_eq!(count(&world, *by).await, Counted { failures: 1, burst_reported: false });
            assert_eq!(blocked_until(&world).await, Some(world.store.now()));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_failures_at_once_each_is_counted() {
    for world in World::both().await {
        let other = GuessParty { digest: PartyDigest([8; 32]), ..party(GuessedBy::Account) };
        let mut tasks = JoinSet::new();
        for number in 0..40 {
            let store = if number % 2 == 0 { world.store.clone() } else { world.neighbour().await };
            // In whichever order they are named: no two wait for each other.
            let mut parties = [party(GuessedBy::Source), other];
            if number % 4 < 2 {
                parties.reverse();
            }
            tasks.spawn(async move { store.count_guess(KIND, &parties).await.unwrap() });
        }
        let mut seen: Vec<i64> = vec![];
        while let Some(counted) = tasks.join_next().await {
            let counted = counted.unwrap();
            let of_party = counted.iter().find(|(party, _)| party.digest == PARTY).unwrap();
            seen.push(of_party.1.failures);
        }
        seen.sort_unstable();
        assert_eq!(seen, (1..=40).collect::<Vec<_>>(), "{}", world.engine());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_burst_is_marked_with_its_event_or_not_at_all() {
    for world in World::both().await {
        let since = world.store.now();
        count(&world, GuessedBy::Account).await;
        let mut unit = world.begin().await;
        unit.record_with(detected(1, since), PARTY).await.unwrap();
        drop(unit);
        assert!(!count(&world, GuessedBy::Account).await.burst_reported, "{}", world.engine());

        let mut unit = world.begin().await;
        unit.record_with(detected(2, since), PARTY).await.unwrap();
        unit.commit().await.unwrap();
        assert!(count(&world, GuessedBy::Account).await.burst_reported, "{}", world.engine());
        let mut unit = world.begin().await;
        let again = unit.record_with(detected(3, since), PARTY).await.unwrap_err();
        assert!(again.is_stale(), "{again}");
        assert!(matches!(unit.commit().await, Err(StoreError::PoisonedUnit)));
        world.assert_clean().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_counted_after_the_event_was_made_is_not_marked_as_reported() {
    for world in World::both().await {
        let at = world.store.now();
        count(&world, GuessedBy::Account).await;
        world.clock.pass_seconds(1);
        count(&world, GuessedBy::Account).await;
        let last_at = world.store.now();
        let event = |attempts, last_at| GuessesRefused {
            tenant: None,
            kind: KIND,
            by: GuessedBy::Account,
            attempts,
            first_at: at,
            last_at,
        };
        for (attempts, last) in [(1, last_at), (2, at), (3, last_at)] {
            let mut unit = world.begin().await;
            let refused = unit.record_with(event(attempts, last), PARTY).await.unwrap_err();
            assert!(refused.is_stale(), "{attempts} {refused}");
        }
        let due = |before| {
            let store = world.store.clone();
            async move { store.reads().await.unwrap().unreported_guesses(before, 10).await.unwrap() }
        };
        assert_eq!(due(forgotten_before(last_at)).await, []);
        assert_eq!(due(at).await, [(KIND, PARTY)]);
        let mut unit = world.begin().await;
        let row = unit.locks().guesses(KIND, PARTY).await.unwrap().unwrap();
        assert_eq!((row.unreported, row.unreported_since, row.last_at), (2, Some(at), last_at));
        unit.record_with(event(2, last_at), PARTY).await.unwrap();
        unit.commit().await.unwrap();
        assert_eq!(due(last_at).await, []);
        assert_eq!(count(&world, GuessedBy::Account).await.failures, 3, "the counter goes on");
        world.assert_clean().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_reported_is_not_forgotten() {
    for world in World::both().await {
        count(&world, GuessedBy::Account).await;
        assert_eq!(world.store.forgive_guesses(KIND, PARTY).await.unwrap(), None);
        world.clock.pass_seconds(2 * WINDOW_SECONDS);
        world.store.forget_expired().await.unwrap();
        let mut unit = world.begin().await;
        let row = unit.locks().guesses(KIND, PARTY).await.unwrap().unwrap();
        assert_eq!((row.failures, row.unreported), (0, 1), "{}", world.engine());
    }
}
