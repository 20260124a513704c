//! An identity provider that lies: what a real one cannot be made to say. Each ID token is honest but for what a test changes in it.
//! It is as careless as a provider can be: it asks nobody for a password, and neither for the client's secret nor for a verifier, and
//! takes a code as often as it comes. Must not share code with what checks its tokens, and must not stand in for a real provider
//! ([`crate::Provider`]) where an honest one will do.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use axum::{
    Form, Json, Router,
    extract::{Query, State},
    response::Redirect,
    routing::{get, post},
};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD as BASE64URL};
use hmac::{Hmac, KeyInit, Mac};
use p256::ecdsa::{Signature, SigningKey, signature::Signer};
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::{net::TcpListener, task::JoinSet};

use crate::TestClock;

const ACCESS_TOKEN: &str = "access-token-of-a-test";

/// What a test changes in a token before it is signed.
pub type Forgery = fn(&mut IdToken);

/// A running provider. It ends when this is dropped.
#[derive(Debug)]
pub struct FalseProvider {
    desk: Arc<Desk>,
    _server: JoinSet<std::io::Result<()>>,
}

/// An ID token in the making. Its fields make it lie.
#[derive(Clone, Debug)]
pub struct IdToken {
    /// How it says that it is signed.
    pub header: Value,
    /// What it says of the person.
    pub claims: Value,
    /// Signs these claims instead, before the others take their place.
    pub signed_claims: Option<Value>,
    /// How it is signed.
    pub signature: SignedBy,
    /// Stands in the answer instead of the token.
    pub instead: Option<Value>,
}

/// Whose signature a token has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignedBy {
    /// The provider's.
    Provider,
    /// Somebody else's, of the same kind.
    Another,
    /// That of whoever knows these bytes: HMAC with SHA-256.
    Secret(Vec<u8>),
    /// Nobody's.
    Nobody,
}

/// What the provider knows.
#[derive(Debug)]
struct Desk {
    url: String,
    /// The nonce of the sign-in that each code was given out for.
    nonces: Mutex<BTreeMap<String, String>>,
    forgery: Mutex<Forgery>,
}

impl FalseProvider {
    /// What it calls the portal.
    pub const CLIENT_ID: &'static str = "daybook";
    /// What the portal shows it; nobody looks.
    pub const CLIENT_SECRET: &'static str = "s3cret-of-daybook";
    /// The one person whom it knows.
    pub const SUBJECT: &'static str = "ada";
    /// Their address, which it calls verified.
    pub const EMAIL: &'static str = "ada@example.com";
    /// The name of its key.
    const KEY_ID: &'static str = "k1";

    /// A provider on a free port that is honest until it is told otherwise.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        // As the real one of the tests: the portal may reach a provider of its own machine without TLS.
        let url = format!("http://{}", listener.local_addr().unwrap());
        let desk = Arc::new(Desk { url, nonces: Mutex::default(), forgery: Mutex::new(|_| ()) });
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(describe))
            .route("/keys", get(show_keys))
            .route("/authorize", get(authorize))
            .route("/token", post(give_tokens))
            .with_state(Arc::clone(&desk));
        let mut server = JoinSet::new();
        server.spawn(async { axum::serve(listener, router).await });
        Self { desk, _server: server }
    }

    /// What the portal is told of it.
    pub fn configuration(&self) -> Value {
        json!({
            "issuer": self.desk.url, "client_id": Self::CLIENT_ID, "client_secret": Self::CLIENT_SECRET, "enabled": true,
        })
    }

    /// From now on, this is done to every token.
    pub fn forge(&self, forgery: Forgery) {
        *self.desk.forgery.lock().unwrap() = forgery;
    }

    /// From now on, tokens are as they should be.
    pub fn be_honest(&self) {
        self.forge(|_| ());
    }

    /// The point on the curve that everybody may know: what a careless reader would take for a shared secret.
    pub fn public_key() -> Vec<u8> {
        key(&SignedBy::Provider).verifying_key().to_sec1_point(false).as_bytes().to_vec()
    }

    /// The key of [`SignedBy::Another`], as a token would bring it along.
    pub fn another_key() -> Value {
        public_jwk(&key(&SignedBy::Another))
    }
}

