//! Refused attempts get an exact reason, and each that named a real code is an event with it.

use std::time::Duration;

use daybook_testkit::{Activity, Problem, TestPortal, both_engines};
use serde_json::json;

both_engines!(
    a_revoked_code_is_refused,
    an_expired_code_is_refused_before_and_after_the_sweeper_came,
    an_exhausted_code_is_refused,
    a_suspended_tenant_refuses_until_it_is_resumed,
    a_deleted_tenant_is_not_said_to_be_suspended,
    another_project_than_the_codes_is_refused,
    an_inactive_or_deleted_project_is_refused,
    a_revoked_device_is_refused_for_ever,
    a_device_of_another_project_is_refused,
    the_device_limit_is_refused_until_a_place_is_free,
);

/// Asserts the refusal and that it is in the log, once, with its reason.
async fn assert_refused(
    portal: &TestPortal,
    code: &str,
    problem: Problem,
    status: u16,
    reason: &str,
) -> Activity {
    assert_eq!(problem.kind(), (status, reason));
    portal.settle().await;
    let mut events = portal.auditor().all_events(&[("type", "ACTIVATION_REFUSED"), ("code", code)]).await;
    events.retain(|event| event.metadata["reason"] == json!(reason));
    assert_eq!(events.len(), 1, "{reason}");
    let event = events.remove(0);
    assert_eq!((event.severity.as_str(), event.outcome.as_str()), ("MINOR", "refused"));
    assert_eq!(event.request_id.as_deref(), Some(problem.request_id.as_str()));
    assert!(event.tenant.is_some());
    event
}

async fn a_revoked_code_is_refused(portal: &TestPortal) {
    let admin = portal.admin();
    admin.tenant("Acme").create().await.unwrap();
    let code = admin.code("acme").await;
    admin.revoke_code(&code.id).await.unwrap();
    let problem = portal.device("fingerprint-1").attempt(&code.code).refused().await;
    assert_refused(portal, &code.id, problem, 403, "CODE_REVOKED").await;
}

async fn an_expired_code_is_refused_before_and_after_the_sweeper_came(portal: &TestPortal) {
    let admin = portal.admin();
    admin.tenant("Acme").create().await.unwrap();
    let code = admin.codes("acme").days(1).create().await.unwrap().items.remove(0);
    portal.clock().advance(Duration::from_secs(24 * 3_600));
    let problem = portal.device("fingerprint-1").attempt(&code.code).refused().await;
    assert_refused(portal, &code.id, problem, 403, "CODE_EXPIRED").await;
    portal.portal().expire_codes().await.unwrap();
    let after = portal.device("fingerprint-1").attempt(&code.code).refused().await;
    assert_eq!(after.kind(), (403, "CODE_EXPIRED"));
}

async fn an_exhausted_code_is_refused(portal: &TestPortal) {
    let admin = portal.admin();
    admin.tenant("Acme").create().await.unwrap();
    let code = admin.code("acme").await;
    portal.device("fingerprint-1").activate(&code.code).await.unwrap();
    let problem = portal.device("fingerprint-2").attempt(&code.code).refused().await;
    assert_refused(portal, &code.id, problem, 409, "CODE_EXHAUSTED").await;
}

async fn a_suspended_tenant_refuses_until_it_is_resumed(portal: &TestPortal) {
    let admin = portal.admin();
    admin.tenant("Acme").create().await.unwrap();
    let code = admin.codes("acme").max_uses(2).create().await.unwrap().items.remove(0);
    let device = portal.device("fingerprint-1");
    let enrolled = device.activate(&code.code).await.unwrap();
    admin.suspend_tenant("acme").await.unwrap();
    let problem = portal.device("fingerprint-2").attempt(&code.code).refused().await;
    assert_refused(portal, &code.id, problem, 403, "TENANT_SUSPENDED").await;
    assert_eq!(device.attempt(&code.code).refused().await.code, "TENANT_SUSPENDED", "a known device too");
    assert_eq!(device.validate(&enrolled.token).await.code, "TENANT_SUSPENDED");
    assert_eq!(device.refresh(&enrolled.refresh_token).await.unwrap_err().status, 401);
    admin.resume_tenant("acme").await.unwrap();
    assert!(device.validate(&enrolled.token).await.valid);
    assert_eq!(portal.device("fingerprint-2").attempt(&code.code).send().await.code(), 201);
}

async fn a_deleted_tenant_is_not_said_to_be_suspended(portal: &TestPortal) {
    let admin = portal.admin();
    admin.tenant("Acme").create().await.unwrap();
    let codes = admin.codes("acme").count(2).create().await.unwrap().items;
    let device = portal.device("fingerprint-1");
    let enrolled = device.activate(&codes[0].code).await.unwrap();
    admin.suspend_tenant("acme").await.unwrap();
    admin.delete_tenant("acme").await.unwrap();
    assert_eq!(device.validate(&enrolled.token).await.code, "DEVICE_REVOKED");
    for code in &codes {
        let problem = portal.device("fingerprint-2").attempt(&code.code).refused().await;
        let event = assert_refused(portal, &code.id, problem, 403, "CODE_REVOKED").await;
        assert_eq!(event.tenant.unwrap().name, "Acme", "its history goes on by its id and name");
    }
}

