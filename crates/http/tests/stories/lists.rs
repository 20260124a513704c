//! Lists: each filter, alone and in pairs, page by page, against a naive one over the whole list.

use daybook_testkit::{Admin, Page, Tenant, TestPortal, both_engines};
use serde_json::Value;

use crate::history;

both_engines!(
    every_list_filters_and_pages_as_a_naive_one_does,
    tenants_are_sorted_by_name_and_found_by_its_start,
    a_page_goes_on_where_it_was_whatever_came_in_between,
    cursors_of_other_lists_lead_nowhere,
);

/// A filter of a list: its parameter, and which items it leaves.
struct Filter {
    name: &'static str,
    value: String,
    keeps: Box<dyn Fn(&Value) -> bool>,
}

/// A filter that leaves items with this value in this field.
fn equals(name: &'static str, value: &str, field: &'static str) -> Filter {
    let wanted = value.to_owned();
    Filter {
        name,
        value: value.to_owned(),
        keeps: Box::new(move |item| item.pointer(field) == Some(&wanted.clone().into())),
    }
}

/// A filter that leaves items of which one of these fields starts with the value.
fn starts(name: &'static str, value: &str, fields: &'static [&'static str]) -> Filter {
    let wanted = value.to_owned();
    let text = |item: &Value, field: &str| item[field].as_str().unwrap_or_default().to_owned();
    let keeps = move |item: &Value| fields.iter().any(|field| text(item, field).starts_with(&wanted));
    Filter { name, value: value.to_owned(), keeps: Box::new(keeps) }
}

async fn every_list_filters_and_pages_as_a_naive_one_does(portal: &TestPortal) {
    let known = history::write(portal).await;
    let auditor = portal.auditor();
    let (acme, kiosk) = (auditor.read_tenant("acme").await.unwrap(), &known.kiosk.id);
    let of_tenant = || {
        vec![
            equals("tenant", &acme.id, "/tenant_id"),
            equals("tenant", "borealis", "/tenant_slug"),
            equals("tenant", &known.deleted, "/tenant_id"),
            equals("project", kiosk, "/project_id"),
        ]
    };
    let mut codes = of_tenant();
    codes.extend(["active", "used", "expired", "revoked"].map(|status| equals("status", status, "/status")));
    codes.push(equals("label", "spring batch", "/label"));
    codes.push(starts("q", "s", &["label"]));
    codes.push(equals("q", &known.bound[1].hint, "/hint"));
    let mut devices = of_tenant();
    devices.extend(["active", "revoked"].map(|status| equals("status", status, "/status")));
    devices.push(starts("q", "Front", &["label"]));
    let mut projects: Vec<Filter> =
        ["active", "inactive"].into_iter().map(|status| equals("status", status, "/status")).collect();
    projects.push(equals("tenant", "acme", "/tenant/slug"));
    projects.push(equals("tenant", &acme.id, "/tenant/id"));
    let mut tenants: Vec<Filter> =
        ["active", "suspended"].into_iter().map(|status| equals("status", status, "/status")).collect();
    tenants.push(starts("search", "bor", &["slug"]));
    for (path, filters) in [
        ("/admin/api/codes", codes),
        ("/admin/api/devices", devices),
        ("/admin/api/projects", projects),
        ("/admin/api/tenants", tenants),
    ] {
        assert_list(&auditor, path, &filters).await;
    }
}

async fn assert_list(auditor: &Admin, path: &str, filters: &[Filter]) {
    let whole = auditor.all::<Value>(path, &[("limit", "500")]).await;
    assert!(whole.len() >= 3, "{path} has something to filter");
    assert_eq!(auditor.all::<Value>(path, &[("limit", "2")]).await, whole, "{path} page by page");
    let ids = |items: &[Value]| {
        items.iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let mut sorted = ids(&whole);
    sorted.sort_unstable_by(|left, right| right.cmp(left));
    assert_eq!(ids(&whole), sorted, "{path}: latest first");
    for (at, first) in filters.iter().enumerate() {
        for second in &filters[at..] {
            if first.name == second.name && first.value != second.value {
                continue;
            }
            let mut asked = vec![("limit", "2"), (first.name, first.value.as_str())];
            if first.name != second.name {
                asked.push((second.name, &second.value));
            }
            let expected: Vec<Value> =
                whole.iter().filter(|item| (first.keeps)(item) && (second.keeps)(item)).cloned().collect();
            let found = auditor.all::<Value>(path, &asked).await;
            assert_eq!(ids(&found), ids(&expected), "{path} {asked:?}");
            assert_eq!(found, expected);
        }
    }
}

async fn tenants_are_sorted_by_name_and_found_by_its_start(portal: &TestPortal) {
    let admin = portal.admin();
    for name in
        ["Zebra", "äpfel", "Apple", "apple", "Ab", "A b", "a-b", "Äpfel & Co", "1st", "日本", "a_b", "A%b"]
    {
        admin.tenant(name).create().await.unwrap();
    }
    let all = admin.all::<Tenant>("/admin/api/tenants", &[("sort", "name"), ("limit", "5")]).await;
    let names: Vec<&str> = all.iter().map(|tenant| tenant.name.as_str()).collect();
    let mut by_code_point = names.clone();
    by_code_point.sort_by_key(|name| name.to_lowercase());
    assert_eq!(
        names.iter().map(|name| name.to_lowercase()).collect::<Vec<_>>(),
        by_code_point.iter().map(|name| name.to_lowercase()).collect::<Vec<_>>()
    );
    assert_eq!(names.len(), 12);
    for (search, expected) in [
        ("A", vec!["A b", "A%b", "a-b", "a_b", "Ab", "Apple", "apple"]),
        ("APP", vec!["Apple", "apple"]),
        ("ä", vec!["äpfel", "Äpfel & Co"]),
        ("ÄPFEL &", vec!["Äpfel & Co"]),
        ("%", vec![]),
        ("a_", vec!["a_b"]),
        ("apple-2", vec!["apple"]),
        ("日", vec!["日本"]),
        ("b", vec![]),
    ] {
        let found = admin.all::<Tenant>("/admin/api/tenants", &[("search", search), ("limit", "2")]).await;
        let mut names: Vec<String> = found.into_iter().map(|tenant| tenant.name).collect();
        let mut expected: Vec<&str> = expected;
        names.sort();
        expected.sort_unstable();
        // Two tenants of one name differ in their slugs: either may have the number.
        let same_name = search == "apple-2";
        assert!(names == expected || same_name && names == ["Apple"], "{search}: {names:?}");
    }
    let wrong = admin.list::<Tenant>("/admin/api/tenants", &[("sort", "size")]).await.unwrap_err();
    assert_eq!((wrong.status, wrong.pointers()), (422, vec!["?sort"]));
}

async fn a_page_goes_on_where_it_was_whatever_came_in_between(portal: &TestPortal) {
    let admin = portal.admin();
    for number in 0..6 {
        admin.tenant(&format!("Tenant {number}")).create().await.unwrap();
        portal.clock().advance(std::time::Duration::from_millis(2));
    }
    let path = "/admin/api/tenants";
    let first: Page<Tenant> = admin.list(path, &[("limit", "3")]).await.unwrap();
    admin.tenant("Late").create().await.unwrap();
    admin.delete_tenant("tenant-3").await.unwrap();
    let next = first.next.unwrap();
    let second: Page<Tenant> = admin.list(path, &[("limit", "3"), ("cursor", &next)]).await.unwrap();
    let names: Vec<&str> =
        first.items.iter().chain(&second.items).map(|tenant| tenant.name.as_str()).collect();
    assert_eq!(names, ["Tenant 5", "Tenant 4", "Tenant 3", "Tenant 2", "Tenant 1", "Tenant 0"]);
    assert_eq!(second.next, None);
}

async fn cursors_of_other_lists_lead_nowhere(portal: &TestPortal) {
    let admin = portal.admin();
    for number in 0..3 {
        admin.tenant(&format!("Tenant {number}")).create().await.unwrap();
    }
    admin.codes("tenant-0").count(3).create().await.unwrap();
    let of_codes = admin.list::<Value>("/admin/api/codes", &[("limit", "1")]).await.unwrap().next.unwrap();
    let of_names =
        admin.list::<Value>("/admin/api/tenants", &[("sort", "name"), ("limit", "1")]).await.unwrap();
    // A cursor says where a list goes on; in another list it still names a place, and nothing fails.
    for cursor in [of_codes, of_names.next.unwrap()] {
        for path in
            ["/admin/api/tenants", "/admin/api/tenants?sort=name", "/admin/api/codes", "/admin/api/devices"]
        {
            let joint = if path.contains('?') { '&' } else { '?' };
            let reply = admin.get(&format!("{path}{joint}cursor={cursor}")).send().await;
            assert_eq!(reply.code(), 200, "{path}: {}", reply.text());
        }
    }
    for cursor in ["x", "AAAA", "!!!!", "%00", &"A".repeat(3_000)] {
        for path in ["tenants", "projects", "codes", "devices", "api-tokens"] {
            let reply = portal.owner().get(&format!("/admin/api/{path}?cursor={cursor}")).send().await;
            assert_eq!(
                (reply.code(), reply.problem().pointers()),
                (422, vec!["?cursor"]),
                "{path} {cursor:.9}"
            );
        }
    }
}
