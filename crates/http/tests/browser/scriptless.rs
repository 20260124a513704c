//! Everything works where no script runs.

use daybook_testkit::{Role, TestPortal};

use crate::{chromium::Chromium, first_steps::sign_in, in_browser};

in_browser!(a_tenant_is_made_without_a_script);

async fn a_tenant_is_made_without_a_script(portal: &TestPortal, chromium: &Chromium) {
    portal.person("grace", Role::Admin, None).await;
    let window = chromium.window(portal.url()).await;
    window.without_scripts().await;
    sign_in(&window, "grace").await;
    window.sees("grace").await;
    window.follow("Tenants").await;
    window.follow("New tenant").await;
    assert_eq!(window.path().await, "/tenants/new", "a page of its own");
    window.fill("Name", "Acme").await;
    window.fill("Slug", "Not A Slug").await;
    window.follow("Create tenant").await;
    window.sees("Slug").await;
    assert_eq!(window.value("Name").await, "Acme", "what was typed stays");
    window.fill("Slug", "acme").await;
    window.follow("Create tenant").await;
    assert_eq!(window.path().await, "/tenants/acme");
    assert_eq!(portal.auditor().value("/admin/api/tenants/acme").await["name"], "Acme");
    window.finish().await;
}
