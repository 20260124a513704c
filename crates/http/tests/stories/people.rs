//! People: the first owner, invitations, and what becomes of users.

use std::time::Duration;

use daybook_testkit::{Admin, Browser, Node, PASSWORD, Realm, Reply, Role, TestPortal, both_engines};
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::recorded::{count_of, types_since};

both_engines!(
    the_set_up_link_makes_the_first_owner_once,
    of_those_who_set_up_at_once_at_two_nodes_one_is_the_owner,
    an_invitation_is_accepted_once,
    an_invitation_ends_after_a_week_and_when_it_is_replaced,
    of_those_who_accept_at_once_at_two_nodes_one_joins,
    an_address_is_one_user_s_on_each_side,
    a_new_address_ends_the_link_that_went_to_the_old_one,
    a_forgotten_password_is_chosen_anew_through_a_link,
    an_edit_of_what_was_changed_meanwhile_is_refused,
    people_are_listed_by_state_and_side_page_by_page,
);

const WEEK: Duration = Duration::from_secs(7 * 24 * 3_600);
const SECOND: Duration = Duration::from_secs(1);

/// What somebody who sets the portal up sends.
async fn set_up_request(portal: &TestPortal, name: &str) -> Value {
    let link = portal.portal().set_up_link().await.unwrap().unwrap();
    assert!(link.starts_with(portal.url()), "{link}");
    let token = link.split_once("token=").unwrap().1;
    json!({ "token": token, "email": format!("{name}@example.com"), "name": name, "password": PASSWORD })
}

/// Invites somebody to the platform.
async fn invite(owner: &Admin, email: &str, role: &str) -> Reply {
    owner.post("/admin/api/users", &json!({ "email": email, "role": role })).send().await
}

/// The link in an answer.
fn link(reply: &Reply) -> String {
    assert_eq!(reply.code(), 201, "{}", reply.text());
    reply.json::<Value>()["link"].as_str().unwrap().to_owned()
}

/// The id of the user in an answer.
fn user_id(reply: &Reply) -> String {
    reply.json::<Value>()["user"]["id"].as_str().unwrap().to_owned()
}

/// What is behind a link, as its holder sees it.
async fn look(browser: &Browser, link: &str) -> Reply {
    let (_, token) = link.split_once("token=").unwrap();
    browser.post("/auth/link", &json!({ "token": token })).await
}

/// Browsers without cookies, by turns at these nodes.
fn browsers(nodes: [&Node; 2], count: usize) -> Vec<Browser> {
    (0..count).map(|number| Browser::new(nodes[number % 2], Realm::Platform)).collect()
}

/// How many answers had this status.
fn with_status(replies: &[Reply], status: u16) -> usize {
    replies.iter().filter(|reply| reply.code() == status).count()
}

async fn the_set_up_link_makes_the_first_owner_once(portal: &TestPortal) {
    let request = set_up_request(portal, "ada").await;
    let browser = portal.browser();
    let mut weak = request.clone();
    weak["password"] = json!("too short");
    assert_eq!(browser.post("/auth/set-up", &weak).await.problem().pointers(), ["/password"]);
    let mut forged = request.clone();
    forged["token"] = json!("dbl_forged");
    assert_eq!(browser.post("/auth/set-up", &forged).await.problem().kind(), (410, "LINK_OVER"));
    let size = portal.settle().await;
    let reply = browser.post("/auth/set-up", &request).await;
    assert_eq!(reply.code(), 201, "{}", reply.text());
    let me: Value = browser.get("/me").await.json();
    assert_eq!(me["user"]["role"], "owner");
    assert_eq!(types_since(portal, size).await, ["PORTAL_SET_UP", "USER_LOGIN", "SESSION_CREATED"]);
    assert_eq!(portal.portal().set_up_link().await.unwrap(), None);
    let again = portal.browser().post("/auth/set-up", &request).await;
    assert_eq!(again.problem().kind(), (410, "LINK_OVER"));
    let other = portal.person("grace", Role::Auditor, None).await;
    assert_eq!(other.get("/me").await.code(), 200);
}

async fn of_those_who_set_up_at_once_at_two_nodes_one_is_the_owner(portal: &TestPortal) {
    let second = portal.second_node().await;
    let mut requests = vec![];
    for number in 0..6 {
        requests.push(set_up_request(portal, &format!("owner-{number}")).await);
    }
    let browsers = browsers([portal, &second], requests.len());
    let all = browsers.iter().zip(&requests);
    let replies = join_all(all.map(|(browser, request)| browser.post("/auth/set-up", request))).await;
    assert_eq!((with_status(&replies, 201), with_status(&replies, 410)), (1, 5));
    let users: Vec<Value> = portal.auditor().all("/admin/api/users", &[]).await;
    assert_eq!(users.len(), 1, "{users:?}");
    for kind in ["PORTAL_SET_UP", "USER_LOGIN", "SESSION_CREATED"] {
        assert_eq!(count_of(portal, kind).await, 1, "{kind}");
    }
    second.stop().await;
}

