//! Nothing changes without an event: each operation that is not a `GET` is performed, and the log is longer afterwards.

use daybook_testkit::{TestPortal, both_engines};

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
