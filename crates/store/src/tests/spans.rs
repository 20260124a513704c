//! What happened at some time is found wherever it stands in the log, also where the log is not in the order of time.

use daybook_model::Timestamp;

use super::world::{Seeded, World};
use crate::EventFilter;

/// More than two stretches of the first level.
const EVENTS: u64 = 600;
const FILTERS: u64 = 200;

/// As many seconds, more often on than back.
fn jump(random: &Seeded) -> i64 {
    i64::try_from(random.next() % 2_000).unwrap() - 600
}

#[tokio::test(flavor = "multi_thread")]
async fn any_stretch_of_time_shows_what_a_naive_filter_does() {
    for world in World::both().await {
        let random = Seeded::new(7);
        for number in 0..EVENTS {
            world.clock.pass_seconds(jump(&random));
            world.create_tenant(&format!("Tenant {number}")).await;
        }
        let log: Vec<(u64, Timestamp)> =
            world.log().await.iter().map(|event| (event.seq, event.event.occurred_at)).collect();
        assert!(!log.is_sorted_by_key(|(_, at)| *at), "time goes back now and then");
        let times = |at: u64| usize::try_from(at % EVENTS).ok().map(|at| log[at].1);
        for _ in 0..FILTERS {
            // Each end is the time of an event, a little later, or not there.
            let end = || match random.next() % 4 {
                0 => None,
                1 => times(random.next()).map(|at| at.plus_seconds(1)),
                _ => times(random.next()),
            };
            let filter = EventFilter { since: end(), until: end(), ..EventFilter::default() };
            let holds = |at| {
                filter.since.is_none_or(|since| at >= since) && filter.until.is_none_or(|until| at < until)
            };
            let mut expected: Vec<u64> =
                log.iter().filter(|(_, at)| holds(*at)).map(|(seq, _)| *seq).collect();
            expected.reverse();
            let mut reads = world.store.reads().await.unwrap();
            let (found, _) = reads.events(&filter, None, u32::try_from(EVENTS).unwrap()).await.unwrap();
            let found: Vec<u64> = found.iter().map(|event| event.seq).collect();
            assert_eq!(found, expected, "{} {:?} to {:?}", world.engine(), filter.since, filter.until);
        }
        let before_all = log.iter().map(|(_, at)| *at).min().unwrap();
        let nothing = EventFilter { until: Some(before_all), ..EventFilter::default() };
        let (found, more) = world.store.reads().await.unwrap().events(&nothing, None, 50).await.unwrap();
        assert!(found.is_empty() && more.is_none());
        world.assert_clean().await;
    }
}
