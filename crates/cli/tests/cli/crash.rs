//! `kill -9` of a serving portal under load, again and again: what was acknowledged is there with its events, each once; nothing is half
//! done; what was not answered is done once when it is sent again under its key.

use std::{
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Instant,
};

use rustix::process::Signal;
use serde_json::{Value, json};

use crate::{
    postgres::{self, Database},
    program::{Folder, PATIENCE, http, send},
};

/// How often a server is killed. `DAYBOOK_CRASHES` says how often in a longer run.
const CRASHES: usize = 100;
const SERVE: [&str; 3] = ["serve", "--listen", "127.0.0.1:0"];
/// How many callers there are at once.
const CALLERS: usize = 4;
/// A server is killed after at most so many answers.
const ANSWERS: usize = 24;

#[test]
fn what_was_acknowledged_outlives_kill_9_on_sqlite() {
    crash(&Folder::new());
}

#[test]
fn what_was_acknowledged_outlives_kill_9_on_postgres() {
    let database = Database::new();
    crash(&postgres::folder(&database));
}

/// Something that was asked for, under a key of its own.
#[derive(Debug, Clone)]
struct Deed {
    key: String,
    method: &'static str,
    path: String,
    body: Option<Value>,
    /// The types of event that must be there once it is done, and what is asked for about it.
    leaves: &'static [&'static str],
}

impl Deed {
    /// Two codes for one use each.
    fn generate(number: &str) -> Self {
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

    /// What the server says to it, unless it ends before it has said all.
    fn send(&self, url: &str, token: &str) -> Option<Value> {
        // Whoever activates a device shows a code, and no token.
        let token = if self.path.starts_with("/device/") { "" } else { token };
        let url = format!("{url}{}", self.path);
        let key = (self.method == "POST").then_some(self.key.as_str());
        let (status, answer) = send(self.method, &url, token, key, self.body.as_ref()).ok()?;
        assert!((200..300).contains(&status), "{self:?}: {status} {answer}");
        Some(answer)
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
type Done = Vec<(Deed, Value)>;

/// A caller that works until the server is gone: generates codes, activates one, revokes the other. Answers with what was not answered.
fn work(url: &str, token: &str, name: &str, answers: &AtomicUsize, done: &Mutex<Done>) -> Deed {
    let go = |deed: Deed| match deed.send(url, token) {
        Some(answer) => {
            done.lock().unwrap().push((deed, answer.clone()));
            answers.fetch_add(1, Ordering::Relaxed);
            Ok(answer)
        }
        None => Err(deed),
    };
    let one = |number: &str| {
        let codes = go(Deed::generate(number))?;
        go(Deed::activate(number, &codes["items"][0]))?;
        go(Deed::revoke(number, &codes["items"][1]))
    };
    (0..).find_map(|number| one(&format!("{name}-{number}")).err()).unwrap()
}

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

/// Each event of what was done is there, once.
fn verify(url: &str, token: &str, done: &Done) {
    for (deed, answer) in done {
        for thing in deed.things(answer) {
            let types = events(url, token, &thing, deed.leaves);
            for kind in deed.leaves {
                assert_eq!(types.iter().filter(|found| found == kind).count(), 1, "{deed:?}: {types:?}");
            }
        }
    }
}

fn crash(folder: &Folder) {
    let crashes = std::env::var("DAYBOOK_CRASHES").map_or(CRASHES, |text| text.parse().unwrap());
    let token = folder.ok(&["token", "create", "--name", "Ada", "--role", "owner"]).trim().to_owned();
    let (server, url) = folder.serve(&SERVE);
    let limit = json!({ "name": "Acme", "device_limit": 1_000_000 });
    assert_eq!(http("POST", &format!("{url}/admin/api/tenants"), &token, Some(&limit)).0, 201);
    server.stop();

    // What the server before answered, and what it did not.
    let (mut done, mut unanswered): (Done, Vec<Deed>) = (vec![], vec![]);
    let mut acknowledged = 0;
    for round in 0..crashes {
        let (server, url) = folder.serve(&SERVE);
        acknowledged += done.len();
        settle(&url, &token, done, unanswered);
        let (answers, answered) = (AtomicUsize::new(0), Mutex::new(vec![]));
        // Spread over all moments of what a caller does; the same in each run, which the races are not.
        let wanted = 1 + (round * 7) % ANSWERS;
        unanswered = thread::scope(|scope| {
            let call = |caller: usize| {
                let name = format!("{round}-{caller}");
                let (url, token, answers, answered) = (&url, &token, &answers, &answered);
                scope.spawn(move || work(url, token, &name, answers, answered))
            };
            let callers: Vec<_> = (0..CALLERS).map(call).collect();
            while answers.load(Ordering::Relaxed) < wanted {
                thread::yield_now();
            }
            server.signal(Signal::KILL);
            callers.into_iter().map(|caller| caller.join().unwrap()).collect()
        });
        server.end();
        done = answered.into_inner().unwrap();
        if round % 20 == 0 {
            // As it lies there, before anybody opens it again.
            assert!(folder.ok(&["check"]).contains("differences  0"));
        }
    }
    let (server, url) = folder.serve(&SERVE);
    settle(&url, &token, done, unanswered);
    server.stop();
    assert!(folder.ok(&["check"]).contains("differences  0"));
    assert!(acknowledged >= crashes, "there was work: {acknowledged}");
}

/// Sends again what was not answered, which is done once whether it was done before or not, and looks for the events of all of it.
fn settle(url: &str, token: &str, mut done: Done, unanswered: Vec<Deed>) {
    for deed in unanswered {
        let answer = deed.send(url, token).unwrap();
        done.push((deed, answer));
    }
    verify(url, token, &done);
}
