//! Plans and subscriptions: what they allow, told to both sides, held under parallel requests.

use std::{collections::BTreeMap, time::Duration};

use daybook_testkit::{Admin, NewCode, Reply, Role, TestPortal, both_engines};
use futures_util::future::join_all;
use serde_json::{Value, json};

both_engines!(
    a_plan_is_created_edited_and_deleted_with_an_event_each,
    a_plan_that_is_wrong_is_refused_with_every_reason,
    a_plan_that_tenants_are_on_stays,
    a_tenant_comes_only_to_a_plan_that_there_is,
    a_plan_s_edit_holds_at_once_for_everybody_on_it,
    of_fifty_at_once_at_two_nodes_three_get_the_plan_s_places,
    of_fifty_at_once_at_two_nodes_three_become_projects,
    of_fifty_at_once_at_two_nodes_three_are_the_month_s_activations,
    a_plan_is_edited_while_fifty_activate,
    a_subscription_goes_only_where_it_may,
    a_subscription_that_is_not_in_order_admits_nothing_new,
    a_trial_ends_once_at_two_nodes,
);

const PARALLEL: usize = 50;

/// How often each answer was given: the status, with the code of a refusal.
pub(crate) fn outcomes(replies: &[Reply]) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for reply in replies {
        let outcome = match reply.code() {
            200..300 => reply.code().to_string(),
            _ => format!("{} {}", reply.code(), reply.problem().code),
        };
        *counts.entry(outcome).or_default() += 1;
    }
    counts
}

fn counts<const N: usize>(expected: [(&str, usize); N]) -> BTreeMap<String, usize> {
    expected.into_iter().map(|(name, count)| (name.to_owned(), count)).collect()
}

/// A code for many devices.
pub(crate) async fn large_code(admin: &Admin, tenant: &str) -> NewCode {
    admin.codes(tenant).max_uses(1_000).create().await.unwrap().items.remove(0)
}

/// What events of a type say besides whose they are, in order.
pub(crate) async fn said(portal: &TestPortal, kind: &str) -> Vec<Value> {
    portal.settle().await;
    let mut events = portal.auditor().all_events(&[("type", kind)]).await;
    events.reverse();
    events.into_iter().map(|event| event.metadata).collect()
}

/// Fifty devices that activate at once, at two nodes in turn.
async fn fifty_devices(portal: &TestPortal, code: &NewCode) -> Vec<Reply> {
    let second = portal.second_node().await;
    let clients = [portal.anonymous(), second.anonymous()];
    let attempt = |number: usize| {
        let body = json!({ "code": code.code, "fingerprint": format!("fingerprint-{number}") });
        clients[number % 2].post("/device/api/activate", &body).send()
    };
    let replies = join_all((0..PARALLEL).map(attempt)).await;
    second.stop().await;
    replies
}

