//! What stands around every answer: headers, the document, its page, the answers for whoever watches the server.

use std::collections::{BTreeMap, BTreeSet};

use daybook_testkit::{Reply, TestPortal, both_engines};
use serde_json::{Value, json};

use crate::document::{document, operations, resolve};

both_engines!(
    every_answer_has_security_headers_and_an_id,
    the_document_is_openapi_and_complete,
    the_page_of_the_document_needs_nobody_else,
    health_is_open_and_says_little,
);

async fn every_answer_has_security_headers_and_an_id(portal: &TestPortal) {
    portal.admin().tenant("Acme").create().await.unwrap();
    let mut ids = BTreeSet::new();
    let client = portal.owner();
    let mut paths: Vec<String> = operations()
        .iter()
        .filter(|operation| !operation.changes() && !operation.path.ends_with("/stream"))
        .map(|operation| operation.path.replace("{slug}", "acme").replace("{id}", "0"))
        .collect();
    paths.extend(
        ["/docs", "/docs.css", "/openapi.json", "/nothing", "/admin/api/tenants?limit=x"]
            .map(ToOwned::to_owned),
    );
    for path in paths {
        for reply in [client.get(&path).send().await, portal.anonymous().post(&path, &json!({})).send().await]
        {
            assert_secure(&reply, &path);
            assert!(ids.insert(reply.header("x-request-id").to_owned()), "each request has an id of its own");
        }
    }
}

fn assert_secure(reply: &Reply, path: &str) {
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("cache-control", "no-store"),
        ("server", "daybook"),
    ] {
        assert_eq!(reply.header(name), value, "{path}");
    }
    let policy = reply.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none';"), "{path}: {policy}");
    assert!(
        !policy.contains("unsafe") && !policy.contains("http") && !policy.contains('*'),
        "{path}: {policy}"
    );
    assert!(reply.header("x-request-id").starts_with("req_"), "{path}");
    assert_eq!(reply.header("access-control-allow-origin"), "", "{path}");
}

async fn the_document_is_openapi_and_complete(portal: &TestPortal) {
    let reply = portal.anonymous().get("/openapi.json").send().await;
    assert_eq!((reply.code(), reply.header("content-type")), (200, "application/json"));
    let served: Value = reply.json();
    assert_eq!(served, document(), "what is served is what the stories read");
    assert!(served["openapi"].as_str().unwrap().starts_with("3.1."));
    let tags: BTreeSet<&str> =
        served["tags"].as_array().unwrap().iter().map(|tag| tag["name"].as_str().unwrap()).collect();
    let mut ids = BTreeSet::new();
    for (path, methods) in served["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let name = format!("{method} {path}");
            assert!(operation["summary"].as_str().is_some_and(|text| !text.is_empty()), "{name}: summary");
            assert!(ids.insert(operation["operationId"].as_str().unwrap().to_owned()), "{name}: operationId");
            for tag in operation["tags"].as_array().unwrap() {
                assert!(tags.contains(tag.as_str().unwrap()), "{name}: {tag}");
            }
            assert_parameters(&name, path, operation);
            assert_responses(&served, &name, operation);
            if let Some(schema) = operation.pointer("/requestBody/content/application~1json/schema") {
                assert_example(resolve(&served, schema), &name);
            }
        }
    }
    assert_references(&served, &served);
    for (name, scheme) in served["components"]["securitySchemes"].as_object().unwrap() {
        let (kind, how) = match name.as_str() {
            "session" => (("apiKey", "cookie"), (&scheme["type"], &scheme["in"])),
            _ => (("http", "bearer"), (&scheme["type"], &scheme["scheme"])),
        };
        assert_eq!((&json!(kind.0), &json!(kind.1)), how, "{name}");
    }
}

fn assert_parameters(name: &str, path: &str, operation: &Value) {
    let listed: Vec<&Value> = operation["parameters"].as_array().into_iter().flatten().collect();
    let mut in_path: Vec<&str> =
        listed.iter().filter(|one| one["in"] == "path").map(|one| one["name"].as_str().unwrap()).collect();
    in_path.sort_unstable();
    let mut named: Vec<&str> =
        path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).collect();
    named.sort_unstable();
    assert_eq!(in_path, named, "{name}: the parameters of its path");
    let mut seen = BTreeSet::new();
    for one in listed {
        let place = (one["name"].as_str().unwrap(), one["in"].as_str().unwrap());
        assert!(seen.insert(place), "{name}: {place:?} twice");
        assert!(one["in"] != "path" || one["required"] == true, "{name}: {place:?} is required");
        let schema = &one["schema"];
        let bounded = schema.get("minimum").is_some() || schema.get("maximum").is_some();
        assert!(
            !bounded || types(schema).contains(&"integer"),
            "{name}: {place:?} has bounds and is no number: {schema}"
        );
    }
    let has_key = seen.contains(&("Idempotency-Key", "header"));
    assert_eq!(has_key, name.starts_with("post "), "{name}: Idempotency-Key");
}

