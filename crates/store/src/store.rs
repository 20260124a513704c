//! The store: a migrated database with its clock and its randomness. The way to units of work and to reads.

use std::sync::Arc;

use daybook_model::{Clock, Entropy, Timestamp};
use tokio::sync::{Notify, watch};

use crate::{
    Reads, Result, Scope, Snapshot, UnitOfWork,
    engine::{Db, DbConfig, Engine, Micros},
    log,
    migrate::{self, MigrationStatus},
    migrations::ALL,
    read::memo::Memo,
};

/// The PostgreSQL role that sessions of the server take: it owns nothing and cannot change the log.
const APP_ROLE: &str = "daybook_app";

/// What a store is made of.
pub struct StoreConfig {
    /// Where the database is.
    pub db: DbConfig,
    /// Where "now" comes from.
    pub clock: Arc<dyn Clock>,
    /// Where ids, salts and tokens come from.
    pub entropy: Arc<dyn Entropy>,
}

/// The end of the log, as far as a process knows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LogEnd {
    /// How many entries it has.
    pub size: u64,
    /// How often entries were lost that this process had seen: then it is another log from some place on.
    pub losses: u64,
}

/// A migrated database. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    db: Db,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    head: watch::Sender<LogEnd>,
    wake: Arc<Notify>,
    memo: Memo,
}

impl Store {
    /// Opens the database for changes, and applies the migrations it lacks. What can only be read is refused here and not at the first
    /// change: a file that is write-protected, or could not be opened for more when it was opened; a standby server.
    pub async fn open(config: StoreConfig) -> Result<Self> {
        Self::migrate(&config.db, config.clock.now()).await?;
        let store = Self::open_migrated(config).await?;
        log::expect_writable(&store.db).await?;
        Ok(store)
    }

    /// Opens a database whose schema must already be the one this version needs. It need not be writable.
    pub async fn open_migrated(config: StoreConfig) -> Result<Self> {
        let StoreConfig { mut db, clock, entropy } = config;
        if db.engine() == Engine::Postgres {
            db.app_role = Some(APP_ROLE.to_owned());
        }
        let db = Db::open(&db).await?;
        migrate::expect_current(&db, ALL).await?;
        let store = Self {
            db,
            clock,
            entropy,
            head: watch::Sender::default(),
            wake: Arc::default(),
            memo: Memo::default(),
        };
        let size = store.reads().await?.log_size().await?;
        store.announce(size);
        Ok(store)
    }

    /// Applies the migrations that the database lacks, under a lock.
    pub async fn migrate(config: &DbConfig, now: Timestamp) -> Result<()> {
        let db = Db::open(config).await?;
        let result = migrate::run(&db, ALL, Micros(now.as_micros())).await;
        db.close().await?;
        Ok(result?)
    }

    /// Which migrations the database has and lacks; changes nothing.
    pub async fn migration_status(config: &DbConfig) -> Result<Vec<MigrationStatus>> {
        let db = Db::open(config).await?;
        let status = migrate::status(&db, ALL).await;
        db.close().await?;
        Ok(status?)
    }

    /// A unit of work in the name of `scope`. Await nothing but the store while it is open.
    pub async fn begin(&self, scope: Scope) -> Result<UnitOfWork> {
        UnitOfWork::begin(self.clone(), scope).await
    }

    /// Reads, each on the latest committed state.
    pub async fn reads(&self) -> Result<Reads<'static>> {
        Ok(Reads::new(self.db.read().await?, self.memo.clone()))
    }

    /// Reads that all see the committed state that the first of them sees.
    pub async fn snapshot(&self) -> Result<Reads<'static>> {
        Ok(Reads::new(self.db.read_snapshot().await?, self.memo.clone()))
    }

    /// A snapshot for several who ask at once.
    pub async fn shared_snapshot(&self) -> Result<Snapshot> {
        Ok(Snapshot::new(self.db.read_snapshot().await?, self.memo.clone()))
    }

    /// Which engine is behind.
    pub fn engine(&self) -> Engine {
        self.db.engine()
    }

    /// The clock.
    pub fn clock(&self) -> &dyn Clock {
        &*self.clock
    }

    /// The present instant.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The randomness.
    pub fn entropy(&self) -> &dyn Entropy {
        &*self.entropy
    }

    /// Closes every connection once it is idle; what is under way finishes.
    pub async fn close(&self) -> Result<()> {
        Ok(self.db.close().await?)
    }

    /// The end of the log as far as this process knows; changes wake its receivers.
    pub fn head(&self) -> watch::Receiver<LogEnd> {
        self.head.subscribe()
    }

    pub(crate) fn db(&self) -> &Db {
        &self.db
    }

    /// Tells followers that the log has (at least) this size.
    pub(crate) fn announce(&self, size: u64) {
        self.head.send_if_modified(|end| {
            let grew = size > end.size;
            end.size = size.max(end.size);
            grew
        });
    }

    /// Tells followers that entries were lost, and which size the log has now.
    pub(crate) fn rewind(&self, size: u64) {
        self.head.send_modify(|end| *end = LogEnd { size, losses: end.losses + 1 });
    }

    /// Wakes the sequencer of this process.
    pub(crate) fn wake_sequencer(&self) {
        self.wake.notify_one();
    }

    pub(crate) fn sequencer_wake(&self) -> &Notify {
        &self.wake
    }
}