async fn a_plan_is_created_edited_and_deleted_with_an_event_each(portal: &TestPortal) {
    let admin = portal.admin();
    let plan = admin.plan("plus").with("title", "Plus").with("device_limit", 5).create().await.unwrap();
    assert_eq!((plan.device_limit, plan.project_limit, plan.version), (Some(5), None, 1));
    let path = "/admin/api/plans/plus";
    assert_eq!(admin.plan("plus").create().await.unwrap_err().kind(), (409, "PLAN_EXISTS"));
    let edit = json!({ "device_limit": null, "project_limit": 2, "usage_quotas": { "calls": 10 } });
    let reply = admin.patch(path, &edit).if_match("\"v1\"").send().await;
    assert_eq!((reply.code(), reply.header("etag")), (200, "\"v2\""), "{}", reply.text());
    assert_eq!(admin.patch(path, &edit).if_match("\"v1\"").send().await.problem().kind(), (412, "STALE"));
    assert_eq!(admin.patch(path, &edit).send().await.header("etag"), "\"v2\"", "nothing to change");
    let listed = admin.value("/admin/api/plans?limit=1").await;
    assert_eq!((&listed["items"][0]["name"], listed["next"].is_string()), (&json!("plus"), true));
    let names: Vec<Value> = admin.all("/admin/api/plans", &[("limit", "1")]).await;
    assert_eq!(names.iter().map(|plan| &plan["name"]).collect::<Vec<_>>(), ["plus", "standard"]);
    assert_eq!(admin.delete(path).if_match("\"v1\"").send().await.problem().kind(), (412, "STALE"));
    assert_eq!(admin.delete(path).send().await.code(), 204);
    assert_eq!(admin.get(path).send().await.problem().kind(), (404, "PLAN_NOT_FOUND"));
    assert_eq!(said(portal, "PLAN_CREATED").await[0]["device_limit"], 5);
    let changes = &said(portal, "PLAN_UPDATED").await[0]["changes"];
    let expected = json!({
        "device_limit": { "before": 5, "after": null },
        "project_limit": { "before": null, "after": 2 },
        "usage_quotas": { "before": {}, "after": { "calls": 10 } },
    });
    assert_eq!(changes, &expected);
    assert_eq!(said(portal, "PLAN_DELETED").await, [json!({ "name": "plus", "version": 2 })]);
}

async fn a_plan_that_is_wrong_is_refused_with_every_reason(portal: &TestPortal) {
    let admin = portal.admin();
    let size = portal.settle().await;
    let body = json!({ "name": "Big plan", "title": "", "device_limit": -1, "project_limit": 2_000_000,
        "monthly_activation_quota": -1, "usage_quotas": { "activations": 1, "Calls": 1, "calls": -1 } });
    let problem = admin.post("/admin/api/plans", &body).send().await.problem();
    let expected = [
        "/name",
        "/title",
        "/device_limit",
        "/project_limit",
        "/monthly_activation_quota",
        "/usage_quotas/Calls",
        "/usage_quotas/activations",
        "/usage_quotas/calls",
    ];
    assert_eq!((problem.status, problem.pointers()), (422, expected.to_vec()));
    let text = json!({ "name": "big", "device_limit": "many" });
    assert_eq!(admin.post("/admin/api/plans", &text).send().await.problem().pointers(), ["/device_limit"]);
    let path = "/admin/api/plans/standard";
    assert_eq!(admin.patch(path, &json!({ "name": "other" })).send().await.problem().pointers(), ["/name"]);
    let unknown = admin.patch("/admin/api/plans/Not-one", &json!({ "title": "x" })).send().await;
    assert_eq!(unknown.problem().kind(), (404, "PLAN_NOT_FOUND"));
    assert_eq!(portal.settle().await, size);
}

async fn a_plan_that_tenants_are_on_stays(portal: &TestPortal) {
    let admin = portal.admin();
    admin.plan("plus").create().await.unwrap();
    admin.tenant("Acme").plan("plus").create().await.unwrap();
    let delete = || admin.delete("/admin/api/plans/plus").send();
    assert_eq!(delete().await.problem().kind(), (409, "PLAN_IN_USE"));
    admin.suspend_tenant("acme").await.unwrap();
    assert_eq!(delete().await.problem().kind(), (409, "PLAN_IN_USE"));
    // Whoever is faster: a plan that somebody has just come to is not deleted, and nobody comes to one that is gone.
    admin.update_tenant("acme", &json!({ "plan": "standard" })).await.unwrap();
    let plus = json!({ "plan": "plus" });
    let (deleted, moved) = tokio::join!(delete(), admin.update_tenant("acme", &plus));
    match moved {
        Ok(tenant) => {
            assert_eq!((tenant.plan.as_str(), deleted.problem().code.as_str()), ("plus", "PLAN_IN_USE"));
        }
        Err(problem) => assert_eq!((problem.pointers(), deleted.code()), (vec!["/plan"], 204)),
    }
}

