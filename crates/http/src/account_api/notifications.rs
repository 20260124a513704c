//! What a person is told of by mail, by their own choice.

pub(super) mod choose;
pub(super) mod read;

use daybook_model::notification::NotificationChoice;
use serde::Serialize;
use utoipa::ToSchema;

/// What one is told of by mail, and what not.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChoicesView {
    /// Everything that one's role can choose.
    choices: Vec<ChoiceView>,
}

/// One thing to be told of, or not.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChoiceView {
    /// Names it.
    #[schema(example = "codes_generated")]
    kind: &'static str,
    /// The same in words.
    #[schema(example = "Activation codes were generated")]
    what: &'static str,
    /// Whether one is told.
    enabled: bool,
}

impl From<Vec<NotificationChoice>> for ChoicesView {
    fn from(choices: Vec<NotificationChoice>) -> Self {
        let view = |choice: NotificationChoice| ChoiceView {
            kind: choice.kind.as_str(),
            what: choice.kind.rule().map_or("", |rule| rule.what),
            enabled: choice.enabled,
        };
        Self { choices: choices.into_iter().map(view).collect() }
    }
}
