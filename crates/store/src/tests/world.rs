//! A store of its own for one test. Its clock is moved by hand and its randomness comes from a seed, so the same story gives the
//! same bytes on both engines. Beside it stands the owner of the database, who can do what the store cannot.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, Ordering},
    },
};

use daybook_model::{
    Clock, Entropy, Event, EventId, TenantId, Timestamp, event::NoSecret, tenant::TenantDraft,
};
use daybook_proof::{Hash, leaf_hash, root_of};

use crate::{
    Committed, Engine, LogStatus, LoggedEvent, Result, Scope, Store, StoreConfig, StoreError, UnitOfWork,
    engine::{EngineError, FromCell, Sql, schema::Schema, tests::fixture::Fixture, vals},
};

/// A Monday morning: 2026-03-02T08:00:00Z.
pub(super) const START: Timestamp = Timestamp::from_micros(1_772_438_400_000_000);

/// A clock that stands still until it is moved.
pub(super) struct HandClock(AtomicI64);

impl HandClock {
    pub(super) fn standing_at(at: Timestamp) -> Self {
        Self(AtomicI64::new(at.as_micros()))
    }

    pub(super) fn pass_seconds(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1_000_000, Ordering::SeqCst);
    }
}

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::SeqCst))
    }
}

/// A generator (`SplitMix64`) that begins with a seed.
pub(super) struct Seeded(Mutex<u64>);

impl Seeded {
    pub(super) fn new(seed: u64) -> Self {
        Self(Mutex::new(seed))
    }

    pub(super) fn next(&self) -> u64 {
        let mut state = self.0.lock().unwrap();
        *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = *state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

impl Entropy for Seeded {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            chunk.copy_from_slice(&self.next().to_le_bytes()[..chunk.len()]);
        }
    }
}

/// A store, its clock, and the owner of its database.
pub(super) struct World {
    pub(super) store: Store,
    pub(super) clock: Arc<HandClock>,
    pub(super) entropy: Arc<Seeded>,
    /// Connections that own the tables; another process as far as the store can tell.
    pub(super) owner: Fixture,
}

impl World {
    /// An empty store on this engine.
    pub(super) async fn on(engine: Engine, seed: u64) -> World {
        let owner = match engine {
            Engine::Sqlite => Fixture::sqlite().await,
            Engine::Postgres => Fixture::postgres().await,
        };
        let clock = Arc::new(HandClock::standing_at(START));
        let entropy = Arc::new(Seeded::new(seed));
        let db = owner.config.clone();
        let config = StoreConfig { db, clock: clock.clone(), entropy: entropy.clone() };
        World { store: Store::open(config).await.unwrap(), clock, entropy, owner }
    }

    /// The same empty store on each engine.
    pub(super) async fn both() -> [World; 2] {
        [World::on(Engine::Sqlite, 1).await, World::on(Engine::Postgres, 1).await]
    }

    /// As another process opens the same database.
    pub(super) fn config(&self) -> StoreConfig {
        let (clock, entropy) = (self.clock.clone(), self.entropy.clone());
        StoreConfig { db: self.owner.config.clone(), clock, entropy }
    }

    /// Another process on the same database.
    pub(super) async fn neighbour(&self) -> Store {
        Store::open_migrated(self.config()).await.unwrap()
    }

    /// Ends the store as `kill -9` does, in the middle of a change: nothing of that change may be left.
    pub(super) async fn die(&mut self) {
        let draft = TenantDraft { name: "Never there".to_owned(), ..TenantDraft::default() };
        let half_done = draft.decide(TenantId::new(&*self.clock, &*self.entropy), self.store.now()).unwrap();
        let mut unit = self.begin().await;
        unit.record(half_done).await.unwrap();
        self.owner.lose_everyone().await;
    }

    pub(super) fn engine(&self) -> Engine {
        self.store.engine()
    }

    pub(super) async fn begin(&self) -> UnitOfWork {
        self.store.begin(Scope::system()).await.unwrap()
    }

    /// One event in a unit of its own.
    pub(super) async fn record<E: Event<Secret = NoSecret>>(&self, event: E) -> Result<Committed> {
        let mut unit = self.begin().await;
        unit.record(event).await?;
        unit.commit().await
    }

    /// Runs a script as the owner of the database.
    pub(super) async fn try_behind(&self, script: &str) -> Result<(), EngineError> {
        let mut tx = self.owner.db.begin().await.unwrap();
        tx.conn().script(script).await?;
        tx.commit().await
    }

    /// Changes something behind the store's back.
    pub(super) async fn behind(&self, script: &str) {
        self.try_behind(script).await.unwrap_or_else(|error| panic!("{}: {script}: {error}", self.engine()));
    }

