//! Fills a portal through its API, as its users would: codes in batches, some of them used, refused and revoked, by several programs and
//! devices of many tenants.

use std::{
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::{connection::Connection, place::Place};

const TENANTS: usize = 50;
const PROJECTS_EACH: usize = 2;
/// Codes of one request.
const BATCH: usize = 1_000;
/// How many of a batch are used, and how many revoked.
const USED: usize = 8;
const REVOKED: usize = 3;
/// In which rounds a code that is used up is tried once more. Whoever does so too often is let in no more, and all this comes from one address.
const REFUSED_EACH: usize = 256;
/// How many do so at once.
const CALLERS: usize = 4;

/// A project, and the tenant that owns it.
struct Ground {
    tenant: String,
    project: String,
}

/// Goes on until the log has this many entries, and they are at rest; what is there already is counted.
pub(crate) fn up_to(place: &mut Place, events: u64) {
    let tokens = [place.token().to_owned(), place.new_token("admin")];
    place.start();
    let before = place.log_size();
    if before < events {
        let grounds = grounds(&mut place.connect());
        let (next, done) = (AtomicUsize::new(before as usize / BATCH), AtomicBool::new(false));
        thread::scope(|scope| {
            for token in tokens.iter().cycle().take(CALLERS) {
                let mut connection = Connection::open(place.url(), token);
                let (grounds, next, done) = (&grounds, &next, &done);
                scope.spawn(move || {
                    while !done.load(Ordering::Relaxed) {
                        let round = next.fetch_add(1, Ordering::Relaxed);
                        go_round(&mut connection, &grounds[round % grounds.len()], round);
                    }
                });
            }
            wait(place, before, events);
            done.store(true, Ordering::Relaxed);
        });
        place.log_size();
        place.settle();
    }
    place.stop();
}

/// Says how far it is, until enough is committed.
fn wait(place: &Place, before: u64, events: u64) {
    let (start, mut said) = (Instant::now(), Instant::now());
    let mut connection = place.connect();
    loop {
        let status = connection.get("/admin/api/log/status");
        let size = status["size"].as_u64().unwrap() + status["pending"].as_u64().unwrap();
        let rate = (size - before) as f64 / start.elapsed().as_secs_f64();
        if size >= events || said.elapsed() > Duration::from_secs(15) {
            println!("{}: {size} of {events} entries, {rate:.0} a second", place.engine());
            said = Instant::now();
        }
        if size >= events {
            return;
        }
        thread::sleep(Duration::from_millis(200));
    }
}

/// The tenants with their projects, made if they are not there yet.
fn grounds(connection: &mut Connection) -> Vec<Ground> {
    let listed = connection.get("/admin/api/tenants?limit=100");
    let mut slugs: Vec<String> =
        listed["items"].as_array().unwrap().iter().map(|tenant| text(&tenant["slug"])).collect();
    for number in slugs.len()..TENANTS {
        slugs.push(tenant(connection, number));
    }
    let mut grounds = vec![];
    for slug in slugs {
        let listed = connection.get(&format!("/admin/api/projects?tenant={slug}"));
        for project in listed["items"].as_array().unwrap() {
            grounds.push(Ground { tenant: slug.clone(), project: text(&project["id"]) });
        }
    }
    grounds
}

fn tenant(connection: &mut Connection, number: usize) -> String {
    let draft = json!({ "name": format!("Tenant number {number}"), "device_limit": 10_000_000 });
    let slug = text(&connection.send("POST", "/admin/api/tenants", Some(&draft))["slug"]);
    for project in 0..PROJECTS_EACH {
        let name = format!("Project {project} of {number}");
        let draft = json!({ "tenant": slug, "name": name, "client_name": "Client" });
        connection.send("POST", "/admin/api/projects", Some(&draft));
    }
    let email = format!("ada-{number}@example.com");
    let draft = json!({ "tenant": slug, "email": email, "name": "Ada", "role": "tenant_admin" });
    connection.send("POST", "/admin/api/users", Some(&draft));
    slug
}

/// A batch of codes, and what comes of some of them.
fn go_round(connection: &mut Connection, ground: &Ground, round: usize) {
    let order = json!({ "tenant": ground.tenant, "project": ground.project, "count": BATCH });
    let codes = connection.send("POST", "/admin/api/codes/generate", Some(&order));
    let codes = codes["items"].as_array().unwrap();
    for (number, code) in codes.iter().take(USED).enumerate() {
        let device = activate(connection, code, &format!("serial-{round}-{number}"));
        if number == 0 && round.is_multiple_of(4) {
            connection.send("DELETE", &format!("/admin/api/devices/{}", text(&device["device"]["id"])), None);
        }
    }
    if round.is_multiple_of(REFUSED_EACH) {
        let late = json!({ "code": codes[0]["code"], "fingerprint": format!("late-{round}") });
        let (_, refused) = connection.ask("POST", "/device/api/activate", Some(&late));
        assert!((400..500).contains(&refused), "{refused}");
    }
    for code in codes.iter().rev().take(REVOKED) {
        connection.send("DELETE", &format!("/admin/api/codes/{}", text(&code["id"])), None);
    }
}

/// The first activation of a device with this code.
pub(crate) fn activate(connection: &mut Connection, code: &Value, serial: &str) -> Value {
    let attempt =
        json!({ "code": code["code"], "fingerprint": serial, "label": "Front desk", "platform": "linux" });
    connection.send("POST", "/device/api/activate", Some(&attempt))
}

pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}
