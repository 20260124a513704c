//! Guessing: what a source may try, what each wrong try costs it, that nothing is forgotten between nodes, and what the log says.

use std::{net::IpAddr, time::Duration};

use daybook_http::HttpConfig;
use daybook_model::{
    Actor, Personal, SessionId,
    code::ActivationCode,
    event::RequestInfo,
    guessing::{GuessKind, Source},
    token::{BearerToken, TokenKind},
};
use daybook_portal::{Context, Party, PortalError};
use daybook_testkit::{Activity, Client, Node, Reply, SeededEntropy, TestPortal, both_engines};
use futures_util::future::join_all;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

both_engines!(
    a_source_that_guesses_waits_twice_as_long_each_time_at_every_node,
    fifty_wrong_guesses_at_two_nodes_at_once_are_fifty_and_one_event,
    what_was_refused_is_rolled_up_once_per_party_and_window,
    a_tenant_whose_codes_many_guess_at_is_not_locked_out,
    a_hammered_code_cannot_flood_the_log,
    tokens_that_were_never_issued_are_refused_and_real_ones_go_on,
    an_account_is_forgiven_when_it_guesses_right_and_its_source_is_not,
    a_right_guess_after_too_many_wrong_ones_opens_nothing,
    no_address_and_no_account_stands_in_the_database,
);

const WINDOW: Duration = Duration::from_secs(15 * 60);

/// Codes as they are printed that nobody has.
struct Guesses(SeededEntropy);

impl Guesses {
    fn new() -> Self {
        Self(SeededEntropy::new(4711))
    }

    fn code(&self, prefix: &str) -> String {
        ActivationCode::generate(prefix, &self.0).reveal()
    }

    fn token(&self, kind: TokenKind) -> String {
        let id = daybook_model::id::uuid_v7(daybook_testkit::START, &self.0);
        BearerToken::generate(kind, id, &self.0).reveal()
    }
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

async fn activate(client: &Client, code: &str) -> Reply {
    activate_from(client, "", code).await
}

/// Activates through a proxy that says where the request comes from.
async fn activate_from(client: &Client, from: &str, code: &str) -> Reply {
    let body = json!({ "code": code, "fingerprint": "fingerprint-1" });
    let request = client.post("/device/api/activate", &body);
    if from.is_empty() { request.send().await } else { request.header("x-forwarded-for", from).send().await }
}

#[track_caller]
fn assert_unknown(reply: &Reply) {
    assert_eq!(reply.problem().kind(), (404, "CODE_INVALID"));
}

#[track_caller]
fn assert_limited(reply: &Reply, retry_after: &str) {
    assert_eq!(reply.problem().kind(), (429, "RATE_LIMITED"));
    assert_eq!(reply.header("retry-after"), retry_after);
}

/// What a request from this address brings with it.
fn context(address: &str) -> Context {
    let request = RequestInfo { ip: Some(Personal::from(address.to_owned())), ..RequestInfo::default() };
    Context { actor: Actor::device(None), request, idempotency: None }
}

fn source(address: &str) -> Party<'static> {
    Party::Source(Source::from(address.parse::<IpAddr>().unwrap()))
}

async fn events_of(portal: &TestPortal, kind: &str) -> Vec<Activity> {
    portal.settle().await;
    portal.auditor().all_events(&[("type", kind)]).await
}

async fn a_source_that_guesses_waits_twice_as_long_each_time_at_every_node(portal: &TestPortal) {
    let admin = portal.admin();
    admin.tenant("Acme").create().await.unwrap();
    let real = admin.codes("acme").max_uses(2).create().await.unwrap().items.remove(0).code;
    let (guesses, client, clock) = (Guesses::new(), portal.anonymous().into_client(), portal.clock());
    for _ in 0..21 {
        assert_unknown(&activate(&client, &guesses.code("ACME")).await);
    }
    assert_limited(&activate(&client, &guesses.code("ACME")).await, "1");
    assert_limited(&activate(&client, &real).await, "1");
    clock.advance(seconds(1));
    assert_unknown(&activate(&client, &guesses.code("ACME")).await);
    assert_limited(&activate(&client, &guesses.code("ACME")).await, "2");
    clock.advance(Duration::from_millis(500));
    assert_limited(&activate(&client, &guesses.code("ACME")).await, "2");

    // Another process, as after a restart: nothing is forgotten.
    let other = portal.second_node().await;
    let there = other.anonymous().into_client();
    clock.advance(Duration::from_millis(500));
    assert_limited(&activate(&there, &real).await, "1");
    clock.advance(seconds(1));
    assert_unknown(&activate(&there, &guesses.code("ACME")).await);
    assert_limited(&activate(&client, &real).await, "4");
    clock.advance((seconds(4) + WINDOW).checked_sub(Duration::from_micros(1)).unwrap());
    assert_unknown(&activate(&client, &guesses.code("ACME")).await);
    assert_limited(&activate(&there, &real).await, "8");

    // Fifteen minutes in which it could have tried and was not wrong: it begins anew.
    clock.advance(seconds(8) + WINDOW);
    for _ in 0..21 {
        assert_unknown(&activate(&there, &guesses.code("ACME")).await);
    }
    assert_limited(&activate(&client, &real).await, "1");
    clock.advance(seconds(1));
    assert_eq!(activate(&client, &real).await.code(), 201);
    drop((there, client));
    other.stop().await;
}

