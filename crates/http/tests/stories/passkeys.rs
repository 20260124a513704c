//! Passkeys: making one, signing in with one and nothing else, at any node; and everything that is refused.

use std::{ops::Deref, time::Duration};

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD as BASE64URL};
use daybook_testkit::{
    Activity, Authenticator, Browser, Node, PASSWORD, Realm, Reply, Role, SeededEntropy, TestPortal,
    both_engines,
};
use serde_json::{Value, json};

both_engines!(
    a_passkey_made_at_two_nodes_signs_in_at_two_nodes,
    a_removed_passkey_signs_nobody_in,
    a_ceremony_is_taken_once_and_in_time,
    whatever_is_wrong_with_a_sign_in_is_refused_in_the_same_words,
    a_counter_that_does_not_rise_is_a_copy,
    a_passkey_belongs_to_one_side,
    whoever_is_disabled_is_refused_like_a_stranger,
    what_is_no_answer_makes_no_passkey,
    what_is_no_credential_is_named,
    who_guesses_waits,
    a_portal_without_a_name_has_no_passkeys,
);

const ORIGIN: &str = "http://portal.example.com";
/// After it nobody remembers a wrong guess, and every ceremony is over.
const LONG: Duration = Duration::from_secs(20 * 60);

/// Somebody at a browser that can ask a device for passkeys.
#[derive(Clone)]
struct Person(Browser);

impl Deref for Person {
    type Target = Browser;

    fn deref(&self) -> &Browser {
        &self.0
    }
}

impl Person {
    /// Somebody who has joined, at this node.
    async fn join(portal: &TestPortal, node: &Node, tenant: Option<&str>, name: &str) -> Self {
        let role = if tenant.is_some() { Role::TenantMember } else { Role::Admin };
        Self(portal.person(name, role, tenant).await.at(node))
    }

    /// Somebody who has not signed in.
    fn stranger(node: &Node, tenant: Option<&str>) -> Self {
        Self(Browser::new(node, tenant.map_or(Realm::Platform, |slug| Realm::Tenant(slug.to_owned()))))
    }

    /// The same browser, its requests answered by another node.
    fn at(&self, node: &Node) -> Self {
        Self(self.0.at(node))
    }

    async fn me(&self) -> Value {
        self.get("/me").await.read().unwrap()
    }

    async fn factors(&self) -> Vec<Value> {
        self.me().await["factors"].as_array().unwrap().clone()
    }

    /// What the portal asks for.
    async fn begin(&self, path: &str, body: &Value) -> (String, Value) {
        let begun: Value = self.post(path, body).await.read().unwrap();
        (begun["ceremony"].as_str().unwrap().to_owned(), begun["options"].clone())
    }

    async fn begin_passkey(&self) -> (String, Value) {
        self.begin("/me/passkeys", &json!({ "label": "Ada's laptop" })).await
    }

    async fn finish_passkey(&self, ceremony: &str, credential: &Value) -> Reply {
        let body = json!({ "ceremony": ceremony, "credential": credential });
        self.post("/me/passkeys/finish", &body).await
    }

    async fn begin_sign_in(&self) -> (String, Value) {
        self.begin("/auth/passkey", &self.place()).await
    }

    async fn finish_sign_in(&self, ceremony: &str, credential: &Value) -> Reply {
        let mut body = self.place();
        body["ceremony"] = json!(ceremony);
        body["credential"] = credential.clone();
        self.post("/auth/passkey/finish", &body).await
    }

    fn place(&self) -> Value {
        match self.realm() {
            Realm::Platform => json!({}),
            Realm::Tenant(slug) => json!({ "tenant": slug }),
        }
    }

    /// Makes a passkey.
    async fn make(&self, device: &mut Authenticator) {
        let (ceremony, options) = self.begin_passkey().await;
        let reply = self.finish_passkey(&ceremony, &device.create(&options)).await;
        assert_eq!(reply.code(), 200, "{}", reply.text());
    }

    /// Signs in with what this device answers.
    async fn sign_in_with(&self, device: &Authenticator) -> Reply {
        let (ceremony, options) = self.begin_sign_in().await;
        self.finish_sign_in(&ceremony, &device.get(&options).expect("a passkey for the portal")).await
    }
}

