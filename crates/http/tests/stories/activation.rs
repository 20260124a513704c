//! A device presents a code: what it gets, what is recorded, and how forgiving the code is read.

use daybook_testkit::{Activity, TestPortal, both_engines};
use serde_json::{Value, json};

both_engines!(
    activating_enrols_the_device_and_records_each_step,
    the_same_device_again_takes_no_use_and_ends_its_old_token,
    a_project_is_activated_once,
    codes_are_read_the_way_people_type_them,
    what_is_no_code_is_refused_before_the_database_is_asked,
    an_unknown_code_is_refused_without_an_event,
    a_code_can_be_assigned_to_a_project,
    another_tenants_code_is_as_unknown_as_nobodys,
    events_of_a_device_name_it_as_the_actor,
);

/// The types of the events from `first` on, in order.
async fn types_from(portal: &TestPortal, first: u64) -> Vec<String> {
    portal.settle().await;
    let mut events = portal.auditor().all_events(&[]).await;
    events.retain(|event| event.seq >= first);
    events.into_iter().rev().map(|event| event.r#type).collect()
}

async fn activating_enrols_the_device_and_records_each_step(portal: &TestPortal) {
    let admin = portal.admin();
    admin.plan("plus").create().await.unwrap();
    let tenant = admin.tenant("Acme").plan("plus").device_limit(7).create().await.unwrap();
    let project = admin.project("acme", "Kiosk").create().await.unwrap();
    let code = admin.codes("acme").max_uses(2).project(&project.id).create().await.unwrap().items.remove(0);
    let first = portal.settle().await;
    let device = portal.device("fingerprint-1");
    let reply = device.attempt(&code.code).with("label", "Front desk").with("platform", "linux").send().await;
    assert_eq!((reply.code(), reply.header("cache-control")), (201, "no-store"));
    let enrolment: daybook_testkit::Enrolment = reply.json();
    assert!(enrolment.token.starts_with("dbd_") && enrolment.refresh_token.starts_with("dbr_"));
    assert_eq!(enrolment.device.tenant_id, tenant.id);
    assert_eq!(enrolment.device.project_id.as_deref(), Some(project.id.as_str()));
    assert_eq!(
        (enrolment.device.label.as_deref(), enrolment.device.status.as_str()),
        (Some("Front desk"), "active")
    );
    assert_eq!((enrolment.policy.plan.as_str(), enrolment.policy.device_limit), ("plus", Some(7)));
    assert_eq!(enrolment.expires_at, "2026-03-03T08:00:00.000000Z", "a day");
    assert_eq!(enrolment.refresh_expires_at, "2026-08-29T08:00:00.000000Z", "180 days");

    assert_eq!(types_from(portal, first).await, ["CODE_ACTIVATED", "DEVICE_ENROLLED", "PROJECT_ACTIVATED"]);
    let used = admin.read_code(&code.id).await.unwrap();
    assert_eq!((used.status.as_str(), used.use_count), ("active", 1));
    let listed = admin.read_device(&enrolment.device.id).await.unwrap();
    assert_eq!((listed.code_id, listed.platform.as_deref()), (code.id, Some("linux")));
    assert_eq!((listed.tenant_slug.as_str(), listed.project_name.as_deref()), ("acme", Some("Kiosk")));
    assert_eq!(admin.active_devices("acme").await, 1);
    assert!(admin.read_project(&project.id).await.unwrap().activated_at.is_some());
}

async fn the_same_device_again_takes_no_use_and_ends_its_old_token(portal: &TestPortal) {
    let admin = portal.admin();
    admin.tenant("Acme").create().await.unwrap();
    let code = admin.code("acme").await;
    let device = portal.device("fingerprint-1");
    let old = device.activate(&code.code).await.unwrap();
    assert!(device.validate(&old.token).await.valid);
    let first = portal.settle().await;
    let reply = device.attempt(&code.code).send().await;
    assert_eq!(reply.code(), 200, "though the only use is taken: {}", reply.text());
    let new: daybook_testkit::Enrolment = reply.json();
    assert_eq!(new.device, old.device);
    assert_eq!(types_from(portal, first).await, ["DEVICE_TOKEN_ROTATED"]);
    assert_eq!(admin.read_code(&code.id).await.unwrap().use_count, 1);

    assert!(device.validate(&new.token).await.valid);
    assert_eq!(device.validate(&old.token).await.code, "TOKEN_EXPIRED", "at once");
    assert_eq!(device.heartbeat(&old.token, "1.0").await.code(), 401);
    assert_eq!(device.refresh(&old.refresh_token).await.unwrap_err().kind(), (401, "UNAUTHENTICATED"));
}

async fn a_project_is_activated_once(portal: &TestPortal) {
    let admin = portal.admin();
    admin.tenant("Acme").create().await.unwrap();
    let project = admin.project("acme", "Kiosk").create().await.unwrap();
    let codes = admin.codes("acme").count(2).max_uses(2).project(&project.id).create().await.unwrap().items;
    for (fingerprint, code) in [("fingerprint-1", 0), ("fingerprint-2", 0), ("fingerprint-3", 1)] {
        portal.device(fingerprint).activate(&codes[code].code).await.unwrap();
    }
    portal.settle().await;
    let activated: Vec<Activity> = admin.all_events(&[("type", "PROJECT_ACTIVATED")]).await;
    assert_eq!(activated.len(), 1);
    assert_eq!(activated[0].code.as_ref().unwrap().id, codes[0].id);
    // An unbound code activates the project that the device names.
    let other = admin.project("acme", "Lobby").create().await.unwrap();
    let unbound = admin.code("acme").await;
    let device = portal.device("fingerprint-4");
    let enrolled = device.attempt(&unbound.code).project(&other.id).send().await;
    assert_eq!((enrolled.code(), &enrolled.json::<Value>()["device"]["project_id"]), (201, &json!(other.id)));
    let used = admin.read_code(&unbound.id).await.unwrap();
    assert_eq!((used.status.as_str(), used.project_id), ("used", None), "the code itself stays unbound");
    portal.settle().await;
    assert_eq!(admin.all_events(&[("type", "PROJECT_ACTIVATED")]).await.len(), 2);
}

async fn codes_are_read_the_way_people_type_them(portal: &TestPortal) {
    let admin = portal.admin();
    admin.tenant("Acme").create().await.unwrap();
    let codes = admin.codes("acme").count(40).create().await.unwrap().items;
    // Somewhere among forty codes are a one and a zero to misread.
    let one = codes.iter().find(|code| code.code.contains('1')).unwrap();
    let zero = codes.iter().find(|code| code.code.contains('0') && code.id != one.id).unwrap();
    let plain = codes.iter().find(|code| code.id != one.id && code.id != zero.id).unwrap();
    let typed = [
        one.code.to_lowercase().replace('1', "l"),
        zero.code.replace('0', "O").replace('-', " "),
        format!("  {}\n", plain.code.replace('-', "")),
    ];
    for (number, code) in typed.iter().enumerate() {
        let device = portal.device(&format!("fingerprint-{number}"));
        assert_eq!(device.attempt(code).send().await.code(), 201, "{code}");
    }
}

async fn what_is_no_code_is_refused_before_the_database_is_asked(portal: &TestPortal) {
    let admin = portal.admin();
    admin.tenant("Acme").create().await.unwrap();
    let code = admin.code("acme").await.code;
    let size = portal.settle().await;
    let device = portal.device("fingerprint-1");
    let wrong_check = {
        let last = if code.ends_with('7') { "8" } else { "7" };
        format!("{}{last}", &code[..code.len() - 1])
    };
    let swapped: String = {
        let mut symbols: Vec<char> = code.chars().collect();
        let at = (6..symbols.len() - 1)
            .find(|&at| symbols[at] != symbols[at + 1] && symbols[at] != '-' && symbols[at + 1] != '-');
        let at = at.unwrap();
        symbols.swap(at, at + 1);
        symbols.into_iter().collect()
    };
    for (text, expected) in [
        ("", "CODE_MALFORMED"),
        ("ACME", "CODE_MALFORMED"),
        ("not a code", "CODE_MALFORMED"),
        (&code[..code.len() - 1], "CODE_CHECKSUM"),
        (&format!("{code}{code}"), "CODE_MALFORMED"),
        (&format!("{}U", &code[..code.len() - 1]), "CODE_MALFORMED"),
        (&"7".repeat(500_000), "CODE_MALFORMED"),
        (&wrong_check, "CODE_CHECKSUM"),
        (&swapped, "CODE_CHECKSUM"),
    ] {
        let problem = device.attempt(text).refused().await;
        assert_eq!((problem.kind(), problem.pointers()), ((422, expected), vec!["/code"]), "{text:.80}");
    }
    assert_eq!(portal.settle().await, size, "a slip of the finger is no event");
    assert_eq!(device.attempt(&code).send().await.code(), 201);
}

async fn an_unknown_code_is_refused_without_an_event(portal: &TestPortal) {
    let admin = portal.admin();
    admin.tenant("Acme").create().await.unwrap();
    // A well-formed code of another portal.
    let elsewhere = TestPortal::start_quiet(daybook_testkit::Engine::Sqlite, 77).await;
    elsewhere.admin().tenant("Acme").create().await.unwrap();
    let foreign = elsewhere.admin().code("acme").await.code;
    elsewhere.finish().await;
    let size = portal.settle().await;
    let device = portal.device("fingerprint-1");
    assert_eq!(device.attempt(&foreign).refused().await.kind(), (404, "CODE_INVALID"));
    assert_eq!(portal.settle().await, size);
}

async fn a_code_can_be_assigned_to_a_project(portal: &TestPortal) {
    let admin = portal.admin();
    admin.tenant("Acme").create().await.unwrap();
    admin.tenant("Other").create().await.unwrap();
    let (kiosk, lobby) = (
        admin.project("acme", "Kiosk").create().await.unwrap(),
        admin.project("acme", "Lobby").create().await.unwrap(),
    );
    let (code, foreign, revoked) =
        (admin.code("acme").await, admin.code("other").await, admin.code("acme").await);
    admin.revoke_code(&revoked.id).await.unwrap();
    let first = portal.settle().await;
    assert_eq!(admin.assign_code(&kiosk.id, &code.code.to_lowercase()).await.unwrap().id, kiosk.id);
    assert_eq!(admin.assign_code(&kiosk.id, &code.code).await.unwrap().id, kiosk.id, "again is no change");
    let elsewhere = admin.assign_code(&lobby.id, &code.code).await.unwrap_err();
    assert_eq!(elsewhere.kind(), (409, "CODE_ASSIGNED_ELSEWHERE"));
    let of_other_tenant = admin.assign_code(&kiosk.id, &foreign.code).await.unwrap_err();
    assert_eq!(of_other_tenant.kind(), (404, "CODE_INVALID"));
    let ended = admin.assign_code(&kiosk.id, &revoked.code).await.unwrap_err();
    assert_eq!(ended.kind(), (409, "CODE_NOT_ACTIVE"));
    let malformed = admin.assign_code(&kiosk.id, "ACME-123").await.unwrap_err();
    assert_eq!(malformed.kind(), (422, "CODE_MALFORMED"));
    assert_eq!(types_from(portal, first).await, ["CODE_ASSIGNED"]);
    let assigned = admin.read_code(&code.id).await.unwrap();
    assert_eq!(assigned.project_id.as_deref(), Some(kiosk.id.as_str()));
    let enrolled = portal.device("fingerprint-1").activate(&code.code).await.unwrap();
    assert_eq!(enrolled.device.project_id, Some(kiosk.id));
}

async fn another_tenants_code_is_as_unknown_as_nobodys(portal: &TestPortal) {
    let admin = portal.admin();
    admin.tenant("Acme").create().await.unwrap();
    admin.tenant("Other").create().await.unwrap();
    let project = admin.project("acme", "Kiosk").create().await.unwrap();
    let entropy = daybook_testkit::SeededEntropy::new(4711);
    let nobodys = daybook_model::code::ActivationCode::generate("XTHER", &entropy).reveal();
    let mut answers = vec![];
    for code in [nobodys, admin.code("other").await.code] {
        let path = format!("/admin/api/projects/{}/assign-code", project.id);
        let reply = admin.post(&path, &json!({ "code": code })).send().await;
        let problem = reply.problem();
        assert_eq!(problem.kind(), (404, "CODE_INVALID"));
        // All that differs is what differs between any two requests.
        let body = reply.text().replace(&problem.request_id, "");
        let mut headers = reply.headers.clone();
        headers.remove("x-request-id").unwrap();
        headers.remove("date");
        answers.push((reply.code(), headers, body));
    }
    assert_eq!(answers[0], answers[1]);
}

async fn events_of_a_device_name_it_as_the_actor(portal: &TestPortal) {
    let admin = portal.admin();
    admin.tenant("Acme").create().await.unwrap();
    let code = admin.code("acme").await;
    let device = portal.device("fingerprint-1");
    let enrolled = device
        .attempt(&code.code)
        .with("label", "Front desk")
        .send()
        .await
        .json::<daybook_testkit::Enrolment>();
    device.refresh(&enrolled.refresh_token).await.unwrap();
    portal.device("fingerprint-2").attempt(&code.code).refused().await;
    portal.settle().await;
    for kind in ["CODE_ACTIVATED", "DEVICE_ENROLLED", "DEVICE_TOKEN_ROTATED", "ACTIVATION_REFUSED"] {
        let event = admin.all_events(&[("type", kind)]).await.remove(0);
        let id = (kind != "ACTIVATION_REFUSED").then(|| enrolled.device.id.clone());
        assert_eq!((event.actor.r#type.as_str(), event.actor.id), ("device", id), "{kind}");
        if kind != "ACTIVATION_REFUSED" {
            assert_eq!(event.device.unwrap().name.as_deref(), Some("Front desk"), "{kind}");
        }
    }
}