async fn fifty_wrong_guesses_at_two_nodes_at_once_are_fifty_and_one_event(portal: &TestPortal) {
    let second = portal.second_node().await;
    let nodes: [&Node; 2] = [portal, &second];
    let (from, context) = (source("203.0.113.7"), context("203.0.113.7"));
    let wrong = (0..50).map(|number| {
        let (portal, context, from) = (nodes[number % 2].portal(), &context, &from);
        async move { portal.guessed_wrong(context, GuessKind::SignIn, std::slice::from_ref(from)).await }
    });
    join_all(wrong).await.into_iter().for_each(|counted| counted.unwrap());
    assert_eq!(portal.database().number("SELECT failures FROM guesses").await, 50);
    let limited = second.portal().may_guess(GuessKind::SignIn, &[from]).await.unwrap_err();
    assert!(matches!(limited, PortalError::RateLimited { retry_after_seconds: 900 }), "{limited:?}");
    portal.portal().may_guess(GuessKind::Link, &[from]).await.unwrap();

    let events = events_of(portal, "GUESSING_DETECTED").await;
    assert_eq!(events.len(), 1, "{events:?}");
    let event = &events[0];
    assert_eq!((event.severity.as_str(), event.outcome.as_str()), ("MAJOR", "refused"));
    assert_eq!(
        event.metadata,
        json!({ "kind": "sign_in", "by": "source", "attempts": 50, "since": "2026-03-02T08:00:00.000000Z",
            "source": "203.0.113.7" })
    );
    let entry = portal.auditor().event(&event.id).await.unwrap().entry.to_string();
    assert!(!entry.contains("203.0.113.7"), "{entry}");
    portal.portal().guessed_wrong(&context, GuessKind::SignIn, &[from]).await.unwrap();
    assert_eq!(events_of(portal, "GUESSING_DETECTED").await.len(), 1, "once per burst");

    // The next burst is another.
    portal.clock().advance(2 * WINDOW);
    for _ in 0..51 {
        second.portal().guessed_wrong(&context, GuessKind::SignIn, &[from]).await.unwrap();
    }
    assert_eq!(events_of(portal, "GUESSING_DETECTED").await.len(), 2);
    second.stop().await;
}

async fn what_was_refused_is_rolled_up_once_per_party_and_window(portal: &TestPortal) {
    let second = portal.second_node().await;
    let tenant = portal.admin().tenant("Acme").create().await.unwrap();
    let (guesses, client) = (Guesses::new(), portal.anonymous().into_client());
    for _ in 0..3 {
        assert_unknown(&activate(&client, &guesses.code("ACME")).await);
        portal.clock().advance(seconds(60));
    }
    assert_eq!(events_of(portal, "GUESSES_REFUSED").await.len(), 0, "the window is not over");
    portal.clock().advance(WINDOW.checked_sub(seconds(180)).unwrap());
    let nodes: [&Node; 2] = [portal, &second];
    let sweeps = (0..10).map(|number| nodes[number % 2].portal().report_guesses());
    for swept in join_all(sweeps).await {
        swept.unwrap();
    }
    let events = events_of(portal, "GUESSES_REFUSED").await;
    assert_eq!(events.len(), 2, "{events:?}");
    for event in &events {
        assert_eq!((event.severity.as_str(), event.outcome.as_str()), ("MINOR", "refused"));
        let by = if event.tenant.is_some() { "tenant" } else { "source" };
        assert_eq!(
            event.metadata,
            json!({ "kind": "activation", "by": by, "attempts": 3, "first_at": "2026-03-02T08:00:00.000000Z",
                "last_at": "2026-03-02T08:02:00.000000Z" })
        );
    }
    let named: Vec<_> = events.iter().filter_map(|event| event.tenant.as_ref()).collect();
    assert_eq!((named.len(), &named[0].id), (1, &tenant.id));

    assert_eq!(second.portal().report_guesses().await.unwrap(), 0);
    assert_unknown(&activate(&client, &guesses.code("NXBXDY")).await);
    portal.clock().advance(WINDOW);
    portal.portal().report_guesses().await.unwrap();
    let events = events_of(portal, "GUESSES_REFUSED").await;
    assert_eq!(events.len(), 3, "nobody's prefix is no tenant's");
    assert_eq!((&events[0].metadata["attempts"], &events[0].metadata["by"]), (&json!(1), &json!("source")));
    portal.portal().store().forget_expired().await.unwrap();
    assert_eq!(portal.database().number("SELECT count(*) FROM guesses WHERE unreported > 0").await, 0);
    portal.clock().advance(WINDOW);
    portal.portal().store().forget_expired().await.unwrap();
    assert_eq!(portal.database().number("SELECT count(*) FROM guesses").await, 0, "nothing is kept for ever");
    second.stop().await;
}

