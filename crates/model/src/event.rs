//! Events: what happened, by whom, in one vocabulary. The registry lists every type; an event is encoded once into its entry
//! and read back from it for ever. Must not know how events are stored.

mod canonical;
mod disclosure;
mod entry;
mod filter;
mod registry;

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

pub use canonical::canonical_json;
pub use disclosure::Belongs;
pub use entry::{Encoded, EntryError, MAX_DATA_BYTES, MAX_ENTRY_BYTES, PersonalField};
pub use filter::{EventFilter, Sought};
pub use registry::{EventType, Payload};

use crate::{
    Actor, EventId, RequestId, Timestamp,
    api_token::ApiTokenRef,
    change::text_enum,
    code::CodeRef,
    device::DeviceRef,
    guessing::Source,
    personal::{ERASED, KNOWN},
    project::ProjectRef,
    session::SessionRef,
    tenant::TenantRef,
    totals::Deltas,
    user::UserRef,
};

/// How much an event matters to an operator. Fixed per type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Severity {
    /// An important change of the platform.
    Major,
    /// A routine activity.
    Minor,
}

text_enum!(Severity { Major = "MAJOR", Minor = "MINOR" });

/// What an event is mainly about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Entity {
    /// A tenant.
    Tenant,
    /// A project.
    Project,
    /// An activation code.
    Code,
    /// A device.
    Device,
    /// A user.
    User,
    /// A session.
    Session,
    /// An API token.
    ApiToken,
    /// The configuration.
    Config,
    /// Somebody who guesses; nobody knows who.
    Guesser,
    /// A notification by mail.
    Notification,
    /// A plan.
    Plan,
    /// The log itself.
    Log,
}

text_enum!(Entity {
    Tenant = "tenant",
    Project = "project",
    Code = "code",
    Device = "device",
    User = "user",
    Session = "session",
    ApiToken = "api_token",
    Config = "config",
    Guesser = "guesser",
    Notification = "notification",
    Plan = "plan",
    Log = "log",
});

/// The colour family in which pages show an event; always beside a word and a shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tone {
    /// Something came or works again.
    Ok,
    /// Something changed.
    Info,
    /// Something ended by rule.
    Warn,
    /// Something was taken away or refused.
    Bad,
    /// Routine.
    Plain,
}

text_enum!(Tone { Ok = "ok", Info = "info", Warn = "warn", Bad = "bad", Plain = "plain" });

/// Whether what was attempted was done. Fixed per type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It was.
    Done,
    /// It was refused.
    Refused,
}

text_enum!(Outcome { Done = "done", Refused = "refused" });

/// Where an event comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Origin {
    /// Recorded as it happened.
    Live,
    /// Derived from another portal's history.
    Backfill,
}

text_enum!(Origin { Live = "live", Backfill = "backfill" });

/// What the registry says of an event type.
#[derive(Debug, Clone, Copy)]
pub struct Spec {
    /// The name everywhere outside Rust.
    pub wire: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// Whether it was done.
    pub outcome: Outcome,
    /// What it is mainly about.
    pub entity: Entity,
    /// Name of the icon.
    pub icon: &'static str,
    /// Colour family.
    pub tone: Tone,
    /// A few words.
    pub title: &'static str,
    /// What the type means.
    pub description: &'static str,
}

/// What every event can say of itself.
pub trait Narrated {
    /// What happened, in one sentence without personal values: it is stored for ever.
    fn sentence(&self) -> String;

    /// What it adds to the totals; its type's daily count is added without being named here.
    fn deltas(&self) -> Deltas {
        Deltas::none()
    }
}

/// A payload of the registry.
pub trait Event: Narrated + Clone + Serialize + DeserializeOwned + Into<Payload> + Send + Sync {
    /// Its type.
    const TYPE: EventType;
    /// What must be stored beside the state with it, and never in it. [`NoSecret`] for most.
    type Secret: Send + Sync;
}

/// The event brings nothing that must be kept out of it.
#[derive(Debug, Clone, Copy)]
pub struct NoSecret;

/// The request in which something happened.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RequestInfo {
    /// As answered in `X-Request-Id`; absent for background work.
    pub id: Option<RequestId>,
    /// Where it came from.
    pub ip: Option<crate::Personal>,
    /// With what.
    pub user_agent: Option<crate::Personal>,
}

impl RequestInfo {
    /// Where its guesses are counted; none for background work.
    pub fn source(&self) -> Option<Source> {
        let address: std::net::IpAddr = self.ip.as_ref()?.known()?.parse().ok()?;
        Some(address.into())
    }
}

/// An event as it stands in the log.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    /// Unique for ever.
    pub id: EventId,
    /// When it happened.
    pub occurred_at: Timestamp,
    /// When it was recorded; later than `occurred_at` only for backfilled events.
    pub recorded_at: Timestamp,
    /// Live or backfilled.
    pub origin: Origin,
    /// Who did it.
    pub actor: Actor,
    /// In which request.
    pub request: RequestInfo,
    /// What happened.
    pub payload: Payload,
}

/// The entities an event is about, as it names them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub struct Subjects {
    /// Whose it is.
    pub tenant: Option<TenantRef>,
    /// The project.
    pub project: Option<ProjectRef>,
    /// The activation code.
    pub code: Option<CodeRef>,
    /// The device.
    pub device: Option<DeviceRef>,
    /// The user.
    pub user: Option<UserRef>,
    /// The session.
    pub session: Option<SessionRef>,
    /// The API token.
    pub api_token: Option<ApiTokenRef>,
}

/// The names under which events hold the entities they are about; all other fields are their metadata.
const SUBJECTS: [&str; 7] = ["tenant", "project", "code", "device", "user", "session", "api_token"];

impl Subjects {
    /// The entities named in an event's data; the names and shapes are the same in every type.
    pub fn of(data: &Value) -> Result<Self, EntryError> {
        Self::deserialize(data).map_err(|error| EntryError::Data(error.to_string()))
    }
}

impl Recorded {
    /// What the event says besides the entities it is about, as answers show it: personal values plain, null once erased.
    pub fn metadata(&self) -> Result<Value, EntryError> {
        Ok(plain(without_subjects(self.payload.to_data()?)))
    }
}

/// An event's data without the entities it is about.
pub fn without_subjects(mut data: Value) -> Value {
    if let Value::Object(fields) = &mut data {
        fields.retain(|name, _| !SUBJECTS.contains(&name.as_str()));
    }
    data
}

/// The value with its personal parts as answers show them.
fn plain(value: Value) -> Value {
    match value {
        Value::Object(mut fields) => match (fields.remove(KNOWN), fields.contains_key(ERASED)) {
            (Some(known), _) => known,
            (None, true) => Value::Null,
            (None, false) => fields.into_iter().map(|(name, value)| (name, plain(value))).collect(),
        },
        Value::Array(items) => items.into_iter().map(plain).collect(),
        other => other,
    }
}
