//! What a portal is for, by clicking: a tenant from its beginning to its end, codes that are shown once, devices that come and go.

use daybook_testkit::{Role, TestPortal};

use crate::{chromium::Chromium, first_steps::sign_in, in_browser, window::Window};

in_browser!(the_whole_life_of_a_tenant, a_session_that_idles_ends, everything_can_be_reached_by_keys);

/// The codes that a dialog shows this once.
pub(crate) async fn revealed(window: &Window) -> Vec<String> {
    window.eval("[...document.querySelectorAll('.secret-v')].map((e) => e.textContent)").await
}

/// Types what must be typed before something is done for good: something else first.
pub(crate) async fn confirm(window: &Window, button: &str) {
    let is_off = "document.querySelector('dialog[open] [type=submit]').disabled";
    window.fill("Type ", "something else").await;
    assert!(window.eval::<bool>(is_off).await, "{button} waits for the name");
    let name: String = window.eval("document.querySelector('[data-confirm]').dataset.confirm").await;
    window.fill("Type ", &name).await;
    assert!(!window.eval::<bool>(is_off).await);
    window.follow(button).await;
}

async fn the_whole_life_of_a_tenant(portal: &TestPortal, chromium: &Chromium) {
    portal.person("ada", Role::Owner, None).await;
    let window = chromium.window(portal.url()).await;
    sign_in(&window, "ada").await;
    window.follow("Tenants").await;
    window.sees("No tenant yet").await;
    window.click("New tenant").await;
    window.fill("Name", "Acme").await;
    window.fill("Slug", "No Slug").await;
    window.click("Create tenant").await;
    window.sees("must").await;
    assert_eq!((window.path().await.as_str(), window.value("Name").await.as_str()), ("/tenants", "Acme"));
    window.fill("Slug", "acme").await;
    window.follow("Create tenant").await;
    assert_eq!(window.path().await, "/tenants/acme");

    window.follow("Projects").await;
    window.click("New project").await;
    window.choose("Tenant", "Acme").await;
    window.fill("Name", "Kiosk").await;
    window.fill("Client", "Front desk").await;
    window.follow("Create project").await;
    window.sees("Kiosk").await;

    window.follow("Activation codes").await;
    window.click("Generate codes").await;
    window.choose("Tenant", "Acme").await;
    window.fill("How many codes", "2").await;
    window.click("Generate codes").await;
    window.sees("Copy these 2 codes now").await;
    let codes = revealed(&window).await;
    window.press("Escape", 27, "").await;
    window.click("I have stored this").await;
    window.follow("Done").await;
    let last = |code: &str| code.rsplit('-').next().unwrap().to_owned();
    for code in &codes {
        window.sees(&last(code)).await;
        assert!(!window.text().await.contains(code.as_str()), "a code is shown once");
    }

    // Devices come, and are seen as they come.
    window.follow("Dashboard").await;
    window.sees("Live").await;
    let enrolled = portal.device("serial-00317").activate(&codes[0]).await.unwrap();
    window.sees(&last(&codes[0])).await;
    window.go(&format!("/devices/{}", enrolled.device.id)).await;
    window.click("Revoke device").await;
    window.sees("cannot activate again").await;
    confirm(&window, "Revoke device").await;
    window.sees("Revoked").await;
    let refused = portal.device("serial-00317").activate(&codes[1]).await.unwrap_err();
    assert_eq!(refused.code, "DEVICE_REVOKED");

    window.go("/tenants/acme").await;
    window.click("Delete").await;
    window.sees("Everything of it is closed at once.").await;
    confirm(&window, "Delete").await;
    assert_eq!(window.path().await, "/tenants");
    window.sees("No tenant yet").await;
    window.go("/events").await;
    for kind in [
        "TENANT_CREATED",
        "PROJECT_CREATED",
        "CODE_GENERATED",
        "DEVICE_ENROLLED",
        "DEVICE_REVOKED",
        "ACTIVATION_REFUSED",
        "TENANT_DELETED",
    ] {
        window.sees(kind).await;
    }
    window.finish().await;
}

async fn a_session_that_idles_ends(portal: &TestPortal, chromium: &Chromium) {
    portal.person("grace", Role::Admin, None).await;
    let window = chromium.window(portal.url()).await;
    sign_in(&window, "grace").await;
    window.follow("Tenants").await;
    portal.clock().advance(std::time::Duration::from_secs(2 * 3_600 + 1));
    // A form in a dialog has no room for a page to sign in: the whole page goes there.
    window.mark().await;
    window.click("New tenant").await;
    window.turned("sign in again").await;
    assert_eq!(window.path().await, "/sign-in?next=%2Ftenants%2Fnew");
    sign_in(&window, "grace").await;
    window.finish().await;
}

async fn everything_can_be_reached_by_keys(portal: &TestPortal, chromium: &Chromium) {
    portal.person("grace", Role::Admin, None).await;
    portal.admin().tenant("Acme").create().await.unwrap();
    let window = chromium.window(portal.url()).await;
    sign_in(&window, "grace").await;
    window.mark().await;
    window.press("g", 71, "g").await;
    window.press("t", 84, "t").await;
    window.turned("g t").await;
    assert_eq!(window.path().await, "/tenants");
    window.press("/", 191, "/").await;
    assert_eq!(window.eval::<String>("document.activeElement.name").await, "q");
    window.press("Tab", 9, "").await;
    let focus = "getComputedStyle(document.activeElement).outlineStyle !== 'none'";
    assert!(window.eval::<bool>(focus).await, "the focus is seen");
    window.eval::<bool>("document.activeElement.blur(); true").await;
    window.press("?", 191, "?").await;
    window.sees("Keyboard shortcuts").await;
    window.press("Escape", 27, "").await;
    window.loses("Keyboard shortcuts").await;

    // A form by keys alone: a key opens it, typing begins in it, Enter sends it.
    window.press("n", 78, "n").await;
    window.sees("Create tenant").await;
    assert_eq!(
        window.eval::<String>("document.activeElement.name").await,
        "name",
        "typing begins in the form"
    );
    window.fill("Name", "Globex").await;
    window.mark().await;
    window.press("Enter", 13, "\r").await;
    window.turned("Enter").await;
    assert_eq!(window.path().await, "/tenants/globex");

    // Whoever wants none of it turns single keys off.
    window.go("/account").await;
    window.choose("Single keys", "Do nothing").await;
    window.mark().await;
    window.eval::<bool>("document.querySelector('#look form').requestSubmit(); true").await;
    window.turned("the form of looks").await;
    window.until("the choice is kept", "document.documentElement.dataset.keys === 'off'").await;
    window.press("?", 191, "?").await;
    window.press("/", 191, "/").await;
    assert_eq!(window.eval::<String>("document.activeElement.tagName").await, "BODY");
    assert!(!window.text().await.contains("Keyboard shortcuts"));
    window.finish().await;
}
