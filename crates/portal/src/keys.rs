//! The keys that are not in the database: activation codes are stored as HMACs under one, licences are signed with another. What
//! else needs a key has one that is derived from the first, so a key file never has to change.
//! Kept in a file of their own; every node of a portal needs the same file. Must never be printed.

use std::fmt;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use daybook_model::{
    Entropy,
    code::ActivationCode,
    entropy::random_bytes,
    guessing::{GuessedBy, PartyDigest},
};
use ed25519_dalek::SigningKey;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use crate::{Result, seal};

/// The first line of a key file.
const HEADER: &str = "daybook-keys v1";

/// The keys of a portal.
#[derive(Clone)]
pub struct KeyRing {
    code: [u8; 32],
    license: SigningKey,
}

/// Why a key file cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "not a Daybook key file: expected `{HEADER}`, then a `code` and a `license` line with 32 bytes each in base64"
)]
pub struct KeyError;

impl fmt::Debug for KeyRing {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "KeyRing({}, {})", self.code_key_id(), self.license_key_id())
    }
}

impl KeyRing {
    /// Fresh keys.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        Self { code: random_bytes(entropy), license: SigningKey::from_bytes(&random_bytes(entropy)) }
    }

    /// The text of the key file.
    pub fn to_text(&self) -> String {
        let (code, license) =
            (BASE64_STANDARD.encode(self.code), BASE64_STANDARD.encode(self.license.to_bytes()));
        format!("{HEADER}\ncode {code}\nlicense {license}\n")
    }

    /// Reads the text of a key file.
    pub fn from_text(text: &str) -> Result<Self, KeyError> {
        let mut lines = text.lines();
        let header = lines.next().filter(|line| *line == HEADER);
        let mut key = |name: &str| {
            let value = lines.next()?.strip_prefix(name)?.strip_prefix(' ')?;
            <[u8; 32]>::try_from(BASE64_STANDARD.decode(value).ok()?).ok()
        };
        let (code, license) = (key("code"), key("license"));
        match (header, code, license) {
            (Some(_), Some(code), Some(license)) => {
                Ok(Self { code, license: SigningKey::from_bytes(&license) })
            }
            _ => Err(KeyError),
        }
    }

    /// HMAC-SHA-256 of a code: all that the database has of it.
    pub(crate) fn code_digest(&self, code: &ActivationCode) -> [u8; 32] {
        hmac(&self.code, &[code.as_bytes()])
    }

    /// The key for one purpose. No code is written like the text under this HMAC: codes have no lower case.
    fn derived(&self, purpose: &str) -> [u8; 32] {
        hmac(&self.code, &[b"daybook-derived-key v1\n", purpose.as_bytes()])
    }

    /// Seals a value for the database. `associated` ties it to its place, such as the id of its row.
    pub fn seal(
        &self,
        purpose: &str,
        associated: &[u8],
        plaintext: &[u8],
        entropy: &dyn Entropy,
    ) -> Result<Vec<u8>> {
        seal::seal(&self.derived(&format!("seal {purpose}")), associated, plaintext, entropy)
    }

    /// What [`KeyRing::seal`] sealed for the same purpose and place; nothing if it is anything else.
    pub fn open(&self, purpose: &str, associated: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        seal::open(&self.derived(&format!("seal {purpose}")), associated, sealed)
    }

    /// HMAC-SHA-256 under the key of a purpose, for secrets too short for a plain hash.
    pub fn digest(&self, purpose: &str, bytes: &[u8]) -> [u8; 32] {
        hmac(&self.derived(&format!("digest {purpose}")), &[bytes])
    }

    /// HMAC of a party whose guesses are counted: the database shows no address and no account.
    pub(crate) fn party_digest(&self, by: GuessedBy, party: &[u8]) -> PartyDigest {
        PartyDigest(self.digest(&format!("guesses by {by}"), party))
    }

    /// The seed of the key that signs the log's checkpoints.
    pub(crate) fn log_seed(&self) -> [u8; 32] {
        self.derived("sign the log")
    }

    /// Names the key under which codes are hashed; stored with each, so that a wrong key file is noticed.
    pub fn code_key_id(&self) -> String {
        key_id(b"daybook-code-key", &self.code)
    }

    /// Names the key that signs licences.
    pub fn license_key_id(&self) -> String {
        key_id(b"daybook-license-key", self.license.verifying_key().as_bytes())
    }

    pub(crate) fn license_key(&self) -> &SigningKey {
        &self.license
    }
}

