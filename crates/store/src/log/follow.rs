//! Keeps the log moving and everybody informed: numbers what waits, announces the log's size to the followers of this process, and
//! notices when entries are gone that it had seen.
//! Must not be relied on for safety: any number of nodes may run it, or none for a while.

use std::time::Duration;

use daybook_model::log::EntriesLost;
use tokio::time::{Instant, sleep_until, timeout};

use super::witness::{SeenLog, Witness};
use crate::{
    Result, Store,
    engine::{Engine, Listener},
};

/// PostgreSQL: how often to look for what other nodes committed without waking this one.
const POSTGRES_PERIOD: Duration = Duration::from_millis(50);
/// SQLite: how often to look for what other processes (the command line) wrote to the file.
const SQLITE_PERIOD: Duration = Duration::from_millis(250);

/// How often, at most, a process proves to itself that the log begins with what it has seen of it, and remembers it as it is: some 500
/// hashes are read for that. A log that has become smaller it looks at at once, and after an error too; only another log of at least this
/// size that took the place of this one within that time, without an error, would go unnoticed.
const COMPARISON_PERIOD: Duration = Duration::from_millis(100);

/// The work of keeping up with the log; run by one background worker per process.
pub struct Follower {
    store: Store,
    listener: Option<Listener>,
    next_look: Instant,
    witness: Witness,
    next_comparison: Instant,
    /// Something went wrong since the log was last compared with what was seen of it. Until it is, nothing of it is remembered: a log
    /// that lacks entries would agree with itself from then on.
    in_doubt: bool,
}

impl Follower {
    /// A follower of this store's log.
    pub fn new(store: &Store) -> Self {
        let listener = store.db().listen("daybook_log");
        let now = Instant::now();
        let witness = Witness::default();
        Self {
            store: store.clone(),
            listener,
            next_look: now,
            witness,
            next_comparison: now,
            in_doubt: false,
        }
    }

    /// Waits for a reason to look, then does what there is to do; answers with what was lost, if this is not the log any more that it
    /// was. Call it again and again; dropping the future loses nothing.
    pub async fn step(&mut self) -> Result<Option<EntriesLost>> {
        self.wait().await;
        self.next_look = Instant::now() + self.period();
        let done = self.keep_up().await;
        if done.is_err() {
            // Whoever answers next may be another server.
            self.in_doubt = true;
            self.next_comparison = Instant::now();
        }
        done
    }

    /// What is announced is remembered, so that it can be named when it is lost.
    async fn keep_up(&mut self) -> Result<Option<EntriesLost>> {
        let head = self.store.reads().await?.log_head().await?;
        if (Instant::now() >= self.next_comparison || self.witness.knows_more_than(head.size))
            && let Some(lost) = self.compare().await
        {
            return Ok(Some(lost));
        }
        self.see(head);
        if self.store.engine() == Engine::Postgres {
            loop {
                let done = self.store.sequence().await?;
                self.see(done.head);
                if !done.full {
                    break;
                }
            }
        }
        Ok(None)
    }

    async fn compare(&mut self) -> Option<EntriesLost> {
        self.next_comparison = Instant::now() + COMPARISON_PERIOD;
        let looked = self.witness.look(&self.store).await;
        self.in_doubt = looked.is_err();
        match looked {
            Ok(None) => None,
            Ok(Some(loss)) => {
                self.store.rewind(loss.size);
                Some(loss.event)
            }
            // Numbering goes on: what is damaged is found by a check, and mended by nobody here.
            Err(error) => {
                tracing::error!(%error, "the log cannot be compared with what was seen of it");
                None
            }
        }
    }

    fn see(&mut self, head: SeenLog) {
        if !self.in_doubt {
            self.witness.remember(head);
        }
        self.store.announce(head.size);
    }

    async fn wait(&mut self) {
        let wake = self.store.sequencer_wake();
        let heard = async {
            match &mut self.listener {
                Some(listener) => listener.recv().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = wake.notified() => {}
            () = sleep_until(self.next_look) => {}
            // What was said is only a hint that there is something to see.
            _ = heard => {}
        }
    }

    fn period(&self) -> Duration {
        match self.store.engine() {
            Engine::Postgres => POSTGRES_PERIOD,
            Engine::Sqlite => SQLITE_PERIOD,
        }
    }
}

impl Store {
    /// Waits until the log has more than `size` entries or the time is over; answers with the size known then.
    pub async fn wait_beyond(&self, size: u64, patience: Duration) -> u64 {
        let mut head = self.head();
        // Both ways out, in time and too late, leave the latest size in `head`.
        let _ = timeout(patience, head.wait_for(|end| end.size > size)).await;
        head.borrow().size
    }
}
