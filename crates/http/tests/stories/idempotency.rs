//! Idempotency-Key: the same request twice is one change, and the second answer is the first.

use std::time::Duration;

use daybook_testkit::{Client, Enrolment, Method, Role, TestPortal, both_engines};
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::{
    document::operations,
    trace::{TRACELESS, is_told_elsewhere},
    world::World,
};

both_engines!(
    the_same_request_is_answered_again_with_the_same_codes,
    every_post_is_answered_again_word_for_word,
    the_first_answer_stays_the_answer_whatever_happened_since,
    another_request_under_the_same_key_is_refused,
    twenty_at_once_make_one_change,
    a_key_may_be_used_anew_after_a_day,
    a_key_belongs_to_its_caller,
    a_failed_request_does_not_use_up_its_key,
    a_key_that_is_no_key_is_refused,
    devices_may_repeat_an_activation_whose_answer_was_lost,
);

const KEY: &str = "2f6f1c1e-0b57-4b6e-9d0a-0f9a3d1f5c11";

async fn the_same_request_is_answered_again_with_the_same_codes(portal: &TestPortal) {
    let (admin, owner) = (portal.admin(), portal.owner());
    admin.tenant("Acme").create().await.unwrap();
    let first = admin.codes("acme").count(3).key(KEY).create().await.unwrap();
    let size = portal.settle().await;
    let again = admin.codes("acme").count(3).key(KEY).create().await.unwrap();
    assert_eq!(again, first, "the codes themselves, word for word");

    let token = owner.api_token("export", Role::Auditor).key(KEY).create().await.unwrap();
    assert_eq!(owner.api_token("export", Role::Auditor).key(KEY).create().await.unwrap(), token);
    let tenant = admin.tenant("Other").key("another key").create().await.unwrap();
    assert_eq!(admin.tenant("Other").key("another key").create().await.unwrap(), tenant);
    let project = admin.project("other", "Kiosk").key("a third key").create().await.unwrap();
    assert_eq!(admin.project("other", "Kiosk").key("a third key").create().await.unwrap(), project);
    let suspend =
        || admin.post("/admin/api/tenants/other/suspend", &json!({ "reason": "unpaid" })).key("a fourth key");
    let suspended: Value = suspend().send().await.read().unwrap();
    assert_eq!(suspend().send().await.read::<Value>().unwrap(), suspended, "not 409: it is the same request");
    assert_eq!(portal.settle().await, size + 4, "one event for each, not two");
}

async fn every_post_is_answered_again_word_for_word(portal: &TestPortal) {
    for (number, operation) in operations().iter().enumerate() {
        // What leaves no event has no first answer to keep.
        if operation.method != Method::POST || TRACELESS.iter().any(|(name, _)| *name == operation.name) {
            continue;
        }
        // Signing out ends what the caller could ask again with.
        if operation.path.ends_with("/auth/logout") || is_told_elsewhere(operation) {
            continue;
        }
        let world = World::prepare(portal, number).await;
        let send = async |client: Client| {
            let request = client.request(operation.method.clone(), &world.path(operation)).key(KEY);
            match world.body(operation) {
                Some(body) => request.json(&body).send().await,
                None => request.send().await,
            }
        };
        let client = world.client(operation);
        let first = send(client.clone()).await;
        assert!(first.status.is_success(), "{}: {}", operation.name, first.text());
        // Where the session has a new cookie, the old one opens nothing.
        let cookie = first.header("set-cookie").split(';').next().filter(|cookie| !cookie.is_empty());
        let client = match cookie {
            Some(cookie) if operation.for_people => client.with_cookie(cookie),
            _ => client,
        };
        let again = send(client).await;
        assert_eq!((again.status, again.text()), (first.status, first.text()), "{}", operation.name);
        assert_eq!(again.header("set-cookie"), first.header("set-cookie"), "{}", operation.name);
        assert_eq!(again.header("etag"), first.header("etag"), "{}", operation.name);
        assert_ne!(again.header("x-request-id"), first.header("x-request-id"), "{}", operation.name);
        // Sessions of earlier operations may expire meanwhile; what is asked here is whether the repetition left anything.
        portal.settle().await;
        let repetition = again.header("x-request-id");
        let left = portal.auditor().recent().await.activities;
        assert!(
            left.iter().all(|event| event.request_id.as_deref() != Some(repetition)),
            "{}",
            operation.name
        );
        // A key of one's own for each, or one operation would be refused for the key of another.
        portal.clock().advance(Duration::from_secs(24 * 3_600));
    }
}

