//! What a story has left in the log.

use daybook_testkit::{Activity, TestPortal};

/// The events since the log had this size, the earliest first.
pub(crate) async fn events_since(portal: &TestPortal, size: u64) -> Vec<Activity> {
    let now = portal.settle().await;
    let mut events = portal.auditor().all_events(&[]).await;
    events.truncate(usize::try_from(now - size).unwrap());
    events.reverse();
    events
}

/// Their types.
pub(crate) async fn types_since(portal: &TestPortal, size: u64) -> Vec<String> {
    events_since(portal, size).await.into_iter().map(|event| event.r#type).collect()
}

/// How many events of this type there are.
pub(crate) async fn count_of(portal: &TestPortal, kind: &str) -> usize {
    portal.settle().await;
    portal.auditor().all_events(&[("type", kind)]).await.len()
}
