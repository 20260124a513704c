//! Personal values in answers.

use daybook_model::Personal;

/// A personal value as answers show it: null once erased.
pub(crate) fn plain(value: Option<Personal>) -> Option<String> {
    value.and_then(|value| value.known().cloned())
}