async fn the_first_answer_stays_the_answer_whatever_happened_since(portal: &TestPortal) {
    let admin = portal.admin();
    let tenant = || admin.tenant("Acme").key("for the tenant").create();
    let project = || admin.project("acme", "Kiosk").key("for the project").create();
    let (first_tenant, first_project) = (tenant().await.unwrap(), project().await.unwrap());
    let code = admin.code("acme").await;
    let path = format!("/admin/api/projects/{}/assign-code", first_project.id);
    let assign = || admin.post(&path, &json!({ "code": code.code })).key("for the code").send();
    let first_assigned = assign().await.json::<Value>();
    admin.update_tenant("acme", &json!({ "name": "Acme Wheels" })).await.unwrap();
    admin.update_project(&first_project.id, &json!({ "name": "Lobby" })).await.unwrap();
    assert_eq!(
        (tenant().await.unwrap(), project().await.unwrap()),
        (first_tenant.clone(), first_project.clone())
    );
    assert_eq!(assign().await.json::<Value>(), first_assigned);
    admin.delete_project(&first_project.id).await.unwrap();
    assert_eq!(project().await.unwrap(), first_project);
    assert_eq!(assign().await.json::<Value>(), first_assigned);
    admin.delete_tenant("acme").await.unwrap();
    let size = portal.settle().await;
    assert_eq!(tenant().await.unwrap(), first_tenant);
    assert_eq!(portal.settle().await, size);
}

async fn another_request_under_the_same_key_is_refused(portal: &TestPortal) {
    let admin = portal.admin();
    admin.tenant("Acme").key(KEY).create().await.unwrap();
    let size = portal.settle().await;
    let other_body = admin.tenant("Other").key(KEY).create().await.unwrap_err();
    assert_eq!(other_body.kind(), (409, "IDEMPOTENCY_CONFLICT"));
    let other_path = admin.codes("acme").key(KEY).create().await.unwrap_err();
    assert_eq!(other_path.kind(), (409, "IDEMPOTENCY_CONFLICT"));
    assert_eq!(portal.settle().await, size);
}

async fn twenty_at_once_make_one_change(portal: &TestPortal) {
    let admin = portal.admin();
    admin.tenant("Acme").create().await.unwrap();
    let size = portal.settle().await;
    let answers = join_all((0..20).map(|_| admin.codes("acme").count(2).key(KEY).create())).await;
    let first = answers[0].as_ref().unwrap();
    for answer in &answers {
        assert_eq!(answer.as_ref().unwrap(), first);
    }
    assert_eq!(portal.settle().await, size + 2);
}

async fn a_key_may_be_used_anew_after_a_day(portal: &TestPortal) {
    let admin = portal.admin();
    let first = admin.tenant("Acme").key(KEY).create().await.unwrap();
    portal.clock().advance(Duration::from_secs(24 * 3_600 - 1));
    assert_eq!(
        admin.tenant("Acme").key(KEY).create().await.unwrap(),
        first,
        "a second before the day is over"
    );
    portal.clock().advance(Duration::from_secs(1));
    let second = admin.tenant("Acme").key(KEY).create().await.unwrap();
    assert_ne!(second.id, first.id);
    assert_eq!(second.slug, "acme-2");
    portal.settle().await;
    assert_eq!(admin.all_events(&[("type", "TENANT_CREATED")]).await.len(), 2);
}

