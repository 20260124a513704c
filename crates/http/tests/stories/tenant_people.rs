//! People of tenants: who manages them, what they cannot see, and what becomes of them with their tenant.

use daybook_model::totals::Total;
use daybook_portal::TenantScope;
use daybook_testkit::{Browser, Method, PASSWORD, Role, TestPortal, both_engines};
use serde_json::{Value, json};

use crate::recorded::{count_of, types_since};

both_engines!(
    a_tenant_s_admin_manages_its_people,
    what_is_not_a_tenant_s_own_does_not_exist_for_its_admin,
    a_member_changes_their_own_account_alone,
    people_sign_in_on_their_own_side_alone,
    nothing_of_a_suspended_tenant_opens_until_it_is_resumed,
    a_tenant_takes_its_people_with_it,
    the_numbers_of_users_and_sessions_add_up,
);

/// The names in a list, as this person sees it.
async fn names(browser: &Browser, path: &str) -> Vec<String> {
    let list: Value = browser.get(path).await.json();
    let name = |one: &Value| one["name"].as_str().or(one["user"]["name"].as_str()).unwrap().to_owned();
    let mut names: Vec<String> = list["items"].as_array().unwrap().iter().map(name).collect();
    names.sort();
    names
}

/// The totals of users who joined, are invited and are disabled, and of sessions.
async fn totals(portal: &TestPortal, scope: TenantScope) -> [i64; 4] {
    portal.settle().await;
    let totals = portal.portal().store().reads().await.unwrap().totals(scope, None).await.unwrap();
    [Total::UsersActive, Total::UsersInvited, Total::UsersDisabled, Total::SessionsActive]
        .map(|total| totals.get(&total))
}

