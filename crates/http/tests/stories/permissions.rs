//! The table of permissions as it is answered and printed, and API tokens that are limited to a part of it.

use std::{fmt::Write, path::PathBuf, time::Duration};

use daybook_model::permission::PERMISSIONS;
use daybook_testkit::{Action, ApiToken, Page, Role, TestPortal, both_engines, wait_for};
use serde_json::{Value, json};

use crate::document::{Needs, operations};

both_engines!(
    the_table_is_answered_with_what_the_caller_may_do,
    a_token_is_limited_to_the_scopes_it_was_made_with,
    a_token_makes_no_token_that_may_do_more,
    scopes_that_are_none_or_beyond_the_role_are_refused,
    an_auditor_sees_the_tokens_and_makes_none,
    the_list_says_when_a_token_was_last_used,
    a_tenant_s_token_is_revoked_under_its_tenant,
);

const HEAD: &str = "\
# Permissions

Printed from the code by a test that fails when this page is stale; `DAYBOOK_WRITE_GOLDEN=1 cargo test -p daybook-http permissions`
prints it anew. A caller may do what its role may; an API token can be limited to some of that (its scopes). Roles of tenants act
within their own tenant only, under `/tenant/api`.

";

/// The table as a page of the documentation: roles, and the operations that ask for each action.
fn printed() -> String {
    let mut page = String::from(HEAD);
    let roles = Role::ALL.map(|role| format!("`{role}`")).join(" | ");
    writeln!(page, "| action | allows | {roles} | operations |").unwrap();
    writeln!(page, "| --- | --- |{} --- |", " --- |".repeat(Role::ALL.len())).unwrap();
    let operations = operations();
    for line in PERMISSIONS {
        let marks = Role::ALL.map(|role| if role.may(line.action) { "yes" } else { "" }).join(" | ");
        let asks = operations.iter().filter(|operation| operation.needs == Some(Needs::Action(line.action)));
        let names: Vec<_> = asks.map(|operation| format!("`{}`", operation.name)).collect();
        writeln!(page, "| `{}` | {} | {marks} | {} |", line.action, line.what, names.join(", ")).unwrap();
    }
    page
}

#[test]
fn the_page_of_permissions_says_what_the_code_does() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/permissions.md");
    if std::env::var_os("DAYBOOK_WRITE_GOLDEN").is_some() {
        std::fs::write(&path, printed()).unwrap();
    }
    let page = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(page, printed(), "docs/permissions.md is stale: DAYBOOK_WRITE_GOLDEN=1 prints it anew");
}

async fn the_table_is_answered_with_what_the_caller_may_do(portal: &TestPortal) {
    let table = portal.auditor().value("/admin/api/permissions").await;
    assert_eq!(table["roles"], json!(["auditor", "admin", "owner", "tenant_admin", "tenant_member"]));
    let lines = table["permissions"].as_array().unwrap();
    assert_eq!(lines.len(), Action::ALL.len());
    for (line, expected) in lines.iter().zip(PERMISSIONS) {
        let roles: Vec<&str> = expected.roles.iter().map(|role| role.as_str()).collect();
        let expected = json!({ "action": expected.action, "what": expected.what, "roles": roles });
        assert_eq!(*line, expected);
    }
    assert_eq!(table["yours"].as_array().unwrap().len(), Role::Auditor.actions().count());
    let limited = portal.scoped_token(Role::Owner, None, &[Action::LogRead, Action::TokensWrite]).await;
    let answer: Value = portal.client(&limited).get("/admin/api/permissions").send().await.json();
    assert_eq!(answer["yours"], json!(["log:read", "tokens:write"]));
}

async fn a_token_is_limited_to_the_scopes_it_was_made_with(portal: &TestPortal) {
    let owner = portal.owner();
    let scopes = json!(["tenants:write", "tenants:read", "tenants:read"]);
    let made = owner.api_token("limited", Role::Admin).with("scopes", scopes).create().await.unwrap();
    assert_eq!(made.scopes, Some(vec!["tenants:read".to_owned(), "tenants:write".to_owned()]));
    let limited = portal.client(&made.token.unwrap());
    assert_eq!(limited.get("/admin/api/tenants").send().await.code(), 200);
    assert_eq!(limited.post("/admin/api/tenants", &json!({ "name": "Acme" })).send().await.code(), 201);
    let refused = limited.get("/admin/api/codes").send().await.problem();
    assert_eq!(refused.kind(), (403, "FORBIDDEN"));
    assert_eq!(refused.detail, "this needs codes:read, which is not among the token's scopes");
    let refused = limited.get("/admin/api/projects/nobody").send().await.problem();
    assert_eq!(refused.status, 403, "what cannot be seen is not looked at");
    portal.settle().await;
    let event = portal.auditor().all_events(&[("type", "API_TOKEN_CREATED")]).await.remove(0);
    assert_eq!(event.metadata["scopes"], json!(["tenants:read", "tenants:write"]));
    let said = "An API token with role admin, limited to tenants:read, tenants:write, was created.";
    assert_eq!(event.description, said);
}

