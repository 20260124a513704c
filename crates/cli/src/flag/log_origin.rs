//! `--log-origin`: what the log is called in what it signs.

use std::str::FromStr;

use daybook_portal::KeyName;
use serde::Deserialize;

/// The name of the log.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct LogOrigin(pub(crate) KeyName);

impl FromStr for LogOrigin {
    type Err = daybook_portal::NoteError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

impl TryFrom<String> for LogOrigin {
    type Error = daybook_portal::NoteError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}
