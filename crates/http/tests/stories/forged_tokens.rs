//! Signing in at an identity provider that lies or is broken: a token with any one fault signs nobody in, and leaves no trace but its
//! refusal. Providers that can be trusted are in `oidc`.

use daybook_testkit::{FalseProvider, Forgery, IdToken, SignedBy, TestPortal, Visitor, both_engines};
use serde_json::{Value, json};

use crate::oidc::{self, BEGUN, SESSION, Side, assert_refused, assert_signed_in, events_since};

both_engines!(
    no_faulty_token_brings_an_invited_person_in,
    no_faulty_token_signs_in_whom_the_provider_has_vouched_for_before,
    an_address_that_is_not_called_verified_brings_nobody_in,
    what_the_specification_leaves_open_is_taken,
    a_code_and_a_state_belong_to_the_sign_in_they_were_made_for,
);

const UNVERIFIABLE: (u16, &str) = (502, "PROVIDER_UNVERIFIABLE");
/// What is no answer of OpenID Connect at all.
const UNREADABLE: (u16, &str) = (502, "PROVIDER_UNREACHABLE");
const REFUSED: (u16, &str) = (401, "SIGN_IN_REFUSED");
const OVER: (u16, &str) = (410, "CEREMONY_OVER");

/// A fault: its name, what it changes in an honest token, and what the portal says of it.
type Fault = (&'static str, Forgery, (u16, &'static str));

/// What is wrong with what a token says.
const CLAIMS: [Fault; 20] = [
    ("no issuer", |token| token.remove("iss"), UNREADABLE),
    ("another issuer", |token| token.claims["iss"] = json!("https://accounts.example.com"), UNVERIFIABLE),
    (
        "an issuer that is almost the same",
        |token| token.claims["iss"] = json!(format!("{}/", token.claims["iss"].as_str().unwrap())),
        UNVERIFIABLE,
    ),
    ("no audience", |token| token.remove("aud"), UNVERIFIABLE),
    ("an empty audience", |token| token.claims["aud"] = json!([]), UNVERIFIABLE),
    ("another audience", |token| token.claims["aud"] = json!("another-client"), UNVERIFIABLE),
    // Whoever else it is for could bring it here (OpenID Connect Core, 3.1.3.7).
    (
        "an audience besides",
        |token| token.claims["aud"] = json!([FalseProvider::CLIENT_ID, "another-client"]),
        UNVERIFIABLE,
    ),
    ("no nonce", |token| token.remove("nonce"), UNVERIFIABLE),
    ("an empty nonce", |token| token.claims["nonce"] = json!(""), UNVERIFIABLE),
    ("another nonce", |token| token.claims["nonce"] = json!("another-nonce"), UNVERIFIABLE),
    ("no end", |token| token.remove("exp"), UNREADABLE),
    // It must end after the present: not before, and not now.
    ("expired this second", |token| token.claims["exp"] = json!(IdToken::now()), UNVERIFIABLE),
    ("expired long ago", |token| token.claims["exp"] = json!(1), UNVERIFIABLE),
    ("no time of issue", |token| token.remove("iat"), UNREADABLE),
    ("no subject", |token| token.remove("sub"), UNREADABLE),
    ("an empty subject", |token| token.claims["sub"] = json!(""), UNVERIFIABLE),
    ("a subject without end", |token| token.claims["sub"] = json!("a".repeat(256)), UNVERIFIABLE),
    (
        "the hash of another access token",
        |token| token.claims["at_hash"] = json!("A".repeat(22)),
        UNVERIFIABLE,
    ),
    ("an empty hash", |token| token.claims["at_hash"] = json!(""), UNVERIFIABLE),
    ("a verified address in words", |token| token.claims["email_verified"] = json!("true"), UNREADABLE),
];

