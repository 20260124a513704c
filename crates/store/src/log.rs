//! The log: entries in one gap-free order, a Merkle tree over them, and the numbers kept from the same stream.
//! Must not know what events mean beyond their deltas.

pub(crate) mod batch;
pub(crate) mod counts;
pub(crate) mod erasure;
pub(crate) mod follow;
pub(crate) mod pending;
pub(crate) mod sequencer;

use daybook_proof::{Frontier, Hash};

use crate::{
    Reads, Result, StoreError,
    engine::{Conn, statements, vals},
};

statements! {
    LOG_HEAD = "SELECT size, frontier FROM log_state WHERE one = 1";
    OUTBOX_SIZE = "SELECT count(*) FROM outbox", only crate::engine::Engine::Postgres;
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

/// The log's frontier as stored.
pub(crate) async fn read_head(conn: &mut Conn<'_>) -> Result<Frontier> {
    let (size, bytes) =
        conn.one(&LOG_HEAD, vals![], |row| Ok((row.get::<i64>(0)?, row.get::<Vec<u8>>(1)?))).await?;
    Frontier::from_bytes(unsigned(size)?, &bytes).map_err(|error| StoreError::DamagedLog(error.to_string()))
}

impl Reads<'_> {
    /// How many entries the log has.
    pub async fn log_size(&mut self) -> Result<u64> {
        Ok(read_head(&mut self.conn()).await?.size())
    }

    /// Size and root of the log, and how many events wait for their number.
    pub async fn log_status(&mut self, engine: crate::Engine) -> Result<LogStatus> {
        let head = read_head(&mut self.conn()).await?;
        let pending = match engine {
            crate::Engine::Sqlite => 0,
            crate::Engine::Postgres => {
                self.conn().one(&OUTBOX_SIZE, vals![], |row| row.get::<i64>(0)).await?
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
