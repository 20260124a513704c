//! Sessions: how long they last, who ends them, what the cookie is, and that nothing but its hash is kept.

use std::time::Duration;

use daybook_model::token::BearerToken;
use daybook_testkit::{Browser, Engine, Method, Node, PASSWORD, Realm, Role, TestPortal, both_engines, hex};
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::recorded::{count_of, events_since, types_since};

both_engines!(
    a_session_walks_through_idleness_rotation_lifetime_and_sweep_at_two_nodes,
    a_session_that_is_used_lives_to_its_last_day,
    signing_out_ends_the_session_once,
    people_see_and_end_their_own_sessions,
    whoever_may_ends_the_sessions_of_others,
    the_cookie_is_for_the_portal_s_pages_alone,
    behind_tls_the_cookie_never_travels_without,
    the_database_and_the_log_have_no_cookie,
    what_is_no_session_s_cookie_opens_nothing,
);

const HOUR: Duration = Duration::from_secs(3_600);
const SECOND: Duration = Duration::from_secs(1);

/// Sweeps at both nodes, several times at once.
async fn sweep(nodes: [&Node; 2]) {
    let sweeps = (0..6).map(|number| nodes[number % 2].portal().expire_sessions());
    for swept in join_all(sweeps).await {
        swept.unwrap();
    }
}

/// The sessions that have expired, with the reason.
async fn expired(portal: &TestPortal) -> Vec<(String, Value)> {
    portal.settle().await;
    let events = portal.auditor().all_events(&[("type", "SESSION_EXPIRED")]).await;
    let told =
        events.into_iter().map(|mut event| (event.session.unwrap().id, event.metadata["cause"].take()));
    told.collect()
}

async fn a_session_walks_through_idleness_rotation_lifetime_and_sweep_at_two_nodes(portal: &TestPortal) {
    let second = portal.second_node().await;
    let nodes: [&Node; 2] = [portal, &second];
    let idle = portal.person("idle", Role::Auditor, None).await;
    let busy = portal.person("busy", Role::Auditor, None).await;
    let there = busy.at(&second);
    let (idle_session, busy_session) = (idle.ids().await.1, busy.ids().await.1);

    // Two hours without a request.
    portal.clock().advance((2 * HOUR).checked_sub(SECOND).unwrap());
    sweep(nodes).await;
    assert_eq!(expired(portal).await, []);
    assert_eq!(there.get("/me").await.code(), 200);
    portal.clock().advance(SECOND);
    assert_eq!(idle.get("/me").await.code(), 401);
    assert_eq!(idle.at(&second).get("/me").await.code(), 401);
    assert_eq!(busy.get("/me").await.code(), 200, "the other node knows that it was used");
    sweep(nodes).await;
    assert_eq!(expired(portal).await, [(idle_session.clone(), json!("idle"))]);

    // A new cookie is no new session: it keeps its last moment.
    let old = busy.cookie().unwrap();
    let body = json!({ "current_password": PASSWORD, "password": "nine owls read maps" });
    assert_eq!(there.post("/me/password", &body).await.code(), 200);
    assert_ne!(busy.cookie().unwrap(), old);
    for node in nodes {
        let stale = Browser::new(node, Realm::Platform);
        stale.set_cookie(Some(&old));
        assert_eq!(stale.get("/me").await.code(), 401);
    }
    assert_eq!(busy.ids().await.1, busy_session);

    // Used every hour, it lasts seven days from its beginning.
    for hour in 3..7 * 24 {
        portal.clock().advance(HOUR);
        let browser = if hour % 2 == 0 { &busy } else { &there };
        assert_eq!(browser.get("/me").await.code(), 200, "after {hour} hours");
    }
    portal.clock().advance(HOUR.checked_sub(SECOND).unwrap());
    assert_eq!(busy.get("/me").await.code(), 200);
    sweep(nodes).await;
    assert_eq!(expired(portal).await.len(), 1);
    portal.clock().advance(SECOND);
    assert_eq!(busy.get("/me").await.code(), 401);
    assert_eq!(there.get("/me").await.code(), 401);
    sweep(nodes).await;
    sweep(nodes).await;
    let expected = [(busy_session.clone(), json!("lifetime")), (idle_session.clone(), json!("idle"))];
    assert_eq!(expired(portal).await, expected, "one event each");
    for id in [&busy_session, &idle_session] {
        let sessions: Vec<Value> =
            portal.auditor().all("/admin/api/sessions", &[("status", "expired")]).await;
        assert!(sessions.iter().any(|session| session["id"] == **id), "{sessions:?}");
    }
    let stats = portal.auditor().value("/admin/api/dashboard-stats").await;
    assert_eq!(stats["sessions"]["active"], 0);
    drop(there);
    second.stop().await;
}

