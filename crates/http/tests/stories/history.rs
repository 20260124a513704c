//! A mixed history for the stories that read one: everything that can happen to tenants, projects, codes, devices and tokens happens,
//! over several weeks, one request after the other.

use std::time::Duration;

use daybook_testkit::{Generated, NewCode, Project, Role, TestPortal};
use serde_json::json;

/// What the stories need to name of it.
pub(crate) struct History {
    /// Two codes of two uses, bound to [`History::kiosk`].
    pub(crate) bound: Vec<NewCode>,
    /// The project of Acme with most devices.
    pub(crate) kiosk: Project,
    /// A device of it.
    pub(crate) device: String,
    /// A tenant that was deleted.
    pub(crate) deleted: String,
}

async fn days_pass(portal: &TestPortal, days: u32) {
    portal.clock().advance(Duration::from_secs(24 * 3_600) * days);
    portal.portal().expire_codes().await.unwrap();
}

/// Makes the history. Nothing waits here, so that a quiet portal does the same each time.
pub(crate) async fn write(portal: &TestPortal) -> History {
    let (kiosk, bound) = first_day(portal).await;
    let device = first_activations(portal, &kiosk, &bound).await;
    days_pass(portal, 35).await;
    changes(portal).await;
    let deleted = ends(portal).await;
    days_pass(portal, 2).await;
    last_day(portal, &bound).await;
    History { bound, kiosk, device, deleted }
}

async fn codes(order: daybook_testkit::Draft<'_, Generated>) -> Vec<NewCode> {
    order.create().await.unwrap().items
}

async fn first_day(portal: &TestPortal) -> (Project, Vec<NewCode>) {
    let admin = portal.admin();
    admin.plan("plus").create().await.unwrap();
    admin.tenant("Acme").plan("plus").with("contact_email", "ada@acme.example").create().await.unwrap();
    admin.tenant("Borealis").device_limit(2).create().await.unwrap();
    admin.tenant("Cedar").create().await.unwrap();
    let kiosk = admin.project("acme", "Kiosk").with("description", "by the door").create().await.unwrap();
    admin.project("acme", "Cellar").with("is_active", false).create().await.unwrap();
    admin.project("borealis", "Shop").with("priority", "high").create().await.unwrap();
    let bound =
        codes(admin.codes("acme").count(2).max_uses(2).project(&kiosk.id).label("spring batch")).await;
    codes(admin.codes("borealis").count(3).days(30).label("soon over")).await;
    (kiosk, bound)
}

async fn first_activations(portal: &TestPortal, kiosk: &Project, bound: &[NewCode]) -> String {
    let first = portal.device("fingerprint-1");
    let enrolled = first.attempt(&bound[0].code).with("label", "Front desk").send().await;
    let enrolled: daybook_testkit::Enrolment = enrolled.read().unwrap();
    portal.device("fingerprint-2").activate(&bound[0].code).await.unwrap();
    assert_eq!(portal.device("fingerprint-3").attempt(&bound[0].code).refused().await.code, "CODE_EXHAUSTED");
    assert_eq!(first.attempt(&bound[0].code).send().await.code(), 200);
    let unbound = codes(portal.admin().codes("acme").max_uses(3)).await.remove(0);
    let other = portal.device("fingerprint-4");
    assert_eq!(other.attempt(&unbound.code).project(&kiosk.id).send().await.code(), 201);
    portal.device("fingerprint-5").activate(&unbound.code).await.unwrap();
    enrolled.device.id
}

async fn changes(portal: &TestPortal) {
    let admin = portal.admin();
    admin.plan("enterprise").create().await.unwrap();
    let edit = json!({ "name": "Acme Wheels", "plan": "enterprise", "contact_email": null });
    admin.update_tenant("acme", &edit).await.unwrap();
    admin.suspend_tenant("borealis").await.unwrap();
    let code = codes(admin.codes("borealis").max_uses(5)).await.remove(0);
    assert_eq!(portal.device("fingerprint-6").attempt(&code.code).refused().await.code, "TENANT_SUSPENDED");
    admin.resume_tenant("borealis").await.unwrap();
    for fingerprint in ["fingerprint-6", "fingerprint-7"] {
        portal.device(fingerprint).activate(&code.code).await.unwrap();
    }
    assert_eq!(
        portal.device("fingerprint-8").attempt(&code.code).refused().await.code,
        "DEVICE_LIMIT_REACHED"
    );
    let lobby = admin.project("borealis", "Lobby").create().await.unwrap();
    let assigned = admin.code("borealis").await;
    admin.assign_code(&lobby.id, &assigned.code).await.unwrap();
    admin
        .update_project(&lobby.id, &json!({ "is_active": false, "client_name": "Town hall" }))
        .await
        .unwrap();
    assert_eq!(
        portal.device("fingerprint-6").attempt(&assigned.code).refused().await.code,
        "PROJECT_INACTIVE"
    );
}

async fn ends(portal: &TestPortal) -> String {
    let admin = portal.admin();
    // A project with a code and a device, deleted; one of its codes was revoked before.
    let ghost = admin.project("acme", "Ghost").create().await.unwrap();
    let ghosts = codes(admin.codes("acme").count(3).max_uses(2).project(&ghost.id)).await;
    let device = portal.device("fingerprint-9");
    let enrolled = device.activate(&ghosts[0].code).await.unwrap();
    admin.revoke_code(&ghosts[1].id).await.unwrap();
    admin.delete_project(&ghost.id).await.unwrap();
    assert_eq!(device.validate(&enrolled.token).await.code, "DEVICE_REVOKED");
    // A tenant with all of that, deleted.
    let yard = admin.project("cedar", "Yard").create().await.unwrap();
    let cedars = codes(admin.codes("cedar").count(4).max_uses(2).project(&yard.id)).await;
    let mut devices = vec![];
    for fingerprint in ["fingerprint-10", "fingerprint-11"] {
        devices.push(portal.device(fingerprint).activate(&cedars[0].code).await.unwrap().device.id);
    }
    admin.revoke_device(&devices[0]).await.unwrap();
    let deleted = admin.read_tenant("cedar").await.unwrap().id;
    admin.delete_tenant("cedar").await.unwrap();
    deleted
}

async fn last_day(portal: &TestPortal, bound: &[NewCode]) {
    let (admin, owner) = (portal.admin(), portal.owner());
    let device = portal.device("fingerprint-12");
    let enrolled = device.activate(&bound[1].code).await.unwrap();
    device.refresh(&enrolled.refresh_token).await.unwrap();
    let reason = format!("/admin/api/devices/{}?reason=stolen%20from%20Ada", enrolled.device.id);
    assert_eq!(admin.delete(&reason).send().await.code(), 200);
    assert_eq!(device.attempt(&bound[1].code).refused().await.code, "DEVICE_REVOKED");
    admin.revoke_code(&bound[0].id).await.unwrap();
    assert_eq!(portal.device("fingerprint-13").attempt(&bound[0].code).refused().await.code, "CODE_REVOKED");
    let token = owner.api_token("export of Ada", Role::Auditor).create().await.unwrap();
    assert_eq!(owner.revoke_api_token(&token.id).await, 204);
    admin.tenant("Doric").plan("plus").create().await.unwrap();
}