async fn a_tenant_whose_codes_many_guess_at_is_not_locked_out(portal: &TestPortal) {
    let proxied = HttpConfig { trusted_proxies: vec!["127.0.0.1".parse().unwrap()], ..HttpConfig::default() };
    let node = portal.second_node_with(proxied).await;
    let tenant = portal.admin().tenant("Acme").create().await.unwrap();
    let real = portal.admin().code("acme").await.code;
    let (guesses, client) = (Guesses::new(), node.anonymous().into_client());
    for number in 1..=101 {
        let from = format!("203.0.113.{number}");
        assert_unknown(&activate_from(&client, &from, &guesses.code("ACME")).await);
    }
    assert_limited(&activate_from(&client, "198.51.100.1", &guesses.code("ACME")).await, "1");
    assert_unknown(&activate_from(&client, "198.51.100.1", &guesses.code("NXBXDY")).await);
    let enrolled = activate_from(&client, "198.51.100.1", &real).await;
    assert_eq!(enrolled.code(), 201, "{}", enrolled.text());
    let events = events_of(portal, "GUESSING_DETECTED").await;
    assert_eq!(events.len(), 1, "{events:?}");
    assert_eq!(events[0].tenant.as_ref().unwrap().id, tenant.id);
    assert_eq!(
        events[0].metadata,
        json!({ "kind": "activation", "by": "tenant", "attempts": 100, "since": "2026-03-02T08:00:00.000000Z",
            "source": null })
    );
    drop(client);
    node.stop().await;
}

async fn a_hammered_code_cannot_flood_the_log(portal: &TestPortal) {
    let admin = portal.admin();
    admin.tenant("Acme").create().await.unwrap();
    let codes = admin.codes("acme").count(2).create().await.unwrap().items;
    admin.revoke_code(&codes[0].id).await.unwrap();
    let client = portal.anonymous().into_client();
    let replies = join_all((0..50).map(|_| activate(&client, &codes[0].code))).await;
    assert!(replies.iter().all(|reply| reply.code() == 403), "a crowd is no flood");
    let mut refused = 50;
    let limited = loop {
        let reply = activate(&client, &codes[0].code).await;
        if reply.code() != 403 {
            break reply;
        }
        refused += 1;
    };
    assert_limited(&limited, "1");
    assert_eq!(refused, 101);
    assert_limited(&activate(&client, &codes[1].code).await, "1");
    assert_eq!(events_of(portal, "ACTIVATION_REFUSED").await.len(), refused);
    portal.clock().advance(WINDOW + seconds(1));
    portal.portal().report_guesses().await.unwrap();
    assert_eq!(events_of(portal, "GUESSES_REFUSED").await.len(), 0, "each refusal is an event already");
    assert_eq!(events_of(portal, "GUESSING_DETECTED").await.len(), 0, "and no guess");
    assert_eq!(activate(&client, &codes[1].code).await.code(), 201);
}

