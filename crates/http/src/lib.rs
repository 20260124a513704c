#![doc = include_str!("../README.md")]

mod account_api;
mod admin_api;
mod assets;
mod body;
mod caller;
mod chart;
mod cookie;
mod cross_site;
mod device_api;
mod docs;
mod etag;
mod form_token;
mod health;
mod icon;
mod idempotency;
mod licensing_api;
mod limits;
mod linger;
mod locale;
mod log_api;
mod look;
mod network;
mod numbers_api;
mod page;
mod pages;
mod people_api;
mod personal;
mod problem;
mod provider_cookie;
mod qr;
mod request;
mod router;
mod server;
mod session_cookie;
mod tenant_api;
mod usage_view;

use std::{ops::Deref, sync::Arc, time::Duration};

use daybook_portal::Portal;
use tokio::sync::watch;

pub use network::{Network, NetworkError};
pub use pages::{PageAccess, pages};
pub use router::{openapi, router};
pub use server::serve;

/// Limits of the HTTP interface, and where it stands.
#[derive(Debug, Clone)]
pub struct HttpConfig {
    /// How long a request may take.
    pub request_timeout: Duration,
    /// How long a connection may take to send its request's head.
    pub head_timeout: Duration,
    /// How long shutdown waits for requests under way.
    pub shutdown_grace: Duration,
    /// How many connections are served at once; more wait.
    pub max_connections: usize,
    /// Who is believed when it says where a request came from. Nobody else can say so.
    pub trusted_proxies: Vec<Network>,
}

impl Default for HttpConfig {
    fn default() -> Self {
        Self {
            request_timeout: Duration::from_secs(30),
            head_timeout: Duration::from_secs(10),
            shutdown_grace: Duration::from_secs(10),
            max_connections: 4_096,
            trusted_proxies: vec![],
        }
    }
}

/// What every handler can reach; each layer of each request has a copy.
#[derive(Clone)]
pub(crate) struct App(Arc<AppParts>);

pub(crate) struct AppParts {
    pub(crate) portal: Portal,
    /// Becomes true when the server stops: streams end then.
    pub(crate) stopping: watch::Receiver<bool>,
    pub(crate) documents: Arc<docs::Documents>,
    pub(crate) config: HttpConfig,
}

impl App {
    pub(crate) fn new(parts: AppParts) -> Self {
        Self(Arc::new(parts))
    }
}

impl Deref for App {
    type Target = AppParts;

    fn deref(&self) -> &AppParts {
        &self.0
    }
}
