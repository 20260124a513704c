//! Configuration of the platform and of projects: what is set, by name, and each change with before and after. Which settings there are
//! is said by the area that has them, such as [`crate::llm`]. Must not know any of them.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    Personal, ProjectId, TenantId, Timestamp,
    change::{Change, text_enum},
    event::Narrated,
    project::ProjectRef,
    tenant::TenantRef,
};

/// All that an event and an answer say of a secret that is set.
pub const SECRET: &str = "changed";

/// Whose configuration it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ConfigScope {
    /// The platform's: what projects fall back to.
    Platform,
    /// A project's own.
    Project,
}

text_enum!(ConfigScope { Platform = "platform", Project = "project" });

/// Where something is configured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ConfigPlace {
    /// For the platform.
    Platform,
    /// For this project of this tenant.
    Project(TenantId, ProjectId),
}

/// The value of a setting. Text that people write in their own words is personal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum SettingValue {
    /// In somebody's words.
    Personal(Personal),
    /// Anything else; never a fraction, which has no canonical form.
    Plain(Value),
}

impl SettingValue {
    /// As answers show it: null once erased.
    pub fn shown(&self) -> Value {
        match self {
            Self::Personal(Personal::Known(text)) => Value::from(text.as_str()),
            Self::Personal(Personal::Erased) => Value::Null,
            Self::Plain(value) => value.clone(),
        }
    }

    /// The text that it is, unless it is personal.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Plain(value) => value.as_str(),
            Self::Personal(_) => None,
        }
    }
}

impl From<&str> for SettingValue {
    fn from(text: &str) -> Self {
        Self::Plain(text.into())
    }
}

/// Values by the names of their settings; what is not set is absent.
pub type Settings = BTreeMap<String, SettingValue>;

/// What changed, by the names of the settings: a secret one appears as `"changed"`. Null means unset.
pub type ConfigChanges = BTreeMap<String, Change<Option<SettingValue>>>;

/// What is configured in one place.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Configuration {
    /// Grows with each change, from 0; the resource's `ETag`.
    pub version: i64,
    /// When it last changed.
    pub updated_at: Option<Timestamp>,
    /// What is set.
    pub settings: Settings,
    /// When each of these last changed.
    pub set_at: BTreeMap<String, Timestamp>,
}

/// Settings were changed, for the platform or for one project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ConfigUpdated {
    /// The project's tenant; absent for the platform.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<TenantRef>,
    /// The project; absent for the platform.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project: Option<ProjectRef>,
    /// Whose configuration it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<ConfigScope>,
    /// The configuration's version after the change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<i64>,
    /// The earlier version that this brings back, if it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reverted_to: Option<i64>,
    /// The settings that changed, by name; a secret one appears as `"changed"`. Null means unset.
    pub changes: ConfigChanges,
}

/// Secrets as they are kept beside the state, sealed, by the names of what they open; none where the present one goes.
#[derive(Clone, Default)]
pub struct SealedSecrets(pub BTreeMap<String, Option<Vec<u8>>>);

/// What changes one into the other.
pub fn changes(before: &Settings, after: &Settings) -> ConfigChanges {
    let names = before.keys().chain(after.keys());
    let change = |name: &String| {
        let (before, after) = (before.get(name), after.get(name));
        (before != after).then(|| (name.clone(), Change { before: before.cloned(), after: after.cloned() }))
    };
    names.filter_map(change).collect()
}

/// Takes a change back: what was set before it.
pub fn take_back(settings: &mut Settings, changes: &ConfigChanges) {
    for (name, change) in changes {
        match &change.before {
            Some(before) => settings.insert(name.clone(), before.clone()),
            None => settings.remove(name),
        };
    }
}

impl Narrated for ConfigUpdated {
    fn sentence(&self) -> String {
        let names: Vec<_> = self.changes.keys().map(String::as_str).collect();
        let of = self
            .project
            .as_ref()
            .map_or_else(|| "the platform".to_owned(), |p| format!("project {}", p.name));
        let as_in = self.reverted_to.map(|version| format!(", as in version {version}")).unwrap_or_default();
        format!("Configuration of {of} was changed{as_in}: {}.", names.join(", "))
    }
}
