//! The second factor: one-time codes, the recovery codes that stand in for them, and their end.

use std::time::Duration;

use daybook_model::Timestamp;
use daybook_testkit::{Browser, PASSWORD, Realm, Reply, Role, TestPortal, both_engines, one_time_code};
use futures_util::future::join;
use serde_json::{Value, json};

use crate::recorded::{events_since, types_since};

both_engines!(
    one_time_codes_are_set_up_with_one_of_them,
    a_sign_in_takes_two_steps_perhaps_at_two_nodes,
    a_code_is_taken_once_even_by_two_at_once,
    a_half_way_sign_in_is_finished_once_and_soon,
    a_half_way_sign_in_ends_with_the_password_it_began_with,
    wrong_codes_are_slowed_down,
    a_recovery_code_stands_in_once,
    a_factor_is_removed_with_the_password,
    somebody_who_lost_their_factors_is_helped_by_an_owner,
    a_link_alone_signs_nobody_in_who_has_a_second_factor,
);

const STEP: Duration = Duration::from_secs(30);

/// An authenticator app that was given a secret.
struct Authenticator(String);

impl Authenticator {
    fn new(secret: &str) -> Self {
        Self(secret.to_owned())
    }

    /// What it shows at this time.
    fn code(&self, now: Timestamp) -> String {
        one_time_code(&self.0, now)
    }

    /// A code that it shows neither now nor in the steps around.
    fn wrong_code(&self, now: Timestamp) -> String {
        let near = [-60, -30, 0, 30, 60].map(|seconds| self.code(now.plus_seconds(seconds)));
        (0..6).map(|number| format!("{number:06}")).find(|code| !near.contains(code)).unwrap()
    }
}

/// Somebody with one-time codes.
struct Guarded<'a> {
    portal: &'a TestPortal,
    browser: Browser,
    app: Authenticator,
    recovery_codes: Vec<String>,
}

/// The text in a field of an answer.
fn text(reply: &Reply, field: &str) -> String {
    let body: Value = reply.json();
    body[field].as_str().unwrap_or_else(|| panic!("no {field} in {body}")).to_owned()
}

/// Signs in with the password; answers with what takes the next step.
async fn half_way(browser: &Browser, email: &str) -> String {
    let reply = browser.sign_in(email, PASSWORD).await;
    assert_eq!((reply.code(), text(&reply, "status").as_str()), (202, "second_factor_needed"));
    assert_eq!(reply.header("set-cookie"), "", "nobody is signed in yet");
    text(&reply, "ceremony")
}

async fn finish(browser: &Browser, ceremony: &str, code: &str) -> Reply {
    browser.post("/auth/second-factor", &json!({ "ceremony": ceremony, "code": code })).await
}

impl<'a> Guarded<'a> {
    async fn new(portal: &'a TestPortal) -> Self {
        let browser = portal.person("grace", Role::Auditor, None).await;
        let begun = browser.post("/me/totp", &json!({})).await;
        assert_eq!(begun.code(), 200, "{}", begun.text());
        let app = Authenticator::new(&text(&begun, "secret"));
        let body = json!({ "ceremony": text(&begun, "ceremony"), "code": app.code(portal.clock().now()) });
        let confirmed = browser.post("/me/totp/confirm", &body).await;
        assert_eq!(confirmed.code(), 200, "{}", confirmed.text());
        let codes: Value = confirmed.json();
        let recovery_codes = serde_json::from_value(codes["recovery_codes"].clone()).unwrap();
        portal.clock().advance(STEP);
        Self { portal, browser, app, recovery_codes }
    }

    /// What the app shows now.
    fn code(&self) -> String {
        self.app.code(self.portal.clock().now())
    }

    async fn begin(&self) -> String {
        half_way(&self.portal.browser(), "grace@example.com").await
    }
}

