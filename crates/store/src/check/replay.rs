//! Replays entries into an empty SQLite database: state through `apply`, numbers and tree through the log's own code.
//! Each entry is checked on the way: by itself its leaf, its columns and its commitments, then its place.

use daybook_model::{
    Recorded,
    event::{Encoded, EntryError, PersonalField},
};
use daybook_proof::{Frontier, Hash, leaf_hash};
use tempfile::TempDir;

use super::{
    CheckProgress, Difference, Differences, has_outbox,
    stored::{self, PersonalByEvent, Place, Stored, StoredPersonal},
};
use crate::{
    Reads, Result, Store, StoreError, apply,
    engine::{Db, DbConfig, Durability, EngineError, Micros, Tx},
    log::{batch, pending::Pending, read_head, unsigned},
    migrate, migrations,
};

/// The database that the log was replayed into.
pub(super) struct Replayed {
    pub(super) db: Db,
    pub(super) folder: TempDir,
    pub(super) size: u64,
    pub(super) root: Hash,
    pub(super) pending: u64,
    /// The replay ended early: the state cannot be compared.
    pub(super) broken: bool,
    pub(super) differences: Vec<Difference>,
}

/// Replays the whole log of a snapshot, and what waits for its number: the state is ahead of the log by that.
pub(super) async fn replay(
    store: &Store,
    snapshot: &mut Reads<'_>,
    mut progress: impl FnMut(CheckProgress),
) -> Result<Replayed> {
    let (db, folder) = empty_database(store).await?;
    let mut replay = Replay {
        db: db.clone(),
        head: Frontier::new(),
        next: 0,
        found: Differences::default(),
        broken: false,
    };
    let head = replay.stored_head(snapshot).await?;
    let size = head.as_ref().map_or(0, Frontier::size);
    let told = |replay: &Replay| progress(CheckProgress { done: replay.head.size(), size });
    replay.place(snapshot, Place::Log, told).await?;
    if !replay.broken {
        replay.compare_head(head.as_ref());
    }
    let mut pending = 0;
    if has_outbox(store.engine()) && !replay.broken {
        pending = replay.place(snapshot, Place::Outbox, |_| {}).await?;
    }
    for row in stored::personal_of_nobody(snapshot, store.engine()).await? {
        replay.found.add("event_personal", row, "no event has this id");
    }
    let Replay { head, found, broken, .. } = replay;
    Ok(Replayed { db, folder, size: head.size(), root: head.root(), pending, broken, differences: found.0 })
}

struct Replay {
    db: Db,
    /// The tree over the entries replayed so far.
    head: Frontier,
    /// The number that the next entry must have.
    next: u64,
    found: Differences,
    /// An event could not be replayed: everything after it is unknown.
    broken: bool,
}

impl Replay {
    /// The head of the log as it is stored; nothing if it cannot be read.
    async fn stored_head(&mut self, snapshot: &mut Reads<'_>) -> Result<Option<Frontier>> {
        let what = match read_head(&mut snapshot.conn()).await {
            Ok(head) => return Ok(Some(head)),
            Err(StoreError::DamagedLog(why)) => format!("cannot be read: {why}"),
            Err(StoreError::Engine(EngineError::NoRow { .. })) => "the row is missing".to_owned(),
            Err(error) => return Err(error),
        };
        self.found.add("log_state", "1", what);
        Ok(None)
    }

    fn compare_head(&mut self, stored: Option<&Frontier>) {
        let Some(stored) = stored else { return };
        if stored.size() > self.next {
            self.missing(self.next, stored.size());
        }
        if stored.size() != self.head.size() {
            let what = format!("says {} entries, the log has {}", stored.size(), self.head.size());
            self.found.add("log_state", "1", what);
        } else if stored.root() != self.head.root() {
            self.found.add("log_state", "1", "the frontier has another root than the entries");
        }
    }

    /// The events from `first` to before `end` are not there.
    fn missing(&mut self, first: u64, end: u64) {
        if end - first == 1 {
            self.found.add("platform_events", first, "the event is missing");
        } else {
            self.found.add("platform_events", format!("{first} to {}", end - 1), "the events are missing");
        }
    }

    /// Replays everything that is stored in one place; answers how many events. While one stretch is replayed the next one is judged.
    async fn place(
        &mut self,
        snapshot: &mut Reads<'_>,
        place: Place,
        mut told: impl FnMut(&Self),
    ) -> Result<u64> {
        let (mut last, mut count) = (-1, 0);
        let mut judged: Vec<Judged> = vec![];
        loop {
            let stored = stored::events(snapshot, place, last).await?;
            let judging = match stored.last().map(|event| event.key) {
                None => None,
                Some(end) => {
                    let personal = stored::personal(snapshot, place, last, end).await?;
                    last = end;
                    let judge = move || stored.iter().map(|one| Judged::of(place, one, &personal)).collect();
                    Some(tokio::task::spawn_blocking(judge))
                }
            };
            if !judged.is_empty() {
                count += judged.len() as u64;
                self.step(place, judged).await?;
                told(self);
            }
            match judging {
                Some(judging) if !self.broken => judged = judging.await.map_err(|_| EngineError::Closed)?,
                _ => return Ok(count),
            }
        }
    }