async fn a_tenant_comes_only_to_a_plan_that_there_is(portal: &TestPortal) {
    let admin = portal.admin();
    let problem = admin.tenant("Acme").plan("plus").create().await.unwrap_err();
    assert_eq!(
        (problem.status, problem.pointers(), problem.errors[0].code.as_str()),
        (422, vec!["/plan"], "UNKNOWN_PLAN")
    );
    admin.tenant("Acme").create().await.unwrap();
    for plan in ["plus", "No plan", ""] {
        let problem = admin.update_tenant("acme", &json!({ "plan": plan })).await.unwrap_err();
        assert_eq!((problem.status, problem.pointers()), (422, vec!["/plan"]), "{plan}");
    }
    admin.plan("plus").with("device_limit", 7).create().await.unwrap();
    let tenant = admin.update_tenant("acme", &json!({ "plan": "plus" })).await.unwrap();
    assert_eq!((tenant.device_limit, &tenant.limits["devices"]["source"]), (Some(7), &json!("plan")));
    let own = admin.update_tenant("acme", &json!({ "device_limit": 9 })).await.unwrap();
    let expected = json!({ "limit": 9, "used": 0, "source": "tenant" });
    assert_eq!((own.device_limit, &own.limits["devices"]), (Some(9), &expected));
    let back = admin.update_tenant("acme", &json!({ "device_limit": null })).await.unwrap();
    assert_eq!(back.device_limit, Some(7));
}

async fn a_plan_s_edit_holds_at_once_for_everybody_on_it(portal: &TestPortal) {
    let admin = portal.admin();
    admin.plan("plus").with("device_limit", 2).with("project_limit", 1).create().await.unwrap();
    admin.tenant("Acme").plan("plus").create().await.unwrap();
    let code = large_code(&admin, "acme").await;
    for number in 0..2 {
        portal.device(&format!("fingerprint-{number}")).activate(&code.code).await.unwrap();
    }
    let third = portal.device("fingerprint-2");
    assert_eq!(third.attempt(&code.code).refused().await.kind(), (403, "DEVICE_LIMIT_REACHED"));
    admin.project("acme", "Kiosk").create().await.unwrap();
    let full = admin.project("acme", "Lobby").create().await.unwrap_err();
    assert_eq!(full.kind(), (409, "PROJECT_LIMIT_REACHED"));
    let edit = async |edit: Value| {
        let reply = admin.patch("/admin/api/plans/plus", &edit).send().await;
        assert_eq!(reply.code(), 200, "{}", reply.text());
    };
    edit(json!({ "device_limit": 3, "project_limit": null })).await;
    third.activate(&code.code).await.unwrap();
    let lobby = admin.project("acme", "Lobby").create().await.unwrap();
    // What is above a lowered limit stays, and nothing new comes.
    edit(json!({ "device_limit": 1, "project_limit": 1 })).await;
    assert_eq!(admin.active_devices("acme").await, 3);
    let again = third.attempt(&code.code).send().await;
    assert_eq!(again.code(), 200, "the same device is nothing new");
    let refused = portal.device("fingerprint-3").attempt(&code.code).refused().await;
    assert_eq!(refused.kind(), (403, "DEVICE_LIMIT_REACHED"));
    let limits = admin.read_tenant("acme").await.unwrap().limits;
    let expected = json!({
        "devices": { "limit": 1, "used": 3, "source": "plan" },
        "projects": { "limit": 1, "used": 2, "source": "plan" },
        "activations": { "limit": null, "used": 3, "source": "plan" },
    });
    assert_eq!(limits, expected);
    admin.delete_project(&lobby.id).await.unwrap();
    let full = admin.project("acme", "Third").create().await.unwrap_err();
    assert_eq!(full.kind(), (409, "PROJECT_LIMIT_REACHED"), "one of one");
}

