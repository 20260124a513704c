//! A window of the browser, used as people use it: fields by their labels, links and buttons by their names. Whatever a page complains of
//! is kept, and must be nothing in the end.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use daybook_testkit::wait_for;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::{
    task::JoinSet,
    time::{Instant, sleep},
};

use crate::devtools::{DevTools, Event};

/// How long a page may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);
/// How often is looked.
const LOOK: Duration = Duration::from_millis(20);

const AXE: &str = include_str!("vendor/axe.min.js");

/// How a person's element is found: by the name that assistive tools say, and seen.
const FIND: &str = r"
    (selector, name) => {
        const said = (e) => {
            const by = e.getAttribute('aria-labelledby');
            const label = e.labels && e.labels[0];
            const text = by ? by.split(' ').map((id) => document.getElementById(id)?.textContent).join(' ')
                : e.getAttribute('aria-label') || (label ? label.textContent : '') || e.textContent || e.value || '';
            return text.replace(/\s+/g, ' ').trim();
        };
        const seen = (e) => e.checkVisibility({ visibilityProperty: true }) && e.getClientRects().length > 0;
        const open = [...document.querySelectorAll('dialog[open]')].pop() || document;
        const all = [...open.querySelectorAll(selector)].filter(seen);
        return all.find((e) => said(e) === name) || all.find((e) => said(e).startsWith(name)) || null;
    }
";

/// A window. It must be finished: that looks whether its pages complained.
pub(crate) struct Window {
    devtools: DevTools,
    session: String,
    base: String,
    complaints: Arc<Mutex<Vec<String>>>,
    /// What was asked of the network and came, for whoever has enabled that.
    network: Arc<Mutex<Vec<Event>>>,
    /// Whoever hears them.
    _listener: JoinSet<()>,
}

/// What an event complains of.
fn complaint((name, says): &(String, Value)) -> Option<String> {
    match name.as_str() {
        // That an answer was a refusal is for the test to say.
        "Log.entryAdded" if says["entry"]["source"] != "network" => Some(says["entry"]["text"].to_string()),
        "Runtime.exceptionThrown" => Some(says["exceptionDetails"]["exception"]["description"].to_string()),
        "Page.javascriptDialogOpening" => Some(format!("a script opened a dialog: {}", says["message"])),
        _ => None,
    }
}

impl Window {
    pub(crate) async fn open(devtools: DevTools, session: &str, base: &str) -> Self {
        let complaints = Arc::new(Mutex::new(vec![]));
        let network: Arc<Mutex<Vec<Event>>> = Arc::default();
        let (mut events, heard) = (devtools.follow(session), Arc::clone(&complaints));
        let transfers = Arc::clone(&network);
        let mut listener = JoinSet::new();
        listener.spawn(async move {
            while let Some(event) = events.recv().await {
                heard.lock().unwrap().extend(complaint(&event));
                if event.0.starts_with("Network.") {
                    transfers.lock().unwrap().push(event);
                }
            }
        });
        let window = Self {
            devtools,
            session: session.to_owned(),
            base: base.to_owned(),
            complaints,
            network,
            _listener: listener,
        };
        for domain in ["Page.enable", "Log.enable", "Runtime.enable"] {
            window.ask(domain, json!({})).await;
        }
        window.size(1440, 900).await;
        window
    }

    /// Sends a command to the page.
    pub(crate) async fn ask(&self, method: &str, params: Value) -> Value {
        let answer = self.devtools.ask(Some(&self.session), method, params).await;
        answer.unwrap_or_else(|error| panic!("{method}: {error}"))
    }

