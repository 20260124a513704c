//! One event: what it says, the entry that is hashed, and what is kept out of it.

use daybook_testkit::{TestPortal, both_engines, hex};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::history;

both_engines!(
    an_event_is_read_by_its_id_and_by_its_place,
    the_entry_hashes_to_its_leaf_and_holds_no_personal_value,
    updates_say_before_and_after,
    an_event_says_where_its_request_came_from,
    every_event_validates_against_the_schema_of_its_type,
);

async fn an_event_is_read_by_its_id_and_by_its_place(portal: &TestPortal) {
    let admin = portal.admin();
    admin.tenant("Acme").create().await.unwrap();
    portal.settle().await;
    let listed = admin.recent().await.activities.remove(0);
    let by_place = admin.event(&listed.seq.to_string()).await.unwrap();
    assert_eq!(admin.event(&listed.id).await.unwrap(), by_place);
    assert_eq!(by_place.activity, listed);
    for nothing in [
        "99",
        "-1",
        "18446744073709551616",
        "evt_00000000000000000000000001",
        "acme",
        &listed.tenant.unwrap().id,
    ] {
        assert_eq!(admin.event(nothing).await.unwrap_err().kind(), (404, "EVENT_NOT_FOUND"), "{nothing}");
    }
}

/// The canonical bytes of an entry: keys sorted, no white space. The JSON of an answer has no order to rely on.
fn canonical(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            let mut sorted: Vec<_> = fields.iter().collect();
            sorted.sort_by_key(|(name, _)| *name);
            let fields: Vec<String> = sorted
                .into_iter()
                .map(|(name, value)| format!("{}:{}", json!(name), canonical(value)))
                .collect();
            format!("{{{}}}", fields.join(","))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(canonical).collect::<Vec<_>>().join(",")),
        other => other.to_string(),
    }
}

async fn the_entry_hashes_to_its_leaf_and_holds_no_personal_value(portal: &TestPortal) {
    history::write(portal).await;
    let size = portal.settle().await;
    let auditor = portal.auditor();
    // All that the history says of people: e-mail, clients, descriptions, labels, reasons, token names, addresses, user agents.
    let personal = [
        "ada@acme.example",
        "City museum",
        "Town hall",
        "by the door",
        "Front desk",
        "spring batch",
        "soon over",
        "stolen",
        "unpaid",
        "of Ada",
        "of the test",
        "127.0.0.1",
        "daybook-test",
    ];
    let mut seen = vec![];
    for seq in 0..size {
        let event = auditor.event(&seq.to_string()).await.unwrap();
        let bytes = canonical(&event.entry);
        let leaf = hex(&Sha256::new().chain_update([0]).chain_update(&bytes).finalize());
        assert_eq!(event.leaf_hash, leaf, "{bytes}");
        assert_eq!(
            (&event.entry["id"], &event.entry["type"]),
            (&json!(event.activity.id), &json!(event.activity.r#type))
        );
        let shown = format!("{event:?}");
        for value in personal {
            assert!(!bytes.contains(value), "{value} in {bytes}");
            assert!(!event.activity.description.contains(value), "{value} in {}", event.activity.description);
            if shown.contains(value) {
                seen.push(value);
            }
        }
    }
    for value in personal {
        assert!(
            seen.contains(&value),
            "{value} is shown nowhere: then its absence from the entries says nothing"
        );
    }
}

async fn updates_say_before_and_after(portal: &TestPortal) {
    let admin = portal.admin();
    admin.tenant("Acme").with("contact_email", "ada@acme.example").create().await.unwrap();
    let project = admin.project("acme", "Kiosk").create().await.unwrap();
    let edit = json!({ "contact_email": "bob@acme.example", "device_limit": 5, "primary_color": "#2545C4" });
    admin.update_tenant("acme", &edit).await.unwrap();
    let edit = json!({ "is_active": false, "priority": "high", "client_name": "Town hall", "description": "two\nlines" });
    admin.update_project(&project.id, &edit).await.unwrap();
    portal.settle().await;
    let activities = admin.recent().await.activities;
    assert_eq!(activities[1].description, "Tenant Acme was changed: contact e-mail, colour, device limit.");
    assert_eq!(
        activities[1].metadata,
        json!({ "version": 2, "changes": {
            "contact_email": { "before": "ada@acme.example", "after": "bob@acme.example" },
            "primary_color": { "before": null, "after": "#2545c4" },
            "device_limit": { "before": null, "after": 5 },
        } })
    );
    assert_eq!(
        activities[0].metadata,
        json!({ "version": 2, "changes": {
            "client_name": { "before": "City museum", "after": "Town hall" },
            "description": { "before": null, "after": "two\nlines" },
            "priority": { "before": "normal", "after": "high" },
            "status": { "before": "active", "after": "inactive" },
        } })
    );
}

async fn an_event_says_where_its_request_came_from(portal: &TestPortal) {
    let admin = portal.admin();
    let reply = admin
        .post("/admin/api/tenants", &json!({ "name": "Acme" }))
        .header("x-forwarded-for", "203.0.113.7")
        .header("x-request-id", "req_of_somebody_else")
        .send()
        .await;
    portal.settle().await;
    let newest = admin.recent().await.activities.remove(0);
    let event = admin.event(&newest.id).await.unwrap();
    assert_eq!(event.ip.as_deref(), Some("127.0.0.1"), "the peer, not what a header claims");
    assert_eq!(event.user_agent.as_deref(), Some("daybook-test/1"));
    assert_eq!(event.activity.request_id.as_deref(), Some(reply.header("x-request-id")));
    assert!(
        reply.header("x-request-id").starts_with("req_")
            && reply.header("x-request-id") != "req_of_somebody_else"
    );
}

async fn every_event_validates_against_the_schema_of_its_type(portal: &TestPortal) {
    history::write(portal).await;
    portal.settle().await;
    let auditor = portal.auditor();
    let types = auditor.value("/admin/api/event-types").await;
    let registry = types["items"].as_array().unwrap();
    for event in auditor.all_events(&[]).await {
        let entry = registry.iter().find(|entry| entry["type"] == json!(event.r#type)).unwrap();
        for (field, shown) in [
            ("severity", &event.severity),
            ("outcome", &event.outcome),
            ("title", &event.title),
            ("icon", &event.icon),
            ("tone", &event.tone),
        ] {
            assert_eq!(entry[field], json!(shown), "{} of {}", field, event.r#type);
        }
        let known = entry["schema"]["properties"].as_object().unwrap();
        for name in event.metadata.as_object().unwrap().keys() {
            assert!(known.contains_key(name), "{name} of {} is in no schema", event.r#type);
        }
        for required in entry["schema"]["required"].as_array().into_iter().flatten() {
            let name = required.as_str().unwrap();
            let named = matches!(name, "tenant" | "project" | "code" | "device" | "api_token");
            assert!(named || event.metadata.get(name).is_some(), "{name} of {} is missing", event.r#type);
        }
    }
}
