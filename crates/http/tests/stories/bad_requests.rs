//! What is wrong with a request besides its body: parameters, ids, addresses, methods. Never a failure of the server, never an event.

use daybook_testkit::{Method, Reply, TestPortal, both_engines};
use serde_json::Value;

use crate::{
    document::{Operation, operations},
    world::World,
};

both_engines!(
    parameters_that_are_wrong_or_given_twice_are_refused,
    names_that_nothing_can_have_are_refused,
    what_is_not_there_is_a_problem_like_any_other,
    a_request_with_a_huge_head_is_refused,
);

/// What every answer to a wrong request must be.
fn assert_harmless(reply: &Reply, what: &str) {
    assert!(reply.code() < 500, "{what}: {} {}", reply.status, reply.text());
    assert!(reply.header("x-request-id").starts_with("req_"), "{what}");
    if !reply.status.is_success() {
        assert!(!reply.problem().code.is_empty(), "{what}");
    }
}

fn is_stream(operation: &Operation) -> bool {
    operation.path.ends_with("/stream")
}

/// Where the operation finds something.
fn path(world: &World<'_>, operation: &Operation) -> String {
    if operation.changes() { world.path(operation) } else { operation.path_with("0") }
}

async fn parameters_that_are_wrong_or_given_twice_are_refused(portal: &TestPortal) {
    let world = World::prepare(portal, 0).await;
    let size = portal.settle().await;
    let mut tried = 0;
    for operation in operations() {
        let (client, path) = (world.client(&operation), path_of(&world, &operation));
        for parameter in &operation.query {
            let twice =
                client.request(operation.method.clone(), &format!("{path}?{parameter}=1&{parameter}=1"));
            let problem = twice.send().await.problem();
            let place = format!("?{parameter}");
            assert_eq!(
                (problem.status, problem.pointers()),
                (422, vec![place.as_str()]),
                "{}: {parameter} twice",
                operation.name
            );
            for (what, value) in [
                ("a NUL", "a%00b".to_owned()),
                ("a change of direction", "a%E2%80%AEb".to_owned()),
                ("a control character", "a%07b".to_owned()),
                ("too long", "x".repeat(10_000)),
                ("not UTF-8", "%FF%FE".to_owned()),
                ("half an escape", "%f".to_owned()),
                ("a quote", "'%22;--".to_owned()),
                ("negative", "-1".to_owned()),
                ("huge", "9".repeat(40)),
            ] {
                // What may be a reason is one, whatever it looks like; only what no reason can be is tried where it would be kept.
                let may_be_a_reason =
                    matches!(what, "not UTF-8" | "half an escape" | "a quote" | "negative" | "huge");
                if is_stream(&operation) && parameter == "after" && what == "negative"
                    || operation.changes() && may_be_a_reason
                {
                    continue;
                }
                let reply = client
                    .request(operation.method.clone(), &format!("{path}?{parameter}={value}"))
                    .send()
                    .await;
                let what = format!("{}: {parameter} is {what}", operation.name);
                assert_harmless(&reply, &what);
                if operation.changes() {
                    assert_eq!(reply.problem().kind(), (422, "INVALID"), "{what}");
                }
                tried += 1;
            }
        }
    }
    assert!(tried > 200, "every parameter in every way, not {tried}");
    assert_eq!(portal.settle().await, size, "no event");
}

fn path_of(world: &World<'_>, operation: &Operation) -> String {
    path(world, operation)
}

async fn names_that_nothing_can_have_are_refused(portal: &TestPortal) {
    let world = World::prepare(portal, 0).await;
    let size = portal.settle().await;
    let long = "x".repeat(10_000);
    let names = [
        "0",
        "-1",
        "nobody",
        "TENANT-0",
        "%00",
        "tenant-0%00",
        "%FF",
        "%E2%80%AE",
        "..%2F..%2Fetc%2Fpasswd",
        "'%20OR%201=1--",
        "prj_00000000000000000000000000",
        "cod_7zzzzzzzzzzzzzzzzzzzzzzzzz",
        "dev_8zzzzzzzzzzzzzzzzzzzzzzzzz",
        "tok_0",
        "ten_01H455VB4PEX5VSKNK084SN02Q",
        "%F0%9F%92%A5",
        &long,
    ];
    for operation in operations().iter().filter(|operation| operation.path.contains('{')) {
        for name in names {
            let request =
                world.client(operation).request(operation.method.clone(), &operation.path_with(name));
            let reply = match world_body(&world, operation) {
                Some(body) => request.json(&body).send().await,
                None => request.send().await,
            };
            let what = format!("{} of {name:.60}", operation.name);
            assert_harmless(&reply, &what);
            let names_an_event = operation.path.starts_with("/admin/api/events/{id}") && name == "0";
            let found_an_event = names_an_event && !operation.changes();
            assert_eq!(reply.status.is_success(), found_an_event, "{what}");
            operation.assert_documented(&reply);
        }
    }
    assert_eq!(portal.settle().await, size, "no event");
}

fn world_body(world: &World<'_>, operation: &Operation) -> Option<Value> {
    world.body_if_known(operation)
}

async fn what_is_not_there_is_a_problem_like_any_other(portal: &TestPortal) {
    let client = portal.owner();
    let unknown = [
        "/admin",
        "/admin/api",
        "/admin/api/",
        "/admin/api/tenants/",
        "/admin/api/nothing",
        "/admin/api/tenants/a/b/c",
        "/tenant/api/nothing",
        "//admin/api/tenants",
        "/%00",
        "/openapi.json/",
        "/docs/../docs/x",
    ];
    for path in unknown {
        for method in [Method::GET, Method::POST, Method::DELETE, Method::PUT] {
            let reply = client.request(method.clone(), path).send().await;
            assert_eq!(reply.problem().kind(), (404, "NOT_FOUND"), "{method} {path}");
        }
    }
    let methods = [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::TRACE];
    let known = operations();
    for operation in &known {
        let of_path: Vec<&Method> =
            known.iter().filter(|other| other.path == operation.path).map(|other| &other.method).collect();
        for method in methods.iter().filter(|method| !of_path.contains(method)) {
            let reply = client.request(method.clone(), &operation.any_path()).send().await;
            assert_eq!(reply.problem().kind(), (405, "METHOD_NOT_ALLOWED"), "{method} {}", operation.path);
            let allowed = reply.header("allow");
            assert!(
                of_path.iter().all(|method| allowed.contains(method.as_str())),
                "{}: {allowed}",
                operation.path
            );
        }
    }
}

async fn a_request_with_a_huge_head_is_refused(portal: &TestPortal) {
    let reply = portal.auditor().get("/admin/api/tenants").header("x-long", &"x".repeat(40_000)).send().await;
    assert_eq!(reply.code(), 431);
    let long_path = format!("/admin/api/tenants/{}", "x".repeat(40_000));
    let reply = portal.auditor().get(&long_path).send().await;
    assert!([414, 431].contains(&reply.code()), "{}", reply.status);
    assert_eq!(
        portal.auditor().get("/admin/api/tenants").send().await.code(),
        200,
        "and the next is answered"
    );
}
