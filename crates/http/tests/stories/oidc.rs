//! Signing in at an identity provider: a real one, with a browser that does what a person's would. Who is let in, who is not, and what is
//! recorded of it.

use std::time::Duration;

use daybook_testkit::{Client, Provider, Reply, Signing, TestPortal, Visitor, both_engines};
use serde_json::{Value, json};

both_engines!(
    a_provider_is_configured_seen_and_removed,
    settings_that_cannot_work_are_refused,
    a_deleted_tenant_takes_its_provider_along,
    an_invited_person_joins_by_signing_in,
    a_person_is_known_by_subject_from_then_on,
    an_address_that_nobody_verified_opens_nothing,
    who_was_not_invited_stays_outside,
    a_disabled_person_and_a_suspended_tenant_stay_outside,
    an_address_that_went_to_somebody_else_does_not_bring_the_account_along,
    only_the_browser_that_began_can_finish_and_only_once,
    a_provider_opens_its_own_side_alone,
    what_the_provider_refuses_is_said,
    one_node_begins_and_another_finishes,
    a_provider_with_elliptic_keys_works_too,
    a_provider_with_new_keys_is_looked_at_again,
    nothing_that_is_secret_is_in_the_log,
);

const PLATFORM: &str = "/admin/api/identity-provider";
const OF_ACME: &str = "/admin/api/tenants/acme/identity-provider";
/// The cookie that binds a sign-in to its browser.
pub(crate) const BEGUN: &str = "daybook_provider";
pub(crate) const SESSION: &str = "daybook_session";

/// A side of the portal where people sign in.
#[derive(Clone, Copy)]
pub(crate) enum Side {
    Platform,
    Acme,
}

impl Side {
    fn begin(self) -> (&'static str, Value) {
        match self {
            Self::Platform => ("/admin/api/auth/oidc", json!({})),
            Self::Acme => ("/tenant/api/auth/oidc", json!({ "tenant": "acme" })),
        }
    }

    fn callback(self, node: &str) -> String {
        format!("{node}{}/callback", self.begin().0)
    }

    pub(crate) fn provider(self) -> &'static str {
        match self {
            Self::Platform => PLATFORM,
            Self::Acme => OF_ACME,
        }
    }

    fn me(self) -> &'static str {
        match self {
            Self::Platform => "/admin/api/me",
            Self::Acme => "/tenant/api/me",
        }
    }
}

/// A provider that sends browsers back to either side of this portal.
async fn start(portal: &TestPortal, signing: Signing) -> Provider {
    let redirects = [Side::Platform, Side::Acme].map(|side| side.callback(portal.url()));
    Provider::start_signing(signing, &redirects).await
}

pub(crate) fn owner(portal: &TestPortal) -> Client {
    portal.client(portal.token(daybook_testkit::Role::Owner))
}

async fn configure(portal: &TestPortal, side: Side, provider: &Provider) {
    let reply = owner(portal).put(side.provider(), &provider.configuration()).send().await;
    assert_eq!(reply.code(), 200, "{}", reply.text());
}

/// A portal with Acme, and a provider for this side.
async fn prepare(portal: &TestPortal, side: Side) -> Provider {
    portal.admin().tenant("Acme").create().await.unwrap();
    let provider = start(portal, Signing::Rs256).await;
    configure(portal, side, &provider).await;
    provider
}

/// Invites somebody; answers their id.
pub(crate) async fn invite(portal: &TestPortal, side: Side, email: &str) -> String {
    let body = match side {
        Side::Platform => json!({ "email": email, "name": "Ada", "role": "admin" }),
        Side::Acme => json!({ "email": email, "name": "Ada", "role": "tenant_admin", "tenant": "acme" }),
    };
    let reply = owner(portal).post("/admin/api/users", &body).send().await;
    assert_eq!(reply.code(), 201, "{}", reply.text());
    reply.json::<Value>()["user"]["id"].as_str().unwrap().to_owned()
}

/// Begins at a node; answers where the browser is sent.
pub(crate) async fn begin(node: &str, side: Side, visitor: &mut Visitor) -> String {
    let (path, body) = side.begin();
    let reply = visitor.post(&format!("{node}{path}"), &body).await;
    assert_eq!(reply.code(), 200, "{}", reply.text());
    let cookie = reply.header("set-cookie");
    for word in [BEGUN, "HttpOnly", "SameSite=Lax", "Max-Age=600", "Path=/"] {
        assert!(cookie.contains(word), "{word} in {cookie}");
    }
    reply.json::<Value>()["authorization_url"].as_str().unwrap().to_owned()
}

