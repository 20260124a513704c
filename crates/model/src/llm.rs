//! How language models are asked: the settings, what may be set for the platform and for a project, and what holds for a project in the
//! end. Pure decisions only; the providers' keys lie sealed beside the state and must never be in an event.

mod draft;
mod provider;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

pub use draft::{CheckedLlm, LlmDraft, LlmUpdate};
pub use provider::{LlmProvider, LlmProviderDraft, ProviderKind, is_key, key_name};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Number, Value};

use crate::{
    Personal,
    change::text_enum,
    config::{ConfigScope, Configuration, SettingValue, Settings},
    invalid::Reason,
    text,
};

/// What a setting takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// The name of one of the platform's providers.
    Provider,
    /// A model, as its provider calls it.
    Model,
    /// Several of them, at most so many.
    Models(usize),
    /// A number from 0 to so many thousandths, kept to the thousandth.
    Thousandths(i64),
    /// A whole number between these.
    Whole(i64, i64),
    /// An ISO 4217 code.
    Currency,
    /// Text in somebody's words, of at most so many characters: personal.
    Words(usize),
}

/// What holds where nothing is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Otherwise {
    /// Nothing: no provider, no limit, no words.
    Nothing,
    /// This number.
    Number(i64),
    /// This text.
    Text(&'static str),
}

/// What is said of a setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spec {
    /// What it means.
    pub what: &'static str,
    /// What it takes.
    pub form: Form,
    /// Where it can be set: [`ConfigScope::Project`] means for the platform too.
    pub scope: ConfigScope,
    /// What holds where nothing is set.
    pub otherwise: Otherwise,
}

/// The longest a text in somebody's words may be.
const WORDS: usize = 8_000;
/// The largest amount, in the currency's smallest unit.
const MOST: i64 = 1_000_000_000_000;

macro_rules! settings {
    ($($name:ident = $wire:literal, $form:expr, $scope:ident, $otherwise:expr, $what:literal;)*) => {
        /// A setting. The name that it has outside Rust is kept for ever, because events name it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        pub enum Setting { $(#[doc = $what] #[serde(rename = $wire)] $name,)* }

        text_enum!(Setting { $($name = $wire),* });

        impl Setting {
            /// All that is said of it.
            pub const fn spec(self) -> &'static Spec {
                match self { $(Self::$name => &Spec {
                    what: $what, form: $form, scope: ConfigScope::$scope, otherwise: $otherwise,
                },)* }
            }
        }
    };
}

settings! {
    Provider = "provider", Form::Provider, Project, Otherwise::Nothing, "Which provider is asked";
    Model = "model", Form::Model, Project, Otherwise::Nothing, "Which of its models";
    FallbackModels = "fallback_models", Form::Models(5), Project, Otherwise::Nothing,
        "Which models are tried in turn where it fails";
    Temperature = "temperature", Form::Thousandths(2_000), Project, Otherwise::Text("1"), "How freely it chooses its words";
    MaxTokens = "max_tokens", Form::Whole(1, 1_000_000), Project, Otherwise::Number(1_024), "How long an answer may be";
    MaxRetries = "max_retries", Form::Whole(0, 10), Project, Otherwise::Number(2), "How often a failed request is repeated";
    TimeoutSeconds = "timeout_seconds", Form::Whole(1, 600), Project, Otherwise::Number(60), "How long an answer may take";
    Currency = "currency", Form::Currency, Platform, Otherwise::Text("EUR"), "In what budgets are counted";
    MonthlyBudget = "monthly_budget", Form::Whole(0, MOST), Project, Otherwise::Nothing,
        "What may be spent in a month, in the currency's smallest unit";
    DailyBudget = "daily_budget", Form::Whole(0, MOST), Project, Otherwise::Nothing,
        "What may be spent in a day, in the currency's smallest unit";
    SystemPrompt = "system_prompt", Form::Words(WORDS), Project, Otherwise::Nothing, "What the model is told that it is";
    Instructions = "instructions", Form::Words(WORDS), Project, Otherwise::Nothing, "What the model is asked to observe";
}

impl Form {
    /// The value to keep of one that was sent, in one spelling; nothing for a text that is empty.
    fn accept(self, value: &Value) -> Result<Option<SettingValue>, Reason> {
        let plain = |value: Value| Ok(Some(SettingValue::Plain(value)));
        match self {
            Self::Provider => plain(provider::name(as_text(value)?)?.into()),
            Self::Model | Self::Models(_) => plain(model(as_text(value)?)?.into()),
            Self::Thousandths(most) => plain(thousandths(value, most)?.into()),
            Self::Whole(least, most) => {
                let number = value.as_i64().ok_or_else(|| wrong_type("a whole number"))?;
                plain(text::within(number, least, most)?.into())
            }
            Self::Currency => plain(currency(as_text(value)?)?.into()),
            Self::Words(most) => {
                let words = text::lines(as_text(value)?, most)?;
                Ok((!words.is_empty()).then(|| SettingValue::Personal(Personal::from(words))))
            }
        }
    }
}

