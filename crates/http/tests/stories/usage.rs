//! What devices report of their use: counted once, in all and by project, against the plan's quotas, told to both sides.

use std::{collections::BTreeMap, time::Duration};

use daybook_testkit::{Client, Reply, Role, TestPortal, both_engines};
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::plans::{large_code, outcomes, said};

both_engines!(
    a_report_is_counted_once_however_often_it_is_sent,
    a_wrong_report_is_refused_with_its_place_and_nothing_is_counted,
    rollups_are_what_a_naive_sum_says_on_both_sides,
    fifty_reports_at_once_at_two_nodes_cross_each_part_once,
    a_report_of_last_month_counts_for_last_month,
    reports_are_forgotten_when_they_are_too_old_to_come_again,
    reports_need_a_device_that_may_work,
);

const PATH: &str = "/device/api/usage";

fn report(portal: &TestPortal, id: &str, kind: &str, quantity: i64) -> Value {
    json!({ "id": id, "kind": kind, "quantity": quantity, "at": portal.clock().now() })
}

/// A device of this tenant.
async fn device(portal: &TestPortal, tenant: &str, project: Option<&str>, name: &str) -> Client {
    let admin = portal.admin();
    let mut codes = admin.codes(tenant);
    if let Some(project) = project {
        codes = codes.project(project);
    }
    let code = codes.create().await.unwrap().items.remove(0);
    let enrolled = portal.device(&format!("fingerprint-{name}")).activate(&code.code).await.unwrap();
    portal.client(&enrolled.token)
}

fn counted(reply: &Reply) -> (u64, u64) {
    assert_eq!(reply.code(), 200, "{}", reply.text());
    let answer: Value = reply.json();
    (answer["accepted"].as_u64().unwrap(), answer["repeated"].as_u64().unwrap())
}

/// What a tenant used of each kind in a month.
async fn used(portal: &TestPortal, slug: &str, month: &str) -> BTreeMap<String, i64> {
    let usage = portal.auditor().value(&format!("/admin/api/tenants/{slug}/usage?month={month}")).await;
    let kinds = usage["kinds"].as_array().unwrap().iter();
    kinds.map(|kind| (kind["kind"].as_str().unwrap().to_owned(), kind["used"].as_i64().unwrap())).collect()
}

fn month(portal: &TestPortal) -> String {
    portal.clock().now().to_string()[..7].to_owned()
}

async fn a_report_is_counted_once_however_often_it_is_sent(portal: &TestPortal) {
    portal.admin().tenant("Acme").create().await.unwrap();
    let device = &device(portal, "acme", None, "one-one").await;
    let size = portal.settle().await;
    let one = report(portal, "r1", "calls", 5);
    assert_eq!(counted(&device.post(PATH, &one).send().await), (1, 0));
    assert_eq!(counted(&device.post(PATH, &one).send().await), (0, 1));
    // The same name is the same report, whatever else it says, and also within a list.
    let list = json!([
        report(portal, "r1", "calls", 500),
        report(portal, "r2", "calls", 7),
        report(portal, "r2", "calls", 7),
        report(portal, "r3", "syncs", 1),
    ]);
    assert_eq!(counted(&device.post(PATH, &list).send().await), (2, 2));
    let racing = report(portal, "r4", "calls", 100);
    let replies = join_all((0..20).map(|_| device.post(PATH, &racing).send())).await;
    let accepted: u64 = replies.iter().map(|reply| counted(reply).0).sum();
    assert_eq!(accepted, 1, "{:?}", outcomes(&replies));
    // Another device has names of its own.
    let other = self::device(portal, "acme", None, "one-two").await;
    assert_eq!(counted(&other.post(PATH, &one).send().await), (1, 0));
    let expected =
        [("activations", 2), ("calls", 117), ("syncs", 1)].map(|(kind, used)| (kind.to_owned(), used));
    assert_eq!(used(portal, "acme", &month(portal)).await, BTreeMap::from(expected));
    let after = portal.settle().await;
    assert_eq!(after, size + 3, "a code, its use and a device: reports are no events");
}

