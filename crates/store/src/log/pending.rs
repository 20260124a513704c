//! An event whose change is made and whose entry is final: the row it becomes in the outbox and in `platform_events`, and the
//! personal values beside it. Columns are derived from the entry and are rechecked by `check`.

use std::collections::BTreeMap;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use daybook_model::{
    EventId, EventType, Payload, Recorded, Timestamp, UserId,
    event::{Encoded, PersonalField, Subjects, without_subjects},
};
use daybook_proof::{Hash, leaf_hash};
use serde_json::Value;
use uuid::Uuid;

use super::{counts::Counts, erasure};
use crate::{
    Result, StoreError,
    engine::{Val, Write, statements, vals},
};

/// The columns that the outbox and `platform_events` share, in the order of [`Pending::columns`].
macro_rules! shared_columns {
    () => {
        "event_id, type, severity, outcome, origin, title, description, actor_type, actor_id, tenant_id, tenant_slug, \
         tenant_name, project_id, project_name, code_id, code_hint, device_id, user_id, session_id, metadata, request_id, \
         occurred_at, recorded_at, entry, leaf_hash"
    };
}
pub(crate) use shared_columns;

statements! {
    INSERT_OUTBOX = concat!("INSERT INTO outbox (", shared_columns!(), ", deltas) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10,
        $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26)"), only crate::engine::Engine::Postgres;
    INSERT_EVENT = concat!("INSERT INTO platform_events (seq, ", shared_columns!(), ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9,
        $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26)");
    INSERT_PERSONAL = "INSERT INTO event_personal (event_id, subject_id, fields) VALUES ($1, $2, $3)";
}

/// An event on its way into the log.
pub(crate) struct Pending {
    pub(crate) event_id: EventId,
    pub(crate) leaf: Hash,
    pub(crate) occurred_at: Timestamp,
    pub(crate) counts: Counts,
    columns: Vec<Val>,
    personal: Vec<PersonalField>,
    erases: Option<UserId>,
}

impl Pending {
    /// Derives the columns from what is encoded.
    pub(crate) fn new(recorded: &Recorded, encoded: Encoded) -> Result<Self> {
        let leaf = leaf_hash(&encoded.entry);
        let subjects = Subjects::of(&encoded.data)?;
        Ok(Self {
            event_id: recorded.id,
            leaf,
            occurred_at: recorded.occurred_at,
            counts: Counts::of(recorded, &subjects),
            columns: columns(recorded, &subjects, encoded.data, encoded.entry, leaf),
            personal: encoded.personal,
            erases: match &recorded.payload {
                Payload::PersonErased(event) => Some(event.user.id),
                _ => None,
            },
        })
    }

    /// The event's row in `platform_events`, under its number.
    pub(crate) fn event_write(self, seq: u64) -> Write {
        // A log of 2^63 entries is out of reach; the cap keeps this a plain value.
        let mut values = vals![i64::try_from(seq).unwrap_or(i64::MAX)];
        values.extend(self.columns);
        Write::one(&INSERT_EVENT, values)
    }

    /// The derived columns, for comparing them with the stored ones.
    pub(crate) fn columns(&self) -> &[Val] {
        &self.columns
    }

    /// The rows that hold its personal values: one per party.
    pub(crate) fn personal_writes(&self) -> Vec<Write> {
        let mut parties: BTreeMap<Uuid, Vec<&PersonalField>> = BTreeMap::new();
        for field in &self.personal {
            parties.entry(field.subject).or_default().push(field);
        }
        let write = |(subject, fields): (Uuid, Vec<&PersonalField>)| {
            Write::one(&INSERT_PERSONAL, vals![self.event_id, subject, personal_text(&fields)])
        };
        parties.into_iter().map(write).collect()
    }

    /// What goes for good with the event, beside what it changes: nothing, unless it erases a person.
    pub(crate) fn erasing_writes(&self) -> Vec<Write> {
        self.erases.map(|user| erasure::writes(self.event_id, user)).unwrap_or_default()
    }
}

/// The event's row in the outbox.
pub(crate) fn outbox_write(pending: Pending) -> Write {
    let mut values = pending.columns;
    values.push(pending.counts.to_text().into());
    Write::one(&INSERT_OUTBOX, values)
}

fn columns(recorded: &Recorded, subjects: &Subjects, data: Value, entry: Vec<u8>, leaf: Hash) -> Vec<Val> {
    let kind: EventType = recorded.payload.event_type();
    let spec = kind.spec();
    let (tenant, project, code) =
        (subjects.tenant.as_ref(), subjects.project.as_ref(), subjects.code.as_ref());
    vals![
        recorded.id,
        spec.wire,
        spec.severity.as_str(),
        spec.outcome.as_str(),
        recorded.origin.as_str(),
        spec.title,
        recorded.payload.sentence(),
        recorded.actor.kind.as_str(),
        recorded.actor.id,
        tenant.map(|t| t.id),
        tenant.map(|t| t.slug.as_str()),
        tenant.map(|t| t.name.as_str()),
        project.map(|p| p.id),
        project.map(|p| p.name.as_str()),
        code.map(|c| c.id),
        code.map(|c| c.hint.as_str()),
        subjects.device.as_ref().map(|d| d.id),
        subjects.user.as_ref().map(|u| u.id),
        subjects.session.as_ref().map(|s| s.id),
        without_subjects(data),
        recorded.request.id,
        recorded.occurred_at,
        recorded.recorded_at,
        entry,
        leaf.as_bytes(),
    ]
}

/// `{path: [salt in base64, value]}`.
fn personal_text<'f>(fields: &[&'f PersonalField]) -> String {
    let field = |f: &&'f PersonalField| (f.path.as_str(), (BASE64_STANDARD.encode(f.salt), f.value.as_str()));
    // Nothing of texts alone can fail to be written.
    serde_json::to_string(&fields.iter().map(field).collect::<BTreeMap<_, _>>()).unwrap_or_default()
}

/// Reads one row of `event_personal` back.
pub(crate) fn parse_personal(subject: Uuid, text: &str) -> Result<Vec<PersonalField>> {
    let damaged = || StoreError::DamagedLog("a row of event_personal cannot be read".to_owned());
    let fields: BTreeMap<String, (String, String)> = serde_json::from_str(text).map_err(|_| damaged())?;
    let read = |(path, (salt, value)): (String, (String, String))| {
        let salt =
            BASE64_STANDARD.decode(salt).ok().and_then(|salt| salt.try_into().ok()).ok_or_else(damaged)?;
        Ok(PersonalField { path, subject, salt, value })
    };
    fields.into_iter().map(read).collect()
}