/// HMAC-SHA-256 of the parts, one behind the other.
pub(crate) fn hmac(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    // HMAC fills a key of 32 bytes up with zeros to its block of 64.
    let mut block = [0; 64];
    for (to, from) in block.iter_mut().zip(key) {
        *to = *from;
    }
    let mut mac = Hmac::<Sha256>::new(&block.into());
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// Eight hexadecimal digits that depend on the whole key and say nothing of it.
fn key_id(purpose: &[u8], key: &[u8; 32]) -> String {
    let hash = Sha256::new().chain_update(purpose).chain_update(key).finalize();
    hex(hash.get(..4).unwrap_or_default())
}

/// Lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fixed;

    impl Entropy for Fixed {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(7);
        }
    }

    #[test]
    fn a_key_file_reads_back() {
        let keys = KeyRing::generate(&Fixed);
        let read = KeyRing::from_text(&keys.to_text()).unwrap();
        assert_eq!(read.to_text(), keys.to_text());
        assert_eq!(
            format!("{read:?}"),
            format!("KeyRing({}, {})", keys.code_key_id(), keys.license_key_id())
        );
    }

    #[test]
    fn each_purpose_has_a_key_of_its_own_and_an_old_key_file_has_them_all() {
        let old = format!("{HEADER}\ncode {0}\nlicense {0}\n", BASE64_STANDARD.encode([7; 32]));
        let keys = KeyRing::from_text(&old).unwrap();
        let same = KeyRing::generate(&Fixed);
        assert_eq!(keys.digest("recovery", b"x"), same.digest("recovery", b"x"));
        assert_ne!(keys.digest("recovery", b"x"), keys.digest("reset", b"x"));
        assert_ne!(keys.digest("recovery", b"x"), keys.digest("recovery", b"y"));

        let sealed = keys.seal("totp", b"ada", b"secret", &Fixed).unwrap();
        assert_eq!(same.open("totp", b"ada", &sealed).unwrap(), b"secret");
        assert_eq!(keys.open("other", b"ada", &sealed), None);
        assert_eq!(keys.open("totp", b"bob", &sealed), None);
    }

    /// What is stored under these keys must be readable for ever: computed with another program (Python's `hmac`).
    #[test]
    fn derived_keys_never_change() {
        let keys = KeyRing::generate(&Fixed);
        assert_eq!(
            hex(&keys.digest("recovery", b"x")),
            "c1ffd89d9b3954cda5d170e9f85a9f5182d9bdd4220c767fbba144b98eba63ba"
        );
    }

    #[test]
    fn a_party_has_another_hash_under_other_keys_and_as_something_else() {
        let keys = KeyRing::generate(&Fixed);
        let others = KeyRing { code: [8; 32], ..keys.clone() };
        let digest = keys.party_digest(GuessedBy::Account, b"ada@example.com");
        assert_eq!(digest, keys.clone().party_digest(GuessedBy::Account, b"ada@example.com"));
        assert_ne!(digest, others.party_digest(GuessedBy::Account, b"ada@example.com"));
        assert_ne!(digest, keys.party_digest(GuessedBy::Source, b"ada@example.com"));
        assert_ne!(digest, keys.party_digest(GuessedBy::Account, b"bob@example.com"));
    }

    #[test]
    fn anything_else_is_refused() {
        let good = KeyRing::generate(&Fixed).to_text();
        for text in
            ["", "daybook-keys v2\n", &good.replace("code ", "code"), &good.replace('=', ""), &good[..60]]
        {
            assert_eq!(KeyRing::from_text(text).err(), Some(KeyError), "{text}");
        }
    }
}