fn wrong_type(expected: &str) -> Reason {
    Reason::new("INVALID_TYPE", format!("must be {expected}"))
}

fn as_text(value: &Value) -> Result<&str, Reason> {
    value.as_str().ok_or_else(|| wrong_type("a text"))
}

/// What providers call their models: letters, digits and signs, such as `openai/gpt-4.1`.
fn model(text: &str) -> Result<String, Reason> {
    let text = text.trim();
    if (1..=100).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic()) {
        Ok(text.to_owned())
    } else {
        Err(Reason::new("INVALID_MODEL", "must be 1 to 100 visible ASCII characters without blanks"))
    }
}

fn currency(text: &str) -> Result<String, Reason> {
    let text = text.trim().to_ascii_uppercase();
    if text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase()) {
        Ok(text)
    } else {
        Err(Reason::new("INVALID_CURRENCY", "must be an ISO 4217 code such as EUR"))
    }
}

/// The number as a decimal without a needless zero, such as `0.7`: exact, and the same in every event.
fn thousandths(value: &Value, most: i64) -> Result<String, Reason> {
    let Value::Number(number) = value else { return Err(wrong_type("a number")) };
    let wrong = || {
        let (whole, rest) = (most / 1_000, most % 1_000);
        let most = if rest == 0 { whole.to_string() } else { format!("{whole}.{rest:03}") };
        Reason::new("OUT_OF_RANGE", format!("must be from 0 to {most}, with at most three decimals"))
    };
    // Written out, it is the decimal that was sent: no arithmetic rounds it.
    let text = number.to_string();
    let (whole, decimals) = text.split_once('.').unwrap_or((&text, ""));
    let decimals = decimals.trim_end_matches('0');
    if decimals.len() > 3 || !whole.bytes().chain(decimals.bytes()).all(|b| b.is_ascii_digit()) {
        return Err(wrong());
    }
    // More digits than this holds are more than `most`.
    let count: i64 = format!("{whole}{decimals:0<3}").parse().map_err(|_| wrong())?;
    if count > most {
        return Err(wrong());
    }
    Ok(if decimals.is_empty() { whole.to_owned() } else { format!("{whole}.{decimals}") })
}

impl Setting {
    /// A value of this setting as answers show it: decimals as numbers.
    pub fn shown(self, value: &SettingValue) -> Value {
        let shown = value.shown();
        match (self.spec().form, shown.as_str().map(str::parse::<Number>)) {
            (Form::Thousandths(_), Some(Ok(number))) => Value::Number(number),
            _ => shown,
        }
    }
}

/// Where a value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The project's own configuration.
    Project,
    /// The platform's.
    Platform,
    /// Nothing is set: it is built in.
    Default,
}

text_enum!(Source { Project = "project", Platform = "platform", Default = "default" });

/// What holds for a setting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Effective {
    /// The value; none where nothing holds.
    pub value: Option<SettingValue>,
    /// Where it comes from.
    pub source: Source,
}

/// What is set here, without the providers.
pub fn settings(configuration: &Configuration) -> BTreeMap<Setting, SettingValue> {
    let of = |setting: Setting| Some((setting, configuration.settings.get(setting.as_str())?.clone()));
    Setting::ALL.iter().copied().filter_map(of).collect()
}

/// What holds for every setting: of a project, if one is given, else of the platform.
pub fn effective(platform: &Settings, project: Option<&Settings>) -> BTreeMap<Setting, Effective> {
    let of = |setting: Setting| {
        let name = setting.as_str();
        let own = project.and_then(|own| own.get(name)).map(|value| (value.clone(), Source::Project));
        let found = own.or_else(|| platform.get(name).map(|value| (value.clone(), Source::Platform)));
        let effective = match found {
            Some((value, source)) => Effective { value: Some(value), source },
            None => Effective { value: built_in(setting), source: Source::Default },
        };
        (setting, effective)
    };
    Setting::ALL.iter().copied().map(of).collect()
}

fn built_in(setting: Setting) -> Option<SettingValue> {
    match setting.spec().otherwise {
        Otherwise::Nothing => None,
        Otherwise::Number(number) => Some(SettingValue::Plain(number.into())),
        Otherwise::Text(text) => Some(text.into()),
    }
}

/// The providers that are configured.
pub fn providers(configuration: &Configuration) -> Vec<LlmProvider> {
    provider::read(configuration)
}
