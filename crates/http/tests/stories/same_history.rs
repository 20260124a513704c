//! The same history on both engines is the same log: entry by entry, byte by byte, with the same root and the same numbers.

use daybook_testkit::{Engine, TestPortal};
use serde_json::Value;

use crate::history;

const SEED: u64 = 2_026;

/// Everything that the log and the pages say, read through the API.
async fn told(engine: Engine) -> (Vec<Value>, Value, Vec<Value>) {
    let portal = TestPortal::start_quiet(engine, SEED).await;
    history::write(&portal).await;
    let size = portal.settle().await;
    let auditor = portal.auditor();
    let mut events = vec![];
    for seq in 0..size {
        events.push(auditor.value(&format!("/admin/api/events/{seq}")).await);
    }
    let log = auditor.value("/admin/api/log/status").await;
    let mut pages = vec![];
    for page in [
        "dashboard-stats",
        "analytics?range=90d",
        "project-device-distribution",
        "activation-trend?days=90",
        "tenants",
        "projects?limit=500",
        "codes?limit=500",
        "devices?limit=500",
        "events?limit=500",
    ] {
        pages.push(auditor.value(&format!("/admin/api/{page}")).await);
    }
    portal.finish().await;
    (events, log, pages)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_history_on_both_engines_is_the_same_log() {
    let (sqlite, postgres) = (told(Engine::Sqlite).await, told(Engine::Postgres).await);
    assert!(sqlite.0.len() > 60, "a history worth comparing, not {} events", sqlite.0.len());
    for (left, right) in sqlite.0.iter().zip(&postgres.0) {
        assert_eq!(left, right);
    }
    assert_eq!(sqlite.0.len(), postgres.0.len());
    assert_eq!(sqlite.1, postgres.1, "size and root");
    assert_eq!(sqlite.2, postgres.2, "pages");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_seed_makes_another_log() {
    let mut roots = vec![];
    for seed in [SEED, SEED + 1] {
        let portal = TestPortal::start_quiet(Engine::Sqlite, seed).await;
        portal.settle().await;
        roots.push(portal.auditor().log_status().await.root);
        portal.finish().await;
    }
    assert_ne!(roots[0], roots[1], "else the comparison above would compare nothing");
}
