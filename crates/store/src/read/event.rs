//! Questions to the log: the feed, the explorer, one event, and what followers read. One query shape for all: each filter is
//! answered from an index that ends in `seq`, several types by merging one such walk per type.

use daybook_model::{
    CodeId, DeviceId, EventId, EventType, ProjectId, Recorded, TenantId, Timestamp, UserId,
    event::{Origin, PersonalField},
};
use uuid::Uuid;

use super::Reads;
use crate::{
    Result,
    engine::{Row, Sql, Val, statements, vals},
    log::{pending::parse_personal, signed, unsigned},
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
    DAY_STRETCH = "SELECT min(first_seq), max(last_seq) FROM log_days WHERE day >= $1 AND day <= $2";
}

/// Which events a list shows. Every condition is optional; all must hold.
#[derive(Debug, Clone, Default)]
pub struct EventFilter {
    /// Only these types.
    pub types: Option<Vec<EventType>>,
    /// Only about this tenant.
    pub tenant: Option<TenantId>,
    /// Only about this project.
    pub project: Option<ProjectId>,
    /// Only about this code.
    pub code: Option<CodeId>,
    /// Only about this device.
    pub device: Option<DeviceId>,
    /// Only about this user.
    pub user: Option<UserId>,
    /// Only by this actor.
    pub actor: Option<Uuid>,
    /// Only from there.
    pub origin: Option<Origin>,
    /// Only what happened at or after this.
    pub since: Option<Timestamp>,
    /// Only what happened before this.
    pub until: Option<Timestamp>,
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

struct RawRow {
    seq: i64,
    entry: Vec<u8>,
    title: String,
    description: String,
    personal: Option<(Uuid, String)>,
}

fn raw(row: &Row<'_>) -> crate::engine::Result<RawRow> {
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
fn decode(rows: Vec<RawRow>) -> Result<Vec<LoggedEvent>> {
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

/// The conditions of a filter besides the type, for one walk along an index.
struct Walk {
    text: String,
    values: Vec<Val>,
}

impl Walk {
    fn and(&mut self, condition: &str, value: impl Into<Val>) {
        self.values.push(value.into());
        self.text.push_str(" AND ");
        self.text.push_str(&condition.replacen('?', &format!("${}", self.values.len()), 1));
    }
}

/// The list's statement and values: newest first, below `before`, within a stretch of the log.
pub(crate) fn list(
    filter: &EventFilter,
    before: Option<i64>,
    stretch: Option<(i64, i64)>,
    limit: i64,
) -> (Sql, Vec<Val>) {
    let mut walk = Walk { text: String::new(), values: vec![] };
    let mut and_opt = |condition: &str, id: Option<Uuid>| {
        if let Some(id) = id {
            walk.and(condition, id);
        }
    };
    and_opt("tenant_id = ?", filter.tenant.map(TenantId::uuid));
    and_opt("project_id = ?", filter.project.map(ProjectId::uuid));
    and_opt("code_id = ?", filter.code.map(CodeId::uuid));
    and_opt("device_id = ?", filter.device.map(DeviceId::uuid));
    and_opt("user_id = ?", filter.user.map(UserId::uuid));
    and_opt("actor_id = ?", filter.actor);
    match filter.origin {
        // The index of backfilled events is partial: its condition must stand in the text.
        Some(Origin::Backfill) => walk.text.push_str(" AND origin = 'backfill'"),
        Some(Origin::Live) => walk.text.push_str(" AND origin = 'live'"),
        None => {}
    }
    if let Some(before) = before {
        walk.and("seq < ?", before);
    }
    if let Some((first, last)) = stretch {
        walk.and("seq >= ?", first);
        walk.and("seq <= ?", last);
    }
    if let Some(since) = filter.since {
        walk.and("occurred_at >= ?", since);
    }
    if let Some(until) = filter.until {
        walk.and("occurred_at < ?", until);
    }
    let Walk { text, mut values } = walk;
    values.push((limit + 1).into());
    let limit_at = values.len();
    let one = |condition: &str| {
        format!(
            "SELECT seq FROM (SELECT seq FROM platform_events WHERE 1 = 1{text}{condition} ORDER BY seq DESC LIMIT ${limit_at}) w"
        )
    };
    let walks: Vec<String> = match &filter.types {
        None => vec![one("")],
        Some(types) => {
            let each = |kind: &EventType| one(&format!(" AND type = '{}'", kind.wire()));
            types.iter().map(each).collect()
        }
    };
    let sql = format!(
        "SELECT e.seq, e.event_id, e.entry, e.title, e.description, m.subject_id, m.fields
         FROM (SELECT seq FROM ({}) a ORDER BY seq DESC LIMIT ${limit_at}) w
         JOIN platform_events e ON e.seq = w.seq
         LEFT JOIN event_personal m ON m.event_id = e.event_id ORDER BY e.seq DESC",
        walks.join(" UNION ALL ")
    );
    (Sql::dynamic("LIST_EVENTS", sql), values)
}

impl Reads<'_> {
    /// A page of events, newest first, and the number below which the next page begins.
    pub async fn events(
        &mut self,
        filter: &EventFilter,
        before: Option<u64>,
        limit: u32,
    ) -> Result<(Vec<LoggedEvent>, Option<u64>)> {
        if filter.types.as_ref().is_some_and(Vec::is_empty) {
            return Ok((vec![], None));
        }
        let stretch = match (filter.since, filter.until) {
            (None, None) => None,
            _ => match self.stretch(filter).await? {
                Some(stretch) => Some(stretch),
                None => return Ok((vec![], None)),
            },
        };
        let before = before.map(signed).transpose()?;
        let (sql, values) = list(filter, before, stretch, i64::from(limit));
        let mut events = decode(self.conn().all(&sql, values, raw).await?)?;
        let more = events.len() > limit as usize;
        events.truncate(limit as usize);
        let next = events.last().filter(|_| more).map(|event| event.seq);
        Ok((events, next))
    }

    /// The stretch of the log that holds everything that happened on the days the filter names.
    async fn stretch(&mut self, filter: &EventFilter) -> Result<Option<(i64, i64)>> {
        let first = filter.since.map_or(i64::MIN, Timestamp::day);
        let last = filter.until.map_or(i64::MAX, Timestamp::day);
        let read = |row: &Row<'_>| Ok(row.get::<Option<i64>>(0)?.zip(row.get::<Option<i64>>(1)?));
        Ok(self.conn().one(&DAY_STRETCH, vals![first, last], read).await?)
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

    /// The events from `first` on, in order, at most `count`.
    pub async fn events_from(&mut self, first: u64, count: u32) -> Result<Vec<LoggedEvent>> {
        let end = signed(first.saturating_add(u64::from(count)))?;
        decode(self.conn().all(&EVENTS_FROM, vals![signed(first)?, end], raw).await?)
    }
}
