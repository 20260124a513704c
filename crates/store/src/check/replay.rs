//! Replays entries into an empty SQLite database: state through `apply`, numbers and tree through the log's own code.
//! Each entry is checked on the way: its leaf, its columns, its commitments.

use daybook_model::{
    Recorded,
    event::{Encoded, PersonalField},
};
use daybook_proof::{Frontier, Hash, leaf_hash};
use tempfile::TempDir;
use uuid::Uuid;

use super::{CheckProgress, Differences, has_outbox};
use crate::{
    Reads, Result, Store, StoreError, apply,
    engine::{Db, DbConfig, Durability, Engine, Micros, Row, Val, Write, statements, vals},
    log::{
        batch,
        pending::{Pending, parse_personal, shared_columns},
        read_head, unsigned,
    },
    migrate, migrations,
};

/// How many entries are read and replayed at a time.
const STEP: i64 = 2_000;

macro_rules! stored {
    ($table:literal, $key:literal) => {
        concat!(
            "SELECT ",
            $key,
            ", ",
            shared_columns!(),
            " FROM ",
            $table,
            " WHERE ",
            $key,
            " > $1 ORDER BY ",
            $key,
            " LIMIT $2"
        )
    };
}

statements! {
    STORED_EVENTS = stored!("platform_events", "seq");
    STORED_OUTBOX = stored!("outbox", "id"), only Engine::Postgres;
    PERSONAL_OF_EVENTS = "SELECT m.event_id, m.subject_id, m.fields FROM event_personal m
        JOIN platform_events e ON e.event_id = m.event_id WHERE e.seq > $1 AND e.seq <= $2";
    PERSONAL_OF_OUTBOX = "SELECT m.event_id, m.subject_id, m.fields FROM event_personal m
        JOIN outbox e ON e.event_id = m.event_id WHERE e.id > $1 AND e.id <= $2", only Engine::Postgres;
}

/// The database that the log was replayed into.
pub(super) struct Replayed {
    pub(super) db: Db,
    pub(super) folder: TempDir,
    pub(super) size: u64,
    pub(super) root: Hash,
    pub(super) pending: u64,
    /// The replay ended early: the state cannot be compared.
    pub(super) broken: bool,
    pub(super) differences: Vec<super::Difference>,
}

/// An event as it is stored.
struct Stored {
    key: i64,
    event_id: Uuid,
    columns: Vec<Val>,
    entry: Vec<u8>,
    leaf: Vec<u8>,
}

/// Replays the whole log of a snapshot.
pub(super) async fn replay(
    store: &Store,
    snapshot: &mut Reads<'_>,
    mut progress: impl FnMut(CheckProgress),
) -> Result<Replayed> {
    let head = read_head(&mut snapshot.conn()).await?;
    let (db, folder) = empty_database(store).await?;
    let mut found = Differences::default();
    let mut replay = Replay { db: db.clone(), head: Frontier::new(), found: &mut found, broken: false };
    let mut last = -1;
    loop {
        let stored = snapshot.conn().all(&STORED_EVENTS, vals![last, STEP], read_stored).await?;
        let Some(end) = stored.last().map(|event| event.key) else { break };
        let personal = personal_of(snapshot, false, last, end).await?;
        replay.step(&stored, &personal, true).await?;
        if replay.broken {
            break;
        }
        last = end;
        progress(CheckProgress { done: replay.head.size(), size: head.size() });
    }
    if replay.broken {
        // The event at fault is named already; everything after it is unknown.
    } else if replay.head.size() != head.size() {
        let what = format!("says {} entries, the log has {}", head.size(), replay.head.size());
        replay.found.add("log_state", "1", what);
    } else if replay.head.root() != head.root() {
        replay.found.add("log_state", "1", "the frontier has another root than the entries");
    }
    let (size, root) = (replay.head.size(), replay.head.root());
    let outbox = has_outbox(store.engine()) && !replay.broken;
    let pending = if outbox { replay_outbox(snapshot, &mut replay).await? } else { 0 };
    let broken = replay.broken;
    Ok(Replayed { db, folder, size, root, pending, broken, differences: found.0 })
}

/// State is ahead of the log by what still waits in the outbox: it is replayed too, without being numbered.
async fn replay_outbox(snapshot: &mut Reads<'_>, replay: &mut Replay<'_>) -> Result<u64> {
    let (mut last, mut count) = (0, 0);
    loop {
        let stored = snapshot.conn().all(&STORED_OUTBOX, vals![last, STEP], read_stored).await?;
        let Some(end) = stored.last().map(|event| event.key) else { return Ok(count) };
        let personal = personal_of(snapshot, true, last, end).await?;
        replay.step(&stored, &personal, false).await?;
        if replay.broken {
            return Ok(count);
        }
        count += u64::try_from(stored.len()).unwrap_or_default();
        last = end;
    }
}