async fn a_key_belongs_to_its_caller(portal: &TestPortal) {
    let (admin, owner) = (portal.admin(), portal.owner());
    let by_admin = admin.tenant("Acme").key(KEY).create().await.unwrap();
    let by_owner = owner.tenant("Acme").key(KEY).create().await.unwrap();
    assert_ne!(by_admin.id, by_owner.id);

    // Devices that make up the same key for the same (empty) request must not be shown each other's tokens.
    admin.tenant("Other").create().await.unwrap();
    let code = admin.codes("other").max_uses(2).create().await.unwrap().items.remove(0);
    let (one, two) = (portal.device("fingerprint-1"), portal.device("fingerprint-2"));
    let (first, second) =
        (one.attempt(&code.code).key(KEY).send().await, two.attempt(&code.code).key(KEY).send().await);
    let (first, second): (Enrolment, Enrolment) = (first.read().unwrap(), second.read().unwrap());
    assert_ne!(first.device.id, second.device.id);
    let refreshed = one.refresh_request(&first.refresh_token).key("refresh-1").send().await;
    let other = two.refresh_request(&second.refresh_token).key("refresh-1").send().await;
    assert_eq!(refreshed.json::<Value>()["device"]["id"], json!(first.device.id));
    assert_eq!(other.json::<Value>()["device"]["id"], json!(second.device.id));
    let again = one.refresh_request(&first.refresh_token).key("refresh-1").send().await;
    assert_eq!(again.json::<Value>(), refreshed.json::<Value>());
}

async fn a_failed_request_does_not_use_up_its_key(portal: &TestPortal) {
    let admin = portal.admin();
    let size = portal.settle().await;
    assert_eq!(admin.tenant("").key(KEY).create().await.unwrap_err().status, 422);
    assert_eq!(admin.codes("acme").key(KEY).create().await.unwrap_err().status, 422);
    admin.tenant("Acme").key(KEY).create().await.unwrap();
    assert_eq!(portal.settle().await, size + 1);
}

async fn a_key_that_is_no_key_is_refused(portal: &TestPortal) {
    let admin = portal.admin();
    let size = portal.settle().await;
    for key in ["", "short", "1234567", &"k".repeat(201), "schlüssel-7"] {
        let problem =
            admin.post("/admin/api/tenants", &json!({ "name": "Acme" })).key(key).send().await.problem();
        assert_eq!(problem.kind(), (400, "INVALID_IDEMPOTENCY_KEY"), "{key}");
    }
    assert_eq!(portal.settle().await, size);
    admin.tenant("Acme").key(&"k".repeat(200)).create().await.unwrap();
    admin.tenant("Acme").key("12345678").create().await.unwrap();
}

async fn devices_may_repeat_an_activation_whose_answer_was_lost(portal: &TestPortal) {
    let admin = portal.admin();
    admin.tenant("Acme").create().await.unwrap();
    let code = admin.code("acme").await;
    let device = portal.device("fingerprint-1");
    let first = device.attempt(&code.code).key(KEY).send().await;
    let size = portal.settle().await;
    let again = device.attempt(&code.code).key(KEY).send().await;
    assert_eq!((again.code(), &again.body), (first.code(), &first.body));
    assert_eq!(first.code(), 201);
    let token = first.json::<Value>()["token"].as_str().unwrap().to_owned();
    assert!(device.validate(&token).await.valid, "the repeated answer ends no token");

    let other = portal.device("fingerprint-2");
    let refused = other.attempt(&code.code).key("another key").send().await;
    let size_after_refusal = portal.settle().await;
    let refused_again = other.attempt(&code.code).key("another key").send().await;
    assert_eq!(
        (refused.problem().kind(), refused_again.problem().kind()),
        ((409, "CODE_EXHAUSTED"), (409, "CODE_EXHAUSTED"))
    );
    assert_eq!(
        (size_after_refusal, portal.settle().await),
        (size + 1, size + 1),
        "a refusal is recorded once"
    );
}
