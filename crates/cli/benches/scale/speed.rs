//! How fast answers are, over HTTP with the client in this process.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::{
    connection::Connection,
    fill::{self, text},
    place::Place,
    table::{Aim, Table},
};

/// How often each page is asked for.
const REQUESTS: usize = 200;
/// How often those are asked for that are not counted.
const WARM_UP: usize = 10;
/// What a page may take, in milliseconds.
const PAGE: Aim = Aim::AtMost(3.0);
const CALLERS: usize = 16;
const LOAD: Duration = Duration::from_secs(4);
/// Codes that are there before activations are measured: more than can be used meanwhile. Few at once, so that the server's memory is not that
/// of requests for many.
const PREPARED: usize = 8_000;
const PREPARED_AT_ONCE: u32 = 50;

/// First pages and deep ones, with each filter.
pub(crate) fn pages(place: &Place, table: &mut Table) {
    let mut connection = place.connect();
    let size = place.log_size();
    let feed = "/admin/api/recent-activities?days=3650";
    let all = filters(&mut connection, size);
    let recent = ["", "severity=MAJOR", "severity=MINOR", "type=", "tenant="];
    let lists = [("/admin/api/events?limit=50", None), (feed, Some(recent))];
    for (list, known) in lists {
        for (name, filter) in &all {
            let is_known = |known: [&str; 5]| {
                known.iter().any(|one| filter == one || (one.ends_with('=') && filter.starts_with(one)))
            };
            if known.is_some_and(|known| !is_known(known) || filter.contains('&')) {
                continue;
            }
            for (depth, cursor) in [("first", String::new()), ("deep", format!("&cursor={}", size / 10))] {
                let path = format!("{list}&{filter}{cursor}");
                let (took, rows) = repeat(&mut connection, &path);
                let list = list.split(['?', '/']).nth(3).unwrap();
                table.calls(&format!("{list} {name}, {depth} page, {rows} rows"), took, PAGE);
            }
        }
    }
}

/// Asks for a list again and again; answers with how long each took, and how many rows it had.
fn repeat(connection: &mut Connection, path: &str) -> (Vec<Duration>, usize) {
    let answer = connection.get(path);
    let rows = answer["items"].as_array().or(answer["activities"].as_array()).unwrap().len();
    (calls(connection, path), rows)
}

fn calls(connection: &mut Connection, path: &str) -> Vec<Duration> {
    let mut took = vec![];
    for _ in 0..WARM_UP + REQUESTS {
        let (one, status) = connection.ask("GET", path, None);
        assert_eq!(status, 200, "{path}");
        took.push(one);
    }
    took.split_off(WARM_UP)
}

/// A name for each filter, and the filter: of what many entries are about, and few, and hardly one.
fn filters(connection: &mut Connection, size: u64) -> Vec<(&'static str, String)> {
    let mut one = |filter: String| {
        let page = connection.get(&format!("/admin/api/events?limit=1&{filter}"));
        page["items"][0].clone()
    };
    let device = one("type=DEVICE_ENROLLED".to_owned());
    let user = one("type=USER_INVITED".to_owned());
    let middle = one(format!("type=CODE_GENERATED&cursor={}", size / 2));
    let id = |event: &Value, of: &str| text(&event[of]["id"]);
    let slug = text(&device["tenant"]["slug"]);
    vec![
        ("without a filter", String::new()),
        ("severity MAJOR", "severity=MAJOR".to_owned()),
        ("severity MINOR", "severity=MINOR".to_owned()),
        ("a frequent type", "type=CODE_GENERATED".to_owned()),
        ("a rare type", "type=USER_INVITED".to_owned()),
        ("a type that never was", "type=PERSON_ERASED".to_owned()),
        ("tenant", format!("tenant={slug}")),
        ("tenant and frequent type", format!("tenant={slug}&type=CODE_GENERATED")),
        ("tenant and rare type", format!("tenant={slug}&type=USER_INVITED")),
        ("tenant and severity", format!("tenant={slug}&severity=MINOR")),
        ("project", format!("project={}", id(&device, "project"))),
        ("project and severity", format!("project={}&severity=MINOR", id(&device, "project"))),
        ("code", format!("code={}", id(&device, "code"))),
        ("device", format!("device={}", id(&device, "device"))),
        ("user", format!("user={}", id(&user, "user"))),
        ("a frequent actor", format!("actor={}", id(&middle, "actor"))),
        ("a rare actor", format!("actor={}", id(&device, "actor"))),
        ("frequent actor and rare type", format!("actor={}&type=CODE_REVOKED", id(&middle, "actor"))),
        ("origin live", "origin=live".to_owned()),
        ("origin backfill", "origin=backfill".to_owned()),
        ("outcome refused", "outcome=refused".to_owned()),
        ("since", format!("since={}", text(&middle["occurred_at"]))),
        ("until", format!("until={}", text(&middle["occurred_at"]))),
        ("what is sought", format!("q={slug}")),
    ]
}

