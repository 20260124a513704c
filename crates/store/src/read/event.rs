//! Questions to the log: the feed, the explorer, one event, and what followers read. One query shape for all: each filter is
//! answered from an index that ends in `seq`, several types by merging one such walk per type.

pub use daybook_model::event::EventFilter;
use daybook_model::{
    CodeId, DeviceId, EventId, EventType, ProjectId, Recorded, TenantId, Timestamp, UserId,
    event::{Origin, PersonalField, Severity},
};
use uuid::Uuid;

use super::Reads;
use crate::{
    Result,
    engine::{Engine, Row, Sql, Val, statements, vals},
    log::{
        counts::{SPAN, SPAN_LEVELS},
        pending::parse_personal,
        signed, unsigned,
    },
    values::parse,
};

macro_rules! entries {
    ($rest:expr) => {
        concat!(
            "SELECT e.seq, e.event_id, e.entry, e.title, e.description, m.subject_id, m.fields FROM platform_events e
            LEFT JOIN event_personal m ON m.event_id = e.event_id ",
            $rest
        )
    };
}

statements! {
    EVENT_BY_SEQ = entries!("WHERE e.seq = $1");
    EVENT_BY_ID = entries!("WHERE e.event_id = $1");
    EVENTS_FROM = entries!("WHERE e.seq >= $1 AND e.seq < $2 ORDER BY e.seq");
    EVENTS_OF_TENANT_FROM = "SELECT e.seq, e.event_id, e.entry, e.title, e.description, m.subject_id, m.fields
        FROM (SELECT seq FROM platform_events WHERE tenant_id = $1 AND seq >= $2 AND seq < $3 ORDER BY tenant_id, seq LIMIT $4) w
        JOIN platform_events e ON e.seq = w.seq
        LEFT JOIN event_personal m ON m.event_id = e.event_id ORDER BY e.seq";
    FIRST_SPAN_SINCE = "SELECT min(idx) FROM log_spans WHERE level = $1 AND idx >= $2 AND idx <= $3 AND last_at >= $4";
    LAST_SPAN_UNTIL = "SELECT max(idx) FROM log_spans WHERE level = $1 AND idx >= $2 AND idx <= $3 AND first_at < $4";
}

/// An event with its place in the log.
#[derive(Debug, Clone, PartialEq)]
pub struct LoggedEvent {
    /// Its sequence number, from 0.
    pub seq: u64,
    /// What it says.
    pub event: Recorded,
    /// A few words.
    pub title: String,
    /// What happened, in one sentence.
    pub description: String,
    /// The bytes that are hashed.
    pub entry: Vec<u8>,
}

/// What an event is counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventMark {
    /// When it happened.
    pub occurred_at: Timestamp,
    /// How severe it is.
    pub severity: Severity,
}

pub(super) struct RawRow {
    seq: i64,
    entry: Vec<u8>,
    title: String,
    description: String,
    personal: Option<(Uuid, String)>,
}

pub(super) fn raw(row: &Row<'_>) -> crate::engine::Result<RawRow> {
    let personal = row.get::<Option<Uuid>>(5)?.zip(row.get::<Option<String>>(6)?);
    Ok(RawRow {
        seq: row.get(0)?,
        entry: row.get(2)?,
        title: row.get(3)?,
        description: row.get(4)?,
        personal,
    })
}

/// Joins the rows of one event (one per party with personal values) and decodes it.
pub(super) fn decode(rows: Vec<RawRow>) -> Result<Vec<LoggedEvent>> {
    let mut events = vec![];
    let mut rows = rows.into_iter().peekable();
    while let Some(first) = rows.next() {
        let mut personal: Vec<PersonalField> = vec![];
        let mut add = |row: &RawRow| -> Result<()> {
            if let Some((subject, fields)) = &row.personal {
                personal.extend(parse_personal(*subject, fields)?);
            }
            Ok(())
        };
        add(&first)?;
        while let Some(more) = rows.next_if(|row| row.seq == first.seq) {
            add(&more)?;
        }
        let event = Recorded::decode(&first.entry, &personal)?;
        let RawRow { seq, entry, title, description, .. } = first;
        events.push(LoggedEvent { seq: unsigned(seq)?, event, title, description, entry });
    }
    Ok(events)
}

