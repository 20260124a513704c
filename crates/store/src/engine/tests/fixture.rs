//! A database for one test, and the tables that the tests use.

use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use tempfile::TempDir;
use tokio_postgres::NoTls;
use uuid::Uuid;

use super::super::*;
use crate::migrate::{self, Migration};

pub(super) const NOW: Micros = Micros(1_700_000_000_123_456);

pub(super) const TABLES: &[Migration] = &[Migration {
    version: 1,
    name: "accounts",
    sqlite: "CREATE TABLE accounts (id BLOB PRIMARY KEY, email TEXT NOT NULL UNIQUE, nick TEXT, balance INTEGER NOT NULL,
            CONSTRAINT balance_not_negative CHECK (balance >= 0)) STRICT, WITHOUT ROWID;
        CREATE UNIQUE INDEX accounts_nick ON accounts (nick) WHERE nick IS NOT NULL;
        CREATE TABLE entries (id INTEGER PRIMARY KEY, account_id BLOB NOT NULL REFERENCES accounts (id),
            amount INTEGER NOT NULL) STRICT;
        CREATE TRIGGER entries_no_update BEFORE UPDATE ON entries BEGIN SELECT RAISE(ABORT, 'entries are append-only'); END;
        CREATE TRIGGER entries_no_delete BEFORE DELETE ON entries BEGIN SELECT RAISE(ABORT, 'entries are append-only'); END;",
    postgres: "CREATE TABLE accounts (id uuid PRIMARY KEY, email text NOT NULL UNIQUE, nick text, balance bigint NOT NULL,
            CONSTRAINT balance_not_negative CHECK (balance >= 0));
        CREATE UNIQUE INDEX accounts_nick ON accounts (nick) WHERE nick IS NOT NULL;
        CREATE TABLE entries (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            account_id uuid NOT NULL REFERENCES accounts (id), amount bigint NOT NULL);
        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            RAISE EXCEPTION 'entries are append-only' USING ERRCODE = 'restrict_violation'; END $$;
        CREATE TRIGGER entries_no_update BEFORE UPDATE OR DELETE ON entries FOR EACH ROW EXECUTE FUNCTION refuse();",
}];

statements! {
    INSERT_ACCOUNT = "INSERT INTO accounts (id, email, nick, balance) VALUES ($1, $2, $3, $4)";
    ACCOUNT_BY_ID = "SELECT balance FROM accounts WHERE id = $1", lock "FOR UPDATE";
    WITHDRAW = "UPDATE accounts SET balance = balance - $1 WHERE id = $2";
    INSERT_ENTRY = "INSERT INTO entries (account_id, amount) VALUES ($1, $2)";
    UPDATE_ENTRIES = "UPDATE entries SET amount = 0";
    DELETE_ENTRIES = "DELETE FROM entries";
    SUM = "SELECT CAST(coalesce(sum(balance), 0) AS BIGINT) FROM accounts";
    COUNT_ACCOUNTS = "SELECT count(*) FROM accounts";
    COUNT_ENTRIES = "SELECT count(*) FROM entries";
}

/// A database that lives as long as this.
pub(crate) struct Fixture {
    pub(crate) db: Db,
    pub(crate) config: DbConfig,
    pub(crate) url: String,
    place: Place,
}

enum Place {
    File(TempDir),
    Database { admin: String, name: String },
}

impl Fixture {
    /// An empty SQLite file.
    pub(crate) async fn sqlite() -> Fixture {
        let dir = TempDir::new().unwrap();
        let url = format!("sqlite:{}", dir.path().join("test.db").display());
        Fixture::open(url, Place::File(dir)).await
    }

    /// An empty PostgreSQL database.
    pub(crate) async fn postgres() -> Fixture {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let admin = std::env::var("DAYBOOK_TEST_POSTGRES")
            .expect("DAYBOOK_TEST_POSTGRES is not set: run the tests with `cargo xtask test`");
        let name = format!("daybook_engine_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        administer(&admin, &format!("CREATE DATABASE {name} TEMPLATE template0")).await;
        let (server, _) = admin.rsplit_once('/').unwrap();
        Fixture::open(format!("{server}/{name}"), Place::Database { admin, name }).await
    }

    async fn open(url: String, place: Place) -> Fixture {
        let mut config = DbConfig::from_url(&url).unwrap();
        config.durability = Durability::ThrowAway;
        // A slow machine is not a busy database; the tests that are about waiting set their own.
        config.patience = Duration::from_secs(60);
        Fixture { db: Db::open(&config).await.unwrap(), config, url, place }
    }

    pub(super) async fn with_tables(self) -> Fixture {
        migrate::run(&self.db, TABLES, NOW).await.unwrap();
        self
    }

    pub(crate) fn engine(&self) -> Engine {
        self.db.engine()
    }

    /// A second, independent set of connections.
    pub(super) async fn again(&self) -> Db {
        Db::open(&self.config).await.unwrap()
    }

    /// What is left when every process that has the database open is killed now: SQLite's files as they lie there, a server that ends the
    /// sessions of whoever is gone. Those who had it open do not reach it any more.
    pub(crate) async fn lose_everyone(&mut self) {
        match &self.place {
            Place::File(dir) => {
                let left = TempDir::new().unwrap();
                for name in ["test.db", "test.db-wal"] {
                    std::fs::copy(dir.path().join(name), left.path().join(name)).unwrap();
                }
                let url = format!("sqlite:{}", left.path().join("test.db").display());
                *self = Fixture::open(url, Place::File(left)).await;
            }
            Place::Database { .. } => {
                let end = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
                    WHERE datname = current_database() AND pid <> pg_backend_pid()";
                administer(&self.url, end).await;
                self.db = self.again().await;
            }
        }
    }

    pub(super) fn path(&self) -> std::path::PathBuf {
        match &self.place {
            Place::File(dir) => dir.path().join("test.db"),
            Place::Database { .. } => panic!("PostgreSQL has no file"),
        }
    }

    pub(super) async fn count(&self, sql: &Sql) -> i64 {
        self.db.read().await.unwrap().conn().one(sql, vec![], |row| row.get(0)).await.unwrap()
    }
}

impl Drop for Fixture {
    fn drop(&mut self) {
        if let Place::Database { admin, name } = &self.place {
            let (admin, drop) = (admin.clone(), format!("DROP DATABASE {name} WITH (FORCE)"));
            let in_a_runtime_of_its_own = move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                runtime.block_on(administer(&admin, &drop));
            };
            std::thread::spawn(in_a_runtime_of_its_own).join().unwrap();
        }
    }
}

/// Runs a statement as the administrator of the server.
pub(crate) async fn administer(url: &str, text: &str) {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    let (done, _) = tokio::join!(
        async move {
            let done = client.batch_execute(text).await;
            drop(client);
            done
        },
        connection
    );
    done.unwrap();
}

/// The test's tables on each engine, one after the other.
pub(super) async fn both() -> [Fixture; 2] {
    [Fixture::sqlite().await.with_tables().await, Fixture::postgres().await.with_tables().await]
}

pub(super) fn id(number: u32) -> Uuid {
    Uuid::from_u128(number.into())
}

/// A write that opens an account.
pub(super) fn account(number: u32, balance: i64) -> Write {
    Write::one(&INSERT_ACCOUNT, vals![id(number), format!("{number}@example.org"), None::<String>, balance])
}

/// The sum of all balances.
pub(super) async fn sum(fixture: &Fixture) -> i64 {
    fixture.count(&SUM).await
}
