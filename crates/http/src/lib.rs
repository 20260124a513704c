//! The HTTP interface of Daybook (placeholder while it is written).

use std::{future::Future, time::Duration};

use daybook_portal::Portal;

/// Limits of the HTTP interface.
#[derive(Debug, Clone)]
pub struct HttpConfig {
    /// How long a request may take.
    pub request_timeout: Duration,
    /// How long shutdown waits for requests under way.
    pub shutdown_grace: Duration,
}

impl Default for HttpConfig {
    fn default() -> Self {
        Self { request_timeout: Duration::from_secs(30), shutdown_grace: Duration::from_secs(10) }
    }
}

/// Serves the portal until `shutdown` is ready; requests under way finish, streams close.
pub async fn serve(
    _listener: tokio::net::TcpListener,
    _portal: Portal,
    _config: HttpConfig,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    shutdown.await;
    Ok(())
}
