//! How language models are asked: what is set for the platform and for projects, what holds in the end, versions, and bringing them back.

use std::collections::BTreeMap;

use daybook_testkit::{Admin, Reply, TestPortal, both_engines};
use futures_util::future::join_all;
use serde_json::{Map, Value, json};

use crate::recorded::{events_since, types_since};

both_engines!(
    what_holds_is_what_the_project_sets_else_the_platform_else_what_is_built_in,
    each_field_that_is_set_changed_and_unset_is_in_the_log_with_before_and_after,
    whatever_is_put_what_holds_is_what_a_naive_fold_says,
    of_twenty_at_once_from_the_same_version_one_wins,
    a_stale_change_is_refused_and_what_changes_nothing_records_nothing,
    what_a_field_cannot_take_is_named_and_nothing_is_recorded,
    what_is_set_for_one_project_leaves_all_others_alone,
    a_deleted_project_takes_its_configuration_along,
);

const PLATFORM: &str = "/admin/api/config/llm";

fn of_project(id: &str) -> String {
    format!("/admin/api/projects/{id}/llm")
}

/// A project of a tenant of its own.
async fn project(admin: &Admin, slug: &str) -> String {
    admin.tenant(slug).slug(slug).create().await.unwrap();
    of_project(&admin.project(slug, "Kiosk").create().await.unwrap().id)
}

async fn put(admin: &Admin, path: &str, body: &Value) -> Value {
    let reply = admin.put(path, body).send().await;
    assert_eq!(reply.code(), 200, "{body}: {}", reply.text());
    reply.json()
}

/// Everything that can be set, but what names a provider.
fn everything() -> Map<String, Value> {
    let body = json!({
        "model": "gpt-4.1-mini", "fallback_models": ["small", "smaller"], "temperature": 0.7, "max_tokens": 500,
        "max_retries": 0, "timeout_seconds": 30, "monthly_budget": 50_000, "daily_budget": 0,
        "system_prompt": "You are the concierge of the museum.\nYou are polite.", "instructions": "Answer in one sentence."
    });
    body.as_object().unwrap().clone()
}

const BUILT_IN: [(&str, Value); 12] = [
    ("provider", Value::Null),
    ("model", Value::Null),
    ("fallback_models", Value::Null),
    ("temperature", Value::Bool(true)),
    ("max_tokens", Value::Bool(true)),
    ("max_retries", Value::Bool(true)),
    ("timeout_seconds", Value::Bool(true)),
    ("currency", Value::Bool(true)),
    ("monthly_budget", Value::Null),
    ("daily_budget", Value::Null),
    ("system_prompt", Value::Null),
    ("instructions", Value::Null),
];

async fn what_holds_is_what_the_project_sets_else_the_platform_else_what_is_built_in(portal: &TestPortal) {
    let admin = portal.admin();
    let path = project(&admin, "acme").await;
    let reply = admin.get(&path).send().await;
    assert_eq!(reply.header("etag"), "\"v0\"");
    let fresh: Value = reply.json();
    assert_eq!((&fresh["version"], &fresh["updated_at"]), (&json!(0), &Value::Null));
    assert_eq!((&fresh["settings"], &fresh["providers"]), (&json!({}), &json!([])));
    let effective = fresh["effective"].as_object().unwrap();
    assert_eq!(effective.len(), BUILT_IN.len());
    for (name, value) in BUILT_IN {
        assert_eq!(effective[name]["source"], "default", "{name}");
        assert_eq!(effective[name]["value"].is_null(), value.is_null(), "{name}");
    }
    put(
        &admin,
        PLATFORM,
        &json!({
            "provider": "main", "model": "large", "temperature": 1.25, "currency": "chf",
            "providers": [{ "name": "main", "kind": "mistral" }]
        }),
    )
    .await;
    let own = put(&admin, &path, &json!({ "model": "small", "max_tokens": 100 })).await;
    let holds =
        |name: &str| (own["effective"][name]["value"].clone(), own["effective"][name]["source"].clone());
    assert_eq!(holds("model"), (json!("small"), json!("project")));
    assert_eq!(holds("max_tokens"), (json!(100), json!("project")));
    assert_eq!(holds("provider"), (json!("main"), json!("platform")));
    assert_eq!(holds("temperature"), (json!(1.25), json!("platform")));
    assert_eq!(holds("currency"), (json!("CHF"), json!("platform")));
    assert_eq!(holds("max_retries"), (json!(2), json!("default")));
    assert_eq!(own["settings"], json!({ "model": "small", "max_tokens": 100 }));
    assert_eq!(own["providers"][0]["name"], "main");
    assert_eq!(admin.value(&path).await, own);
    assert_eq!(portal.auditor().value(&path).await, own, "an auditor sees it too");

    // What was answered can be sent again as it is.
    let platform = admin.value(PLATFORM).await;
    let mut again = platform["settings"].as_object().unwrap().clone();
    again.insert("providers".to_owned(), json!([{ "name": "main", "kind": "mistral", "base_url": null }]));
    let size = portal.settle().await;
    assert_eq!(put(&admin, PLATFORM, &Value::Object(again)).await, platform);
    assert_eq!(portal.settle().await, size);
}