fn device() -> Authenticator {
    Authenticator::new(ORIGIN, &SeededEntropy::new(7))
}

async fn events_of(portal: &TestPortal, kind: &str) -> Vec<Activity> {
    portal.settle().await;
    portal.auditor().all_events(&[("type", kind)]).await
}

/// Refused, and no word of why.
#[track_caller]
fn assert_refused(reply: &Reply, what: &str) {
    let problem = reply.problem();
    assert_eq!(problem.kind(), (401, "SIGN_IN_REFUSED"), "{what}");
    assert_eq!(problem.detail, "address, password or code are wrong", "{what}");
    assert_eq!(reply.header("set-cookie"), "", "{what}");
}

async fn a_passkey_made_at_two_nodes_signs_in_at_two_nodes(portal: &TestPortal) {
    let (one, two) = (portal.second_node_at(ORIGIN).await, portal.second_node_at(ORIGIN).await);
    let ada = Person::join(portal, &one, None, "ada").await;
    let (before, mut device) = (ada.cookie().unwrap(), device());

    let (ceremony, options) = ada.begin_passkey().await;
    assert_eq!(options["rp"]["id"], "portal.example.com");
    assert_eq!(options["user"]["name"], "ada@example.com");
    assert_eq!(options["authenticatorSelection"]["userVerification"], "required");
    assert_eq!(options["authenticatorSelection"]["residentKey"], "required");
    assert_eq!(options["excludeCredentials"], json!([]));
    assert_eq!(ada.factors().await, Vec::<Value>::new(), "nothing has changed yet");
    let reply = ada.at(&two).finish_passkey(&ceremony, &device.create(&options)).await;
    assert_eq!(reply.code(), 200, "{}", reply.text());
    let old = Person::stranger(&one, None);
    old.set_cookie(Some(&before));
    assert_eq!(old.get("/me").await.problem().kind(), (401, "UNAUTHENTICATED"), "the cookie is a new one");
    let factors = ada.factors().await;
    assert_eq!(
        (factors.len(), &factors[0]["kind"], &factors[0]["label"]),
        (1, &json!("passkey"), &json!("Ada's laptop"))
    );
    let added = events_of(portal, "USER_FACTOR_ADDED").await;
    assert_eq!((added.len(), &added[0].metadata["factor"]["kind"]), (1, &json!("passkey")));

    // A device that has one makes no other.
    let (_, options) = ada.begin_passkey().await;
    assert_eq!(options["excludeCredentials"].as_array().unwrap().len(), 1);

    let stranger = Person::stranger(&one, None);
    let (ceremony, options) = stranger.begin_sign_in().await;
    assert_eq!((&options["allowCredentials"], &options["rpId"]), (&json!([]), &json!("portal.example.com")));
    let reply = stranger.at(&two).finish_sign_in(&ceremony, &device.get(&options).unwrap()).await;
    assert_eq!(reply.code(), 200, "{}", reply.text());
    let user = ada.me().await["user"]["id"].as_str().unwrap().to_owned();
    assert_eq!(stranger.me().await["user"]["id"], json!(user));
    let login = events_of(portal, "USER_LOGIN").await.remove(0);
    assert_eq!((&login.metadata["method"], login.actor.id), (&json!("passkey"), Some(user)));
    let sessions = events_of(portal, "SESSION_CREATED").await;
    assert_eq!(sessions.len(), 2, "one by the link, one by the passkey");
    one.stop().await;
    two.stop().await;
}

async fn a_removed_passkey_signs_nobody_in(portal: &TestPortal) {
    let node = portal.second_node_at(ORIGIN).await;
    let ada = Person::join(portal, &node, None, "ada").await;
    let mut device = device();
    ada.make(&mut device).await;
    assert_eq!(ada.sign_in_with(&device).await.code(), 200);
    let (ceremony, options) = ada.begin_sign_in().await;
    let id = ada.factors().await[0]["id"].as_str().unwrap().to_owned();
    let body = json!({ "current_password": PASSWORD });
    assert_eq!(ada.post(&format!("/me/factors/{id}/remove"), &body).await.code(), 200);
    // Also not what was begun while there was one.
    assert_refused(&ada.finish_sign_in(&ceremony, &device.get(&options).unwrap()).await, "begun before");
    assert_refused(&ada.sign_in_with(&device).await, "begun after");
    node.stop().await;
}

