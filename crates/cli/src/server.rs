//! Serving a portal: the background work, HTTP, and their orderly end. Must not know where the portal comes from.

use std::net::SocketAddr;

use anyhow::{Context, Result};
use daybook_http::HttpConfig;
use daybook_portal::{Portal, Workers};
use tokio::net::TcpListener;

use crate::{
    flag::{LogFormat, ServeFlags, Verbosity},
    open_files,
    output::talk,
    settings::Settings,
    shutdown,
};

/// A server that holds its address and does not answer yet.
pub(crate) struct Server {
    listener: TcpListener,
    address: SocketAddr,
}

impl Server {
    /// Takes the address.
    pub(crate) async fn bind(address: SocketAddr) -> Result<Self> {
        let listener = TcpListener::bind(address)
            .await
            .with_context(|| format!("listening on {address}; --listen names another address"))?;
        let address = listener.local_addr()?;
        Ok(Self { listener, address })
    }

    /// Where it listens.
    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where it is reached.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Serves the portal until the process is asked to stop: requests under way finish, what is committed is numbered, what was heard is
    /// written, connections are closed.
    pub(crate) async fn run(self, portal: Portal, settings: &Settings, flags: &ServeFlags) -> Result<()> {
        let config = settings.http(flags);
        let max_connections = open_files::connections(config.max_connections);
        let config = HttpConfig { max_connections, ..config };
        let stop = shutdown::requested()?;
        let workers = Workers::start(&portal);
        self.announce(settings);
        let served = daybook_http::serve(self.listener, portal.clone(), config, stop).await;
        tracing::debug!("stopping the background work");
        workers.stop().await;
        portal.store().close().await?;
        served.context("serving HTTP")
    }

    /// Says where it is reached, in the form in which everything else is said.
    fn announce(&self, settings: &Settings) {
        match settings.log_format {
            LogFormat::Json => tracing::info!(address = %self.address, "listening"),
            LogFormat::Text if settings.verbosity > Verbosity::Quiet => {
                talk(format_args!("listening on {}", self.url()));
            }
            LogFormat::Text => {}
        }
    }
}
