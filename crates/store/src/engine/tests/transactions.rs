//! What a transaction promises, on both engines.

use std::time::Duration;

use super::fixture::{
    COUNT_ACCOUNTS, COUNT_ENTRIES, DELETE_ENTRIES, STATEMENTS, SUM, UPDATE_ENTRIES, WITHDRAW,
};
use super::*;

fn withdraw(amount: i64, number: u32) -> Write {
    Write::one(&WITHDRAW, vals![amount, id(number)])
}

fn entry(number: u32, amount: i64) -> Write {
    Write::one(&INSERT_ENTRY, vals![id(number), amount])
}

async fn commit(fixture: &Fixture, writes: Vec<Write>) -> Result<()> {
    fixture.db.begin().await.unwrap().commit_with(writes).await
}

async fn open_accounts(fixture: &Fixture, balances: &[i64]) {
    let numbers = 1..;
    let writes = numbers.zip(balances).map(|(number, balance)| account(number, *balance)).collect();
    commit(fixture, writes).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn writes_run_in_order_and_are_committed_together() {
    for fixture in both().await {
        open_accounts(&fixture, &[100, 0]).await;
        let mut tx = fixture.db.begin().await.unwrap();
        tx.run(vec![withdraw(30, 1), withdraw(-30, 2), entry(1, -30)]).await.unwrap();
        let inside: i64 = tx.conn().one(&ACCOUNT_BY_ID, vals![id(1)], |row| row.get(0)).await.unwrap();
        assert_eq!(inside, 70);
        assert_eq!(fixture.count(&COUNT_ENTRIES).await, 0, "not committed yet");
        tx.commit_with(vec![entry(2, 30)]).await.unwrap();
        assert_eq!(
            (sum(&fixture).await, fixture.count(&COUNT_ENTRIES).await),
            (100, 2),
            "{}",
            fixture.engine()
        );
        // The other way to commit: counts that must be known first.
        commit(&fixture, vec![withdraw(70, 1), withdraw(-70, 2), entry(1, 1)]).await.unwrap();
        assert_eq!((sum(&fixture).await, fixture.count(&COUNT_ENTRIES).await), (100, 3));
        fixture.db.begin().await.unwrap().commit().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_rows_are_stored_in_order_whatever_is_between_them() {
    static IN_ORDER: Sql = Sql::new("IN_ORDER", "SELECT amount FROM entries ORDER BY id");
    for fixture in both().await {
        let number = |at: i64| u32::try_from(at).unwrap();
        let opened = (0..43).flat_map(|at| [account(number(at), 10), entry(number(at), at)]);
        let mut tx = fixture.db.begin().await.unwrap();
        tx.run(opened.chain([withdraw(1, 0)]).chain((43..100).map(|at| entry(0, at))).collect())
            .await
            .unwrap();
        tx.commit_with((100..120).map(|at| entry(1, at)).collect()).await.unwrap();
        let reader = fixture.db.read().await.unwrap();
        let amounts = reader.conn().all(&IN_ORDER, vals![], |row| row.get::<i64>(0)).await.unwrap();
        assert_eq!(amounts, (0..120).collect::<Vec<_>>(), "{}", fixture.engine());
        assert_eq!(sum(&fixture).await, 429);

        let mut twice: Vec<_> = (200..260).map(|at| account(at, 1)).collect();
        twice[50] = account(200, 1);
        let taken = commit(&fixture, twice).await.unwrap_err();
        assert!(matches!(&taken, EngineError::Unique { statement: "INSERT_ACCOUNT", .. }), "{taken:?}");
        assert_eq!(fixture.count(&COUNT_ACCOUNTS).await, 43, "all of them or none");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_row_count_takes_the_whole_transaction_down() {
    let wrong = EngineError::Affected { statement: "WITHDRAW", expected: 1, actual: 0 };
    for fixture in both().await {
        open_accounts(&fixture, &[100]).await;
        let mut tx = fixture.db.begin().await.unwrap();
        let error = tx.run(vec![withdraw(1, 1), withdraw(1, 9), withdraw(1, 1)]).await.unwrap_err();
        assert_eq!(error, wrong, "{}", fixture.engine());
        assert_eq!(tx.run(vec![withdraw(1, 1)]).await.unwrap_err(), EngineError::Poisoned);
        assert_eq!(tx.commit().await.unwrap_err(), EngineError::Poisoned);

        let error = commit(&fixture, vec![withdraw(1, 1), withdraw(1, 9)]).await.unwrap_err();
        assert_eq!(error, wrong);
        assert_eq!(sum(&fixture).await, 100, "{}", fixture.engine());
        let any = Write::any(&WITHDRAW, vals![1_i64, id(9)]);
        commit(&fixture, vec![withdraw(1, 1), any]).await.unwrap();
        assert_eq!(sum(&fixture).await, 99);
    }
}

/// Every refusal is typed, names its statement and constraint the same way on both engines, and poisons.
#[tokio::test(flavor = "multi_thread")]
async fn refusals_are_typed_alike() {
    for fixture in both().await {
        open_accounts(&fixture, &[100]).await;
        let nick = |number: u32, email: &str, nick: Option<&str>, balance: Option<i64>| {
            Write::one(&INSERT_ACCOUNT, vals![id(number), email, nick, balance])
        };
        commit(&fixture, vec![nick(2, "two@example.org", Some("two"), Some(0)), entry(1, 1)]).await.unwrap();
        let (statement, unique) = ("INSERT_ACCOUNT", |constraint: &str| EngineError::Unique {
            statement: "INSERT_ACCOUNT",
            constraint: constraint.to_owned(),
        });
        let append_only =
            |statement| EngineError::AppendOnly { statement, message: "entries are append-only".to_owned() };
        for (write, expected) in [
            (nick(1, "new@example.org", None, Some(1)), unique("accounts_pkey")),
            (nick(3, "1@example.org", None, Some(1)), unique("accounts_email_key")),
            (nick(3, "3@example.org", Some("two"), Some(1)), unique("accounts_nick")),
            (
                nick(3, "3@example.org", None, None),
                EngineError::NotNull { statement, column: "accounts.balance".to_owned() },
            ),
            (
                withdraw(101, 1),
                EngineError::Check { statement: "WITHDRAW", constraint: "balance_not_negative".to_owned() },
            ),
            (entry(9, 1), EngineError::ForeignKey { statement: "INSERT_ENTRY" }),
            (Write::any(&UPDATE_ENTRIES, vec![]), append_only("UPDATE_ENTRIES")),
            (Write::any(&DELETE_ENTRIES, vec![]), append_only("DELETE_ENTRIES")),
            (
                Write::any(&UPDATE_ENTRIES, vals![1_i64]),
                EngineError::Arity { statement: "UPDATE_ENTRIES", expected: 0, actual: 1 },
            ),
            (
                Write::any(&WITHDRAW, vals![1_i64]),
                EngineError::Arity { statement: "WITHDRAW", expected: 2, actual: 1 },
            ),
        ] {
            let engine = fixture.engine();
            let mut tx = fixture.db.begin().await.unwrap();
            tx.run(vec![account(50, 1)]).await.unwrap();
            assert_eq!(tx.run(vec![write.clone()]).await.unwrap_err(), expected, "{engine}");
            let again = tx.conn().exec(&INSERT_ENTRY, vals![id(1), 1_i64]).await.unwrap_err();
            assert_eq!(again, EngineError::Poisoned, "{engine}");
            assert_eq!(tx.commit().await.unwrap_err(), EngineError::Poisoned, "{engine}");
            assert_eq!(
                commit(&fixture, vec![account(50, 1), write]).await.unwrap_err(),
                expected,
                "{engine}"
            );
            assert_eq!(fixture.count(&COUNT_ACCOUNTS).await, 2, "{engine}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_is_missing_or_unreadable_poisons_too() {
    for fixture in both().await {
        open_accounts(&fixture, &[1]).await;
        let mut tx = fixture.db.begin().await.unwrap();
        let none = tx.conn().opt(&ACCOUNT_BY_ID, vals![id(9)], |row| row.get::<i64>(0)).await.unwrap();
        assert_eq!(none, None, "which is no error");
        tx.conn().one(&ACCOUNT_BY_ID, vals![id(9)], |row| row.get::<i64>(0)).await.unwrap_err();
        assert_eq!(tx.commit().await.unwrap_err(), EngineError::Poisoned);

        let mut tx = fixture.db.begin().await.unwrap();
        tx.conn().one(&ACCOUNT_BY_ID, vals![id(1)], |row| row.get::<String>(0)).await.unwrap_err();
        assert_eq!(tx.conn().script("SELECT 1").await.unwrap_err(), EngineError::Poisoned);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_transaction_leaves_nothing() {
    for fixture in both().await {
        for _ in 0..20 {
            let mut tx = fixture.db.begin().await.unwrap();
            tx.run(vec![account(1, 1)]).await.unwrap();
            drop(tx);
        }
        assert_eq!(fixture.count(&COUNT_ACCOUNTS).await, 0, "{}", fixture.engine());
        open_accounts(&fixture, &[1]).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_cannot_write() {
    for fixture in both().await {
        open_accounts(&fixture, &[100]).await;
        for reader in [fixture.db.read().await.unwrap(), fixture.db.read_snapshot().await.unwrap()] {
            let error = reader.conn().exec(&WITHDRAW, vals![1_i64, id(1)]).await.unwrap_err();
            assert!(matches!(error, EngineError::NotAllowed { statement: "WITHDRAW", .. }), "{error}");
        }
        for reader in [fixture.db.read().await.unwrap(), fixture.db.read_snapshot().await.unwrap()] {
            let error = reader.conn().script("DELETE FROM accounts").await.unwrap_err();
            assert!(matches!(error, EngineError::NotAllowed { .. }), "{error}");
        }
        assert_eq!(sum(&fixture).await, 100);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_does_not_see_what_is_committed_later() {
    for fixture in both().await {
        open_accounts(&fixture, &[100]).await;
        let snapshot = fixture.db.read_snapshot().await.unwrap();
        let reader = fixture.db.read().await.unwrap();
        for (in_snapshot, outside, next) in [(1_i64, 1_i64, 7), (1, 2, 8)] {
            for (conn, expected) in [(snapshot.conn(), in_snapshot), (reader.conn(), outside)] {
                let mut conn = conn;
                let seen: i64 = conn.one(&COUNT_ACCOUNTS, vec![], |row| row.get(0)).await.unwrap();
                assert_eq!(seen, expected, "{}", fixture.engine());
            }
            commit(&fixture, vec![account(next, 1)]).await.unwrap();
        }
        drop(snapshot);
        let later = fixture.db.read_snapshot().await.unwrap();
        let seen: i64 = later.conn().one(&COUNT_ACCOUNTS, vec![], |row| row.get(0)).await.unwrap();
        assert_eq!(seen, 3, "{}: the snapshot ended when it was dropped", fixture.engine());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_of_a_snapshot_at_once_sees_one_state() {
    for fixture in both().await {
        open_accounts(&fixture, &[40, 60]).await;
        let snapshot = fixture.db.read_snapshot().await.unwrap();
        for next in [7, 8] {
            let (mut first, mut second) = (snapshot.conn(), snapshot.conn());
            let (count, sum): (Result<i64>, Result<i64>) = tokio::join!(
                first.one(&COUNT_ACCOUNTS, vec![], |row| row.get(0)),
                second.one(&SUM, vec![], |row| row.get(0)),
            );
            assert_eq!((count.unwrap(), sum.unwrap()), (2, 100), "{}", fixture.engine());
            commit(&fixture, vec![account(next, 1)]).await.unwrap();
        }
        drop(snapshot);
        assert_eq!(sum(&fixture).await, 102, "{}: the snapshot ended when it was dropped", fixture.engine());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operation_counts_the_rows_it_changed() {
    static ALL: Sql = Sql::new("ALL", "UPDATE accounts SET balance = balance + 1 RETURNING id");
    static NONE: Sql = Sql::new("NONE", "DELETE FROM accounts WHERE balance < 0");
    static TEMPORARY: Sql = Sql::new("TEMPORARY", "CREATE TEMPORARY TABLE t (a TEXT)");
    static UPSERT: Sql = Sql::new(
        "UPSERT",
        "INSERT INTO accounts (id, email, balance) VALUES ($1, 'x', 1) ON CONFLICT (id) DO UPDATE SET balance = 9",
    );
    static SELECT: Sql = Sql::new("SELECT", "SELECT id FROM accounts WHERE balance > 2");
    for fixture in both().await {
        open_accounts(&fixture, &[1, 2, 3]).await;
        let mut tx = fixture.db.begin().await.unwrap();
        let mut conn = tx.conn();
        assert_eq!(conn.exec(&ALL, vec![]).await.unwrap(), 3, "{}", fixture.engine());
        assert_eq!(conn.exec(&TEMPORARY, vec![]).await.unwrap(), 0);
        assert_eq!(conn.exec(&NONE, vec![]).await.unwrap(), 0);
        assert_eq!(conn.exec(&UPSERT, vals![id(1)]).await.unwrap(), 1);
        assert_eq!(conn.exec(&SELECT, vec![]).await.unwrap(), 3);
        let ids = conn.all(&ALL, vec![], |row| row.get::<uuid::Uuid>(0)).await.unwrap();
        assert_eq!(ids.len(), 3, "RETURNING gives its rows");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn eighty_at_once_withdraw_what_is_there_and_not_more() {
    for fixture in both().await {
        open_accounts(&fixture, &[25]).await;
        let attempts = (0..80).map(|_| {
            let db = fixture.db.clone();
            tokio::spawn(async move {
                let mut tx = db.begin().await?;
                // Before the refusal on purpose: it must be undone.
                tx.run(vec![entry(1, -1)]).await?;
                tx.run(vec![withdraw(1, 1)]).await?;
                tx.commit().await
            })
        });
        let mut kept = 0;
        for attempt in futures_util::future::join_all(attempts).await {
            match attempt.unwrap() {
                Ok(()) => kept += 1,
                Err(EngineError::Check { .. }) => {}
                Err(error) => panic!("{}: {error}", fixture.engine()),
            }
        }
        assert_eq!(kept, 25, "{}", fixture.engine());
        assert_eq!(
            (sum(&fixture).await, fixture.count(&COUNT_ENTRIES).await),
            (0, 25),
            "{}",
            fixture.engine()
        );
    }
}

/// A third is dropped half-way, a third is cancelled at some moment, a third is left alone.
#[tokio::test(flavor = "multi_thread")]
async fn six_hundred_dropped_and_cancelled_changes_leave_state_and_entries_agreeing() {
    for fixture in both().await {
        open_accounts(&fixture, &[100_000]).await;
        let attempts = (0..600_u64).map(|number| {
            let db = fixture.db.clone();
            let attempt = async move {
                let mut tx = db.begin().await?;
                tx.run(vec![withdraw(1, 1)]).await?;
                if number % 3 == 0 {
                    return Ok(false);
                }
                tx.commit_with(vec![entry(1, -1)]).await?;
                Ok::<_, EngineError>(true)
            };
            tokio::spawn(async move {
                match number % 3 {
                    1 => tokio::time::timeout(Duration::from_micros(number * 300), attempt)
                        .await
                        .unwrap_or(Ok(false)),
                    _ => attempt.await,
                }
            })
        });
        let mut acknowledged = 0;
        for attempt in futures_util::future::join_all(attempts).await {
            acknowledged += i64::from(attempt.unwrap().unwrap());
        }
        // The transaction of the last cancelled change may still be on its way to its end.
        commit(&fixture, vec![withdraw(0, 1)]).await.unwrap();
        let (left, entries) = (sum(&fixture).await, fixture.count(&COUNT_ENTRIES).await);
        assert_eq!(100_000 - left, entries, "{}", fixture.engine());
        assert!((200..=400).contains(&entries), "{}: {entries}", fixture.engine());
        assert!(
            entries >= acknowledged,
            "{}: {entries} stored, {acknowledged} acknowledged",
            fixture.engine()
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_begins_after_close() {
    for fixture in both().await {
        open_accounts(&fixture, &[1]).await;
        fixture.db.close().await.unwrap();
        assert_eq!(fixture.db.begin().await.err(), Some(EngineError::Closed), "{}", fixture.engine());
        assert_eq!(fixture.db.read().await.err(), Some(EngineError::Closed));
        assert_eq!(fixture.db.read_snapshot().await.err(), Some(EngineError::Closed));
        fixture.db.close().await.unwrap();
        let again = fixture.again().await;
        let seen: i64 =
            again.read().await.unwrap().conn().one(&COUNT_ACCOUNTS, vec![], |r| r.get(0)).await.unwrap();
        assert_eq!(seen, 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_statements_of_the_tests_compile() {
    for fixture in both().await {
        let reader = fixture.db.read().await.unwrap();
        for sql in STATEMENTS {
            sql.check_parameter_order().unwrap();
            reader.conn().prepare(sql).await.unwrap();
        }
    }
}
