//! What stories rely on: the kit complains when a portal is forgotten or spoiled, and is the same each time.

use std::time::Duration;

use daybook_model::Entropy;
use daybook_testkit::{Engine, SeededEntropy, TestClock, TestPortal, wait_for};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[should_panic(expected = "a node was forgotten")]
async fn a_portal_that_is_not_finished_fails_its_test() {
    TestPortal::start(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[should_panic(expected = "what is stored is not what the log says")]
async fn a_portal_whose_state_is_not_its_log_fails_its_test() {
    let portal = TestPortal::start(Engine::Sqlite).await;
    portal.admin().tenant("Acme").create().await.unwrap();
    portal.database().execute("UPDATE tenants SET own_device_limit = 7").await;
    portal.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_finished_portal_leaves_no_database_behind() {
    let portal = TestPortal::start(Engine::Postgres).await;
    let name = portal.database().url().rsplit_once('/').unwrap().1.to_owned();
    let other = TestPortal::start(Engine::Postgres).await;
    let count = format!("SELECT count(*) FROM pg_database WHERE datname = '{name}'");
    assert_eq!(other.database().number(&count).await, 1);
    portal.finish().await;
    assert_eq!(other.database().number(&count).await, 0);
    other.finish().await;
}

#[tokio::test(start_paused = true)]
#[should_panic(expected = "in vain: the impossible")]
async fn waiting_ends() {
    wait_for("the impossible", || async { None::<()> }).await;
}

#[test]
fn a_clock_stands_still_until_it_is_moved() {
    let clock = TestClock::by_hand();
    let (start, clone) = (clock.now(), clock.clone());
    clock.advance(Duration::from_secs(90));
    assert_eq!(clone.now(), start.plus_seconds(90), "clones show the same time");
    assert!(TestClock::real().now() > start.plus_days(-365));
}

#[test]
fn a_seed_gives_the_same_bytes_each_time() {
    let draw = |seed| {
        let mut bytes = [0; 40];
        SeededEntropy::new(seed).fill(&mut bytes);
        bytes
    };
    assert_eq!(draw(1), draw(1));
    assert_ne!(draw(1), draw(2));
}