async fn an_invitation_is_accepted_once(portal: &TestPortal) {
    let size = portal.settle().await;
    let body = json!({ "email": " Grace@Example.COM ", "name": "Grace", "role": "admin" });
    let invited = portal.owner().post("/admin/api/users", &body).send().await;
    let link = link(&invited);
    assert!(link.starts_with(&format!("{}/join?token=dbl_", portal.url())), "{link}");
    let answer: Value = invited.json();
    assert_eq!((&answer["purpose"], &answer["mail"]), (&json!("invitation"), &json!("not_configured")));
    assert_eq!(answer["user"]["email"], "Grace@example.com");
    assert_eq!(answer["user"]["status"], "invited");

    let browser = portal.browser();
    let refused = browser.sign_in("grace@example.com", PASSWORD).await;
    assert_eq!(refused.problem().kind(), (401, "SIGN_IN_REFUSED"), "nobody who has not joined");
    let seen: Value = look(&browser, &link).await.json();
    assert_eq!((&seen["purpose"], &seen["user"]["name"]), (&json!("invitation"), &json!("Grace")));
    assert_eq!(browser.accept(&format!("{link}0"), PASSWORD).await.problem().kind(), (410, "LINK_OVER"));
    assert_eq!(browser.accept(&link, "grace is great").await.problem().pointers(), ["/password"]);
    assert_eq!(types_since(portal, size).await, ["USER_INVITED"]);

    let (_, token) = link.split_once("token=").unwrap();
    let body = json!({ "token": token, "password": PASSWORD, "name": "Grace Hopper" });
    let joined = browser.post("/auth/accept", &body).await;
    assert_eq!(joined.code(), 200, "{}", joined.text());
    let me: Value = browser.get("/me").await.json();
    assert_eq!((&me["user"]["name"], &me["user"]["version"]), (&json!("Grace Hopper"), &json!(2)));
    assert_eq!(
        types_since(portal, size).await,
        ["USER_INVITED", "USER_JOINED", "USER_LOGIN", "SESSION_CREATED"]
    );
    let other = portal.browser();
    assert_eq!(other.accept(&link, PASSWORD).await.problem().kind(), (410, "LINK_OVER"));
    assert_eq!(look(&other, &link).await.problem().kind(), (410, "LINK_OVER"));
    assert_eq!(other.sign_in("GRACE@example.com", PASSWORD).await.code(), 200);
}

async fn an_invitation_ends_after_a_week_and_when_it_is_replaced(portal: &TestPortal) {
    let (owner, browser) = (portal.owner(), portal.browser());
    let invited = invite(&owner, "grace@example.com", "auditor").await;
    let first = link(&invited);
    assert_eq!(invited.json::<Value>()["expires_at"], "2026-03-09T08:00:00.000000Z");
    portal.clock().advance(WEEK.checked_sub(SECOND).unwrap());
    assert_eq!(look(&browser, &first).await.code(), 200);
    portal.clock().advance(SECOND);
    assert_eq!(look(&browser, &first).await.problem().kind(), (410, "LINK_OVER"));
    assert_eq!(browser.accept(&first, PASSWORD).await.problem().kind(), (410, "LINK_OVER"));

    let path = format!("/admin/api/users/{}/link", user_id(&invited));
    let second = link(&owner.post(&path, &json!({})).send().await);
    assert_eq!(look(&browser, &second).await.code(), 200);
    let third = link(&owner.post(&path, &json!({})).send().await);
    assert_eq!(browser.accept(&second, PASSWORD).await.problem().kind(), (410, "LINK_OVER"), "replaced");
    assert_eq!(browser.accept(&third, PASSWORD).await.code(), 200);
    assert_eq!(count_of(portal, "USER_LINK_ISSUED").await, 2);
}

async fn of_those_who_accept_at_once_at_two_nodes_one_joins(portal: &TestPortal) {
    let second = portal.second_node().await;
    let link = link(&invite(&portal.owner(), "grace@example.com", "auditor").await);
    let browsers = browsers([portal, &second], 6);
    let replies = join_all(browsers.iter().map(|browser| browser.accept(&link, PASSWORD))).await;
    assert_eq!((with_status(&replies, 200), with_status(&replies, 410)), (1, 5));
    for kind in ["USER_JOINED", "USER_LOGIN", "SESSION_CREATED"] {
        assert_eq!(count_of(portal, kind).await, 1, "{kind}");
    }
    second.stop().await;
}

