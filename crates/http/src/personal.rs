//! Personal values in answers.

use daybook_model::Personal;

use crate::locale::Locale;

/// A personal value as answers show it: null once erased.
pub(crate) fn plain(value: Option<Personal>) -> Option<String> {
    value.and_then(|value| value.known().cloned())
}

/// Whether there was a personal value and it was erased: what answers show in the place of a name.
pub(crate) fn is_erased(value: Option<&Personal>) -> bool {
    value == Some(&Personal::Erased)
}

/// A personal value as pages show it: once erased, the word for that.
pub(crate) fn shown(value: Option<&Personal>, locale: Locale) -> Option<String> {
    if is_erased(value) { Some(locale.text("erased").into_owned()) } else { plain(value.cloned()) }
}