async fn tokens_that_were_never_issued_are_refused_and_real_ones_go_on(portal: &TestPortal) {
    portal.admin().tenant("Acme").create().await.unwrap();
    let code = portal.admin().code("acme").await.code;
    let device = portal.device("fingerprint-1");
    let real = device.activate(&code).await.unwrap();
    let guesses = Guesses::new();
    let ask = |path: &'static str, token: &str| {
        portal.client(token).post(&format!("/device/api/{path}"), &json!({})).send()
    };
    // Not well formed, of another kind, ended: no guess.
    for token in ["nonsense", &guesses.token(TokenKind::Api), &real.refresh_token] {
        for _ in 0..10 {
            assert_eq!(device.validate(token).await.code, "TOKEN_INVALID");
        }
    }
    let access = |count| (0..count).map(|_| guesses.token(TokenKind::DeviceAccess)).collect::<Vec<_>>();
    for token in access(10) {
        assert_eq!(ask("validate", &token).await.json::<Value>()["code"], "TOKEN_INVALID");
    }
    for token in access(10) {
        assert_eq!(ask("heartbeat", &token).await.problem().kind(), (401, "UNAUTHENTICATED"));
    }
    let refresh = guesses.token(TokenKind::DeviceRefresh);
    assert_eq!(ask("refresh", &refresh).await.problem().kind(), (401, "UNAUTHENTICATED"));
    for path in ["validate", "heartbeat"] {
        assert_limited(&ask(path, &access(1)[0]).await, "1");
    }
    assert_limited(&ask("refresh", &refresh).await, "1");
    // Many devices share an address: what one of them does wrong is not the others' fault.
    assert!(device.validate(&real.token).await.valid);
    assert_eq!(device.heartbeat(&real.token, "1.0").await.code(), 202);
    device.refresh(&real.refresh_token).await.unwrap();
    portal.clock().advance(seconds(1));
    assert_eq!(ask("validate", &access(1)[0]).await.json::<Value>()["code"], "TOKEN_INVALID");
    assert_limited(&ask("validate", &access(1)[0]).await, "2");
}

async fn an_account_is_forgiven_when_it_guesses_right_and_its_source_is_not(portal: &TestPortal) {
    let portal = portal.portal();
    let (context, from) = (context("203.0.113.7"), source("203.0.113.7"));
    let (ada, bob) = (Party::Account("ada@example.com"), Party::Account("bob@example.com"));
    for _ in 0..5 {
        portal.guessed_wrong(&context, GuessKind::SignIn, &[ada, from]).await.unwrap();
    }
    portal.may_guess(GuessKind::SignIn, &[ada, from]).await.unwrap();
    portal.guessed_right(GuessKind::SignIn, &ada).await.unwrap();
    portal.guessed_right(GuessKind::SignIn, &from).await.unwrap();
    for _ in 0..16 {
        portal.guessed_wrong(&context, GuessKind::SignIn, &[from]).await.unwrap();
    }
    for _ in 0..5 {
        portal.guessed_wrong(&context, GuessKind::SignIn, &[ada]).await.unwrap();
    }
    portal.may_guess(GuessKind::SignIn, &[ada]).await.unwrap();
    let limited = portal.may_guess(GuessKind::SignIn, &[bob, from]).await.unwrap_err();
    assert!(matches!(limited, PortalError::RateLimited { retry_after_seconds: 1 }), "{limited:?}");
}

async fn a_right_guess_after_too_many_wrong_ones_opens_nothing(portal: &TestPortal) {
    let (clock, portal) = (portal.clock(), portal.portal());
    let (context, ada) = (context("203.0.113.7"), Party::Account("ada"));
    // All of them were let in at the same moment, before the first was found wrong.
    for _ in 0..7 {
        portal.guessed_wrong(&context, GuessKind::SecondFactor, &[ada]).await.unwrap();
    }
    let limited = portal.guessed_right(GuessKind::SecondFactor, &ada).await.unwrap_err();
    assert!(matches!(limited, PortalError::RateLimited { retry_after_seconds: 2 }), "{limited:?}");
    clock.advance(seconds(2));
    portal.guessed_right(GuessKind::SecondFactor, &ada).await.unwrap();
    for _ in 0..5 {
        portal.guessed_wrong(&context, GuessKind::SecondFactor, &[ada]).await.unwrap();
    }
    portal.may_guess(GuessKind::SecondFactor, &[ada]).await.unwrap();
}

async fn no_address_and_no_account_stands_in_the_database(portal: &TestPortal) {
    let context = context("203.0.113.7");
    let account = SessionId::new(portal.clock(), portal.entropy()).to_string();
    let parties = [source("203.0.113.7"), Party::Account(&account)];
    portal.portal().guessed_wrong(&context, GuessKind::Link, &parties).await.unwrap();
    let count = |condition: String| async move {
        portal.database().number(&format!("SELECT count(*) FROM guesses WHERE {condition}")).await
    };
    assert_eq!(count("tenant_id IS NULL".to_owned()).await, 2);
    // A hash without the key would be found by trying every address.
    for text in ["203.0.113.7", account.as_str()] {
        let hash = daybook_testkit::hex(&Sha256::digest(text));
        let column = if portal.engine() == daybook_testkit::Engine::Sqlite {
            "lower(hex(party))"
        } else {
            "encode(party, 'hex')"
        };
        assert_eq!(count(format!("{column} = '{hash}'")).await, 0);
        let plain = daybook_testkit::hex(text.as_bytes());
        assert_eq!(count(format!("{column} LIKE '%{plain}%'")).await, 0);
    }
}
