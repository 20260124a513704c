//! People of tenants: each sees their own, in their tenant's colours, and nothing of anybody else.

use daybook_testkit::{PASSWORD, Role, TestPortal};
use serde_json::json;

use crate::{chromium::Chromium, in_browser, window::Window};

in_browser!(two_tenants_side_by_side_see_only_their_own, nothing_that_somebody_wrote_is_markup);

/// Signs somebody of a tenant in by the form.
pub(crate) async fn sign_in_to(window: &Window, tenant: &str, name: &str) {
    window.go(&format!("/portal/sign-in?tenant={tenant}")).await;
    window.fill("E-mail address", &format!("{name}@example.com")).await;
    window.fill("Password", PASSWORD).await;
    window.follow("Sign in with password").await;
    assert_eq!(window.path().await, "/portal");
}

async fn two_tenants_side_by_side_see_only_their_own(portal: &TestPortal, chromium: &Chromium) {
    let admin = portal.admin();
    let mut windows = vec![];
    for (tenant, slug) in [("Acme", "acme"), ("Globex", "globex")] {
        admin.tenant(tenant).create().await.unwrap();
        let project = admin.project(slug, &format!("{tenant} Kiosk")).create().await.unwrap().id;
        let code = admin.codes(slug).project(&project).create().await.unwrap().items.remove(0);
        portal.device(&format!("serial-of-{slug}")).activate(&code.code).await.unwrap();
        portal.person(&format!("boss-of-{slug}"), Role::TenantAdmin, Some(slug)).await;
        windows.push((tenant, chromium.window(portal.url()).await));
        sign_in_to(&windows.last().unwrap().1, slug, &format!("boss-of-{slug}")).await;
    }
    for (tenant, window) in &windows {
        let other = if *tenant == "Acme" { "Globex" } else { "Acme" };
        for (path, own) in [
            ("/portal", format!("{tenant} Kiosk")),
            ("/projects", format!("{tenant} Kiosk")),
            ("/codes", format!("{tenant} Kiosk")),
            ("/devices", format!("{tenant} Kiosk")),
            ("/users", format!("boss-of-{}", tenant.to_lowercase())),
            ("/events", format!("{tenant} Kiosk")),
        ] {
            window.go(path).await;
            window.sees(&own).await;
            let html: String = window.eval("document.documentElement.outerHTML").await;
            assert!(!html.to_lowercase().contains(&other.to_lowercase()), "{tenant} sees {other} at {path}");
        }
        for path in ["/dashboard", "/tenants", "/plans", "/llm", "/integrity", "/analytics"] {
            window.go(path).await;
            window.sees("You may not see this").await;
        }
    }
    for (_, window) in windows {
        window.finish().await;
    }
}

/// Writes markup into every field that is shown somewhere. Answers with a project, a device and the size of the log.
async fn write_markup_everywhere(portal: &TestPortal) -> (String, String, u64) {
    let script = "<script>alert(1)</script>";
    let picture = "\"><img src=x onerror=alert(2)>";
    let admin = portal.admin();
    portal.person("ada", Role::Owner, None).await;
    let tenant = json!({ "name": script, "slug": "acme" });
    assert_eq!(admin.post("/admin/api/tenants", &tenant).send().await.code(), 201);
    let project = json!({ "tenant": "acme", "name": picture, "client_name": script, "description": picture });
    let project: serde_json::Value = admin.post("/admin/api/projects", &project).send().await.json();
    let id = project["id"].as_str().unwrap();
    let codes = json!({ "tenant": "acme", "project": id, "label": script });
    let codes: serde_json::Value = admin.post("/admin/api/codes/generate", &codes).send().await.json();
    let device = json!({ "code": codes["items"][0]["code"], "fingerprint": "serial-00317", "label": picture, "platform": script });
    let device: serde_json::Value =
        portal.anonymous().post("/device/api/activate", &device).send().await.json();
    let user =
        json!({ "email": "eve@example.com", "name": picture, "role": "tenant_admin", "tenant": "acme" });
    assert_eq!(portal.owner().post("/admin/api/users", &user).send().await.code(), 201);
    let plan = json!({ "name": "odd", "title": script });
    assert_eq!(admin.post("/admin/api/plans", &plan).send().await.code(), 201);
    let token = json!({ "name": picture, "role": "auditor" });
    assert_eq!(portal.owner().post("/admin/api/api-tokens", &token).send().await.code(), 201);
    let llm = json!({ "system_prompt": script, "instructions": picture });
    assert_eq!(admin.put("/admin/api/config/llm", &llm).send().await.code(), 200);
    let reason = json!({ "reason": picture });
    assert_eq!(admin.post("/admin/api/tenants/acme/suspend", &reason).send().await.code(), 200);
    let size = portal.settle().await;
    let id_of = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    (id_of(&project["id"]), id_of(&device["device"]["id"]), size)
}

/// Something written everywhere where somebody can write shows itself as it was written, and does nothing.
async fn nothing_that_somebody_wrote_is_markup(portal: &TestPortal, chromium: &Chromium) {
    let (project, device, size) = write_markup_everywhere(portal).await;
    let window = chromium.window(portal.url()).await;
    crate::first_steps::sign_in(&window, "ada").await;
    let mut paths: Vec<String> = [
        "/dashboard",
        "/events",
        "/analytics",
        "/tenants",
        "/tenants/acme",
        "/projects",
        "/codes",
        "/devices",
        "/users",
        "/sessions",
        "/api-tokens",
        "/llm",
        "/llm/edit",
        "/plans",
        "/plans/odd/edit",
        "/integrity",
        "/account",
        "/tenants/acme/edit",
        "/tenants/acme/delete",
        "/codes/new",
    ]
    .map(str::to_owned)
    .to_vec();
    paths.extend([
        format!("/projects/{project}"),
        format!("/projects/{project}/edit"),
        format!("/projects/{project}/delete"),
        format!("/devices/{device}"),
    ]);
    paths.extend((0..size).map(|place| format!("/events/{place}")));
    let mut seen = 0;
    for path in paths {
        window.go(&path).await;
        let injected: i64 =
            window.eval("document.querySelectorAll('img[src=x], script:not([src]), [onerror]').length").await;
        assert_eq!(injected, 0, "{path}");
        let html: String = window.eval("document.documentElement.outerHTML").await;
        seen += usize::from(html.contains("&lt;script&gt;alert(1)") || html.contains("&lt;img src=x"));
    }
    assert!(seen > 20, "what was written is seen as it was written on {seen} pages");
    // No script ran, nothing opened a dialog, no policy was violated.
    window.finish().await;
}
