//! What a visit weighs: everything that a browser fetches for it, as it comes over the wire.

use std::collections::BTreeMap;

use daybook_testkit::{Role, Sample, TestPortal};
use serde_json::{Value, json};

use crate::{chromium::Chromium, devtools::Event, first_steps::sign_in, in_browser, window::Window};

in_browser!(the_first_visit_is_light_and_the_second_fetches_its_page_alone);

/// What a first visit of the dashboard may weigh, in bytes.
const WEIGHT_MAX: f64 = 110_000.0;

/// Something that was fetched.
#[derive(Debug, Default)]
struct Fetched {
    path: String,
    kind: String,
    caching: String,
    /// Bytes over the wire, with headers; none while it is on its way.
    bytes: Option<f64>,
}

/// What was fetched, by the ids of the requests. A stream is none of it: it has no end.
fn fetched(base: &str, events: &[Event]) -> BTreeMap<String, Fetched> {
    let mut all: BTreeMap<String, Fetched> = BTreeMap::new();
    for (name, says) in events {
        let id = says["requestId"].as_str().unwrap_or_default().to_owned();
        match name.as_str() {
            "Network.requestWillBeSent" => {
                let url = says["request"]["url"].as_str().unwrap();
                let path = url.strip_prefix(base).unwrap_or_else(|| panic!("{url} is fetched elsewhere"));
                all.insert(id, Fetched { path: path.to_owned(), ..Fetched::default() });
            }
            // What an earlier page asked for is not of this visit.
            _ if !all.contains_key(&id) => {}
            "Network.responseReceived" => {
                let response = &says["response"];
                let header = |name: &str| {
                    let headers = response["headers"].as_object().unwrap().iter();
                    let value = headers.clone().find(|(key, _)| key.eq_ignore_ascii_case(name));
                    value.and_then(|(_, value)| value.as_str()).unwrap_or_default().to_owned()
                };
                let fetched = all.entry(id).or_default();
                fetched.kind = format!("{} {}", header("content-type"), header("content-encoding"));
                fetched.caching = header("cache-control");
            }
            "Network.loadingFinished" => {
                all.entry(id).or_default().bytes = says["encodedDataLength"].as_f64();
            }
            "Network.loadingFailed" => panic!("{says}"),
            _ => {}
        }
    }
    all.retain(|_, one| !one.path.starts_with("/dashboard/live"));
    all
}

/// Goes to the dashboard, and answers with what was fetched for it.
async fn visit(window: &Window, base: &str) -> Vec<Fetched> {
    let complete = "document.readyState === 'complete' && document.fonts.status === 'loaded'";
    // What a page begins to fetch when another takes its place is never said to be there.
    window.until("the page before is complete", complete).await;
    window.take_network();
    window.go("/dashboard").await;
    window.sees("Live").await;
    window.until("the page is complete", complete).await;
    let mut events = vec![];
    let found = daybook_testkit::wait_for("everything is there", || {
        events.extend(window.take_network());
        let found = fetched(base, &events);
        let is_done = !found.is_empty() && found.values().all(|one| one.bytes.is_some());
        async move { is_done.then_some(found) }
    });
    found.await.into_values().collect()
}

async fn the_first_visit_is_light_and_the_second_fetches_its_page_alone(
    portal: &TestPortal,
    chromium: &Chromium,
) {
    Sample::prepare(portal).await;
    for number in 0..25 {
        portal.admin().tenant(&format!("Tenant {number}")).create().await.unwrap();
    }
    portal.settle().await;
    portal.person("grace", Role::Owner, None).await;
    let window = chromium.window(portal.url()).await;
    sign_in(&window, "grace").await;
    window.ask("Network.enable", json!({})).await;
    window.ask("Network.clearBrowserCache", Value::Null).await;

    let first = visit(&window, portal.url()).await;
    let total: f64 = first.iter().filter_map(|one| one.bytes).sum();
    assert!(total <= WEIGHT_MAX, "a first visit weighs {total} bytes, at most {WEIGHT_MAX}: {first:#?}");
    let assets: Vec<&Fetched> = first.iter().filter(|one| one.path != "/dashboard").collect();
    for kind in ["text/css", "text/javascript", "font/woff2"] {
        assert!(assets.iter().any(|one| one.kind.starts_with(kind)), "{kind} is not in {first:#?}");
    }
    for asset in assets {
        assert!(asset.caching.contains("immutable"), "{asset:?}");
    }

    let second = visit(&window, portal.url()).await;
    let again: Vec<&Fetched> = second.iter().filter(|one| one.bytes > Some(0.0)).collect();
    assert!(again.len() == 1 && again[0].path == "/dashboard", "fetched again: {again:#?}");
    window.finish().await;
}
