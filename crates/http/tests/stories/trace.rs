//! Nothing changes without an event: each operation that is not a `GET` is performed, and the log is longer afterwards. Nor is there an
//! event type that nothing records.

use std::time::Duration;

use daybook_model::event::EventType;
use daybook_testkit::{TestPortal, both_engines, wait_for};

use crate::{
    document::{Operation, operations},
    world::{World, known},
};

both_engines!(every_operation_that_changes_something_leaves_an_event, reading_leaves_no_event);

/// What leaves no event, and why it may.
pub(crate) const TRACELESS: [(&str, &str); 9] = [
    (
        "POST /device/api/heartbeat",
        "telemetry: it changes no right, and thousands of devices send it every minute",
    ),
    (
        "POST /device/api/usage",
        "telemetry: it changes no right; what crosses a part of a quota is an event, told in `usage.rs`",
    ),
    ("POST /device/api/validate", "it only looks; it is a POST so that no cache answers it"),
    ("POST /admin/api/auth/link", "it only looks; it is a POST so that the token stands in no address"),
    ("POST /tenant/api/auth/link", "the same"),
    ("POST /admin/api/auth/oidc", "nothing has changed until the provider sends the person back"),
    ("POST /tenant/api/auth/oidc", "the same"),
    ("POST /admin/api/me/totp", "nothing has changed until a code has confirmed it"),
    ("POST /tenant/api/me/totp", "the same"),
];

/// What is recorded when something happens to the database itself, and where that is told: only a server that is put back does it.
const OF_A_BROKEN_DATABASE: [(EventType, &str); 1] =
    [(EventType::EntriesLost, "`failover.rs` of the program: a standby that lacks entries is promoted")];

/// What needs a portal with a name for its host, which these have not. What they leave is told in `passkeys.rs`.
pub(crate) fn is_told_elsewhere(operation: &Operation) -> bool {
    operation.path.contains("/passkey")
}

async fn every_operation_that_changes_something_leaves_an_event(portal: &TestPortal) {
    let operations = operations();
    let changes = |(_, operation): &(usize, &Operation)| operation.changes() && !is_told_elsewhere(operation);
    for (number, operation) in operations.iter().enumerate().filter(changes) {
        let world = World::prepare(portal, number).await;
        let before = portal.settle().await;
        let reply = world.perform(operation).await;
        assert!(reply.status.is_success(), "{}: {} {}", operation.name, reply.status, reply.text());
        operation.assert_documented(&reply);
        let after = portal.settle().await;
        if TRACELESS.iter().any(|(name, _)| *name == operation.name) {
            assert_eq!(after, before, "{} leaves an event: a stale entry of the list", operation.name);
        } else {
            assert!(after > before, "{} left no event", operation.name);
            let newest = portal.auditor().recent().await.activities.remove(0);
            assert_eq!(
                newest.request_id.as_deref(),
                Some(reply.header("x-request-id")),
                "{}",
                operation.name
            );
        }
    }
    let names: Vec<&str> = operations.iter().map(|operation| operation.name.as_str()).collect();
    for (name, reason) in TRACELESS {
        assert!(names.contains(&name), "no operation {name} ({reason})");
    }
    for name in known() {
        assert!(names.contains(&name), "world.rs has a request for {name}, which the document does not know");
    }
    time_passes_and_requests_are_refused(portal).await;
    assert_every_type_is_recorded(portal).await;
}

/// What is recorded when nobody asks for it or somebody asks in vain: a code that is over, sessions and codes whose time ends, guesses; and limits
/// that are reached.
async fn time_passes_and_requests_are_refused(portal: &TestPortal) {
    let admin = portal.admin();
    admin.plan("small").with("monthly_activation_quota", 1).create().await.unwrap();
    admin.tenant("Vain").slug("vain").plan("small").device_limit(1).create().await.unwrap();
    let project = admin.project("vain", "Kiosk").create().await.unwrap();
    let revoked = admin.codes("vain").create().await.unwrap().items.remove(0);
    admin.revoke_code(&revoked.id).await.unwrap();
    portal.device("fingerprint-in-vain").activate(&revoked.code).await.unwrap_err();
    let bound = admin.codes("vain").project(&project.id).days(1).max_uses(2).create().await.unwrap();
    portal.device("fingerprint-one-of-two").activate(&bound.items[0].code).await.unwrap();
    for _ in 0..30 {
        let refused = portal.browser().sign_in("nobody@example.com", "a password of nobody").await;
        let wait = refused.header("retry-after").parse().unwrap_or(0);
        portal.clock().advance(Duration::from_secs(wait));
    }
    portal.clock().advance(Duration::from_secs(8 * 24 * 3_600));
    portal.portal().expire_codes().await.unwrap();
    portal.portal().expire_sessions().await.unwrap();
    portal.portal().report_guesses().await.unwrap();
}

/// Each type of the registry stands in the log of a portal on which everything was done.
async fn assert_every_type_is_recorded(portal: &TestPortal) {
    // The portal's own sweeper may be at it too.
    wait_for("what is over has ended", || async {
        let sessions =
            portal.database().number("SELECT count(*) FROM sessions WHERE status = 'active'").await;
        (sessions == 0).then_some(())
    })
    .await;
    portal.settle().await;
    let recorded = portal.database().texts("SELECT DISTINCT type FROM platform_events").await;
    let names = EventType::ALL.iter().map(|kind| kind.wire());
    let missing: Vec<&str> = names.filter(|name| !recorded.iter().any(|kind| kind == name)).collect();
    let elsewhere = OF_A_BROKEN_DATABASE.map(|(kind, _)| kind.wire());
    assert_eq!(missing, elsewhere, "no operation and no sweep records these types, and these alone need not");
}

async fn reading_leaves_no_event(portal: &TestPortal) {
    World::prepare(portal, 0).await;
    let before = portal.settle().await;
    for operation in operations().iter().filter(|operation| !operation.changes()) {
        // The stream does not end; it has stories of its own.
        if operation.path.ends_with("/stream") {
            continue;
        }
        let path = operation.path.replace("{slug}", "tenant-0").replace("/events/{id}", "/events/0");
        let path = path.replace("{name}", "standard");
        let path = path.replace("{id}", "nobody");
        let reply = portal.owner().get(&path).send().await;
        assert!(reply.code() < 500, "{}: {}", operation.name, reply.text());
        operation.assert_documented(&reply);
    }
    assert_eq!(portal.settle().await, before);
}