async fn one_time_codes_are_set_up_with_one_of_them(portal: &TestPortal) {
    let grace = portal.person("grace", Role::Auditor, None).await;
    let other = portal.browser();
    assert_eq!(other.sign_in("grace@example.com", PASSWORD).await.code(), 200);
    let (size, old) = (portal.settle().await, grace.cookie().unwrap());
    let begun = grace.post("/me/totp", &json!({})).await;
    let app = Authenticator::new(&text(&begun, "secret"));
    let uri = text(&begun, "uri");
    assert!(uri.starts_with("otpauth://totp/Daybook:grace%40example.com?secret="), "{uri}");
    let confirm = async |browser: &Browser, begun: &Reply, code: &str| {
        let body = json!({ "ceremony": text(begun, "ceremony"), "code": code });
        browser.post("/me/totp/confirm", &body).await
    };
    let now = portal.clock().now();
    let wrong = confirm(&grace, &begun, &app.wrong_code(now)).await.problem();
    assert_eq!((wrong.kind(), wrong.errors[0].code.as_str()), ((422, "INVALID"), "WRONG_CODE"));
    let taken = confirm(&grace, &begun, &app.code(now)).await;
    assert_eq!(taken.problem().kind(), (410, "CEREMONY_OVER"), "a wrong code ends it");
    assert_eq!(portal.settle().await, size);

    let alan = portal.person("alan", Role::Auditor, None).await;
    let begun = grace.post("/me/totp", &json!({})).await;
    let app = Authenticator::new(&text(&begun, "secret"));
    let stolen = confirm(&alan, &begun, &app.code(now)).await;
    assert_eq!(stolen.problem().kind(), (410, "CEREMONY_OVER"), "it is hers");
    let begun = grace.post("/me/totp", &json!({})).await;
    let late = grace.post("/me/totp", &json!({})).await;
    let app = Authenticator::new(&text(&begun, "secret"));
    let size = portal.settle().await;
    let confirmed = confirm(&grace, &begun, &app.code(now)).await;
    assert_eq!(confirmed.code(), 200, "{}", confirmed.text());
    assert_eq!(confirmed.json::<Value>()["recovery_codes"].as_array().unwrap().len(), 10);
    let events = events_since(portal, size).await;
    let types: Vec<&str> = events.iter().map(|event| event.r#type.as_str()).collect();
    let expected = ["USER_FACTOR_ADDED", "RECOVERY_CODES_ISSUED", "SESSION_ROTATED", "SESSION_ENDED"];
    assert_eq!(types, expected);
    let me: Value = grace.get("/me").await.json();
    assert_eq!((&me["factors"][0]["kind"], &me["recovery_codes_left"]), (&json!("totp"), &json!(10)));
    assert_eq!(other.get("/me").await.code(), 401, "all others end");
    other.set_cookie(Some(&old));
    assert_eq!(other.get("/me").await.code(), 401, "the cookie is a new one");
    let again = grace.post("/me/totp", &json!({})).await;
    assert_eq!(again.problem().kind(), (409, "TOTP_ALREADY_SET_UP"));
    let second = Authenticator::new(&text(&late, "secret"));
    let again = confirm(&grace, &late, &second.code(now)).await;
    assert_eq!(again.problem().kind(), (409, "TOTP_ALREADY_SET_UP"));
}

async fn a_sign_in_takes_two_steps_perhaps_at_two_nodes(portal: &TestPortal) {
    let grace = Guarded::new(portal).await;
    let second = portal.second_node().await;
    let size = portal.settle().await;
    let ceremony = grace.begin().await;
    assert_eq!(portal.settle().await, size, "nothing has happened yet");
    let there = Browser::new(&second, Realm::Platform);
    let signed_in = finish(&there, &ceremony, &grace.code()).await;
    assert_eq!(signed_in.code(), 200, "{}", signed_in.text());
    assert_eq!(there.get("/me").await.code(), 200);
    let events = events_since(portal, size).await;
    assert_eq!(events.len(), 2);
    assert_eq!(events[0].metadata["method"], "password+totp");
    let refused = portal.browser().sign_in("grace@example.com", "not the password").await;
    assert_eq!(refused.problem().kind(), (401, "SIGN_IN_REFUSED"), "the password is asked for first");
    let neither = json!({ "ceremony": ceremony });
    assert_eq!(there.post("/auth/second-factor", &neither).await.problem().pointers(), ["/code"]);
    drop(there);
    second.stop().await;
}

async fn a_code_is_taken_once_even_by_two_at_once(portal: &TestPortal) {
    let grace = Guarded::new(portal).await;
    let second = portal.second_node().await;
    let used = grace.code();
    let browsers = [portal.browser(), Browser::new(&second, Realm::Platform)];
    let ceremonies = [grace.begin().await, grace.begin().await];
    let replies =
        join(finish(&browsers[0], &ceremonies[0], &used), finish(&browsers[1], &ceremonies[1], &used)).await;
    let codes = [replies.0.code(), replies.1.code()];
    assert_eq!(codes.iter().filter(|code| **code == 200).count(), 1, "{codes:?}");
    assert!(codes.contains(&401) || codes.contains(&410), "{codes:?}");

    let replayed = finish(&portal.browser(), &grace.begin().await, &used).await;
    assert_eq!(replayed.problem().kind(), (401, "SIGN_IN_REFUSED"));
    portal.clock().advance(STEP);
    let replayed = finish(&portal.browser(), &grace.begin().await, &used).await;
    assert_eq!(replayed.problem().kind(), (401, "SIGN_IN_REFUSED"), "while it would still hold");
    assert_eq!(finish(&portal.browser(), &grace.begin().await, &grace.code()).await.code(), 200);
    drop(browsers);
    second.stop().await;

    // The code that confirmed the set-up is used, too.
    let alan = portal.person("alan", Role::Auditor, None).await;
    let begun = alan.post("/me/totp", &json!({})).await;
    let code = Authenticator::new(&text(&begun, "secret")).code(portal.clock().now());
    let body = json!({ "ceremony": text(&begun, "ceremony"), "code": code });
    assert_eq!(alan.post("/me/totp/confirm", &body).await.code(), 200);
    let ceremony = half_way(&portal.browser(), "alan@example.com").await;
    let replayed = finish(&portal.browser(), &ceremony, &code).await;
    assert_eq!(replayed.problem().kind(), (401, "SIGN_IN_REFUSED"));
}

async fn a_half_way_sign_in_is_finished_once_and_soon(portal: &TestPortal) {
    let grace = Guarded::new(portal).await;
    let browser = portal.browser();
    let ceremony = grace.begin().await;
    assert_eq!(finish(&browser, &ceremony, &grace.code()).await.code(), 200);
    portal.clock().advance(STEP);
    let again = finish(&browser, &ceremony, &grace.code()).await;
    assert_eq!(again.problem().kind(), (410, "CEREMONY_OVER"));
    let ceremony = grace.begin().await;
    let wrong = finish(&browser, &ceremony, &grace.app.wrong_code(portal.clock().now())).await;
    assert_eq!(wrong.problem().kind(), (401, "SIGN_IN_REFUSED"));
    let after = finish(&browser, &ceremony, &grace.code()).await;
    assert_eq!(after.problem().kind(), (410, "CEREMONY_OVER"), "a wrong code ends the attempt");

    let (last, late) = (grace.begin().await, grace.begin().await);
    portal.clock().advance(Duration::from_secs(5 * 60 - 1));
    assert_eq!(finish(&browser, &last, &grace.code()).await.code(), 200);
    portal.clock().advance(Duration::from_secs(1));
    assert_eq!(finish(&browser, &late, &grace.code()).await.problem().kind(), (410, "CEREMONY_OVER"));
    for forged in ["", "dbc_forged", &format!("{late}0")] {
        let refused = finish(&browser, forged, &grace.code()).await;
        assert_eq!(refused.problem().kind(), (410, "CEREMONY_OVER"), "{forged}");
    }
}

async fn a_half_way_sign_in_ends_with_the_password_it_began_with(portal: &TestPortal) {
    let grace = Guarded::new(portal).await;
    let ceremony = grace.begin().await;
    let body = json!({ "current_password": PASSWORD, "password": "nine owls read maps" });
    assert_eq!(grace.browser.post("/me/password", &body).await.code(), 200);
    let size = portal.settle().await;
    let refused = finish(&portal.browser(), &ceremony, &grace.code()).await;
    assert_eq!(refused.problem().kind(), (410, "CEREMONY_OVER"), "whoever knows the old one is out");
    assert_eq!(portal.settle().await, size);
    let browser = portal.browser();
    let begun = browser.sign_in("grace@example.com", "nine owls read maps").await;
    assert_eq!(finish(&browser, &text(&begun, "ceremony"), &grace.code()).await.code(), 200);
}

async fn wrong_codes_are_slowed_down(portal: &TestPortal) {
    let grace = Guarded::new(portal).await;
    let browser = portal.browser();
    for _ in 0..6 {
        let wrong = grace.app.wrong_code(portal.clock().now());
        let refused = finish(&browser, &grace.begin().await, &wrong).await;
        assert_eq!(refused.problem().kind(), (401, "SIGN_IN_REFUSED"));
    }
    let limited = finish(&browser, &grace.begin().await, &grace.code()).await;
    assert_eq!(limited.problem().kind(), (429, "RATE_LIMITED"));
    assert_eq!(limited.header("retry-after"), "1");
    let body = json!({ "ceremony": grace.begin().await, "recovery_code": grace.recovery_codes[0] });
    let limited = browser.post("/auth/second-factor", &body).await;
    assert_eq!(limited.problem().kind(), (429, "RATE_LIMITED"), "both ways count together");
    portal.clock().advance(Duration::from_secs(1));
    assert_eq!(finish(&browser, &grace.begin().await, &grace.code()).await.code(), 200);
}

async fn a_recovery_code_stands_in_once(portal: &TestPortal) {
    let grace = Guarded::new(portal).await;
    let browser = portal.browser();
    let recover = async |code: &str| {
        let body = json!({ "ceremony": grace.begin().await, "recovery_code": code });
        browser.post("/auth/second-factor", &body).await
    };
    let size = portal.settle().await;
    let typed = grace.recovery_codes[0].to_lowercase().replace('-', " ");
    assert_eq!(recover(&typed).await.code(), 200, "as people type it");
    let events = events_since(portal, size).await;
    assert_eq!(events[0].metadata["method"], "password+recovery_code");
    let me: Value = browser.get("/me").await.json();
    assert_eq!(me["recovery_codes_left"], 9);
    assert_eq!(recover(&grace.recovery_codes[0]).await.problem().kind(), (401, "SIGN_IN_REFUSED"));
    assert_eq!(recover("nonsense").await.problem().kind(), (401, "SIGN_IN_REFUSED"));

    // One code, twice at once.
    let second = portal.second_node().await;
    let there = Browser::new(&second, Realm::Platform);
    let body = async || json!({ "ceremony": grace.begin().await, "recovery_code": grace.recovery_codes[1] });
    let (one, other) = (body().await, body().await);
    let replies =
        join(browser.post("/auth/second-factor", &one), there.post("/auth/second-factor", &other)).await;
    let codes = [replies.0.code(), replies.1.code()];
    assert_eq!(codes.iter().filter(|code| **code == 200).count(), 1, "{codes:?}");
    assert!(codes.contains(&401) || codes.contains(&410), "{codes:?}");
    drop(there);
    second.stop().await;

    let size = portal.settle().await;
    let renewed: Value = grace.browser.post("/me/recovery-codes", &json!({})).await.json();
    assert_eq!(types_since(portal, size).await, ["RECOVERY_CODES_ISSUED"]);
    let fresh: Vec<String> = serde_json::from_value(renewed["recovery_codes"].clone()).unwrap();
    assert_eq!(fresh.len(), 10);
    assert_eq!(recover(&grace.recovery_codes[2]).await.problem().kind(), (401, "SIGN_IN_REFUSED"), "old");
    assert_eq!(recover(&fresh[0]).await.code(), 200);
    let entries: Vec<Value> =
        portal.auditor().all_events(&[]).await.iter().map(|e| e.metadata.clone()).collect();
    let told = serde_json::to_string(&entries).unwrap();
    assert!(fresh.iter().chain(&grace.recovery_codes).all(|code| !told.contains(code.as_str())));
}

async fn a_factor_is_removed_with_the_password(portal: &TestPortal) {
    let grace = Guarded::new(portal).await;
    let me: Value = grace.browser.get("/me").await.json();
    let path = format!("/me/factors/{}/remove", me["factors"][0]["id"].as_str().unwrap());
    let remove = async |browser: &Browser, password: &str| {
        browser.post(&path, &json!({ "current_password": password })).await
    };
    let size = portal.settle().await;
    let wrong = remove(&grace.browser, "not the password").await.problem();
    assert_eq!(wrong.errors[0].code, "WRONG_PASSWORD");
    let alan = portal.person("alan", Role::Owner, None).await;
    assert_eq!(remove(&alan, PASSWORD).await.problem().kind(), (404, "FACTOR_NOT_FOUND"));
    assert_eq!(types_since(portal, size).await.len(), 4, "alan's joining alone");
    let (size, old) = (portal.settle().await, grace.browser.cookie());
    assert_eq!(remove(&grace.browser, PASSWORD).await.code(), 200);
    assert_eq!(types_since(portal, size).await, ["USER_FACTOR_REMOVED", "SESSION_ROTATED"]);
    assert_ne!(grace.browser.cookie(), old);
    let me: Value = grace.browser.get("/me").await.json();
    assert_eq!((&me["factors"], &me["recovery_codes_left"]), (&json!([]), &json!(0)));
    assert_eq!(remove(&grace.browser, PASSWORD).await.problem().kind(), (404, "FACTOR_NOT_FOUND"));
    assert_eq!(portal.browser().sign_in("grace@example.com", PASSWORD).await.code(), 200);
}

async fn somebody_who_lost_their_factors_is_helped_by_an_owner(portal: &TestPortal) {
    let grace = Guarded::new(portal).await;
    let ceremony = grace.begin().await;
    let path = format!("/admin/api/users/{}/factors", grace.browser.ids().await.0);
    let size = portal.settle().await;
    let reset: Value = portal.owner().delete(&path).send().await.json();
    assert_eq!(reset, json!({ "removed": 1 }));
    assert_eq!(types_since(portal, size).await, ["USER_FACTOR_REMOVED", "SESSION_ENDED"]);
    assert_eq!(grace.browser.get("/me").await.code(), 401);
    let again: Value = portal.owner().delete(&path).send().await.json();
    assert_eq!(again, json!({ "removed": 0 }));
    let stale = finish(&portal.browser(), &ceremony, &grace.code()).await;
    assert_eq!(stale.problem().kind(), (401, "SIGN_IN_REFUSED"), "the app opens nothing any more");
    assert_eq!(grace.browser.sign_in("grace@example.com", PASSWORD).await.code(), 200);
    assert_eq!(grace.browser.post("/me/totp", &json!({})).await.code(), 200);
}

async fn a_link_alone_signs_nobody_in_who_has_a_second_factor(portal: &TestPortal) {
    const NEW: &str = "nine owls read maps";
    let grace = Guarded::new(portal).await;
    let path = format!("/admin/api/users/{}/link", grace.browser.ids().await.0);
    let issued: Value = portal.owner().post(&path, &json!({})).send().await.json();
    let browser = portal.browser();
    let accepted = browser.accept(issued["link"].as_str().unwrap(), NEW).await;
    assert_eq!((accepted.code(), text(&accepted, "status").as_str()), (202, "password_chosen"));
    assert_eq!(accepted.header("set-cookie"), "");
    assert_eq!(grace.browser.get("/me").await.code(), 401, "every session has ended");
    let begun = browser.sign_in("grace@example.com", NEW).await;
    assert_eq!(finish(&browser, &text(&begun, "ceremony"), &grace.code()).await.code(), 200);
}
