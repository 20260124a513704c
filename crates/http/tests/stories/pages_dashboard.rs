//! The dashboard beyond its figures: the steps of a new portal, what somebody should look at, and how a feed folds what says the same.

use daybook_testkit::{Role, TestPortal, both_engines};

use crate::portal_pages::{page, visiting};

both_engines!(
    a_new_portal_says_what_to_do_first,
    what_says_the_same_is_one_line,
    what_needs_attention_is_named
);

async fn a_new_portal_says_what_to_do_first(portal: &TestPortal) {
    let owner = portal.person("ada", Role::Owner, None).await;
    let (client, auditor) = (visiting(portal, &owner), portal.person("lin", Role::Auditor, None).await);
    let seen = page(&client, "/dashboard").await;
    let done = |seen: &str| seen.matches("<li class=\"done\">").count();
    assert!(seen.contains("First steps") && seen.contains("href=\"/tenants/new\""), "{seen}");
    assert_eq!(done(&seen), 1, "the owner is there");
    let watched = page(&visiting(portal, &auditor), "/dashboard").await;
    assert!(
        watched.contains("First steps") && !watched.contains("/tenants/new"),
        "who may not is not led there"
    );

    portal.admin().tenant("Acme").create().await.unwrap();
    portal.admin().project("acme", "Kiosk").create().await.unwrap();
    portal.settle().await;
    assert_eq!(done(&page(&client, "/dashboard").await), 3);
    portal.admin().codes("acme").create().await.unwrap();
    portal.settle().await;
    assert!(!page(&client, "/dashboard").await.contains("First steps"), "all are done");
}

async fn what_says_the_same_is_one_line(portal: &TestPortal) {
    let owner = portal.person("ada", Role::Owner, None).await;
    let client = visiting(portal, &owner);
    portal.admin().tenant("Acme").create().await.unwrap();
    portal.admin().codes("acme").count(2).create().await.unwrap();
    portal.settle().await;
    assert!(!page(&client, "/dashboard").await.contains("class=\"run\""), "two are two lines");
    // Two requests, one after the other: important entries of different requests are never one line.
    portal.admin().codes("acme").count(5).create().await.unwrap();
    let size = portal.settle().await;
    let seen = page(&client, "/dashboard").await;
    assert_eq!(seen.matches("class=\"run\"").count(), 1, "{seen}");
    let (first, last) = (size - 5, size - 1);
    assert!(seen.contains(", 5 times") && seen.contains(&format!("{first}–{last}")), "{seen}");
    for place in first..size {
        assert!(seen.contains(&format!("href=\"/events/{place}\"")), "each stands below the line: {place}");
    }
    let log = page(&client, "/events").await;
    assert!(!log.contains("class=\"run\""), "the log itself never folds");
}

async fn what_needs_attention_is_named(portal: &TestPortal) {
    let owner = portal.person("ada", Role::Owner, None).await;
    let client = visiting(portal, &owner);
    portal.admin().tenant("Acme").create().await.unwrap();
    portal.settle().await;
    assert!(!page(&client, "/dashboard").await.contains("Needs attention"));
    portal.admin().suspend_tenant("acme").await.unwrap();
    portal.settle().await;
    let seen = page(&client, "/dashboard").await;
    assert!(
        seen.contains("1 tenant is suspended") && seen.contains("href=\"/tenants?status=suspended\""),
        "{seen}"
    );
    let filtered = page(&client, "/tenants?status=suspended").await;
    assert!(filtered.contains("Acme"), "it leads to the tenant");
    let none = page(&client, "/tenants?status=active&q=acme").await;
    assert!(none.contains("Nothing matches") && none.contains("Without Status: Active"), "{none}");
    assert!(none.contains("href=\"/tenants?q=acme\""), "each filter can be dropped by itself");
}
