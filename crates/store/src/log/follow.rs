//! Keeps the log moving and everybody informed: numbers what waits, announces the log's size to the followers of this process, and
//! notices when entries are gone that it had seen.
//! Must not be relied on for safety: any number of nodes may run it, or none for a while.

use std::time::Duration;

use daybook_model::log::EntriesLost;
use tokio::time::{Instant, sleep_until, timeout};

use super::{sequencer::Sequenced, witness::Witness};
use crate::{
    Result, Store,
    engine::{Engine, Listener},
};

/// PostgreSQL: how often to look for what other nodes committed without waking this one.
const POSTGRES_PERIOD: Duration = Duration::from_millis(50);
/// SQLite: how often to look for what other processes (the command line) wrote to the file.
const SQLITE_PERIOD: Duration = Duration::from_millis(250);

/// How long to wait before comparing again a log that could not be compared.
const PAUSE: Duration = Duration::from_secs(1);

/// The work of keeping up with the log; run by one background worker per process.
pub struct Follower {
    store: Store,
    listener: Option<Listener>,
    next_look: Instant,
    witness: Witness,
    next_comparison: Instant,
}

impl Follower {
    /// A follower of this store's log.
    pub fn new(store: &Store) -> Self {
        let listener = store.db().listen("daybook_log");
        let now = Instant::now();
        Self {
            store: store.clone(),
            listener,
            next_look: now,
            witness: Witness::default(),
            next_comparison: now,
        }
    }

    /// Waits for a reason to look, then does what there is to do; answers with what was lost, if this is not the log any more that it
    /// was. Call it again and again; dropping the future loses nothing.
    pub async fn step(&mut self) -> Result<Option<EntriesLost>> {
        self.wait().await;
        self.next_look = Instant::now() + self.period();
        loop {
            let done = self.store.sequence().await?;
            self.store.announce(done.head.size);
            if let Some(lost) = self.see(done).await {
                return Ok(Some(lost));
            }
            if !done.full {
                return Ok(None);
            }
        }
    }

    /// Remembers what was announced, so that it can be named when it is lost. What was not numbered here, on top of what is known already,
    /// is compared before: a log that lacks entries would agree with itself from then on.
    async fn see(&mut self, done: Sequenced) -> Option<EntriesLost> {
        if self.witness.has_seen(done.before) {
            self.witness.remember(done.head);
            return None;
        }
        if Instant::now() < self.next_comparison {
            return None;
        }
        match self.witness.look(&self.store).await {
            Ok(None) => None,
            Ok(Some(loss)) => {
                self.store.rewind(loss.size);
                Some(loss.event)
            }
            // Numbering goes on: what is damaged is found by a check, and mended by nobody here.
            Err(error) => {
                self.next_comparison = Instant::now() + PAUSE;
                tracing::error!(%error, "the log cannot be compared with what was seen of it");
                None
            }
        }
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
