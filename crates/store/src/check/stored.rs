//! Events and personal values as they are stored, read without trusting them: what cannot be read is told from what is missing.
//! Must not judge: that is [`super::replay`]'s.

use std::collections::BTreeMap;

use daybook_model::event::PersonalField;
use uuid::Uuid;

use super::MAX_DIFFERENCES;
use crate::{
    Reads, Result,
    engine::{Engine, FromCell, Micros, Row, Val, statements, vals},
    log::pending::{parse_personal, shared_columns},
};

/// How many events are read and replayed at a time.
const STEP: i64 = 2_000;

macro_rules! stored {
    ($table:literal, $key:literal, $more:literal) => {
        concat!(
            "SELECT ",
            $key,
            ", ",
            shared_columns!(),
            $more,
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
    STORED_EVENTS = stored!("platform_events", "seq", "");
    STORED_OUTBOX = stored!("outbox", "id", ", deltas"), only Engine::Postgres;
    PERSONAL_OF_EVENTS = "SELECT m.event_id, m.subject_id, m.fields FROM event_personal m
        JOIN platform_events e ON e.event_id = m.event_id WHERE e.seq > $1 AND e.seq <= $2";
    PERSONAL_OF_OUTBOX = "SELECT m.event_id, m.subject_id, m.fields FROM event_personal m
        JOIN outbox e ON e.event_id = m.event_id WHERE e.id > $1 AND e.id <= $2", only Engine::Postgres;
    PERSONAL_OF_NOBODY = "SELECT m.event_id, m.subject_id FROM event_personal m
        WHERE NOT EXISTS (SELECT 1 FROM platform_events e WHERE e.event_id = m.event_id)
        ORDER BY m.event_id, m.subject_id LIMIT $1", only Engine::Sqlite;
    PERSONAL_OF_NOBODY_WAITING = "SELECT m.event_id, m.subject_id FROM event_personal m
        WHERE NOT EXISTS (SELECT 1 FROM platform_events e WHERE e.event_id = m.event_id)
            AND m.event_id NOT IN (SELECT o.event_id FROM outbox o)
        ORDER BY m.event_id, m.subject_id LIMIT $1", only Engine::Postgres;
}

/// Where an event is stored.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// It has its number.
    Log,
    /// It waits for its number.
    Outbox,
}

impl Place {
    pub(super) fn table(self) -> &'static str {
        match self {
            Self::Log => "platform_events",
            Self::Outbox => "outbox",
        }
    }
}

/// An event as it is stored.
pub(super) struct Stored {
    /// Its number, or its place in the queue.
    pub(super) key: i64,
    pub(super) event_id: Option<Uuid>,
    /// In the order of [`crate::log::pending::Pending::columns`]; nothing where a column cannot be read.
    pub(super) columns: Vec<Option<Val>>,
    pub(super) entry: Vec<u8>,
    pub(super) leaf: Vec<u8>,
    /// What an event that waits will add to the numbers.
    pub(super) deltas: Option<String>,
}

/// One row of `event_personal`.
pub(super) struct StoredPersonal {
    /// Event and subject, as the row is named.
    pub(super) row: String,
    /// Nothing if the row cannot be read.
    pub(super) fields: Option<Vec<PersonalField>>,
}

/// Personal values by the event that they belong to.
pub(super) type PersonalByEvent = BTreeMap<Uuid, Vec<StoredPersonal>>;

/// The next stretch of events after `last`.
pub(super) async fn events(snapshot: &mut Reads<'_>, place: Place, last: i64) -> Result<Vec<Stored>> {
    let sql = match place {
        Place::Log => &STORED_EVENTS,
        Place::Outbox => &STORED_OUTBOX,
    };
    Ok(snapshot.conn().all(sql, vals![last, STEP], |row| read_event(row, place)).await?)
}

/// The names of [`Stored::columns`].
pub(super) fn column_names() -> impl Iterator<Item = &'static str> {
    shared_columns!().split(", ").map(str::trim)
}

fn read_event(row: &Row<'_>, place: Place) -> crate::engine::Result<Stored> {
    fn value<T: FromCell + Into<Val>>(row: &Row<'_>, at: usize) -> Option<Val> {
        row.get::<T>(at).ok().map(Into::into)
    }
    let read = |(at, name): (usize, &'static str)| match name {
        "event_id" => value::<Uuid>(row, at),
        name if name.ends_with("_id") => row.get::<Option<Uuid>>(at).ok().map(Into::into),
        "tenant_slug" | "tenant_name" | "project_name" | "code_hint" => {
            row.get::<Option<String>>(at).ok().map(Into::into)
        }
        "metadata" => value::<serde_json::Value>(row, at),
        "occurred_at" | "recorded_at" => value::<Micros>(row, at),
        "entry" | "leaf_hash" => value::<Vec<u8>>(row, at),
        _ => value::<String>(row, at),
    };
    let columns: Vec<Option<Val>> = (1..).zip(column_names()).map(read).collect();
    let after = columns.len() + 1;
    let deltas = if place == Place::Outbox { row.get(after).ok() } else { None };
    Ok(Stored {
        key: row.get(0)?,
        event_id: row.get(1).ok(),
        columns,
        entry: row.get(after - 2)?,
        leaf: row.get(after - 1)?,
        deltas,
    })
}

/// The personal values of a stretch of events.
pub(super) async fn personal(
    snapshot: &mut Reads<'_>,
    place: Place,
    after: i64,
    to: i64,
) -> Result<PersonalByEvent> {
    let sql = match place {
        Place::Log => &PERSONAL_OF_EVENTS,
        Place::Outbox => &PERSONAL_OF_OUTBOX,
    };
    let read = |row: &Row<'_>| {
        let (event, subject, text) = (row.get::<Uuid>(0).ok(), row.get::<Uuid>(1).ok(), row.get(2).ok());
        Ok((event, subject, text))
    };
    let mut found = PersonalByEvent::new();
    for (event, subject, text) in snapshot.conn().all(sql, vals![after, to], read).await? {
        let text: Option<String> = text;
        let fields = subject.zip(text).and_then(|(subject, text)| parse_personal(subject, &text).ok());
        let row = row_name(event, subject);
        found.entry(event.unwrap_or_default()).or_default().push(StoredPersonal { row, fields });
    }
    Ok(found)
}

/// Rows of `event_personal` that belong to no event, up to a limit.
pub(super) async fn personal_of_nobody(snapshot: &mut Reads<'_>, engine: Engine) -> Result<Vec<String>> {
    let sql = match engine {
        Engine::Sqlite => &PERSONAL_OF_NOBODY,
        Engine::Postgres => &PERSONAL_OF_NOBODY_WAITING,
    };
    let read = |row: &Row<'_>| Ok(row_name(row.get(0).ok(), row.get(1).ok()));
    Ok(snapshot.conn().all(sql, vals![MAX_DIFFERENCES], read).await?)
}

fn row_name(event: Option<Uuid>, subject: Option<Uuid>) -> String {
    let part = |id: Option<Uuid>| id.map_or_else(|| "unreadable".to_owned(), |id| id.to_string());
    format!("{}/{}", part(event), part(subject))
}
