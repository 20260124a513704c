//! Signing in: what a right password opens, what a wrong one costs, and how passwords are chosen and kept.

use std::time::Duration;

use daybook_portal::PasswordConfig;
use daybook_testkit::{Browser, PASSWORD, Realm, Reply, Role, TestPortal, both_engines};
use futures_util::future::{join, join_all};
use serde_json::{Value, json};

use crate::recorded::{count_of, events_since, types_since};

both_engines!(
    a_right_password_opens_and_is_recorded,
    wrong_and_unknown_look_the_same,
    wrong_and_unknown_cost_the_same,
    wrong_passwords_are_slowed_down_per_account_at_every_node,
    wrong_passwords_are_slowed_down_per_source,
    a_burst_is_reported_once_and_the_rest_rolled_up,
    a_weak_hash_is_renewed_at_the_next_sign_in,
    a_sign_in_under_way_never_brings_an_old_password_back,
    a_password_that_others_would_try_is_refused,
    a_changed_password_ends_the_other_sessions,
    the_present_password_is_asked_for_and_guesses_are_counted,
);

const WRONG: &str = "not the password";
const NEW: &str = "nine owls read maps";

/// Asserts that nobody was signed in; answers with what is said, but for the request's id.
#[track_caller]
fn refused(reply: &Reply) -> Value {
    assert_eq!(reply.problem().kind(), (401, "SIGN_IN_REFUSED"));
    assert_eq!(reply.header("set-cookie"), "");
    let mut body: Value = reply.json();
    body.as_object_mut().unwrap().remove("request_id");
    body
}

#[track_caller]
fn assert_limited(reply: &Reply, retry_after: &str) {
    assert_eq!(reply.problem().kind(), (429, "RATE_LIMITED"));
    assert_eq!(reply.header("retry-after"), retry_after);
}

/// How many stored passwords have a hash with so much memory.
async fn hashes_with(portal: &TestPortal, memory: u32) -> i64 {
    portal
        .database()
        .number(&format!("SELECT count(*) FROM user_passwords WHERE phc LIKE '%m={memory},%'"))
        .await
}