async fn a_ceremony_is_taken_once_and_in_time(portal: &TestPortal) {
    let node = portal.second_node_at(ORIGIN).await;
    let ada = Person::join(portal, &node, None, "ada").await;
    let mallory = Person::join(portal, &node, None, "mallory").await;
    let mut device = device();
    let over =
        |reply: Reply, what: &str| assert_eq!(reply.problem().kind(), (410, "CEREMONY_OVER"), "{what}");

    let (ceremony, options) = ada.begin_passkey().await;
    let answer = device.create(&options);
    over(mallory.finish_passkey(&ceremony, &answer).await, "somebody else's");
    over(ada.finish_passkey(&ceremony, &answer).await, "taken by somebody else");
    let (ceremony, options) = ada.begin_passkey().await;
    let answer = device.create(&options);
    let reply = ada.finish_passkey(&ceremony, &answer).await;
    assert_eq!(reply.code(), 200, "{}", reply.text());
    over(ada.finish_passkey(&ceremony, &answer).await, "taken");

    let (ceremony, options) = ada.begin_sign_in().await;
    let answer = device.get(&options).unwrap();
    assert_eq!(ada.finish_sign_in(&ceremony, &answer).await.code(), 200);
    over(ada.finish_sign_in(&ceremony, &answer).await, "taken");
    let (ceremony, options) = ada.begin_passkey().await;
    let answer = device.get(&json!({ "rpId": "portal.example.com", "challenge": options["challenge"] }));
    over(ada.finish_sign_in(&ceremony, &answer.unwrap()).await, "of another kind");
    let (ceremony, options) = ada.begin_sign_in().await;
    portal.clock().advance(LONG);
    over(ada.finish_sign_in(&ceremony, &device.get(&options).unwrap()).await, "too long ago");
    over(ada.finish_sign_in("no ceremony", &device.get(&options).unwrap()).await, "none");
    node.stop().await;
}

/// Devices that lie in one way each, and how.
fn lies(device: &Authenticator, other_user: &str) -> Vec<(&'static str, Authenticator)> {
    let at = |origin: &str| device.but(|liar| origin.clone_into(&mut liar.origin));
    let challenge = |challenge: String| device.but(|liar| liar.challenge = Some(challenge));
    vec![
        ("another site", at("https://evil.example")),
        ("a site below", at("http://evil.portal.example.com")),
        ("another port", at("http://portal.example.com:8443")),
        ("another scheme", at("https://portal.example.com")),
        ("no origin", at("null")),
        ("another relying party", device.but(|liar| liar.rp_id = Some("evil.example".to_owned()))),
        ("another challenge", challenge(BASE64URL.encode([7; 32]))),
        ("no challenge", challenge(String::new())),
        ("an unverified person", device.but(|liar| liar.user_verified = false)),
        ("another person", device.but(|liar| liar.user_handle = Some(other_user.to_owned()))),
    ]
}

/// The same answer with another byte at the end of this part.
fn forged(mut answer: Value, part: &str) -> Value {
    let text = answer["response"][part].as_str().unwrap();
    let mut bytes = BASE64URL.decode(text).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    answer["response"][part] = json!(BASE64URL.encode(bytes));
    answer
}

