//! Recovery codes: ten ways in for a person who lost the second factor, each for one time. Must not print a code.

use std::fmt;

use daybook_model::{Entropy, base32, entropy::random_bytes};

use crate::KeyRing;

/// How many a person gets at a time.
const COUNT: usize = 10;
/// 50 bits each: far more than can be tried while tries are limited, and the HMAC's key is not in the database.
const SYMBOLS: usize = 10;
/// For [`KeyRing::digest`].
const PURPOSE: &str = "recovery-code";

/// One recovery code: ten symbols of Crockford's base32, in one spelling. `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct RecoveryCode(String);

impl fmt::Debug for RecoveryCode {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("RecoveryCode(…)")
    }
}

impl RecoveryCode {
    fn generate(entropy: &dyn Entropy) -> Self {
        Self(random_bytes::<SYMBOLS>(entropy).map(base32::symbol).into_iter().collect())
    }

    /// Reads a code the way people type it: either case, `I L` as `1`, `O` as `0`, spaces and hyphens ignored.
    pub fn parse(text: &str) -> Option<Self> {
        let symbols = text.chars().filter(|c| *c != '-' && !c.is_whitespace());
        // One more than a code has shows that the text is too long; the rest of it is not read.
        let symbols: Option<String> =
            symbols.take(SYMBOLS + 1).map(|c| base32::value(c).map(base32::symbol)).collect();
        symbols.filter(|symbols| symbols.len() == SYMBOLS).map(Self)
    }

    /// As a person keeps it; shown once.
    pub fn reveal(&self) -> String {
        let (first, second) = self.0.split_at_checked(SYMBOLS / 2).unwrap_or_default();
        format!("{first}-{second}")
    }

    /// HMAC-SHA-256 of the code: all that is stored.
    pub fn digest(&self, keys: &KeyRing) -> [u8; 32] {
        keys.digest(PURPOSE, self.0.as_bytes())
    }
}

/// The codes that a person gets at a time.
#[derive(Debug, Clone)]
pub struct RecoveryCodes(Vec<RecoveryCode>);

impl RecoveryCodes {
    /// Ten fresh codes.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        Self((0..COUNT).map(|_| RecoveryCode::generate(entropy)).collect())
    }

    /// As a person keeps them; shown once.
    pub fn reveal(&self) -> Vec<String> {
        self.0.iter().map(RecoveryCode::reveal).collect()
    }

    /// What is stored of each.
    pub fn digests(&self, keys: &KeyRing) -> Vec<[u8; 32]> {
        self.0.iter().map(|code| code.digest(keys)).collect()
    }
}

#[cfg(test)]
mod tests {
    use daybook_testkit::SeededEntropy;

    use super::*;

    #[test]
    fn ten_different_codes_are_read_the_way_people_type_them() {
        let entropy = SeededEntropy::new(1);
        let (codes, keys) = (RecoveryCodes::generate(&entropy), KeyRing::generate(&entropy));
        let (shown, stored) = (codes.reveal(), codes.digests(&keys));
        assert_eq!((shown.len(), stored.len()), (COUNT, COUNT));
        for (at, (text, digest)) in shown.iter().zip(&stored).enumerate() {
            assert!(!shown[..at].contains(text));
            assert!(text.len() == 11 && text.as_bytes()[5] == b'-', "{text}");
            for typed in [
                text.clone(),
                text.to_lowercase(),
                text.replace('-', " "),
                text.replace('0', "o").replace('1', "l"),
            ] {
                assert_eq!(RecoveryCode::parse(&typed).unwrap().digest(&keys), *digest, "{typed}");
            }
        }
        assert_ne!(stored, codes.digests(&KeyRing::generate(&entropy)));
        assert_eq!(format!("{codes:?}").matches('…').count(), COUNT);
        assert!(!shown.iter().any(|text| format!("{codes:?}").contains(text)));
    }

    #[test]
    fn anything_else_is_no_code() {
        for text in ["", "ABCDE", "ABCDE-FGHJ", "ABCDE-FGHJKM", "ABCDE-FGHJU", "ABCDE-FGHJ\u{e9}"] {
            assert_eq!(RecoveryCode::parse(text), None, "{text}");
        }
        assert_eq!(RecoveryCode::parse(&"0".repeat(1_000_000)), None);
    }
}