/// How the events of a filter are found: a walk from the newest down along one index that ends in `seq`, past the rows that the
/// other conditions leave out.
///
/// The walk is chosen here, not by the planners: PostgreSQL walks the whole log when it believes that every second event is wanted,
/// also when none is left, and SQLite does not know how often anything occurs. So a walk is ordered by every column of its index, in words
/// which leave them in the order, so that no other index has it.
///
/// SQLite drops what it knows to be equal from an order, but not what `IS NOT DISTINCT FROM` says, and follows that as it does equality. It
/// cannot follow `NOT (a <> b)`, which keeps other conditions from leading it elsewhere. PostgreSQL makes nothing of the first and reads
/// the second as equality; it drops what is equal too, but not what is one of an array, even of one value. Only the first column may be that:
/// of the index without the type the same order could be had, past what is of other types, and that is always dearer. It plans a
/// walk once, for any values ([`Sql::walk`]).
#[derive(Clone, Default)]
struct Walk {
    /// The columns before `seq`, each with the place of its value or a literal.
    along: Vec<(&'static str, String)>,
    /// Along the index of imported events.
    imported: bool,
    /// What else must hold.
    also: Vec<String>,
}

/// The values of a list in the order in which their places appear in its text.
struct Places(Vec<Val>);

impl Places {
    fn add(&mut self, value: impl Into<Val>) -> String {
        self.0.push(value.into());
        format!("${}", self.0.len())
    }
}

/// What a filter names, the narrowest first: a code has few events, a tenant many.
fn named(filter: &EventFilter) -> Vec<(&'static str, Uuid)> {
    let all = [
        ("code_id", filter.code.map(CodeId::uuid)),
        ("device_id", filter.device.map(DeviceId::uuid)),
        ("user_id", filter.user.map(UserId::uuid)),
        ("project_id", filter.project.map(ProjectId::uuid)),
        ("actor_id", filter.actor),
        ("tenant_id", filter.tenant.map(TenantId::uuid)),
    ];
    all.into_iter().filter_map(|(column, value)| Some((column, value?))).collect()
}

impl Walk {
    /// The walk past a filter's events between two numbers, of whatever type they are, and the places of these numbers.
    fn past(
        filter: &EventFilter,
        (first, last): (i64, i64),
        places: &mut Places,
    ) -> (Self, (String, String)) {
        let mut named = named(filter);
        // Imports are history: there are fewer of them than of what an actor or a tenant goes on doing.
        let is_wide = named.first().is_none_or(|(column, _)| matches!(*column, "actor_id" | "tenant_id"));
        let imported = filter.origin == Some(Origin::Backfill) && is_wide;
        let mut walk = Self { imported, ..Self::default() };
        if !imported && !named.is_empty() {
            let (column, value) = named.remove(0);
            walk.along.push((column, places.add(value)));
        }
        let bounds = (places.add(first), places.add(last));
        for (column, value) in named {
            walk.also.push(format!("NOT ({column} <> {})", places.add(value)));
        }
        if let Some(origin) = filter.origin.filter(|_| !imported) {
            walk.also.push(format!("NOT (origin <> '{}')", origin.as_str()));
        }
        for (condition, at) in [("occurred_at >=", filter.since), ("occurred_at <", filter.until)] {
            if let Some(at) = at {
                walk.also.push(format!("{condition} {}", places.add(at)));
            }
        }
        (walk, bounds)
    }

    /// The pages that the events of some types are in, or of all, as rows of their numbers, and no more than so many of each.
    fn pages(
        mut self,
        types: Option<&[EventType]>,
        engine: Engine,
        bounds: &(String, String),
        limit: &str,
    ) -> String {
        let page = |walk: &Self| format!("SELECT seq FROM ({} LIMIT {limit}) w", walk.text(engine, bounds));
        let Some(types) = types else { return page(&self) };
        let types: Vec<_> = types.iter().map(|kind| format!("'{}'", kind.wire())).collect();
        if !self.knows_types() {
            self.also.push(format!("NOT (type NOT IN ({}))", types.join(", ")));
            page(&self)
        } else if engine == Engine::Postgres && types.len() > 1 {
            // One walk for each of them in a loop: planned once.
            let walk = self.of_type("t.type").text(engine, bounds);
            let types = types.join("), (");
            format!(
                "SELECT w.seq FROM (VALUES ({types})) t (type) CROSS JOIN LATERAL ({walk} LIMIT {limit}) w"
            )
        } else {
            types.iter().map(|kind| page(&self.of_type(kind))).collect::<Vec<_>>().join(" UNION ALL ")
        }
    }