/// What the event says of a setting's value.
fn as_recorded(name: &str, value: &Value) -> Value {
    if name == "temperature" { Value::from(value.to_string()) } else { value.clone() }
}

async fn each_field_that_is_set_changed_and_unset_is_in_the_log_with_before_and_after(portal: &TestPortal) {
    let admin = portal.admin();
    let own = project(&admin, "acme").await;
    let mut other = everything();
    for value in other.values_mut() {
        *value = match value {
            Value::Number(number) if number.is_f64() => json!(0.125),
            Value::Number(number) => json!(number.as_i64().unwrap() + 1),
            Value::Array(_) => json!(["another"]),
            _ => json!("another"),
        };
    }
    for path in [PLATFORM, &own] {
        let mut version = 0;
        for (name, first) in everything() {
            let steps =
                [(None, Some(&first)), (Some(&first), Some(&other[&name])), (Some(&other[&name]), None)];
            for (before, after) in steps {
                let size = portal.settle().await;
                let body: Map<String, Value> =
                    after.map(|value| (name.clone(), value.clone())).into_iter().collect();
                let answer = put(&admin, path, &Value::Object(body.clone())).await;
                version += 1;
                assert_eq!(
                    (&answer["version"], &answer["settings"]),
                    (&json!(version), &Value::Object(body))
                );
                let events = events_since(portal, size).await;
                assert_eq!(events.len(), 1, "{name}");
                let event = &events[0];
                assert_eq!(event.r#type, "CONFIG_UPDATED");
                assert_eq!(event.metadata["version"], version);
                let scope = if path == PLATFORM { "platform" } else { "project" };
                assert_eq!(event.metadata["scope"], scope);
                assert_eq!(event.project.is_some(), path != PLATFORM);
                let said =
                    |value: Option<&Value>| value.map_or(Value::Null, |value| as_recorded(&name, value));
                let changes = json!({ name.clone(): { "before": said(before), "after": said(after) } });
                assert_eq!(event.metadata["changes"], changes);
                assert!(
                    !event.description.contains("museum"),
                    "no words in a sentence: {}",
                    event.description
                );
            }
        }
    }
}

/// A number that looks like chance and is the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }

    /// Some of everything that can be set.
    fn body(&mut self) -> Map<String, Value> {
        let mut body = Map::new();
        for (name, value) in everything() {
            if self.below(2) == 0 {
                continue;
            }
            let value = match value {
                Value::Number(number) if number.is_f64() => {
                    json!(f64::from(u32::try_from(self.below(2_001)).unwrap()) / 1_000.0)
                }
                Value::Number(_) => json!(1 + self.below(9)),
                Value::Array(_) => json!([format!("model-{}", self.below(3))]),
                _ => json!(format!("word-{}", self.below(3))),
            };
            // A number without decimals has one spelling.
            let value = match value.as_f64() {
                Some(number) if number.fract() == 0.0 && value.is_f64() => {
                    json!(number.round().to_string().parse::<u64>().unwrap())
                }
                _ => value,
            };
            body.insert(name, value);
        }
        body
    }
}

async fn whatever_is_put_what_holds_is_what_a_naive_fold_says(portal: &TestPortal) {
    let admin = portal.admin();
    let paths = [PLATFORM.to_owned(), project(&admin, "acme").await, project(&admin, "bolt").await];
    let mut set: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    let mut versions: BTreeMap<&str, Vec<Map<String, Value>>> =
        paths.iter().map(|path| (path.as_str(), vec![Map::new()])).collect();
    let mut dice = Dice(7);
    for _ in 0..40 {
        let path = &paths[usize::try_from(dice.below(3)).unwrap()];
        let past = versions.get_mut(path.as_str()).unwrap();
        let body = if dice.below(4) == 0 {
            let to = usize::try_from(dice.below(past.len() as u64)).unwrap();
            let reply = admin.post(&format!("{path}/revert"), &json!({ "version": to })).send().await;
            assert_eq!(reply.code(), 200, "{}", reply.text());
            past[to].clone()
        } else {
            let body = dice.body();
            put(&admin, path, &Value::Object(body.clone())).await;
            body
        };
        if past.last() != Some(&body) {
            past.push(body.clone());
        }
        set.insert(path, body);
        for path in &paths {
            let found = admin.value(path).await;
            let own = set.get(path.as_str()).cloned().unwrap_or_default();
            let platform = set.get(PLATFORM).cloned().unwrap_or_default();
            assert_eq!(found["settings"], Value::Object(own.clone()));
            assert_eq!(found["version"], versions[path.as_str()].len() - 1);
            for (name, holds) in found["effective"].as_object().unwrap() {
                let expected = match (own.get(name), platform.get(name)) {
                    (Some(value), _) if path != PLATFORM => (value.clone(), "project"),
                    (_, Some(value)) => (value.clone(), "platform"),
                    _ => (holds["value"].clone(), "default"),
                };
                assert_eq!(
                    (holds["value"].clone(), holds["source"].as_str().unwrap()),
                    expected,
                    "{path} {name}"
                );
            }
        }
    }
}

