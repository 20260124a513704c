//! How pages look: nothing that axe finds, in light and dark, on a desk and on a phone.

use daybook_testkit::{Role, TestPortal};

use crate::{chromium::Chromium, first_steps::sign_in, in_browser, window::Window};

in_browser!(axe_finds_nothing_wrong_with_any_page);

const PAGES: [&str; 24] = [
    "/dashboard",
    "/events",
    "/events/0",
    "/analytics",
    "/tenants",
    "/tenants/new",
    "/tenants/acme",
    "/tenants/acme/delete",
    "/projects",
    "/projects/new",
    "/codes",
    "/codes/new",
    "/devices",
    "/users",
    "/users/new",
    "/sessions",
    "/api-tokens",
    "/api-tokens/new",
    "/llm",
    "/llm/edit",
    "/plans",
    "/integrity",
    "/account",
    "/nothing-here",
];

/// In light and dark, wide and narrow.
async fn looked_at(window: &Window, path: &str, wrong: &mut Vec<String>) {
    for (width, height) in [(1440, 900), (390, 844)] {
        window.size(width, height).await;
        for scheme in ["light", "dark"] {
            window.color_scheme(scheme).await;
            let found = window.axe().await;
            wrong.extend(found.into_iter().map(|line| format!("{path} {width} px {scheme}: {line}")));
            let overflow: bool = window
                .eval("document.documentElement.scrollWidth > document.documentElement.clientWidth")
                .await;
            if overflow {
                wrong.push(format!("{path} {width} px: wider than the window"));
            }
        }
    }
    window.size(1440, 900).await;
}

async fn axe_finds_nothing_wrong_with_any_page(portal: &TestPortal, chromium: &Chromium) {
    portal.person("grace", Role::Owner, None).await;
    portal.admin().tenant("Acme").create().await.unwrap();
    let code = portal.admin().code("acme").await;
    portal.device("serial-00317").activate(&code.code).await.unwrap();
    let window = chromium.window(portal.url()).await;
    let mut wrong = vec![];
    window.go("/sign-in").await;
    looked_at(&window, "/sign-in", &mut wrong).await;
    sign_in(&window, "grace").await;
    for path in PAGES {
        window.go(path).await;
        looked_at(&window, path, &mut wrong).await;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    window.finish().await;
}
