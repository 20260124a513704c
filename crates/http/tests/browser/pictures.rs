//! The pictures of `docs/images`, for `cargo xtask screenshots`, which serves the demo that they show. The same demo gives the same pictures.

use std::path::PathBuf;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::json;

use crate::{chromium::Chromium, window::Window};

/// Pages of the platform: the name of the picture, the path, and whether it is dark.
const PAGES: [(&str, &str, bool); 5] = [
    ("dashboard", "/dashboard", false),
    ("dashboard-dark", "/dashboard", true),
    ("events", "/events", false),
    ("analytics", "/analytics", false),
    ("integrity", "/integrity", false),
];

/// What the demo said of itself.
fn said(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name}: run `cargo xtask screenshots`"))
}

/// Writes what the window shows. What moves stands still: the cursor in a field.
async fn take(window: &Window, name: &str) {
    let still = "document.activeElement?.blur(), document.fonts.ready
        .then(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(() => drawn(true)))))";
    assert!(window.eval::<bool>(still).await);
    let picture = window.ask("Page.captureScreenshot", json!({ "format": "png" })).await;
    let png = BASE64_STANDARD.decode(picture["data"].as_str().unwrap()).unwrap();
    let file = PathBuf::from(said("DAYBOOK_PICTURES")).join(format!("{name}.png"));
    std::fs::write(file, png).unwrap();
}

/// A window at the moment at which the demo's clock stands, with somebody signed in.
async fn signed_in(chromium: &Chromium, path: &str, email: &str) -> Window {
    let window = chromium.window(&said("DAYBOOK_DEMO_URL")).await;
    window.size(1280, 800).await;
    let moment = format!("Date.now = () => Date.parse({})", json!(said("DAYBOOK_DEMO_AT")));
    window.ask("Page.addScriptToEvaluateOnNewDocument", json!({ "source": moment })).await;
    window.ask("Emulation.setTimezoneOverride", json!({ "timezoneId": "UTC" })).await;
    window.color_scheme("light").await;
    window.go(path).await;
    window.fill("E-mail address", email).await;
    window.fill("Password", &said("DAYBOOK_DEMO_PASSWORD")).await;
    window.follow("Sign in with password").await;
    window
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "writes files: `cargo xtask screenshots`"]
async fn of_the_demo() {
    let tenant = said("DAYBOOK_DEMO_TENANT");
    let chromium = Chromium::start().await;
    let window = signed_in(&chromium, "/sign-in", "owner@example.com").await;
    for (name, path, is_dark) in PAGES {
        window.color_scheme(if is_dark { "dark" } else { "light" }).await;
        window.go(path).await;
        take(&window, name).await;
    }
    window.go(&format!("/tenants/{tenant}")).await;
    take(&window, "tenant").await;
    window.go("/codes").await;
    window.click("Generate codes").await;
    window.sees("How many codes").await;
    take(&window, "codes-new").await;
    window.size(390, 844).await;
    window.go("/dashboard").await;
    take(&window, "dashboard-phone").await;
    window.finish().await;
    let sign_in = format!("/portal/sign-in?tenant={tenant}");
    let window = signed_in(&chromium, &sign_in, "tenant-admin@example.com").await;
    take(&window, "portal").await;
    window.finish().await;
    chromium.close().await;
}
