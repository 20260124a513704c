//! Many devices at once: a use is taken by one of them, a place by one of them, and nobody is answered with a failure of the server.

use std::collections::BTreeMap;

use daybook_testkit::{NewCode, Reply, TestPortal, both_engines};
use futures_util::future::join_all;
use serde_json::json;

both_engines!(
    of_fifty_at_once_one_gets_a_single_use,
    of_fifty_at_once_ten_get_ten_uses,
    the_same_device_fifty_times_at_once_is_one_device,
    of_fifty_at_once_three_get_three_places,
    fifty_first_devices_activate_their_project_once,
    of_fifty_at_once_at_two_nodes_ten_get_ten_uses,
    activating_while_the_code_is_revoked_leaves_no_device_after_it,
    activating_while_the_tenant_is_deleted_leaves_nothing_open,
    changes_of_everything_at_once_are_all_made,
);

const PARALLEL: usize = 50;

async fn all_at_once(portal: &TestPortal, code: &NewCode) -> Vec<Reply> {
    let devices: Vec<_> =
        (0..PARALLEL).map(|number| portal.device(&format!("fingerprint-{number}"))).collect();
    join_all(devices.iter().map(|device| device.attempt(&code.code).send())).await
}

/// How often each answer was given: `201`, or status and code of the refusal.
fn outcomes(replies: &[Reply]) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for reply in replies {
        let outcome = match reply.code() {
            200 | 201 => reply.code().to_string(),
            _ => format!("{} {}", reply.code(), reply.problem().code),
        };
        *counts.entry(outcome).or_default() += 1;
    }
    counts
}

