//! Many devices at once: a use is taken by one of them, a place by one of them, and nobody is answered with a failure of the server.

use std::collections::BTreeMap;

use daybook_testkit::{NewCode, Reply, TestPortal, both_engines};
use futures_util::future::join_all;

both_engines!(
    of_fifty_at_once_one_gets_a_single_use,
    of_fifty_at_once_ten_get_ten_uses,
    the_same_device_fifty_times_at_once_is_one_device,
    of_fifty_at_once_three_get_three_places,
    fifty_first_devices_activate_their_project_once,
    activating_while_the_code_is_revoked_leaves_no_device_after_it,
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
