//! Bad input is the caller's mistake: each field of each body of the document, wrong in every way, is refused with its place, and
//! leaves no event.

use daybook_testkit::{Problem, Reply, TestPortal, both_engines};
use serde_json::{Map, Value, json};

use crate::{
    document::{Fields, Operation, object, operations},
    trace::is_told_elsewhere,
    world::World,
};

both_engines!(
    every_field_refuses_what_it_cannot_take,
    a_field_that_is_missing_or_unknown_is_named,
    what_is_no_json_object_is_refused,
    bodies_that_are_too_long_or_of_another_kind_are_refused,
);

/// How what is no activation code is refused.
const NOT_A_CODE: [&str; 2] = ["CODE_MALFORMED", "CODE_CHECKSUM"];
/// How what should prove something, or names where it is proved, is refused as a whole: which part was wrong is not said.
const PROVES_NOTHING: [&str; 6] = [
    "SIGN_IN_REFUSED",
    "RATE_LIMITED",
    "LINK_OVER",
    "CEREMONY_OVER",
    "PASSKEYS_UNAVAILABLE",
    "IDENTITY_PROVIDER_NOT_FOUND",
];

/// The operations with a body.
fn with_bodies() -> impl Iterator<Item = (Operation, Fields)> {
    operations().into_iter().filter_map(|operation| {
        let fields = operation.fields.clone()?;
        Some((operation, fields))
    })
}

