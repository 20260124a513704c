//! The entry of an event: the exact bytes that are hashed, final when the event is recorded. Personal values leave it as
//! salted commitments (log-format §3) and come back from beside it. Must stay readable for ever: only add, never rename.

use base64::{Engine, prelude::BASE64_STANDARD};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{EventType, Payload, Recorded, RequestInfo, Subjects, canonical_json};
use crate::{
    Actor, ActorType, Entropy, EventId, Personal, RequestId, Timestamp,
    actor::parse_actor_id,
    entropy::random_bytes,
    personal::{ERASED, KNOWN, commitment},
};

/// Entry bundles have a 16-bit length (tlog-tiles §entries).
pub const MAX_ENTRY_BYTES: usize = 65_535;
/// The part of an event that its type defines.
pub const MAX_DATA_BYTES: usize = 16 * 1024;

/// Why an event cannot be written, or an entry not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EntryError {
    /// Floats have no canonical form here.
    #[error("an event holds a number that is not an integer")]
    Float,
    /// Larger than the format allows.
    #[error("an event of {bytes} bytes is larger than the {limit} allowed")]
    TooLarge {
        /// Its size.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// A personal value that is not a text, or stands where it cannot be named.
    #[error("a personal value at {path} cannot be committed to")]
    Personal {
        /// Where it stands.
        path: String,
    },
    /// A value beside the entry does not match its commitment.
    #[error("the personal value at {path} does not match its commitment")]
    Mismatch {
        /// Where it stands.
        path: String,
    },
    /// Not an entry of a known version and type.
    #[error("unreadable entry: {0}")]
    Data(String),
}

/// A personal value beside an entry.
#[derive(Clone, PartialEq, Eq)]
pub struct PersonalField {
    /// Where it stands in the event, such as `actor.name` or `data.contact_email`.
    pub path: String,
    /// The party it is about: the actor, or the entity the event is mainly about. Nil if unknown.
    pub subject: Uuid,
    /// Fresh for each field of each event.
    pub salt: [u8; 32],
    /// The value itself.
    pub value: String,
}

/// An event ready to be stored.
#[derive(Clone)]
pub struct Encoded {
    /// The bytes that are hashed.
    pub entry: Vec<u8>,
    /// What is stored beside them.
    pub personal: Vec<PersonalField>,
    /// The event's data without personal values: the source of derived columns.
    pub data: Value,
}

impl Recorded {
    /// The entry and what stays beside it. Draws one salt per personal value.
    pub fn encode(&self, entropy: &dyn Entropy) -> Result<Encoded, EntryError> {
        let mut split = Split { entropy, personal: vec![], commitments: Map::new(), subject: Uuid::nil() };
        let mut actor = json!({ "type": self.actor.kind.as_str() });
        set(&mut actor, "id", self.actor.public_id().map(Value::from));
        split.subject = self.actor.id.unwrap_or_default();
        split.take("actor.name", self.actor.name.as_ref())?;
        split.take("request.ip", self.request.ip.as_ref())?;
        split.take("request.user_agent", self.request.user_agent.as_ref())?;
        let mut data = self.payload.to_data()?;
        split.subject = main_subject(&data)?;
        split.walk("data", true, &mut data)?;
        let data_bytes = canonical_json(&data)?.len();
        if data_bytes > MAX_DATA_BYTES {
            return Err(EntryError::TooLarge { bytes: data_bytes, limit: MAX_DATA_BYTES });
        }
        let mut entry = json!({
            "v": 1,
            "id": self.id,
            "type": self.payload.event_type().wire(),
            "occurred_at": self.occurred_at,
            "recorded_at": self.recorded_at,
            "origin": self.origin.as_str(),
            "actor": actor,
            "data": data,
            "pii": split.commitments,
        });
        set(&mut entry, "request_id", self.request.id.map(|id| Value::from(id.to_string())));
        let bytes = canonical_json(&entry)?;
        if bytes.len() > MAX_ENTRY_BYTES {
            return Err(EntryError::TooLarge { bytes: bytes.len(), limit: MAX_ENTRY_BYTES });
        }
        Ok(Encoded { entry: bytes, personal: split.personal, data })
    }

    /// Reads an entry and the personal values that are still beside it; checks each against its commitment.
    pub fn decode(entry: &[u8], personal: &[PersonalField]) -> Result<Self, EntryError> {
        let raw: RawEntry = serde_json::from_slice(entry).map_err(|e| EntryError::Data(e.to_string()))?;
        if raw.v != 1 {
            return Err(EntryError::Data(format!("version {}", raw.v)));
        }
        let mut data = raw.data;
        let (mut name, mut ip, mut user_agent) = (None, None, None);
        for (path, expected) in &raw.pii {
            let value = disclosed(path, expected, personal)?;
            match path.as_str() {
                "actor.name" => name = Some(value),
                "request.ip" => ip = Some(value),
                "request.user_agent" => user_agent = Some(value),
                _ => restore(&mut data, path, value)?,
            }
        }
        if let Some(stray) = personal.iter().find(|field| !raw.pii.contains_key(&field.path)) {
            return Err(EntryError::Mismatch { path: stray.path.clone() });
        }
        let kind: EventType = raw.r#type.parse().map_err(EntryError::Data)?;
        let actor_kind: ActorType =
            raw.actor.r#type.parse().map_err(|()| EntryError::Data("actor type".to_owned()))?;
        Ok(Self {
            id: raw.id,
            occurred_at: raw.occurred_at,
            recorded_at: raw.recorded_at,
            origin: raw.origin.parse().map_err(EntryError::Data)?,
            actor: Actor { kind: actor_kind, id: raw.actor.id.as_deref().and_then(parse_actor_id), name },
            request: RequestInfo { id: raw.request_id, ip, user_agent },
            payload: Payload::from_data(kind, data)?,
        })
    }
}