async fn a_right_password_opens_and_is_recorded(portal: &TestPortal) {
    let joined = portal.person("grace", Role::Auditor, None).await;
    portal.clock().advance(Duration::from_secs(60));
    let (size, browser) = (portal.settle().await, portal.browser());
    let reply = browser.sign_in("  Grace@EXAMPLE.com", PASSWORD).await;
    assert_eq!(reply.code(), 200, "{}", reply.text());
    let answer: Value = reply.json();
    assert_eq!((&answer["status"], &answer["user"]["name"]), (&json!("signed_in"), &json!("grace")));
    assert_eq!(answer["expires_at"], "2026-03-09T08:01:00.000000Z");
    let me: Value = browser.get("/me").await.json();
    assert_eq!(me["session"], answer["session"]);
    assert_eq!(me["form_token"], answer["form_token"]);
    assert_eq!(me["user"]["last_login_at"], "2026-03-02T08:01:00.000000Z");
    assert_eq!(me["permissions"].as_array().unwrap().len(), Role::Auditor.actions().count());
    let events = events_since(portal, size).await;
    let types: Vec<&str> = events.iter().map(|event| event.r#type.as_str()).collect();
    assert_eq!(types, ["USER_LOGIN", "SESSION_CREATED"]);
    assert_eq!(events[0].metadata["method"], "password");
    for event in &events {
        assert_eq!((event.actor.r#type.as_str(), event.actor.name.as_deref()), ("admin", Some("grace")));
    }
    assert_eq!(joined.get("/me").await.code(), 200, "each browser has a session of its own");
}

async fn wrong_and_unknown_look_the_same(portal: &TestPortal) {
    portal.person("grace", Role::Auditor, None).await;
    let (id, _) = portal.person("alan", Role::Auditor, None).await.ids().await;
    let owner = portal.owner();
    assert_eq!(owner.post(&format!("/admin/api/users/{id}/disable"), &json!({})).send().await.code(), 200);
    let invitation = json!({ "email": "eve@example.com", "role": "auditor" });
    assert_eq!(owner.post("/admin/api/users", &invitation).send().await.code(), 201);
    let size = portal.settle().await;
    let browser = portal.browser();
    let wrong = refused(&browser.sign_in("grace@example.com", WRONG).await);
    let long = "x".repeat(100_000);
    for (email, password) in [
        ("nobody@example.com", WRONG),
        ("nobody@example.com", PASSWORD),
        ("grace@example.com", ""),
        ("grace@example.com", &long),
        ("grace@example.com\0", PASSWORD),
        ("not an address", PASSWORD),
        (&long, PASSWORD),
        ("", ""),
        ("alan@example.com", PASSWORD),
        ("eve@example.com", PASSWORD),
        ("eve@example.com", ""),
    ] {
        let said = refused(&browser.sign_in(email, password).await);
        assert_eq!(said, wrong, "{}", &email[..email.len().min(30)]);
    }
    assert_eq!(portal.settle().await, size, "a refusal is no event");
}

async fn wrong_and_unknown_cost_the_same(portal: &TestPortal) {
    portal.person("grace", Role::Auditor, None).await;
    let (id, _) = portal.person("alan", Role::Auditor, None).await.ids().await;
    let owner = portal.owner();
    assert_eq!(owner.post(&format!("/admin/api/users/{id}/disable"), &json!({})).send().await.code(), 200);
    let invitation = json!({ "email": "eve@example.com", "role": "auditor" });
    assert_eq!(owner.post("/admin/api/users", &invitation).send().await.code(), 201);
    let (browser, passwords) = (portal.browser(), portal.portal().passwords());
    let long = "x".repeat(100_000);
    let (mut costs, before) = (vec![], passwords.work());
    for (email, password) in [
        ("grace@example.com", WRONG),
        ("nobody@example.com", WRONG),
        ("alan@example.com", PASSWORD),
        ("eve@example.com", WRONG),
        ("not an address", WRONG),
        ("grace@example.com", &long),
        ("nobody@example.com", &long),
    ] {
        refused(&browser.sign_in(email, password).await);
        costs.push(passwords.work());
    }
    let one = u64::from(PasswordConfig::cheap_for_tests().memory_kib());
    let expected: Vec<u64> = (1..).map(|tries| before + tries * one).take(costs.len()).collect();
    assert_eq!(
        costs, expected,
        "each try is one hash under the present parameters, whoever is or is not there"
    );
}

async fn wrong_passwords_are_slowed_down_per_account_at_every_node(portal: &TestPortal) {
    portal.person("grace", Role::Auditor, None).await;
    portal.person("alan", Role::Auditor, None).await;
    let browser = portal.browser();
    for _ in 0..6 {
        refused(&browser.sign_in("grace@example.com", WRONG).await);
    }
    assert_limited(&browser.sign_in("GRACE@example.com ", PASSWORD).await, "1");
    // Another process, as after a restart: nothing is forgotten.
    let second = portal.second_node().await;
    let there = Browser::new(&second, Realm::Platform);
    assert_limited(&there.sign_in("grace@example.com", PASSWORD).await, "1");
    assert_eq!(there.sign_in("alan@example.com", PASSWORD).await.code(), 200, "others go on");
    portal.clock().advance(Duration::from_secs(1));
    refused(&there.sign_in("grace@example.com", WRONG).await);
    assert_limited(&browser.sign_in("grace@example.com", PASSWORD).await, "2");
    portal.clock().advance(Duration::from_secs(2));
    assert_eq!(browser.sign_in("grace@example.com", PASSWORD).await.code(), 200);
    // Whoever has signed in has five tries again. The source, which is everybody's here, has twenty in all.
    for _ in 0..6 {
        refused(&browser.sign_in("grace@example.com", WRONG).await);
    }
    assert_limited(&browser.sign_in("grace@example.com", PASSWORD).await, "1");
    // An account that there is not is treated alike.
    for _ in 0..6 {
        refused(&browser.sign_in("nobody@example.com", WRONG).await);
    }
    assert_limited(&browser.sign_in("nobody@example.com", PASSWORD).await, "1");
    drop(there);
    second.stop().await;
}

async fn wrong_passwords_are_slowed_down_per_source(portal: &TestPortal) {
    portal.person("grace", Role::Auditor, None).await;
    let browser = portal.browser();
    for number in 0..21 {
        refused(&browser.sign_in(&format!("user-{number}@example.com"), WRONG).await);
    }
    assert_limited(&browser.sign_in("grace@example.com", PASSWORD).await, "1");
    portal.clock().advance(Duration::from_secs(1));
    assert_eq!(browser.sign_in("grace@example.com", PASSWORD).await.code(), 200);
    refused(&browser.sign_in("user-22@example.com", WRONG).await);
    assert_limited(&browser.sign_in("grace@example.com", PASSWORD).await, "2");
    assert_eq!(browser.get("/me").await.code(), 200, "who is signed in stays so");
}

async fn a_burst_is_reported_once_and_the_rest_rolled_up(portal: &TestPortal) {
    portal.person("grace", Role::Auditor, None).await;
    let browser = portal.browser();
    let mut wrong = 0;
    while wrong < 12 {
        let reply = browser.sign_in("grace@example.com", WRONG).await;
        match reply.code() {
            401 => wrong += 1,
            _ => portal.clock().advance(Duration::from_secs(reply.header("retry-after").parse().unwrap())),
        }
    }
    assert_eq!(count_of(portal, "GUESSING_DETECTED").await, 1);
    let event = portal.auditor().all_events(&[("type", "GUESSING_DETECTED")]).await.remove(0);
    assert_eq!((&event.metadata["kind"], &event.metadata["by"]), (&json!("sign_in"), &json!("account")));
    assert_eq!(event.metadata["attempts"], 10);
    portal.clock().advance(Duration::from_secs(15 * 60));
    portal.portal().report_guesses().await.unwrap();
    portal.settle().await;
    let events = portal.auditor().all_events(&[("type", "GUESSES_REFUSED")]).await;
    let attempts = |by: &str| -> i64 {
        let of = events.iter().filter(|event| event.metadata["by"] == by);
        of.map(|event| event.metadata["attempts"].as_i64().unwrap()).sum()
    };
    assert_eq!((attempts("account"), attempts("source")), (12, 12));
    assert_eq!(count_of(portal, "USER_LOGIN").await, 1, "that of joining");
}

async fn a_weak_hash_is_renewed_at_the_next_sign_in(portal: &TestPortal) {
    portal.person("grace", Role::Auditor, None).await;
    assert_eq!((hashes_with(portal, 64).await, hashes_with(portal, 7_168).await), (1, 0));
    let second = portal.second_node_hashing(PasswordConfig::new(7_168, 5, 1).unwrap()).await;
    let browsers: Vec<_> = (0..3).map(|_| Browser::new(&second, Realm::Platform)).collect();
    let size = portal.settle().await;
    refused(&browsers[0].sign_in("grace@example.com", WRONG).await);
    assert_eq!(hashes_with(portal, 64).await, 1);
    // All at once: each finds the weak one, and each is signed in.
    let replies =
        join_all(browsers.iter().map(|browser| browser.sign_in("grace@example.com", PASSWORD))).await;
    for reply in &replies {
        assert_eq!(reply.code(), 200, "{}", reply.text());
    }
    assert_eq!((hashes_with(portal, 64).await, hashes_with(portal, 7_168).await), (0, 1));
    let mut types = types_since(portal, size).await;
    types.sort();
    types.dedup();
    assert_eq!(types, ["SESSION_CREATED", "USER_LOGIN"], "no event of its own");
    assert_eq!(portal.browser().sign_in("grace@example.com", PASSWORD).await.code(), 200);
    assert_eq!(hashes_with(portal, 7_168).await, 1, "a dear one is not made cheap again");
    drop(browsers);
    second.stop().await;
}

async fn a_sign_in_under_way_never_brings_an_old_password_back(portal: &TestPortal) {
    let second = portal.second_node_hashing(PasswordConfig::new(7_168, 5, 1).unwrap()).await;
    for number in 0..3 {
        portal.clock().advance(Duration::from_secs(60));
        let name = format!("grace-{number}");
        let email = format!("{name}@example.com");
        let grace = portal.person(&name, Role::Auditor, None).await;
        let late = Browser::new(&second, Realm::Platform);
        let change = json!({ "current_password": PASSWORD, "password": NEW });
        let (signed_in, changed) =
            join(late.sign_in(&email, PASSWORD), grace.post("/me/password", &change)).await;
        assert_eq!(changed.code(), 200, "{}", changed.text());
        assert!([200, 401].contains(&signed_in.code()), "{}", signed_in.text());
        // Whichever was first: the new password is the one, and no session of the old one is left.
        assert_eq!(late.get("/me").await.code(), 401);
        refused(&portal.browser().sign_in(&email, PASSWORD).await);
        assert_eq!(portal.browser().sign_in(&email, NEW).await.code(), 200);
    }
    second.stop().await;
}

async fn a_password_that_others_would_try_is_refused(portal: &TestPortal) {
    let grace = portal.person("hopper", Role::Auditor, None).await;
    let size = portal.settle().await;
    let long = "long walks ".repeat(30);
    for (password, code) in [
        ("short one", "TOO_SHORT"),
        (&long, "TOO_LONG"),
        ("password1234", "TOO_COMMON"),
        ("abcabcabcabcabc", "TOO_COMMON"),
        ("hopper drinks tea", "CONTAINS_NAME"),
    ] {
        let body = json!({ "current_password": PASSWORD, "password": password });
        let problem = grace.post("/me/password", &body).await.problem();
        assert_eq!(problem.kind(), (422, "INVALID"), "{password}");
        let error = &problem.errors[0];
        assert_eq!((error.pointer.as_str(), error.code.as_str()), ("/password", code), "{password}");
        assert!(!problem.detail.contains(password) && !error.detail.contains(password));
    }
    assert_eq!(portal.settle().await, size);
    assert_eq!(grace.get("/me").await.code(), 200);
}

async fn a_changed_password_ends_the_other_sessions(portal: &TestPortal) {
    let grace = portal.person("grace", Role::Auditor, None).await;
    let other = portal.browser();
    assert_eq!(other.sign_in("grace@example.com", PASSWORD).await.code(), 200);
    let (size, old) = (portal.settle().await, grace.cookie().unwrap());
    let before: Value = grace.get("/me").await.json();
    let reply = grace.post("/me/password", &json!({ "current_password": PASSWORD, "password": NEW })).await;
    assert_eq!(reply.code(), 200, "{}", reply.text());
    let after: Value = grace.get("/me").await.json();
    assert_eq!(after["session"], before["session"], "the same session");
    assert_ne!(after["form_token"], before["form_token"]);
    assert_ne!(grace.cookie().unwrap(), old, "with another cookie");
    let stale = grace.fresh();
    stale.set_cookie(Some(&old));
    assert_eq!(stale.get("/me").await.code(), 401);
    assert_eq!(other.get("/me").await.code(), 401);
    let events = events_since(portal, size).await;
    let types: Vec<&str> = events.iter().map(|event| event.r#type.as_str()).collect();
    assert_eq!(types, ["USER_PASSWORD_CHANGED", "SESSION_ROTATED", "SESSION_ENDED"]);
    assert_eq!(events[1].metadata["cause"], "password_changed");
    refused(&portal.browser().sign_in("grace@example.com", PASSWORD).await);
    assert_eq!(portal.browser().sign_in("grace@example.com", NEW).await.code(), 200);
}

async fn the_present_password_is_asked_for_and_guesses_are_counted(portal: &TestPortal) {
    let grace = portal.person("grace", Role::Auditor, None).await;
    let size = portal.settle().await;
    let change = async |present: &str| {
        grace.post("/me/password", &json!({ "current_password": present, "password": NEW })).await
    };
    for _ in 0..6 {
        let problem = change(WRONG).await.problem();
        assert_eq!((problem.kind(), problem.pointers()), ((422, "INVALID"), vec!["/current_password"]));
        assert_eq!(problem.errors[0].code, "WRONG_PASSWORD");
    }
    assert_limited(&change(PASSWORD).await, "1");
    assert_eq!(portal.settle().await, size);
    portal.clock().advance(Duration::from_secs(1));
    assert_eq!(change(PASSWORD).await.code(), 200);
}
