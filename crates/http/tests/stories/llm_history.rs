//! Versions of how language models are asked: who made each, page by page, and an earlier one brought back.

use daybook_testkit::{Admin, Page, TestPortal, both_engines};
use futures_util::future::join_all;
use serde_json::{Value, json};

both_engines!(
    each_version_says_who_made_it_when_and_of_what,
    versions_are_read_page_by_page,
    an_earlier_version_comes_back_as_a_new_one,
    a_version_that_has_no_number_yet_can_be_taken_back,
    words_that_were_erased_do_not_come_back,
);

const PLATFORM: &str = "/admin/api/config/llm";

async fn put(admin: &Admin, path: &str, body: &Value) -> Value {
    let reply = admin.put(path, body).send().await;
    assert_eq!(reply.code(), 200, "{body}: {}", reply.text());
    reply.json()
}

async fn revert(admin: &Admin, path: &str, version: i64) -> Value {
    let reply = admin.post(&format!("{path}/revert"), &json!({ "version": version })).send().await;
    assert_eq!(reply.code(), 200, "{version}: {}", reply.text());
    reply.json()
}

async fn history(admin: &Admin, path: &str, limit: &str) -> Vec<Value> {
    admin.all(&format!("{path}/history"), &[("limit", limit)]).await
}

async fn project(admin: &Admin) -> String {
    admin.tenant("Acme").create().await.unwrap();
    format!("/admin/api/projects/{}/llm", admin.project("acme", "Kiosk").create().await.unwrap().id)
}

async fn each_version_says_who_made_it_when_and_of_what(portal: &TestPortal) {
    let (admin, owner) = (portal.admin(), portal.owner());
    let own = project(&admin).await;
    for path in [PLATFORM, &own] {
        put(&admin, path, &json!({ "temperature": 0.5, "system_prompt": "You are A" })).await;
        portal.clock().advance(std::time::Duration::from_secs(60));
        let last = put(&owner, path, &json!({ "temperature": 1, "system_prompt": "You are B" })).await;
        portal.settle().await;
        let versions = history(&portal.auditor(), path, "50").await;
        assert_eq!(versions.len(), 2);
        assert_eq!((&versions[0]["version"], &versions[1]["version"]), (&json!(2), &json!(1)));
        assert_eq!(
            versions[0]["changes"],
            json!({
                "temperature": { "before": 0.5, "after": 1 },
                "system_prompt": { "before": "You are A", "after": "You are B" },
            })
        );
        assert_eq!(versions[1]["changes"]["temperature"], json!({ "before": null, "after": 0.5 }));
        assert_eq!(versions[0]["at"], last["updated_at"]);
        assert_ne!(versions[0]["actor"]["id"], versions[1]["actor"]["id"]);
        let event = admin.event(versions[0]["event"].as_str().unwrap()).await.unwrap();
        assert_eq!(json!(event.activity.actor.id), versions[0]["actor"]["id"]);
    }
}

async fn versions_are_read_page_by_page(portal: &TestPortal) {
    let admin = portal.admin();
    let own = project(&admin).await;
    for number in 1..=7 {
        for path in [PLATFORM, &own] {
            put(&admin, path, &json!({ "max_tokens": number })).await;
        }
    }
    portal.settle().await;
    for path in [PLATFORM, &own] {
        let whole = history(&admin, path, "500").await;
        let versions: Vec<i64> = whole.iter().map(|one| one["version"].as_i64().unwrap()).collect();
        assert_eq!(versions, [7, 6, 5, 4, 3, 2, 1]);
        for limit in ["1", "3", "7"] {
            assert_eq!(history(&admin, path, limit).await, whole, "{limit} at a time");
        }
        // A page goes on where it was, whatever came in between.
        let first: Page<Value> = admin.list(&format!("{path}/history"), &[("limit", "3")]).await.unwrap();
        put(&admin, path, &json!({})).await;
        portal.settle().await;
        let asked = [("limit", "3"), ("cursor", first.next.as_deref().unwrap())];
        let second: Page<Value> = admin.list(&format!("{path}/history"), &asked).await.unwrap();
        assert_eq!(second.items, whole[3..6]);
        let problem = admin.list::<Value>(&format!("{path}/history"), &[("cursor", "x")]).await.unwrap_err();
        assert_eq!((problem.status, problem.pointers()), (422, vec!["?cursor"]));
    }
}