/// `dashboard-stats`, for one caller and for many.
pub(crate) fn figures(place: &Place, table: &mut Table) {
    let path = "/admin/api/dashboard-stats";
    table.calls("dashboard-stats", calls(&mut place.connect(), path), Aim::AtMost(1.0));
    let each = |connection: &mut Connection, _| {
        let (_, status) = connection.ask("GET", path, None);
        assert_eq!(status, 200);
    };
    let (rate, _) = load(place, usize::MAX, each);
    table.line("dashboard-stats, 16 callers", rate, "a second", Aim::AtLeast(20_000.0));
}

/// What one request for codes takes, and how many requests for one code many callers make: as many as they can activate.
pub(crate) fn codes(place: &Place, activations: f64, table: &mut Table) {
    let mut connection = place.connect();
    let single = order(&mut connection, 1);
    let (rate, _) = load(place, usize::MAX, |connection, _| {
        connection.send("POST", "/admin/api/codes/generate", Some(&single));
    });
    table.line("codes/generate, 1 code, 16 callers", rate, "a second", Aim::AtLeast(activations.round()));
    let order = order(&mut connection, 1_000);
    let mut took = vec![];
    for _ in 0..30 {
        let (one, status) = connection.ask("POST", "/admin/api/codes/generate", Some(&order));
        assert_eq!(status, 201);
        took.push(one);
    }
    took.drain(..5);
    table.calls("codes/generate, 1,000 codes", took, Aim::AtMost(50.0));
}

fn order(connection: &mut Connection, count: u32) -> Value {
    let project = connection.get("/admin/api/projects?limit=1");
    let project = &project["items"][0];
    json!({ "tenant": project["tenant"]["slug"], "project": project["id"], "count": count })
}

/// Activations by many callers at once, the full load of a portal: how many a second.
pub(crate) fn activations(place: &Place, table: &mut Table) -> f64 {
    let mut connection = place.connect();
    let order = order(&mut connection, PREPARED_AT_ONCE);
    let mut codes = vec![];
    while codes.len() < PREPARED {
        let made = connection.send("POST", "/admin/api/codes/generate", Some(&order));
        codes.extend(made["items"].as_array().unwrap().clone());
    }
    place.log_size();
    let (rate, mut took) = load(place, codes.len(), |connection, at| {
        fill::activate(connection, &codes[at], &format!("loaded-{}", text(&codes[at]["id"])));
    });
    took.drain(..took.len() / 10);
    table.line("activations, 16 callers", rate, "a second", Aim::Stated);
    table.calls("activations, 16 callers", took, Aim::Stated);
    rate
}

/// Callers that ask again as soon as they are answered, for a while; answers with the rate, and how long each call took.
fn load(place: &Place, most: usize, call: impl Fn(&mut Connection, usize) + Sync) -> (f64, Vec<Duration>) {
    let next = AtomicUsize::new(0);
    let (url, token) = (place.url(), place.token());
    let start = Instant::now();
    let caller = || {
        let mut connection = Connection::open(url, token);
        let mut took = vec![];
        while start.elapsed() < LOAD {
            let at = next.fetch_add(1, Ordering::Relaxed);
            if at >= most {
                break;
            }
            let begun = Instant::now();
            call(&mut connection, at);
            took.push(begun.elapsed());
        }
        took
    };
    let took: Vec<Duration> = thread::scope(|scope| {
        let callers: Vec<_> = (0..CALLERS).map(|_| scope.spawn(caller)).collect();
        callers.into_iter().flat_map(|caller| caller.join().unwrap()).collect()
    });
    (took.len() as f64 / start.elapsed().as_secs_f64(), took)
}