async fn of_fifty_at_once_at_two_nodes_three_get_the_plan_s_places(portal: &TestPortal) {
    let admin = portal.admin();
    admin.plan("tiny").with("device_limit", 3).create().await.unwrap();
    admin.tenant("Acme").plan("tiny").create().await.unwrap();
    let replies = fifty_devices(portal, &large_code(&admin, "acme").await).await;
    assert_eq!(outcomes(&replies), counts([("201", 3), ("403 DEVICE_LIMIT_REACHED", 47)]));
    assert_eq!(admin.active_devices("acme").await, 3);
}

async fn of_fifty_at_once_at_two_nodes_three_become_projects(portal: &TestPortal) {
    let admin = portal.admin();
    admin.plan("tiny").with("project_limit", 3).create().await.unwrap();
    admin.tenant("Acme").plan("tiny").create().await.unwrap();
    let second = portal.second_node().await;
    let elsewhere = portal.caller_at(&second, Role::Admin);
    let create = |number: usize| {
        let body = json!({ "tenant": "acme", "name": format!("Project {number}"), "client_name": "Museum" });
        let caller = if number.is_multiple_of(2) { &admin } else { &elsewhere };
        caller.post("/admin/api/projects", &body).send()
    };
    let replies = join_all((0..PARALLEL).map(create)).await;
    assert_eq!(outcomes(&replies), counts([("201", 3), ("409 PROJECT_LIMIT_REACHED", 47)]));
    assert_eq!(said(portal, "PROJECT_CREATED").await.len(), 3);
    second.stop().await;
}

async fn of_fifty_at_once_at_two_nodes_three_are_the_month_s_activations(portal: &TestPortal) {
    let admin = portal.admin();
    admin.plan("tiny").with("monthly_activation_quota", 3).create().await.unwrap();
    admin.tenant("Acme").plan("tiny").create().await.unwrap();
    let code = large_code(&admin, "acme").await;
    let replies = fifty_devices(portal, &code).await;
    assert_eq!(outcomes(&replies), counts([("201", 3), ("409 ACTIVATION_QUOTA_REACHED", 47)]));
    let refused = said(portal, "ACTIVATION_REFUSED").await;
    assert!(refused.len() == 47 && refused.iter().all(|event| event["reason"] == "ACTIVATION_QUOTA_REACHED"));
    // Two of three are 66 %: both parts are reached by the third.
    for kind in ["QUOTA_NEAR", "QUOTA_REACHED"] {
        let told = said(portal, kind).await;
        assert_eq!(told.len(), 1, "{kind}");
        assert_eq!((&told[0]["kind"], &told[0]["used"]), (&json!("activations"), &json!(3)));
    }
    // The same device consumes nothing, a revoked one gives nothing back, and the next month begins anew.
    let enrolled = replies.iter().position(|reply| reply.code() == 201).unwrap();
    let again = portal.device(&format!("fingerprint-{enrolled}")).attempt(&code.code).send().await;
    assert_eq!(again.code(), 200);
    let id = again.json::<Value>()["device"]["id"].as_str().unwrap().to_owned();
    admin.revoke_device(&id).await.unwrap();
    let newcomer = portal.device("fingerprint-new");
    assert_eq!(newcomer.attempt(&code.code).refused().await.code, "ACTIVATION_QUOTA_REACHED");
    portal.clock().advance(Duration::from_secs(31 * 24 * 3_600));
    let code = large_code(&admin, "acme").await;
    newcomer.activate(&code.code).await.unwrap();
    assert_eq!(admin.read_tenant("acme").await.unwrap().limits["activations"]["used"], 1);
}