async fn a_wrong_report_is_refused_with_its_place_and_nothing_is_counted(portal: &TestPortal) {
    portal.admin().tenant("Acme").create().await.unwrap();
    let device = device(portal, "acme", None, "wrong").await;
    let good = report(portal, "r1", "calls", 1);
    let with = |field: &str, value: Value| {
        let mut report = good.clone();
        report[field] = value;
        report
    };
    let late = portal.clock().now().plus_seconds(301).to_string();
    let early = portal.clock().now().plus_days(-36).to_string();
    for (field, value) in [
        ("id", json!("")),
        ("id", json!("x".repeat(101))),
        ("kind", json!("API calls")),
        ("kind", json!("activations")),
        ("quantity", json!(0)),
        ("quantity", json!(-5)),
        ("quantity", json!(1.5)),
        ("quantity", json!(1_000_000_001_i64)),
        ("at", json!("yesterday")),
        ("at", json!(late)),
        ("at", json!(early)),
        ("device", json!("x")),
    ] {
        let wrong = with(field, value);
        let alone = device.post(PATH, &wrong).send().await.problem();
        assert_eq!((alone.status, alone.pointers()), (422, vec![format!("/{field}").as_str()]), "{wrong}");
        let listed = device.post(PATH, &json!([good, wrong])).send().await.problem();
        assert_eq!(
            (listed.status, listed.pointers()),
            (422, vec![format!("/1/{field}").as_str()]),
            "{wrong}"
        );
    }
    let many: Vec<Value> =
        (0..1_001).map(|number| report(portal, &format!("m{number}"), "calls", 1)).collect();
    for body in [json!([]), json!(many)] {
        let problem = device.post(PATH, &body).send().await.problem();
        assert_eq!((problem.status, problem.pointers()), (422, vec![""]));
    }
    for (body, pointer) in [(json!(7), ""), (json!([["r1", "calls", 1, "x"]]), "/0"), (json!([7]), "/0")] {
        let problem = device.post(PATH, &body).send().await.problem();
        assert_eq!((problem.status, problem.pointers()), (422, vec![pointer]), "{body}");
    }
    let expected = BTreeMap::from([("activations".to_owned(), 1)]);
    assert_eq!(used(portal, "acme", &month(portal)).await, expected);
}

async fn rollups_are_what_a_naive_sum_says_on_both_sides(portal: &TestPortal) {
    let admin = portal.admin();
    admin
        .plan("plus")
        .with("monthly_activation_quota", 8)
        .with("usage_quotas", json!({ "calls": 1_000, "idle": 5 }))
        .create()
        .await
        .unwrap();
    admin.tenant("Acme").plan("plus").create().await.unwrap();
    let kiosk = admin.project("acme", "Kiosk").create().await.unwrap().id;
    let lobby = admin.project("acme", "Lobby").create().await.unwrap().id;
    let mut sums: BTreeMap<(String, Option<String>), i64> = BTreeMap::new();
    for (number, project) in [Some(&kiosk), Some(&kiosk), Some(&lobby), None].into_iter().enumerate() {
        let device = device(portal, "acme", project.map(String::as_str), &format!("sum-{number}")).await;
        let mut reports = vec![];
        for report_number in 0..200_i64 {
            let kind = if report_number % 3 == 0 { "syncs" } else { "calls" };
            let quantity = 1 + report_number % 7;
            reports.push(report(portal, &format!("r{report_number}"), kind, quantity));
            *sums.entry((kind.to_owned(), project.cloned())).or_default() += quantity;
        }
        *sums.entry(("activations".to_owned(), project.cloned())).or_default() += 1;
        for half in reports.chunks(120) {
            assert_eq!(counted(&device.post(PATH, &json!(half)).send().await), (half.len() as u64, 0));
        }
    }
    let usage = admin.value("/admin/api/tenants/acme/usage").await;
    let mut found = BTreeMap::new();
    for kind in usage["kinds"].as_array().unwrap() {
        let name = kind["kind"].as_str().unwrap();
        let total: i64 = sums.iter().filter(|((kind, _), _)| kind == name).map(|(_, sum)| sum).sum();
        assert_eq!(kind["used"], total, "{name}");
        let quota = kind["quota"].as_i64();
        assert_eq!(
            quota,
            [("activations", 8), ("calls", 1_000), ("idle", 5)]
                .into_iter()
                .find(|(kind, _)| *kind == name)
                .map(|(_, quota)| quota)
        );
        assert_eq!(kind["percent"].as_i64(), quota.map(|quota| total * 100 / quota), "{name}");
        for project in kind["by_project"].as_array().unwrap() {
            let id = project["project_id"].as_str().map(ToOwned::to_owned);
            found.insert((name.to_owned(), id), project["used"].as_i64().unwrap());
        }
    }
    assert_eq!(found, sums);
    assert_eq!((&usage["plan"], &usage["subscription"]), (&json!("plus"), &json!("active")));
    for role in [Role::TenantAdmin, Role::TenantMember] {
        let own =
            portal.client(&portal.tenant_token("acme", role).await).get("/tenant/api/usage").send().await;
        assert_eq!(own.json::<Value>(), usage, "{role} sees the same");
    }
    let wrong = admin.get("/admin/api/tenants/acme/usage?month=2026-13").send().await.problem();
    assert_eq!((wrong.status, wrong.pointers()), (422, vec!["?month"]));
    admin.tenant("Foreign").create().await.unwrap();
    let foreign = portal.client(&portal.tenant_token("foreign", Role::TenantMember).await);
    let foreign: Value = foreign.get("/tenant/api/usage").send().await.json();
    assert_eq!(foreign["kinds"].as_array().unwrap().len(), 1, "nothing of others: {foreign}");
}