    /// Whether an index has the type behind what the walk is along.
    fn knows_types(&self) -> bool {
        !self.imported && matches!(self.along.as_slice(), [] | [("project_id" | "tenant_id" | "actor_id", _)])
    }

    fn of_type(&self, kind: &str) -> Self {
        let mut walk = self.clone();
        walk.along.push(("type", kind.to_owned()));
        walk
    }

    fn text(&self, engine: Engine, (first, last): &(String, String)) -> String {
        let mut conditions: Vec<String> = vec![];
        for (place, (column, value)) in self.along.iter().enumerate() {
            conditions.push(match engine {
                Engine::Sqlite => format!(
                    "{column} IS NOT DISTINCT FROM {value} AND {column} >= {value} AND {column} <= {value}"
                ),
                Engine::Postgres if place == 0 => {
                    let kind = if *column == "type" { "text" } else { "uuid" };
                    format!("{column} = ANY (ARRAY[{value}::{kind}])")
                }
                Engine::Postgres => format!("{column} = {value}"),
            });
        }
        if self.imported {
            // Written as the index has it: it holds these events alone.
            conditions.push("origin = 'backfill'".to_owned());
        }
        conditions.push(format!("seq >= {first} AND seq <= {last}"));
        let each = |text: fn(&(&str, String)) -> String| self.along.iter().map(text).collect::<String>();
        if engine == Engine::Sqlite && !self.along.is_empty() {
            let (columns, values) =
                (each(|(column, _)| format!("{column}, ")), each(|(_, value)| format!("{value}, ")));
            conditions
                .push(format!("({columns}seq) >= ({values}{first}) AND ({columns}seq) <= ({values}{last})"));
        }
        conditions.extend(self.also.iter().cloned());
        let (conditions, order) = (conditions.join(" AND "), each(|(column, _)| format!("{column} DESC, ")));
        format!("SELECT seq FROM platform_events WHERE {conditions} ORDER BY {order}seq DESC")
    }
}

/// Where a list begins and ends: below a number, within a stretch of the log, at most so many and one more.
#[derive(Clone, Copy)]
pub(crate) struct Extent {
    pub(crate) before: Option<i64>,
    pub(crate) stretch: (i64, i64),
    pub(crate) limit: i64,
}

/// What finds the numbers of a filter's events, newest first, and its values: other statements stand on it.
fn found(filter: &EventFilter, engine: Engine, extent: Extent) -> (String, Vec<Val>) {
    let (first, last) = extent.stretch;
    let last = extent.before.map_or(last, |before| last.min(before.saturating_sub(1)));
    let mut places = Places(vec![]);
    let (walk, bounds) = Walk::past(filter, (first, last), &mut places);
    let limit = places.add(extent.limit + 1);
    let pages = walk.pages(filter.types.as_deref(), engine, &bounds, &limit);
    (format!("SELECT seq FROM ({pages}) a ORDER BY seq DESC LIMIT {limit}"), places.0)
}

/// The list's statement and values, newest first.
pub(crate) fn list(filter: &EventFilter, engine: Engine, extent: Extent) -> (Sql, Vec<Val>) {
    let (found, values) = found(filter, engine, extent);
    let sql = format!(
        "SELECT e.seq, e.event_id, e.entry, e.title, e.description, m.subject_id, m.fields
         FROM ({found}) w
         JOIN platform_events e ON e.seq = w.seq
         LEFT JOIN event_personal m ON m.event_id = e.event_id ORDER BY e.seq DESC"
    );
    (Sql::walk("LIST_EVENTS", sql), values)
}

/// The statement and values of what the list's events are counted by, newest first. So many are looked up one by one: joined to what was
/// found, PostgreSQL would read the whole log for them.
pub(crate) fn marks(filter: &EventFilter, engine: Engine, extent: Extent) -> (Sql, Vec<Val>) {
    let (found, values) = found(filter, engine, extent);
    let sql = format!(
        "SELECT (SELECT e.occurred_at FROM platform_events e WHERE e.seq = w.seq),
            (SELECT e.severity FROM platform_events e WHERE e.seq = w.seq)
         FROM ({found}) w ORDER BY w.seq DESC"
    );
    (Sql::walk("MARK_EVENTS", sql), values)
}

impl Reads<'_> {
    /// A page of events, newest first, and the number below which the next page begins.
    pub async fn events(
        &mut self,
        filter: &EventFilter,
        before: Option<u64>,
        limit: u32,
    ) -> Result<(Vec<LoggedEvent>, Option<u64>)> {
        let Some(extent) = self.extent(filter, before, limit).await? else { return Ok((vec![], None)) };
        let (sql, values) = list(filter, self.conn().engine(), extent);
        let mut events = decode(self.conn().all(&sql, values, raw).await?)?;
        let more = events.len() > limit as usize;
        events.truncate(limit as usize);
        let next = events.last().filter(|_| more).map(|event| event.seq);
        Ok((events, next))
    }

