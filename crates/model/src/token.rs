//! Bearer tokens as text: kind, public id, 32 random bytes and a CRC32, so that secret scanners can recognise them.
//! `dbk_` API token, `dbd_` device access token, `dbr_` device refresh token, `dbs_` session cookie, `dbl_` single-use link, `dbc_`
//! ceremony. Must not be printed: `Debug` shows the id alone.

use std::fmt;

use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{Entropy, base32, entropy::random_bytes};

/// What a bearer token opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// The admin API.
    Api,
    /// The device API.
    DeviceAccess,
    /// A new pair of device tokens.
    DeviceRefresh,
    /// What a person's session may.
    Session,
    /// Joining, or choosing a new password, once.
    Link,
    /// The next step of something that takes several requests, once.
    Ceremony,
}

impl TokenKind {
    const ALL: [Self; 6] =
        [Self::Api, Self::DeviceAccess, Self::DeviceRefresh, Self::Session, Self::Link, Self::Ceremony];

    const fn prefix(self) -> &'static str {
        match self {
            Self::Api => "dbk_",
            Self::DeviceAccess => "dbd_",
            Self::DeviceRefresh => "dbr_",
            Self::Session => "dbs_",
            Self::Link => "dbl_",
            Self::Ceremony => "dbc_",
        }
    }
}

/// A whole bearer token. The database has the id and [`BearerToken::hash`] only.
#[derive(Clone, PartialEq, Eq)]
pub struct BearerToken {
    /// What it opens.
    pub kind: TokenKind,
    /// Finds its row.
    pub id: Uuid,
    secret: [u8; 32],
}

impl BearerToken {
    /// A fresh token.
    pub fn generate(kind: TokenKind, id: Uuid, entropy: &dyn Entropy) -> Self {
        Self { kind, id, secret: random_bytes(entropy) }
    }

    /// The token with this secret, for one that must be the same wherever it is made.
    pub const fn fixed(kind: TokenKind, id: Uuid, secret: [u8; 32]) -> Self {
        Self { kind, id, secret }
    }

    /// The token as its holder keeps it; shown once.
    pub fn reveal(&self) -> String {
        let bytes = [self.id.as_bytes().as_slice(), &self.secret].concat();
        let checksum = crc32fast::hash(&bytes).to_be_bytes();
        let text = base32::encode_lower(&[bytes.as_slice(), &checksum].concat());
        format!("{}{text}", self.kind.prefix())
    }

    /// Reads a token; `None` for anything that [`BearerToken::reveal`] did not write.
    pub fn parse(text: &str) -> Option<Self> {
        let kind = TokenKind::ALL.into_iter().find(|kind| text.starts_with(kind.prefix()))?;
        let bytes = base32::decode_lower(text.get(kind.prefix().len()..).filter(|rest| rest.len() < 100)?)?;
        let (body, checksum) = bytes.split_at_checked(48)?;
        let (id, secret) = body.split_at_checked(16)?;
        (crc32fast::hash(body).to_be_bytes() == checksum).then_some(())?;
        Some(Self { kind, id: Uuid::from_slice(id).ok()?, secret: secret.try_into().ok()? })
    }

    /// SHA-256 of the secret part: all that is stored. The secret has 256 random bits, so a fast hash is enough.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.secret).into()
    }
}

impl fmt::Debug for BearerToken {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "BearerToken({}{}…)", self.kind.prefix(), self.id)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    struct Fixed(u8);

    impl Entropy for Fixed {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(self.0);
        }
    }

    proptest! {
        #[test]
        fn reveals_and_reads_back(seed: u8, id: u128, at in 0usize..89, with in "[0-9a-z]") {
            let token = BearerToken::generate(TokenKind::Api, Uuid::from_u128(id), &Fixed(seed));
            let text = token.reveal();
            prop_assert_eq!(BearerToken::parse(&text), Some(token.clone()));
            let mut wrong = text.clone();
            let at = at % wrong.len();
            wrong.replace_range(at..=at, &with);
            if wrong != text {
                prop_assert_ne!(BearerToken::parse(&wrong), Some(token));
            }
        }

        #[test]
        fn parsing_is_total(text in "(dbk_|dbd_|dbr_|dbs_|dbl_|dbc_)?.{0,100}") {
            if let Some(token) = BearerToken::parse(&text) {
                prop_assert_eq!(token.reveal(), text);
            }
        }
    }

    #[test]
    fn what_is_stored_is_the_hash_of_the_secret_alone() {
        let hash = |id| BearerToken::fixed(TokenKind::Api, id, *b"abcdefghijklmnopqrstuvwxyz012345").hash();
        let hashed = u128::from_be_bytes(*hash(Uuid::nil()).first_chunk().unwrap());
        assert_eq!(format!("{hashed:032x}"), "653bb1245e828fcda4fa53fcd5a3def5");
        assert_eq!(hash(Uuid::max()), hash(Uuid::nil()));
    }

    #[test]
    fn debug_shows_no_secret() {
        let token = BearerToken::generate(TokenKind::DeviceAccess, Uuid::nil(), &Fixed(7));
        assert_eq!(format!("{token:?}"), "BearerToken(dbd_00000000-0000-0000-0000-000000000000…)");
    }
}