async fn another_project_than_the_codes_is_refused(portal: &TestPortal) {
    let admin = portal.admin();
    admin.tenant("Acme").create().await.unwrap();
    admin.tenant("Other").create().await.unwrap();
    let (kiosk, lobby) = (
        admin.project("acme", "Kiosk").create().await.unwrap(),
        admin.project("acme", "Lobby").create().await.unwrap(),
    );
    let foreign = admin.project("other", "Kiosk").create().await.unwrap();
    let code = admin.codes("acme").project(&kiosk.id).create().await.unwrap().items.remove(0);
    let device = portal.device("fingerprint-1");
    let problem = device.attempt(&code.code).project(&lobby.id).refused().await;
    assert_refused(portal, &code.id, problem, 409, "PROJECT_MISMATCH").await;
    // A device must not learn whether another tenant's project exists.
    let unbound = admin.code("acme").await;
    for project in [foreign.id.as_str(), "prj_00000000000000000000000000"] {
        let problem = device.attempt(&unbound.code).project(project).refused().await;
        assert_eq!((problem.kind(), problem.pointers()), ((422, "INVALID"), vec!["/project"]));
    }
    assert_eq!(device.attempt(&code.code).project(&kiosk.id).send().await.code(), 201);
}

async fn an_inactive_or_deleted_project_is_refused(portal: &TestPortal) {
    let admin = portal.admin();
    admin.tenant("Acme").create().await.unwrap();
    let kiosk = admin.project("acme", "Kiosk").create().await.unwrap();
    let code = admin.codes("acme").project(&kiosk.id).create().await.unwrap().items.remove(0);
    let unbound = admin.code("acme").await;
    admin.update_project(&kiosk.id, &json!({ "is_active": false })).await.unwrap();
    let device = portal.device("fingerprint-1");
    let problem = device.attempt(&code.code).refused().await;
    let event = assert_refused(portal, &code.id, problem, 403, "PROJECT_INACTIVE").await;
    assert_eq!(event.project.unwrap().id, kiosk.id);
    admin.delete_project(&kiosk.id).await.unwrap();
    let of_deleted = device.attempt(&code.code).refused().await;
    assert_refused(portal, &code.id, of_deleted, 403, "CODE_REVOKED").await;
    let named = device.attempt(&unbound.code).project(&kiosk.id).refused().await;
    assert_eq!(named.kind(), (403, "PROJECT_INACTIVE"));
}

async fn a_revoked_device_is_refused_for_ever(portal: &TestPortal) {
    let admin = portal.admin();
    admin.tenant("Acme").create().await.unwrap();
    let codes = admin.codes("acme").count(2).create().await.unwrap().items;
    let device = portal.device("fingerprint-1");
    let enrolled = device.activate(&codes[0].code).await.unwrap();
    admin.revoke_device(&enrolled.device.id).await.unwrap();
    assert_eq!(device.validate(&enrolled.token).await.code, "DEVICE_REVOKED");
    let problem = device.attempt(&codes[1].code).refused().await;
    let event = assert_refused(portal, &codes[1].id, problem, 403, "DEVICE_REVOKED").await;
    assert_eq!(event.device.unwrap().id, enrolled.device.id);
    assert_eq!(admin.read_code(&codes[1].id).await.unwrap().use_count, 0);
}

async fn a_device_of_another_project_is_refused(portal: &TestPortal) {
    let admin = portal.admin();
    admin.tenant("Acme").create().await.unwrap();
    let mut codes = vec![];
    for name in ["Kiosk", "Lobby"] {
        let project = admin.project("acme", name).create().await.unwrap();
        codes.push(admin.codes("acme").project(&project.id).create().await.unwrap().items.remove(0));
    }
    let device = portal.device("fingerprint-1");
    device.activate(&codes[0].code).await.unwrap();
    let problem = device.attempt(&codes[1].code).refused().await;
    assert_refused(portal, &codes[1].id, problem, 409, "DEVICE_ENROLLED_ELSEWHERE").await;
}

async fn the_device_limit_is_refused_until_a_place_is_free(portal: &TestPortal) {
    let admin = portal.admin();
    admin.tenant("Acme").device_limit(1).create().await.unwrap();
    let code = admin.codes("acme").max_uses(9).create().await.unwrap().items.remove(0);
    let first = portal.device("fingerprint-1").activate(&code.code).await.unwrap();
    let second = portal.device("fingerprint-2");
    let problem = second.attempt(&code.code).refused().await;
    assert_refused(portal, &code.id, problem, 403, "DEVICE_LIMIT_REACHED").await;
    assert_eq!(
        portal.device("fingerprint-1").attempt(&code.code).send().await.code(),
        200,
        "it has its place"
    );
    admin.revoke_device(&first.device.id).await.unwrap();
    assert_eq!(second.attempt(&code.code).send().await.code(), 201);
    admin.update_tenant("acme", &json!({ "device_limit": 2 })).await.unwrap();
    assert_eq!(portal.device("fingerprint-3").attempt(&code.code).send().await.code(), 201);
    assert_eq!(admin.active_devices("acme").await, 2);
}
