//! Activation codes: generated once, shown once, found again, ended.

use std::{collections::BTreeSet, time::Duration};

use daybook_testkit::{Code, Page, TestPortal, both_engines, wait_for};
use serde_json::{Value, json};

both_engines!(
    one_code_or_a_thousand_are_generated_as_one_change,
    a_code_is_shown_once,
    lists_filter_by_label_search_status_project_and_tenant,
    codes_expire_once_however_many_nodes_look,
    wrong_orders_are_refused_field_by_field,
);

async fn one_code_or_a_thousand_are_generated_as_one_change(portal: &TestPortal) {
    let admin = portal.admin();
    admin.tenant("Acme").with("code_prefix", "ACME").create().await.unwrap();
    let before = portal.settle().await;
    for count in [1, 1_000] {
        let generated = admin.codes("acme").count(count).create().await.unwrap();
        let distinct: BTreeSet<&str> = generated.items.iter().map(|code| code.code.as_str()).collect();
        assert_eq!(i64::try_from(distinct.len()).unwrap(), count);
        for code in &generated.items {
            let groups: Vec<usize> = code.code.split('-').map(str::len).collect();
            assert_eq!(groups, [4, 5, 5, 5, 5, 5], "{}", code.code);
            assert!(code.code.starts_with("ACME-") && code.code.ends_with(&code.hint));
        }
    }
    assert_eq!(portal.settle().await, before + 1_001);
    let events = admin.all_events(&[("type", "CODE_GENERATED")]).await;
    assert_eq!(events.len(), 1_001);
    let newest = &events[0];
    assert_eq!(
        (&newest.metadata["batch"]["position"], &newest.metadata["batch"]["count"]),
        (&json!(1_000), &json!(1_000))
    );
    let requests: BTreeSet<&str> = events.iter().filter_map(|event| event.request_id.as_deref()).collect();
    assert_eq!(requests.len(), 2, "each code says which request made it");
    assert_eq!(admin.all::<Code>("/admin/api/codes", &[("limit", "500")]).await.len(), 1_001);
}

async fn a_code_is_shown_once(portal: &TestPortal) {
    let admin = portal.admin();
    admin.tenant("Acme").create().await.unwrap();
    let reply = admin.post("/admin/api/codes/generate", &json!({ "tenant": "acme" })).send().await;
    assert_eq!((reply.code(), reply.header("cache-control")), (201, "no-store"));
    let code = reply.json::<Value>()["items"][0]["code"].as_str().unwrap().to_owned();
    portal.settle().await;
    // The code in any spelling: whole, without its hyphens, or any group of it but the last.
    let (secret, hint) = code.rsplit_once('-').unwrap();
    let groups: Vec<&str> = secret.split('-').skip(1).collect();
    for path in
        ["/admin/api/codes", "/admin/api/events", "/admin/api/recent-activities", "/admin/api/events/4"]
    {
        let shown = admin.get(path).send().await;
        assert!(shown.text().contains(hint), "{path}");
        assert_eq!(shown.header("cache-control"), "no-store", "{path}");
        assert!(groups.iter().all(|group| !shown.text().contains(group)), "{path} shows {code}");
    }
}

/// The parameters of a list.
type Asked<'a> = &'a [(&'a str, &'a str)];

async fn lists_filter_by_label_search_status_project_and_tenant(portal: &TestPortal) {
    let admin = portal.admin();
    let (acme, other) =
        (admin.tenant("Acme").create().await.unwrap(), admin.tenant("Other").create().await.unwrap());
    let kiosk = admin.project("acme", "Kiosk").create().await.unwrap();
    let spring =
        admin.codes("acme").count(3).label("Spring batch").project(&kiosk.id).create().await.unwrap().items;
    let summer = admin.codes("acme").count(2).label("Summer batch").create().await.unwrap().items;
    let others = admin.codes("other").count(2).label("Spring batch").create().await.unwrap().items;
    admin.revoke_code(&spring[0].id).await.unwrap();
    portal.device("fingerprint-1").activate(&spring[1].code).await.unwrap();

    let cases: [(Asked<'_>, Vec<&str>); 13] = [
        (&[("label", "Spring batch")], ids(&[&spring, &others])),
        (&[("label", "Spring")], vec![]),
        (&[("q", "S")], ids(&[&spring, &summer, &others])),
        (&[("q", "Summer")], ids(&[&summer])),
        (&[("q", &summer[1].hint)], vec![&summer[1].id]),
        (&[("q", &summer[1].hint.to_lowercase())], vec![&summer[1].id]),
        (&[("tenant", "acme")], ids(&[&spring, &summer])),
        (&[("tenant", &other.id)], ids(&[&others])),
        (&[("project", &kiosk.id)], ids(&[&spring])),
        (&[("status", "revoked")], vec![&spring[0].id]),
        (&[("status", "used"), ("tenant", "acme")], vec![&spring[1].id]),
        (&[("status", "active"), ("project", &kiosk.id), ("label", "Spring batch")], vec![&spring[2].id]),
        (&[("label", "Spring batch"), ("tenant", &acme.slug), ("limit", "1")], ids(&[&spring])),
    ];
    for (parameters, mut expected) in cases {
        let mut found: Vec<String> =
            admin.all::<Code>("/admin/api/codes", parameters).await.into_iter().map(|code| code.id).collect();
        found.sort();
        expected.sort_unstable();
        assert_eq!(found, expected, "{parameters:?}");
    }
    for (name, value) in [("status", "gone"), ("project", "kiosk"), ("limit", "501"), ("cursor", "x")] {
        let problem = admin.list::<Code>("/admin/api/codes", &[(name, value)]).await.unwrap_err();
        assert_eq!((problem.status, problem.pointers()), (422, vec![format!("?{name}").as_str()]));
    }
    let unknown = admin.list::<Code>("/admin/api/codes", &[("tenant", "nobody")]).await.unwrap_err();
    assert_eq!(unknown.kind(), (404, "TENANT_NOT_FOUND"));
}

fn ids<'a>(batches: &[&'a [daybook_testkit::NewCode]]) -> Vec<&'a str> {
    batches.iter().flat_map(|batch| batch.iter()).map(|code| code.id.as_str()).collect()
}

