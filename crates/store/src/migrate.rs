//! Brings a database's schema up to date, one step after the other, each wholly or not at all.
//! It must not know what the steps contain.

mod error;

use std::collections::BTreeMap;

pub use error::{MigrateError, Place};
use sha2::{Digest, Sha256};

use crate::engine::{
    APPLICATION_ID, Conn, Db, Engine, EngineError, Micros, Sql, Tx, Write, hex, statements, vals,
};

/// One step of the schema, for both engines.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// Its place in the order, from 1.
    pub version: i64,
    /// What it is about.
    pub name: &'static str,
    /// The text for SQLite.
    pub sqlite: &'static str,
    /// The text for PostgreSQL.
    pub postgres: &'static str,
}

impl Migration {
    fn text(&self, engine: Engine) -> &'static str {
        match engine {
            Engine::Sqlite => self.sqlite,
            Engine::Postgres => self.postgres,
        }
    }

    fn checksum(&self, engine: Engine) -> String {
        hex(&Sha256::digest(self.text(engine)))
    }
}

/// Reads the number at the front of a file name while the program is compiled.
pub(crate) const fn version(digits: &str) -> i64 {
    let mut rest = digits.as_bytes();
    let mut number = 0;
    while let [digit, tail @ ..] = rest {
        assert!(digit.is_ascii_digit(), "a migration's file name starts with its number");
        number = number * 10 + (*digit - b'0') as i64;
        rest = tail;
    }
    number
}

/// How one step stands in a database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MigrationStatus {
    /// The step.
    pub version: i64,
    /// Its name.
    pub name: String,
    /// How it stands.
    pub state: MigrationState,
}

/// How a step stands in a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MigrationState {
    /// Applied, at this time.
    Applied(Micros),
    /// Not applied yet.
    Pending,
    /// Applied, but this program has another text for it.
    Edited(Micros),
    /// Applied, but not known to this program.
    Unknown(Micros),
}

statements! {
    /// Whether the table of applied steps exists.
    TABLE_SQLITE = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'schema_migrations'",
        only Engine::Sqlite;
    TABLE_POSTGRES = "SELECT count(to_regclass('schema_migrations'))", only Engine::Postgres;
    LOCK = "SELECT pg_advisory_xact_lock($1)::text", only Engine::Postgres;
    APPLIED = "SELECT version, name, checksum, applied_at FROM schema_migrations ORDER BY version";
    RECORD = "INSERT INTO schema_migrations (version, name, checksum, applied_at) VALUES ($1, $2, $3, $4)";
}

const CREATE_SQLITE: &str =
    "CREATE TABLE IF NOT EXISTS schema_migrations (version INTEGER PRIMARY KEY NOT NULL,
    name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT";
const CREATE_POSTGRES: &str = "CREATE TABLE IF NOT EXISTS schema_migrations (version bigint PRIMARY KEY,
    name text NOT NULL, checksum text NOT NULL, applied_at timestamptz NOT NULL)";
/// A step takes the time it takes; only the waiting for locks on tables in use is bounded again below.
const UNHURRIED: &str = "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0;";
const BOUNDED_WAIT: &str = "SET LOCAL lock_timeout = '30s';";

struct Applied {
    version: i64,
    name: String,
    checksum: String,
    at: Micros,
}

/// Applies what is pending. Several programs may do so at once: each step is applied by one of them, and the others
/// wait for it.
pub async fn run(db: &Db, migrations: &[Migration], now: Micros) -> Result<(), MigrateError> {
    // An up-to-date schema is seen by reading: the role that runs the portal need not be able to change it.
    let mut pending = next_step(&applied(db).await?, migrations, db.engine())?.is_some();
    while pending {
        let mut tx = db.begin().await?;
        let applied = lock(&mut tx, db.engine()).await?;
        let Some(step) = next_step(&applied, migrations, db.engine())? else { return Ok(()) };
        let failed = |error| MigrateError::Step { version: step.version, name: step.name, error };
        tx.conn().script(step.text(db.engine())).await.map_err(failed)?;
        let row = vals![step.version, step.name, step.checksum(db.engine()), now];
        tx.commit_with(vec![Write::one(&RECORD, row)]).await.map_err(failed)?;
        tracing::info!(version = step.version, name = step.name, "migration applied");
        pending = migrations.last().is_some_and(|last| last.version > step.version);
    }
    Ok(())
}