async fn an_address_is_one_user_s_on_each_side(portal: &TestPortal) {
    let (owner, second) = (portal.owner(), portal.second_node().await);
    owner.tenant("Acme").create().await.unwrap();
    let grace = portal.person("grace", Role::Auditor, None).await;
    let taken = invite(&owner, "GRACE@Example.Com", "admin").await;
    assert_eq!(taken.problem().kind(), (409, "EMAIL_TAKEN"));
    // Another side's people are other people.
    portal.person("grace", Role::TenantMember, Some("acme")).await;
    let ada = user_id(&invite(&owner, "ada@example.com", "admin").await);
    let edit = json!({ "email": "Grace@example.com" });
    let edited = owner.patch(&format!("/admin/api/users/{ada}"), &edit).send().await;
    assert_eq!(edited.problem().kind(), (409, "EMAIL_TAKEN"));

    let nodes: [&Node; 2] = [portal, &second];
    let owners: Vec<Admin> = (0..6).map(|at| portal.caller_at(nodes[at % 2], Role::Owner)).collect();
    let replies = join_all(owners.iter().map(|owner| invite(owner, "alan@example.com", "admin"))).await;
    assert_eq!((with_status(&replies, 201), with_status(&replies, 409)), (1, 5));

    let (id, _) = grace.ids().await;
    assert_eq!(owner.delete(&format!("/admin/api/users/{id}")).send().await.code(), 204);
    assert_eq!(invite(&owner, "grace@example.com", "admin").await.code(), 201, "free again");
    drop(owners);
    second.stop().await;
}

async fn a_new_address_ends_the_link_that_went_to_the_old_one(portal: &TestPortal) {
    let (owner, browser) = (portal.owner(), portal.browser());
    let invited = invite(&owner, "greace@example.com", "auditor").await;
    let wrong = link(&invited);
    let path = format!("/admin/api/users/{}", user_id(&invited));
    assert_eq!(owner.patch(&path, &json!({ "name": "Grace" })).send().await.code(), 200);
    assert_eq!(look(&browser, &wrong).await.code(), 200);
    assert_eq!(owner.patch(&path, &json!({ "email": "grace@example.com" })).send().await.code(), 200);
    assert_eq!(browser.accept(&wrong, PASSWORD).await.problem().kind(), (410, "LINK_OVER"));
    let right = link(&owner.post(&format!("{path}/link"), &json!({})).send().await);
    assert_eq!(browser.accept(&right, PASSWORD).await.code(), 200);
}