/// What a refusal must be, whoever refuses.
fn refusal(operation: &Operation, reply: &Reply, what: &str) -> Problem {
    assert!(reply.status.is_client_error(), "{}, {what}: {} {}", operation.name, reply.status, reply.text());
    operation.assert_documented(reply);
    let problem = reply.problem();
    assert!(problem.request_id.starts_with("req_"), "{}, {what}", operation.name);
    let is_code = |code: &str| !code.is_empty() && code.bytes().all(|b| b.is_ascii_uppercase() || b == b'_');
    assert!(is_code(&problem.code), "{}, {what}: {}", operation.name, problem.code);
    assert_eq!(problem.r#type, format!("urn:daybook:problem:{}", problem.code));
    assert!(problem.errors.iter().all(|error| is_code(&error.code) && !error.detail.is_empty()));
    problem
}

/// Values that no field of this type takes. Each is so long, so wrong or so large that no rule of a field can be meant to allow it.
fn wrong_values(types: &[String]) -> Vec<(&'static str, Value)> {
    let takes = |name: &str| types.iter().any(|one| one == name);
    let mut wrong = vec![];
    // Where a list may be empty, is said in the stories of what it lists.
    if !takes("array") {
        wrong.push(("an array", json!([])));
    }
    if !takes("object") {
        wrong.push(("an object", json!({ "a": 1 })));
    }
    if takes("string") {
        wrong.extend([
            ("a number", json!(7)),
            ("a boolean", json!(true)),
            ("too long", json!("x".repeat(10_000))),
            ("a NUL", json!("some\u{0}thing")),
            ("a control character", json!("some\u{7}thing")),
            ("an escape character", json!("some\u{1b}[2Jthing")),
            ("a change of direction", json!("some\u{202e}thing")),
            ("an isolate", json!("some\u{2066}thing")),
            ("a zero-width space", json!("some\u{200b}thing")),
        ]);
    }
    if takes("integer") {
        wrong.extend([
            ("a text", json!("7")),
            ("a boolean", json!(true)),
            ("a fraction", json!(1.5)),
            ("negative", json!(-1)),
            ("the least", json!(i64::MIN)),
            ("the greatest", json!(i64::MAX)),
            ("beyond the greatest", json!(u64::MAX)),
            ("huge", json!(1e300)),
        ]);
    }
    if takes("boolean") {
        wrong.extend([("a text", json!("true")), ("a number", json!(1))]);
    }
    if takes("array") {
        wrong.extend([
            ("a text", json!("some")),
            ("a number", json!(7)),
            ("a list of numbers", json!([7])),
            ("a list of something unknown", json!(["x".repeat(10_000)])),
        ]);
    }
    if !takes("null") {
        wrong.push(("null", Value::Null));
    }
    wrong
}

async fn send(world: &World<'_>, operation: &Operation, body: &Map<String, Value>) -> Reply {
    world.request(operation).json(&Value::Object(body.clone())).send().await
}

async fn every_field_refuses_what_it_cannot_take(portal: &TestPortal) {
    let world = World::prepare(portal, 0).await;
    let size = portal.settle().await;
    let mut refused = 0;
    for (operation, fields) in with_bodies() {
        for (field, types) in &fields.types {
            for (what, value) in wrong_values(types) {
                let mut body = object(world.body(&operation).unwrap());
                body.insert(field.clone(), value);
                let reply = send(&world, &operation, &body).await;
                let what = format!("{field} is {what}");
                let problem = refusal(&operation, &reply, &what);
                let proves_nothing = PROVES_NOTHING.contains(&problem.code.as_str());
                // Only a passkey could make the rest of its answer right.
                if !proves_nothing && !is_told_elsewhere(&operation) {
                    // What is no activation code is refused in words of its own, at the same place.
                    let code =
                        if NOT_A_CODE.contains(&problem.code.as_str()) { &problem.code } else { "INVALID" };
                    assert_eq!(problem.kind(), (422, code), "{}, {what}", operation.name);
                    // An item of a list has its own place.
                    let item = if what.contains(" is a list of ") { "/0" } else { "" };
                    assert_eq!(problem.pointers(), [format!("/{field}{item}")], "{}, {what}", operation.name);
                }
                refused += 1;
            }
        }
    }
    assert!(refused > 300, "every field in every way, not {refused} refusals");
    assert_eq!(portal.settle().await, size, "no event");
}

async fn a_field_that_is_missing_or_unknown_is_named(portal: &TestPortal) {
    let world = World::prepare(portal, 0).await;
    let size = portal.settle().await;
    for (operation, fields) in with_bodies() {
        for field in &fields.required {
            let mut body = object(world.body(&operation).unwrap());
            body.remove(field).unwrap_or_else(|| panic!("{field} is required and not sent"));
            let reply = send(&world, &operation, &body).await;
            let problem = refusal(&operation, &reply, &format!("{field} is missing"));
            assert_eq!(
                (problem.status, problem.pointers()),
                (422, vec![format!("/{field}").as_str()]),
                "{}",
                operation.name
            );
            assert_eq!(problem.errors[0].code, "REQUIRED");
        }
        let mut body = object(world.body(&operation).unwrap());
        body.insert("surprise/~".to_owned(), json!(1));
        let reply = send(&world, &operation, &body).await;
        let problem = refusal(&operation, &reply, "a field is unknown");
        assert_eq!((problem.status, problem.pointers()), (422, vec!["/surprise~1~0"]), "{}", operation.name);
        assert_eq!(problem.errors[0].code, "UNKNOWN_FIELD");
    }
    assert_eq!(portal.settle().await, size, "no event");
}

async fn what_is_no_json_object_is_refused(portal: &TestPortal) {
    let world = World::prepare(portal, 0).await;
    let size = portal.settle().await;
    for (operation, fields) in with_bodies() {
        let whole = world.body(&operation).unwrap().to_string();
        // Where nothing has to be said, there is nothing to say twice or to leave out.
        if whole == "{}" {
            continue;
        }
        let is_text = |(_, types): &(&String, &Vec<String>)| types.iter().any(|one| one == "string");
        let (text, _) = fields.types.iter().find(is_text).or(fields.types.iter().next()).unwrap();
        let not_utf8 = [format!("{{\"{text}\":\"").as_bytes(), b"\xff\xfe\"}"].concat();
        let half_a_surrogate = format!("{{\"{text}\":\"\\ud800\"}}");
        let twice = format!("{whole}{whole}");
        let (first, value) = object(world.body(&operation).unwrap()).into_iter().next().unwrap();
        let duplicate = format!("{{\"{first}\":{value},{}", &whole[1..]);
        let values: Vec<Value> =
            object(world.body(&operation).unwrap()).into_iter().map(|(_, value)| value).collect();
        let in_order = Value::Array(values).to_string();
        let deep = format!("{{\"{first}\":{}", "[".repeat(100_000));
        let bodies: [(&str, &[u8], u16); 15] = [
            ("nothing", b"", 400),
            ("cut off", &whole.as_bytes()[..whole.len() - 1], 400),
            ("an open brace", b"{", 400),
            ("a single quote", b"{'name':'x'}", 400),
            ("twice", twice.as_bytes(), 400),
            ("not UTF-8", &not_utf8, 400),
            ("half a surrogate", half_a_surrogate.as_bytes(), 400),
            ("deep", deep.as_bytes(), 422),
            ("an array", b"[]", 422),
            ("the values without their names", in_order.as_bytes(), 422),
            ("a text", b"\"name\"", 422),
            ("a number", b"7", 422),
            ("null", b"null", 422),
            ("a field twice", duplicate.as_bytes(), 422),
            ("a comment", b"/* */ {}", 400),
        ];
        for (what, body, status) in bodies {
            let reply = world.request(&operation).raw_json(body).send().await;
            let problem = refusal(&operation, &reply, what);
            let expected = if status == 400 { "INVALID_JSON" } else { "INVALID" };
            assert_eq!(problem.kind(), (status, expected), "{}, {what}: {problem:?}", operation.name);
        }
    }
    assert_eq!(portal.settle().await, size, "no event");
}

async fn bodies_that_are_too_long_or_of_another_kind_are_refused(portal: &TestPortal) {
    let world = World::prepare(portal, 0).await;
    let size = portal.settle().await;
    let long = vec![b' '; 2 << 20];
    for (operation, _) in with_bodies() {
        let whole = world.body(&operation).unwrap().to_string();
        for kind in ["text/plain", "application/x-www-form-urlencoded", "application/jsonx", "json", ""] {
            let reply =
                world.request(&operation).header("content-type", kind).body(whole.clone()).send().await;
            assert_eq!(
                refusal(&operation, &reply, kind).kind(),
                (415, "UNSUPPORTED_MEDIA_TYPE"),
                "{}",
                operation.name
            );
        }
        let without = world.request(&operation).body(whole.clone()).send().await;
        assert_eq!(refusal(&operation, &without, "no type").status, 415, "{}", operation.name);

        let said = world.request(&operation).raw_json(long.clone()).send().await;
        assert_eq!(
            refusal(&operation, &said, "too long").kind(),
            (413, "BODY_TOO_LARGE"),
            "{}",
            operation.name
        );
        for key in [None, Some("a key of its own")] {
            let pieces = long.chunks(64 << 10).map(<[u8]>::to_vec).collect();
            let request =
                world.request(&operation).header("content-type", "application/json").chunked(pieces);
            let unsaid = match key {
                Some(key) => request.key(key).send().await,
                None => request.send().await,
            };
            let problem = refusal(&operation, &unsaid, "too long, in pieces");
            assert_eq!(problem.kind(), (413, "BODY_TOO_LARGE"), "{}, {key:?}", operation.name);
        }
    }
    assert_eq!(portal.settle().await, size, "no event");
}
