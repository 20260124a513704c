//! The file: whose it is, who holds it, and what reading it costs the others.

use std::{sync::mpsc, time::Duration};

use rusqlite::Connection;

use super::fixture::COUNT_ACCOUNTS;
use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_another_process_holds_is_busy() {
    let mut fixture = Fixture::sqlite().await.with_tables().await;
    fixture.config.patience = Duration::from_millis(50);
    let db = fixture.again().await;
    let other = Connection::open(fixture.path()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let waiting = (0..5).map(|_| db.begin());
    for refused in futures_util::future::join_all(waiting).await {
        assert_eq!(refused.err(), Some(EngineError::Busy { statement: "BEGIN" }));
    }
    // Reading goes on.
    assert_eq!(fixture.count(&COUNT_ACCOUNTS).await, 0);

    let patient = &fixture.db;
    let commit = async { patient.begin().await.unwrap().commit_with(vec![account(1, 1)]).await };
    let mut commit = std::pin::pin!(commit);
    let early = tokio::time::timeout(Duration::from_millis(30), &mut commit).await;
    assert!(early.is_err(), "still waiting");
    other.execute_batch("COMMIT").unwrap();
    commit.await.unwrap();
    assert_eq!(fixture.count(&COUNT_ACCOUNTS).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_turn_that_never_ends_makes_the_others_busy() {
    let mut fixture = Fixture::sqlite().await;
    fixture.config.patience = Duration::from_millis(20);
    let db = fixture.again().await;
    let holder = db.begin().await.unwrap();
    assert_eq!(db.begin().await.err(), Some(EngineError::Busy { statement: "BEGIN" }));
    drop(holder);
    db.begin().await.unwrap().commit().await.unwrap();

    let mut readers = Vec::new();
    for _ in 0..4 {
        readers.push(db.read().await.unwrap());
    }
    assert_eq!(db.read().await.err(), Some(EngineError::Busy { statement: "read" }));
    // Snapshots have connections of their own.
    readers.push(db.read_snapshot().await.unwrap());
    readers.clear();
    db.read().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_another_program_is_refused_and_left_alone() {
    let dir = tempfile::TempDir::new().unwrap();
    for (name, text) in [
        ("tables.db", "CREATE TABLE theirs (a)"),
        ("marked.db", "PRAGMA application_id = 7; CREATE TABLE theirs (a)"),
    ] {
        let path = dir.path().join(name);
        Connection::open(&path).unwrap().execute_batch(text).unwrap();
        let before = std::fs::read(&path).unwrap();
        let config = DbConfig::from_url(&format!("sqlite:{}", path.display())).unwrap();
        let error = Db::open(&config).await.err().unwrap();
        assert!(matches!(error, EngineError::ForeignFile { .. }), "{error}");
        assert_eq!(std::fs::read(&path).unwrap(), before);
    }
    let path = dir.path().join("text.db");
    std::fs::write(&path, "this is not a database, but it is long enough to be looked at as one").unwrap();
    let config = DbConfig::from_url(&format!("sqlite:{}", path.display())).unwrap();
    let error = Db::open(&config).await.err().unwrap();
    assert!(matches!(error, EngineError::Io { statement: "open", .. }), "{error}");

    let config = DbConfig::from_url("sqlite:/nonexistent/directory/a.db").unwrap();
    let error = Db::open(&config).await.err().unwrap();
    assert!(error.to_string().contains("/nonexistent/directory/a.db"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_connections_are_set_up_as_decided() {
    let mut fixture = Fixture::sqlite().await;
    let pragma = |name: &'static str| Sql::dynamic(name, format!("PRAGMA {name}"));
    for (durability, synchronous) in [(Durability::Full, 2), (Durability::ThrowAway, 0)] {
        fixture.config.durability = durability;
        let db = fixture.again().await;
        let mut tx = db.begin().await.unwrap();
        for (name, expected) in [
            ("synchronous", synchronous),
            ("foreign_keys", 1),
            ("recursive_triggers", 1),
            ("secure_delete", 1),
            ("cache_size", -8192),
            // The writer copies the log itself, once it has answered.
            ("wal_autocheckpoint", 0),
            ("busy_timeout", 0),
            ("query_only", 0),
        ] {
            let value: i64 = tx.conn().one(&pragma(name), vec![], |row| row.get(0)).await.unwrap();
            assert_eq!(value, expected, "{name}");
        }
        let mode: String = tx.conn().one(&pragma("journal_mode"), vec![], |row| row.get(0)).await.unwrap();
        assert_eq!(mode, "wal");
        let reader = db.read().await.unwrap();
        let query_only: i64 =
            reader.conn().one(&pragma("query_only"), vec![], |row| row.get(0)).await.unwrap();
        assert_eq!(query_only, 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_write_ahead_log_does_not_grow_without_end() {
    let fixture = Fixture::sqlite().await.with_tables().await;
    for round in 0..8 {
        let rich = |number: u32| {
            let mut write = account(round * 1_000 + number, 1);
            write.values[2] = format!("{}-{round}-{number}", "n".repeat(3_000)).into();
            write
        };
        fixture.db.begin().await.unwrap().commit_with((0..600).map(rich).collect()).await.unwrap();
    }
    // Whoever has the turn now comes after the last copy.
    drop(fixture.db.begin().await.unwrap());
    let log = std::fs::metadata(fixture.path().with_extension("db-wal")).unwrap().len();
    assert!(log < 4_000 * 4_096, "{log}: eight changes of more than 600 pages");
}

/// With one worker, a read that occupied it would keep the other task from ever answering.
#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_long_read_does_not_hold_up_the_workers() {
    let fixture = Fixture::sqlite().await;
    let db = fixture.db.clone();
    // Opening a connection leaves the worker too; this test is about the read.
    drop(db.read().await.unwrap());
    let (sender, receiver) = mpsc::channel();
    let (started, wait) = tokio::sync::oneshot::channel();
    let mut started = Some(started);
    let read = tokio::spawn(async move {
        static ONE: Sql = Sql::new("ONE", "SELECT 1");
        let reader = db.read().await.unwrap();
        let mut conn = reader.conn();
        let long = conn.one(&ONE, vec![], move |_| {
            started.take().unwrap().send(()).unwrap();
            Ok(receiver.recv_timeout(Duration::from_secs(20)).is_ok())
        });
        long.await.unwrap()
    });
    let other = tokio::spawn(async move {
        wait.await.unwrap();
        sender.send(()).unwrap();
    });
    other.await.unwrap();
    assert!(read.await.unwrap(), "the other task ran during the read");
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_leaves_one_file() {
    let fixture = Fixture::sqlite().await.with_tables().await;
    fixture.db.begin().await.unwrap().commit_with(vec![account(1, 1)]).await.unwrap();
    fixture.db.close().await.unwrap();
    let names: Vec<_> = std::fs::read_dir(fixture.path().parent().unwrap()).unwrap().collect();
    assert_eq!(names.len(), 1, "{names:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn there_is_nothing_to_listen_to() {
    assert!(Fixture::sqlite().await.db.listen("channel").is_none());
}
