//! Providers of language models: how they are named among the settings, and what may be said of one. Must not know what a key is.

use serde::{Deserialize, Serialize};

use crate::{
    Timestamp,
    change::{Edit, text_enum},
    config::{Configuration, Settings},
    invalid::{Checker, Reason},
    text,
};

/// How many providers a platform may have: all of them changed at once must fit into one event.
pub(super) const MOST: usize = 12;

/// What speaks at the other end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProviderKind {
    /// `OpenAI`.
    #[serde(rename = "openai")]
    OpenAi,
    /// Anthropic.
    Anthropic,
    /// `OpenAI`'s models at Microsoft; has an address of its own.
    #[serde(rename = "azure_openai")]
    AzureOpenAi,
    /// Google.
    Google,
    /// Mistral.
    Mistral,
    /// Models on a machine of one's own; has an address of its own.
    Ollama,
    /// Anything that speaks as `OpenAI` does; has an address of its own.
    #[serde(rename = "openai_compatible")]
    OpenAiCompatible,
}

text_enum!(ProviderKind {
    OpenAi = "openai",
    Anthropic = "anthropic",
    AzureOpenAi = "azure_openai",
    Google = "google",
    Mistral = "mistral",
    Ollama = "ollama",
    OpenAiCompatible = "openai_compatible",
});

impl ProviderKind {
    /// Whether it is nowhere in particular, so that its address must be said.
    const fn needs_address(self) -> bool {
        matches!(self, Self::AzureOpenAi | Self::Ollama | Self::OpenAiCompatible)
    }
}

/// A provider as it is now, without its key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LlmProvider {
    /// What settings call it.
    pub name: String,
    /// What it is.
    pub kind: String,
    /// Where it is, if that has to be said.
    pub base_url: Option<String>,
    /// When its key was last changed; none if it has none.
    pub key_set_at: Option<Timestamp>,
}

/// What is asked for when a provider is configured; unchecked.
#[derive(Clone)]
pub struct LlmProviderDraft {
    /// Required.
    pub name: String,
    /// Required.
    pub kind: String,
    /// Where it is.
    pub base_url: Option<String>,
    /// The present one stays if nothing is said of it.
    pub key: Edit<String>,
}

const FIELDS: [&str; 3] = ["kind", "base_url", "key"];

/// The setting that holds a provider's kind.
pub(super) fn kind_name(provider: &str) -> String {
    format!("providers.{provider}.kind")
}

/// The setting that holds a provider's address.
pub(super) fn base_url_name(provider: &str) -> String {
    format!("providers.{provider}.base_url")
}

/// The setting that says that a provider has a key.
pub fn key_name(provider: &str) -> String {
    format!("providers.{provider}.key")
}

/// Whether a setting of this name stands for a key.
pub fn is_key(setting: &str) -> bool {
    setting_of(setting).is_some_and(|(_, field)| field == "key")
}

/// The provider that a setting is about, and what it says of it.
pub(super) fn setting_of(name: &str) -> Option<(&str, &str)> {
    let (provider, field) = name.strip_prefix("providers.")?.rsplit_once('.')?;
    FIELDS.contains(&field).then_some((provider, field))
}

/// The names of all providers among these settings.
pub(super) fn names(settings: &Settings) -> impl Iterator<Item = &str> {
    settings
        .keys()
        .filter_map(|name| setting_of(name))
        .filter(|(_, field)| *field == "kind")
        .map(|(name, _)| name)
}

pub(super) fn read(configuration: &Configuration) -> Vec<LlmProvider> {
    let text = |name: &str| configuration.settings.get(name)?.text().map(str::to_owned);
    let read = |name: &str| LlmProvider {
        name: name.to_owned(),
        kind: text(&kind_name(name)).unwrap_or_default(),
        base_url: text(&base_url_name(name)),
        key_set_at: configuration.set_at.get(&key_name(name)).copied(),
    };
    names(&configuration.settings).map(read).collect()
}

/// A provider's name: as a slug, at most 32 characters.
pub(super) fn name(text: &str) -> Result<String, Reason> {
    text::slug(text).ok().filter(|name| name.len() <= 32).ok_or_else(|| {
        let detail = "must be 2 to 32 characters of a-z, 0-9 and single inner hyphens";
        Reason::new("INVALID_PROVIDER_NAME", detail)
    })
}

fn kind(text: &str) -> Result<ProviderKind, Reason> {
    text.parse().map_err(|expected: String| Reason::new("INVALID_KIND", expected))
}

/// An address to which paths are added: without user, query and fragment.
fn base_url(text: &str) -> Result<String, Reason> {
    let wrong = || {
        let detail =
            "must be an http or https address of at most 200 characters, without user, query and fragment";
        Reason::new("INVALID_URL", detail)
    };
    let text = text::web_url(text).map_err(|_| wrong())?;
    if text.len() > 200 || text.contains(['?', '#', '@']) { Err(wrong()) } else { Ok(text) }
}

/// Sets what a checked draft says of a provider, but its key; answers with its name.
pub(super) fn check(
    check: &mut Checker,
    at: usize,
    draft: &LlmProviderDraft,
    into: &mut Settings,
) -> Option<String> {
    let place = |field: &str| format!("/providers/{at}/{field}");
    let name = check.take(&place("name"), name(&draft.name));
    let kind = check.take(&place("kind"), kind(&draft.kind));
    let base_url = check.take_opt(&place("base_url"), draft.base_url.as_deref().map(base_url));
    if let Some(kind) = kind.filter(|kind| kind.needs_address()) {
        let detail = format!("must be given: {kind} has no address of its own");
        check.require(&place("base_url"), draft.base_url.is_some(), "REQUIRED", &detail);
    }
    let name = name?;
    if let Some(kind) = kind {
        into.insert(kind_name(&name), kind.as_str().into());
    }
    if let Some(base_url) = base_url {
        into.insert(base_url_name(&name), base_url.as_str().into());
    }
    Some(name)
}
