//! An authenticator and its browser in one: answers WebAuthn's `create()` and `get()` with what `PublicKeyCredential.toJSON()` gives.
//! Its fields make it lie. Must not share code with what checks it.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD as BASE64URL};
use daybook_model::{Entropy, entropy::random_bytes};
use p256::ecdsa::{Signature, SigningKey, signature::Signer};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// The person is there; the passkey can be and is synchronised.
const PRESENT: u8 = 0x01 | 0x08 | 0x10;
/// The person proved to the device who they are.
const VERIFIED: u8 = 0x04;
/// A new passkey is described.
const ATTESTED: u8 = 0x40;

/// A device with passkeys.
#[derive(Clone)]
pub struct Authenticator {
    /// Where the browser believes to be.
    pub origin: String,
    /// Whether the device knows its person.
    pub user_verified: bool,
    /// Signs for this relying party instead of the one that asks.
    pub rp_id: Option<String>,
    /// Answers this challenge instead of the one that was given.
    pub challenge: Option<String>,
    /// Says that this person owns the passkey (base64url).
    pub user_handle: Option<String>,
    /// How often it has signed; 0 as long as it does not count, as synchronised passkeys do not.
    pub counter: u32,
    seed: [u8; 32],
    passkeys: Vec<Passkey>,
}

/// A private key and what it is for.
#[derive(Clone)]
struct Passkey {
    id: Vec<u8>,
    rp_id: String,
    user_handle: String,
    key: SigningKey,
}

impl Authenticator {
    /// A device whose browser is at this origin.
    pub fn new(origin: &str, entropy: &dyn Entropy) -> Self {
        Self {
            origin: origin.to_owned(),
            user_verified: true,
            rp_id: None,
            challenge: None,
            user_handle: None,
            counter: 0,
            seed: random_bytes(entropy),
            passkeys: vec![],
        }
    }

    /// The same device, but for this.
    #[must_use]
    pub fn but(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut other = self.clone();
        change(&mut other);
        other
    }

    /// `navigator.credentials.create(…)` with these options: the answer as JSON.
    pub fn create(&mut self, options: &Value) -> Value {
        self.seed = Sha256::digest(self.seed).into();
        let key = SigningKey::from_slice(&self.seed).unwrap();
        let passkey = Passkey {
            id: Sha256::digest(self.seed)[..16].to_vec(),
            rp_id: options["rp"]["id"].as_str().unwrap().to_owned(),
            user_handle: options["user"]["id"].as_str().unwrap().to_owned(),
            key,
        };
        let mut data = self.authenticator_data(&passkey.rp_id, ATTESTED);
        // The kind of device: none.
        data.extend([0; 16]);
        data.extend(u16::try_from(passkey.id.len()).unwrap().to_be_bytes());
        data.extend(&passkey.id);
        data.extend(passkey.public_key());
        let object = cbor_map(&[
            (cbor_text("fmt"), cbor_text("none")),
            (cbor_text("attStmt"), cbor_map(&[])),
            (cbor_text("authData"), cbor_bytes(&data)),
        ]);
        let id = BASE64URL.encode(&passkey.id);
        self.passkeys.push(passkey);
        json!({
            "id": id,
            "rawId": id,
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": { "credProps": { "rk": true } },
            "response": {
                "clientDataJSON": BASE64URL.encode(self.client_data("webauthn.create", options)),
                "attestationObject": BASE64URL.encode(object),
                "authenticatorData": BASE64URL.encode(data),
                "publicKeyAlgorithm": -7,
                "transports": ["hybrid", "internal"],
            },
        })
    }

    /// `navigator.credentials.get(…)` with these options, by the newest passkey for who asks: the answer as JSON, if there is one.
    pub fn get(&self, options: &Value) -> Option<Value> {
        let fits = |passkey: &&Passkey| options["rpId"] == passkey.rp_id;
        self.passkeys.iter().rev().find(fits).map(|passkey| self.answer(options, passkey))
    }

    /// As [`Authenticator::get`], by the passkey with this id.
    pub fn get_with(&self, options: &Value, id: &[u8]) -> Option<Value> {
        self.passkeys.iter().find(|passkey| passkey.id == id).map(|passkey| self.answer(options, passkey))
    }

    fn answer(&self, options: &Value, passkey: &Passkey) -> Value {
        let client_data = self.client_data("webauthn.get", options);
        let data = self.authenticator_data(&passkey.rp_id, 0);
        let message = [data.as_slice(), &Sha256::digest(&client_data)].concat();
        let signature: Signature = passkey.key.sign(&message);
        let id = BASE64URL.encode(&passkey.id);
        json!({
            "id": id,
            "rawId": id,
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": {},
            "response": {
                "clientDataJSON": BASE64URL.encode(client_data),
                "authenticatorData": BASE64URL.encode(data),
                "signature": BASE64URL.encode(signature.to_der().as_bytes()),
                "userHandle": self.user_handle.as_ref().unwrap_or(&passkey.user_handle),
            },
        })
    }

    fn client_data(&self, kind: &str, options: &Value) -> Vec<u8> {
        let challenge = self.challenge.as_deref().or(options["challenge"].as_str()).unwrap();
        let origin = &self.origin;
        // In the order in which browsers write it.
        format!(r#"{{"type":"{kind}","challenge":"{challenge}","origin":"{origin}","crossOrigin":false}}"#)
            .into_bytes()
    }

    fn authenticator_data(&self, rp_id: &str, flags: u8) -> Vec<u8> {
        let rp_id = self.rp_id.as_deref().unwrap_or(rp_id);
        let verified = if self.user_verified { VERIFIED } else { 0 };
        let mut data = Sha256::digest(rp_id.as_bytes()).to_vec();
        data.push(PRESENT | verified | flags);
        data.extend(self.counter.to_be_bytes());
        data
    }
}

impl Passkey {
    /// As COSE writes a key of P-256 for ES256.
    fn public_key(&self) -> Vec<u8> {
        let point = self.key.verifying_key().to_sec1_point(false);
        let (x, y) = point.as_bytes()[1..].split_at(32);
        cbor_map(&[
            (cbor_int(1), cbor_int(2)),
            (cbor_int(3), cbor_int(-7)),
            (cbor_int(-1), cbor_int(1)),
            (cbor_int(-2), cbor_bytes(x)),
            (cbor_int(-3), cbor_bytes(y)),
        ])
    }
}

/// The beginning of a CBOR item: what it is and how long.
fn cbor_head(major: u8, count: u64) -> Vec<u8> {
    match count {
        0..24 => vec![major << 5 | u8::try_from(count).unwrap()],
        24..256 => vec![major << 5 | 0x18, u8::try_from(count).unwrap()],
        _ => [&[major << 5 | 0x19], u16::try_from(count).unwrap().to_be_bytes().as_slice()].concat(),
    }
}

fn cbor_int(value: i64) -> Vec<u8> {
    if value < 0 { cbor_head(1, (-1 - value).unsigned_abs()) } else { cbor_head(0, value.unsigned_abs()) }
}

fn cbor_bytes(bytes: &[u8]) -> Vec<u8> {
    [cbor_head(2, bytes.len() as u64), bytes.to_vec()].concat()
}

fn cbor_text(text: &str) -> Vec<u8> {
    [cbor_head(3, text.len() as u64), text.as_bytes().to_vec()].concat()
}

fn cbor_map(pairs: &[(Vec<u8>, Vec<u8>)]) -> Vec<u8> {
    let items = pairs.iter().flat_map(|(key, value)| [key.as_slice(), value].concat());
    cbor_head(5, pairs.len() as u64).into_iter().chain(items).collect()
}