async fn whatever_is_wrong_with_a_sign_in_is_refused_in_the_same_words(portal: &TestPortal) {
    let node = portal.second_node_at(ORIGIN).await;
    let ada = Person::join(portal, &node, None, "ada").await;
    let eve = Person::join(portal, &node, None, "eve").await;
    let (mut device, mut eves) = (device(), Authenticator::new(ORIGIN, &SeededEntropy::new(8)));
    ada.make(&mut device).await;
    eve.make(&mut eves).await;
    let eves_handle = {
        let (_, options) = eve.begin_sign_in().await;
        eves.get(&options).unwrap()["response"]["userHandle"].as_str().unwrap().to_owned()
    };
    let stranger = Person::stranger(&node, None);
    let sessions = events_of(portal, "SESSION_CREATED").await.len();
    for (what, liar) in lies(&device, &eves_handle) {
        assert_refused(&stranger.sign_in_with(&liar).await, what);
        portal.clock().advance(LONG);
    }
    for part in ["signature", "authenticatorData", "clientDataJSON"] {
        let (ceremony, options) = stranger.begin_sign_in().await;
        let answer = forged(device.get(&options).unwrap(), part);
        assert_refused(&stranger.finish_sign_in(&ceremony, &answer).await, part);
        portal.clock().advance(LONG);
    }
    // Eve's answer under the name of Ada's passkey, and the other way round.
    let (ceremony, options) = stranger.begin_sign_in().await;
    let (mut mixed, adas) = (eves.get(&options).unwrap(), device.get(&options).unwrap());
    mixed["id"] = adas["id"].clone();
    mixed["rawId"] = adas["rawId"].clone();
    assert_refused(&stranger.finish_sign_in(&ceremony, &mixed).await, "another's signature");
    portal.clock().advance(LONG);
    let (ceremony, options) = stranger.begin_sign_in().await;
    let mut unknown = device.get(&options).unwrap();
    unknown["rawId"] = json!(BASE64URL.encode([1; 16]));
    assert_refused(&stranger.finish_sign_in(&ceremony, &unknown).await, "a passkey that nobody has");
    portal.clock().advance(LONG);

    assert_eq!(events_of(portal, "SESSION_CREATED").await.len(), sessions, "nobody was signed in");
    assert_eq!(stranger.sign_in_with(&device).await.code(), 200, "and the true one still works");
    node.stop().await;
}

async fn a_counter_that_does_not_rise_is_a_copy(portal: &TestPortal) {
    let node = portal.second_node_at(ORIGIN).await;
    let ada = Person::join(portal, &node, None, "ada").await;
    let mut device = device().but(|device| device.counter = 1);
    ada.make(&mut device).await;
    for (counter, status) in [(2, 200), (9, 200), (9, 401), (8, 401), (0, 401), (10, 200)] {
        device.counter = counter;
        let reply = ada.sign_in_with(&device).await;
        assert_eq!(reply.code(), status, "{counter}: {}", reply.text());
        if status == 401 {
            assert_refused(&reply, "a copy");
        }
    }
    node.stop().await;
}

async fn a_passkey_belongs_to_one_side(portal: &TestPortal) {
    let node = portal.second_node_at(ORIGIN).await;
    for tenant in ["Acme", "Globex"] {
        portal.admin().tenant(tenant).create().await.unwrap();
    }
    let (mut device, acme, globex) = (device(), Some("acme"), Some("globex"));
    let ada = Person::join(portal, &node, acme, "ada").await;
    ada.make(&mut device).await;
    assert_eq!(Person::stranger(&node, acme).sign_in_with(&device).await.code(), 200);
    assert_refused(&Person::stranger(&node, globex).sign_in_with(&device).await, "another tenant");
    assert_refused(&Person::stranger(&node, Some("nobody")).sign_in_with(&device).await, "no tenant");
    assert_refused(&Person::stranger(&node, None).sign_in_with(&device).await, "the platform");
    let (ceremony, options) = ada.begin_sign_in().await;
    let reply =
        Person::stranger(&node, globex).finish_sign_in(&ceremony, &device.get(&options).unwrap()).await;
    assert_eq!(reply.problem().kind(), (410, "CEREMONY_OVER"), "begun elsewhere");

    portal.owner().suspend_tenant("acme").await.unwrap();
    let reply = Person::stranger(&node, acme).sign_in_with(&device).await;
    assert_eq!(reply.problem().kind(), (403, "TENANT_SUSPENDED"));
    node.stop().await;
}

async fn whoever_is_disabled_is_refused_like_a_stranger(portal: &TestPortal) {
    let node = portal.second_node_at(ORIGIN).await;
    let ada = Person::join(portal, &node, None, "ada").await;
    let mut device = device();
    ada.make(&mut device).await;
    let me = ada.me().await;
    let path = |what: &str| format!("/admin/api/users/{}/{what}", me["user"]["id"].as_str().unwrap());
    let reason = json!({ "reason": "on leave" });
    assert_eq!(portal.owner().post(&path("disable"), &reason).send().await.code(), 200);
    assert_refused(&Person::stranger(&node, None).sign_in_with(&device).await, "disabled");
    assert_eq!(portal.owner().post(&path("enable"), &json!({})).send().await.code(), 200);
    assert_eq!(Person::stranger(&node, None).sign_in_with(&device).await.code(), 200);
    node.stop().await;
}