async fn a_forgotten_password_is_chosen_anew_through_a_link(portal: &TestPortal) {
    const NEW: &str = "nine owls read maps";
    let (owner, old) = (portal.owner(), portal.person("grace", Role::Auditor, None).await);
    let path = format!("/admin/api/users/{}/link", old.ids().await.0);
    let issued = owner.post(&path, &json!({})).send().await;
    assert_eq!(issued.json::<Value>()["purpose"], "reset");
    let late = link(&issued);
    let browser = portal.browser();
    assert_eq!(browser.sign_in("grace@example.com", PASSWORD).await.code(), 200, "it works until then");
    portal.clock().advance(Duration::from_secs(3_600));
    assert_eq!(browser.accept(&late, NEW).await.problem().kind(), (410, "LINK_OVER"), "after an hour");
    assert_eq!(browser.get("/me").await.code(), 200);

    let link = link(&owner.post(&path, &json!({})).send().await);
    let size = portal.settle().await;
    let (_, token) = link.split_once("token=").unwrap();
    let (fresh, body) = (portal.browser(), json!({ "token": token, "password": NEW, "name": "The owner" }));
    assert_eq!(fresh.post("/auth/accept", &body).await.code(), 200);
    for browser in [&old, &browser] {
        assert_eq!(browser.get("/me").await.code(), 401, "every other session has ended");
    }
    let me: Value = fresh.get("/me").await.json();
    assert_eq!(me["user"]["name"], "grace", "a reset gives nobody another name");
    let events = crate::recorded::events_since(portal, size).await;
    let types: Vec<&str> = events.iter().map(|event| event.r#type.as_str()).collect();
    let expected =
        ["USER_PASSWORD_CHANGED", "SESSION_ENDED", "SESSION_ENDED", "USER_LOGIN", "SESSION_CREATED"];
    assert_eq!(types, expected);
    assert!(events.iter().all(|event| event.actor.name.as_deref() == Some("grace")), "{events:?}");
    assert_eq!(portal.browser().sign_in("grace@example.com", PASSWORD).await.code(), 401);
    assert_eq!(portal.browser().sign_in("grace@example.com", NEW).await.code(), 200);
}

async fn an_edit_of_what_was_changed_meanwhile_is_refused(portal: &TestPortal) {
    let owner = portal.owner();
    let (id, _) = portal.person("grace", Role::Admin, None).await.ids().await;
    let path = format!("/admin/api/users/{id}");
    assert_eq!(owner.get(&path).send().await.header("etag"), "\"v2\"");
    let rename = async |name: &str, etag: &str| {
        owner.patch(&path, &json!({ "name": name })).if_match(etag).send().await
    };
    let renamed = rename("Grace", "\"v2\"").await;
    assert_eq!((renamed.code(), renamed.header("etag")), (200, "\"v3\""), "{}", renamed.text());
    assert_eq!(rename("G", "\"v2\"").await.problem().kind(), (412, "STALE"));
    let role = owner.post(&format!("{path}/role"), &json!({ "role": "auditor" })).if_match("\"v2\"");
    assert_eq!(role.send().await.problem().kind(), (412, "STALE"));
    assert_eq!(owner.delete(&path).if_match("\"v2\"").send().await.problem().kind(), (412, "STALE"));
    let size = portal.settle().await;
    let same = rename("Grace", "\"v3\"").await;
    assert_eq!((same.code(), same.header("etag")), (200, "\"v3\""));
    assert_eq!(portal.settle().await, size, "what changes nothing is no event");
    assert_eq!(rename(" ", "\"v3\"").await.problem().pointers(), ["/name"]);
    assert_eq!(owner.delete(&path).if_match("\"v3\"").send().await.code(), 204);
    assert_eq!(rename("Grace", "\"v4\"").await.problem().kind(), (409, "USER_REMOVED"));
}

async fn people_are_listed_by_state_and_side_page_by_page(portal: &TestPortal) {
    let owner = portal.owner();
    owner.tenant("Acme").create().await.unwrap();
    let mut ids = vec![];
    for (name, role, tenant) in [
        ("ada", Role::Admin, None),
        ("bob", Role::Auditor, None),
        ("cat", Role::TenantAdmin, Some("acme")),
        ("dan", Role::TenantMember, Some("acme")),
    ] {
        portal.clock().advance(SECOND);
        ids.push(portal.person(name, role, tenant).await.ids().await.0);
    }
    portal.clock().advance(SECOND);
    let eve = user_id(&invite(&owner, "eve@example.com", "auditor").await);
    let disable = owner.post(&format!("/admin/api/users/{}/disable", ids[1]), &json!({})).send().await;
    assert_eq!(disable.json::<Value>()["status"], "disabled");
    assert_eq!(owner.delete(&format!("/admin/api/users/{}", ids[3])).send().await.code(), 204);

    let listed = async |parameters: &[(&str, &str)]| {
        let users: Vec<Value> = owner.all("/admin/api/users", parameters).await;
        users.iter().map(|user| user["name"].as_str().unwrap_or("eve").to_owned()).collect::<Vec<_>>()
    };
    let all = ["eve", "cat", "bob", "ada"];
    assert_eq!(listed(&[]).await, all);
    for limit in ["1", "2", "3", "4"] {
        assert_eq!(listed(&[("limit", limit)]).await, all, "pages of {limit}");
    }
    assert_eq!(listed(&[("tenant", "platform")]).await, ["eve", "bob", "ada"]);
    assert_eq!(listed(&[("tenant", "platform"), ("limit", "1")]).await, ["eve", "bob", "ada"]);
    assert_eq!(listed(&[("tenant", "acme")]).await, ["cat"]);
    assert_eq!(listed(&[("status", "removed")]).await, ["dan"]);
    assert_eq!(listed(&[("status", "disabled")]).await, ["bob"]);
    assert_eq!(listed(&[("status", "invited"), ("tenant", "platform")]).await, ["eve"]);
    let refused = owner.get("/admin/api/users?status=gone").send().await.problem();
    assert_eq!(refused.pointers(), ["?status"]);
    let refused = owner.get("/admin/api/users?tenant=beta").send().await.problem();
    assert_eq!(refused.kind(), (404, "TENANT_NOT_FOUND"));
    let read: Value = owner.get(&format!("/admin/api/users/{eve}")).send().await.json();
    assert_eq!((&read["status"], &read["tenant"]), (&json!("invited"), &Value::Null));
    let read: Value = owner.get(&format!("/admin/api/users/{}", ids[3])).send().await.json();
    assert_eq!((&read["status"], &read["tenant"]["slug"]), (&json!("removed"), &json!("acme")));
}
