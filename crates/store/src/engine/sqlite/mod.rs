//! SQLite: one connection that writes, with group commit, and a few that only read.

mod errors;
mod readers;
mod run;
mod scrub;
mod writer;

use std::{path::Path, time::Duration};

use rusqlite::{Connection, config::DbConfig as Setting};
use tokio::time::{Instant, sleep};

use super::{DbConfig, Durability, EngineError, Result};
pub(super) use readers::{ReadTurn, Readers};
pub(super) use run::{all, exec, script};
#[cfg(test)]
pub(super) use run::{explain, prepare};
pub(super) use writer::{Turn, Writer};

/// "Dayb", in the header of every database file of ours. The migration runner writes it.
pub const APPLICATION_ID: i32 = i32::from_be_bytes(*b"Dayb");

/// How many prepared statements a connection keeps.
const STATEMENTS_KEPT: usize = 256;
/// How often a file that another process holds is tried again.
const RETRY: Duration = Duration::from_millis(5);

/// A database file: its writer and its readers.
pub(super) struct Sqlite {
    pub(super) writer: Writer,
    pub(super) readers: Readers,
    /// Snapshots last long; they have connections of their own, so that they never keep short reads waiting.
    pub(super) snapshots: Readers,
}

impl Sqlite {
    pub(super) async fn open(path: &Path, config: &DbConfig) -> Result<Sqlite> {
        let (path, durability, patience) = (path.to_owned(), config.durability, config.patience);
        let deadline = Instant::now() + patience;
        let writer = loop {
            let path = path.clone();
            match in_background(move || open_writer(&path, durability, patience)).await? {
                // Switching a new file to WAL does not wait for another process that does the same.
                Err(EngineError::Busy { .. }) if Instant::now() < deadline => sleep(RETRY).await,
                opened => break opened?,
            }
        };
        let count = config.readers.clamp(2, 4);
        let readers = Readers::new(path.clone(), count, patience);
        let snapshots = Readers::new(path, count, patience);
        Ok(Sqlite { writer: Writer::new(writer, patience)?, readers, snapshots })
    }

    pub(super) async fn close(&self) -> Result<()> {
        self.readers.close();
        self.snapshots.close();
        self.writer.close().await
    }
}

/// Runs work that blocks on the disk outside the asynchronous workers.
async fn in_background<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|_| EngineError::Closed)
}

fn open_writer(path: &Path, durability: Durability, patience: Duration) -> Result<Connection> {
    let conn = connect(path)?;
    let opened = |error| errors::classify(&conn, "open", &error);
    conn.busy_timeout(patience).map_err(opened)?;
    refuse_foreign(&conn, path)?;
    let journal: String =
        conn.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0)).map_err(opened)?;
    if journal != "wal" {
        return Err(EngineError::config(format!("{} cannot use a write-ahead log", path.display())));
    }
    conn.execute_batch(match durability {
        Durability::Full => "PRAGMA synchronous = FULL;",
        Durability::ThrowAway => "PRAGMA synchronous = OFF;",
    })
    .map_err(opened)?;
    // `cache_size`: 8 MiB hold the pages of 1,000 new codes; what else was read the kernel has.
    // `temp_store`: what a savepoint may have to undo stays in memory.
    // `recursive_triggers`: without it INSERT OR REPLACE deletes rows without asking the delete triggers.
    conn.execute_batch(
        "PRAGMA foreign_keys = ON; PRAGMA recursive_triggers = ON; PRAGMA secure_delete = ON;
         PRAGMA cache_size = -8192; PRAGMA temp_store = MEMORY;",
    )
    .map_err(opened)?;
    // From here on waiting for another process is done asynchronously, in the write turn.
    conn.busy_timeout(Duration::ZERO).map_err(opened)?;
    Ok(conn)
}

fn open_reader(path: &Path, patience: Duration) -> Result<Connection> {
    let conn = connect(path)?;
    let opened = |error| errors::classify(&conn, "open", &error);
    conn.busy_timeout(patience).map_err(opened)?;
    conn.execute_batch("PRAGMA query_only = ON; PRAGMA foreign_keys = ON; PRAGMA cache_size = -4096;")
        .map_err(opened)?;
    Ok(conn)
}

fn connect(path: &Path) -> Result<Connection> {
    let conn = Connection::open(path).map_err(|error| EngineError::Unreachable {
        message: format!("{}: {}", path.display(), errors::message(&error)),
    })?;
    conn.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
    // A plan that depends on the values bound to it would be made anew in every call.
    conn.set_db_config(Setting::SQLITE_DBCONFIG_ENABLE_QPSG, true)
        .map_err(|error| errors::classify(&conn, "open", &error))?;
    Ok(conn)
}

/// A file with tables and another application id is somebody else's; looking comes before any change to it.
fn refuse_foreign(conn: &Connection, path: &Path) -> Result<()> {
    let looked = |error| errors::classify(conn, "open", &error);
    let application_id: i32 =
        conn.query_row("PRAGMA application_id", [], |row| row.get(0)).map_err(looked)?;
    let tables: i64 =
        conn.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).map_err(looked)?;
    if application_id != APPLICATION_ID && (tables > 0 || application_id != 0) {
        return Err(EngineError::ForeignFile { path: path.display().to_string(), application_id });
    }
    Ok(())
}
