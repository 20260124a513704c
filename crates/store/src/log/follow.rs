//! Keeps the log moving and everybody informed: numbers what waits, and announces the log's size to the followers of this process.
//! Must not be relied on for safety: any number of nodes may run it, or none for a while.

use std::time::Duration;

use tokio::time::{Instant, sleep_until, timeout};

use crate::{
    Result, Store,
    engine::{Engine, Heard, Listener},
};

/// PostgreSQL: how often to look for what other nodes committed without waking this one.
const POSTGRES_PERIOD: Duration = Duration::from_millis(50);
/// SQLite: how often to look for what other processes (the command line) wrote to the file.
const SQLITE_PERIOD: Duration = Duration::from_millis(250);

/// The work of keeping up with the log; run by one background worker per process.
pub struct Follower {
    store: Store,
    listener: Option<Listener>,
    next_look: Instant,
}

impl Follower {
    /// A follower of this store's log.
    pub fn new(store: &Store) -> Self {
        let listener = store.db().listen("daybook_log");
        Self { store: store.clone(), listener, next_look: Instant::now() }
    }

    /// Waits for a reason to look, then does what there is to do. Call it again and again; dropping the future loses nothing.
    pub async fn step(&mut self) -> Result<()> {
        self.wait().await;
        self.next_look = Instant::now() + self.period();
        match self.store.engine() {
            Engine::Postgres => {
                while self.store.sequence().await?.full {}
                let size = self.store.reads().await?.log_size().await?;
                self.store.announce(size);
            }
            Engine::Sqlite => {
                let size = self.store.reads().await?.log_size().await?;
                self.store.announce(size);
            }
        }
        Ok(())
    }

    async fn wait(&mut self) {
        let wake = self.store.sequencer_wake();
        let heard = async {
            match &mut self.listener {
                Some(listener) => match listener.recv().await {
                    Heard::Message(size) => size.parse::<u64>().ok(),
                    Heard::Connected => None,
                },
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = wake.notified() => {}
            () = sleep_until(self.next_look) => {}
            size = heard => {
                if let Some(size) = size {
                    self.store.announce(size);
                }
            }
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
        let _ = timeout(patience, head.wait_for(|known| *known > size)).await;
        *head.borrow()
    }
}