#[derive(Deserialize)]
struct RawEntry {
    v: u32,
    id: EventId,
    r#type: String,
    occurred_at: Timestamp,
    recorded_at: Timestamp,
    origin: String,
    actor: RawActor,
    request_id: Option<RequestId>,
    data: Value,
    pii: std::collections::BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct RawActor {
    r#type: String,
    id: Option<String>,
}

fn set(object: &mut Value, name: &str, value: Option<Value>) {
    if let (Some(fields), Some(value)) = (object.as_object_mut(), value) {
        fields.insert(name.to_owned(), value);
    }
}

/// The party that the data's personal values are about: the device or tenant or token the event names.
fn main_subject(data: &Value) -> Result<Uuid, EntryError> {
    let subjects = Subjects::of(data)?;
    Ok((subjects.user.map(|user| user.id.uuid()))
        .or(subjects.device.map(|device| device.id.uuid()))
        .or(subjects.api_token.map(|token| token.id.uuid()))
        .or(subjects.tenant.map(|tenant| tenant.id.uuid()))
        .unwrap_or_default())
}

/// Moves personal values out of an event, leaving commitments.
struct Split<'a> {
    entropy: &'a dyn Entropy,
    personal: Vec<PersonalField>,
    commitments: Map<String, Value>,
    subject: Uuid,
}

impl Split<'_> {
    fn take(&mut self, path: &str, value: Option<&Personal>) -> Result<(), EntryError> {
        match value {
            Some(Personal::Known(value)) => {
                self.commit(path, value);
                Ok(())
            }
            Some(Personal::Erased) => Err(EntryError::Personal { path: path.to_owned() }),
            None => Ok(()),
        }
    }

    fn commit(&mut self, path: &str, value: &str) {
        let salt = random_bytes(self.entropy);
        let commitment = BASE64_STANDARD.encode(commitment(&salt, path, value));
        self.commitments.insert(path.to_owned(), commitment.into());
        let (path, value) = (path.to_owned(), value.to_owned());
        self.personal.push(PersonalField { path, subject: self.subject, salt, value });
    }

    /// Removes every personal value below `value`. An erased one (a before-value read from a row) leaves null. `leads_back` is whether the
    /// names of the path can be told apart again: none of them has a dot in it.
    fn walk(&mut self, path: &str, leads_back: bool, value: &mut Value) -> Result<(), EntryError> {
        let fields = match value {
            Value::Object(fields) => fields,
            Value::Array(items) => {
                let marked = items.iter().any(|item| item.get(KNOWN).is_some());
                let path = path.to_owned();
                return if marked { Err(EntryError::Personal { path }) } else { Ok(()) };
            }
            _ => return Ok(()),
        };
        let mut found = vec![];
        for (name, value) in fields.iter_mut() {
            let path = format!("{path}.{name}");
            let leads_back = leads_back && !name.contains('.');
            match (value.get(KNOWN), value.get(ERASED)) {
                (Some(Value::String(known)), _) if leads_back => {
                    self.commit(&path, known);
                    found.push(name.clone());
                }
                (Some(_), _) => return Err(EntryError::Personal { path }),
                (None, Some(_)) => *value = Value::Null,
                (None, None) => self.walk(&path, leads_back, value)?,
            }
        }
        fields.retain(|name, _| !found.contains(name));
        Ok(())
    }
}

/// The value beside the entry for a commitment, or its absence as erased.
fn disclosed(path: &str, expected: &str, personal: &[PersonalField]) -> Result<Personal, EntryError> {
    let Some(field) = personal.iter().find(|field| field.path == path) else {
        return Ok(Personal::Erased);
    };
    if BASE64_STANDARD.encode(commitment(&field.salt, path, &field.value)) == expected {
        Ok(Personal::Known(field.value.clone()))
    } else {
        Err(EntryError::Mismatch { path: path.to_owned() })
    }
}

/// Puts a personal value back where it was taken from.
fn restore(data: &mut Value, path: &str, value: Personal) -> Result<(), EntryError> {
    let wrong = || EntryError::Data(format!("no place for {path}"));
    let mut names = path.strip_prefix("data.").ok_or_else(wrong)?.split('.');
    let last = names.next_back().ok_or_else(wrong)?;
    let mut at = data;
    for name in names {
        at = at.get_mut(name).ok_or_else(wrong)?;
    }
    let value = serde_json::to_value(value).map_err(|error| EntryError::Data(error.to_string()))?;
    at.as_object_mut().ok_or_else(wrong)?.insert(last.to_owned(), value);
    Ok(())
}
