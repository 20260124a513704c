//! Signed notes (C2SP signed-note v1.0.0) with Ed25519 keys: a text that ends in a newline, and below a blank line who signed it. Reading takes
//! anything at all and never panics; what is read has one spelling, so it is written again byte for byte.
//!
//! A signature by a key that nobody asked about is passed over. One that should be by a known key and is not makes the whole note worthless.

use std::{fmt, str::FromStr};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};
use thiserror::Error;

/// The type byte of an Ed25519 key.
const ED25519: u8 = 0x01;
/// How many signatures are read.
const MAX_SIGNATURES: usize = 100;
/// The longest note that is read, in bytes.
pub(crate) const MAX_NOTE_BYTES: usize = 1 << 20;

/// Why something is no note, no key, or not signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum NoteError {
    /// Empty, or with a space or a plus sign.
    #[error("the name of a key is a text without spaces, control characters and plus signs")]
    Name,
    /// Not `name+id+key`, or the id is another key's.
    #[error("a verifier key looks like log.example.com+0123abcd+AQ…")]
    VerifierKey,
    /// Not a text, a blank line and signatures.
    #[error("a signed note is a text, a blank line and its signatures")]
    Malformed,
    /// It names a known key, whose signature it is not.
    #[error("the signature of {0:08x} is false")]
    FalseSignature(u32),
    /// No known key has signed it.
    #[error("no known key has signed it")]
    Unsigned,
}

/// What a key is called: for the key of a log, its origin, such as `portal.example.com/log`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyName(String);

impl KeyName {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The id of this key under this name: the beginning of SHA-256(name ‖ newline ‖ type ‖ key).
    fn id(&self, key: &VerifyingKey) -> u32 {
        let hash =
            Sha256::new().chain_update(&self.0).chain_update([b'\n', ED25519]).chain_update(key.as_bytes());
        let [a, b, c, d, ..]: [u8; 32] = hash.finalize().into();
        u32::from_be_bytes([a, b, c, d])
    }
}

impl Default for KeyName {
    /// The name of a key for which none was chosen.
    fn default() -> Self {
        Self("daybook/log".to_owned())
    }
}

impl FromStr for KeyName {
    type Err = NoteError;

    fn from_str(text: &str) -> Result<Self, NoteError> {
        let is_bad = |c: char| c.is_whitespace() || c.is_control() || c == '+';
        if text.is_empty() || text.len() > 1_024 || text.chars().any(is_bad) {
            return Err(NoteError::Name);
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for KeyName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// A public key with its name, as it is handed to whoever verifies: a *vkey*.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifierKey {
    name: KeyName,
    id: u32,
    key: VerifyingKey,
}

impl VerifierKey {
    /// What the key is called.
    pub fn name(&self) -> &KeyName {
        &self.name
    }

    /// Whether this is its signature of the text.
    fn has_signed(&self, text: &str, signature: &[u8]) -> bool {
        let signature = Signature::from_slice(signature);
        signature.is_ok_and(|signature| self.key.verify_strict(text.as_bytes(), &signature).is_ok())
    }
}

impl FromStr for VerifierKey {
    type Err = NoteError;

    fn from_str(text: &str) -> Result<Self, NoteError> {
        let wrong = NoteError::VerifierKey;
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(wrong);
        };
        let name: KeyName = name.parse().map_err(|_| wrong)?;
        let bytes = BASE64_STANDARD.decode(key).map_err(|_| wrong)?;
        let (kind, key) = bytes.split_first().ok_or(wrong)?;
        let key: &[u8; 32] = key.try_into().map_err(|_| wrong)?;
        let key = VerifyingKey::from_bytes(key).map_err(|_| wrong)?;
        let own = name.id(&key);
        if *kind != ED25519 || id != format!("{own:08x}") {
            return Err(wrong);
        }
        Ok(Self { name, id: own, key })
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = vec![ED25519];
        bytes.extend_from_slice(self.key.as_bytes());
        write!(out, "{}+{:08x}+{}", self.name, self.id, BASE64_STANDARD.encode(bytes))
    }
}

/// A private key with its name.
#[derive(Clone)]
pub struct NoteSigner {
    name: KeyName,
    id: u32,
    key: SigningKey,
}

impl fmt::Debug for NoteSigner {
    /// Shows the public half alone.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "NoteSigner({})", self.verifier())
    }
}

