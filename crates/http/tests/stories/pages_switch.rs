//! Which tenant the pages are narrowed to: chosen from any of them, kept by the navigation, and in the address.

use daybook_testkit::{Role, TestPortal, both_engines};

use crate::portal_pages::{page, visiting};

both_engines!(a_tenant_is_chosen_and_kept, people_of_a_tenant_choose_nothing);

async fn a_tenant_is_chosen_and_kept(portal: &TestPortal) {
    let client = visiting(portal, &portal.person("lin", Role::Auditor, None).await);
    portal.admin().tenant("Acme").create().await.unwrap();
    portal.admin().tenant("Globex").create().await.unwrap();
    let of_acme = portal.admin().codes("acme").create().await.unwrap().items.remove(0);
    let of_globex = portal.admin().codes("globex").create().await.unwrap().items.remove(0);

    let all = page(&client, "/codes").await;
    assert!(all.contains("<b>All tenants</b>") && all.contains("href=\"/switch?from=%2Fcodes\""), "{all}");
    let choice = page(&client, "/switch?from=/codes").await;
    assert!(
        choice.contains("href=\"/codes?tenant=acme\"") && choice.contains("href=\"/codes?tenant=globex\"")
    );
    let found = page(&client, "/switch?from=/codes&q=glo").await;
    assert!(found.contains("/codes?tenant=globex") && !found.contains("/codes?tenant=acme"), "by its name");
    let part = client.get("/switch?from=/codes").header("hx-request", "true").send().await;
    assert!(
        part.text().starts_with("<dialog") && part.text().contains("/codes?tenant=acme"),
        "{}",
        part.text()
    );

    let narrowed = page(&client, "/codes?tenant=acme").await;
    assert!(narrowed.contains("<b>Acme</b>"), "{narrowed}");
    assert!(narrowed.contains(&of_acme.hint) && !narrowed.contains(&of_globex.hint));
    for kept in ["/events", "/projects", "/devices", "/users"] {
        assert!(narrowed.contains(&format!("href=\"{kept}?tenant=acme\"")), "{kept} stays with the tenant");
        assert!(page(&client, &format!("{kept}?tenant=acme")).await.contains("<b>Acme</b>"));
    }
    assert!(narrowed.contains("href=\"/dashboard\""), "what is of all tenants stays so");
    assert!(
        page(&client, "/tenants/globex").await.contains("href=\"/codes?tenant=globex\""),
        "its own page leads on"
    );

    // What cannot be narrowed leads to the tenant; what is no page of ours leads nowhere else.
    for from in ["/dashboard", "https://evil.example", "//evil.example"] {
        let choice = page(&client, &format!("/switch?from={from}")).await;
        assert!(choice.contains("href=\"/tenants/acme\"") && !choice.contains("href=\"http"), "{from}");
    }
    assert!(
        page(&client, "/codes?tenant=nobody").await.contains("<b>All tenants</b>"),
        "there is no such tenant"
    );
}

async fn people_of_a_tenant_choose_nothing(portal: &TestPortal) {
    portal.admin().tenant("Acme").create().await.unwrap();
    let client = visiting(portal, &portal.person("boss", Role::TenantAdmin, Some("acme")).await);
    let own = page(&client, "/portal").await;
    assert!(!own.contains("/switch") && own.contains("href=\"/codes\""), "{own}");
    assert_eq!(client.get("/switch").header("accept", "text/html").send().await.code(), 403);
}
