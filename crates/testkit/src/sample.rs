//! Something of everything that pages show, so that each page has an address: for tests that look at all of them.

use serde_json::{Value, json};

use crate::{Admin, Browser, Role, TestPortal, one_time_code};

/// Which factor does not matter: the form that removes one asks for a password first.
const FACTOR: &str = "fac_01k9zq7m3be5v8d0nq2t6y4s1a";

/// What a filled portal has, for the addresses of its pages. The tenant is `acme`.
#[derive(Debug)]
pub struct Sample {
    /// What stands for what in paths: the beginning of a path with what varies in it, and the same filled in.
    filled: Vec<(&'static str, String)>,
    /// Addresses that show the same pages in another state.
    states: Vec<String>,
}

impl Sample {
    /// Fills a portal that has no tenant yet.
    pub async fn prepare(portal: &TestPortal) -> Self {
        let admin = portal.admin();
        admin.tenant("Acme").with("primary_color", "#C47A12").create().await.unwrap();
        admin.update_tenant("acme", &json!({ "self_service_codes": true })).await.unwrap();
        admin.tenant("Globex").create().await.unwrap();
        admin.suspend_tenant("globex").await.unwrap();
        let project = admin.project("acme", "Kiosk").create().await.unwrap().id;
        let codes =
            admin.codes("acme").project(&project).count(2).label("spring").create().await.unwrap().items;
        let device = portal.device("kiosk-0001").activate(&codes[0].code).await.unwrap().device.id;
        admin.revoke_code(&codes[1].id).await.unwrap();
        portal.device("kiosk-0002").activate(&codes[1].code).await.unwrap_err();
        configure_llm(&admin, &project).await;
        configure_providers(portal).await;
        let subject = portal.person("subject", Role::TenantMember, Some("acme")).await;
        set_up_one_time_codes(portal, &subject).await;
        let (user, session) = subject.ids().await;
        let disabled = portal.person("disabled", Role::TenantMember, Some("acme")).await.ids().await.0;
        let path = format!("/admin/api/users/{disabled}/disable");
        assert_eq!(portal.owner().post(&path, &json!({})).send().await.code(), 200);
        let body = json!({ "name": "export", "role": "tenant_member", "tenant": "acme" });
        let token: Value = portal.owner().post("/admin/api/api-tokens", &body).send().await.json();
        portal.settle().await;
        let event = portal.auditor().all_events(&[("tenant", "acme")]).await.remove(0).id;
        let states = vec![
            "/tenants/globex".to_owned(),
            format!("/codes/{}", codes[1].id),
            format!("/users/{disabled}"),
            "/events?q=nobody-s".to_owned(),
        ];
        let filled = vec![
            ("/users/{id}/sessions/{session}", format!("/users/{user}/sessions/{session}")),
            ("/events/{place}", format!("/events/{event}")),
            ("/tenants/{slug}", "/tenants/acme".to_owned()),
            ("/plans/{name}", "/plans/standard".to_owned()),
            ("/llm/providers/{name}", "/llm/providers/main".to_owned()),
            ("/projects/{id}/llm/revert", format!("/projects/{project}/llm/revert?to=0")),
            ("/projects/{id}", format!("/projects/{project}")),
            ("/codes/revoke", format!("/codes/revoke?code={}", codes[0].id)),
            ("/codes/{id}", format!("/codes/{}", codes[0].id)),
            ("/devices/{id}", format!("/devices/{device}")),
            ("/users/{id}", format!("/users/{user}")),
            ("/sessions/{id}", format!("/sessions/{session}")),
            ("/api-tokens/{id}", format!("/api-tokens/{}", token["id"].as_str().unwrap())),
            ("/account/factors/{id}", format!("/account/factors/{FACTOR}")),
            ("/llm/revert", "/llm/revert?to=0".to_owned()),
        ];
        Self { filled, states }
    }

    /// The address of the page with this path: what varies in it is filled in.
    pub fn address(&self, path: &str) -> String {
        let begins = |(beginning, _): &&(&str, String)| path.starts_with(beginning);
        let address = match self.filled.iter().find(begins) {
            Some((beginning, filled)) => path.replacen(beginning, filled, 1),
            None => path.to_owned(),
        };
        assert!(!address.contains('{'), "{path} needs something in crates/testkit/src/sample.rs");
        address
    }

    /// Addresses that show pages in other states: suspended, revoked, disabled, nothing found.
    pub fn states(&self) -> &[String] {
        &self.states
    }
}

/// Language models with a history, for the platform and for a project.
async fn configure_llm(admin: &Admin, project: &str) {
    for instructions in ["Greet the guests.", "Be brief."] {
        let providers = json!([{ "name": "main", "kind": "openai" }]);
        for (path, body) in [
            ("config".to_owned(), json!({ "instructions": instructions, "providers": providers })),
            (format!("projects/{project}"), json!({ "instructions": instructions })),
        ] {
            let reply = admin.put(&format!("/admin/api/{path}/llm"), &body).send().await;
            assert_eq!(reply.code(), 200, "{}", reply.text());
        }
    }
}

/// Gives a person a second factor.
async fn set_up_one_time_codes(portal: &TestPortal, person: &Browser) {
    let begun: Value = person.post("/me/totp", &json!({})).await.json();
    let code = one_time_code(begun["secret"].as_str().unwrap(), portal.clock().now());
    let confirmed =
        person.post("/me/totp/confirm", &json!({ "ceremony": begun["ceremony"], "code": code })).await;
    assert!(confirmed.status.is_success(), "{}", confirmed.text());
}

/// Identity providers of the platform and of the tenant: switched off, so that nobody asks them for anything.
async fn configure_providers(portal: &TestPortal) {
    for of in ["/admin/api", "/admin/api/tenants/acme"] {
        let body = json!({
            "issuer": "https://accounts.example.com", "client_id": "daybook", "client_secret": "a long secret", "enabled": false
        });
        let made = portal.owner().put(&format!("{of}/identity-provider"), &body).send().await;
        assert_eq!(made.code(), 200, "{}", made.text());
    }
}