async fn fifty_reports_at_once_at_two_nodes_cross_each_part_once(portal: &TestPortal) {
    let admin = portal.admin();
    admin.plan("plus").with("usage_quotas", json!({ "calls": 40 })).create().await.unwrap();
    admin.tenant("Acme").plan("plus").create().await.unwrap();
    let second = portal.second_node().await;
    let code = large_code(&admin, "acme").await;
    let mut clients = vec![];
    for number in 0..10 {
        let device = portal.device(&format!("fingerprint-{number}"));
        let token = device.activate(&code.code).await.unwrap().token;
        clients.push(if number % 2 == 0 { portal.client(&token) } else { second.client(&token) });
    }
    let send = |number: usize| {
        let body = report(portal, &format!("r{number}"), "calls", 1);
        clients[number % clients.len()].post(PATH, &body).send()
    };
    let replies = join_all((0..50).map(send)).await;
    assert_eq!(outcomes(&replies).into_iter().collect::<Vec<_>>(), [("200".to_owned(), 50)]);
    for (kind, used) in [("QUOTA_NEAR", 32), ("QUOTA_REACHED", 40)] {
        let told = said(portal, kind).await;
        let expected = json!({ "kind": "calls", "month": month(portal), "used": used, "quota": 40 });
        assert_eq!(told, [expected], "{kind}: at the very report that crosses");
    }
    assert_eq!(used(portal, "acme", &month(portal)).await["calls"], 50, "over a quota is counted");
    // A larger quota is not near any more, and what was said once this month is not said again.
    admin.patch("/admin/api/plans/plus", &json!({ "usage_quotas": { "calls": 60 } })).send().await;
    counted(&clients[0].post(PATH, &report(portal, "more", "calls", 100)).send().await);
    assert_eq!((said(portal, "QUOTA_NEAR").await.len(), said(portal, "QUOTA_REACHED").await.len()), (1, 1));
    second.stop().await;
}

async fn a_report_of_last_month_counts_for_last_month(portal: &TestPortal) {
    let admin = portal.admin();
    admin.plan("plus").with("usage_quotas", json!({ "calls": 10 })).create().await.unwrap();
    admin.tenant("Acme").plan("plus").create().await.unwrap();
    let device = device(portal, "acme", None, "month-1").await;
    let now = portal.clock().now();
    let before = now.plus_days(-35);
    let list = json!([
        { "id": "then", "kind": "calls", "quantity": 9, "at": before },
        { "id": "now", "kind": "calls", "quantity": 2, "at": now },
    ]);
    assert_eq!(counted(&device.post(PATH, &list).send().await), (2, 0));
    let past = before.to_string()[..7].to_owned();
    assert_eq!(used(portal, "acme", &past).await["calls"], 9);
    assert_eq!(used(portal, "acme", &month(portal)).await["calls"], 2);
    let near = said(portal, "QUOTA_NEAR").await;
    assert_eq!(near, [json!({ "kind": "calls", "month": past, "used": 9, "quota": 10 })]);
}

async fn reports_are_forgotten_when_they_are_too_old_to_come_again(portal: &TestPortal) {
    portal.admin().tenant("Acme").create().await.unwrap();
    let device = device(portal, "acme", None, "forgotten").await;
    let one = report(portal, "r1", "calls", 5);
    counted(&device.post(PATH, &one).send().await);
    let kept = async || portal.database().number("SELECT count(*) FROM usage_reports").await;
    portal.clock().advance(Duration::from_secs(39 * 24 * 3_600));
    portal.portal().store().forget_expired().await.unwrap();
    assert_eq!(kept().await, 1, "longer than it is accepted");
    portal.clock().advance(Duration::from_secs(2 * 24 * 3_600));
    portal.portal().store().forget_expired().await.unwrap();
    assert_eq!(kept().await, 0);
}

async fn reports_need_a_device_that_may_work(portal: &TestPortal) {
    let admin = portal.admin();
    admin.tenant("Acme").create().await.unwrap();
    let device = device(portal, "acme", None, "works").await;
    let kind = async |id: &str| device.post(PATH, &report(portal, id, "calls", 1)).send().await.code();
    assert_eq!(kind("r1").await, 200);
    let subscription = "/admin/api/tenants/acme/subscription";
    admin.put(subscription, &json!({ "state": "suspended" })).send().await;
    assert_eq!(kind("r2").await, 200, "what there is goes on working");
    admin.suspend_tenant("acme").await.unwrap();
    assert_eq!(kind("r3").await, 401);
    admin.resume_tenant("acme").await.unwrap();
    assert_eq!(kind("r3").await, 200);
    admin.delete_tenant("acme").await.unwrap();
    assert_eq!(kind("r4").await, 401);
    let kept = portal.database().number("SELECT count(*) FROM usage_reports").await;
    assert_eq!(kept, 0, "reports end with their tenant");
}
