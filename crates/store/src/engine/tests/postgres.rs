//! The server: connections that break, deadlocks, roles and notifications.

use std::{collections::BTreeSet, time::Duration};

use super::fixture::{COUNT_ACCOUNTS, WITHDRAW, administer};
use super::*;

async fn pid(tx: &mut Tx) -> i64 {
    static PID: Sql = Sql::new("PID", "SELECT pg_backend_pid()");
    tx.conn().one(&PID, vec![], |row| row.get(0)).await.unwrap()
}

async fn terminate(fixture: &Fixture, pid: i64) {
    administer(&fixture.url, &format!("SELECT pg_terminate_backend({pid}, 5000)")).await;
}

/// Waits until the backend does nothing but wait for this.
async fn until_it_waits(fixture: &Fixture, pid: i64, event: &'static str) {
    static WAITING: Sql = Sql::new(
        "WAITING",
        "SELECT count(*) FROM pg_stat_activity WHERE pid = $1::bigint::int AND wait_event = $2",
    );
    let reader = fixture.db.read().await.unwrap();
    let mut conn = reader.conn();
    while conn.one(&WAITING, vals![pid, event], |row| row.get::<i64>(0)).await.unwrap() == 0 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_connection_is_said_to_be_lost_and_replaced() {
    let fixture = Fixture::postgres().await.with_tables().await;
    let mut tx = fixture.db.begin().await.unwrap();
    tx.run(vec![account(1, 1)]).await.unwrap();
    let backend = pid(&mut tx).await;
    terminate(&fixture, backend).await;
    let error = tx.run(vec![account(2, 1)]).await.unwrap_err();
    assert_eq!(error, EngineError::ConnectionLost { statement: "INSERT_ACCOUNT" });
    assert_eq!(tx.commit().await.unwrap_err(), EngineError::Poisoned);

    let mut tx = fixture.db.begin().await.unwrap();
    tx.run(vec![account(1, 1)]).await.unwrap();
    let backend = pid(&mut tx).await;
    terminate(&fixture, backend).await;
    // Nothing was asked of the connection since it broke. COMMIT either never left or never arrived.
    let error = tx.commit().await.unwrap_err();
    let lost = EngineError::ConnectionLost { statement: "COMMIT" };
    assert!(error == lost || error == EngineError::OutcomeUnknown, "{error}");

    fixture.db.begin().await.unwrap().commit_with(vec![account(3, 1)]).await.unwrap();
    assert_eq!(fixture.count(&COUNT_ACCOUNTS).await, 1);
}

/// A trigger that runs during COMMIT keeps it on its way for as long as the test needs.
const SLOW_COMMIT: &str = "CREATE FUNCTION linger() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        PERFORM pg_sleep(60); RETURN NULL; END $$;
    CREATE CONSTRAINT TRIGGER linger AFTER INSERT ON accounts DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION linger();";

async fn script(fixture: &Fixture, text: &str) {
    let mut tx = fixture.db.begin().await.unwrap();
    tx.conn().script(text).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_lost_during_commit_leaves_the_outcome_open() {
    let fixture = Fixture::postgres().await.with_tables().await;
    script(&fixture, SLOW_COMMIT).await;
    let mut tx = fixture.db.begin().await.unwrap();
    let backend = pid(&mut tx).await;
    let commit = tokio::spawn(tx.commit_with(vec![account(1, 1)]));
    until_it_waits(&fixture, backend, "PgSleep").await;
    terminate(&fixture, backend).await;
    assert_eq!(commit.await.unwrap().unwrap_err(), EngineError::OutcomeUnknown);
}

/// The server refuses at the write or at COMMIT: either way nothing is stored and the reason is the server's.
#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_behind_which_commit_travels_is_a_refusal() {
    static AGAIN: Sql =
        Sql::new("AGAIN", "INSERT INTO entries (account_id, amount) SELECT id, 1 FROM accounts");
    let fixture = Fixture::postgres().await.with_tables().await;
    let tx = fixture.db.begin().await.unwrap();
    let error = tx.commit_with(vec![account(1, 1), account(2, -1), account(3, 1)]).await.unwrap_err();
    assert!(matches!(error, EngineError::Check { statement: "INSERT_ACCOUNT", .. }), "{error}");
    script(
        &fixture,
        "ALTER TABLE entries ADD CONSTRAINT late UNIQUE (amount) DEFERRABLE INITIALLY DEFERRED;
         INSERT INTO accounts (id, email, balance) VALUES (gen_random_uuid(), 'x', 1);
         INSERT INTO entries (account_id, amount) SELECT id, 1 FROM accounts;",
    )
    .await;
    let error =
        fixture.db.begin().await.unwrap().commit_with(vec![Write::any(&AGAIN, vec![])]).await.unwrap_err();
    assert_eq!(error, EngineError::Unique { statement: "COMMIT", constraint: "late".to_owned() });
    assert_eq!(fixture.count(&COUNT_ACCOUNTS).await, 1);
}

/// A plain INSERT whose row a trigger drops without a word is found out only after COMMIT.
#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_vanished_is_reported_even_after_commit() {
    let fixture = Fixture::postgres().await.with_tables().await;
    script(
        &fixture,
        "CREATE FUNCTION swallow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
         CREATE TRIGGER swallow BEFORE INSERT ON accounts FOR EACH ROW EXECUTE FUNCTION swallow();",
    )
    .await;
    let error = fixture.db.begin().await.unwrap().commit_with(vec![account(1, 1)]).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "INSERT_ACCOUNT: is committed, but: INSERT_ACCOUNT: changed 0 rows, expected 1"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deadlock_is_a_conflict_for_one_and_no_trouble_for_the_other() {
    let fixture = Fixture::postgres().await.with_tables().await;
    let open = vec![account(1, 10), account(2, 10)];
    fixture.db.begin().await.unwrap().commit_with(open).await.unwrap();
    let withdraw = |number| vec![Write::one(&WITHDRAW, vals![1_i64, id(number)])];
    let (mut a, mut b) = (fixture.db.begin().await.unwrap(), fixture.db.begin().await.unwrap());
    a.run(withdraw(1)).await.unwrap();
    b.run(withdraw(2)).await.unwrap();
    // Whoever fails goes out of the way, so that the other can go on.
    let finish = |mut tx: Tx, writes| async move {
        tx.run(writes).await?;
        tx.commit().await
    };
    let (a, b) = tokio::join!(finish(a, withdraw(2)), finish(b, withdraw(1)));
    let (won, lost) = if a.is_ok() { (a, b) } else { (b, a) };
    won.unwrap();
    let lost = lost.unwrap_err();
    assert_eq!(lost, EngineError::Conflict { statement: "WITHDRAW" });
    assert!(lost.is_retryable());
    assert_eq!(sum(&fixture).await, 18);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_cancelled_in_the_middle_of_a_statement_is_rolled_back() {
    let mut fixture = Fixture::postgres().await.with_tables().await;
    fixture.config.pool_size = 1;
    let db = fixture.again().await;
    let mut tx = db.begin().await.unwrap();
    tx.run(vec![account(1, 1)]).await.unwrap();
    let cancelled =
        tokio::time::timeout(Duration::from_millis(20), tx.conn().script("SELECT pg_sleep(1)")).await;
    assert!(cancelled.is_err());
    assert_eq!(tx.commit().await.unwrap_err(), EngineError::Poisoned);
    // The only connection of the pool: whoever gets it is in no transaction.
    db.begin().await.unwrap().commit_with(vec![account(2, 1)]).await.unwrap();
    assert_eq!(fixture.count(&COUNT_ACCOUNTS).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_query_does_not_keep_the_next_reader_waiting() {
    static SLEEP: Sql = Sql::new("SLEEP", "SELECT pg_sleep(25)::text");
    static ONE: Sql = Sql::new("ONE", "SELECT 1");
    let mut fixture = Fixture::postgres().await;
    fixture.config.pool_size = 1;
    let db = fixture.again().await;
    let reader = db.read().await.unwrap();
    let cancelled = tokio::time::timeout(Duration::from_millis(20), reader.conn().exec(&SLEEP, vec![])).await;
    assert!(cancelled.is_err());
    drop(reader);
    let next = db.read().await.unwrap();
    let answer = tokio::time::timeout(Duration::from_secs(15), next.conn().exec(&ONE, vec![])).await;
    assert_eq!(answer.expect("the next reader waited").unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_still_owes_one_of_several_answers_is_not_used_again() {
    static ONE: Sql = Sql::new("ONE", "SELECT 1");
    static SLEEP: Sql = Sql::new("SLEEP", "SELECT pg_sleep(25)::text");
    let mut fixture = Fixture::postgres().await;
    fixture.config.pool_size = 1;
    let db = fixture.again().await;
    let reader = db.read_snapshot().await.unwrap();
    let (mut quick, mut slow) = (reader.conn(), reader.conn());
    tokio::select! {
        biased;
        answer = quick.exec(&ONE, vec![]) => assert_eq!(answer.unwrap(), 1),
        _ = slow.exec(&SLEEP, vec![]) => panic!("that takes 25 seconds"),
    }
    drop(reader);
    let next = db.read().await.unwrap();
    let answer = tokio::time::timeout(Duration::from_secs(15), next.conn().exec(&ONE, vec![])).await;
    assert_eq!(answer.expect("the next reader waited").unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_prepared_fails_alone_among_what_is_asked_of_a_snapshot_at_once() {
    static ONE: Sql = Sql::new("ONE", "SELECT CAST(1 AS bigint)");
    static NOWHERE: Sql = Sql::new("NOWHERE", "SELECT size FROM nowhere");
    static TWO: Sql = Sql::new("TWO", "SELECT CAST(2 AS bigint)");
    let mut fixture = Fixture::postgres().await;
    fixture.config.pool_size = 1;
    let db = fixture.again().await;
    let ask =
        async |mut conn: Conn<'_>, sql: &'static Sql| conn.one(sql, vec![], |row| row.get::<i64>(0)).await;
    // The connection knows the first already, and the others not.
    assert_eq!(ask(db.read().await.unwrap().conn(), &ONE).await.unwrap(), 1);
    let reader = db.read_snapshot().await.unwrap();
    let (one, nowhere, two) = tokio::join!(
        biased;
        ask(reader.conn(), &ONE),
        ask(reader.conn(), &NOWHERE),
        ask(reader.conn(), &TWO),
    );
    assert_eq!((one.unwrap(), two.unwrap()), (1, 2));
    assert!(matches!(nowhere, Err(EngineError::Other { statement: "NOWHERE", .. })), "{nowhere:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pool_without_a_free_connection_is_busy() {
    let mut fixture = Fixture::postgres().await;
    fixture.config.pool_size = 1;
    fixture.config.patience = Duration::from_millis(20);
    let db = fixture.again().await;
    let reader = db.read().await.unwrap();
    assert_eq!(db.begin().await.err(), Some(EngineError::Busy { statement: "connect" }));
    drop(reader);
    db.begin().await.unwrap().commit().await.unwrap();
}

/// The server keeps one plan for all values of a statement from its sixth execution on, if it takes that to be no dearer.
#[tokio::test(flavor = "multi_thread")]
async fn lists_are_planned_for_what_they_are_asked_for_walks_at_once_and_other_statements_as_usual() {
    const TEXT: &str = "SELECT id FROM accounts WHERE id = $1 AND 'of one kind' <> ''";
    static GENERIC: Sql = Sql::new(
        "GENERIC",
        "SELECT generic_plans FROM pg_prepared_statements WHERE statement LIKE '%of one kind%' AND statement NOT LIKE '%pg_prepared%'",
    );
    static MODE: Sql = Sql::new(
        "MODE",
        "SELECT string_agg(current_setting(name), ' ') FROM unnest(array['plan_cache_mode', 'enable_sort', 'enable_incremental_sort',
            'enable_seqscan', 'enable_bitmapscan', 'enable_hashjoin', 'enable_mergejoin']) name",
    );
    let kinds = [
        (Sql::new("FIXED", TEXT), 5),
        (Sql::dynamic("LIST", TEXT.to_owned()), 0),
        (Sql::walk("WALK", TEXT.to_owned()), 10),
    ];
    for (asked, generic) in &kinds {
        for snapshot in [false, true] {
            let fixture = Fixture::postgres().await.with_tables().await;
            let db = &fixture.db;
            let reader = if snapshot { db.read_snapshot().await } else { db.read().await }.unwrap();
            let mut conn = reader.conn();
            for number in 0..10 {
                let id = uuid::Uuid::from_u128(number);
                let found = conn.all(asked, vals![id], |row| row.get::<uuid::Uuid>(0)).await.unwrap();
                assert!(found.is_empty());
            }
            let plans: Vec<i64> = conn.all(&GENERIC, vals![], |row| row.get(0)).await.unwrap();
            assert_eq!(plans, [*generic], "{} in a snapshot: {snapshot}", asked.name);
            let mode = conn.one(&MODE, vals![], |row| row.get::<String>(0)).await.unwrap();
            assert_eq!(mode, "auto on on on on on on", "{}", asked.name);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_are_set_up_as_decided() {
    let mut fixture = Fixture::postgres().await;
    fixture.config.durability = Durability::Full;
    let db = fixture.again().await;
    let reader = db.read().await.unwrap();
    for (name, expected) in [
        ("TimeZone", "UTC"),
        ("jit", "off"),
        ("application_name", "daybook"),
        ("idle_in_transaction_session_timeout", "1min"),
        ("lock_timeout", "10s"),
        ("statement_timeout", "30s"),
        ("default_transaction_read_only", "on"),
    ] {
        let show = Sql::dynamic("SHOW", format!("SELECT current_setting('{name}')"));
        let value: String = reader.conn().one(&show, vec![], |row| row.get(0)).await.unwrap();
        assert_eq!(value, expected, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_take_the_role_they_are_given() {
    let mut fixture = Fixture::postgres().await.with_tables().await;
    // Roles belong to the server, not to the database.
    let role = format!("daybook engine \"{}", std::process::id());
    let quoted = format!("\"{}\"", role.replace('"', "\"\""));
    administer(&fixture.url, &format!("CREATE ROLE {quoted}; GRANT SELECT, INSERT ON accounts TO {quoted}"))
        .await;
    fixture.config.app_role = Some(role.clone());
    let db = fixture.again().await;
    db.begin().await.unwrap().commit_with(vec![account(1, 1)]).await.unwrap();
    let mut tx = db.begin().await.unwrap();
    let error = tx.run(vec![Write::one(&WITHDRAW, vals![1_i64, id(1)])]).await.unwrap_err();
    assert!(matches!(error, EngineError::NotAllowed { statement: "WITHDRAW", .. }), "{error}");
    drop((tx, db));
    administer(&fixture.url, &format!("DROP OWNED BY {quoted}; DROP ROLE {quoted}")).await;

    fixture.config.app_role = Some("no such role".to_owned());
    let error = Db::open(&fixture.config).await.err().unwrap();
    assert!(error.to_string().contains("no such role"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_not_there_is_unreachable() {
    let config = DbConfig::from_url("postgres://postgres@127.0.0.1:1/nothing").unwrap();
    let error = Db::open(&config).await.err().unwrap();
    assert!(matches!(error, EngineError::Unreachable { .. }), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_data_error_does_not_repeat_the_value() {
    static CAST: Sql = Sql::new("CAST", "SELECT $1::text::uuid");
    let fixture = Fixture::postgres().await;
    let reader = fixture.db.read().await.unwrap();
    let error = reader.conn().exec(&CAST, vals!["secret"]).await.unwrap_err();
    assert_eq!(error.to_string(), "CAST: data exception 22P02");
}

/// Texts put together at run time do not fill the server's memory, and a changed table does not break a session.
#[tokio::test(flavor = "multi_thread")]
async fn prepared_statements_are_bounded_and_forgotten_when_stale() {
    static PREPARED: Sql = Sql::new("PREPARED", "SELECT count(*) FROM pg_prepared_statements");
    static STAR: Sql = Sql::new("STAR", "SELECT * FROM accounts");
    let mut fixture = Fixture::postgres().await.with_tables().await;
    fixture.config.pool_size = 1;
    let db = fixture.again().await;
    let reader = db.read().await.unwrap();
    let mut conn = reader.conn();
    for number in 0..1200 {
        conn.exec(&Sql::dynamic("DYNAMIC", format!("SELECT {number}")), vec![]).await.unwrap();
    }
    let kept: i64 = conn.one(&PREPARED, vec![], |row| row.get(0)).await.unwrap();
    assert!(kept <= 513, "{kept}");

    conn.exec(&STAR, vec![]).await.unwrap();
    script(&fixture, "ALTER TABLE accounts ADD COLUMN later text").await;
    conn.exec(&STAR, vec![]).await.unwrap_err();
    conn.exec(&STAR, vec![]).await.unwrap();
}

async fn notify(fixture: &Fixture, payload: &str) {
    static NOTIFY: Sql = Sql::new("NOTIFY", "SELECT pg_notify('engine_test', $1)::text");
    let mut tx = fixture.db.begin().await.unwrap();
    tx.conn().exec(&NOTIFY, vals![payload]).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listener_hears_again_after_its_connection_was_killed() {
    let fixture = Fixture::postgres().await;
    let mut listener = fixture.db.listen("engine_test").unwrap();
    assert_eq!(listener.recv().await, Heard::Connected);
    notify(&fixture, "one").await;
    notify(&fixture, "two").await;
    assert_eq!(listener.recv().await, Heard::Message("one".to_owned()));
    assert_eq!(listener.recv().await, Heard::Message("two".to_owned()));

    administer(
        &fixture.url,
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
         WHERE datname = current_database() AND query LIKE 'LISTEN %'",
    )
    .await;
    notify(&fixture, "missed").await;
    // Cancelled again and again, it still gets there.
    let heard = async {
        loop {
            if let Ok(heard) = tokio::time::timeout(Duration::from_millis(1), listener.recv()).await {
                return heard;
            }
        }
    };
    assert_eq!(tokio::time::timeout(Duration::from_secs(20), heard).await.unwrap(), Heard::Connected);
    notify(&fixture, "three").await;
    assert_eq!(listener.recv().await, Heard::Message("three".to_owned()));
}

/// Snapshots are no younger than the oldest transaction of the server that writes, in whatever database: until that has ended, a
/// rebuild would keep rows that were deleted since it began.
#[tokio::test(flavor = "multi_thread")]
async fn a_scrub_waits_for_whoever_writes_in_another_database() {
    static SIZE: Sql = Sql::new("SIZE", "SELECT pg_relation_size('accounts')");
    static LOOKED: Sql = Sql::new(
        "LOOKED",
        "SELECT query_start::text FROM pg_stat_activity WHERE datname = $1 AND query LIKE '%pg_replication_slots%'",
    );
    let fixture = Fixture::postgres().await.with_tables().await;
    let elsewhere = Fixture::postgres().await.with_tables().await;
    let mut older = elsewhere.db.begin().await.unwrap();
    older.run(vec![account(1, 1)]).await.unwrap();
    script(&fixture, "INSERT INTO accounts SELECT gen_random_uuid(), 'ada', 'ada', 1").await;
    script(&fixture, "DELETE FROM accounts").await;
    assert!(fixture.count(&SIZE).await > 0, "the row's bytes are there");

    let db = fixture.db.clone();
    let scrub = tokio::spawn(async move { db.scrub("postgres", &["accounts"], None).await.unwrap() });
    let name = fixture.url.rsplit_once('/').unwrap().1;
    let mut looks = BTreeSet::new();
    while !scrub.is_finished() && looks.len() < 2 {
        // From the other database: whoever reads in this one is waited for too.
        let reader = elsewhere.db.read().await.unwrap();
        looks.extend(reader.conn().opt(&LOOKED, vals![name], |row| row.get::<String>(0)).await.unwrap());
    }
    older.commit().await.unwrap();
    assert_eq!(scrub.await.unwrap(), Vec::<String>::new());
    assert_eq!(fixture.count(&SIZE).await, 0);
}
