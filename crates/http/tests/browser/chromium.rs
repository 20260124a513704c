//! A real browser: Debian's Chromium, without a head. Each person of a test has a window of their own, which shares no cookie with any
//! other.

use std::{ffi::OsString, process::Stdio};

use serde_json::json;
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    task::JoinSet,
};

use crate::{devtools::DevTools, window::Window};

/// Without a head and without asking its maker's servers anything. The sandbox would need a user that is not root; what is shown is our own.
const ARGUMENTS: [&str; 13] = [
    "--headless=new",
    "--no-sandbox",
    "--remote-debugging-port=0",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-extensions",
    "--disable-sync",
    "--no-first-run",
    "--hide-scrollbars",
    "--force-prefers-reduced-motion",
];
/// Before the address at which it listens.
const LISTENING: &str = "DevTools listening on ";

/// A running browser; gone when it is dropped.
pub(crate) struct Chromium {
    devtools: DevTools,
    process: Child,
    /// What it writes.
    _profile: TempDir,
    /// Whoever listens to it.
    _listener: JoinSet<()>,
}

impl Chromium {
    /// Starts one.
    pub(crate) async fn start() -> Self {
        let profile = TempDir::new().unwrap();
        // Where `cargo xtask test` found it.
        let program = std::env::var_os("DAYBOOK_TEST_CHROMIUM").unwrap_or_else(|| OsString::from("chromium"));
        let mut data = OsString::from("--user-data-dir=");
        data.push(profile.path());
        let mut process = Command::new(program)
            .args(ARGUMENTS)
            .arg(data)
            .stderr(Stdio::piped())
            .stdout(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("Chromium starts (Debian: apt-get install chromium)");
        let mut lines = BufReader::new(process.stderr.take().unwrap()).lines();
        let address = loop {
            let line = lines.next_line().await.unwrap().expect("Chromium says where it listens");
            if let Some(address) = line.strip_prefix(LISTENING) {
                break address.to_owned();
            }
        };
        // It goes on talking: somebody must listen.
        let mut listener = JoinSet::new();
        listener.spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        let devtools = DevTools::connect(&address).await;
        Self { devtools, process, _profile: profile, _listener: listener }
    }

    /// A window of somebody who has no cookie yet, for a portal at this address.
    pub(crate) async fn window(&self, base: &str) -> Window {
        let ask = |method: &'static str, params| self.devtools.ask(None, method, params);
        let context = ask("Target.createBrowserContext", json!({})).await.unwrap();
        let target = json!({ "url": "about:blank", "browserContextId": context["browserContextId"] });
        let target = ask("Target.createTarget", target).await.unwrap();
        let attach = json!({ "targetId": target["targetId"], "flatten": true });
        let session = ask("Target.attachToTarget", attach).await.unwrap();
        Window::open(self.devtools.clone(), session["sessionId"].as_str().unwrap(), base).await
    }

    /// Ends it.
    pub(crate) async fn close(mut self) {
        self.process.kill().await.unwrap();
    }
}
