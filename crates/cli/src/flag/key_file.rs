//! `--key-file`: where the keys are that are not in the database.

use std::path::PathBuf;

/// `--key-file PATH`.
#[derive(Debug, clap::Args)]
pub(crate) struct KeyFileFlag {
    /// Keys of activation codes and licences [default: daybook.keys beside the SQLite file, ./daybook.keys for PostgreSQL]
    #[arg(long, global = true, value_name = "PATH", env = "DAYBOOK_KEY_FILE", help_heading = super::HEADING)]
    pub(crate) key_file: Option<PathBuf>,
}