async fn personal_of(
    snapshot: &mut Reads<'_>,
    outbox: bool,
    after: i64,
    to: i64,
) -> Result<Vec<(Uuid, PersonalField)>> {
    let sql = if outbox { &PERSONAL_OF_OUTBOX } else { &PERSONAL_OF_EVENTS };
    let read = |row: &Row<'_>| Ok((row.get::<Uuid>(0)?, row.get::<Uuid>(1)?, row.get::<String>(2)?));
    let mut fields = vec![];
    for (event, subject, text) in snapshot.conn().all(sql, vals![after, to], read).await? {
        fields.extend(parse_personal(subject, &text)?.into_iter().map(|field| (event, field)));
    }
    fields.sort_by_key(|(event, _)| *event);
    Ok(fields)
}

/// One row with the types of [`Pending::columns`].
fn read_stored(row: &Row<'_>) -> crate::engine::Result<Stored> {
    let mut columns: Vec<Val> = vals![row.get::<Uuid>(1)?];
    for at in 2..=8 {
        columns.push(row.get::<String>(at)?.into());
    }
    columns.push(row.get::<Option<Uuid>>(9)?.into());
    columns.push(row.get::<Option<Uuid>>(10)?.into());
    columns.push(row.get::<Option<String>>(11)?.into());
    columns.push(row.get::<Option<String>>(12)?.into());
    columns.push(row.get::<Option<Uuid>>(13)?.into());
    columns.push(row.get::<Option<String>>(14)?.into());
    columns.push(row.get::<Option<Uuid>>(15)?.into());
    columns.push(row.get::<Option<String>>(16)?.into());
    for at in 17..=19 {
        columns.push(row.get::<Option<Uuid>>(at)?.into());
    }
    columns.push(row.get::<serde_json::Value>(20)?.into());
    columns.push(row.get::<Option<Uuid>>(21)?.into());
    columns.push(row.get::<Micros>(22)?.into());
    columns.push(row.get::<Micros>(23)?.into());
    let (entry, leaf): (Vec<u8>, Vec<u8>) = (row.get(24)?, row.get(25)?);
    columns.push(entry.clone().into());
    columns.push(leaf.clone().into());
    Ok(Stored { key: row.get(0)?, event_id: row.get(1)?, columns, entry, leaf })
}

/// The names of [`Pending::columns`], for naming the one that differs.
fn column_names() -> impl Iterator<Item = &'static str> {
    shared_columns!().split(", ").map(str::trim)
}

struct Replay<'a> {
    db: Db,
    head: Frontier,
    found: &'a mut Differences,
    broken: bool,
}

impl Replay<'_> {
    /// Replays one stretch of events, in one transaction.
    async fn step(
        &mut self,
        stored: &[Stored],
        personal: &[(Uuid, PersonalField)],
        numbered: bool,
    ) -> Result<()> {
        let mut tx = self.db.begin().await?;
        let mut appended = Vec::with_capacity(stored.len());
        for one in stored {
            if numbered && unsigned(one.key)? != self.head.size() + appended.len() as u64 {
                self.found.add("platform_events", one.key, "a number is missing before it");
            }
            if leaf_hash(&one.entry).as_bytes().as_slice() != one.leaf {
                self.found.add("platform_events", one.key, "the leaf hash is not the hash of the entry");
            }
            let start = personal.partition_point(|(event, _)| *event < one.event_id);
            let own: Vec<PersonalField> = personal
                .iter()
                .skip(start)
                .take_while(|(event, _)| *event == one.event_id)
                .map(|(_, field)| field.clone())
                .collect();
            let event = match Recorded::decode(&one.entry, &own) {
                Ok(event) => event,
                Err(error) => {
                    self.found.add("platform_events", one.key, error.to_string());
                    continue;
                }
            };
            let pending = derive(&event, &one.entry)?;
            self.compare_columns(one, &pending);
            let writes = apply::writes(&event.payload, event.recorded_at);
            if let Err(error) = tx.run(writes).await {
                let what = format!("its change does not follow from those before: {error}");
                self.found.add("platform_events", one.key, what);
                self.broken = true;
                return Ok(());
            }
            appended.push(pending);
        }
        let writes = if numbered { self.number(&appended)? } else { vec![] };
        if let Err(error) = tx.commit_with(writes).await {
            self.found.add(
                "platform_events",
                stored.last().map_or(0, |one| one.key),
                format!("numbers: {error}"),
            );
        }
        Ok(())
    }

    fn compare_columns(&mut self, one: &Stored, pending: &Pending) {
        for ((name, stored), derived) in column_names().zip(&one.columns).zip(pending.columns()) {
            if stored != derived {
                self.found.add(
                    "platform_events",
                    one.key,
                    format!("column {name} is not what the entry says"),
                );
            }
        }
    }

    fn number(&mut self, pending: &[Pending]) -> Result<Vec<Write>> {
        let batch = batch::append(std::mem::take(&mut self.head), pending)?;
        self.head = batch.head;
        Ok(batch.writes)
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