async fn of_twenty_at_once_from_the_same_version_one_wins(portal: &TestPortal) {
    let admin = portal.admin();
    let own = project(&admin, "acme").await;
    for path in [PLATFORM, &own] {
        // The first of all, and one after it.
        for etag in ["\"v0\"", "\"v1\""] {
            let size = portal.settle().await;
            let changes = (0..20).map(|number| {
                let body = json!({ "instructions": format!("Number {number} of {etag}") });
                admin.put(path, &body).if_match(etag).send()
            });
            let answers = join_all(changes).await;
            let won: Vec<Value> =
                answers.iter().filter(|reply| reply.code() == 200).map(Reply::json).collect();
            assert_eq!(won.len(), 1, "{path} {etag}");
            assert!(
                answers
                    .iter()
                    .filter(|reply| reply.code() != 200)
                    .all(|reply| reply.problem().kind() == (412, "STALE"))
            );
            assert_eq!(admin.value(path).await, won[0]);
            assert_eq!(types_since(portal, size).await, ["CONFIG_UPDATED"]);
        }
    }
    // Without a version each comes after another, and none is lost in the log.
    let changes = (0..20).map(|number| {
        let body = json!({ "max_tokens": 100 + number });
        admin.put(&own, &body).send()
    });
    assert!(join_all(changes).await.iter().all(|reply| reply.code() == 200));
    assert_eq!(admin.value(&own).await["version"], 22);
}

async fn a_stale_change_is_refused_and_what_changes_nothing_records_nothing(portal: &TestPortal) {
    let admin = portal.admin();
    let own = project(&admin, "acme").await;
    for path in [PLATFORM, &own] {
        let first = admin.put(path, &json!({ "max_tokens": 10 })).if_match("\"v0\"").send().await;
        assert_eq!(first.header("etag"), "\"v1\"");
        let size = portal.settle().await;
        let same =
            admin.put(path, &json!({ "max_tokens": 10, "model": null, "instructions": " " })).send().await;
        assert_eq!((same.header("etag"), same.text()), ("\"v1\"", first.text()));
        let stale = admin.put(path, &json!({ "max_tokens": 11 })).if_match("\"v0\"").send().await;
        assert_eq!(stale.problem().kind(), (412, "STALE"));
        let stale =
            admin.post(&format!("{path}/revert"), &json!({ "version": 0 })).if_match("\"v0\"").send().await;
        assert_eq!(stale.problem().kind(), (412, "STALE"));
        let same = admin.post(&format!("{path}/revert"), &json!({ "version": 1 })).send().await;
        assert_eq!((same.code(), same.text()), (200, first.text()));
        assert_eq!(portal.settle().await, size);
        assert_eq!(
            admin.put(path, &json!({ "max_tokens": 11 })).if_match("\"v1\"").send().await.header("etag"),
            "\"v2\""
        );
    }
}

