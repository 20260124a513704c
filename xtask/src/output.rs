//! The one place that writes to the terminal. A closed pipe is no reason to fail: whoever closed it has read enough.

use std::io::Write as _;

/// One line of result.
pub(crate) fn line(text: &str) {
    let _closed = writeln!(std::io::stdout().lock(), "{text}");
}

/// One line that says what goes wrong.
pub(crate) fn error(text: &str) {
    let _closed = writeln!(std::io::stderr().lock(), "error: {text}");
}

/// One line that says what is being done, beside the result.
pub(crate) fn note(text: &str) {
    let _closed = writeln!(std::io::stderr().lock(), "xtask: {text}");
}
