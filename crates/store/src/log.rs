//! The log: entries in one gap-free order, a Merkle tree over them, and the numbers kept from the same stream.
//! Must not know what events mean beyond their deltas.

pub(crate) mod batch;
pub(crate) mod counts;
pub(crate) mod erasure;
pub(crate) mod follow;
pub(crate) mod pending;
pub(crate) mod sequencer;
pub(crate) mod witness;

use daybook_proof::{Frontier, Hash};

use self::witness::SeenLog;
use crate::{
    Reads, Result, StoreError,
    engine::{Conn, Db, Engine, Row, Write, statements, vals},
};

statements! {
    LOG_HEAD = "SELECT size, frontier FROM log_state WHERE one = 1";
    LEAVE_HEAD = "UPDATE log_state SET size = size WHERE one = 1";
    LOG_HEAD_AND_OUTBOX = "SELECT size, frontier, (SELECT count(*) FROM outbox) FROM log_state WHERE one = 1", only Engine::Postgres;
}

/// The head of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogStatus {
    /// How many entries it has.
    pub size: u64,
    /// The root of the tree over them.
    pub root: Hash,
    /// Events that are committed and not yet numbered (PostgreSQL; always 0 on SQLite).
    pub pending: u64,
}

/// Makes sure that the log can be written, by a write that is not kept: SQLite begins a transaction also where it can only read.
pub(crate) async fn expect_writable(db: &Db) -> Result<()> {
    Ok(db.begin().await?.run(vec![Write::one(&LEAVE_HEAD, vals![])]).await?)
}

/// The log's frontier as stored.
pub(crate) async fn read_head(conn: &mut Conn<'_>) -> Result<Frontier> {
    frontier(conn.one(&LOG_HEAD, vals![], stored_head).await?)
}

fn stored_head(row: &Row<'_>) -> crate::engine::Result<(i64, Vec<u8>)> {
    Ok((row.get(0)?, row.get(1)?))
}

fn frontier((size, bytes): (i64, Vec<u8>)) -> Result<Frontier> {
    Frontier::from_bytes(unsigned(size)?, &bytes).map_err(|error| StoreError::DamagedLog(error.to_string()))
}

impl Reads<'_> {
    /// How many entries the log has.
    pub async fn log_size(&mut self) -> Result<u64> {
        Ok(read_head(&mut self.conn()).await?.size())
    }

    /// Size and root of the log.
    pub async fn log_head(&mut self) -> Result<SeenLog> {
        Ok(SeenLog::of(&read_head(&mut self.conn()).await?))
    }

    /// Size and root of the log, and how many events wait for their number.
    pub async fn log_status(&mut self, engine: Engine) -> Result<LogStatus> {
        let (head, pending) = match engine {
            Engine::Sqlite => (read_head(&mut self.conn()).await?, 0),
            Engine::Postgres => {
                let read = |row: &Row<'_>| Ok((stored_head(row)?, row.get::<i64>(2)?));
                let (head, pending) = self.conn().one(&LOG_HEAD_AND_OUTBOX, vals![], read).await?;
                (frontier(head)?, pending)
            }
        };
        Ok(LogStatus { size: head.size(), root: head.root(), pending: unsigned(pending)? })
    }
}

/// A count or sequence number from the database, which has signed numbers only.
pub(crate) fn unsigned(number: i64) -> Result<u64> {
    u64::try_from(number).map_err(|_| StoreError::DamagedLog(format!("{number} is negative")))
}

/// A count or sequence number for the database.
pub(crate) fn signed(number: u64) -> Result<i64> {
    i64::try_from(number)
        .map_err(|_| StoreError::DamagedLog(format!("{number} is beyond the database's numbers")))
}
