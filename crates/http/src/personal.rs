//! Personal values in answers.

use daybook_model::Personal;

/// A personal value as answers show it: null once erased.
pub(crate) fn plain(value: Option<Personal>) -> Option<String> {
    value.and_then(|value| value.known().cloned())
}

/// Whether there was a personal value and it was erased: what answers show in the place of a name.
pub(crate) fn is_erased(value: Option<&Personal>) -> bool {
    value == Some(&Personal::Erased)
}