async fn an_earlier_version_comes_back_as_a_new_one(portal: &TestPortal) {
    let admin = portal.admin();
    let own = project(&admin).await;
    for path in [PLATFORM, &own] {
        let first = put(&admin, path, &json!({ "max_tokens": 1, "instructions": "one" })).await;
        let second = put(&admin, path, &json!({ "max_tokens": 2, "model": "two" })).await;
        let third = revert(&admin, path, 1).await;
        assert_eq!((&third["version"], &third["settings"]), (&json!(3), &first["settings"]));
        // A version that brought one back is brought back like any other.
        let fourth = revert(&admin, path, 2).await;
        assert_eq!((&fourth["version"], &fourth["settings"]), (&json!(4), &second["settings"]));
        assert_eq!(revert(&admin, path, 3).await["settings"], first["settings"]);
        assert_eq!(revert(&admin, path, 0).await["settings"], json!({}));
        assert_eq!(revert(&admin, path, 4).await["settings"], second["settings"]);
        portal.settle().await;
        let versions = history(&admin, path, "50").await;
        let brought: Vec<&Value> = versions.iter().rev().map(|one| &one["reverted_to"]).collect();
        assert_eq!(
            brought,
            [&Value::Null, &Value::Null, &json!(1), &json!(2), &json!(3), &json!(0), &json!(4)]
        );
        let event = admin.event(versions[0]["event"].as_str().unwrap()).await.unwrap();
        assert!(event.activity.description.contains("as in version 4"), "{}", event.activity.description);
    }
    // More versions than are read at once.
    for number in 0..120 {
        put(&admin, PLATFORM, &json!({ "max_tokens": 100 + number })).await;
    }
    assert_eq!(revert(&admin, PLATFORM, 2).await["settings"], json!({ "max_tokens": 2, "model": "two" }));
    assert_eq!(revert(&admin, PLATFORM, 8).await["settings"], json!({ "max_tokens": 100 }));
}

async fn a_version_that_has_no_number_yet_can_be_taken_back(portal: &TestPortal) {
    let admin = portal.admin();
    let own = project(&admin).await;
    for path in [PLATFORM, &own] {
        // Nothing waits for the sequencer here.
        for number in 1..=20_i64 {
            put(&admin, path, &json!({ "max_tokens": number, "instructions": format!("number {number}") }))
                .await;
            let back = revert(&admin, path, 2 * number - 2).await;
            assert_eq!(back["version"], 2 * number);
            assert_eq!(back["settings"], json!({}));
        }
        // Several at once: each brings back what that version was, whatever the others do meanwhile.
        let answers = join_all((1..20_i64).step_by(2).map(|version| revert(&admin, path, version))).await;
        for (at, answer) in answers.iter().enumerate() {
            assert_eq!(answer["settings"]["max_tokens"], at + 1);
        }
    }
}

async fn words_that_were_erased_do_not_come_back(portal: &TestPortal) {
    let admin = portal.admin();
    put(&admin, PLATFORM, &json!({ "system_prompt": "You are Ada", "max_tokens": 1 })).await;
    put(&admin, PLATFORM, &json!({ "max_tokens": 2 })).await;
    put(&admin, PLATFORM, &json!({ "max_tokens": 3 })).await;
    portal.settle().await;
    let second = &history(&admin, PLATFORM, "50").await[1];
    let seq = admin.event(second["event"].as_str().unwrap()).await.unwrap().activity.seq;
    let nobody = match portal.engine() {
        daybook_testkit::Engine::Sqlite => "zeroblob(16)",
        daybook_testkit::Engine::Postgres => "'00000000-0000-0000-0000-000000000000'",
    };
    let erase = format!(
        "DELETE FROM event_personal WHERE subject_id = {nobody}
         AND event_id = (SELECT event_id FROM platform_events WHERE seq = {seq})"
    );
    portal.database().execute(&erase).await;
    let reply = admin.post(&format!("{PLATFORM}/revert"), &json!({ "version": 1 })).send().await;
    assert_eq!(reply.problem().kind(), (409, "VERSION_ERASED"));
    let versions = history(&admin, PLATFORM, "50").await;
    assert_eq!(versions[1]["changes"]["system_prompt"], json!({ "before": null, "after": null }));
    assert_eq!(
        revert(&admin, PLATFORM, 2).await["settings"],
        json!({ "max_tokens": 2 }),
        "what has none can"
    );
}
