//! Owners, and who may manage whom: the last owner stays, an admin leaves the platform's people alone, and what somebody could do ends
//! with their role.

use daybook_model::{UserId, api_token::ApiTokenDraft, user::UserRef};
use daybook_portal::Context;
use daybook_testkit::{Browser, Method, Node, PASSWORD, Reply, Role, TestPortal, both_engines};
use futures_util::future::join;
use serde_json::{Value, json};

use crate::recorded::types_since;

both_engines!(
    the_last_owner_stays,
    of_two_owners_who_take_each_other_away_at_once_one_stays,
    a_role_of_the_other_side_is_given_to_nobody,
    another_role_ends_sessions_and_the_tokens_that_may_do_more,
    a_disabled_user_is_out_until_enabled,
    a_removed_user_is_gone_and_what_they_did_stays,
    an_admin_leaves_the_people_of_the_platform_alone,
    a_link_ends_with_what_it_was_issued_for,
);

/// The ways in which an owner can stop being one who can sign in.
const WAYS: [(Method, &str, Option<&str>); 3] = [
    (Method::DELETE, "", None),
    (Method::POST, "/disable", Some(r#"{"reason":"gone"}"#)),
    (Method::POST, "/role", Some(r#"{"role":"admin"}"#)),
];

/// Takes an owner away, as somebody who is signed in.
async fn take_away(browser: &Browser, id: &str, way: &(Method, &str, Option<&str>)) -> Reply {
    let (method, end, body) = way;
    let request = browser.request(method.clone(), &format!("/users/{id}{end}"));
    match body {
        Some(body) => browser.send(request.raw_json(*body)).await,
        None => browser.send(request).await,
    }
}

/// A token of this user with this role.
async fn token_of(portal: &TestPortal, user: &str, role: Role) -> String {
    let user = UserRef { id: user.parse::<UserId>().unwrap(), name: None };
    let draft = ApiTokenDraft { user: Some(user), ..ApiTokenDraft::of_platform(format!("{role}"), role) };
    portal.portal().issue_api_token(&Context::system(), draft, None).await.unwrap().secret
}

/// Whether a token opens something.
async fn opens(node: &Node, token: &str) -> bool {
    node.client(token).get("/admin/api/tenants").send().await.code() == 200
}

async fn the_last_owner_stays(portal: &TestPortal) {
    let ada = portal.person("ada", Role::Owner, None).await;
    let (id, _) = ada.ids().await;
    // An owner who has not joined cannot sign in, and is none yet.
    let invited = json!({ "email": "alan@example.com", "role": "owner" });
    let alan: Value = ada.post("/users", &invited).await.json();
    let size = portal.settle().await;
    for way in &WAYS {
        assert_eq!(take_away(&ada, &id, way).await.problem().kind(), (409, "LAST_OWNER"), "{way:?}");
    }
    assert_eq!(portal.settle().await, size);
    assert_eq!(ada.get("/me").await.code(), 200);
    let alan = alan["user"]["id"].as_str().unwrap();
    assert_eq!(ada.delete(&format!("/users/{alan}")).await.code(), 204, "nothing depends on the invited");

    let grace = portal.person("grace", Role::Owner, None).await;
    for way in &WAYS {
        let (other, _) = portal.person(&format!("x{}", way.1.len()), Role::Owner, None).await.ids().await;
        let reply = take_away(&grace, &other, way).await;
        assert!(reply.status.is_success(), "{way:?}: {}", reply.text());
    }
    assert_eq!(take_away(&grace, &id, &WAYS[1]).await.code(), 200);
    let (own, _) = grace.ids().await;
    assert_eq!(take_away(&grace, &own, &WAYS[0]).await.problem().kind(), (409, "LAST_OWNER"));
    assert_eq!(grace.post(&format!("/users/{id}/enable"), &json!({})).await.code(), 200);
    assert_eq!(take_away(&grace, &own, &WAYS[0]).await.code(), 204, "ada is an owner again");
    assert_eq!(grace.get("/me").await.code(), 401);
}

async fn of_two_owners_who_take_each_other_away_at_once_one_stays(portal: &TestPortal) {
    let second = portal.second_node().await;
    let mut last: Option<Browser> = None;
    for (number, way) in WAYS.iter().enumerate() {
        let ada = portal.person(&format!("ada-{number}"), Role::Owner, None).await;
        let grace = portal.person(&format!("grace-{number}"), Role::Owner, None).await.at(&second);
        let ((ada_id, _), (grace_id, _)) = (ada.ids().await, grace.ids().await);
        if let Some(last) = last.take() {
            let (own, _) = last.ids().await;
            assert_eq!(take_away(&last, &own, &WAYS[0]).await.code(), 204, "there are two others");
        }
        let replies = join(take_away(&ada, &grace_id, way), take_away(&grace, &ada_id, way)).await;
        let (winner, reply) = match (replies.0.status.is_success(), replies.1.status.is_success()) {
            (true, false) => (ada, replies.1),
            (false, true) => (grace, replies.0),
            _ => panic!("{way:?}: {} {}", replies.0.text(), replies.1.text()),
        };
        // Who was too late was not signed in any more, or was to take away the last one.
        let refused = reply.problem();
        assert!([(401, "UNAUTHENTICATED"), (409, "LAST_OWNER")].contains(&refused.kind()), "{refused:?}");
        let owners = portal.portal().store().reads().await.unwrap().owners().await.unwrap();
        assert_eq!(owners.active, 1, "{way:?}");
        last = Some(winner);
    }
    drop(last);
    second.stop().await;
}

async fn a_role_of_the_other_side_is_given_to_nobody(portal: &TestPortal) {
    let owner = portal.owner();
    owner.tenant("Acme").create().await.unwrap();
    let (ada, _) = portal.person("ada", Role::Admin, None).await.ids().await;
    let (cat, _) = portal.person("cat", Role::TenantMember, Some("acme")).await.ids().await;
    let size = portal.settle().await;
    let invite = async |tenant: Option<&str>, role: &str| {
        let body = json!({ "email": "eve@example.com", "tenant": tenant, "role": role });
        let problem = owner.post("/admin/api/users", &body).send().await.problem();
        (problem.errors[0].pointer.clone(), problem.errors[0].code.clone())
    };
    let expected = |pointer: &str, code: &str| (pointer.to_owned(), code.to_owned());
    assert_eq!(invite(None, "tenant_admin").await, expected("/role", "WRONG_ROLE"));
    assert_eq!(invite(Some("acme"), "owner").await, expected("/role", "WRONG_ROLE"));
    assert_eq!(invite(None, "emperor").await, expected("/role", "INVALID_VALUE"));
    assert_eq!(invite(Some("beta"), "tenant_admin").await, expected("/tenant", "UNKNOWN_TENANT"));
    for (id, role) in [(&ada, "tenant_admin"), (&cat, "auditor"), (&cat, "owner")] {
        let request = owner.post(&format!("/admin/api/users/{id}/role"), &json!({ "role": role }));
        assert_eq!(request.send().await.problem().errors[0].code, "WRONG_ROLE", "{role}");
    }
    assert_eq!(portal.settle().await, size);
}

async fn another_role_ends_sessions_and_the_tokens_that_may_do_more(portal: &TestPortal) {
    let owner = portal.owner();
    let grace = portal.person("grace", Role::Admin, None).await;
    let (id, _) = grace.ids().await;
    let (more, same) = (token_of(portal, &id, Role::Admin).await, token_of(portal, &id, Role::Auditor).await);
    let path = format!("/admin/api/users/{id}/role");
    let size = portal.settle().await;
    assert_eq!(owner.post(&path, &json!({ "role": "admin" })).send().await.code(), 200);
    assert_eq!(portal.settle().await, size, "the present role is no change");
    assert_eq!(grace.get("/me").await.code(), 200);

    assert_eq!(owner.post(&path, &json!({ "role": "auditor" })).send().await.code(), 200);
    assert_eq!(types_since(portal, size).await, ["USER_ROLE_CHANGED", "SESSION_ENDED", "API_TOKEN_REVOKED"]);
    assert_eq!(grace.get("/me").await.code(), 401);
    assert!(!opens(portal, &more).await);
    assert!(opens(portal, &same).await);
    assert_eq!(grace.sign_in("grace@example.com", PASSWORD).await.code(), 200);
    let refused = grace.post("/tenants", &json!({ "name": "Acme" })).await;
    assert_eq!(refused.problem().kind(), (403, "FORBIDDEN"));
}

async fn a_disabled_user_is_out_until_enabled(portal: &TestPortal) {
    let owner = portal.owner();
    let grace = portal.person("grace", Role::Auditor, None).await;
    let (id, _) = grace.ids().await;
    let (token, path) = (token_of(portal, &id, Role::Auditor).await, format!("/admin/api/users/{id}"));
    let size = portal.settle().await;
    let post = async |end: &str| owner.post(&format!("{path}/{end}"), &json!({})).send().await;
    assert_eq!(post("disable").await.code(), 200);
    assert_eq!(post("disable").await.code(), 200);
    assert_eq!(types_since(portal, size).await, ["USER_DISABLED", "SESSION_ENDED"], "once");
    assert_eq!(grace.get("/me").await.code(), 401);
    assert!(!opens(portal, &token).await);
    let refused = portal.browser().sign_in("grace@example.com", PASSWORD).await;
    assert_eq!(refused.problem().kind(), (401, "SIGN_IN_REFUSED"));
    assert_eq!(post("link").await.problem().kind(), (409, "USER_NOT_ACTIVE"));

    assert_eq!(post("enable").await.code(), 200);
    assert_eq!(post("enable").await.code(), 200);
    assert_eq!(grace.get("/me").await.code(), 401, "what has ended does not come back");
    assert!(opens(portal, &token).await);
    assert_eq!(grace.sign_in("grace@example.com", PASSWORD).await.code(), 200);
    let expected = ["USER_DISABLED", "SESSION_ENDED", "USER_ENABLED", "USER_LOGIN", "SESSION_CREATED"];
    assert_eq!(types_since(portal, size).await, expected);
    let invited: Value = owner
        .post("/admin/api/users", &json!({ "email": "x@example.com", "role": "admin" }))
        .send()
        .await
        .json();
    let path = format!("/admin/api/users/{}", invited["user"]["id"].as_str().unwrap());
    let refused = owner.post(&format!("{path}/disable"), &json!({})).send().await;
    assert_eq!(refused.problem().kind(), (409, "USER_NOT_ACTIVE"));
    let refused = owner.post(&format!("{path}/enable"), &json!({})).send().await;
    assert_eq!(refused.problem().kind(), (409, "USER_NOT_DISABLED"));
}

async fn a_removed_user_is_gone_and_what_they_did_stays(portal: &TestPortal) {
    let owner = portal.owner();
    let grace = portal.person("grace", Role::Admin, None).await;
    let (id, _) = grace.ids().await;
    assert_eq!(grace.post("/tenants", &json!({ "name": "Acme" })).await.code(), 201);
    let (token, path) = (token_of(portal, &id, Role::Admin).await, format!("/admin/api/users/{id}"));
    let size = portal.settle().await;
    for _ in 0..2 {
        assert_eq!(owner.delete(&format!("{path}?reason=left")).send().await.code(), 204);
    }
    let events = crate::recorded::events_since(portal, size).await;
    let types: Vec<&str> = events.iter().map(|event| event.r#type.as_str()).collect();
    assert_eq!(types, ["SESSION_ENDED", "API_TOKEN_REVOKED", "USER_REMOVED"], "once");
    assert_eq!(grace.get("/me").await.code(), 401);
    assert!(!opens(portal, &token).await);
    let refused = portal.browser().sign_in("grace@example.com", PASSWORD).await;
    assert_eq!(refused.problem().kind(), (401, "SIGN_IN_REFUSED"));
    for (end, body) in [("disable", json!({})), ("enable", json!({})), ("link", json!({}))] {
        let refused = owner.post(&format!("{path}/{end}"), &body).send().await;
        assert_eq!(refused.problem().kind(), (409, "USER_REMOVED"), "{end}");
    }
    let refused = owner.post(&format!("{path}/role"), &json!({ "role": "auditor" })).send().await;
    assert_eq!(refused.problem().kind(), (409, "USER_REMOVED"));
    let made = portal.auditor().all_events(&[("type", "TENANT_CREATED")]).await.remove(0);
    assert_eq!((made.actor.id, made.actor.name.as_deref()), (Some(id), Some("grace")));
    for table in ["user_passwords", "user_links", "session_secrets", "session_telemetry"] {
        assert_eq!(portal.database().number(&format!("SELECT count(*) FROM {table}")).await, 0, "{table}");
    }
}

async fn an_admin_leaves_the_people_of_the_platform_alone(portal: &TestPortal) {
    portal.owner().tenant("Acme").create().await.unwrap();
    let admin = portal.person("alan", Role::Admin, None).await;
    let (other, session) = portal.person("grace", Role::Auditor, None).await.ids().await;
    let (cat, cats) = portal.person("cat", Role::TenantMember, Some("acme")).await.ids().await;
    let size = portal.settle().await;
    let invitation = json!({ "email": "eve@example.com", "role": "auditor" });
    assert_eq!(admin.post("/users", &invitation).await.problem().kind(), (403, "FORBIDDEN"));
    let requests = |user: &str, session: &str, role: &str| {
        [
            (Method::PATCH, format!("/users/{user}"), json!({ "name": "Changed" })),
            (Method::POST, format!("/users/{user}/role"), json!({ "role": role })),
            (Method::POST, format!("/users/{user}/disable"), json!({})),
            (Method::POST, format!("/users/{user}/enable"), json!({})),
            (Method::POST, format!("/users/{user}/link"), json!({})),
            (Method::DELETE, format!("/users/{user}/factors"), json!({})),
            (Method::DELETE, format!("/users/{user}/sessions"), json!({})),
            (Method::DELETE, format!("/sessions/{session}"), json!({})),
            (Method::DELETE, format!("/users/{user}"), json!({})),
        ]
    };
    for (method, path, body) in requests(&other, &session, "owner") {
        let reply = admin.send(admin.request(method.clone(), &path).json(&body)).await;
        assert_eq!(reply.problem().kind(), (403, "FORBIDDEN"), "{method} {path}");
    }
    assert_eq!(portal.settle().await, size);
    for (method, path, body) in requests(&cat, &cats, "tenant_admin") {
        let reply = admin.send(admin.request(method.clone(), &path).json(&body)).await;
        assert!(reply.status.is_success(), "{method} {path}: {}", reply.text());
    }
}

async fn a_link_ends_with_what_it_was_issued_for(portal: &TestPortal) {
    let owner = portal.owner();
    let grace = portal.person("grace", Role::Auditor, None).await;
    let path = format!("/admin/api/users/{}", grace.ids().await.0);
    let issue = async || {
        let issued: Value = owner.post(&format!("{path}/link"), &json!({})).send().await.json();
        issued["link"].as_str().unwrap().to_owned()
    };
    let stranger = portal.browser();
    let link = issue().await;
    let change = json!({ "current_password": PASSWORD, "password": "nine owls read maps" });
    assert_eq!(grace.post("/me/password", &change).await.code(), 200);
    let refused = stranger.accept(&link, PASSWORD).await;
    assert_eq!(refused.problem().kind(), (410, "LINK_OVER"), "the password was changed");
    let link = issue().await;
    for end in ["disable", "enable"] {
        assert_eq!(owner.post(&format!("{path}/{end}"), &json!({})).send().await.code(), 200);
    }
    let refused = stranger.accept(&link, PASSWORD).await;
    assert_eq!(refused.problem().kind(), (410, "LINK_OVER"), "the user was disabled");
}