    /// Replays one stretch of events, in one transaction.
    async fn step(&mut self, place: Place, judged: Vec<Judged>) -> Result<()> {
        let mut tx = self.db.begin().await?;
        let last = judged.last().map_or(0, |one| one.key);
        let mut replayed = Vec::with_capacity(judged.len());
        for one in judged {
            if place == Place::Log {
                let number = unsigned(one.key)?;
                if number > self.next {
                    self.missing(self.next, number);
                }
                self.next = number + 1;
            }
            let Some(pending) = self.one(&mut tx, place, one).await? else {
                self.broken = true;
                return Ok(());
            };
            replayed.push(pending);
        }
        let mut writes = vec![];
        if place == Place::Log {
            let batch = batch::append(std::mem::take(&mut self.head), &replayed)?;
            self.head = batch.head.clone();
            writes = batch.writes(self.db.engine());
        }
        if let Err(error) = tx.commit_with(writes).await {
            self.found.add(place.table(), last, format!("the numbers up to it do not follow: {error}"));
            self.broken = true;
        }
        Ok(())
    }

    /// Replays one event; nothing if it cannot be.
    async fn one(&mut self, tx: &mut Tx, place: Place, one: Judged) -> Result<Option<Pending>> {
        for (table, row, what) in one.found {
            self.found.add(table, row, what);
        }
        let Some((event, pending)) = one.derived? else { return Ok(None) };
        if let Err(error) = tx.run(apply::writes(&event.payload, event.recorded_at)).await {
            let what = format!("its change does not follow from those before: {error}");
            self.found.add(place.table(), one.key, what);
            return Ok(None);
        }
        Ok(Some(pending))
    }
}

/// An event, and what is wrong with it by itself.
struct Judged {
    key: i64,
    /// What it says, and the columns that follow from its entry; nothing if the entry cannot be read.
    derived: Result<Option<(Recorded, Pending)>>,
    /// Table, row, and what is wrong with it.
    found: Vec<(&'static str, String, String)>,
}

impl Judged {
    /// Compares a stored event with its entry.
    fn of(place: Place, one: &Stored, personal: &PersonalByEvent) -> Self {
        let mut judged = Self { key: one.key, derived: Ok(None), found: vec![] };
        if leaf_hash(&one.entry).as_bytes().as_slice() != one.leaf {
            judged.wrong(place, "the leaf hash is not the hash of the entry");
        }
        let own = one.event_id.and_then(|id| personal.get(&id)).map(Vec::as_slice).unwrap_or_default();
        match judged.decode(&one.entry, own) {
            Ok(event) => {
                let pending = derive(&event, &one.entry);
                if let Ok(pending) = &pending {
                    judged.compare_columns(place, one, pending);
                }
                judged.derived = pending.map(|pending| Some((event, pending)));
            }
            Err(error) => judged.wrong(place, error.to_string()),
        }
        judged
    }

    fn wrong(&mut self, place: Place, what: impl Into<String>) {
        self.found.push((place.table(), self.key.to_string(), what.into()));
    }

    /// Decodes an entry with those of its personal values that match their commitments; the others count as erased.
    fn decode(&mut self, entry: &[u8], personal: &[StoredPersonal]) -> Result<Recorded, EntryError> {
        let mut personal_is =
            |row: &str, what: String| self.found.push(("event_personal", row.to_owned(), what));
        let mut fields: Vec<(&str, PersonalField)> = vec![];
        for stored in personal {
            match &stored.fields {
                Some(own) => fields.extend(own.iter().map(|field| (stored.row.as_str(), field.clone()))),
                None => personal_is(&stored.row, "cannot be read".to_owned()),
            }
        }
        loop {
            let values: Vec<PersonalField> = fields.iter().map(|(_, field)| field.clone()).collect();
            let wrong = match Recorded::decode(entry, &values) {
                Err(EntryError::Mismatch { path }) => path,
                other => return other,
            };
            let Some(at) = fields.iter().position(|(_, field)| field.path == wrong) else {
                return Err(EntryError::Mismatch { path: wrong });
            };
            let (row, _) = fields.remove(at);
            personal_is(row, format!("the value at {wrong} does not match its commitment"));
        }
    }

    fn compare_columns(&mut self, place: Place, one: &Stored, pending: &Pending) {
        for ((name, stored), derived) in stored::column_names().zip(&one.columns).zip(pending.columns()) {
            // The leaf is compared with the entry already.
            if stored.as_ref() != Some(derived) && name != "leaf_hash" {
                self.wrong(place, format!("column {name} is not what the entry says"));
            }
        }
        if place == Place::Outbox && one.deltas.as_ref() != Some(&pending.counts.to_text()) {
            self.wrong(place, "column deltas is not what the entry says");
        }
    }
}

/// The columns that follow from an entry.
fn derive(event: &Recorded, entry: &[u8]) -> Result<Pending> {
    let raw: serde_json::Value =
        serde_json::from_slice(entry).map_err(|error| StoreError::DamagedLog(error.to_string()))?;
    let data = raw.get("data").cloned().unwrap_or_default();
    Pending::new(event, Encoded { entry: entry.to_vec(), personal: vec![], data })
}

/// An empty database among the system's temporary files; dropping the folder removes it.
async fn empty_database(store: &Store) -> Result<(Db, TempDir)> {
    let no_folder = |error: std::io::Error| StoreError::NoTemporaryFolder(error.kind());
    let folder = tempfile::Builder::new().prefix("daybook-check-").tempdir().map_err(no_folder)?;
    let mut config = DbConfig::from_url(&format!("sqlite:{}", folder.path().join("replay.db").display()))?;
    config.durability = Durability::ThrowAway;
    let db = Db::open(&config).await?;
    migrate::run(&db, migrations::ALL, Micros(store.now().as_micros())).await?;
    Ok((db, folder))
}