async fn what_is_no_answer_makes_no_passkey(portal: &TestPortal) {
    let node = portal.second_node_at(ORIGIN).await;
    let ada = Person::join(portal, &node, None, "ada").await;
    let eve = Person::join(portal, &node, None, "eve").await;
    // Whom a passkey is for is not in the answer that makes it.
    for (what, mut liar) in lies(&device(), "").into_iter().filter(|(what, _)| *what != "another person") {
        let (ceremony, options) = ada.begin_passkey().await;
        let problem = ada.finish_passkey(&ceremony, &liar.create(&options)).await.problem();
        assert_eq!((problem.kind(), problem.pointers()), ((422, "INVALID"), vec!["/credential"]), "{what}");
        assert_eq!(problem.errors[0].code, "PASSKEY_REFUSED", "{what}");
    }
    assert_eq!(ada.factors().await, Vec::<Value>::new());
    // Two people cannot have the same passkey.
    let (mut device, mut copy) = (device(), device());
    ada.make(&mut device).await;
    let (ceremony, options) = eve.begin_passkey().await;
    let reply = eve.finish_passkey(&ceremony, &copy.create(&options)).await;
    assert_eq!(reply.problem().kind(), (409, "FACTOR_TAKEN"));
    assert_eq!(events_of(portal, "USER_FACTOR_ADDED").await.len(), 1);
    let problem = ada.post("/me/passkeys", &json!({ "label": "" })).await.problem();
    assert_eq!((problem.kind(), problem.pointers()), ((422, "INVALID"), vec!["/label"]));
    node.stop().await;
}

async fn what_is_no_credential_is_named(portal: &TestPortal) {
    let node = portal.second_node_at(ORIGIN).await;
    let ada = Person::join(portal, &node, None, "ada").await;
    let mut device = device();
    let (ceremony, options) = ada.begin_passkey().await;
    let made = device.create(&options);
    for part in ["rawId", "response", "type"] {
        for value in [json!(null), json!(7), json!("***"), json!([]), json!({ "clientDataJSON": "***" })] {
            if part == "type" && value.is_string() {
                continue;
            }
            let mut changed = made.clone();
            changed[part] = value.clone();
            let problem = ada.finish_passkey(&ceremony, &changed).await.problem();
            assert_eq!((problem.status, problem.pointers()), (422, vec!["/credential"]), "{part} {value}");
            let problem = ada.finish_sign_in(&ceremony, &changed).await.problem();
            assert_eq!((problem.status, problem.pointers()), (422, vec!["/credential"]), "{part} {value}");
        }
    }
    // What has no form takes nothing: the ceremony goes on.
    let reply = ada.finish_passkey(&ceremony, &made).await;
    assert_eq!(reply.code(), 200, "{}", reply.text());
    node.stop().await;
}

async fn who_guesses_waits(portal: &TestPortal) {
    let node = portal.second_node_at(ORIGIN).await;
    let ada = Person::join(portal, &node, None, "ada").await;
    let mut device = device();
    ada.make(&mut device).await;
    let liar = device.but(|liar| liar.challenge = Some(BASE64URL.encode([7; 32])));
    for wrong in 1..=6 {
        assert_refused(&ada.sign_in_with(&liar).await, &format!("wrong for the {wrong}. time"));
    }
    assert_eq!(ada.sign_in_with(&device).await.problem().kind(), (429, "RATE_LIMITED"));
    portal.clock().advance(LONG);
    assert_eq!(ada.sign_in_with(&device).await.code(), 200);
    node.stop().await;
}

async fn a_portal_without_a_name_has_no_passkeys(portal: &TestPortal) {
    let reply = portal.anonymous().post("/admin/api/auth/passkey", &json!({})).send().await;
    let problem = reply.problem();
    assert_eq!(problem.kind(), (409, "PASSKEYS_UNAVAILABLE"));
    assert!(problem.detail.contains("public URL"), "{}", problem.detail);
}