/// What is wrong with how a token is signed, or whether it is one. Where no public key goes with the header, the token has no hash of
/// the access token: one that nobody can check would be a second fault.
const SIGNATURES: [Fault; 16] = [
    ("signed with another key", |token| token.signature = SignedBy::Another, UNVERIFIABLE),
    (
        "signed with a key that it brings along",
        |token| {
            token.signature = SignedBy::Another;
            token.header["jwk"] = FalseProvider::another_key();
        },
        UNVERIFIABLE,
    ),
    (
        "signed with another key and no name of one",
        |token| {
            token.signature = SignedBy::Another;
            token.header.as_object_mut().unwrap().remove("kid");
        },
        UNVERIFIABLE,
    ),
    (
        "the name of a key that nobody knows",
        |token| {
            token.remove("at_hash");
            token.header["kid"] = json!("k2");
        },
        UNVERIFIABLE,
    ),
    ("no signature", |token| token.signature = SignedBy::Nobody, UNVERIFIABLE),
    (
        "unsigned and saying so",
        |token| {
            token.remove("at_hash");
            token.signature = SignedBy::Nobody;
            token.header = json!({ "alg": "none" });
        },
        UNVERIFIABLE,
    ),
    (
        "signed and saying that it is not",
        |token| {
            token.remove("at_hash");
            token.header["alg"] = json!("none");
        },
        UNVERIFIABLE,
    ),
    (
        "unsigned and saying so in another way",
        |token| {
            token.signature = SignedBy::Nobody;
            token.header = json!({ "alg": "None" });
        },
        UNREADABLE,
    ),
    (
        "signed with the client's secret",
        |token| {
            token.remove("at_hash");
            token.signature = SignedBy::Secret(FalseProvider::CLIENT_SECRET.into());
            token.header = json!({ "alg": "HS256" });
        },
        UNVERIFIABLE,
    ),
    // The public key as a shared secret: everybody has it.
    (
        "signed with what everybody knows",
        |token| {
            token.remove("at_hash");
            token.signature = SignedBy::Secret(FalseProvider::public_key());
            token.header["alg"] = json!("HS256");
        },
        UNVERIFIABLE,
    ),
    (
        "another algorithm than it is signed with",
        |token| {
            token.remove("at_hash");
            token.header["alg"] = json!("RS256");
        },
        UNVERIFIABLE,
    ),
    ("an algorithm that there is not", |token| token.header["alg"] = json!("ES255"), UNREADABLE),
    ("a condition that nobody understands", |token| token.header["crit"] = json!(["b64"]), UNVERIFIABLE),
    (
        "a token of somebody else, with another name put in",
        |token| {
            let mut signed = token.claims.clone();
            signed["sub"] = json!("mallory");
            signed["email"] = json!("mallory@example.com");
            token.signed_claims = Some(signed);
        },
        UNVERIFIABLE,
    ),
    ("no token", |token| token.instead = Some(Value::Null), UNVERIFIABLE),
    ("no token but text", |token| token.instead = Some(json!("not.a.token")), UNREADABLE),
];

/// What is wrong with an address.
const ADDRESSES: [Fault; 4] = [
    ("not verified", |token| token.claims["email_verified"] = json!(false), REFUSED),
    ("perhaps verified", |token| token.remove("email_verified"), REFUSED),
    ("another address", |token| token.claims["email"] = json!("mallory@example.com"), REFUSED),
    ("no address", |token| token.remove("email"), REFUSED),
];

/// A portal that was told to trust the provider, and the person whom it knows, invited.
async fn prepare(portal: &TestPortal, side: Side) -> FalseProvider {
    portal.admin().tenant("Acme").create().await.unwrap();
    let provider = FalseProvider::start().await;
    let reply = oidc::owner(portal).put(side.provider(), &provider.configuration()).send().await;
    assert_eq!(reply.code(), 200, "{}", reply.text());
    oidc::invite(portal, side, FalseProvider::EMAIL).await;
    provider
}

/// Begins in this browser; answers the address that the provider sends it back to.
async fn go(portal: &TestPortal, side: Side, visitor: &mut Visitor) -> String {
    let authorize = oidc::begin(portal.url(), side, visitor).await;
    let page = visitor.get(&authorize).await;
    assert_eq!(page.code(), 303, "{}", page.text());
    page.header("location").to_owned()
}

async fn expect_signed_in(portal: &TestPortal, side: Side) {
    let mut visitor = Visitor::new();
    let back = go(portal, side, &mut visitor).await;
    assert_signed_in(&visitor.get(&back).await, &visitor);
}

/// Each fault by itself is refused, nobody is signed in, and the log does not grow.
async fn expect_refused(portal: &TestPortal, side: Side, provider: &FalseProvider, faults: &[Fault]) {
    let entries = portal.settle().await;
    for (name, forgery, kind) in faults {
        let mut visitor = Visitor::new();
        let back = go(portal, side, &mut visitor).await;
        let begun = visitor.cookie(BEGUN).unwrap().to_owned();
        provider.forge(*forgery);
        let reply = visitor.get(&back).await;
        assert_eq!(reply.code(), kind.0, "{name}: {}", reply.text());
        assert_eq!(reply.problem().kind(), *kind, "{name}");
        assert_eq!(visitor.cookie(SESSION), None, "{name}");
        // Not even an honest token ends well what a forged one has begun.
        provider.be_honest();
        visitor.set_cookie(BEGUN, &begun);
        assert_refused(&visitor.get(&back).await, &visitor, OVER);
        assert_eq!(portal.settle().await, entries, "{name}");
    }
}

