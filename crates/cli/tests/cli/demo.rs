//! `daybook demo`: the story, told by the real program. It is told twice: once served, once only filled.

use std::{
    collections::BTreeMap,
    fs::File,
    path::{Path, PathBuf},
    sync::OnceLock,
};

use rustix::process::Signal;
use serde_json::Value;

use crate::program::{Folder, PATIENCE, copy_database, http, lines};

/// A demo that was served, and has ended.
pub(crate) struct Told {
    /// Opened by nobody: tests open copies.
    folder: Folder,
    /// Keeps other runs of these tests away from the folder, which outlives this one: nothing drops a static.
    _lock: File,
    /// What it printed.
    stdout: String,
    /// The dashboard while it was served, as each of the three tokens saw it.
    dashboards: Vec<(u16, Value)>,
    /// What an auditor was answered who wanted to change something.
    refused_change: u16,
}

impl Told {
    /// A copy of its database and key file in a folder of its own.
    pub(crate) fn copy(&self) -> Folder {
        let copy = Folder::new();
        copy_database(&self.folder.path("daybook.db"), &copy.path("daybook.db"));
        std::fs::copy(self.folder.path("daybook.keys"), copy.path("daybook.keys")).unwrap();
        copy
    }
}

/// The demo, served once for all tests.
pub(crate) fn told() -> &'static Told {
    static TOLD: OnceLock<Told> = OnceLock::new();
    TOLD.get_or_init(|| {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let lock = File::create(target.join("told.lock")).unwrap();
        lock.lock().unwrap();
        let _ = std::fs::remove_dir_all(target.join("told"));
        let folder = Folder::at(target.join("told"));
        let (mut demo, url) = folder.serve(&["demo", "--listen", "127.0.0.1:0", "--keep", "daybook.db"]);
        let lines = lines(demo.stdout());
        let mut stdout = String::new();
        // The last of the things to try.
        while !stdout.contains("/events/stream") {
            stdout.push_str(&lines.recv_timeout(PATIENCE).expect("the sign-ins are printed"));
            stdout.push('\n');
        }
        let tokens = sign_ins(&stdout);
        let dashboard = format!("{url}/admin/api/dashboard-stats");
        let dashboards = tokens.values().map(|token| http("GET", &dashboard, token, None)).collect();
        let body = serde_json::json!({ "name": "Not for auditors" });
        let (refused_change, _) =
            http("POST", &format!("{url}/admin/api/tenants"), &tokens["auditor"], Some(&body));
        demo.stop();
        Told { folder, _lock: lock, stdout, dashboards, refused_change }
    })
}

/// The tokens by role.
fn sign_ins(printed: &str) -> BTreeMap<String, String> {
    let words = printed.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    let pairs = words.filter(|words| words.len() == 2 && words[1].starts_with("dbk_"));
    pairs.map(|words| (words[0].to_owned(), words[1].to_owned())).collect()
}

/// How often each type was recorded, refusals by reason.
fn counts(folder: &Folder, database: &str) -> BTreeMap<String, usize> {
    let events = folder.ok(&["tail", "--database", database, "--since", "0", "--json", "--no-follow"]);
    let mut counts = BTreeMap::new();
    for line in events.lines() {
        let event: Value = serde_json::from_str(line).unwrap();
        let reason = event["metadata"]["reason"].as_str().filter(|_| event["outcome"] == "refused");
        let name = format!("{} {}", event["type"].as_str().unwrap(), reason.unwrap_or_default());
        *counts.entry(name).or_default() += 1;
    }
    counts
}

#[test]
fn the_demo_shows_the_way_in() {
    let told = told();
    let tokens = sign_ins(&told.stdout);
    assert_eq!(tokens.keys().collect::<Vec<_>>(), ["admin", "auditor", "owner"], "{}", told.stdout);
    assert!(told.stdout.contains("http://127.0.0.1:"), "{}", told.stdout);
    assert_eq!(told.refused_change, 403, "an auditor changes nothing");
    for (status, dashboard) in &told.dashboards {
        assert_eq!(*status, 200);
        assert_eq!(dashboard["tenants"], serde_json::json!({ "total": 11, "active": 10, "suspended": 1 }));
        assert!(dashboard["devices"]["active"].as_u64().unwrap() > 2_000, "{dashboard}");
        assert!(dashboard["activations"]["last_30_days"].as_u64().unwrap() > 100, "{dashboard}");
    }
}

