//! The hash of the tree and its two uses: over an entry (a leaf) and over two subtrees (a node).
//!
//! The one-byte prefixes keep the two apart, so that no entry can pass for a node (RFC 6962 §2.1).
//! Nothing here is secret, so comparisons need not take constant time.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};
use thiserror::Error;

const LEAF_PREFIX: u8 = 0x00;
const NODE_PREFIX: u8 = 0x01;

/// The root of the tree without leaves: SHA-256 of nothing. It is not the hash of an empty entry.
pub const EMPTY_ROOT: Hash = Hash([
    0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24, 0x27,
    0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55,
]);

/// A SHA-256 hash: a leaf, a node or a root. Written and read as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash([u8; 32]);

/// Why some text or bytes are not a [`Hash`](struct@Hash).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum HashError {
    /// Not 32 bytes, or not the 64 digits that stand for them.
    #[error("a hash is 32 bytes, or 64 hexadecimal digits")]
    WrongLength,
    /// A character other than `0`–`9` and `a`–`f`. Capitals are refused: a hash has one spelling.
    #[error("a hash is written with the digits 0-9 and a-f")]
    NotLowerHex,
}

/// The leaf of an entry: SHA-256(0x00 ‖ entry).
pub fn leaf_hash(entry: &[u8]) -> Hash {
    sha256(LEAF_PREFIX, &[entry])
}

/// The node above two subtrees: SHA-256(0x01 ‖ left ‖ right).
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    sha256(NODE_PREFIX, &[&left.0, &right.0])
}

fn sha256(prefix: u8, parts: &[&[u8]]) -> Hash {
    let mut hasher = Sha256::new_with_prefix([prefix]);
    for part in parts {
        hasher.update(part);
    }
    Hash(hasher.finalize().into())
}

impl Hash {
    /// The 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl From<[u8; 32]> for Hash {
    fn from(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl TryFrom<&[u8]> for Hash {
    type Error = HashError;

    fn try_from(bytes: &[u8]) -> Result<Self, HashError> {
        bytes.try_into().map(Self).map_err(|_| HashError::WrongLength)
    }
}

impl AsRef<[u8]> for Hash {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({self})")
    }
}

impl FromStr for Hash {
    type Err = HashError;

    fn from_str(text: &str) -> Result<Self, HashError> {
        let (pairs, odd) = text.as_bytes().as_chunks::<2>();
        if pairs.len() != 32 || !odd.is_empty() {
            return Err(HashError::WrongLength);
        }
        let mut bytes = [0; 32];
        for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
            *byte = digit(*high)? << 4 | digit(*low)?;
        }
        Ok(Self(bytes))
    }
}

fn digit(character: u8) -> Result<u8, HashError> {
    match character {
        b'0'..=b'9' => Ok(character - b'0'),
        b'a'..=b'f' => Ok(character - b'a' + 10),
        _ => Err(HashError::NotLowerHex),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // The published node vector hashes two four-byte strings, which `node_hash` cannot take.
    #[test]
    fn node_vector_of_transparency_dev() {
        let node = sha256(NODE_PREFIX, &[b"N123", b"N456"]);
        assert_eq!(node.to_string(), "aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb");
    }

    #[test]
    fn empty_root_is_the_hash_of_nothing() {
        assert_eq!(EMPTY_ROOT.as_bytes().as_slice(), Sha256::digest([]).as_slice());
    }
}