fn types(schema: &Value) -> Vec<&str> {
    match &schema["type"] {
        Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
        other => other.as_str().into_iter().collect(),
    }
}

fn assert_responses(document: &Value, name: &str, operation: &Value) {
    let responses = operation["responses"].as_object().unwrap();
    // What a browser is sent on from answers with where to.
    let is_well = |status: &String| status.starts_with('2') || status == "303";
    assert!(responses.keys().any(is_well), "{name}: an answer when it is well");
    assert!(responses.contains_key("default"), "{name}: an answer when it is not");
    for (status, response) in responses {
        let response = resolve(document, response);
        assert!(response["description"].is_string(), "{name}: {status} is described");
        if !is_well(status) {
            let schema = &response["content"]["application/problem+json"]["schema"];
            assert_eq!(
                schema["$ref"],
                json!("#/components/schemas/ProblemBody"),
                "{name}: {status} is a problem"
            );
        }
    }
}

/// An example of a body that its own schema allows.
fn assert_example(schema: &Value, name: &str) {
    let properties = schema["properties"].as_object().unwrap();
    let Some(example) = schema["example"].as_object() else { return };
    for field in example.keys() {
        assert!(properties.contains_key(field), "{name}: its example has the unknown field {field}");
    }
    for field in schema["required"].as_array().into_iter().flatten() {
        assert!(example.contains_key(field.as_str().unwrap()), "{name}: its example lacks {field}");
    }
}

fn assert_references(document: &Value, value: &Value) {
    match value {
        Value::Object(fields) => {
            if let Some(reference) = fields.get("$ref").and_then(Value::as_str) {
                let pointer =
                    reference.strip_prefix('#').unwrap_or_else(|| panic!("{reference} leaves the document"));
                assert!(document.pointer(pointer).is_some(), "{reference} refers to nothing");
            }
            fields.values().for_each(|value| assert_references(document, value));
        }
        Value::Array(items) => items.iter().for_each(|value| assert_references(document, value)),
        _ => {}
    }
}

async fn the_page_of_the_document_needs_nobody_else(portal: &TestPortal) {
    let reply = portal.anonymous().get("/docs").send().await;
    assert_eq!((reply.code(), reply.header("content-type")), (200, "text/html; charset=utf-8"));
    let page = reply.text();
    assert!(page.starts_with("<!doctype html>"), "{page:.40}");
    for part in ["<script", "javascript:", " onclick", " style=", "<style", "<iframe", "@import"] {
        assert!(!page.to_lowercase().contains(part), "{part} in the page");
    }
    // Whatever the page loads comes from here, and is there.
    let mut loaded = BTreeMap::new();
    for attribute in ["href=\"", "src=\"", "action=\"", "srcset=\""] {
        for rest in page.split(attribute).skip(1) {
            let address = rest.split('"').next().unwrap();
            assert!(
                address.starts_with('/') && !address.starts_with("//") || address.starts_with('#'),
                "{address}"
            );
            if address.starts_with('/') {
                let found = portal.anonymous().get(address).send().await;
                assert_eq!(found.code(), 200, "{address}");
                loaded.insert(address.to_owned(), found);
            }
        }
    }
    let style = loaded.get("/docs.css").expect("the page has a style sheet");
    assert_eq!(style.header("content-type"), "text/css; charset=utf-8");
    assert!(!style.text().contains("http") && !style.text().contains("@import"), "the style loads nothing");
    for operation in operations() {
        assert!(page.contains(&operation.path), "{} is on the page", operation.name);
    }
    for needs in [
        "a session or an API token that may <code>tenants:write</code> (owner, admin)",
        "a session or an API token that may <code>tokens:read</code> (owner, admin, auditor)",
        "a session that may <code>account</code> (tenant_admin, tenant_member)",
        "a session or an API token of the platform, whatever it may do",
    ] {
        assert!(page.contains(needs), "{needs}");
    }
}

async fn health_is_open_and_says_little(portal: &TestPortal) {
    for path in ["/healthz", "/readyz"] {
        let reply = portal.anonymous().get(path).send().await;
        assert_eq!((reply.code(), reply.json::<Value>()), (200, json!({ "status": "ok" })), "{path}");
    }
}
