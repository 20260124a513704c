//! How language models are asked: the platform's configuration. Each project's own is under the project.

pub(crate) mod configure;
pub(crate) mod history;
pub(crate) mod read;
pub(crate) mod revert;
mod settings;

use std::collections::BTreeMap;

use daybook_model::llm::{Effective, LlmProvider, Setting};
use daybook_portal::{ConfigVersion, LlmConfig};
use serde::{Deserialize, Serialize};
use serde_json::Value;
pub(crate) use settings::{PlatformLlm, ProjectLlm};
use utoipa::ToSchema;

use crate::log_api::events::ActorView;

/// How language models are asked.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "version": 3,
    "settings": { "temperature": 0.2 },
    "effective": {
        "temperature": { "value": 0.2, "source": "project" },
        "provider": { "value": "main", "source": "platform" },
        "max_retries": { "value": 2, "source": "default" }
    },
    "providers": [{ "name": "main", "kind": "openai", "base_url": null, "key_set": true, "key_set_at": "2026-03-18T15:20:00.000000Z" }],
    "updated_at": "2026-03-18T15:20:00.000000Z"
}))]
pub(crate) struct LlmConfigView {
    /// Grows with each change, from 0; the `ETag` is `"v…"` of it.
    version: i64,
    /// What is set here; a body of `PUT` out of these changes nothing.
    #[schema(value_type = Object)]
    settings: BTreeMap<Setting, Value>,
    /// What holds, and where it comes from, for every setting.
    #[schema(value_type = Object)]
    effective: BTreeMap<Setting, EffectiveView>,
    /// The platform's providers.
    providers: Vec<LlmProviderView>,
    /// When it last changed; null before the first change.
    updated_at: Option<String>,
}

/// What holds for a setting.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EffectiveView {
    /// The value; null where nothing holds.
    value: Value,
    /// `project`, `platform` or `default`.
    source: String,
}

/// A provider of language models, without its key.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LlmProviderView {
    /// What settings call it.
    #[schema(example = "main")]
    name: String,
    /// What it is.
    #[schema(example = "openai")]
    kind: String,
    /// Where it is, if that has to be said.
    base_url: Option<String>,
    /// Whether it has a key.
    key_set: bool,
    /// When its key was last changed.
    key_set_at: Option<String>,
}

impl From<LlmConfig> for LlmConfigView {
    fn from(config: LlmConfig) -> Self {
        let effective = |(setting, Effective { value, source }): (Setting, Effective)| {
            let value = value.map_or(Value::Null, |value| setting.shown(&value));
            (setting, EffectiveView { value, source: source.to_string() })
        };
        Self {
            version: config.version,
            settings: config
                .settings
                .iter()
                .map(|(setting, value)| (*setting, setting.shown(value)))
                .collect(),
            effective: config.effective.into_iter().map(effective).collect(),
            providers: config.providers.into_iter().map(LlmProviderView::from).collect(),
            updated_at: config.updated_at.map(|at| at.to_string()),
        }
    }
}

impl From<LlmProvider> for LlmProviderView {
    fn from(provider: LlmProvider) -> Self {
        let LlmProvider { name, kind, base_url, key_set_at } = provider;
        let key_set_at = key_set_at.map(|at| at.to_string());
        Self { name, kind, base_url, key_set: key_set_at.is_some(), key_set_at }
    }
}

/// A version of a configuration.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ConfigVersionView {
    /// Its number.
    version: Option<i64>,
    /// The event that made it.
    #[schema(example = "evt_01k9zq7m3be5v8d0nq2t6y4s1a")]
    event: String,
    /// When.
    at: String,
    /// Who made it.
    actor: ActorView,
    /// The earlier version that it brought back, if it did.
    reverted_to: Option<i64>,
    /// What changed, by the name of the setting: `{"before": …, "after": …}`, null where it is not set; a key is `"changed"`.
    #[schema(value_type = Object)]
    changes: BTreeMap<String, ChangeView>,
}

/// A setting that changed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChangeView {
    /// The value before.
    before: Value,
    /// The value after.
    after: Value,
}

impl From<ConfigVersion> for ConfigVersionView {
    fn from(version: ConfigVersion) -> Self {
        let changes = version.changes.into_iter().map(|(name, change)| {
            let setting: Option<Setting> = name.parse().ok();
            let shown = |value: Option<daybook_model::config::SettingValue>| match (setting, value) {
                (_, None) => Value::Null,
                (Some(setting), Some(value)) => setting.shown(&value),
                (None, Some(value)) => value.shown(),
            };
            (name, ChangeView { before: shown(change.before), after: shown(change.after) })
        });
        Self {
            version: version.version,
            event: version.event.to_string(),
            at: version.at.to_string(),
            actor: ActorView::from(&version.actor),
            reverted_to: version.reverted_to,
            changes: changes.collect(),
        }
    }
}

/// Which version to bring back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "version": 2 }))]
pub(crate) struct Earlier {
    /// An earlier version; 0 is before the first change.
    pub(crate) version: i64,
}