async fn a_tenant_s_admin_manages_its_people(portal: &TestPortal) {
    let tenant = portal.admin().tenant("Acme").create().await.unwrap();
    let cat = portal.person("cat", Role::TenantAdmin, Some("acme")).await;
    let size = portal.settle().await;
    let invited = cat.post("/users", &json!({ "email": "dan@example.com", "role": "tenant_member" })).await;
    assert_eq!(invited.code(), 201, "{}", invited.text());
    let invited: Value = invited.json();
    assert_eq!(invited["user"]["tenant"]["id"], json!(tenant.id));
    let dan = cat.fresh();
    assert_eq!(dan.accept(invited["link"].as_str().unwrap(), PASSWORD).await.code(), 200);
    let (id, session) = dan.ids().await;
    let refused = cat.post("/users", &json!({ "email": "eve@example.com", "role": "admin" })).await;
    assert_eq!(refused.problem().errors[0].code, "WRONG_ROLE");
    assert_eq!(cat.patch(&format!("/users/{id}"), &json!({ "name": "Dan" })).await.code(), 200);
    assert_eq!(cat.delete(&format!("/sessions/{session}")).await.code(), 200);
    assert_eq!(dan.get("/me").await.code(), 401);
    let promoted = cat.post(&format!("/users/{id}/role"), &json!({ "role": "tenant_admin" })).await;
    assert_eq!(promoted.code(), 200);
    assert_eq!(cat.delete(&format!("/users/{id}")).await.code(), 204);
    let expected = [
        "USER_INVITED",
        "USER_JOINED",
        "USER_LOGIN",
        "SESSION_CREATED",
        "USER_UPDATED",
        "SESSION_ENDED",
        "USER_ROLE_CHANGED",
        "USER_REMOVED",
    ];
    assert_eq!(types_since(portal, size).await, expected);
    for event in portal.auditor().all_events(&[("type", "USER_REMOVED")]).await {
        assert_eq!((event.actor.r#type.as_str(), event.tenant.unwrap().id), ("tenant", tenant.id.clone()));
    }
}

async fn what_is_not_a_tenant_s_own_does_not_exist_for_its_admin(portal: &TestPortal) {
    for name in ["Acme", "Beta"] {
        portal.admin().tenant(name).create().await.unwrap();
    }
    let cat = portal.person("cat", Role::TenantAdmin, Some("acme")).await;
    let bob = portal.person("bob", Role::TenantMember, Some("beta")).await.ids().await;
    let ada = portal.person("ada", Role::Owner, None).await.ids().await;
    let size = portal.settle().await;
    for (user, session) in [&bob, &ada] {
        for (method, path, body) in [
            (Method::GET, format!("/users/{user}"), json!({})),
            (Method::PATCH, format!("/users/{user}"), json!({ "name": "Changed" })),
            (Method::POST, format!("/users/{user}/role"), json!({ "role": "tenant_member" })),
            (Method::POST, format!("/users/{user}/disable"), json!({})),
            (Method::POST, format!("/users/{user}/enable"), json!({})),
            (Method::POST, format!("/users/{user}/link"), json!({})),
            (Method::DELETE, format!("/users/{user}/factors"), json!({})),
            (Method::DELETE, format!("/users/{user}/sessions"), json!({})),
            (Method::DELETE, format!("/sessions/{session}"), json!({})),
            (Method::DELETE, format!("/me/sessions/{session}"), json!({})),
            (Method::DELETE, format!("/users/{user}"), json!({})),
        ] {
            let reply = cat.send(cat.request(method.clone(), &path).json(&body)).await;
            assert_eq!(reply.code(), 404, "{method} {path}: {}", reply.text());
        }
        assert_eq!(names(&cat, &format!("/sessions?user={user}")).await, [""; 0]);
    }
    for path in
        ["/users", "/users?tenant=beta", "/users?tenant=platform", "/sessions", "/sessions?tenant=beta"]
    {
        assert_eq!(names(&cat, path).await, ["cat"], "{path}");
    }
    // Another tenant cannot even be named; without a name it is their own.
    let body = json!({ "tenant": "beta", "email": "eve@example.com", "role": "tenant_member" });
    let refused = cat.post("/users", &body).await.problem();
    assert_eq!(
        (refused.errors[0].pointer.as_str(), refused.errors[0].code.as_str()),
        ("/tenant", "UNKNOWN_TENANT")
    );
    let body = json!({ "tenant": "acme", "email": "eve@example.com", "role": "tenant_member" });
    let invited: Value = cat.post("/users", &body).await.json();
    assert_eq!(invited["user"]["tenant"]["slug"], "acme");
    assert_eq!(types_since(portal, size).await, ["USER_INVITED"]);
}

async fn a_member_changes_their_own_account_alone(portal: &TestPortal) {
    portal.admin().tenant("Acme").create().await.unwrap();
    let dan = portal.person("dan", Role::TenantMember, Some("acme")).await;
    let (id, session) = dan.ids().await;
    let size = portal.settle().await;
    for (method, path) in [
        (Method::GET, "/users".to_owned()),
        (Method::GET, "/sessions".to_owned()),
        (Method::GET, format!("/users/{id}")),
        (Method::DELETE, format!("/users/{id}")),
        (Method::DELETE, format!("/sessions/{session}")),
        (Method::GET, "/admin/api/tenants".to_owned()),
        (Method::GET, "/admin/api/me".to_owned()),
        (Method::GET, "/admin/api/users".to_owned()),
    ] {
        let reply = dan.send(dan.request(method.clone(), &path)).await;
        assert_eq!(reply.problem().kind(), (403, "FORBIDDEN"), "{method} {path}");
    }
    assert_eq!(portal.settle().await, size);
    assert_eq!(dan.patch("/me", &json!({ "name": "Dan" })).await.code(), 204);
    let me: Value = dan.get("/me").await.json();
    let reads = [
        "usage:read",
        "profile:read",
        "projects:read",
        "codes:read",
        "devices:read",
        "log:read",
        "numbers:read",
    ];
    let expected = reads.iter().chain(&["account"]).collect::<Vec<_>>();
    assert_eq!((&me["user"]["name"], &me["permissions"]), (&json!("Dan"), &json!(expected)));
}

async fn people_sign_in_on_their_own_side_alone(portal: &TestPortal) {
    for name in ["Acme", "Beta"] {
        portal.admin().tenant(name).create().await.unwrap();
    }
    let dan = portal.person("dan", Role::TenantMember, Some("acme")).await.fresh();
    let ada = portal.person("ada", Role::Admin, None).await;
    let refused = portal.browser().sign_in("dan@example.com", PASSWORD).await;
    assert_eq!(refused.problem().kind(), (401, "SIGN_IN_REFUSED"));
    for (tenant, email) in
        [("beta", "dan"), ("acme", "ada"), ("nowhere", "dan"), ("", "ada"), ("../x", "dan")]
    {
        let body = json!({ "tenant": tenant, "email": format!("{email}@example.com"), "password": PASSWORD });
        let refused = dan.post("/auth/login", &body).await;
        assert_eq!(refused.problem().kind(), (401, "SIGN_IN_REFUSED"), "{tenant} {email}");
    }
    let body = json!({ "email": "dan@example.com", "password": PASSWORD });
    assert_eq!(dan.post("/auth/login", &body).await.problem().pointers(), ["/tenant"]);
    let body = json!({ "tenant": "acme", "email": "ada@example.com", "password": PASSWORD });
    assert_eq!(ada.post("/auth/login", &body).await.problem().pointers(), ["/tenant"]);
    assert_eq!(dan.sign_in("dan@example.com", PASSWORD).await.code(), 200);
    let refused = ada.get("/tenant/api/me").await;
    assert_eq!(refused.problem().kind(), (403, "FORBIDDEN"), "a session is of one side");
}

async fn nothing_of_a_suspended_tenant_opens_until_it_is_resumed(portal: &TestPortal) {
    let admin = portal.admin();
    admin.tenant("Acme").create().await.unwrap();
    let cat = portal.person("cat", Role::TenantAdmin, Some("acme")).await;
    let token = portal.client(&portal.tenant_token("acme", Role::TenantAdmin).await);
    let invited: Value =
        cat.post("/users", &json!({ "email": "dan@example.com", "role": "tenant_member" })).await.json();
    let link = invited["link"].as_str().unwrap();
    assert_eq!(token.get("/tenant/api/users").send().await.code(), 200);
    admin.suspend_tenant("acme").await.unwrap();
    let size = portal.settle().await;
    let fresh = cat.fresh();
    assert_eq!(cat.get("/me").await.problem().kind(), (401, "UNAUTHENTICATED"));
    assert_eq!(token.get("/tenant/api/users").send().await.code(), 401);
    let refused = fresh.sign_in("cat@example.com", PASSWORD).await;
    assert_eq!(refused.problem().kind(), (403, "TENANT_SUSPENDED"));
    let refused = fresh.sign_in("cat@example.com", "not the password").await;
    assert_eq!(refused.problem().kind(), (401, "SIGN_IN_REFUSED"), "who cannot sign in learns nothing");
    assert_eq!(fresh.accept(link, PASSWORD).await.problem().kind(), (403, "TENANT_SUSPENDED"));
    assert_eq!(portal.settle().await, size);
    admin.resume_tenant("acme").await.unwrap();
    assert_eq!(cat.get("/me").await.code(), 200);
    assert_eq!(token.get("/tenant/api/users").send().await.code(), 200);
    assert_eq!(fresh.accept(link, PASSWORD).await.code(), 200);
    assert_eq!(fresh.fresh().sign_in("cat@example.com", PASSWORD).await.code(), 200);
}

async fn a_tenant_takes_its_people_with_it(portal: &TestPortal) {
    let admin = portal.admin();
    for name in ["Acme", "Beta"] {
        admin.tenant(name).create().await.unwrap();
    }
    let cat = portal.person("cat", Role::TenantAdmin, Some("acme")).await;
    let dan = portal.person("dan", Role::TenantMember, Some("acme")).await;
    let eve = portal.person("eve", Role::TenantMember, Some("acme")).await;
    let bob = portal.person("bob", Role::TenantMember, Some("beta")).await;
    let token = portal.client(&portal.tenant_token("acme", Role::TenantAdmin).await);
    let invited: Value =
        cat.post("/users", &json!({ "email": "fay@example.com", "role": "tenant_member" })).await.json();
    let link = invited["link"].as_str().unwrap();
    let (id, _) = eve.ids().await;
    assert_eq!(cat.post(&format!("/users/{id}/disable"), &json!({})).await.code(), 200);
    let preview = admin.value("/admin/api/tenants/acme/deletion-impact").await;
    assert_eq!((&preview["closes"]["users"], &preview["closes"]["sessions_active"]), (&json!(4), &json!(2)));
    let ended = count_of(portal, "SESSION_ENDED").await;
    assert_eq!(totals(portal, TenantScope::All).await, [3, 1, 1, 3]);

    let reply = admin.delete("/admin/api/tenants/acme").send().await;
    assert_eq!(reply.json::<Value>()["closed"], preview["closes"]);
    portal.settle().await;
    let event = portal.auditor().all_events(&[("type", "TENANT_DELETED")]).await.remove(0);
    let closed = &event.metadata["closed"];
    for (what, count) in
        [("users_active", 2), ("users_invited", 1), ("users_disabled", 1), ("sessions_active", 2)]
    {
        assert_eq!(closed[what], count, "{what} of {closed}");
    }
    assert_eq!(count_of(portal, "SESSION_ENDED").await, ended, "counted in the one event");
    for browser in [&cat, &dan] {
        assert_eq!(browser.get("/me").await.code(), 401);
    }
    assert_eq!(token.get("/tenant/api/users").send().await.code(), 401);
    let refused = cat.fresh().sign_in("cat@example.com", PASSWORD).await;
    assert_eq!(refused.problem().kind(), (401, "SIGN_IN_REFUSED"));
    assert_eq!(cat.fresh().accept(link, PASSWORD).await.problem().kind(), (410, "LINK_OVER"));
    let read: Value = admin.get(&format!("/admin/api/users/{id}")).send().await.json();
    assert_eq!(read["status"], "removed");
    assert_eq!(totals(portal, TenantScope::All).await, [1, 0, 0, 1]);
    assert_eq!(bob.get("/me").await.code(), 200, "another tenant's people stay");
}

async fn the_numbers_of_users_and_sessions_add_up(portal: &TestPortal) {
    let (owner, auditor) = (portal.owner(), portal.auditor());
    let tenant = owner.tenant("Acme").create().await.unwrap();
    let acme = TenantScope::Of(tenant.id.parse().unwrap());
    let grace = portal.person("grace", Role::Auditor, None).await;
    let dan = portal.person("dan", Role::TenantMember, Some("acme")).await;
    assert_eq!(grace.fresh().sign_in("grace@example.com", PASSWORD).await.code(), 200);
    let sessions = async || {
        portal.settle().await;
        auditor.value("/admin/api/dashboard-stats").await["sessions"]["active"].as_i64().unwrap()
    };
    assert_eq!(sessions().await, 3);
    assert_eq!(totals(portal, TenantScope::All).await, [2, 0, 0, 3]);
    assert_eq!(totals(portal, acme).await, [1, 0, 0, 1]);
    let active: Vec<Value> = auditor.all("/admin/api/sessions", &[("status", "active")]).await;
    assert_eq!(active.len(), 3);
    assert_eq!(dan.post("/auth/logout", &json!({})).await.code(), 204);
    let invitation = json!({ "email": "eve@example.com", "role": "auditor" });
    assert_eq!(owner.post("/admin/api/users", &invitation).send().await.code(), 201);
    assert_eq!(totals(portal, TenantScope::All).await, [2, 1, 0, 2]);
    assert_eq!(totals(portal, acme).await, [1, 0, 0, 0]);
    let (id, _) = grace.ids().await;
    let path = format!("/admin/api/users/{id}");
    assert_eq!(owner.post(&format!("{path}/disable"), &json!({})).send().await.code(), 200);
    assert_eq!(totals(portal, TenantScope::All).await, [1, 1, 1, 0]);
    assert_eq!(sessions().await, 0);
    assert_eq!(owner.delete(&path).send().await.code(), 204);
    assert_eq!(totals(portal, TenantScope::All).await, [1, 1, 0, 0]);
}