/// Goes all the way to the address that the provider sends the browser back to.
async fn go(node: &str, side: Side, provider: &Provider, visitor: &mut Visitor, user: &str) -> String {
    let authorize = begin(node, side, visitor).await;
    provider.log_in(visitor, &authorize, user).await
}

/// The whole way, in a browser of its own; answers what the portal says at its end, and whose it is.
async fn sign_in(portal: &TestPortal, side: Side, provider: &Provider, user: &str) -> (Reply, Visitor) {
    let mut visitor = Visitor::new();
    let back = go(portal.url(), side, provider, &mut visitor, user).await;
    let reply = visitor.get(&back).await;
    (reply, visitor)
}

/// The types of the events from this number on, oldest first.
pub(crate) async fn events_since(portal: &TestPortal, entries: u64) -> Vec<String> {
    let count = portal.settle().await - entries;
    let recent = portal.auditor().recent().await.activities;
    let mut types: Vec<String> =
        recent.into_iter().take(usize::try_from(count).unwrap()).map(|one| one.r#type).collect();
    types.reverse();
    types
}

pub(crate) fn assert_signed_in(reply: &Reply, visitor: &Visitor) {
    assert_eq!(reply.code(), 303, "{}", reply.text());
    assert_eq!(reply.header("location"), "/");
    assert!(visitor.cookie(SESSION).is_some_and(|cookie| cookie.starts_with("dbs_")));
    assert_eq!(visitor.cookie(BEGUN), None, "it is used up");
}

pub(crate) fn assert_refused(reply: &Reply, visitor: &Visitor, kind: (u16, &str)) {
    assert_eq!(reply.problem().kind(), kind, "{}", reply.text());
    assert_eq!(visitor.cookie(SESSION), None);
}

async fn me(portal: &TestPortal, side: Side, visitor: &mut Visitor) -> Value {
    let reply = visitor.get(&format!("{}{}", portal.url(), side.me())).await;
    assert_eq!(reply.code(), 200, "{}", reply.text());
    reply.json()
}

async fn a_provider_is_configured_seen_and_removed(portal: &TestPortal) {
    portal.admin().tenant("Acme").create().await.unwrap();
    let provider = start(portal, Signing::Rs256).await;
    let owner = owner(portal);
    for side in [Side::Platform, Side::Acme] {
        let path = side.provider();
        let missing = (404, "IDENTITY_PROVIDER_NOT_FOUND");
        assert_eq!(owner.get(path).send().await.problem().kind(), missing);
        assert_eq!(owner.delete(path).send().await.problem().kind(), missing);
        let entries = portal.settle().await;
        let answered: Value = owner.put(path, &provider.configuration()).send().await.json();
        assert_eq!(answered["issuer"], provider.issuer());
        assert_eq!(answered["redirect_uri"], side.callback(portal.url()));
        assert!(answered.get("client_secret").is_none());
        assert_eq!(owner.get(path).send().await.json::<Value>(), answered);
        // The same again, with the secret and without: nothing changes.
        let mut same = provider.configuration();
        owner.put(path, &same).send().await;
        same.as_object_mut().unwrap().remove("client_secret");
        assert_eq!(owner.put(path, &same).send().await.code(), 200);
        assert_eq!(events_since(portal, entries).await, ["IDENTITY_PROVIDER_CONFIGURED"]);

        same["enabled"] = json!(false);
        let disabled: Value = owner.put(path, &same).send().await.json();
        assert_eq!(disabled["enabled"], false);
        let (begin, body) = side.begin();
        let reply = portal.anonymous().post(begin, &body).send().await;
        assert_eq!(reply.problem().kind(), missing, "a disabled provider signs nobody in");
        assert_eq!(owner.delete(path).send().await.code(), 204);
        let expected =
            ["IDENTITY_PROVIDER_CONFIGURED", "IDENTITY_PROVIDER_CONFIGURED", "IDENTITY_PROVIDER_REMOVED"];
        assert_eq!(events_since(portal, entries).await, expected);
        assert_eq!(owner.get(path).send().await.problem().kind(), missing);
    }
    let admin = portal.client(portal.token(daybook_testkit::Role::Admin));
    let reply = admin.put(PLATFORM, &provider.configuration()).send().await;
    assert_eq!(reply.problem().kind(), (403, "FORBIDDEN"), "owners alone decide who vouches for people");
}

async fn settings_that_cannot_work_are_refused(portal: &TestPortal) {
    let provider = start(portal, Signing::Rs256).await;
    let owner = owner(portal);
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let entries = portal.settle().await;
    let with = |name: &str, value: Value| {
        let mut body = provider.configuration();
        body[name] = value;
        body
    };
    for (body, pointer, code) in [
        (with("issuer", json!("http://accounts.example.com")), "/issuer", "INVALID_ISSUER"),
        (with("issuer", json!("https://10.0.0.1")), "/issuer", "ISSUER_UNREACHABLE"),
        (with("issuer", json!("https://localhost")), "/issuer", "ISSUER_UNREACHABLE"),
        (with("issuer", json!(format!("http://{nobody}"))), "/issuer", "ISSUER_UNREACHABLE"),
        // It answers, and calls itself otherwise.
        (with("issuer", json!(format!("{}/", provider.issuer()))), "/issuer", "ISSUER_UNREACHABLE"),
        (with("client_id", json!("")), "/client_id", "REQUIRED"),
        (with("client_secret", json!("")), "/client_secret", "INVALID_SECRET"),
        (with("client_secret", Value::Null), "/client_secret", "REQUIRED"),
    ] {
        let problem = owner.put(PLATFORM, &body).send().await.problem();
        let found: Vec<_> = problem.errors.iter().map(|e| (e.pointer.as_str(), e.code.as_str())).collect();
        assert_eq!(found, [(pointer, code)], "{body}");
    }
    assert_eq!(portal.settle().await, entries);
    // The secret of one provider is not shown to another.
    configure(portal, Side::Platform, &provider).await;
    let other = start(portal, Signing::Rs256).await;
    let mut body = other.configuration();
    body.as_object_mut().unwrap().remove("client_secret");
    let problem = owner.put(PLATFORM, &body).send().await.problem();
    assert_eq!(
        (problem.errors[0].pointer.as_str(), problem.errors[0].code.as_str()),
        ("/client_secret", "REQUIRED")
    );
}

async fn a_deleted_tenant_takes_its_provider_along(portal: &TestPortal) {
    let _provider = prepare(portal, Side::Acme).await;
    let entries = portal.settle().await;
    portal.admin().delete("/admin/api/tenants/acme").send().await;
    assert_eq!(events_since(portal, entries).await, ["IDENTITY_PROVIDER_REMOVED", "TENANT_DELETED"]);
    portal.admin().tenant("Acme").create().await.unwrap();
    assert_eq!(owner(portal).get(OF_ACME).send().await.code(), 404, "a new tenant of that name has none");
}

async fn an_invited_person_joins_by_signing_in(portal: &TestPortal) {
    for side in [Side::Platform, Side::Acme] {
        let provider = match side {
            Side::Platform => prepare(portal, side).await,
            Side::Acme => {
                let provider = start(portal, Signing::Rs256).await;
                configure(portal, side, &provider).await;
                provider
            }
        };
        let id = invite(portal, side, &Provider::email(Provider::VERIFIED)).await;
        let entries = portal.settle().await;
        let (reply, mut visitor) = sign_in(portal, side, &provider, Provider::VERIFIED).await;
        assert_signed_in(&reply, &visitor);
        let expected = ["USER_JOINED", "USER_FACTOR_ADDED", "USER_LOGIN", "SESSION_CREATED"];
        assert_eq!(events_since(portal, entries).await, expected);
        let me = me(portal, side, &mut visitor).await;
        assert_eq!((&me["user"]["id"], &me["user"]["status"]), (&json!(id), &json!("active")));
        assert_eq!(
            (&me["factors"][0]["kind"], &me["factors"][0]["label"]),
            (&json!("oidc"), &json!("127.0.0.1"))
        );
        // The next time there is nothing to join and nothing to link.
        let entries = portal.settle().await;
        let (reply, visitor) = sign_in(portal, side, &provider, Provider::VERIFIED).await;
        assert_signed_in(&reply, &visitor);
        assert_eq!(events_since(portal, entries).await, ["USER_LOGIN", "SESSION_CREATED"]);
    }
}

async fn a_person_is_known_by_subject_from_then_on(portal: &TestPortal) {
    let provider = prepare(portal, Side::Acme).await;
    let id = invite(portal, Side::Acme, &Provider::email(Provider::VERIFIED)).await;
    let (reply, visitor) = sign_in(portal, Side::Acme, &provider, Provider::VERIFIED).await;
    assert_signed_in(&reply, &visitor);
    provider.change_email(Provider::VERIFIED, "lovelace@example.com").await;
    let (reply, mut visitor) = sign_in(portal, Side::Acme, &provider, Provider::VERIFIED).await;
    assert_signed_in(&reply, &visitor);
    let me = me(portal, Side::Acme, &mut visitor).await;
    assert_eq!((&me["user"]["id"], &me["user"]["email"]), (&json!(id), &json!("ada@example.com")));
}

async fn an_address_that_nobody_verified_opens_nothing(portal: &TestPortal) {
    let provider = prepare(portal, Side::Acme).await;
    invite(portal, Side::Acme, &Provider::email(Provider::UNVERIFIED)).await;
    let entries = portal.settle().await;
    let (reply, visitor) = sign_in(portal, Side::Acme, &provider, Provider::UNVERIFIED).await;
    assert_refused(&reply, &visitor, (401, "SIGN_IN_REFUSED"));
    assert_eq!(portal.settle().await, entries);
}

async fn who_was_not_invited_stays_outside(portal: &TestPortal) {
    let provider = prepare(portal, Side::Platform).await;
    // Somebody of a tenant is nobody on the platform.
    invite(portal, Side::Acme, &Provider::email(Provider::VERIFIED)).await;
    let entries = portal.settle().await;
    let (reply, visitor) = sign_in(portal, Side::Platform, &provider, Provider::VERIFIED).await;
    assert_refused(&reply, &visitor, (401, "SIGN_IN_REFUSED"));
    assert_eq!(portal.settle().await, entries);
}

async fn a_disabled_person_and_a_suspended_tenant_stay_outside(portal: &TestPortal) {
    let provider = prepare(portal, Side::Acme).await;
    let id = invite(portal, Side::Acme, &Provider::email(Provider::VERIFIED)).await;
    // Before there is a link, and with one.
    for joined in [false, true] {
        portal.admin().suspend_tenant("acme").await.unwrap();
        let entries = portal.settle().await;
        let (reply, visitor) = sign_in(portal, Side::Acme, &provider, Provider::VERIFIED).await;
        assert_refused(&reply, &visitor, (403, "TENANT_SUSPENDED"));
        assert_eq!(portal.settle().await, entries, "joined: {joined}");
        let resumed = owner(portal).post("/admin/api/tenants/acme/resume", &json!({})).send().await;
        assert_eq!(resumed.code(), 200);
        let (reply, visitor) = sign_in(portal, Side::Acme, &provider, Provider::VERIFIED).await;
        assert_signed_in(&reply, &visitor);
    }
    let disabled = owner(portal).post(&format!("/admin/api/users/{id}/disable"), &json!({})).send().await;
    assert_eq!(disabled.code(), 200, "{}", disabled.text());
    let entries = portal.settle().await;
    let (reply, visitor) = sign_in(portal, Side::Acme, &provider, Provider::VERIFIED).await;
    assert_refused(&reply, &visitor, (401, "SIGN_IN_REFUSED"));
    assert_eq!(portal.settle().await, entries);
}

async fn an_address_that_went_to_somebody_else_does_not_bring_the_account_along(portal: &TestPortal) {
    let provider = prepare(portal, Side::Acme).await;
    let address = Provider::email(Provider::VERIFIED);
    invite(portal, Side::Acme, &address).await;
    let (reply, visitor) = sign_in(portal, Side::Acme, &provider, Provider::VERIFIED).await;
    assert_signed_in(&reply, &visitor);
    // At the provider, the address is given to another person, and verified.
    provider.change_email(Provider::VERIFIED, "lovelace@example.com").await;
    provider.change_email(Provider::UNVERIFIED, &address).await;
    provider.verify_email(Provider::UNVERIFIED).await;
    let entries = portal.settle().await;
    let (reply, visitor) = sign_in(portal, Side::Acme, &provider, Provider::UNVERIFIED).await;
    assert_refused(&reply, &visitor, (401, "SIGN_IN_REFUSED"));
    assert_eq!(portal.settle().await, entries);
}

async fn only_the_browser_that_began_can_finish_and_only_once(portal: &TestPortal) {
    let side = Side::Acme;
    let provider = prepare(portal, side).await;
    invite(portal, side, &Provider::email(Provider::VERIFIED)).await;
    let entries = portal.settle().await;
    let over = (410, "CEREMONY_OVER");

    let mut visitor = Visitor::new();
    let back = go(portal.url(), side, &provider, &mut visitor, Provider::VERIFIED).await;
    let mut stranger = Visitor::new();
    assert_refused(&stranger.get(&back).await, &stranger, over);
    // A browser that began a sign-in of its own is made to finish another's: signing in as them is what it must not do.
    begin(portal.url(), side, &mut stranger).await;
    assert_refused(&stranger.get(&back).await, &stranger, over);
    // The cookie alone is worth nothing without the state, and then not even to its own browser.
    let forged = back.replace("state=", "state=x");
    assert_refused(&visitor.get(&forged).await, &visitor, over);
    assert_refused(&visitor.get(&back).await, &visitor, over);

    // The cookie of one sign-in with the state of another, in the same browser.
    let first = go(portal.url(), side, &provider, &mut visitor, Provider::VERIFIED).await;
    begin(portal.url(), side, &mut visitor).await;
    assert_refused(&visitor.get(&first).await, &visitor, over);

    // On the other side's address, and too late.
    let back = go(portal.url(), side, &provider, &mut visitor, Provider::VERIFIED).await;
    let elsewhere = back.replace("/tenant/api/", "/admin/api/");
    assert_refused(&visitor.get(&elsewhere).await, &visitor, over);
    let back = go(portal.url(), side, &provider, &mut visitor, Provider::VERIFIED).await;
    portal.clock().advance(Duration::from_secs(601));
    assert_refused(&visitor.get(&back).await, &visitor, over);
    assert_eq!(portal.settle().await, entries, "none of this is recorded");

    let back = go(portal.url(), side, &provider, &mut visitor, Provider::VERIFIED).await;
    let begun = visitor.cookie(BEGUN).unwrap().to_owned();
    assert_signed_in(&visitor.get(&back).await, &visitor);
    let mut again = Visitor::new();
    again.set_cookie(BEGUN, &begun);
    assert_refused(&again.get(&back).await, &again, over);
}

async fn a_provider_opens_its_own_side_alone(portal: &TestPortal) {
    let provider = prepare(portal, Side::Acme).await;
    portal.admin().tenant("Bolt").create().await.unwrap();
    let missing = (404, "IDENTITY_PROVIDER_NOT_FOUND");
    let anonymous = portal.anonymous();
    for (path, body) in [
        ("/admin/api/auth/oidc", json!({})),
        ("/tenant/api/auth/oidc", json!({ "tenant": "bolt" })),
        ("/tenant/api/auth/oidc", json!({ "tenant": "nobody" })),
    ] {
        assert_eq!(anonymous.post(path, &body).send().await.problem().kind(), missing, "{path} {body}");
    }
    // Both sides have one and the same person: each is a person of its own here.
    configure(portal, Side::Platform, &provider).await;
    let address = Provider::email(Provider::VERIFIED);
    let ids = [invite(portal, Side::Platform, &address).await, invite(portal, Side::Acme, &address).await];
    for (side, id) in [Side::Platform, Side::Acme].into_iter().zip(ids) {
        let (reply, mut visitor) = sign_in(portal, side, &provider, Provider::VERIFIED).await;
        assert_signed_in(&reply, &visitor);
        assert_eq!(me(portal, side, &mut visitor).await["user"]["id"], json!(id));
    }
}

async fn what_the_provider_refuses_is_said(portal: &TestPortal) {
    let side = Side::Acme;
    let provider = prepare(portal, side).await;
    invite(portal, side, &Provider::email(Provider::VERIFIED)).await;
    let mut visitor = Visitor::new();
    let entries = portal.settle().await;

    let authorize = begin(portal.url(), side, &mut visitor).await;
    let state = authorize.split('&').find_map(|pair| pair.strip_prefix("state=")).unwrap();
    let declined = format!("{}?error=access_denied&state={state}", side.callback(portal.url()));
    assert_refused(&visitor.get(&declined).await, &visitor, (403, "SIGN_IN_DENIED"));

    let authorize = begin(portal.url(), side, &mut visitor).await;
    let state = authorize.split('&').find_map(|pair| pair.strip_prefix("state=")).unwrap();
    let invented = format!("{}?code=invented&state={state}", side.callback(portal.url()));
    assert_refused(&visitor.get(&invented).await, &visitor, (401, "SIGN_IN_REFUSED"));

    let back = go(portal.url(), side, &provider, &mut visitor, Provider::VERIFIED).await;
    let other = format!("{back}&iss=https%3A%2F%2Fother.example.com");
    assert_refused(&visitor.get(&other).await, &visitor, (410, "CEREMONY_OVER"));
    assert_eq!(portal.settle().await, entries);

    let mut wrong = provider.configuration();
    wrong["client_secret"] = json!("another-secret");
    assert_eq!(
        owner(portal).put(side.provider(), &wrong).send().await.code(),
        200,
        "only a sign-in can tell"
    );
    let (reply, visitor) = sign_in(portal, side, &provider, Provider::VERIFIED).await;
    assert_refused(&reply, &visitor, (502, "PROVIDER_CLIENT_REFUSED"));
    assert!(reply.problem().detail.contains("configure them anew"), "{}", reply.text());

    // One that is gone is still described for an hour, and then no more.
    drop(provider);
    portal.clock().advance(Duration::from_secs(3_601));
    let (path, body) = side.begin();
    let reply = portal.anonymous().post(path, &body).send().await;
    assert_eq!(reply.problem().kind(), (502, "PROVIDER_UNREACHABLE"));
}

async fn one_node_begins_and_another_finishes(portal: &TestPortal) {
    let side = Side::Platform;
    let provider = prepare(portal, side).await;
    invite(portal, side, &Provider::email(Provider::VERIFIED)).await;
    let second = portal.second_node_at(portal.url()).await;
    let mut visitor = Visitor::new();
    let back = go(portal.url(), side, &provider, &mut visitor, Provider::VERIFIED).await;
    let back = back.replace(portal.url(), second.url());
    assert_signed_in(&visitor.get(&back).await, &visitor);
    me(portal, side, &mut visitor).await;
    second.stop().await;
}

async fn a_provider_with_elliptic_keys_works_too(portal: &TestPortal) {
    let provider = start(portal, Signing::Es256).await;
    configure(portal, Side::Platform, &provider).await;
    invite(portal, Side::Platform, &Provider::email(Provider::VERIFIED)).await;
    let (reply, visitor) = sign_in(portal, Side::Platform, &provider, Provider::VERIFIED).await;
    assert_signed_in(&reply, &visitor);
}

async fn a_provider_with_new_keys_is_looked_at_again(portal: &TestPortal) {
    let side = Side::Platform;
    let provider = prepare(portal, side).await;
    invite(portal, side, &Provider::email(Provider::VERIFIED)).await;
    let (reply, visitor) = sign_in(portal, side, &provider, Provider::VERIFIED).await;
    assert_signed_in(&reply, &visitor);
    provider.replace_keys().await;
    let (reply, visitor) = sign_in(portal, side, &provider, Provider::VERIFIED).await;
    assert_signed_in(&reply, &visitor);
}

async fn nothing_that_is_secret_is_in_the_log(portal: &TestPortal) {
    let side = Side::Platform;
    let provider = prepare(portal, side).await;
    invite(portal, side, &Provider::email(Provider::VERIFIED)).await;
    let mut visitor = Visitor::new();
    let back = go(portal.url(), side, &provider, &mut visitor, Provider::VERIFIED).await;
    let begun = visitor.cookie(BEGUN).unwrap().to_owned();
    assert_signed_in(&visitor.get(&back).await, &visitor);
    let code = back.split(['?', '&']).find_map(|pair| pair.strip_prefix("code=")).unwrap();
    let state = back.split(['?', '&']).find_map(|pair| pair.strip_prefix("state=")).unwrap();
    let session = visitor.cookie(SESSION).unwrap();
    let entries = portal.settle().await;
    let mut log = String::new();
    for seq in 0..entries {
        log.push_str(owner(portal).get(&format!("/admin/api/events/{seq}")).send().await.text());
    }
    assert!(log.contains("IDENTITY_PROVIDER_CONFIGURED") && log.contains("\"secret_changed\":true"));
    for secret in [Provider::CLIENT_SECRET, begun.as_str(), code, state, session] {
        assert!(!log.contains(secret), "{secret}");
    }
}
