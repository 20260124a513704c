//! How the operator has language models asked, turn by turn. Data alone; the key is nobody's.

use daybook_model::{
    change::Edit,
    llm::{LlmDraft, LlmProviderDraft, Setting},
};
use serde_json::{Value, json};

/// What is configured at a turn of the story.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::story) enum Llm {
    /// For the platform, as it begins.
    First,
    /// For the platform, once the first bills have come.
    Thrifty,
    /// For a project that must not invent anything.
    Exact,
    /// For a project that answers a great deal.
    Busy,
}

impl Llm {
    /// All that is set from now on.
    pub(in crate::story) fn draft(self) -> LlmDraft {
        let key = Edit::Set("sk-demo-not-a-real-key-0f3d".to_owned());
        let provider = |key| LlmProviderDraft {
            name: "main".to_owned(),
            kind: "openai_compatible".to_owned(),
            base_url: Some("https://models.operator.example/v1".to_owned()),
            key,
        };
        let (settings, providers): (Vec<(Setting, Value)>, _) = match self {
            Self::First => (
                vec![
                    (Setting::Provider, json!("main")),
                    (Setting::Model, json!("large-2")),
                    (Setting::Temperature, json!(0.7)),
                    (Setting::MonthlyBudget, json!(80_000)),
                    (
                        Setting::SystemPrompt,
                        json!("You help the people who look after devices in the field."),
                    ),
                ],
                vec![provider(key)],
            ),
            Self::Thrifty => (
                vec![
                    (Setting::Provider, json!("main")),
                    (Setting::Model, json!("medium-2")),
                    (Setting::FallbackModels, json!(["small-2"])),
                    (Setting::Temperature, json!(0.4)),
                    (Setting::MaxTokens, json!(600)),
                    (Setting::MonthlyBudget, json!(50_000)),
                    (Setting::DailyBudget, json!(3_000)),
                    (
                        Setting::SystemPrompt,
                        json!("You help the people who look after devices in the field. Be brief."),
                    ),
                ],
                vec![provider(Edit::Keep)],
            ),
            Self::Exact => (
                vec![
                    (Setting::Temperature, json!(0)),
                    (Setting::Instructions, json!("Quote the manual. Say so where it says nothing.")),
                ],
                vec![],
            ),
            Self::Busy => (
                vec![
                    (Setting::Model, json!("small-2")),
                    (Setting::TimeoutSeconds, json!(15)),
                    (Setting::DailyBudget, json!(1_500)),
                ],
                vec![],
            ),
        };
        LlmDraft { settings: settings.into_iter().collect(), providers }
    }
}