async fn a_session_that_is_used_lives_to_its_last_day(portal: &TestPortal) {
    let grace = portal.person("grace", Role::Auditor, None).await;
    let seen = async || {
        let list: Value = grace.get("/me/sessions").await.json();
        list["items"][0]["last_seen_at"].as_str().unwrap()[11..19].to_owned()
    };
    let size = portal.settle().await;
    assert_eq!(seen().await, "08:00:00");
    portal.clock().advance(Duration::from_secs(59));
    assert_eq!(seen().await, "08:00:00", "noted once a minute");
    portal.clock().advance(SECOND);
    assert_eq!(seen().await, "08:01:00");
    portal.clock().advance((2 * HOUR).checked_sub(SECOND).unwrap());
    assert_eq!(seen().await, "10:00:59");
    portal.clock().advance((2 * HOUR).checked_sub(SECOND).unwrap());
    assert_eq!(seen().await, "12:00:58", "what counts is the last request");
    assert_eq!(portal.settle().await, size, "being seen is no event");
}

async fn signing_out_ends_the_session_once(portal: &TestPortal) {
    let grace = portal.person("grace", Role::Auditor, None).await;
    let (size, old) = (portal.settle().await, grace.cookie().unwrap());
    let tabs: Vec<Browser> = (0..4).map(|_| grace.fresh()).collect();
    let out = tabs.iter().map(async |tab| {
        tab.set_cookie(Some(&old));
        tab.post("/auth/logout", &json!({})).await
    });
    let replies = join_all(out).await;
    for (tab, reply) in tabs.iter().zip(&replies) {
        assert!([204, 401].contains(&reply.code()), "{}", reply.text());
        if reply.code() == 204 {
            assert!(reply.header("set-cookie").contains("Max-Age=0"), "{}", reply.header("set-cookie"));
            assert_eq!(tab.cookie(), None);
        }
    }
    assert!(replies.iter().any(|reply| reply.code() == 204));
    assert_eq!(types_since(portal, size).await, ["USER_LOGOUT"]);
    assert_eq!(grace.get("/me").await.code(), 401, "who kept the cookie has nothing");
    assert_eq!(grace.post("/auth/logout", &json!({})).await.code(), 401);
}

async fn people_see_and_end_their_own_sessions(portal: &TestPortal) {
    let grace = portal.person("grace", Role::Auditor, None).await;
    let alan = portal.person("alan", Role::Auditor, None).await;
    let others = [grace.fresh(), grace.fresh(), grace.fresh()];
    for other in &others {
        portal.clock().advance(SECOND);
        assert_eq!(other.sign_in("grace@example.com", PASSWORD).await.code(), 200);
    }
    let own = grace.ids().await.1;
    let mine = async || {
        let list: Value = grace.get("/me/sessions").await.json();
        list["items"].as_array().unwrap().clone()
    };
    let sessions = mine().await;
    assert_eq!(sessions.len(), 4, "her own alone");
    assert_eq!(sessions.iter().filter(|session| session["current"] == true).count(), 1);
    assert_eq!((&sessions[3]["id"], &sessions[3]["current"]), (&json!(own), &json!(true)));
    assert_eq!(
        (&sessions[0]["ip"], &sessions[0]["user_agent"]),
        (&json!("127.0.0.1"), &json!("daybook-test/1"))
    );
    let page: Value = grace.get("/me/sessions?limit=3").await.json();
    assert_eq!((page["items"].as_array().unwrap().len(), page["next"].is_string()), (3, true));

    let size = portal.settle().await;
    let theirs = alan.ids().await.1;
    let refused = grace.delete(&format!("/me/sessions/{theirs}")).await;
    assert_eq!(refused.problem().kind(), (404, "SESSION_NOT_FOUND"));
    let first = others[0].ids().await.1;
    for _ in 0..2 {
        assert_eq!(grace.delete(&format!("/me/sessions/{first}")).await.code(), 204);
    }
    assert_eq!(others[0].get("/me").await.code(), 401);
    assert_eq!(mine().await.len(), 3);
    let ended: Value = grace.delete("/me/sessions").await.json();
    assert_eq!(ended, json!({ "ended": 2 }));
    let ended: Value = grace.delete("/me/sessions").await.json();
    assert_eq!(ended, json!({ "ended": 0 }));
    let events = events_since(portal, size).await;
    assert_eq!(events.len(), 3);
    assert!(events.iter().all(|event| event.metadata["cause"] == "ended_by_owner"), "{events:?}");
    assert_eq!((grace.get("/me").await.code(), alan.get("/me").await.code()), (200, 200));
}

