//! What is sent to configure language models. The model says what each setting takes.

use std::collections::BTreeMap;

use daybook_model::{
    change::Edit,
    llm::{LlmDraft, LlmProviderDraft, Setting},
};
use serde::Deserialize;
use serde_json::{Number, Value};
use utoipa::ToSchema;

use crate::body::edit;

/// A body with the settings that may be set for a project, and more for the platform.
macro_rules! body {
    ($(#[$meta:meta])* $name:ident { $($more:tt)* }) => {
        #[derive(Deserialize, ToSchema)]
        #[serde(deny_unknown_fields)]
        $(#[$meta])*
        pub(crate) struct $name {
            /// The name of one of the platform's providers.
            provider: Option<String>,
            /// As the provider calls it, 1 to 100 characters.
            model: Option<String>,
            /// Tried in turn where the model fails, at most 5.
            fallback_models: Option<Vec<String>>,
            /// 0 to 2, with at most three decimals.
            #[schema(value_type = Option<f64>, minimum = 0, maximum = 2)]
            temperature: Option<Number>,
            /// How long an answer may be, 1 to 1,000,000.
            max_tokens: Option<i64>,
            /// How often a failed request is repeated, 0 to 10.
            max_retries: Option<i64>,
            /// How long an answer may take, 1 to 600.
            timeout_seconds: Option<i64>,
            /// What may be spent in a month, in the currency's smallest unit; no limit if absent.
            monthly_budget: Option<i64>,
            /// What may be spent in a day, in the currency's smallest unit; no limit if absent.
            daily_budget: Option<i64>,
            /// What the model is told that it is, at most 8,000 characters.
            system_prompt: Option<String>,
            /// What the model is asked to observe, at most 8,000 characters.
            instructions: Option<String>,
            $($more)*
        }

        impl $name {
            fn settings(&mut self) -> BTreeMap<Setting, Value> {
                let texts = [
                    (Setting::Provider, self.provider.take()),
                    (Setting::Model, self.model.take()),
                    (Setting::SystemPrompt, self.system_prompt.take()),
                    (Setting::Instructions, self.instructions.take()),
                ];
                let numbers = [
                    (Setting::MaxTokens, self.max_tokens),
                    (Setting::MaxRetries, self.max_retries),
                    (Setting::TimeoutSeconds, self.timeout_seconds),
                    (Setting::MonthlyBudget, self.monthly_budget),
                    (Setting::DailyBudget, self.daily_budget),
                ];
                let mut settings: BTreeMap<Setting, Value> = BTreeMap::new();
                settings.extend(texts.into_iter().filter_map(|(setting, text)| Some((setting, text?.into()))));
                settings.extend(numbers.into_iter().filter_map(|(setting, number)| Some((setting, number?.into()))));
                settings.extend(self.temperature.take().map(|number| (Setting::Temperature, Value::Number(number))));
                settings.extend(self.fallback_models.take().map(|models| (Setting::FallbackModels, models.into())));
                settings
            }
        }
    };
}

body!(
    /// What is set for a project, as a whole: what is absent or null falls back to the platform's.
    #[schema(example = json!({ "temperature": 0.2, "max_tokens": 500, "instructions": "Answer in one sentence." }))]
    ProjectLlm {}
);

body!(
    /// What is set for the platform, as a whole: what is absent or null is unset.
    #[schema(example = json!({
        "provider": "main", "model": "gpt-4.1-mini", "temperature": 0.7, "monthly_budget": 50_000, "currency": "EUR",
        "providers": [{ "name": "main", "kind": "openai", "key": "…" }]
    }))]
    PlatformLlm {
        /// In what budgets are counted: an ISO 4217 code.
        currency: Option<String>,
        /// All providers, at most 12. One that a setting or a project asks cannot be left out.
        providers: Option<Vec<LlmProviderSettings>>,
    }
);

impl From<ProjectLlm> for LlmDraft {
    fn from(mut body: ProjectLlm) -> Self {
        Self { settings: body.settings(), providers: vec![] }
    }
}

impl From<PlatformLlm> for LlmDraft {
    fn from(mut body: PlatformLlm) -> Self {
        let mut settings = body.settings();
        settings.extend(body.currency.map(|currency| (Setting::Currency, currency.into())));
        let providers = body.providers.unwrap_or_default();
        Self { settings, providers: providers.into_iter().map(LlmProviderDraft::from).collect() }
    }
}

/// A provider of language models.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LlmProviderSettings {
    /// What settings call it: 2 to 32 characters of a-z, 0-9 and single inner hyphens.
    #[schema(example = "main")]
    name: String,
    /// `openai`, `anthropic`, `azure_openai`, `google`, `mistral`, `ollama` or `openai_compatible`.
    #[schema(example = "openai")]
    kind: String,
    /// Where it is; required for `azure_openai`, `ollama` and `openai_compatible`.
    base_url: Option<String>,
    /// Never answered. The present one stays if it is absent, and goes if it is null; another kind or address needs it again.
    #[serde(default, deserialize_with = "edit")]
    #[schema(value_type = Option<String>, write_only)]
    key: Edit<String>,
}

impl From<LlmProviderSettings> for LlmProviderDraft {
    fn from(body: LlmProviderSettings) -> Self {
        let LlmProviderSettings { name, kind, base_url, key } = body;
        Self { name, kind, base_url, key }
    }
}