async fn codes_expire_once_however_many_nodes_look(portal: &TestPortal) {
    let admin = portal.admin();
    let second = portal.second_node().await;
    admin.tenant("Acme").create().await.unwrap();
    let codes = admin.codes("acme").count(20).days(3).create().await.unwrap().items;
    let kept = admin.codes("acme").days(4).create().await.unwrap().items.remove(0);
    let before = portal.settle().await;
    portal.clock().advance(Duration::from_secs(3 * 24 * 3_600));
    // Both nodes' sweepers, besides two more.
    let (first, other) = tokio::join!(portal.portal().expire_codes(), second.portal().expire_codes());
    assert!(first.unwrap() + other.unwrap() <= 20);
    wait_for("every code has expired", || async { (portal.settle().await >= before + 20).then_some(()) })
        .await;
    second.stop().await;

    assert_eq!(portal.settle().await, before + 20);
    let expired = admin.all_events(&[("type", "CODE_EXPIRED")]).await;
    let named: BTreeSet<&str> =
        expired.iter().map(|event| event.code.as_ref().unwrap().id.as_str()).collect();
    assert_eq!((expired.len(), named), (20, codes.iter().map(|code| code.id.as_str()).collect()));
    assert!(expired.iter().all(|event| event.actor.r#type == "system"));
    assert_eq!(admin.read_code(&kept.id).await.unwrap().status, "active");
    let page: Page<Code> = admin.list("/admin/api/codes", &[("status", "expired")]).await.unwrap();
    assert_eq!(page.items.len(), 20);
}

async fn wrong_orders_are_refused_field_by_field(portal: &TestPortal) {
    let admin = portal.admin();
    admin.tenant("Acme").create().await.unwrap();
    admin.tenant("Other").create().await.unwrap();
    let foreign = admin.project("other", "Kiosk").create().await.unwrap();
    let before = portal.settle().await;
    for (field, value, code) in [
        ("count", json!(0), "OUT_OF_RANGE"),
        ("count", json!(1_001), "OUT_OF_RANGE"),
        ("max_uses", json!(0), "OUT_OF_RANGE"),
        ("max_uses", json!(1_000_001), "OUT_OF_RANGE"),
        ("expires_in_days", json!(0), "OUT_OF_RANGE"),
        ("expires_at", json!("2026-03-02T08:00:00Z"), "NOT_IN_FUTURE"),
        ("expires_at", json!("2226-03-02T08:00:00Z"), "OUT_OF_RANGE"),
        ("expires_at", json!("tomorrow"), "INVALID_VALUE"),
        ("tenant", json!("nobody"), "UNKNOWN_TENANT"),
        ("project", json!(foreign.id), "UNKNOWN_PROJECT"),
        ("label", json!(""), "REQUIRED"),
    ] {
        let problem = admin.codes("acme").with(field, value.clone()).create().await.unwrap_err();
        let found: Vec<(&str, &str)> =
            problem.errors.iter().map(|error| (error.pointer.as_str(), error.code.as_str())).collect();
        assert_eq!(
            (problem.kind(), found),
            ((422, "INVALID"), vec![(format!("/{field}").as_str(), code)]),
            "{field}: {value}"
        );
    }
    let both =
        admin.codes("acme").days(3).with("expires_at", "2026-04-01T00:00:00Z").create().await.unwrap_err();
    assert_eq!(both.errors[0].code, "CONFLICTING");
    let all = admin.codes("acme").count(0).max_uses(0).days(0).create().await.unwrap_err();
    assert_eq!(
        all.pointers(),
        ["/count", "/max_uses", "/expires_in_days"],
        "every wrong field is named at once"
    );
    assert_eq!(portal.settle().await, before);
}