async fn a_plan_is_edited_while_fifty_activate(portal: &TestPortal) {
    let admin = portal.admin();
    admin.plan("plus").with("device_limit", 40).create().await.unwrap();
    admin.tenant("Acme").plan("plus").create().await.unwrap();
    let code = large_code(&admin, "acme").await;
    let lower = admin.patch("/admin/api/plans/plus", &json!({ "device_limit": 3 })).send();
    let (replies, lowered) = tokio::join!(fifty_devices(portal, &code), lower);
    assert_eq!(lowered.code(), 200, "{}", lowered.text());
    portal.settle().await;
    let events = admin.all_events(&[]).await;
    let lowered_at = events.iter().find(|event| event.r#type == "PLAN_UPDATED").unwrap().seq;
    let enrolled = |event: &&daybook_testkit::Activity| event.r#type == "DEVICE_ENROLLED";
    let before = events.iter().filter(enrolled).filter(|event| event.seq < lowered_at).count();
    let all = events.iter().filter(enrolled).count();
    assert!(all == before.max(3) && before <= 40, "{before} before the limit was lowered, {all} in all");
    assert_eq!(outcomes(&replies).get("201"), Some(&all));
}

async fn change(admin: &Admin, slug: &str, body: Value) -> Reply {
    admin.put(&format!("/admin/api/tenants/{slug}/subscription"), &body).send().await
}

async fn a_subscription_goes_only_where_it_may(portal: &TestPortal) {
    let admin = portal.admin();
    let tenant = admin.tenant("Acme").create().await.unwrap();
    assert_eq!((tenant.subscription.as_str(), tenant.trial_ends_at), ("active", None));
    let ends_at = "2027-01-31T00:00:00.000000Z";
    for (body, kind, pointer) in [
        (json!({ "state": "trialing", "trial_ends_at": ends_at }), (409, "SUBSCRIPTION_TRANSITION"), None),
        (json!({ "state": "trialing" }), (422, "INVALID"), Some("/trial_ends_at")),
        (json!({ "state": "past_due", "trial_ends_at": ends_at }), (422, "INVALID"), Some("/trial_ends_at")),
        (json!({ "state": "paid" }), (422, "INVALID"), Some("/state")),
        (json!({ "state": "past_due", "trial_ends_at": "soon" }), (422, "INVALID"), Some("/trial_ends_at")),
    ] {
        let problem = change(&admin, "acme", body.clone()).await.problem();
        assert_eq!(problem.kind(), kind, "{body}");
        assert_eq!(problem.pointers(), Vec::from_iter(pointer), "{body}");
    }
    let path = "/admin/api/tenants/acme/subscription";
    let same = admin.put(path, &json!({ "state": "active" })).send().await;
    assert_eq!((same.code(), same.header("etag")), (200, "\"v1\""), "nothing to change");
    let canceled = admin.put(path, &json!({ "state": "canceled", "reason": "left" })).if_match("\"v1\"");
    assert_eq!(canceled.send().await.code(), 200);
    let stale = admin.put(path, &json!({ "state": "active" })).if_match("\"v1\"").send().await;
    assert_eq!(stale.problem().kind(), (412, "STALE"));
    assert_eq!(change(&admin, "acme", json!({ "state": "past_due" })).await.code(), 409);
    let again = change(&admin, "acme", json!({ "state": "trialing", "trial_ends_at": ends_at })).await;
    assert_eq!(again.json::<Value>(), json!({ "state": "trialing", "trial_ends_at": ends_at, "version": 3 }));
    let events = said(portal, "SUBSCRIPTION_CHANGED").await;
    let told: Vec<_> =
        events.iter().map(|event| (&event["before"], &event["after"], &event["reason"])).collect();
    assert_eq!(
        told,
        [
            (&json!("active"), &json!("canceled"), &json!("left")),
            (&json!("canceled"), &json!("trialing"), &Value::Null)
        ]
    );
    let stats = admin.value("/admin/api/dashboard-stats").await;
    let expected = json!({ "trialing": 1, "active": 0, "past_due": 0, "suspended": 0, "canceled": 0 });
    assert_eq!(stats["subscriptions"], expected);
    admin.delete_tenant("acme").await.unwrap();
    portal.settle().await;
    let none = json!({ "trialing": 0, "active": 0, "past_due": 0, "suspended": 0, "canceled": 0 });
    assert_eq!(admin.value("/admin/api/dashboard-stats").await["subscriptions"], none);
    assert_eq!(admin.value("/admin/api/analytics").await["subscriptions"], none);
}

async fn a_subscription_that_is_not_in_order_admits_nothing_new(portal: &TestPortal) {
    let admin = portal.admin();
    admin.tenant("Acme").create().await.unwrap();
    let code = large_code(&admin, "acme").await;
    let device = portal.device("fingerprint-1");
    device.activate(&code.code).await.unwrap();
    for state in ["past_due", "suspended", "canceled"] {
        assert_eq!(change(&admin, "acme", json!({ "state": state })).await.code(), 200);
        let again = device.attempt(&code.code).send().await;
        assert_eq!(again.code(), 200, "{state}: the same device is nothing new");
        let new = portal.device(&format!("fingerprint-{state}")).attempt(&code.code).send().await;
        let codes = admin.codes("acme").create().await.map(drop);
        let project = admin.project("acme", state).create().await.map(drop);
        if state == "past_due" {
            assert_eq!((new.code(), codes.is_ok(), project.is_ok()), (201, true, true));
            continue;
        }
        let inactive = (403, "SUBSCRIPTION_INACTIVE");
        assert_eq!(new.problem().kind(), inactive, "{state}");
        assert_eq!(codes.unwrap_err().kind(), inactive, "{state}");
        assert_eq!(project.unwrap_err().kind(), inactive, "{state}");
    }
    let refused = said(portal, "ACTIVATION_REFUSED").await;
    assert_eq!(
        refused.iter().map(|event| &event["reason"]).collect::<Vec<_>>(),
        ["SUBSCRIPTION_INACTIVE"; 2]
    );
    assert_eq!(change(&admin, "acme", json!({ "state": "active" })).await.code(), 200);
    portal.device("fingerprint-back").activate(&code.code).await.unwrap();
}

async fn a_trial_ends_once_at_two_nodes(portal: &TestPortal) {
    let admin = portal.admin();
    let second = portal.second_node().await;
    let ends_at = portal.clock().now().plus_days(30).to_string();
    let wrong = admin.tenant("Acme").with("subscription", "trialing").create().await.unwrap_err();
    assert_eq!((wrong.status, wrong.pointers()), (422, vec!["/trial_ends_at"]));
    for name in ["Acme", "Borealis", "Cobalt"] {
        let tenant =
            admin.tenant(name).with("subscription", "trialing").with("trial_ends_at", ends_at.as_str());
        assert_eq!(tenant.create().await.unwrap().subscription, "trialing");
    }
    admin.delete_tenant("cobalt").await.unwrap();
    portal.clock().advance(Duration::from_secs(30 * 24 * 3_600 - 1));
    let nodes = [portal.portal(), second.portal()];
    let sweep = async || {
        let sweeps = (0..6).map(|number| nodes[number % 2].end_trials());
        for swept in join_all(sweeps).await {
            swept.unwrap();
        }
    };
    sweep().await;
    assert_eq!(admin.read_tenant("acme").await.unwrap().subscription, "trialing");
    portal.clock().advance(Duration::from_secs(1));
    sweep().await;
    for slug in ["acme", "borealis"] {
        let tenant = admin.read_tenant(slug).await.unwrap();
        assert_eq!((tenant.subscription.as_str(), tenant.trial_ends_at), ("past_due", None), "{slug}");
    }
    let events = said(portal, "SUBSCRIPTION_CHANGED").await;
    assert_eq!(events.len(), 2);
    for event in events {
        assert_eq!((&event["before"], &event["after"]), (&json!("trialing"), &json!("past_due")));
    }
    second.stop().await;
}