impl NoteSigner {
    /// The Ed25519 key that comes from this seed, under this name.
    pub fn new(name: KeyName, seed: &[u8; 32]) -> Self {
        let key = SigningKey::from_bytes(seed);
        let id = name.id(&key.verifying_key());
        Self { name, id, key }
    }

    /// What the key is called.
    pub fn name(&self) -> &KeyName {
        &self.name
    }

    /// Its public half.
    pub fn verifier(&self) -> VerifierKey {
        VerifierKey { name: self.name.clone(), id: self.id, key: self.key.verifying_key() }
    }

    /// Signs a text: lines without control characters, the last of which ends too.
    pub fn sign(&self, text: &str) -> Result<Note, NoteError> {
        check_text(text)?;
        let bytes = self.key.sign(text.as_bytes()).to_bytes().to_vec();
        let signature = NoteSignature { name: self.name.clone(), id: self.id, bytes };
        Ok(Note { text: text.to_owned(), signatures: vec![signature] })
    }
}

/// A signature as it stands in a note.
#[derive(Clone, Debug, PartialEq, Eq)]
struct NoteSignature {
    name: KeyName,
    id: u32,
    bytes: Vec<u8>,
}

/// A text and who has signed it. Believe nothing of the text before [`verify`](Self::verify).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    text: String,
    signatures: Vec<NoteSignature>,
}

impl Note {
    /// What is signed, with its last newline.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Verifies that one of these keys has signed it, and that no signature in the name of one of them is false.
    pub fn verify(&self, keys: &[VerifierKey]) -> Result<(), NoteError> {
        let mut verified = false;
        for signature in &self.signatures {
            let known = keys.iter().find(|key| key.id == signature.id && key.name == signature.name);
            let Some(key) = known else { continue };
            if !key.has_signed(&self.text, &signature.bytes) {
                return Err(NoteError::FalseSignature(signature.id));
            }
            verified = true;
        }
        if verified { Ok(()) } else { Err(NoteError::Unsigned) }
    }
}

impl FromStr for Note {
    type Err = NoteError;

    fn from_str(whole: &str) -> Result<Self, NoteError> {
        if whole.len() > MAX_NOTE_BYTES {
            return Err(NoteError::Malformed);
        }
        // The text may hold blank lines too: the last one ends it.
        let (text, below) = whole.rsplit_once("\n\n").ok_or(NoteError::Malformed)?;
        let text = format!("{text}\n");
        check_text(&text)?;
        let lines = below.strip_suffix('\n').ok_or(NoteError::Malformed)?;
        let signatures =
            lines.split('\n').take(MAX_SIGNATURES + 1).map(signature).collect::<Option<Vec<_>>>();
        let signatures = signatures.filter(|found| found.len() <= MAX_SIGNATURES);
        Ok(Self { text, signatures: signatures.ok_or(NoteError::Malformed)? })
    }
}

impl fmt::Display for Note {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{}", self.text)?;
        for NoteSignature { name, id, bytes } in &self.signatures {
            let blob = [&id.to_be_bytes(), bytes.as_slice()].concat();
            writeln!(out, "\u{2014} {name} {}", BASE64_STANDARD.encode(blob))?;
        }
        Ok(())
    }
}

/// `— name base64`.
fn signature(line: &str) -> Option<NoteSignature> {
    let (name, blob) = line.strip_prefix("\u{2014} ")?.split_once(' ')?;
    let blob = BASE64_STANDARD.decode(blob).ok()?;
    let (id, bytes) = blob.split_first_chunk::<4>()?;
    if bytes.is_empty() {
        return None;
    }
    Some(NoteSignature { name: name.parse().ok()?, id: u32::from_be_bytes(*id), bytes: bytes.to_vec() })
}

fn check_text(text: &str) -> Result<(), NoteError> {
    let is_clean = text.bytes().all(|byte| byte >= 0x20 || byte == b'\n');
    if is_clean && text.ends_with('\n') && text.len() > 1 { Ok(()) } else { Err(NoteError::Malformed) }
}