#[test]
fn the_same_day_tells_the_same_story() {
    let again = Folder::new();
    let filled = again.ok(&["demo", "--fill-only", "--keep", "again.db"]);
    let told = told().copy();
    let mut first = counts(&told, "sqlite:daybook.db");
    // The three tokens and the five people who can sign in are not of the story.
    *first.get_mut("API_TOKEN_CREATED ").unwrap() -= 3;
    for (kind, count) in [
        ("PORTAL_SET_UP ", 1),
        ("USER_INVITED ", 4),
        ("USER_JOINED ", 4),
        ("USER_LOGIN ", 5),
        ("SESSION_CREATED ", 5),
    ] {
        assert_eq!(first.remove(kind), Some(count), "{kind}");
    }
    let second = counts(&again, "sqlite:again.db");
    let size: usize = second.values().sum();
    assert!((18_000..=22_000).contains(&size), "{size} events");
    assert!(filled.starts_with(&format!("size  {size}\nroot  ")), "{filled}");
    // A story that was told over midnight UTC is another day's: then there is nothing to compare.
    let day = |folder: &Folder, database: &str| {
        let first = folder.ok(&["tail", "--database", database, "--since", "0", "--json", "--no-follow"]);
        let event: Value = serde_json::from_str(first.lines().next().unwrap()).unwrap();
        event["occurred_at"].as_str().unwrap()[..10].to_owned()
    };
    if day(&told, "sqlite:daybook.db") == day(&again, "sqlite:again.db") {
        assert_eq!(first, second);
    }
    for reason in [
        "CODE_EXHAUSTED",
        "CODE_EXPIRED",
        "CODE_REVOKED",
        "TENANT_SUSPENDED",
        "DEVICE_LIMIT_REACHED",
        "DEVICE_REVOKED",
        "PROJECT_INACTIVE",
    ] {
        assert!(second.contains_key(&format!("ACTIVATION_REFUSED {reason}")), "{reason}: {second:#?}");
    }
}

#[test]
fn a_demo_that_is_ended_early_leaves_nothing_behind() {
    let temporary = Folder::new();
    let folder = Folder::new().with("TMPDIR", temporary.path("").to_str().unwrap());
    let demo = folder.start(&["demo", "--fill-only"]);
    let database = wait_for(|| {
        let demo = temporary.files().into_iter().find(|name| name.starts_with("daybook-demo-"))?;
        let database = temporary.path(&demo).join("daybook.db");
        // Its write-ahead log grows once the story has begun.
        let log = std::fs::metadata(database.with_extension("db-wal")).ok()?;
        (log.len() > 2_000_000).then_some(database)
    });
    demo.signal(Signal::INT);
    let (code, said) = demo.end();
    assert_eq!(code, Some(1), "{said}");
    assert!(!database.exists());
    assert_eq!(temporary.files(), Vec::<String>::new());
    assert_eq!(folder.files(), Vec::<String>::new(), "nothing beside it either");
}

fn wait_for(condition: impl Fn() -> Option<PathBuf>) -> PathBuf {
    let started = std::time::Instant::now();
    loop {
        if let Some(found) = condition() {
            return found;
        }
        assert!(started.elapsed() < PATIENCE, "it never came");
        std::thread::yield_now();
    }
}

#[test]
fn a_database_that_exists_is_never_filled() {
    let folder = Folder::new();
    folder.write("daybook.db", "mine");
    let run = folder.run(&["demo", "--fill-only", "--keep", "daybook.db"]);
    assert_eq!(run.code, 2, "{}", run.stderr);
    assert_eq!(std::fs::read_to_string(folder.path("daybook.db")).unwrap(), "mine");
}

#[test]
fn a_demo_whose_passwords_are_known_is_served_to_this_machine_alone() {
    let folder = Folder::new();
    let run = folder.run(&["demo", "--at", "2026-03-18T15:20:00Z", "--listen", "0.0.0.0:0"]);
    assert_eq!(run.code, 2, "{}", run.stderr);
    assert!(run.stderr.contains("--at: its passwords are known"), "{}", run.stderr);
}
