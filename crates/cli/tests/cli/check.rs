//! `daybook check`: clean after a year of changes, and not fooled.

use rusqlite::Connection;
use serde_json::Value;

use crate::{
    demo::told,
    load,
    nodes::{Nodes, keep_proof},
    program::{Folder, copy_database},
};

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

#[test]
fn a_database_that_was_put_back_is_told_by_what_was_kept() {
    let folder = Folder::new();
    let token = folder.ok(&["token", "create", "--name", "Ada", "--role", "owner"]).trim().to_owned();
    let nodes = Nodes::new(&folder, token.clone(), 1);
    let server = nodes.start(0);
    load::tenant(&nodes.address(0), &token);
    let key = keep_proof(&folder, &nodes.address(0), &token, 1);
    std::fs::rename(folder.path("1.tlog-proof"), folder.path("early.tlog-proof")).unwrap();
    server.stop();
    copy_database(&folder.path("daybook.db"), &folder.path("backup.db"));

    let server = nodes.start(0);
    nodes.insist(0, &load::Deed::generate("lost"));
    keep_proof(&folder, &nodes.address(0), &token, 3);
    server.stop();
    let check = |database: &str, key: &str| {
        let database = format!("sqlite:{database}");
        let kept = ["--kept", "early.tlog-proof", "3.tlog-proof", "--key", key, "--json"];
        let run = folder.run(&[&["--database", &database, "check"][..], &kept].concat());
        (run.code, serde_json::from_str::<Value>(&run.stdout).unwrap())
    };
    let whole = check("daybook.db", &key);
    assert_eq!((whole.0, &whole.1["kept"][1]["good"]), (0, &true.into()), "{whole:?}");
    let put_back = check("backup.db", &key);
    assert_eq!((put_back.0, &put_back.1["clean"]), (1, &true.into()), "sound in itself: {put_back:?}");
    assert_eq!(put_back.1["kept"][0]["what"], "the log begins with its 2 entries");
    assert_eq!(
        put_back.1["kept"][1]["what"],
        "it is of 4 entries, and the log has 2: entries of it are lost"
    );
    let foreign =
        check("daybook.db", "example.com/log42+61581bf9+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4");
    assert_eq!((foreign.0, &foreign.1["kept"][0]["good"]), (1, &false.into()), "another key: {foreign:?}");
    for alone in [&["check", "--kept", "3.tlog-proof"][..], &["check", "--key", &key]] {
        assert_eq!(folder.run(alone).code, 2, "{alone:?}");
    }
}
