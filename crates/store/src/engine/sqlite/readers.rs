//! A few connections that only read. They block the thread they run on, so callers leave the asynchronous
//! workers first, with [`tokio::task::block_in_place`].

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use rusqlite::Connection;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    task::block_in_place,
    time::timeout,
};

use super::{errors::classify, open_reader};
use crate::engine::{EngineError, Result};

/// A pool of connections that only read. They are opened when first needed.
#[derive(Clone)]
pub(in crate::engine) struct Readers(Arc<Pool>);

struct Pool {
    path: PathBuf,
    patience: Duration,
    idle: Mutex<Vec<Connection>>,
    free: Arc<Semaphore>,
}

impl Readers {
    pub(super) fn new(path: PathBuf, count: usize, patience: Duration) -> Readers {
        let free = Arc::new(Semaphore::new(count));
        Readers(Arc::new(Pool { path, patience, idle: Mutex::default(), free }))
    }

    pub(in crate::engine) async fn turn(&self) -> Result<ReadTurn> {
        let permit = timeout(self.0.patience, Arc::clone(&self.0.free).acquire_owned())
            .await
            .map_err(|_| EngineError::Busy { statement: "read" })?
            .map_err(|_| EngineError::Closed)?;
        let idle = self.0.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let conn = match idle {
            Some(conn) => conn,
            None => block_in_place(|| open_reader(&self.0.path, self.0.patience))?,
        };
        Ok(ReadTurn { conn: Mutex::new(Some(conn)), pool: Arc::clone(&self.0), _permit: permit })
    }

    /// A turn in which every statement sees the database as the first of them does.
    pub(in crate::engine) async fn snapshot(&self) -> Result<ReadTurn> {
        let turn = self.turn().await?;
        turn.run(|conn| {
            // The snapshot is taken by the first read, not by BEGIN.
            conn.execute_batch("BEGIN").map_err(|error| classify(conn, "BEGIN", &error))
        })?;
        Ok(turn)
    }

    pub(super) fn close(&self) {
        self.0.free.close();
        self.0.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// One connection for one caller, given back when dropped. Who shares it takes turns.
pub(in crate::engine) struct ReadTurn {
    conn: Mutex<Option<Connection>>,
    pool: Arc<Pool>,
    _permit: OwnedSemaphorePermit,
}

impl ReadTurn {
    /// Runs `work` where it may block.
    pub(in crate::engine) fn run<T>(&self, work: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        block_in_place(|| {
            let conn = self.conn.lock().unwrap_or_else(PoisonError::into_inner);
            work(conn.as_ref().ok_or(EngineError::Closed)?)
        })
    }
}

impl Drop for ReadTurn {
    /// Ends a snapshot. A connection that cannot be cleaned is not used again.
    fn drop(&mut self) {
        let conn = self.conn.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        let Some(conn) = conn else { return };
        if !conn.is_autocommit() && conn.execute_batch("ROLLBACK").is_err() {
            return;
        }
        let mut idle = self.pool.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if !self.pool.free.is_closed() {
            idle.push(conn);
        }
    }
}