/// How many events of each type there are about this code.
async fn events_of(portal: &TestPortal, code: &NewCode) -> BTreeMap<String, usize> {
    portal.settle().await;
    let mut counts = BTreeMap::new();
    for event in portal.auditor().all_events(&[("code", &code.id)]).await {
        *counts.entry(event.r#type).or_default() += 1;
    }
    counts
}

fn counts<const N: usize>(expected: [(&str, usize); N]) -> BTreeMap<String, usize> {
    expected.into_iter().map(|(name, count)| (name.to_owned(), count)).collect()
}

async fn of_fifty_at_once_one_gets_a_single_use(portal: &TestPortal) {
    let admin = portal.admin();
    admin.tenant("Acme").create().await.unwrap();
    let code = admin.code("acme").await;
    let replies = all_at_once(portal, &code).await;
    assert_eq!(outcomes(&replies), counts([("201", 1), ("409 CODE_EXHAUSTED", 49)]));
    let events =
        [("CODE_GENERATED", 1), ("CODE_ACTIVATED", 1), ("DEVICE_ENROLLED", 1), ("ACTIVATION_REFUSED", 49)];
    assert_eq!(events_of(portal, &code).await, counts(events));
    assert_eq!(admin.active_devices("acme").await, 1);
    let used = admin.read_code(&code.id).await.unwrap();
    assert_eq!((used.use_count, used.status.as_str()), (1, "used"));
}

async fn of_fifty_at_once_ten_get_ten_uses(portal: &TestPortal) {
    let admin = portal.admin();
    admin.tenant("Acme").create().await.unwrap();
    let code = admin.codes("acme").max_uses(10).create().await.unwrap().items.remove(0);
    let replies = all_at_once(portal, &code).await;
    assert_eq!(outcomes(&replies), counts([("201", 10), ("409 CODE_EXHAUSTED", 40)]));
    let events =
        [("CODE_GENERATED", 1), ("CODE_ACTIVATED", 10), ("DEVICE_ENROLLED", 10), ("ACTIVATION_REFUSED", 40)];
    assert_eq!(events_of(portal, &code).await, counts(events));
    assert_eq!(admin.active_devices("acme").await, 10);
    let mut uses: Vec<i64> = admin
        .all_events(&[("type", "CODE_ACTIVATED")])
        .await
        .iter()
        .map(|event| event.metadata["use_number"].as_i64().unwrap())
        .collect();
    uses.reverse();
    assert_eq!(uses, (1..=10).collect::<Vec<_>>(), "each use has its number, in the order of the log");
}

async fn of_fifty_at_once_at_two_nodes_ten_get_ten_uses(portal: &TestPortal) {
    let second = portal.second_node().await;
    let admin = portal.admin();
    admin.tenant("Acme").create().await.unwrap();
    let code = admin.codes("acme").max_uses(10).create().await.unwrap().items.remove(0);
    let clients = [portal.anonymous(), second.anonymous()];
    let attempts = (0..PARALLEL).map(|number| {
        let body = json!({ "code": code.code, "fingerprint": format!("fingerprint-{number}") });
        clients[number % 2].post("/device/api/activate", &body).send()
    });
    let replies = join_all(attempts).await;
    assert_eq!(outcomes(&replies), counts([("201", 10), ("409 CODE_EXHAUSTED", 40)]));
    let events =
        [("CODE_GENERATED", 1), ("CODE_ACTIVATED", 10), ("DEVICE_ENROLLED", 10), ("ACTIVATION_REFUSED", 40)];
    assert_eq!(events_of(portal, &code).await, counts(events));
    second.stop().await;
}

async fn the_same_device_fifty_times_at_once_is_one_device(portal: &TestPortal) {
    let admin = portal.admin();
    admin.tenant("Acme").create().await.unwrap();
    let code = admin.codes("acme").max_uses(50).create().await.unwrap().items.remove(0);
    let device = portal.device("fingerprint-1");
    let replies = join_all((0..PARALLEL).map(|_| device.attempt(&code.code).send())).await;
    assert_eq!(outcomes(&replies), counts([("200", 49), ("201", 1)]));
    let events = [("CODE_GENERATED", 1), ("CODE_ACTIVATED", 1), ("DEVICE_ENROLLED", 1)];
    assert_eq!(events_of(portal, &code).await, counts(events));
    assert_eq!(admin.all_events(&[("type", "DEVICE_TOKEN_ROTATED")]).await.len(), 49);
    assert_eq!(admin.read_code(&code.id).await.unwrap().use_count, 1);
    // The last to be answered hold the token; every other has ended.
    let mut valid = 0;
    for reply in &replies {
        let enrolment: daybook_testkit::Enrolment = reply.json();
        valid += usize::from(device.validate(&enrolment.token).await.valid);
    }
    assert_eq!(valid, 1);
}

async fn of_fifty_at_once_three_get_three_places(portal: &TestPortal) {
    let admin = portal.admin();
    admin.tenant("Acme").device_limit(3).create().await.unwrap();
    let code = admin.codes("acme").max_uses(1_000).create().await.unwrap().items.remove(0);
    let replies = all_at_once(portal, &code).await;
    assert_eq!(outcomes(&replies), counts([("201", 3), ("403 DEVICE_LIMIT_REACHED", 47)]));
    assert_eq!(admin.active_devices("acme").await, 3);
    assert_eq!(admin.read_code(&code.id).await.unwrap().use_count, 3);
}

async fn fifty_first_devices_activate_their_project_once(portal: &TestPortal) {
    let admin = portal.admin();
    admin.tenant("Acme").create().await.unwrap();
    let project = admin.project("acme", "Kiosk").create().await.unwrap();
    let code = admin.codes("acme").max_uses(50).project(&project.id).create().await.unwrap().items.remove(0);
    let replies = all_at_once(portal, &code).await;
    assert_eq!(outcomes(&replies), counts([("201", 50)]));
    let events =
        [("CODE_GENERATED", 1), ("CODE_ACTIVATED", 50), ("DEVICE_ENROLLED", 50), ("PROJECT_ACTIVATED", 1)];
    assert_eq!(events_of(portal, &code).await, counts(events));
}

async fn activating_while_the_code_is_revoked_leaves_no_device_after_it(portal: &TestPortal) {
    let admin = portal.admin();
    admin.tenant("Acme").create().await.unwrap();
    let code = admin.codes("acme").max_uses(100).create().await.unwrap().items.remove(0);
    let (replies, revoked) = tokio::join!(all_at_once(portal, &code), admin.revoke_code(&code.id));
    revoked.unwrap();
    let outcomes = outcomes(&replies);
    let enrolled = outcomes.get("201").copied().unwrap_or_default();
    let refused = outcomes.get("403 CODE_REVOKED").copied().unwrap_or_default();
    assert_eq!(enrolled + refused, PARALLEL, "{outcomes:?}");
    portal.settle().await;
    let events = admin.all_events(&[("code", &code.id)]).await;
    let revoked_at = events.iter().find(|event| event.r#type == "CODE_REVOKED").unwrap();
    assert_eq!(revoked_at.metadata["use_count"].as_u64().unwrap(), enrolled as u64);
    let after = events.iter().filter(|event| event.seq > revoked_at.seq);
    assert!(after.clone().all(|event| event.r#type == "ACTIVATION_REFUSED"));
    assert_eq!(after.count(), refused);
}

async fn activating_while_the_tenant_is_deleted_leaves_nothing_open(portal: &TestPortal) {
    let admin = portal.admin();
    let tenant = admin.tenant("Acme").create().await.unwrap();
    let code = admin.codes("acme").max_uses(100).create().await.unwrap().items.remove(0);
    let (replies, closed) = tokio::join!(all_at_once(portal, &code), admin.delete_tenant("acme"));
    let outcomes = outcomes(&replies);
    let enrolled = outcomes.get("201").copied().unwrap_or_default();
    let refused = outcomes.get("403 CODE_REVOKED").copied().unwrap_or_default();
    assert_eq!(enrolled + refused, PARALLEL, "{outcomes:?}");
    assert_eq!(closed.unwrap().devices_active, i64::try_from(enrolled).unwrap());
    portal.settle().await;
    let numbers = admin.value("/admin/api/dashboard-stats").await;
    assert_eq!(numbers["devices"], json!({ "total": enrolled, "active": 0, "revoked": enrolled }));
    let events = admin.all_events(&[("tenant", &tenant.id)]).await;
    let deleted_at = events.iter().find(|event| event.r#type == "TENANT_DELETED").unwrap().seq;
    assert!(events.iter().all(|event| event.seq <= deleted_at || event.r#type == "ACTIVATION_REFUSED"));
}

async fn changes_of_everything_at_once_are_all_made(portal: &TestPortal) {
    let admin = portal.admin();
    for slug in ["one", "two"] {
        admin.tenant("Acme").slug(slug).create().await.unwrap();
    }
    let project = admin.project("one", "Kiosk").create().await.unwrap();
    let codes = admin.codes("one").count(12).max_uses(3).project(&project.id).create().await.unwrap().items;
    let before = portal.settle().await;
    let edits =
        join_all(
            (0..10).map(|number| {
                let (admin, edit) =
                    (&admin, json!({ "name": format!("Acme {number}"), "device_limit": 100 + number }));
                async move {
                    admin.update_tenant(if number % 2 == 0 { "one" } else { "two" }, &edit).await.unwrap()
                }
            }),
        );
    let switches = join_all((0..6).map(|number| {
        let (admin, id) = (&admin, &project.id);
        async move {
            admin.update_project(id, &json!({ "description": format!("number {number}") })).await.unwrap()
        }
    }));
    let devices: Vec<_> = (0..24).map(|number| portal.device(&format!("fingerprint-{number}"))).collect();
    let activations =
        join_all(devices.iter().zip(codes.iter().cycle()).map(|(device, code)| device.activate(&code.code)));
    let orders = join_all((0..6).map(|_| admin.codes("two").count(10).create()));
    let (_, _, enrolled, generated) = tokio::join!(edits, switches, activations, orders);
    assert!(enrolled.iter().all(Result::is_ok) && generated.iter().all(Result::is_ok));
    // Each edit and switch is one event, each activation two, the project's first one more, each code one.
    assert_eq!(portal.settle().await, before + 10 + 6 + 24 * 2 + 1 + 60);
    assert_eq!(admin.read_tenant("one").await.unwrap().version, 1 + 5);
    assert_eq!(admin.read_project(&project.id).await.unwrap().version, 1 + 6);
}