async fn what_a_field_cannot_take_is_named_and_nothing_is_recorded(portal: &TestPortal) {
    let admin = portal.admin();
    let own = project(&admin, "acme").await;
    let size = portal.settle().await;
    for (body, pointer, code) in [
        (json!({ "provider": "nobody" }), "/provider", "UNKNOWN_PROVIDER"),
        (json!({ "model": "a b" }), "/model", "INVALID_MODEL"),
        (json!({ "fallback_models": ["a", "ü"] }), "/fallback_models/1", "INVALID_MODEL"),
        (json!({ "fallback_models": ["a", "b", "c", "d", "e", "f"] }), "/fallback_models", "TOO_MANY"),
        (json!({ "temperature": 2.001 }), "/temperature", "OUT_OF_RANGE"),
        (json!({ "temperature": 0.0001 }), "/temperature", "OUT_OF_RANGE"),
        (json!({ "temperature": "0.7" }), "/temperature", "INVALID_TYPE"),
        (json!({ "max_tokens": 0 }), "/max_tokens", "OUT_OF_RANGE"),
        (json!({ "max_retries": 11 }), "/max_retries", "OUT_OF_RANGE"),
        (json!({ "timeout_seconds": 601 }), "/timeout_seconds", "OUT_OF_RANGE"),
        (json!({ "monthly_budget": -1 }), "/monthly_budget", "OUT_OF_RANGE"),
        (json!({ "daily_budget": 1.5 }), "/daily_budget", "INVALID_TYPE"),
        (json!({ "system_prompt": "x".repeat(8_001) }), "/system_prompt", "TOO_LONG"),
        (json!({ "instructions": "a\u{202e}b" }), "/instructions", "INVALID_CHARACTERS"),
        (json!({ "prompt": "x" }), "/prompt", "UNKNOWN_FIELD"),
    ] {
        for path in [PLATFORM, &own] {
            let problem = admin.put(path, &body).send().await.problem();
            assert_eq!((problem.status, problem.pointers()), (422, vec![pointer]), "{body}");
            assert_eq!(problem.errors[0].code, code, "{body}");
        }
    }
    for field in ["currency", "providers"] {
        let problem = admin.put(&own, &json!({ field: null })).send().await.problem();
        assert_eq!(
            (problem.status, problem.errors[0].code.as_str()),
            (422, "UNKNOWN_FIELD"),
            "{field} of a project"
        );
    }
    let several = json!({ "model": "", "max_tokens": 0, "temperature": 3 });
    let problem = admin.put(&own, &several).send().await.problem();
    assert_eq!(problem.pointers(), ["/model", "/temperature", "/max_tokens"], "all at once");
    for version in [json!(-1), json!(1), json!(i64::MAX)] {
        let problem =
            admin.post(&format!("{own}/revert"), &json!({ "version": version })).send().await.problem();
        assert_eq!((problem.status, problem.errors[0].code.as_str()), (422, "UNKNOWN_VERSION"), "{version}");
    }
    assert_eq!(portal.settle().await, size);
    // As long as it may be, before and after.
    for letter in ["\u{10348}", "\u{1f4a5}"] {
        let words = letter.repeat(8_000);
        put(&admin, &own, &json!({ "system_prompt": words, "instructions": words })).await;
    }
    portal.settle().await;
    let history = admin.value(&format!("{own}/history?limit=1")).await;
    assert_eq!(history["items"][0]["changes"]["instructions"]["before"], "\u{10348}".repeat(8_000));
}

async fn what_is_set_for_one_project_leaves_all_others_alone(portal: &TestPortal) {
    let admin = portal.admin();
    let (own, foreign) = (project(&admin, "acme").await, project(&admin, "bolt").await);
    let second = of_project(&admin.project("acme", "Lobby").create().await.unwrap().id);
    put(&admin, PLATFORM, &json!({ "max_tokens": 10 })).await;
    put(&admin, &foreign, &json!({ "max_tokens": 20 })).await;
    let before = (admin.value(PLATFORM).await, admin.value(&foreign).await, admin.value(&second).await);
    put(&admin, &own, &json!({ "max_tokens": 30, "system_prompt": "You are Kiosk" })).await;
    put(&admin, &own, &json!({})).await;
    assert_eq!(
        (admin.value(PLATFORM).await, admin.value(&foreign).await, admin.value(&second).await),
        before
    );
    portal.settle().await;
    for (path, count) in [(PLATFORM, 1), (&foreign, 1), (&second, 0), (&own, 2)] {
        let history = admin.value(&format!("{path}/history")).await;
        assert_eq!(history["items"].as_array().unwrap().len(), count, "{path}");
    }
}

async fn a_deleted_project_takes_its_configuration_along(portal: &TestPortal) {
    let admin = portal.admin();
    let provider = json!([{ "name": "main", "kind": "openai" }]);
    put(&admin, PLATFORM, &json!({ "providers": provider })).await;
    let (own, foreign) = (project(&admin, "acme").await, project(&admin, "bolt").await);
    for path in [&own, &foreign] {
        put(&admin, path, &json!({ "provider": "main", "max_tokens": 10 })).await;
    }
    let rows = "SELECT count(*) FROM config_settings";
    assert_eq!(portal.database().number(rows).await, 5);
    let id = own.split('/').nth(4).unwrap();
    admin.delete_project(id).await.unwrap();
    assert_eq!(portal.database().number(rows).await, 3);
    assert_eq!(admin.get(&own).send().await.problem().kind(), (404, "PROJECT_NOT_FOUND"));
    assert_eq!(admin.put(&own, &json!({})).send().await.code(), 404);
    assert_eq!(admin.get(&format!("{own}/history")).send().await.code(), 404);
    let in_use = admin.put(PLATFORM, &json!({})).send().await;
    assert_eq!(in_use.problem().kind(), (409, "PROVIDER_IN_USE"));
    admin.delete_tenant("bolt").await.unwrap();
    assert_eq!(portal.database().number(rows).await, 1);
    assert_eq!(portal.database().number("SELECT count(*) FROM config_versions").await, 1, "the platform's");
    put(&admin, PLATFORM, &json!({})).await;
}
