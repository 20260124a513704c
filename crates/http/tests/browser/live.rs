//! What happens shows itself, without a gap and without moving what is read.

use daybook_testkit::{Role, TestPortal};

use crate::{chromium::Chromium, first_steps::sign_in, in_browser};

in_browser!(
    what_happens_is_seen_as_it_happens,
    the_log_goes_on_below_its_filters,
    a_server_that_comes_back_is_caught_up_without_a_gap,
);

async fn what_happens_is_seen_as_it_happens(portal: &TestPortal, chromium: &Chromium) {
    portal.person("grace", Role::Admin, None).await;
    portal.admin().tenant("Acme").create().await.unwrap();
    let code = portal.admin().code("acme").await;
    let window = chromium.window(portal.url()).await;
    sign_in(&window, "grace").await;
    window.sees("Live").await;
    portal.device("serial-00317").activate(&code.code).await.unwrap();
    window.sees("was enrolled").await;
    let last = code.code.rsplit('-').next().unwrap().to_owned();
    let text = window.text().await;
    assert!(text.contains(&last) && !text.contains(&code.code), "the last group, never the code: {text}");

    // Paused, it counts; what is read does not move.
    window.click("Live").await;
    window.sees("Paused").await;
    portal.admin().suspend_tenant("acme").await.unwrap();
    window.sees("Show new entries").await;
    assert!(!window.text().await.contains("was suspended"), "{}", window.text().await);
    window.click("Show new entries").await;
    window.sees("was suspended").await;
    window.finish().await;
}

async fn the_log_goes_on_below_its_filters(portal: &TestPortal, chromium: &Chromium) {
    portal.person("grace", Role::Admin, None).await;
    portal.admin().tenant("Acme").create().await.unwrap();
    let window = chromium.window(portal.url()).await;
    sign_in(&window, "grace").await;
    window.go("/events?severity=MAJOR").await;
    window.sees("Live").await;
    let code = portal.admin().code("acme").await;
    window.sees(&code.hint).await;
    portal.device("serial-00317").activate(&code.code).await.unwrap();
    portal.admin().tenant("Globex").create().await.unwrap();
    window.sees("Globex").await;
    assert!(!window.text().await.contains("DEVICE_ENROLLED"), "it is not major");
    // A row that came by itself unfolds as every other.
    let newest = "document.querySelector('[data-log] .ev-btn')";
    let place: String = window.eval(&format!("{newest}.textContent.trim()")).await;
    window.click(&format!("Entry {}", place.replace(',', ""))).await;
    window.sees("Place in the log").await;
    assert_eq!(window.axe("html").await, [""; 0], "rows that came by themselves");

    // Whoever reads a row is not moved from it.
    window.eval::<bool>(&format!("{newest}.focus(); true")).await;
    portal.admin().tenant("Initech").create().await.unwrap();
    window.sees("Show new entries").await;
    assert!(!window.text().await.contains("Initech"));
    window.click("Show new entries").await;
    window.sees("Initech").await;
    window.finish().await;
}

async fn a_server_that_comes_back_is_caught_up_without_a_gap(portal: &TestPortal, chromium: &Chromium) {
    portal.person("grace", Role::Admin, None).await;
    let node = portal.second_node().await;
    let port = node.url().rsplit(':').next().unwrap().parse().unwrap();
    let window = chromium.window(node.url()).await;
    sign_in(&window, "grace").await;
    // What comes by itself shows that the stream is open: the pill says so before the page's scripts are there.
    portal.admin().tenant("Before").create().await.unwrap();
    window.sees("Before").await;
    node.stop().await;
    window.sees("Reconnecting").await;
    for number in 0..5 {
        portal.admin().tenant(&format!("While away {number}")).create().await.unwrap();
    }
    let node = portal.second_node_on("127.0.0.1", port).await;
    for number in 0..5 {
        window.sees(&format!("While away {number}")).await;
    }
    window.sees("Live").await;
    let places: Vec<i64> = window
        .eval("[...document.querySelectorAll('[data-feed] .ix')].map((e) => Number(e.textContent.replace(/\\D/g, '')))")
        .await;
    let steps: Vec<i64> = places.windows(2).map(|pair| pair[0] - pair[1]).collect();
    assert!(places.len() > 5 && steps.iter().all(|step| *step == 1), "each once and in order: {places:?}");
    window.finish().await;
    node.stop().await;
}
