//! `daybook migrate`.

use rusqlite::Connection;

use crate::program::Folder;

#[test]
fn migrations_are_applied_once_and_listed() {
    let folder = Folder::new();
    let run = folder.run(&["migrate", "--status"]);
    assert_eq!(run.code, 1);
    assert!(run.stderr.contains("there is no database sqlite:daybook.db"), "{}", run.stderr);
    assert_eq!(folder.files(), Vec::<String>::new(), "looking creates nothing");

    // A database of ours without a schema.
    let empty = Connection::open(folder.path("daybook.db")).unwrap();
    empty.pragma_update(None, "application_id", i32::from_be_bytes(*b"Dayb")).unwrap();
    drop(empty);
    let pending = folder.ok(&["migrate", "--status"]);
    assert!(pending.starts_with("0001 initial  pending\n"), "{pending}");

    assert!(folder.ok(&["migrate"]).starts_with("0001 initial  applied\n"));
    assert_eq!(folder.ok(&["migrate"]), "nothing to do\n");
    let status = folder.ok(&["migrate", "--status"]);
    assert!(status.lines().all(|line| line.ends_with("  applied")), "{status}");
}

#[test]
fn an_edited_or_unknown_step_is_refused_and_named() {
    for (tamper, said) in [
        (
            "UPDATE schema_migrations SET checksum = 'other' WHERE version = 1",
            "0001 initial  edited after it was applied",
        ),
        (
            "INSERT INTO schema_migrations VALUES (9999, 'future', 'other', 0)",
            "9999 future  unknown to this program",
        ),
    ] {
        let folder = Folder::new();
        folder.ok(&["migrate"]);
        Connection::open(folder.path("daybook.db")).unwrap().execute(tamper, []).unwrap();
        let status = folder.run(&["migrate", "--status"]);
        assert_eq!(status.code, 1);
        assert!(status.stdout.contains(said), "{}", status.stdout);
        for command in [&["migrate"][..], &["serve", "--listen", "127.0.0.1:0"], &["check"]] {
            let run = folder.run(command);
            assert_eq!(run.code, 1, "{command:?} {}", run.stderr);
        }
    }
}
