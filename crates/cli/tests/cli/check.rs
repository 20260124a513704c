//! `daybook check`: clean after a year of changes, and not fooled.

use rusqlite::Connection;
use serde_json::Value;

use crate::{demo::told, program::Folder};

#[test]
fn everything_in_the_demo_follows_from_its_log() {
    let folder = told().copy();
    let report: Value = serde_json::from_str(&folder.ok(&["check", "--json"])).unwrap();
    assert_eq!((&report["clean"], &report["differences"]), (&true.into(), &serde_json::json!([])));
    assert!(
        report["size"].as_u64().unwrap() > 18_000 && report["rows"].as_u64().unwrap() > 10_000,
        "{report}"
    );
    let text = folder.ok(&["check"]);
    let root = report["root"].as_str().unwrap();
    assert!(text.contains(&format!("root         {root}\n")) && root.len() == 64, "{text}");
}

/// Checks after a change that no event made.
fn differences(tamper: &str) -> Vec<String> {
    let folder = told().copy();
    let database = Connection::open(folder.path("daybook.db")).unwrap();
    database.execute_batch(tamper).unwrap();
    drop(database);
    let run = folder.run(&["check"]);
    assert_eq!(run.code, 1, "{tamper}: {run:?}");
    run.stdout.lines().filter_map(|line| line.strip_prefix("  ")).map(str::to_owned).collect()
}

#[test]
fn a_changed_state_row_is_named() {
    let found = differences("UPDATE tenants SET plan = 'free' WHERE slug = 'kestrel-logistics'");
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("tenants ") && found[0].contains("column plan"), "{found:?}");
}

#[test]
fn a_changed_total_is_named() {
    let found =
        differences("UPDATE totals SET value = value + 1 WHERE key = 'devices.active' AND value > 1000");
    assert!(!found.is_empty() && found.iter().all(|row| row.starts_with("totals ")), "{found:?}");
    assert!(found[0].contains("devices.active"), "{found:?}");
}

#[test]
fn a_changed_entry_is_named() {
    let found = differences(
        "DROP TRIGGER platform_events_no_update;
        UPDATE platform_events SET entry = CAST(replace(entry, '2', '3') AS BLOB) WHERE seq = 100",
    );
    assert!(found.iter().any(|row| row.starts_with("platform_events 100: the leaf hash")), "{found:?}");
}

#[test]
fn where_there_is_no_database_none_is_made() {
    let folder = Folder::new();
    let run = folder.run(&["check"]);
    assert_eq!((run.code, run.stdout.as_str()), (1, ""));
    assert!(run.stderr.contains("there is no database sqlite:daybook.db"), "{}", run.stderr);
    assert_eq!(folder.files(), Vec::<String>::new());
}
