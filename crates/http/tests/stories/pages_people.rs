//! The pages of users, sessions, API tokens and one's own account: what they show is what the API says, their forms do what they say, and
//! nobody does what they may not.

use daybook_testkit::{
    Browser, Client, Method, PASSWORD, Reply, Role, TestPortal, both_engines, one_time_code,
};
use serde_json::{Value, json};

use crate::portal_pages::{hidden, page, submit, visiting};

both_engines!(
    users_are_listed_as_the_api_lists_them,
    somebody_is_invited_by_a_link_that_is_shown_once,
    people_are_changed_by_forms,
    people_of_the_platform_are_its_owners_alone,
    what_cannot_be_undone_asks_for_the_address,
    somebody_else_s_factors_and_sessions_end,
    own_sessions_are_seen_and_ended,
    a_token_is_made_with_its_scopes_and_revoked_by_its_name,
    one_s_own_name_and_password_are_changed,
    one_time_codes_are_set_up_without_a_script,
    what_one_is_told_of_and_how_pages_look_is_chosen,
);

/// Somebody of the platform at a browser that runs no script.
async fn as_one(portal: &TestPortal, name: &str, role: Role) -> Client {
    visiting(portal, &portal.person(name, role, None).await)
}

fn user_rows(page: &str) -> Vec<String> {
    let rows = page.split("<a class=\"ent\" href=\"/users/").skip(1);
    rows.map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
}

async fn listed(portal: &TestPortal, query: &str) -> Vec<String> {
    let users = portal.auditor().value(&format!("/admin/api/users{query}")).await;
    users["items"].as_array().unwrap().iter().map(|user| user["id"].as_str().unwrap().to_owned()).collect()
}

async fn id_of(portal: &TestPortal, query: &str) -> String {
    listed(portal, query).await.remove(0)
}

async fn status_of(portal: &TestPortal, id: &str) -> Value {
    portal.auditor().value(&format!("/admin/api/users/{id}")).await["status"].clone()
}

