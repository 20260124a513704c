//! `--config`: where the configuration file is.

use std::path::PathBuf;

/// `--config PATH`.
#[derive(Debug, clap::Args)]
pub(crate) struct ConfigFlag {
    /// Configuration file (TOML); the keys are the names of the flags [default: daybook.toml, if it exists]
    #[arg(long, global = true, value_name = "PATH", env = "DAYBOOK_CONFIG", help_heading = super::HEADING)]
    pub(crate) config: Option<PathBuf>,
}