async fn a_token_makes_no_token_that_may_do_more(portal: &TestPortal) {
    let makes_tokens = portal.scoped_token(Role::Owner, None, &[Action::TokensWrite, Action::LogRead]).await;
    let makes_tokens = portal.client(&makes_tokens);
    let size = portal.settle().await;
    let make = async |body: Value| makes_tokens.post("/admin/api/api-tokens", &body).send().await;
    for (body, place) in [
        (json!({ "name": "all", "role": "owner" }), "/role"),
        (json!({ "name": "less, and still more", "role": "auditor" }), "/role"),
        (json!({ "name": "more", "role": "auditor", "scopes": ["log:read", "codes:read"] }), "/scopes"),
    ] {
        let problem = make(body).await.problem();
        assert_eq!((problem.kind(), problem.pointers()), ((422, "INVALID"), vec![place]));
        assert_eq!(problem.errors[0].code, "BEYOND_CALLER");
    }
    assert_eq!(portal.settle().await, size);
    let body = json!({ "name": "the same", "role": "owner", "scopes": ["log:read", "tokens:write"] });
    assert_eq!(make(body).await.code(), 201);
}

async fn scopes_that_are_none_or_beyond_the_role_are_refused(portal: &TestPortal) {
    let owner = portal.owner();
    let size = portal.settle().await;
    let made = async |role: Role, scopes: Value| {
        let problem = owner.api_token("limited", role).with("scopes", scopes).create().await.unwrap_err();
        let errors = problem.errors.iter();
        errors.map(|error| format!("{} {}", error.pointer, error.code)).collect::<Vec<_>>().join(", ")
    };
    assert_eq!(made(Role::Owner, json!([])).await, "/scopes REQUIRED");
    let unknown = json!(["log:read", "log:write", "TENANTS:READ", "tenants:read log:read"]);
    let expected = "/scopes/1 UNKNOWN_SCOPE, /scopes/2 UNKNOWN_SCOPE, /scopes/3 UNKNOWN_SCOPE";
    assert_eq!(made(Role::Owner, unknown).await, expected);
    assert_eq!(made(Role::Auditor, json!(["tenants:write"])).await, "/scopes/0 BEYOND_ROLE");
    for role in Role::TENANT {
        let problem = owner.api_token("stray", role).create().await.unwrap_err();
        assert_eq!(problem.pointers(), ["/role"], "a token of no tenant has no tenant's role");
    }
    assert_eq!(portal.settle().await, size);
}

async fn an_auditor_sees_the_tokens_and_makes_none(portal: &TestPortal) {
    let auditor = portal.auditor();
    let tokens: Vec<ApiToken> = auditor.all("/admin/api/api-tokens", &[]).await;
    assert_eq!(tokens.len(), 3);
    assert!(tokens.iter().all(|token| token.token.is_none() && token.scopes.is_none()));
    let refused = auditor.api_token("own", Role::Auditor).create().await.unwrap_err();
    assert_eq!(refused.detail, "this needs tokens:write, which the role auditor does not have");
    assert_eq!(auditor.revoke_api_token(&tokens[0].id).await, 403);
}

async fn the_list_says_when_a_token_was_last_used(portal: &TestPortal) {
    let made = portal.owner().api_token("export", Role::Auditor).create().await.unwrap();
    assert_eq!(made.last_used_at, None);
    let (client, size) = (portal.client(&made.token.unwrap()), portal.settle().await);
    let (auditor, id) = (&portal.auditor(), made.id.as_str());
    for minute in [1, 2] {
        portal.clock().advance(Duration::from_secs(60));
        for _ in 0..5 {
            assert_eq!(client.get("/admin/api/tenants").send().await.code(), 200);
        }
        let used = format!("2026-03-02T08:0{minute}:00.000000Z");
        wait_for("the use shows", || async {
            let page: Page<ApiToken> = auditor.list("/admin/api/api-tokens", &[]).await.unwrap();
            let listed = page.items.into_iter().find(|token| token.id == id).unwrap();
            (listed.last_used_at.as_deref() == Some(&used)).then_some(())
        })
        .await;
    }
    assert_eq!(portal.settle().await, size, "it leaves no event");
}

async fn a_tenant_s_token_is_revoked_under_its_tenant(portal: &TestPortal) {
    let tenant = portal.admin().tenant("Acme").create().await.unwrap();
    let token = portal.tenant_token("acme", Role::TenantMember).await;
    let owner = portal.owner();
    let listed: Vec<ApiToken> = owner.all("/admin/api/api-tokens", &[]).await;
    let of_tenant: Vec<&ApiToken> = listed.iter().filter(|token| token.tenant_id.is_some()).collect();
    assert_eq!(of_tenant.len(), 1);
    let found = of_tenant[0];
    assert_eq!(found.tenant_id.as_deref(), Some(tenant.id.as_str()));
    assert_eq!((found.role.as_str(), found.user_id.as_deref()), ("tenant_member", None));
    assert_eq!(owner.revoke_api_token(&found.id).await, 204);
    assert_eq!(portal.client(&token).get("/admin/api/tenants").send().await.code(), 401);
    portal.settle().await;
    let events = owner.all_events(&[("tenant", "acme")]).await;
    let types: Vec<&str> = events.iter().map(|event| event.r#type.as_str()).collect();
    assert_eq!(types, ["API_TOKEN_REVOKED", "API_TOKEN_CREATED", "TENANT_CREATED"]);
}
