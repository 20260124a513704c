//! One running portal: its background work and its HTTP server, as one process of an installation has them.

use std::{sync::Arc, time::Duration};

use daybook_http::HttpConfig;
use daybook_model::{Clock, Entropy};
use daybook_portal::{KeyRing, PasswordConfig, Portal, PortalConfig, PublicUrl, Workers};
use daybook_store::{DbConfig, Store, StoreConfig};
use tokio::{net::TcpListener, sync::watch, task::JoinSet};

use crate::{Anonymous, Client};

/// A running portal with its address.
pub struct Node {
    url: String,
    portal: Portal,
    workers: Option<Workers>,
    stopped: bool,
    stop: watch::Sender<bool>,
    server: JoinSet<std::io::Result<()>>,
}

/// What a node is made of, besides the database.
pub(crate) struct Parts {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) keys: KeyRing,
    pub(crate) config: PortalConfig,
    /// Whether the background work runs by itself; else the test does what there is to do, in its own order.
    pub(crate) works: bool,
    /// The limits of its HTTP interface.
    pub(crate) http: HttpConfig,
    /// The name of this machine under which it is reached, and the port; any free one if it is 0.
    pub(crate) place: (&'static str, u16),
}

/// Where nodes are reached unless a test says otherwise: passkeys, for one, need a name.
pub(crate) const ANYWHERE: (&str, u16) = ("127.0.0.1", 0);

impl Parts {
    /// Settings under which a sign-in costs nothing.
    pub(crate) fn cheap() -> PortalConfig {
        PortalConfig { password: PasswordConfig::cheap_for_tests(), ..PortalConfig::default() }
    }

    /// Limits under which a slow machine is no slow client.
    pub(crate) fn patient() -> HttpConfig {
        HttpConfig { shutdown_grace: Duration::from_secs(20), ..HttpConfig::default() }
    }
}

impl Node {
    /// Migrates the database, begins the background work and serves.
    pub(crate) async fn start(db: DbConfig, parts: Parts) -> Self {
        let Parts { clock, entropy, keys, mut config, works, http, place: (host, port) } = parts;
        let store = Store::open(StoreConfig { db, clock, entropy }).await.unwrap();
        let listener = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
        let url = format!("http://{host}:{}", listener.local_addr().unwrap().port());
        if config.public_url == PublicUrl::default() {
            config.public_url = url.parse().unwrap();
        }
        let portal = Portal::new(store, keys, config);
        let workers = works.then(|| Workers::start(&portal));
        let stop = watch::Sender::new(false);
        let mut stopped = stop.subscribe();
        let asked_to_stop = async move {
            // A sender that is gone asks for the same.
            let _ = stopped.wait_for(|stop| *stop).await;
        };
        let mut server = JoinSet::new();
        server.spawn(daybook_http::serve(listener, portal.clone(), http, asked_to_stop));
        Self { url, portal, workers, stopped: false, stop, server }
    }

    /// Where it is reached.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The portal behind it, for what no request can ask.
    pub fn portal(&self) -> &Portal {
        &self.portal
    }

    /// A client with this token.
    pub fn client(&self, token: &str) -> Client {
        Client::new(&self.url, Some(token))
    }

    /// A client without a token.
    pub fn anonymous(&self) -> Anonymous {
        Anonymous(Client::new(&self.url, None))
    }

    /// Waits until every event that is committed has its number, and answers with the size of the log.
    pub async fn settle(&self) -> u64 {
        if self.workers.is_none() {
            return self.portal.store().drain().await.unwrap();
        }
        crate::wait_for("every event has its number", || async {
            let status = self.portal.log_status().await.unwrap();
            (status.pending == 0).then_some(status.size)
        })
        .await
    }

    /// Asks it to stop, without waiting for it.
    pub fn begin_to_stop(&self) {
        self.stop.send_replace(true);
    }

    /// Stops it as the program does: requests under way finish, streams end, what is committed is numbered.
    pub async fn stop(mut self) {
        self.stop_serving().await;
        self.portal.store().close().await.unwrap();
    }

    pub(crate) async fn stop_serving(&mut self) {
        self.begin_to_stop();
        while let Some(served) = self.server.join_next().await {
            served.unwrap().unwrap();
        }
        if let Some(workers) = self.workers.take() {
            workers.stop().await;
        }
        self.stopped = true;
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        let excused = self.stopped || std::thread::panicking();
        assert!(excused, "a node was forgotten: call stop() on it, or finish() on its portal");
    }
}