async fn no_faulty_token_brings_an_invited_person_in(portal: &TestPortal) {
    let side = Side::Acme;
    let provider = prepare(portal, side).await;
    expect_refused(portal, side, &provider, &CLAIMS).await;
    expect_refused(portal, side, &provider, &SIGNATURES).await;
    // The provider and the invitation were good all along.
    let entries = portal.settle().await;
    expect_signed_in(portal, side).await;
    let expected = ["USER_JOINED", "USER_FACTOR_ADDED", "USER_LOGIN", "SESSION_CREATED"];
    assert_eq!(events_since(portal, entries).await, expected);
}

async fn no_faulty_token_signs_in_whom_the_provider_has_vouched_for_before(portal: &TestPortal) {
    let side = Side::Platform;
    let provider = prepare(portal, side).await;
    expect_signed_in(portal, side).await;
    expect_refused(portal, side, &provider, &CLAIMS).await;
    expect_refused(portal, side, &provider, &SIGNATURES).await;
    expect_signed_in(portal, side).await;
}

async fn an_address_that_is_not_called_verified_brings_nobody_in(portal: &TestPortal) {
    let side = Side::Acme;
    let provider = prepare(portal, side).await;
    expect_refused(portal, side, &provider, &ADDRESSES).await;
    expect_signed_in(portal, side).await;
    // From then on, the provider's name for the person counts, and their address no more.
    for (_, forgery, _) in ADDRESSES {
        provider.forge(forgery);
        expect_signed_in(portal, side).await;
    }
    // And that name alone: another subject with the same address is another person.
    let another: Fault = ("another subject", |token| token.claims["sub"] = json!("mallory"), REFUSED);
    expect_refused(portal, side, &provider, &[another]).await;
}

/// The refusals are of the faults alone: not of whatever is unlike the usual token.
async fn what_the_specification_leaves_open_is_taken(portal: &TestPortal) {
    let side = Side::Platform;
    let provider = prepare(portal, side).await;
    let honest: [Forgery; 5] = [
        |token| token.claims["aud"] = json!([FalseProvider::CLIENT_ID]),
        |token| token.remove("at_hash"),
        // There is one key only.
        |token| token.header = json!({ "alg": "ES256" }),
        |token| token.claims["and_besides"] = json!({ "anything": ["at", "all"] }),
        // Its clock may be wrong: the nonce says which sign-in it is for, whenever it says that it was made.
        |token| token.claims["iat"] = json!(IdToken::now() + 300),
    ];
    for forgery in honest {
        provider.forge(forgery);
        expect_signed_in(portal, side).await;
    }
}

async fn a_code_and_a_state_belong_to_the_sign_in_they_were_made_for(portal: &TestPortal) {
    let side = Side::Acme;
    let provider = prepare(portal, side).await;
    let part = |back: &str, name: &str| {
        let found = back.split(['?', '&']).find_map(|pair| pair.strip_prefix(name));
        format!("{name}{}", found.unwrap())
    };
    let with = |back: &str, name: &str, other: &str| back.replace(&part(back, name), &part(other, name));
    let entries = portal.settle().await;
    let [mut ada, mut mallory] = [Visitor::new(), Visitor::new()];
    let of_ada = go(portal, side, &mut ada).await;

    // Ada's code in a sign-in of Mallory: this provider gives the tokens away, and they are of Ada's.
    let of_mallory = go(portal, side, &mut mallory).await;
    let reply = mallory.get(&with(&of_mallory, "code=", &of_ada)).await;
    assert_refused(&reply, &mallory, UNVERIFIABLE);
    let of_mallory = go(portal, side, &mut mallory).await;
    let reply = mallory.get(&with(&of_mallory, "state=", &of_ada)).await;
    assert_refused(&reply, &mallory, OVER);
    assert_eq!(portal.settle().await, entries);

    assert_signed_in(&ada.get(&of_ada).await, &ada);
    // The code has done its work; this provider takes it again nevertheless.
    let entries = portal.settle().await;
    let of_mallory = go(portal, side, &mut mallory).await;
    let reply = mallory.get(&with(&of_mallory, "code=", &of_ada)).await;
    assert_refused(&reply, &mallory, UNVERIFIABLE);
    assert_eq!(portal.settle().await, entries);
    drop(provider);
}
