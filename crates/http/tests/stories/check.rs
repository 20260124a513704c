//! The check at the end of each story would notice: here something is changed behind the portal's back.

use daybook_testkit::{Engine, TestPortal};

use crate::history;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_row_changed_behind_the_portals_back_is_named_on_sqlite() {
    a_row_changed_behind_the_portals_back_is_named(TestPortal::start(Engine::Sqlite).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_row_changed_behind_the_portals_back_is_named_on_postgres() {
    a_row_changed_behind_the_portals_back_is_named(TestPortal::start(Engine::Postgres).await).await;
}

async fn a_row_changed_behind_the_portals_back_is_named(portal: TestPortal) {
    history::write(&portal).await;
    assert!(portal.check().await.is_clean(), "clean while it runs");
    portal.database().execute("UPDATE tenants SET plan = 'free' WHERE slug = 'acme'").await;
    let report = portal.finish_and_report().await;
    let found: Vec<String> = report.differences.iter().map(ToString::to_string).collect();
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("tenants "), "{found:?}");
    assert!(found[0].contains("plan"), "{found:?}");
}