impl IdToken {
    /// As it should be, for a sign-in with this nonce.
    fn honest(issuer: &str, nonce: &str) -> Self {
        let now = Self::now();
        Self {
            header: json!({ "alg": "ES256", "kid": FalseProvider::KEY_ID, "typ": "JWT" }),
            claims: json!({
                "iss": issuer, "sub": FalseProvider::SUBJECT, "aud": FalseProvider::CLIENT_ID, "iat": now, "exp": now + 600,
                "nonce": nonce, "at_hash": BASE64URL.encode(&Sha256::digest(ACCESS_TOKEN)[..16]),
                "email": FalseProvider::EMAIL, "email_verified": true,
            }),
            signed_claims: None,
            signature: SignedBy::Provider,
            instead: None,
        }
    }

    /// The present second. Tokens are checked against the machine's time, whatever the clock of a test says.
    pub fn now() -> i64 {
        TestClock::real().now().as_micros().div_euclid(1_000_000)
    }

    /// Leaves a claim out.
    pub fn remove(&mut self, claim: &str) {
        self.claims.as_object_mut().unwrap().remove(claim).unwrap();
    }

    /// As it travels.
    fn encode(&self) -> Value {
        let encode = |part: &Value| BASE64URL.encode(part.to_string());
        let header = encode(&self.header);
        let signed = format!("{header}.{}", encode(self.signed_claims.as_ref().unwrap_or(&self.claims)));
        let signature = BASE64URL.encode(self.signature.sign(signed.as_bytes()));
        let token = format!("{header}.{}.{signature}", encode(&self.claims));
        self.instead.clone().unwrap_or_else(|| json!(token))
    }
}

impl SignedBy {
    fn sign(&self, message: &[u8]) -> Vec<u8> {
        match self {
            Self::Provider | Self::Another => {
                let signature: Signature = key(self).sign(message);
                signature.to_bytes().to_vec()
            }
            Self::Secret(secret) => {
                let mac = Hmac::<Sha256>::new_from_slice(secret).unwrap().chain_update(message);
                mac.finalize().into_bytes().to_vec()
            }
            Self::Nobody => vec![],
        }
    }
}

/// The key of whoever has one.
fn key(signer: &SignedBy) -> SigningKey {
    let seed = if *signer == SignedBy::Provider { [1; 32] } else { [2; 32] };
    SigningKey::from_slice(&seed).unwrap()
}

fn public_jwk(key: &SigningKey) -> Value {
    let point = key.verifying_key().to_sec1_point(false);
    let [x, y] = [point.x(), point.y()].map(|part| BASE64URL.encode(part.unwrap()));
    json!({
        "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": FalseProvider::KEY_ID, "x": x, "y": y,
    })
}

async fn describe(State(desk): State<Arc<Desk>>) -> Json<Value> {
    let url = &desk.url;
    Json(json!({
        "issuer": url, "authorization_endpoint": format!("{url}/authorize"), "token_endpoint": format!("{url}/token"),
        "jwks_uri": format!("{url}/keys"), "response_types_supported": ["code"], "subject_types_supported": ["public"],
        // It says that it signs in any way there is: what is taken is the portal's to decide.
        "id_token_signing_alg_values_supported": ["ES256", "HS256", "none"],
    }))
}

async fn show_keys() -> Json<Value> {
    Json(json!({ "keys": [public_jwk(&key(&SignedBy::Provider))] }))
}

/// What the portal sends a browser with.
#[derive(Deserialize)]
struct Authorization {
    redirect_uri: String,
    state: String,
    nonce: String,
}

async fn authorize(State(desk): State<Arc<Desk>>, Query(asked): Query<Authorization>) -> Redirect {
    let mut nonces = desk.nonces.lock().unwrap();
    let code = format!("code-{}", nonces.len());
    let back = format!("{}?code={code}&state={}", asked.redirect_uri, asked.state);
    nonces.insert(code, asked.nonce);
    Redirect::to(&back)
}

/// What the portal trades for tokens.
#[derive(Deserialize)]
struct Exchange {
    code: String,
}

async fn give_tokens(State(desk): State<Arc<Desk>>, Form(asked): Form<Exchange>) -> Json<Value> {
    let nonce = desk.nonces.lock().unwrap()[&asked.code].clone();
    let mut token = IdToken::honest(&desk.url, &nonce);
    let forgery = *desk.forgery.lock().unwrap();
    forgery(&mut token);
    Json(json!({
        "access_token": ACCESS_TOKEN, "token_type": "Bearer", "expires_in": 600, "id_token": token.encode(),
    }))
}
