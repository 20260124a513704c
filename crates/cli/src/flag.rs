//! The flags that several commands share: one flag, one struct, one file. A flag reads its environment variable itself; what it
//! means when neither is given is in [`crate::settings`]. Must not open anything.

mod config;
mod database;
mod key_file;
mod listen;
mod log_format;
mod log_origin;
mod portal;
mod public_url;
mod span;
mod trusted_proxy;
mod verbosity;

pub(crate) use config::ConfigFlag;
pub(crate) use database::{DatabaseFlag, DatabaseUrl, Location};
pub(crate) use key_file::KeyFileFlag;
pub(crate) use listen::{DEFAULT_LISTEN, ListenFlag};
pub(crate) use log_format::{LogFormat, LogFormatFlag};
pub(crate) use log_origin::LogOrigin;
pub(crate) use portal::{PortalFlags, SmtpUrl};
pub(crate) use public_url::PublicUrlFlag;
pub(crate) use span::Span;
pub(crate) use trusted_proxy::TrustedProxyFlag;
pub(crate) use verbosity::{Verbosity, VerbosityFlag};

/// The flags that every command takes.
#[derive(Debug, clap::Args)]
pub(crate) struct GlobalFlags {
    #[command(flatten)]
    pub(crate) config: ConfigFlag,
    #[command(flatten)]
    pub(crate) database: DatabaseFlag,
    #[command(flatten)]
    pub(crate) key_file: KeyFileFlag,
    #[command(flatten)]
    pub(crate) log_format: LogFormatFlag,
    #[command(flatten)]
    pub(crate) verbosity: VerbosityFlag,
}

/// The flags of the commands that serve.
#[derive(Debug, clap::Args)]
pub(crate) struct ServeFlags {
    #[command(flatten)]
    pub(crate) listen: ListenFlag,
    #[command(flatten)]
    pub(crate) public_url: PublicUrlFlag,
    #[command(flatten)]
    pub(crate) trusted_proxy: TrustedProxyFlag,
}

/// Under which heading `--help` lists them.
const HEADING: &str = "Settings";