    /// Takes away every trigger that makes the log append-only: what somebody would do first who wants to forge it.
    pub(super) async fn disarm(&self) {
        let list = match self.engine() {
            Engine::Sqlite => "SELECT 'DROP TRIGGER ' || name FROM sqlite_schema WHERE type = 'trigger'",
            Engine::Postgres => {
                "SELECT format('DROP TRIGGER %I ON %s', tgname, tgrelid::regclass) FROM pg_trigger WHERE NOT tgisinternal"
            }
        };
        let drops = self.column::<String>(list).await;
        assert!(drops.len() >= 5, "{drops:?}");
        self.behind(&drops.join(";")).await;
    }

    /// Copies every table, for [`World::put_copies_back`].
    pub(super) async fn keep_copies(&self) {
        let copies = self
            .tables()
            .await
            .into_iter()
            .map(|table| format!("CREATE TABLE kept_{table} AS SELECT * FROM {table}"));
        self.behind(&copies.collect::<Vec<_>>().join(";")).await;
    }

    /// Makes every table what it was, whatever was done to it.
    pub(super) async fn put_copies_back(&self) {
        let (without_references, overriding) = match self.engine() {
            Engine::Sqlite => ("PRAGMA defer_foreign_keys = ON", ""),
            Engine::Postgres => ("SET LOCAL session_replication_role = replica", "OVERRIDING SYSTEM VALUE"),
        };
        let mut script = vec![without_references.to_owned()];
        for table in self.tables().await {
            script.push(format!("DELETE FROM {table}"));
            script.push(format!("INSERT INTO {table} {overriding} SELECT * FROM kept_{table}"));
        }
        self.behind(&script.join(";")).await;
    }

    /// The tables of the schema, without copies.
    async fn tables(&self) -> Vec<String> {
        let tables = Schema::read(&self.owner.db).await.unwrap().tables.into_keys();
        tables.filter(|table| !table.starts_with("kept_") && table != "schema_migrations").collect()
    }

    /// The first column of a query, asked by the owner.
    pub(super) async fn column<T: FromCell>(&self, text: &str) -> Vec<T> {
        let sql = Sql::dynamic("TEST", text.to_owned());
        let reader = self.owner.db.read().await.unwrap();
        let rows = reader.conn().all(&sql, vals![], |row| row.get(0)).await;
        rows.unwrap_or_else(|error| panic!("{}: {text}: {error}", self.engine()))
    }

    /// The only value of a query, asked by the owner.
    pub(super) async fn value<T: FromCell>(&self, text: &str) -> T {
        let mut values = self.column(text).await;
        assert_eq!(values.len(), 1, "{text}");
        values.remove(0)
    }

    /// How many rows each table has.
    pub(super) async fn census(&self) -> BTreeMap<String, i64> {
        let mut counts = BTreeMap::new();
        for table in Schema::read(&self.owner.db).await.unwrap().tables.into_keys() {
            let count = self.value(&format!("SELECT count(*) FROM {table}")).await;
            counts.insert(table, count);
        }
        counts
    }

    /// How many events there are, numbered or not, and how many personal values beside them.
    pub(super) async fn census_of_the_log(&self) -> (u64, i64) {
        let status = self.status().await;
        (status.size + status.pending, self.value("SELECT count(*) FROM event_personal").await)
    }

    /// Records an event that must be refused; answers with what was said.
    pub(super) async fn refusal<E: Event<Secret = NoSecret>>(&self, event: E) -> String {
        let mut unit = self.begin().await;
        match unit.record(event).await {
            Err(StoreError::Engine(error)) => format!("the engine: {error}"),
            Err(error) => error.to_string(),
            Ok(_) => "recorded".to_owned(),
        }
    }

    /// Gives every committed event its number. On SQLite they have theirs.
    pub(super) async fn drain(&self) -> u64 {
        self.store.drain().await.unwrap()
    }

    pub(super) async fn status(&self) -> LogStatus {
        self.store.reads().await.unwrap().log_status(self.engine()).await.unwrap()
    }

    /// The whole log, once everything has its number.
    pub(super) async fn log(&self) -> Vec<LoggedEvent> {
        let size = self.drain().await;
        let count = u32::try_from(size).unwrap();
        self.store.reads().await.unwrap().events_from(0, count).await.unwrap()
    }

    /// The event with this id, once it has its number.
    pub(super) async fn event(&self, id: EventId) -> LoggedEvent {
        self.drain().await;
        self.store.reads().await.unwrap().event(id).await.unwrap().unwrap()
    }

    /// Asserts that a check finds nothing wrong.
    pub(super) async fn assert_clean(&self) {
        let report = self.store.check(|_| {}).await.unwrap();
        let found: Vec<String> = report.differences.iter().map(ToString::to_string).collect();
        assert_eq!(found, [""; 0], "{}", self.engine());
    }
}

/// The root over the entries, from nothing but the definition of the tree.
pub(super) fn naive_root(log: &[LoggedEvent]) -> Hash {
    let leaves: Vec<Hash> = log.iter().map(|event| leaf_hash(&event.entry)).collect();
    root_of(&leaves)
}
