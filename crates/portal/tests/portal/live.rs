//! Followers of the log: each gets every event once and in order, however far behind it begins.

use daybook_model::{Role, api_token::ApiTokenDraft};
use daybook_portal::{Context, Portal, TenantScope};
use daybook_testkit::{TestPortal, both_engines};
use tokio::task::JoinSet;

async fn record(portal: &Portal, count: usize) {
    for number in 0..count {
        let draft = ApiTokenDraft::of_platform(format!("token {number}"), Role::Auditor);
        portal.issue_api_token(&Context::system(), draft, None).await.unwrap();
    }
}

/// The numbers that a follower gets until it has seen `end`.
async fn follow_until(portal: Portal, first: u64, end: u64) -> Vec<u64> {
    let mut follow = portal.follow(TenantScope::All, Some(first));
    let mut seen = vec![];
    while seen.last().is_none_or(|&last: &u64| last + 1 < end) {
        seen.extend(follow.next().await.unwrap().unwrap().iter().map(|event| event.seq));
    }
    seen
}

both_engines!(
    followers_that_begin_anywhere_get_every_event_once_and_in_order,
    one_that_is_far_behind_catches_up
);

async fn followers_that_begin_anywhere_get_every_event_once_and_in_order(portal: &TestPortal) {
    record(portal.portal(), 30).await;
    let before = portal.settle().await;
    let end = before + 4 * 25;
    let mut followers = JoinSet::new();
    for first in [0, 1, 7, before - 1, before, before + 3] {
        let portal = portal.portal().clone();
        followers.spawn(async move { (first, follow_until(portal, first, end).await) });
    }
    let mut writers = JoinSet::new();
    for _ in 0..4 {
        let portal = portal.portal().clone();
        writers.spawn(async move { record(&portal, 25).await });
    }
    writers.join_all().await;
    for (first, seen) in followers.join_all().await {
        assert_eq!(seen, (first..end).collect::<Vec<_>>());
    }
}

/// More events than are kept in memory: the first ones come from the store.
async fn one_that_is_far_behind_catches_up(portal: &TestPortal) {
    let admin = portal.admin();
    let tenant = admin.tenant("Acme").create().await.unwrap();
    for _ in 0..2 {
        admin.codes(&tenant.slug).count(1_000).create().await.unwrap();
    }
    let end = portal.settle().await;
    // Somebody follows the end already, so the memory holds the latest events.
    let latest = follow_until(portal.portal().clone(), end - 1, end).await;
    assert_eq!(latest, [end - 1]);
    let seen = follow_until(portal.portal().clone(), 0, end).await;
    assert_eq!(seen, (0..end).collect::<Vec<_>>());
}
