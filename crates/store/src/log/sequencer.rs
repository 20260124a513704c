//! Gives committed events their place in the log (PostgreSQL). Every node may run it at any time: the lock on the head decides who
//! is next, and what it takes from the outbox, it takes whole and in order. No lease, no clock, no horizon (log-format §2).

use daybook_model::Timestamp;
use daybook_proof::Hash;

use super::{
    batch, counts::Counts, frontier, pending::shared_columns, signed, stored_head, witness::SeenLog,
};
use crate::{
    Result, Store, StoreError,
    engine::{self, Engine, Row, Write, statements, vals},
};

/// How many events one transaction numbers at most.
const BATCH: i64 = 2_000;

statements! {
    LOCK_HEAD = "SELECT size, frontier FROM log_state WHERE one = 1", lock "FOR UPDATE", only Engine::Postgres;
    NEXT_IN_OUTBOX = "SELECT id, leaf_hash, occurred_at, deltas FROM outbox ORDER BY id LIMIT $1", only Engine::Postgres;
    MOVE_TO_LOG = concat!("WITH taken AS (DELETE FROM outbox WHERE id = ANY($1) RETURNING *)
        INSERT INTO platform_events (seq, ", shared_columns!(), ")
        SELECT $2 + row_number() OVER (ORDER BY id) - 1, ", shared_columns!(), " FROM taken ORDER BY id"), only Engine::Postgres;
    NOTIFY_FOLLOWERS = "SELECT pg_notify('daybook_log', $1)", only Engine::Postgres;
}

/// What one run of the sequencer did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sequenced {
    /// How many events it numbered.
    pub count: u64,
    /// The log before it.
    pub before: SeenLog,
    /// The log after it: what was before, and what was numbered.
    pub head: SeenLog,
    /// Whether there may be more to do at once.
    pub full: bool,
}

/// An event that waits: its id in the outbox, its leaf, when it happened, and what it adds to the numbers.
fn waiting(row: &Row<'_>) -> engine::Result<(i64, Hash, Timestamp, String)> {
    let leaf: Vec<u8> = row.get(1)?;
    let leaf = Hash::try_from(leaf.as_slice()).map_err(|_| row.unreadable(1, "is not 32 bytes"))?;
    Ok((row.get(0)?, leaf, row.get(2)?, row.get(3)?))
}

impl Store {
    /// Numbers the events that wait in the outbox, up to a limit; announces nothing. On SQLite there are never any.
    pub async fn sequence(&self) -> Result<Sequenced> {
        if self.engine() == Engine::Sqlite {
            let head = self.reads().await?.log_head().await?;
            return Ok(Sequenced { count: 0, before: head, head, full: false });
        }
        let mut tx = self.db().begin_first().await?;
        // Whoever holds this lock is the sequencer; what the next statement sees is what has committed by then.
        let (head, next) = tx
            .one_then_all((&LOCK_HEAD, vals![], stored_head), (&NEXT_IN_OUTBOX, vals![BATCH], waiting))
            .await?;
        let head = frontier(head)?;
        let before = SeenLog::of(&head);
        if next.is_empty() {
            return Ok(Sequenced { count: 0, before, head: before, full: false });
        }
        let count = u64::try_from(next.len()).unwrap_or_default();
        let ids: Vec<i64> = next.iter().map(|(id, ..)| *id).collect();
        let parsed = next
            .iter()
            .map(|(_, leaf, occurred_at, deltas)| Ok((*leaf, *occurred_at, Counts::from_text(deltas)?)))
            .collect::<Result<Vec<_>, StoreError>>()?;
        let first = signed(head.size())?;
        let leaves = parsed.iter().map(|(leaf, occurred_at, counts)| (*leaf, *occurred_at, counts));
        let appended = batch::append_leaves(head, leaves)?;
        let head = SeenLog::of(&appended.head);
        let mut writes = vec![Write::rows(&MOVE_TO_LOG, vals![ids, first], count)];
        writes.extend(appended.writes(Engine::Postgres));
        writes.push(Write::any(&NOTIFY_FOLLOWERS, vals![head.size.to_string()]));
        tx.commit_with(writes).await?;
        Ok(Sequenced { count, before, head, full: count == BATCH.unsigned_abs() })
    }

    /// Numbers everything that waits.
    pub async fn drain(&self) -> Result<u64> {
        loop {
            let done = self.sequence().await?;
            self.announce(done.head.size);
            if done.count == 0 {
                return Ok(done.head.size);
            }
        }
    }
}
