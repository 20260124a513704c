//! The eight checks that every release passes.

use daybook_testkit::{Activity, Admin, TestPortal, both_engines};
use serde_json::{Value, json};

both_engines!(
    a_fresh_database_is_migrated_and_has_platform_events,
    creating_a_tenant_shows_it_in_recent_activities,
    generating_codes_shows_them_in_recent_activities,
    revoking_a_code_shows_it_in_recent_activities,
    updating_a_tenant_shows_the_changed_fields,
    deleting_a_tenant_keeps_its_earlier_events,
    the_distribution_counts_active_projects_with_and_without_codes,
    dashboard_and_analytics_show_the_same_numbers,
);

/// The newest activity, once everything is in the log.
async fn newest(portal: &TestPortal) -> Activity {
    portal.settle().await;
    portal.auditor().recent().await.activities.remove(0)
}

async fn a_fresh_database_is_migrated_and_has_platform_events(portal: &TestPortal) {
    // The portal was started on an empty database, and by itself has recorded the test's own three tokens.
    assert_eq!(portal.database().number("SELECT count(*) FROM platform_events").await, 3);
    assert_eq!(portal.anonymous().get("/readyz").send().await.code(), 200);
}

async fn creating_a_tenant_shows_it_in_recent_activities(portal: &TestPortal) {
    portal.admin().plan("plus").create().await.unwrap();
    let tenant = portal.admin().tenant("Acme Räder").plan("plus").create().await.unwrap();
    let newest = newest(portal).await;
    assert_eq!((newest.r#type.as_str(), newest.severity.as_str()), ("TENANT_CREATED", "MAJOR"));
    assert_eq!(newest.description, "Tenant Acme Räder was created on plan plus.");
    let named = newest.tenant.unwrap();
    assert_eq!(
        (named.id, named.slug, named.name),
        (tenant.id, "acme-r-der".to_owned(), "Acme Räder".to_owned())
    );
    assert_eq!(
        (newest.actor.r#type.as_str(), newest.actor.name.as_deref()),
        ("api_token", Some("the admin of the test"))
    );
    assert_eq!(newest.occurred_at, "2026-03-02T08:00:00.000000Z");
}

async fn generating_codes_shows_them_in_recent_activities(portal: &TestPortal) {
    let admin = portal.admin();
    let tenant = admin.tenant("Acme").create().await.unwrap();
    let codes = admin.codes("acme").count(3).max_uses(2).label("spring").create().await.unwrap();
    portal.settle().await;
    let feed = admin.recent().await.activities;
    let generated: Vec<_> = feed.iter().filter(|event| event.r#type == "CODE_GENERATED").collect();
    assert_eq!(generated.len(), 3);
    for (event, code) in generated.iter().rev().zip(&codes.items) {
        assert_eq!(event.severity, "MAJOR");
        assert_eq!(event.code.as_ref().unwrap().id, code.id);
        assert_eq!(event.code.as_ref().unwrap().name.as_deref(), Some(code.hint.as_str()));
        assert_eq!(event.tenant.as_ref().unwrap().id, tenant.id);
        assert_eq!((&event.metadata["max_uses"], &event.metadata["label"]), (&json!(2), &json!("spring")));
    }
}

async fn revoking_a_code_shows_it_in_recent_activities(portal: &TestPortal) {
    let admin = portal.admin();
    admin.tenant("Acme").create().await.unwrap();
    let code = admin.code("acme").await;
    assert_eq!(admin.revoke_code(&code.id).await.unwrap().status, "revoked");
    let newest = newest(portal).await;
    assert_eq!((newest.r#type.as_str(), newest.severity.as_str()), ("CODE_REVOKED", "MAJOR"));
    assert_eq!(newest.code.unwrap().id, code.id);
}

async fn updating_a_tenant_shows_the_changed_fields(portal: &TestPortal) {
    let admin = portal.admin();
    admin.tenant("Acme").with("domain", "acme.example").create().await.unwrap();
    let edit = json!({ "name": "Acme Wheels", "domain": null, "contact_email": "ada@example.com", "plan": "standard" });
    admin.update_tenant("acme", &edit).await.unwrap();
    let newest = newest(portal).await;
    assert_eq!((newest.r#type.as_str(), newest.severity.as_str()), ("TENANT_UPDATED", "MAJOR"));
    assert_eq!(newest.tenant.unwrap().name, "Acme Wheels");
    let changes = json!({
        "name": { "before": "Acme", "after": "Acme Wheels" },
        "domain": { "before": "acme.example", "after": null },
        "contact_email": { "before": null, "after": "ada@example.com" },
    });
    assert_eq!(newest.metadata["changes"], changes, "the plan stayed and is not named");
}

async fn deleting_a_tenant_keeps_its_earlier_events(portal: &TestPortal) {
    let admin = portal.admin();
    let tenant = admin.tenant("Acme").create().await.unwrap();
    admin.project("acme", "Kiosk").create().await.unwrap();
    admin.code("acme").await;
    admin.delete_tenant("acme").await.unwrap();
    let newest = newest(portal).await;
    assert_eq!((newest.r#type.as_str(), newest.severity.as_str()), ("TENANT_DELETED", "MAJOR"));
    let history = admin.all_events(&[("tenant", &tenant.id)]).await;
    let types: Vec<&str> = history.iter().map(|event| event.r#type.as_str()).collect();
    assert_eq!(types, ["TENANT_DELETED", "CODE_GENERATED", "PROJECT_CREATED", "TENANT_CREATED"]);
    for event in &history {
        let named = event.tenant.as_ref().unwrap();
        assert_eq!(
            (named.id.as_str(), named.slug.as_str(), named.name.as_str()),
            (tenant.id.as_str(), "acme", "Acme")
        );
    }
}

async fn the_distribution_counts_active_projects_with_and_without_codes(portal: &TestPortal) {
    let admin = portal.admin();
    admin.tenant("Acme").create().await.unwrap();
    let with_code = admin.project("acme", "Kiosk").create().await.unwrap();
    let without_code = admin.project("acme", "Lobby").create().await.unwrap();
    let off = admin.project("acme", "Cellar").with("is_active", false).create().await.unwrap();
    let code = admin.codes("acme").project(&with_code.id).create().await.unwrap().items.remove(0);
    portal.device("fingerprint-1").activate(&code.code).await.unwrap();
    portal.settle().await;
    let distribution = admin.value("/admin/api/project-device-distribution").await;
    assert_eq!(distribution["projects"], json!({ "total": 3, "active": 2, "inactive": 1 }));
    assert_eq!(distribution["devices"], json!({ "total": 1, "active": 1, "revoked": 0 }));
    let named: Vec<(&Value, &Value, &Value)> = distribution["by_project"]
        .as_array()
        .unwrap()
        .iter()
        .map(|project| (&project["id"], &project["devices_active"], &project["activated"]))
        .collect();
    assert_eq!(
        named,
        [
            (&json!(with_code.id), &json!(1), &json!(true)),
            (&json!(without_code.id), &json!(0), &json!(false)),
        ],
        "{} is switched off",
        off.name
    );
}

async fn dashboard_and_analytics_show_the_same_numbers(portal: &TestPortal) {
    let admin = portal.admin();
    // The case that once went wrong: active projects without a code.
    admin.tenant("Acme").create().await.unwrap();
    admin.project("acme", "Kiosk").create().await.unwrap();
    assert_same_numbers(portal, &admin).await;
    let code = admin.codes("acme").count(2).create().await.unwrap().items.remove(0);
    let device = portal.device("fingerprint-1").activate(&code.code).await.unwrap().device;
    admin.revoke_device(&device.id).await.unwrap();
    admin.suspend_tenant("acme").await.unwrap();
    portal.device("fingerprint-2").activate(&code.code).await.unwrap_err();
    assert_same_numbers(portal, &admin).await;
    admin.delete_tenant("acme").await.unwrap();
    assert_same_numbers(portal, &admin).await;
}

async fn assert_same_numbers(portal: &TestPortal, admin: &Admin) {
    let size = portal.settle().await;
    let dashboard = admin.value("/admin/api/dashboard-stats").await;
    for range in ["today", "7d", "30d", "90d", "1y"] {
        let analytics = admin.value(&format!("/admin/api/analytics?range={range}")).await;
        for numbers in ["tenants", "projects", "codes", "devices", "sessions", "as_of"] {
            assert_eq!(dashboard[numbers], analytics[numbers], "{numbers}, {range}");
        }
        assert_eq!(dashboard["activations"]["last_30_days"], analytics["activations"], "{range}");
    }
    assert_eq!(dashboard["as_of"], json!(size));
}