/// Checks that every step is applied. Changes nothing.
pub async fn expect_current(db: &Db, migrations: &[Migration]) -> Result<(), MigrateError> {
    let applied = applied(db).await?;
    match next_step(&applied, migrations, db.engine())? {
        None => Ok(()),
        Some(_) => Err(MigrateError::Behind { database: newest(&applied), binary: newest_known(migrations) }),
    }
}

/// How every step stands, known or applied, oldest first. Changes nothing.
pub async fn status(db: &Db, migrations: &[Migration]) -> Result<Vec<MigrationStatus>, EngineError> {
    let mut all = BTreeMap::new();
    for step in migrations {
        let pending = MigrationStatus {
            version: step.version,
            name: step.name.to_owned(),
            state: MigrationState::Pending,
        };
        all.insert(step.version, pending);
    }
    for applied in applied(db).await? {
        let state = match migrations.iter().find(|step| step.version == applied.version) {
            Some(step) if is_same(step, &applied, db.engine()) => MigrationState::Applied(applied.at),
            Some(_) => MigrationState::Edited(applied.at),
            None => MigrationState::Unknown(applied.at),
        };
        all.insert(applied.version, MigrationStatus { version: applied.version, name: applied.name, state });
    }
    Ok(all.into_values().collect())
}

/// Waits until no other program applies steps, and reads what is applied.
async fn lock(tx: &mut Tx, engine: Engine) -> Result<Vec<Applied>, EngineError> {
    let mut conn = tx.conn();
    match engine {
        // The write transaction is the lock.
        Engine::Sqlite => {
            conn.script(CREATE_SQLITE).await?;
            conn.script(&format!("PRAGMA application_id = {APPLICATION_ID}")).await?;
        }
        Engine::Postgres => {
            conn.script(UNHURRIED).await?;
            conn.exec(&LOCK, vals![i64::from(APPLICATION_ID)]).await?;
            conn.script(BOUNDED_WAIT).await?;
            conn.script(CREATE_POSTGRES).await?;
        }
    }
    read_applied(&mut conn).await
}

async fn applied(db: &Db) -> Result<Vec<Applied>, EngineError> {
    let reader = db.read().await?;
    let mut conn = reader.conn();
    let table: &Sql = match db.engine() {
        Engine::Sqlite => &TABLE_SQLITE,
        Engine::Postgres => &TABLE_POSTGRES,
    };
    let exists: i64 = conn.one(table, vals![], |row| row.get(0)).await?;
    if exists == 0 { Ok(Vec::new()) } else { read_applied(&mut conn).await }
}

async fn read_applied(conn: &mut Conn<'_>) -> Result<Vec<Applied>, EngineError> {
    conn.all(&APPLIED, vals![], |row| {
        Ok(Applied { version: row.get(0)?, name: row.get(1)?, checksum: row.get(2)?, at: row.get(3)? })
    })
    .await
}

fn is_same(step: &Migration, applied: &Applied, engine: Engine) -> bool {
    step.name == applied.name && step.checksum(engine) == applied.checksum
}

/// The step to apply next, none when everything is; an error when list and database do not belong together.
fn next_step<'m>(
    applied: &[Applied],
    migrations: &'m [Migration],
    engine: Engine,
) -> Result<Option<&'m Migration>, MigrateError> {
    let (newest_known, newest_applied) = (newest_known(migrations), newest(applied));
    let mut before = 0;
    for step in migrations {
        if step.version <= before {
            return Err(MigrateError::OutOfOrder { version: step.version });
        }
        before = step.version;
    }
    if newest_applied > newest_known {
        return Err(MigrateError::Newer { database: newest_applied, binary: newest_known });
    }
    for applied in applied {
        let step = migrations
            .iter()
            .find(|step| step.version == applied.version)
            .ok_or(MigrateError::Missing { version: applied.version, place: Place::Program })?;
        if !is_same(step, applied, engine) {
            return Err(MigrateError::Edited { version: step.version, name: step.name.to_owned() });
        }
    }
    let is_applied = |step: &&Migration| applied.iter().any(|applied| applied.version == step.version);
    match migrations.iter().find(|step| !is_applied(step)) {
        Some(step) if step.version < newest_applied => {
            Err(MigrateError::Missing { version: step.version, place: Place::Database })
        }
        next => Ok(next),
    }
}

fn newest(applied: &[Applied]) -> i64 {
    applied.last().map_or(0, |applied| applied.version)
}

fn newest_known(migrations: &[Migration]) -> i64 {
    migrations.last().map_or(0, |step| step.version)
}
