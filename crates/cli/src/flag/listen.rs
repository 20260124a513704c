//! `--listen`: where HTTP is served.

use std::net::{Ipv4Addr, SocketAddr};

/// Where HTTP is served unless something else is said: this machine only.
pub(crate) const DEFAULT_LISTEN: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 8400);

/// `--listen ADDRESS:PORT`.
#[derive(Debug, clap::Args)]
pub(crate) struct ListenFlag {
    /// Address and port to serve HTTP on; port 0 takes a free one [default: 127.0.0.1:8400]
    #[arg(long, value_name = "ADDRESS:PORT", env = "DAYBOOK_LISTEN")]
    pub(crate) listen: Option<SocketAddr>,
}
