//! The log as it is read: entries unfold where they stand, filters are dropped one by one, and both have room on every window. What matches is
//! drawn, and a file.

use daybook_testkit::{Role, TestPortal};

use crate::{chromium::Chromium, first_steps::sign_in, in_browser, window::Window};

in_browser!(
    entries_unfold_where_they_stand,
    filters_fold_and_names_make_room,
    what_matches_is_read_from_the_chart_and_taken_out,
);

/// The place of the entry that says this, from the page.
async fn place_of(window: &Window, sentence: &str) -> u64 {
    let row = format!(
        "[...document.querySelectorAll('[data-log] tr')].find((r) => r.textContent.includes('{sentence}'))"
    );
    window
        .eval(&format!("Number({row}.querySelector('.ev-btn').getAttribute('href').split('/').pop())"))
        .await
}

async fn entries_unfold_where_they_stand(portal: &TestPortal, chromium: &Chromium) {
    portal.person("grace", Role::Owner, None).await;
    let admin = portal.admin();
    admin.tenant("Acme").create().await.unwrap();
    admin.update_tenant("acme", &serde_json::json!({ "name": "Globex" })).await.unwrap();
    portal.settle().await;
    let window = chromium.window(portal.url()).await;
    sign_in(&window, "grace").await;
    window.follow("Event log").await;
    let place = place_of(&window, "TENANT_UPDATED").await;
    window.click(&format!("Entry {place}")).await;
    window.sees("Who and where").await;
    assert_eq!(window.path().await, "/events", "it unfolds under its row");
    for part in ["Globex", "Raw entry", "Entries about it", "Place in the log"] {
        window.sees(part).await;
    }
    assert_eq!(window.eval::<String>("document.querySelector('.diff del').textContent").await, "Acme");
    assert_eq!(window.axe("html").await, [""; 0], "an unfolded entry");
    window.click(&format!("Entry {place}")).await;
    window.loses("Who and where").await;
    // The same by keys: down to the next entry, and back.
    window.eval::<()>("document.querySelector('.ev-btn').focus()").await;
    window.press("j", 74, "j").await;
    let focused = "Number(document.activeElement.getAttribute('href').split('/').pop())";
    let newest = portal.settle().await - 1;
    assert_eq!(window.eval::<u64>(focused).await, newest - 1);
    window.press("k", 75, "k").await;
    assert_eq!(window.eval::<u64>(focused).await, newest);
    window.press("Enter", 13, "\r").await;
    window.sees("Who and where").await;
    let about = "document.querySelector('.detail:not([hidden]) .badge.line + a').click()";
    window.mark().await;
    window.eval::<()>(about).await;
    window.turned("the entries about it").await;
    assert!(window.path().await.starts_with("/events?q="), "{}", window.path().await);
    window.finish().await;
}

/// Whether the element that this finds is shown.
async fn is_shown(window: &Window, selector: &str) -> bool {
    window.eval(&format!("document.querySelector('{selector}').getClientRects().length > 0")).await
}

/// How wide the element that this finds is, in CSS pixels.
async fn width_of(window: &Window, selector: &str) -> f64 {
    window.eval(&format!("document.querySelector('{selector}').getBoundingClientRect().width")).await
}

async fn filters_fold_and_names_make_room(portal: &TestPortal, chromium: &Chromium) {
    portal.person("grace", Role::Owner, None).await;
    portal.admin().tenant("Acme").create().await.unwrap();
    portal.settle().await;
    let window = chromium.window(portal.url()).await;
    sign_in(&window, "grace").await;
    window.go("/events").await;
    assert!(is_shown(&window, "#filters").await && !is_shown(&window, ".fold-btn").await);
    assert!(width_of(&window, "#side").await > 200.0, "icons with their names");

    window.size(1000, 800).await;
    assert!(width_of(&window, "#side").await <= 64.0, "icons alone");
    assert!(width_of(&window, ".nav a span").await <= 1.0);
    assert_eq!(window.axe("html").await, [""; 0], "a rail of icons");
    window.follow("Tenants").await;
    assert_eq!(window.path().await, "/tenants", "a name is said, though not shown");

    window.size(390, 844).await;
    window.go("/events").await;
    assert!(!is_shown(&window, "#filters").await, "filters fold on a phone");
    assert!(!is_shown(&window, "#side").await);
    window.click("Filters").await;
    assert!(is_shown(&window, "#filters").await);
    assert_eq!(window.axe("html").await, [""; 0], "filters unfolded");
    window.choose("Severity", "Major").await;
    window.fill("Tenant", "acme").await;
    window.follow("Show").await;
    window.sees("Severity: Major").await;
    assert!(window.path().await.contains("severity=MAJOR&outcome=&type=&tenant=acme"));
    window.follow("Severity: Major").await;
    assert_eq!(window.path().await, "/events?tenant=acme", "one filter is dropped, the other stays");
    window.follow("Clear all filters").await;
    assert_eq!(window.path().await, "/events");
    window.finish().await;
}

async fn what_matches_is_read_from_the_chart_and_taken_out(portal: &TestPortal, chromium: &Chromium) {
    portal.person("grace", Role::Owner, None).await;
    portal.admin().tenant("Acme").create().await.unwrap();
    portal.settle().await;
    let window = chromium.window(portal.url()).await;
    sign_in(&window, "grace").await;
    window.go("/events?type=TENANT_CREATED").await;
    window.eval::<()>("document.querySelector('.plot svg').focus()").await;
    window.press("ArrowRight", 39, "").await;
    assert_eq!(
        window
            .eval::<String>("document.querySelector('.tip').textContent.split('\\n').slice(1).join()")
            .await,
        "Minor: 0,Major: 1"
    );
    window.click("View as table").await;
    assert!(is_shown(&window, ".chart-data table").await);
    window.click("Export these entries").await;
    assert!(is_shown(&window, "#export").await);
    assert_eq!(window.axe("html").await, [""; 0], "a menu of files beside a chart and its table");
    let first_cells = "fetch(document.querySelector('#export a').href).then((answer) => answer.text())\
        .then((text) => text.trim().split('\\r\\n').map((row) => row.split(',')[2]).join())";
    assert_eq!(
        window.eval::<String>(first_cells).await,
        "type,TENANT_CREATED",
        "the page's session opens the file"
    );
    window.finish().await;
}