async fn whoever_may_ends_the_sessions_of_others(portal: &TestPortal) {
    let (owner, auditor) = (portal.owner(), portal.auditor());
    owner.tenant("Acme").create().await.unwrap();
    let grace = portal.person("grace", Role::Auditor, None).await;
    let dan = portal.person("dan", Role::TenantMember, Some("acme")).await;
    let again = grace.fresh();
    portal.clock().advance(SECOND);
    assert_eq!(again.sign_in("grace@example.com", PASSWORD).await.code(), 200);
    let ((user, _), (dans, _)) = (grace.ids().await, dan.ids().await);
    let ids = async |parameters: &[(&str, &str)]| {
        let sessions: Vec<Value> = auditor.all("/admin/api/sessions", parameters).await;
        sessions
            .iter()
            .map(|session| session["user"]["name"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(ids(&[("limit", "1")]).await.len(), 3);
    assert_eq!(ids(&[("user", &user)]).await, ["grace", "grace"]);
    assert_eq!(ids(&[("user", &dans)]).await, ["dan"]);
    assert_eq!(ids(&[("tenant", "acme")]).await, ["dan"]);
    assert_eq!(ids(&[("status", "ended")]).await, [""; 0]);
    let session = again.ids().await.1;
    let path = format!("/admin/api/sessions/{session}");
    assert_eq!(auditor.delete(&path).send().await.problem().kind(), (403, "FORBIDDEN"));
    let size = portal.settle().await;
    for _ in 0..2 {
        let ended: Value = owner.delete(&path).send().await.json();
        assert_eq!((&ended["status"], &ended["current"]), (&json!("ended"), &json!(false)));
    }
    assert_eq!((again.get("/me").await.code(), grace.get("/me").await.code()), (401, 200));
    assert_eq!(again.sign_in("grace@example.com", PASSWORD).await.code(), 200);
    let ended: Value = owner.delete(&format!("/admin/api/users/{user}/sessions")).send().await.json();
    assert_eq!(ended, json!({ "ended": 2 }));
    assert_eq!((again.get("/me").await.code(), grace.get("/me").await.code()), (401, 401));
    let types = types_since(portal, size).await;
    assert_eq!(types, ["SESSION_ENDED", "USER_LOGIN", "SESSION_CREATED", "SESSION_ENDED", "SESSION_ENDED"]);
    assert_eq!(dan.get("/me").await.code(), 200);
    assert_eq!(ids(&[("status", "ended"), ("user", &user)]).await.len(), 3);
}

async fn the_cookie_is_for_the_portal_s_pages_alone(portal: &TestPortal) {
    portal.person("grace", Role::Auditor, None).await;
    let reply = portal.browser().sign_in("grace@example.com", PASSWORD).await;
    let cookie = reply.header("set-cookie");
    let (value, attributes) = cookie.split_once("; ").unwrap();
    assert!(value.starts_with("daybook_session=dbs_"), "{value}");
    assert_eq!(attributes, "Path=/; HttpOnly; SameSite=Lax; Max-Age=604800");
    assert_eq!(reply.header("cache-control"), "no-store");
    assert!(!reply.text().contains("dbs_"), "no script sees it");
}

async fn behind_tls_the_cookie_never_travels_without(portal: &TestPortal) {
    portal.person("grace", Role::Auditor, None).await;
    let node = portal.second_node_at("https://portal.example.com").await;
    let browser = Browser::new(&node, Realm::Platform);
    let reply = browser.sign_in("grace@example.com", PASSWORD).await;
    assert_eq!(reply.code(), 200, "{}", reply.text());
    let cookie = reply.header("set-cookie");
    assert!(cookie.starts_with("__Host-daybook_session=dbs_"), "{cookie}");
    assert!(cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax; Max-Age=604800; Secure"), "{cookie}");
    assert_eq!(browser.get("/me").await.code(), 200);
    // A cookie without the prefix may have been planted by another host of the domain.
    let planted = browser.fresh();
    planted.set_cookie(Some(browser.cookie().unwrap().strip_prefix("__Host-").unwrap()));
    assert_eq!(planted.get("/me").await.code(), 401);
    drop((browser, planted));
    node.stop().await;
}

async fn the_database_and_the_log_have_no_cookie(portal: &TestPortal) {
    let grace = portal.person("grace", Role::Auditor, None).await;
    let pair = grace.cookie().unwrap();
    let value = pair.split_once('=').unwrap().1;
    let hash = hex(&BearerToken::parse(value).unwrap().hash());
    let (literal, text) = match portal.engine() {
        Engine::Sqlite => (format!("X'{hash}'"), "hex(hash)"),
        Engine::Postgres => (format!("'\\x{hash}'::bytea"), "encode(hash, 'hex')"),
    };
    let count = async |sql: String| portal.database().number(&sql).await;
    assert_eq!(count(format!("SELECT count(*) FROM session_secrets WHERE hash = {literal}")).await, 1);
    assert_eq!(count("SELECT count(*) FROM session_secrets".to_owned()).await, 1);
    assert_eq!(count(format!("SELECT count(*) FROM session_secrets WHERE length({text}) = 64")).await, 1);
    assert_eq!(grace.patch("/me", &json!({ "name": "Grace" })).await.code(), 204);
    portal.settle().await;
    let auditor = portal.auditor();
    for event in auditor.all_events(&[]).await {
        let detail = auditor.value(&format!("/admin/api/events/{}", event.id)).await.to_string();
        assert!(!detail.contains(value) && !detail.contains(&hash), "{detail}");
    }
    assert_eq!(grace.post("/auth/logout", &json!({})).await.code(), 204);
    assert_eq!(count("SELECT count(*) FROM session_secrets".to_owned()).await, 0, "nothing is left of it");
    assert_eq!(count_of(portal, "USER_LOGOUT").await, 1);
}

async fn what_is_no_session_s_cookie_opens_nothing(portal: &TestPortal) {
    let grace = portal.person("grace", Role::Owner, None).await;
    let pair = grace.cookie().unwrap();
    let (name, value) = pair.split_once('=').unwrap();
    let token = portal.token(Role::Owner);
    let forged =
        format!("{name}={}{}", &value[..value.len() - 1], if value.ends_with('a') { "b" } else { "a" });
    let browser = grace.fresh();
    for cookie in ["", name, &format!("{name}="), &format!("{name}={token}"), &forged, &format!("x{pair}")] {
        browser.set_cookie(Some(cookie));
        assert_eq!(browser.get("/me").await.problem().kind(), (401, "UNAUTHENTICATED"), "{cookie}");
    }
    browser.set_cookie(Some(&format!("theme=dark; {pair}; x=y")));
    assert_eq!(browser.get("/me").await.code(), 200, "among others");
    // A session is no bearer token, and a token is no person.
    assert_eq!(portal.client(value).get("/admin/api/tenants").send().await.code(), 401);
    for (method, path) in [(Method::GET, "/admin/api/me"), (Method::DELETE, "/admin/api/me/sessions")] {
        assert_eq!(portal.client(token).request(method, path).send().await.code(), 401, "{path}");
    }
}