    /// As wide and as high as this, in CSS pixels.
    pub(crate) async fn size(&self, width: u32, height: u32) {
        let metrics =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500 });
        self.ask("Emulation.setDeviceMetricsOverride", metrics).await;
        // What is where is known once the page is laid out anew.
        self.until("the window is as wide", &format!("matchMedia('(width: {width}px)').matches")).await;
    }

    /// `light` or `dark`, as the system says, on a screen.
    pub(crate) async fn color_scheme(&self, scheme: &str) {
        self.media("screen", scheme).await;
    }

    /// As on a `screen` or in `print`, in a color scheme.
    pub(crate) async fn media(&self, media: &str, scheme: &str) {
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        self.ask("Emulation.setEmulatedMedia", json!({ "media": media, "features": features })).await;
    }

    /// From now on no page runs a script.
    pub(crate) async fn without_scripts(&self) {
        self.ask("Emulation.setScriptExecutionDisabled", json!({ "value": true })).await;
    }

    /// What an expression comes to, a promise waited for; nothing if the page was just left.
    async fn look<T: DeserializeOwned>(&self, expression: &str) -> Option<T> {
        let params = json!({ "expression": expression, "awaitPromise": true, "returnByValue": true });
        let mut answer = self.devtools.ask(Some(&self.session), "Runtime.evaluate", params).await.ok()?;
        assert!(answer.get("exceptionDetails").is_none(), "{expression}: {answer}");
        serde_json::from_value(answer["result"]["value"].take()).ok()
    }

    /// What an expression comes to, on a page that stays.
    pub(crate) async fn eval<T: DeserializeOwned>(&self, expression: &str) -> T {
        self.look(expression).await.unwrap_or_else(|| panic!("nothing comes of {expression}"))
    }

    /// Goes to a path of the portal, and waits until it is there.
    pub(crate) async fn go(&self, path: &str) {
        let address = if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.base) };
        self.mark().await;
        let answer = self.ask("Page.navigate", json!({ "url": address })).await;
        assert!(answer.get("errorText").is_none(), "{address}: {answer}");
        self.turned(path).await;
    }

    /// The path and query of the page.
    pub(crate) async fn path(&self) -> String {
        self.eval("location.pathname + location.search").await
    }

    /// All text that can be seen.
    pub(crate) async fn text(&self) -> String {
        self.eval("document.body.innerText").await
    }

    /// Waits until this text can be seen.
    pub(crate) async fn sees(&self, text: &str) {
        let found = wait_for_text(self, text, true).await;
        assert!(found, "not seen: {text:?} on {}:\n{}", self.path().await, self.text().await);
    }

    /// Waits until this text is gone.
    pub(crate) async fn loses(&self, text: &str) {
        let gone = wait_for_text(self, text, false).await;
        assert!(gone, "still seen: {text:?} on {}:\n{}", self.path().await, self.text().await);
    }

    /// Marks the element with this name.
    async fn find(&self, selector: &str, name: &str) {
        let mark = format!(
            "(() => {{ const e = ({FIND})({}, {}); document.querySelectorAll('[data-found]').forEach((o) => o.removeAttribute('data-found'));
               if (e) e.setAttribute('data-found', ''); return !!e; }})()",
            json!(selector),
            json!(name)
        );
        let end = Instant::now() + PATIENCE;
        while self.look(&mark).await != Some(true) {
            let late = Instant::now() > end;
            assert!(!late, "no {selector} named {name:?} on {}:\n{}", self.path().await, self.text().await);
            sleep(LOOK).await;
        }
    }

    /// Types into the field with this label, in place of what it held.
    pub(crate) async fn fill(&self, label: &str, text: &str) {
        self.find("input, textarea", label).await;
        self.eval::<bool>("(() => { const e = document.querySelector('[data-found]'); e.focus(); e.select(); return true; })()")
            .await;
        self.press("Delete", 46, "").await;
        self.ask("Input.insertText", json!({ "text": text })).await;
    }

    /// What stands in the field with this label.
    pub(crate) async fn value(&self, label: &str) -> String {
        self.find("input, textarea, select", label).await;
        self.eval("document.querySelector('[data-found]').value").await
    }

    /// Chooses an option of the list with this label.
    pub(crate) async fn choose(&self, label: &str, option: &str) {
        self.find("select", label).await;
        let choose = format!(
            "(() => {{ const s = document.querySelector('[data-found]'); const o = [...s.options].find((o) => o.text.trim() === {});
               s.value = o.value; s.dispatchEvent(new Event('change', {{ bubbles: true }})); return true; }})()",
            json!(option)
        );
        self.eval::<bool>(&choose).await;
    }

    /// Clicks on the link, the button or the box with this name.
    pub(crate) async fn click(&self, name: &str) {
        let what = "a, button, summary, input[type=checkbox], input[type=radio], input[type=submit], [role=button], [role=tab]";
        self.find(what, name).await;
        let place = "(() => { const e = document.querySelector('[data-found]'); e.scrollIntoView({ block: 'center', behavior: 'instant' });
            const r = e.getClientRects()[0]; return [r.x + r.width / 2, r.y + r.height / 2]; })()";
        let [x, y]: [f64; 2] = self.eval(place).await;
        for (kind, buttons) in [("mouseMoved", 0), ("mousePressed", 1), ("mouseReleased", 0)] {
            let event = json!({ "type": kind, "x": x, "y": y, "button": "left", "buttons": buttons, "clickCount": 1 });
            self.ask("Input.dispatchMouseEvent", event).await;
        }
    }

    /// The same, and waits for the page that it leads to.
    pub(crate) async fn follow(&self, name: &str) {
        self.mark().await;
        self.click(name).await;
        self.turned(name).await;
    }

    /// Marks the page that is there.
    pub(crate) async fn mark(&self) {
        self.eval::<bool>("window.isTheOldPage = true").await;
    }

    /// Waits for another page than the one that was marked.
    pub(crate) async fn turned(&self, why: &str) {
        let there = "!window.isTheOldPage && document.readyState === 'complete'";
        self.until(&format!("{why:?} leads to a page"), there).await;
    }

    /// Waits until an expression is true.
    pub(crate) async fn until(&self, why: &str, expression: &str) {
        wait_for(why, || async { (self.look(expression).await == Some(true)).then_some(()) }).await;
    }

    /// Presses a key where the focus is: its name, its number, and what it writes.
    pub(crate) async fn press(&self, key: &str, number: u32, text: &str) {
        for kind in ["keyDown", "keyUp"] {
            let text = if kind == "keyDown" { text } else { "" };
            let event = json!({ "type": kind, "key": key, "code": key, "windowsVirtualKeyCode": number, "text": text });
            self.ask("Input.dispatchKeyEvent", event).await;
        }
    }

    /// What axe finds wrong with what this selects on the page, one line each, once whatever moves or changes its colour has done so.
    pub(crate) async fn axe(&self, selector: &str) -> Vec<String> {
        if self.eval("typeof axe === 'undefined'").await {
            self.eval::<bool>(&format!("{AXE}; true")).await;
        }
        let run = format!(
            "Promise.allSettled(document.getAnimations().map((one) => one.finished)).then(() => axe.run({}, {{ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], resultTypes: ['violations'] }}))
                .then((found) => found.violations.flatMap((v) => v.nodes.map((n) => `${{v.id}}: ${{n.html}} (${{n.failureSummary}})`)))",
            json!(selector)
        );
        self.eval(&run).await
    }

    /// What the network said since this was asked last.
    pub(crate) fn take_network(&self) -> Vec<Event> {
        std::mem::take(&mut self.network.lock().unwrap())
    }

    /// What the pages have complained of so far.
    pub(crate) fn complaints(&self) -> Vec<String> {
        self.complaints.lock().unwrap().clone()
    }

    /// Closes it. No page of it may have complained.
    pub(crate) async fn finish(self) {
        assert_eq!(self.complaints(), [""; 0]);
        self.ask("Page.close", json!({})).await;
    }
}

async fn wait_for_text(window: &Window, text: &str, there: bool) -> bool {
    let end = Instant::now() + PATIENCE;
    let is = format!("document.body.innerText.includes({})", json!(text));
    while window.look(&is).await != Some(there) {
        if Instant::now() > end {
            return false;
        }
        sleep(LOOK).await;
    }
    true
}