/// The types of the events from this number on, latest first.
async fn types_since(portal: &TestPortal, size: u64) -> Vec<String> {
    let count = usize::try_from(portal.settle().await - size).unwrap();
    portal.auditor().recent().await.activities.into_iter().take(count).map(|one| one.r#type).collect()
}

/// What a form sends that carries the token of the page at `path`.
async fn send(client: &Client, path: &str, pairs: &[(&str, &str)]) -> Reply {
    let shown = page(client, path).await;
    let token = [("form_token", hidden(&shown, "form_token"))];
    submit(client, path, &[&token[..], pairs].concat()).await
}

async fn users_are_listed_as_the_api_lists_them(portal: &TestPortal) {
    portal.admin().tenant("Acme").create().await.unwrap();
    let auditor = as_one(portal, "grace", Role::Auditor).await;
    portal.person("mina", Role::TenantAdmin, Some("acme")).await;
    let (gone, _) = portal.person("gone", Role::TenantMember, Some("acme")).await.ids().await;
    let disable = format!("/admin/api/users/{gone}/disable");
    assert_eq!(portal.owner().post(&disable, &json!({})).send().await.code(), 200);
    for query in ["", "?tenant=acme", "?tenant=platform", "?status=disabled", "?tenant=acme&status=active"] {
        let shown = page(&auditor, &format!("/users{query}")).await;
        assert_eq!(user_rows(&shown), listed(portal, query).await, "{query}");
    }
    let shown = page(&auditor, "/users?tenant=acme").await;
    assert!(shown.contains("mina@example.com") && shown.contains("Tenant admin"), "{shown}");
    assert!(shown.contains("<a href=\"/tenants/acme\">Acme</a>") && !shown.contains("grace@example.com"));
    assert!(!shown.contains("/users/new"), "an auditor invites nobody");
    assert!(page(&auditor, "/users?tenant=nobody").await.contains("Nothing matches"));
    let one = page(&auditor, &format!("/users/{gone}")).await;
    assert!(one.contains("Disabled") && one.contains(&format!("/events?q={gone}")), "{one}");
    for act in ["edit", "role", "link", "enable", "remove", "erase", "factors", "sessions"] {
        assert!(!one.contains(&format!("/users/{gone}/{act}\"")), "an auditor sees no button: {act}");
        let refused =
            submit(&auditor, &format!("/users/{gone}/{act}"), &[("confirm", "gone@example.com")]).await;
        assert_eq!(refused.code(), 403, "{act}");
    }
    let admin = as_one(portal, "ines", Role::Admin).await;
    let one = page(&admin, &format!("/users/{gone}")).await;
    assert!(
        one.contains(&format!("/users/{gone}/enable\"")) && !one.contains(&format!("/users/{gone}/erase\""))
    );
    assert_eq!(auditor.get("/users/nonsense").header("accept", "text/html").send().await.code(), 422);
}

async fn somebody_is_invited_by_a_link_that_is_shown_once(portal: &TestPortal) {
    portal.admin().tenant("Acme").create().await.unwrap();
    let admin = as_one(portal, "ines", Role::Admin).await;
    let form = page(&admin, "/users/new?tenant=acme").await;
    assert!(form.contains("value=\"acme\"") && form.contains("value=\"tenant_admin\""), "{form}");
    assert!(!form.contains("value=\"owner\""), "an admin invites people of tenants alone");
    let size = portal.settle().await;
    let wrong = [("tenant", "acme"), ("email", "no address"), ("name", "Ada"), ("role", "tenant_member")];
    let refused = send(&admin, "/users/new", &wrong).await;
    assert_eq!(refused.code(), 422);
    for part in ["no address", "value=\"Ada\"", "aria-invalid=\"true\""] {
        assert!(refused.text().contains(part), "{part} in {}", refused.text());
    }
    let beyond = [("email", "boss@example.com"), ("role", "owner")];
    assert_eq!(send(&admin, "/users/new", &beyond).await.code(), 403, "no owner is made by an admin");
    assert_eq!(portal.settle().await, size);
    let right =
        [("tenant", "acme"), ("email", "ada@example.com"), ("name", "Ada"), ("role", "tenant_member")];
    let made = send(&admin, "/users/new", &right).await;
    assert_eq!((made.code(), made.header("cache-control")), (201, "no-store"), "{}", made.text());
    assert_eq!(types_since(portal, size).await, ["USER_INVITED"]);
    let (_, link) = made.text().split_once("<span class=\"secret-v\">").unwrap();
    let link = link.split('<').next().unwrap().to_owned();
    let id = id_of(portal, "?tenant=acme").await;
    let seen = page(&admin, &format!("/users/{id}")).await;
    assert!(seen.contains("Invited") && !seen.contains("token="), "the link is not shown again: {seen}");
    let joined = Browser::new(portal, daybook_testkit::Realm::Tenant("acme".to_owned()));
    assert_eq!(joined.accept(&link, PASSWORD).await.code(), 200, "{link}");
    // Once somebody has joined, a new link is for a new password.
    let again = send(&admin, &format!("/users/{id}/link"), &[]).await;
    assert_eq!(again.code(), 201, "{}", again.text());
    assert!(again.text().contains("/join?token=") && again.text().contains("No mail goes out"));
    assert_eq!(types_since(portal, portal.settle().await - 1).await, ["USER_LINK_ISSUED"]);
}

async fn people_are_changed_by_forms(portal: &TestPortal) {
    portal.admin().tenant("Acme").create().await.unwrap();
    let admin = as_one(portal, "ines", Role::Admin).await;
    let ada = portal.person("ada", Role::TenantMember, Some("acme")).await;
    let (id, _) = ada.ids().await;
    let path = format!("/users/{id}");
    let form = page(&admin, &format!("{path}/edit")).await;
    let version = hidden(&form, "version").to_owned();
    let edit = [("email", "ada@acme.example"), ("name", "Ada L."), ("version", version.as_str())];
    let size = portal.settle().await;
    let done = send(&admin, &format!("{path}/edit"), &edit).await;
    assert_eq!((done.code(), done.header("location")), (303, path.as_str()), "{}", done.text());
    assert_eq!(types_since(portal, size).await, ["USER_UPDATED"]);
    let stale = [("email", "ada@other.example"), ("name", "Ada"), ("version", version.as_str())];
    let refused = send(&admin, &format!("{path}/edit"), &stale).await;
    assert_eq!(refused.code(), 412, "nobody overwrites what they have not seen");
    assert!(refused.text().contains("ada@other.example"), "{}", refused.text());
    let shown = page(&admin, &path).await;
    assert!(shown.contains("<h1>Ada L.</h1>") && shown.contains("ada@acme.example"), "{shown}");

    let roles = page(&admin, &format!("{path}/role")).await;
    assert!(roles.contains("value=\"tenant_admin\"") && !roles.contains("value=\"auditor\""), "{roles}");
    let refused = send(&admin, &format!("{path}/role"), &[("role", "auditor")]).await;
    assert_eq!(refused.code(), 422, "of its own side: {}", refused.text());
    let done = send(&admin, &format!("{path}/role"), &[("role", "tenant_admin")]).await;
    assert_eq!((done.code(), done.header("location")), (303, path.as_str()));
    assert_eq!(ada.get("/me").await.code(), 401, "their sessions end");

    let size = portal.settle().await;
    let done = send(&admin, &format!("{path}/disable"), &[("reason", "on leave")]).await;
    assert_eq!((done.code(), status_of(portal, &id).await), (303, json!("disabled")));
    assert_eq!(types_since(portal, size).await, ["USER_DISABLED"]);
    let dialog = admin.get(&format!("{path}/enable")).header("hx-request", "true").send().await;
    assert!(dialog.text().starts_with("<dialog"), "the same form as a dialog: {}", dialog.text());
    let done = send(&admin, &format!("{path}/enable"), &[]).await;
    assert_eq!((done.code(), status_of(portal, &id).await), (303, json!("active")));
}

async fn people_of_the_platform_are_its_owners_alone(portal: &TestPortal) {
    let admin = as_one(portal, "ines", Role::Admin).await;
    let (id, _) = portal.person("grace", Role::Auditor, None).await.ids().await;
    let shown = page(&admin, &format!("/users/{id}")).await;
    assert!(!shown.contains(&format!("/users/{id}/")), "no button leads anywhere: {shown}");
    let size = portal.settle().await;
    for act in ["edit", "role", "link", "disable", "enable", "remove", "factors", "sessions"] {
        let path = format!("/users/{id}/{act}");
        assert_eq!(admin.get(&path).send().await.code(), 403, "{act}");
        let sent = [("role", "admin"), ("confirm", "grace@example.com"), ("email", "x@example.com")];
        assert_eq!(submit(&admin, &path, &sent).await.code(), 403, "{act}");
    }
    assert_eq!(portal.settle().await, size);
    let owner = as_one(portal, "ada", Role::Owner).await;
    let done = send(&owner, &format!("/users/{id}/role"), &[("role", "admin")]).await;
    assert_eq!(done.code(), 303);
    let (owner_id, _) = portal.person("last", Role::Owner, None).await.ids().await;
    assert_eq!(send(&owner, &format!("/users/{owner_id}/disable"), &[]).await.code(), 303);
    let me = id_of(portal, "?tenant=platform&status=active").await;
    let own = listed(portal, "?tenant=platform&status=active").await;
    let mut refused = 0;
    for id in own {
        let user = portal.auditor().value(&format!("/admin/api/users/{id}")).await;
        if user["role"] == "owner" {
            let reply = send(&owner, &format!("/users/{id}/disable"), &[]).await;
            assert_eq!(reply.code(), 409, "the last owner stays: {}", reply.text());
            refused += 1;
        }
    }
    assert_eq!((refused, me.is_empty()), (1, false));
}

async fn what_cannot_be_undone_asks_for_the_address(portal: &TestPortal) {
    portal.admin().tenant("Acme").create().await.unwrap();
    let owner = as_one(portal, "ada", Role::Owner).await;
    let mut ids = vec![];
    for name in ["mina", "nils"] {
        ids.push(portal.person(name, Role::TenantMember, Some("acme")).await.ids().await.0);
    }
    for (act, id, name) in [("remove", &ids[0], "mina"), ("erase", &ids[1], "nils")] {
        let path = format!("/users/{id}/{act}");
        let size = portal.settle().await;
        for typed in ["", name, "Mina@example.com "] {
            let refused = send(&owner, &path, &[("confirm", typed), ("reason", "asked for it")]).await;
            assert_eq!(refused.code(), 422, "{act} {typed:?}");
            assert!(
                refused.text().contains("nothing was changed") && refused.text().contains("asked for it")
            );
        }
        assert_eq!(portal.settle().await, size, "{act}");
        let typed = format!("{name}@example.com");
        let done = send(&owner, &path, &[("confirm", &typed), ("reason", "asked for it")]).await;
        assert_eq!((done.code(), done.header("location")), (303, format!("/users/{id}").as_str()));
        assert_eq!(status_of(portal, id).await, "removed", "{act}");
    }
    let removed = page(&owner, &format!("/users/{}", ids[0])).await;
    assert!(removed.contains("mina") && removed.contains("Removed"), "{removed}");
    assert!(!removed.contains("/remove\"") && removed.contains("/erase\""), "they can still be erased");
    let erased = page(&owner, &format!("/users/{}", ids[1])).await;
    assert!(erased.contains("<h1>(erased)</h1>") && !erased.contains("nils"), "{erased}");
    assert!(!erased.contains("/erase\""), "nobody is erased twice");
    assert!(page(&owner, "/users?status=removed").await.contains("(erased)"));
}

/// Sets up one-time codes by the API; answers the secret.
async fn set_up_totp(portal: &TestPortal, browser: &Browser) -> String {
    let begun: Value = browser.post("/me/totp", &json!({})).await.json();
    let secret = begun["secret"].as_str().unwrap().to_owned();
    let code = one_time_code(&secret, daybook_model::Clock::now(portal.clock()));
    let confirm = json!({ "ceremony": begun["ceremony"], "code": code });
    assert_eq!(browser.post("/me/totp/confirm", &confirm).await.code(), 200);
    secret
}

async fn somebody_else_s_factors_and_sessions_end(portal: &TestPortal) {
    portal.admin().tenant("Acme").create().await.unwrap();
    let admin = as_one(portal, "ines", Role::Admin).await;
    let mina = portal.person("mina", Role::TenantMember, Some("acme")).await;
    set_up_totp(portal, &mina).await;
    let (id, session) = mina.ids().await;
    let path = format!("/users/{id}");
    let shown = page(&admin, &path).await;
    assert!(shown.contains("One-time codes") && shown.contains(&session), "{shown}");
    assert!(shown.contains("USER_FACTOR_ADDED"), "what happened last: {shown}");
    let size = portal.settle().await;
    let done = send(&admin, &format!("{path}/sessions/{session}"), &[]).await;
    assert_eq!((done.code(), done.header("location")), (303, path.as_str()));
    assert_eq!(types_since(portal, size).await, ["SESSION_ENDED"]);
    assert_eq!(mina.get("/me").await.code(), 401);
    assert!(page(&admin, &path).await.contains("not signed in anywhere"));
    assert_eq!(send(&admin, &format!("{path}/factors"), &[]).await.code(), 303);
    assert!(page(&admin, &path).await.contains("The password alone"));
    assert_eq!(mina.sign_in("mina@example.com", PASSWORD).await.code(), 200, "no code is asked for");
    let other = mina.fresh();
    other.sign_in("mina@example.com", PASSWORD).await;
    assert_eq!(send(&admin, &format!("{path}/sessions"), &[]).await.code(), 303);
    for browser in [&mina, &other] {
        assert_eq!(browser.get("/me").await.code(), 401);
    }
}

async fn own_sessions_are_seen_and_ended(portal: &TestPortal) {
    let here = portal.person("grace", Role::Auditor, None).await;
    let client = visiting(portal, &here);
    let elsewhere = [here.fresh(), here.fresh(), here.fresh()];
    for browser in &elsewhere {
        assert_eq!(browser.sign_in("grace@example.com", PASSWORD).await.code(), 200);
    }
    let foreign = portal.person("ines", Role::Admin, None).await.ids().await.1;
    let shown = page(&client, "/sessions").await;
    let own: Value = here.get("/me/sessions").await.json();
    for session in own["items"].as_array().unwrap() {
        assert!(shown.contains(session["id"].as_str().unwrap()), "{session}");
    }
    assert_eq!(shown.matches("This one").count(), 2, "the present one is marked, once for each reader");
    assert!(!shown.contains(&foreign), "nobody else's");
    let (_, first) = elsewhere[0].ids().await;
    let size = portal.settle().await;
    let done = send(&client, &format!("/sessions/{first}/end"), &[]).await;
    assert_eq!((done.code(), done.header("location")), (303, "/sessions"));
    assert_eq!(types_since(portal, size).await, ["SESSION_ENDED"]);
    assert_eq!(elsewhere[0].get("/me").await.code(), 401);
    assert_eq!(submit(&client, &format!("/sessions/{foreign}/end"), &[]).await.code(), 404);
    assert_eq!(send(&client, "/sessions/end-others", &[]).await.code(), 303);
    for browser in &elsewhere[1..] {
        assert_eq!(browser.get("/me").await.code(), 401);
    }
    assert_eq!(page(&client, "/sessions").await.matches("<td class=\"act\">").count(), 1, "this one goes on");
}

async fn a_token_is_made_with_its_scopes_and_revoked_by_its_name(portal: &TestPortal) {
    portal.admin().tenant("Acme").create().await.unwrap();
    let owner = as_one(portal, "ada", Role::Owner).await;
    let auditor = as_one(portal, "grace", Role::Auditor).await;
    let size = portal.settle().await;
    let form = page(&owner, "/api-tokens/new").await;
    assert!(
        form.contains("<fieldset") && form.contains("name=\"scopes\" type=\"checkbox\" value=\"log:read\"")
    );
    let beyond =
        [("name", "nightly"), ("role", "auditor"), ("scopes", "log:read"), ("scopes", "tenants:write")];
    let refused = send(&owner, "/api-tokens/new", &beyond).await;
    assert_eq!(refused.code(), 422, "{}", refused.text());
    for part in ["value=\"nightly\"", "value=\"log:read\" checked", "value=\"tenants:write\" checked"] {
        assert!(refused.text().contains(part), "{part} in {}", refused.text());
    }
    assert_eq!(portal.settle().await, size);
    let right = [
        ("name", "nightly"),
        ("role", "auditor"),
        ("scopes", "log:read"),
        ("scopes", "numbers:read"),
        ("expires_in_days", "30"),
    ];
    let made = send(&owner, "/api-tokens/new", &right).await;
    assert_eq!((made.code(), made.header("cache-control")), (201, "no-store"), "{}", made.text());
    let (_, secret) = made.text().split_once("<span class=\"secret-v\">").unwrap();
    let program = portal.client(secret.split('<').next().unwrap());
    assert_eq!(program.get("/admin/api/events").send().await.code(), 200);
    assert_eq!(program.get("/admin/api/tenants").send().await.code(), 403, "the scopes limit it");
    let within = [("name", "sync"), ("role", "tenant_member"), ("tenant", "acme"), ("personal", "")];
    assert_eq!(send(&owner, "/api-tokens/new", &within).await.code(), 201);

    let listed = portal.auditor().value("/admin/api/api-tokens").await;
    let token = listed["items"].as_array().unwrap().iter().find(|token| token["name"] == "nightly").unwrap();
    let id = token["id"].as_str().unwrap();
    assert_eq!(token["scopes"], json!(["log:read", "numbers:read"]));
    let shown = page(&auditor, "/api-tokens").await;
    for token in listed["items"].as_array().unwrap() {
        assert!(shown.contains(token["id"].as_str().unwrap()), "{token}");
    }
    assert!(shown.contains("log:read numbers:read") && shown.contains("<a href=\"/tenants/acme\">Acme</a>"));
    assert!(!shown.contains("/revoke") && !shown.contains("/api-tokens/new"), "an auditor changes nothing");
    let path = format!("/api-tokens/{id}/revoke");
    assert_eq!(submit(&auditor, &path, &[("confirm", "nightly")]).await.code(), 403);
    let size = portal.settle().await;
    assert_eq!(send(&owner, &path, &[("confirm", "night")]).await.code(), 422);
    assert_eq!((portal.settle().await, program.get("/admin/api/events").send().await.code()), (size, 200));
    assert_eq!(send(&owner, &path, &[("confirm", "nightly")]).await.code(), 303);
    assert_eq!(types_since(portal, size).await, ["API_TOKEN_REVOKED"]);
    assert_eq!(program.get("/admin/api/events").send().await.code(), 401);
    let shown = page(&owner, "/api-tokens").await;
    assert!(shown.contains("Revoked") && !shown.contains(&path), "{shown}");
}

async fn one_s_own_name_and_password_are_changed(portal: &TestPortal) {
    let browser = portal.person("grace", Role::Auditor, None).await;
    let (client, other) = (visiting(portal, &browser), browser.fresh());
    other.sign_in("grace@example.com", PASSWORD).await;
    let shown = page(&client, "/account").await;
    assert!(shown.contains("grace@example.com") && shown.contains("<a class=\"me\" href=\"/account\""));
    let long = "x".repeat(121);
    assert_eq!(send(&client, "/account/name", &[("name", &long)]).await.code(), 422);
    let size = portal.settle().await;
    let done = send(&client, "/account/name", &[("name", "Grace Hopper")]).await;
    assert_eq!((done.code(), done.header("location")), (303, "/account"));
    assert_eq!(types_since(portal, size).await, ["USER_UPDATED"]);
    assert!(page(&client, "/account").await.contains("<b>Grace Hopper</b>"));

    let new = "another walrus plays chess";
    let size = portal.settle().await;
    for (present, new) in [("not it", new), (PASSWORD, "short")] {
        let wrong = [("current_password", present), ("password", new)];
        let refused = send(&client, "/account/password", &wrong).await;
        assert_eq!((refused.code(), refused.header("set-cookie")), (422, ""), "{}", refused.text());
        assert!(
            !refused.text().contains(&format!("value=\"{new}\"")) && refused.text().contains("aria-invalid"),
            "{}",
            refused.text()
        );
    }
    assert_eq!(other.get("/me").await.code(), 200);
    assert_eq!(portal.settle().await, size);
    let right = [("current_password", PASSWORD), ("password", new)];
    let done = send(&client, "/account/password", &right).await;
    assert_eq!((done.code(), done.header("location")), (303, "/account"), "{}", done.text());
    let cookie = done.header("set-cookie").split(';').next().unwrap();
    assert_eq!(client.get("/account").send().await.code(), 303, "the old cookie opens nothing");
    assert_eq!(other.get("/me").await.code(), 401, "other sessions have ended");
    page(&portal.anonymous().into_client().with_cookie(cookie), "/account").await;
    assert_eq!(other.sign_in("grace@example.com", new).await.code(), 200);
}

async fn one_time_codes_are_set_up_without_a_script(portal: &TestPortal) {
    let browser = portal.person("grace", Role::Auditor, None).await;
    let client = visiting(portal, &browser);
    let now = || daybook_model::Clock::now(portal.clock());
    let size = portal.settle().await;
    let begun = send(&client, "/account/totp", &[]).await;
    assert_eq!(begun.code(), 200, "{}", begun.text());
    let (_, secret) = begun.text().split_once("value=\"otpauth://").unwrap();
    let (_, secret) = secret.split_once("secret=").unwrap();
    let secret: String = secret.chars().take_while(char::is_ascii_alphanumeric).collect();
    let ceremony = hidden(begun.text(), "ceremony").to_owned();
    let wrong =
        submit(&client, "/account/totp/confirm", &[("ceremony", &ceremony), ("code", "000000")]).await;
    assert!(wrong.text().contains("Begin again"), "{}", wrong.text());
    assert_eq!(portal.settle().await, size, "nothing has changed");

    let begun = send(&client, "/account/totp", &[]).await;
    assert!(!begun.text().contains(&secret), "another secret");
    let (_, rest) = begun.text().split_once("secret=").unwrap();
    let secret: String = rest.chars().take_while(char::is_ascii_alphanumeric).collect();
    let code = one_time_code(&secret, now());
    let sent = [("ceremony", hidden(begun.text(), "ceremony")), ("code", code.as_str())];
    let done = submit(&client, "/account/totp/confirm", &sent).await;
    assert_eq!((done.code(), done.header("cache-control")), (201, "no-store"), "{}", done.text());
    let codes: Vec<String> = done
        .text()
        .split("<span class=\"secret-v\">")
        .skip(1)
        .map(|rest| rest.split('<').next().unwrap().to_owned())
        .collect();
    let cookie = done.header("set-cookie").split(';').next().unwrap();
    let client = portal.anonymous().into_client().with_cookie(cookie);
    let shown = page(&client, "/account").await;
    assert!(shown.contains(&format!("{} recovery codes left", codes.len())) && codes.len() > 4, "{shown}");
    assert!(!shown.contains("href=\"/account/totp\""), "they are set up once");

    let fresh = send(&client, "/account/recovery-codes", &[]).await;
    assert_eq!(fresh.code(), 201);
    assert!(!codes.iter().any(|code| fresh.text().contains(code)), "the old ones end");
    let (_, rest) = shown.split_once("href=\"/account/factors/").unwrap();
    let path = format!("/account/factors/{}", rest.split('"').next().unwrap());
    assert_eq!(send(&client, &path, &[("current_password", "not it")]).await.code(), 422);
    let size = portal.settle().await;
    let done = send(&client, &path, &[("current_password", PASSWORD)]).await;
    assert_eq!((done.code(), done.header("location")), (303, "/account"), "{}", done.text());
    assert_eq!(types_since(portal, size).await, ["SESSION_ROTATED", "USER_FACTOR_REMOVED"]);
}

async fn what_one_is_told_of_and_how_pages_look_is_chosen(portal: &TestPortal) {
    let browser = portal.person("grace", Role::Auditor, None).await;
    let client = visiting(portal, &browser);
    let enabled = async || -> Vec<String> {
        let choices: Value = browser.get("/me/notifications").await.json();
        let enabled =
            choices["choices"].as_array().unwrap().iter().filter(|choice| choice["enabled"] == true);
        enabled.map(|choice| choice["kind"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(enabled().await, ["new_sign_in"]);
    let shown = page(&client, "/account").await;
    assert!(shown.contains("name=\"new_sign_in\" type=\"checkbox\" value=\"true\" checked"), "{shown}");
    let token = ("form_token", hidden(&shown, "form_token"));
    let size = portal.settle().await;
    let done = submit(&client, "/account/notifications", &[token, ("codes_generated", "true")]).await;
    assert_eq!(done.code(), 303);
    assert_eq!(enabled().await, ["codes_generated"]);
    assert_eq!(types_since(portal, size).await, ["NOTIFICATION_CHOICES_CHANGED"]);
    submit(&client, "/account/notifications", &[token, ("codes_generated", "true")]).await;
    assert_eq!(portal.settle().await, size + 1, "the same again changes nothing");

    let looks = [token, ("lang", "de"), ("theme", "dark"), ("density", "compact"), ("keys", "off")];
    let sent = client
        .request(Method::POST, "/account/look")
        .body(daybook_testkit::query("", &looks).trim_start_matches('?').to_owned());
    let done = sent.header("content-type", "application/x-www-form-urlencoded").send().await;
    let kept: Vec<_> =
        done.headers.get_all("set-cookie").iter().map(|line| line.to_str().unwrap().to_owned()).collect();
    assert_eq!(kept.len(), 4);
    let cookies: Vec<_> = kept.iter().map(|line| line.split(';').next().unwrap()).collect();
    assert_eq!(cookies, ["lang=de", "theme=dark", "density=compact", "keys=off"]);
    let cookies = format!("{}; {}", browser.cookie().unwrap(), cookies.join("; "));
    let german = page(&portal.anonymous().into_client().with_cookie(&cookies), "/account").await;
    assert!(
        german.contains("<html lang=\"de\" data-theme=\"dark\" data-density=\"compact\" data-keys=\"off\">"),
        "{german}"
    );
    assert!(german.contains("Ihr Konto") && german.contains("value=\"dark\" selected"), "{german}");
    let usual =
        submit(&client, "/account/look", &[token, ("theme", ""), ("lang", "x;y"), ("density", "")]).await;
    assert!(
        usual.header("set-cookie").starts_with("theme=; ")
            && usual.header("set-cookie").contains("Max-Age=0")
    );
}
