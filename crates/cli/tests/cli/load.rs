//! What callers of a portal under load do, each under a key of its own, and what must be there once it is done.

use std::{io, time::Instant};

use serde_json::{Value, json};

use crate::{
    connection::Connection,
    program::{PATIENCE, http, send},
};

/// Something that was asked for, under a key of its own.
#[derive(Debug, Clone)]
pub(crate) struct Deed {
    key: String,
    method: &'static str,
    path: String,
    body: Option<Value>,
    /// The types of event that must be there once it is done, and what is asked for about it.
    leaves: &'static [&'static str],
}

impl Deed {
    /// Two codes for one use each.
    pub(crate) fn generate(number: &str) -> Self {
        Self {
            key: format!("generate-{number}"),
            method: "POST",
            path: "/admin/api/codes/generate".to_owned(),
            body: Some(json!({ "tenant": "acme", "count": 2, "max_uses": 1 })),
            leaves: &["CODE_GENERATED"],
        }
    }

    fn activate(number: &str, code: &Value) -> Self {
        Self {
            key: format!("activate-{number}"),
            method: "POST",
            path: "/device/api/activate".to_owned(),
            body: Some(json!({ "code": code["code"], "fingerprint": format!("serial-{number}") })),
            leaves: &["CODE_ACTIVATED", "DEVICE_ENROLLED"],
        }
    }

    fn revoke(number: &str, code: &Value) -> Self {
        Self {
            key: format!("revoke-{number}"),
            method: "DELETE",
            path: format!("/admin/api/codes/{}", text(&code["id"])),
            body: None,
            leaves: &["CODE_REVOKED"],
        }
    }

    /// The three that a caller does one after the other: two codes, of which one is used and the other revoked. `go` does one.
    pub(crate) fn do_all<E>(number: &str, mut go: impl FnMut(Self) -> Result<Value, E>) -> Result<(), E> {
        let codes = go(Self::generate(number))?;
        go(Self::activate(number, &codes["items"][0]))?;
        go(Self::revoke(number, &codes["items"][1]))?;
        Ok(())
    }

    /// What the server says to it; an error if it ends before it has said all.
    pub(crate) fn send(&self, url: &str, token: &str) -> io::Result<(u16, Value)> {
        // Whoever activates a device shows a code, and no token.
        let token = if self.path.starts_with("/device/") { "" } else { token };
        let url = format!("{url}{}", self.path);
        let key = (self.method == "POST").then_some(self.key.as_str());
        send(self.method, &url, token, key, self.body.as_ref())
    }

    /// The same on a connection that stays open, without its key; it must be done.
    pub(crate) fn over(&self, connection: &mut Connection) -> Value {
        connection.send(self.method, &self.path, self.body.as_ref())
    }

    /// How many events it leaves.
    pub(crate) fn events(&self) -> u64 {
        let codes = self.body.as_ref().and_then(|body| body["count"].as_u64());
        self.leaves.len() as u64 * codes.unwrap_or(1)
    }

    /// By which the events that it leaves are found: one filter for each thing.
    fn things(&self, answer: &Value) -> Vec<String> {
        match self.leaves {
            ["CODE_GENERATED"] => answer["items"]
                .as_array()
                .unwrap()
                .iter()
                .map(|item| format!("code={}", text(&item["id"])))
                .collect(),
            ["CODE_REVOKED"] => vec![format!("code={}", self.path.rsplit('/').next().unwrap())],
            _ => vec![format!("device={}", text(&answer["device"]["id"]))],
        }
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

/// What was done, with its answer.
pub(crate) type Done = Vec<(Deed, Value)>;

/// The types of the events about a thing, oldest first; waits until all are there, as a log with a sequencer is a moment behind.
fn events(url: &str, token: &str, thing: &str, wanted: &[&str]) -> Vec<String> {
    let started = Instant::now();
    loop {
        let (status, answer) = http("GET", &format!("{url}/admin/api/events?{thing}"), token, None);
        assert_eq!(status, 200, "{thing}: {answer}");
        let items = answer["items"].as_array().unwrap();
        let types: Vec<String> = items.iter().rev().map(|event| text(&event["type"]).to_owned()).collect();
        if wanted.iter().all(|kind| types.iter().any(|found| found == kind)) {
            return types;
        }
        assert!(started.elapsed() < PATIENCE, "{thing} never had {wanted:?}, only {types:?}");
    }
}

/// Each event of what was done is there, once, and what happens to a code happens after it was generated.
pub(crate) fn verify(url: &str, token: &str, done: &Done) {
    for (deed, answer) in done {
        for thing in deed.things(answer) {
            let types = events(url, token, &thing, deed.leaves);
            assert!(deed.leaves != ["CODE_GENERATED"] || types[0] == "CODE_GENERATED", "{deed:?}: {types:?}");
            for kind in deed.leaves {
                assert_eq!(types.iter().filter(|found| found == kind).count(), 1, "{deed:?}: {types:?}");
            }
        }
    }
}

/// A tenant that may have as many devices as there will be.
pub(crate) fn tenant(url: &str, token: &str) {
    let body = json!({ "name": "Acme", "device_limit": 10_000_000 });
    assert_eq!(http("POST", &format!("{url}/admin/api/tenants"), token, Some(&body)).0, 201);
}
