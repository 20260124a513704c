//! Sealing: what the database keeps for Daybook and must not be able to show. Must not know what is in a sealed text.

use chacha20poly1305::{AeadInOut, KeyInit, XChaCha20Poly1305};
use daybook_model::{Entropy, entropy::random_bytes};

use crate::{PortalError, Result};

const SEALING: PortalError = PortalError::Broken("a value cannot be sealed");

/// XChaCha20-Poly1305 under this key, with a random nonce of 24 bytes before it. `associated` is not in it, and must be the same to
/// open it.
pub(crate) fn seal(
    key: &[u8; 32],
    associated: &[u8],
    plaintext: &[u8],
    entropy: &dyn Entropy,
) -> Result<Vec<u8>> {
    let nonce: [u8; 24] = random_bytes(entropy);
    let mut sealed = plaintext.to_vec();
    let cipher = XChaCha20Poly1305::new(key.into());
    // Fails for texts longer than any memory.
    cipher.encrypt_in_place(&nonce.into(), associated, &mut sealed).map_err(|_| SEALING)?;
    Ok([nonce.as_slice(), &sealed].concat())
}

/// What [`seal`] sealed; nothing for another key, another `associated` or a changed byte.
pub(crate) fn open(key: &[u8; 32], associated: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
    let (nonce, sealed) = sealed.split_first_chunk::<24>()?;
    let mut plaintext = sealed.to_vec();
    let cipher = XChaCha20Poly1305::new(key.into());
    cipher.decrypt_in_place(&(*nonce).into(), associated, &mut plaintext).ok()?;
    Some(plaintext)
}

#[cfg(test)]
mod tests {
    use daybook_testkit::SeededEntropy;

    use super::*;

    /// The test vector of draft-irtf-cfrg-xchacha-03, A.3.1.
    #[test]
    fn it_is_xchacha20_poly1305() {
        struct Nonce;
        impl Entropy for Nonce {
            fn fill(&self, bytes: &mut [u8]) {
                for (byte, value) in bytes.iter_mut().zip(0x40..) {
                    *byte = value;
                }
            }
        }
        let key: Vec<u8> = (0x80..0xa0).collect();
        let associated = [0x50, 0x51, 0x52, 0x53, 0xc0, 0xc1, 0xc2, 0xc3, 0xc4, 0xc5, 0xc6, 0xc7];
        let plaintext =
            b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, \
            sunscreen would be it.";
        let key = key.try_into().unwrap();
        let sealed = seal(&key, &associated, plaintext, &Nonce).unwrap();
        assert_eq!(sealed[24..32], [0xbd, 0x6d, 0x17, 0x9d, 0x3e, 0x83, 0xd4, 0x3b]);
        assert_eq!(sealed[sealed.len() - 4..], [0x78, 0x0a, 0xcf, 0x49]);
        assert_eq!(open(&key, &associated, &sealed).unwrap(), plaintext);
    }

    #[test]
    fn any_change_is_noticed() {
        let entropy = SeededEntropy::new(1);
        let sealed = seal(&[1; 32], b"ada", b"a secret", &entropy).unwrap();
        assert_eq!(open(&[1; 32], b"ada", &sealed).unwrap(), b"a secret");
        assert_ne!(seal(&[1; 32], b"ada", b"a secret", &entropy).unwrap(), sealed, "each has its own nonce");
        assert_eq!(open(&[2; 32], b"ada", &sealed), None);
        assert_eq!(open(&[1; 32], b"bob", &sealed), None);
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(open(&[1; 32], b"ada", &changed), None, "byte {at}");
            assert_eq!(open(&[1; 32], b"ada", &sealed[..at]), None, "cut at {at}");
        }
    }
}
