//! Keys of the providers of language models: they come in and never go out, and lie sealed in the database.

use daybook_testkit::{Admin, TestPortal, both_engines};
use serde_json::{Value, json};

use crate::recorded::{events_since, types_since};

both_engines!(
    a_key_is_written_and_never_answered,
    a_key_stands_nowhere_in_the_clear,
    a_key_stays_until_another_comes_or_it_is_taken_away,
    a_provider_that_is_asked_cannot_be_left_out,
    of_a_removal_and_a_project_that_comes_to_ask_one_wins,
);

const PLATFORM: &str = "/admin/api/config/llm";
const KEY: &str = "sk-live-5f2a9c1e7b3d";
const OTHER_KEY: &str = "sk-live-0d4b8e6a2c7f";

fn main_provider(more: &Value) -> Value {
    let mut provider = json!({ "name": "main", "kind": "openai" });
    provider.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    json!({ "providers": [provider] })
}

async fn put(admin: &Admin, more: &Value) -> Value {
    let reply = admin.put(PLATFORM, &main_provider(more)).send().await;
    assert_eq!(reply.code(), 200, "{}", reply.text());
    reply.json()
}

/// What the events since then say of the key, before and after.
async fn key_changes(portal: &TestPortal, size: u64) -> Vec<Value> {
    let events = events_since(portal, size).await;
    events.into_iter().map(|event| event.metadata["changes"]["providers.main.key"].clone()).collect()
}

async fn a_key_is_written_and_never_answered(portal: &TestPortal) {
    let admin = portal.admin();
    let size = portal.settle().await;
    let mut texts = vec![];
    let said = admin.put(PLATFORM, &main_provider(&json!({ "key": KEY }))).send().await;
    texts.push(said.text().to_owned());
    assert_eq!(key_changes(portal, size).await, [json!({ "before": null, "after": "changed" })]);
    for path in [
        PLATFORM.to_owned(),
        format!("{PLATFORM}/history"),
        "/admin/api/events?type=CONFIG_UPDATED".to_owned(),
        "/admin/api/recent-activities".to_owned(),
        format!("/admin/api/events/{size}"),
    ] {
        texts.push(admin.get(&path).send().await.text().to_owned());
    }
    // Refusals say nothing of it either.
    let body = json!({ "providers": [{ "name": "main", "kind": KEY, "key": KEY, "base_url": KEY }] });
    texts.push(admin.put(PLATFORM, &body).send().await.text().to_owned());
    let stale = admin.put(PLATFORM, &main_provider(&json!({ "key": KEY }))).if_match("\"v9\"").send().await;
    texts.push(stale.text().to_owned());
    let reverted = admin.post(&format!("{PLATFORM}/revert"), &json!({ "version": 0 })).send().await;
    texts.push(reverted.text().to_owned());
    for text in texts {
        assert!(!text.contains(KEY), "{text}");
    }
    let provider = &said.json::<Value>()["providers"][0];
    assert_eq!(provider["key_set"], true);
    assert!(provider["key_set_at"].is_string() && provider.get("key").is_none(), "{provider}");
}

async fn a_key_stands_nowhere_in_the_clear(portal: &TestPortal) {
    let admin = portal.admin();
    put(&admin, &json!({ "key": KEY })).await;
    let reply = admin
        .post(&format!("{PLATFORM}/revert"), &json!({ "version": 0 }))
        .key("the first answer is kept, sealed")
        .send()
        .await;
    assert_eq!(reply.code(), 200, "{}", reply.text());
    put(&admin, &json!({ "key": OTHER_KEY, "base_url": "https://models.example.com" })).await;
    portal.settle().await;
    let database = portal.database();
    let known = database.files_with(&["models.example.com".to_owned()]).await;
    assert!(!known.is_empty(), "what may stand there is found");
    assert_eq!(database.files_with(&[KEY.to_owned(), OTHER_KEY.to_owned()]).await, [""; 0]);
    assert_eq!(database.number("SELECT count(*) FROM provider_keys").await, 1);
}

