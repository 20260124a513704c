//! Settings: what the server was started with, and where people sign in instead of with a password.

use daybook_testkit::{Client, Reply, Role, TestPortal, both_engines};
use serde_json::Value;

use crate::portal_pages::{hidden, page, submit, visiting};

both_engines!(a_provider_is_configured_seen_and_removed, a_provider_of_a_tenant_is_on_its_page);

const ISSUER: &str = "https://accounts.example.com";
const SECRET: &str = "not-to-be-seen-by-anybody";

async fn send(client: &Client, path: &str, pairs: &[(&str, &str)]) -> Reply {
    let form = page(client, path).await;
    let pairs = [&[("form_token", hidden(&form, "form_token"))], pairs].concat();
    submit(client, path, &pairs).await
}

async fn a_provider_is_configured_seen_and_removed(portal: &TestPortal) {
    const FORM: &str = "/settings/identity-provider";
    let owner = visiting(portal, &portal.person("ada", Role::Owner, None).await);
    let auditor = visiting(portal, &portal.person("lin", Role::Auditor, None).await);
    let before = page(&owner, "/settings").await;
    assert!(before.contains("People sign in with a password or a passkey") && before.contains(FORM));
    assert!(before.contains(portal.url()), "the address that the server has in the world");

    // Switched off, it is asked for nothing.
    let wrong =
        [("issuer", "http://accounts.example.com"), ("client_id", "daybook"), ("client_secret", SECRET)];
    let refused = send(&owner, FORM, &wrong).await;
    assert_eq!(refused.code(), 422, "{}", refused.text());
    assert!(refused.text().contains("value=\"http://accounts.example.com\""), "what was typed stays");
    assert!(!refused.text().contains(SECRET), "but no secret comes back");
    assert_eq!(
        send(&owner, FORM, &[("issuer", ISSUER), ("client_id", "daybook")]).await.code(),
        422,
        "a first secret"
    );
    let size = portal.settle().await;
    let right = [("issuer", ISSUER), ("client_id", "daybook"), ("client_secret", SECRET)];
    let done = send(&owner, FORM, &right).await;
    assert_eq!((done.code(), done.header("location")), (303, "/settings"));
    assert_eq!(portal.settle().await, size + 1);
    let answered: Value = portal.owner().get("/admin/api/identity-provider").send().await.json();
    assert_eq!((answered["issuer"].as_str(), answered["enabled"].as_bool()), (Some(ISSUER), Some(false)));

    // The secret stays where none is typed; nothing changed, so nothing is recorded.
    assert_eq!(send(&owner, FORM, &right[..2]).await.code(), 303);
    assert_eq!(portal.settle().await, size + 1);
    let seen = page(&auditor, "/settings").await;
    assert!(seen.contains(ISSUER) && seen.contains("Switched off") && !seen.contains(SECRET));
    assert!(!seen.contains(FORM), "who may not configure is not led there");
    assert_eq!(auditor.get(FORM).header("accept", "text/html").send().await.code(), 403);

    let removed = send(&owner, "/settings/identity-provider/remove", &[]).await;
    assert_eq!((removed.code(), removed.header("location")), (303, "/settings"));
    assert_eq!(
        owner.get("/settings/identity-provider/remove").send().await.code(),
        404,
        "there is none any more"
    );
}

async fn a_provider_of_a_tenant_is_on_its_page(portal: &TestPortal) {
    const FORM: &str = "/tenants/acme/identity-provider";
    portal.admin().tenant("Acme").create().await.unwrap();
    let owner = visiting(portal, &portal.person("ada", Role::Owner, None).await);
    let boss = visiting(portal, &portal.person("boss", Role::TenantAdmin, Some("acme")).await);
    let right = [("issuer", ISSUER), ("client_id", "daybook"), ("client_secret", SECRET)];
    assert_eq!(send(&owner, FORM, &right).await.header("location"), "/tenants/acme");
    let seen = page(&owner, "/tenants/acme").await;
    assert!(seen.contains(ISSUER) && seen.contains("/tenant/api/auth/oidc/callback"), "{seen}");
    assert!(page(&owner, "/settings").await.contains("People sign in with"), "the platform has its own");
    let own = page(&boss, "/portal").await;
    assert!(
        !own.contains("Identity provider</h2>") && !own.contains(FORM),
        "its people have no panel for it"
    );
    assert_eq!(send(&owner, &format!("{FORM}/remove"), &[]).await.header("location"), "/tenants/acme");
    assert!(page(&owner, "/tenants/acme").await.contains("People sign in with"), "there is none any more");
}