    /// When each of a filter's newest events happened and how severe it is, newest first, at most `limit`, and whether there are more.
    pub async fn event_marks(&mut self, filter: &EventFilter, limit: u32) -> Result<(Vec<EventMark>, bool)> {
        let Some(extent) = self.extent(filter, None, limit).await? else { return Ok((vec![], false)) };
        let (sql, values) = marks(filter, self.conn().engine(), extent);
        let read = |row: &Row<'_>| Ok(EventMark { occurred_at: row.get(0)?, severity: parse(row, 1)? });
        let mut marks = self.conn().all(&sql, values, read).await?;
        let more = marks.len() > limit as usize;
        marks.truncate(limit as usize);
        Ok((marks, more))
    }

    /// Where a filter's list begins and ends; `None` if nothing can be in it.
    async fn extent(
        &mut self,
        filter: &EventFilter,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Option<Extent>> {
        if filter.types.as_ref().is_some_and(Vec::is_empty) {
            return Ok(None);
        }
        let first = match filter.since {
            None => 0,
            Some(since) => match self.span(&FIRST_SPAN_SINCE, since).await? {
                None => return Ok(None),
                Some((first, _)) => first,
            },
        };
        let last = match filter.until {
            None => i64::MAX,
            Some(until) => match self.span(&LAST_SPAN_UNTIL, until).await? {
                None => return Ok(None),
                Some((_, last)) => last,
            },
        };
        Ok(Some(Extent {
            before: before.map(signed).transpose()?,
            stretch: (first, last),
            limit: i64::from(limit),
        }))
    }

    /// The numbers of the smallest stretch of the log at which a time begins or ends: within the stretch of the level above at which it
    /// does. Entries are nearly in the order of their time, and imported ones are not: so a stretch knows both ends of its time.
    async fn span(&mut self, sql: &'static Sql, at: Timestamp) -> Result<Option<(i64, i64)>> {
        let mut within = (0, i64::MAX);
        for level in (1..=SPAN_LEVELS).rev() {
            let read = |row: &Row<'_>| row.get::<Option<i64>>(0);
            let Some(idx) = self.conn().one(sql, vals![level, within.0, within.1, at], read).await? else {
                return Ok(None);
            };
            let first = idx.saturating_mul(SPAN);
            within = (first, first.saturating_add(SPAN - 1));
        }
        Ok(Some(within))
    }

    /// The event with this number.
    pub async fn event_at(&mut self, seq: u64) -> Result<Option<LoggedEvent>> {
        let Ok(seq) = signed(seq) else { return Ok(None) };
        Ok(decode(self.conn().all(&EVENT_BY_SEQ, vals![seq], raw).await?)?.into_iter().next())
    }

    /// The event with this id, once it has its number.
    pub async fn event(&mut self, id: EventId) -> Result<Option<LoggedEvent>> {
        Ok(decode(self.conn().all(&EVENT_BY_ID, vals![id], raw).await?)?.into_iter().next())
    }

    /// A tenant's events from `first` on and below `end`, in order, at most `count`.
    pub async fn events_of_tenant_from(
        &mut self,
        tenant: TenantId,
        first: u64,
        end: u64,
        count: u32,
    ) -> Result<Vec<LoggedEvent>> {
        let values = vals![tenant, signed(first)?, signed(end)?, i64::from(count)];
        decode(self.conn().all(&EVENTS_OF_TENANT_FROM, values, raw).await?)
    }

    /// The events from `first` on, in order, at most `count`.
    pub async fn events_from(&mut self, first: u64, count: u32) -> Result<Vec<LoggedEvent>> {
        let end = signed(first.saturating_add(u64::from(count)))?;
        decode(self.conn().all(&EVENTS_FROM, vals![signed(first)?, end], raw).await?)
    }
}