async fn a_key_stays_until_another_comes_or_it_is_taken_away(portal: &TestPortal) {
    let admin = portal.admin();
    put(&admin, &json!({ "key": KEY })).await;
    let size = portal.settle().await;
    put(&admin, &json!({})).await;
    put(&admin, &json!({ "key": KEY })).await;
    assert_eq!(portal.settle().await, size, "it is the one that is there");

    put(&admin, &json!({ "key": OTHER_KEY })).await;
    assert_eq!(key_changes(portal, size).await, [json!({ "before": "changed", "after": "changed" })]);
    let size = portal.settle().await;
    for elsewhere in [json!({ "kind": "anthropic" }), json!({ "base_url": "https://models.example.com" })] {
        let problem = admin.put(PLATFORM, &main_provider(&elsewhere)).send().await.problem();
        assert_eq!((problem.status, problem.pointers()), (422, vec!["/providers/0/key"]), "{elsewhere}");
    }
    assert_eq!(portal.settle().await, size, "nobody is shown the key of somebody else");

    let without = put(&admin, &json!({ "key": null })).await;
    assert_eq!(
        (&without["providers"][0]["key_set"], &without["providers"][0]["key_set_at"]),
        (&json!(false), &Value::Null)
    );
    assert_eq!(key_changes(portal, size).await, [json!({ "before": "changed", "after": null })]);
    assert_eq!(portal.database().number("SELECT count(*) FROM provider_keys").await, 0);

    put(&admin, &json!({ "key": KEY })).await;
    let reply = admin.put(PLATFORM, &json!({ "providers": [] })).send().await;
    assert_eq!(reply.json::<Value>()["providers"], json!([]));
    assert_eq!(
        portal.database().number("SELECT count(*) FROM provider_keys").await,
        0,
        "it goes with its provider"
    );
}

async fn project(admin: &Admin) -> String {
    admin.tenant("Acme").create().await.unwrap();
    format!("/admin/api/projects/{}/llm", admin.project("acme", "Kiosk").create().await.unwrap().id)
}

async fn a_provider_that_is_asked_cannot_be_left_out(portal: &TestPortal) {
    let admin = portal.admin();
    let own = project(&admin).await;
    let asks = json!({ "provider": "main" });
    assert_eq!(
        admin.put(&own, &asks).send().await.problem().pointers(),
        ["/provider"],
        "nobody knows it yet"
    );
    put(&admin, &json!({ "key": KEY })).await;
    assert_eq!(admin.put(&own, &asks).send().await.code(), 200);
    let size = portal.settle().await;
    let reply = admin.put(PLATFORM, &json!({})).send().await;
    assert_eq!(reply.problem().kind(), (409, "PROVIDER_IN_USE"));
    let reply = admin.post(&format!("{PLATFORM}/revert"), &json!({ "version": 0 })).send().await;
    assert_eq!(reply.problem().kind(), (409, "PROVIDER_IN_USE"));
    let reply = admin.put(PLATFORM, &json!({ "provider": "main" })).send().await;
    assert_eq!(reply.problem().pointers(), ["/provider"], "not in the same document either");
    assert_eq!(portal.settle().await, size);

    assert_eq!(admin.put(&own, &json!({})).send().await.code(), 200);
    assert_eq!(admin.put(PLATFORM, &json!({})).send().await.code(), 200);
    let reply = admin.post(&format!("{own}/revert"), &json!({ "version": 1 })).send().await;
    assert_eq!(reply.problem().kind(), (409, "PROVIDER_MISSING"));
    // It comes back, but for its key.
    let reply = admin.post(&format!("{PLATFORM}/revert"), &json!({ "version": 1 })).send().await;
    let provider = reply.json::<Value>()["providers"][0].clone();
    assert_eq!((&provider["name"], &provider["key_set"]), (&json!("main"), &json!(false)));
    let reply = admin.post(&format!("{own}/revert"), &json!({ "version": 1 })).send().await;
    assert_eq!(reply.json::<Value>()["settings"], asks);
}

async fn of_a_removal_and_a_project_that_comes_to_ask_one_wins(portal: &TestPortal) {
    let admin = portal.admin();
    let own = project(&admin).await;
    for _ in 0..10 {
        put(&admin, &json!({})).await;
        let size = portal.settle().await;
        let (left_out, asked) = tokio::join!(
            admin.put(PLATFORM, &json!({})).send(),
            admin.put(&own, &json!({ "provider": "main" })).send(),
        );
        let codes = (left_out.code(), asked.code());
        assert!([(200, 422), (409, 200)].contains(&codes), "{codes:?}");
        assert_eq!(types_since(portal, size).await, ["CONFIG_UPDATED"]);
        assert_eq!(admin.put(&own, &json!({})).send().await.code(), 200);
    }
}
