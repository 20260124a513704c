//! `--log-format`: how log lines are written.

use serde::Deserialize;

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object per line.
    Json,
}

/// `--log-format text|json`.
#[derive(Debug, clap::Args)]
pub(crate) struct LogFormatFlag {
    /// How log lines on stderr are written [default: text]
    #[arg(long, global = true, value_name = "FORMAT", env = "DAYBOOK_LOG_FORMAT", help_heading = super::HEADING)]
    pub(crate) log_format: Option<LogFormat>,
}
