//! The second factor: time-based one-time passwords (RFC 6238: SHA-1, six digits, thirty seconds). Must not look at a clock, and must not print a secret.

use std::fmt;

use daybook_model::{Entropy, Timestamp, entropy::random_bytes};
use totp_rs::{Algorithm, Builder, Secret, Totp};

use crate::{KeyRing, Result};

/// How long one code holds.
const STEP_SECONDS: i64 = 30;
/// How many steps an authenticator's clock may be ahead or behind.
const WINDOW: i64 = 1;
const DIGITS: u8 = 6;
/// For [`KeyRing::seal`].
const SEALED: &str = "totp-secret";

/// What an authenticator and Daybook share: 160 random bits. `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct TotpSecret([u8; 20]);

impl fmt::Debug for TotpSecret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("TotpSecret(…)")
    }
}

impl TotpSecret {
    /// A fresh secret.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        Self(random_bytes(entropy))
    }

    /// For the database; `owner` is the id of the person, so that nobody can be given another's.
    pub fn seal(&self, owner: &[u8], keys: &KeyRing, entropy: &dyn Entropy) -> Result<Vec<u8>> {
        keys.seal(SEALED, owner, &self.0, entropy)
    }

    /// What [`TotpSecret::seal`] sealed for the same person.
    pub fn open(owner: &[u8], sealed: &[u8], keys: &KeyRing) -> Option<Self> {
        Some(Self(keys.open(SEALED, owner, sealed)?.try_into().ok()?))
    }

    /// As a person types it into an authenticator without a camera: groups of four in base32 (RFC 4648).
    pub fn reveal(&self) -> String {
        let text = Secret::from(self.0).to_base32();
        let symbols = text.chars().enumerate();
        symbols.fold(String::new(), |mut grouped, (at, symbol)| {
            if at > 0 && at % 4 == 0 {
                grouped.push(' ');
            }
            grouped.push(symbol);
            grouped
        })
    }

    /// What the QR code holds: `otpauth://totp/…`, as Google Authenticator laid it down. The values left out are the defaults.
    pub fn provisioning_uri(&self, issuer: &str, account: &str) -> String {
        let (issuer, account) = (percent_encoded(issuer), percent_encoded(account));
        let secret = Secret::from(self.0).to_base32();
        format!(
            "otpauth://totp/{issuer}:{account}?secret={secret}&issuer={issuer}&algorithm=SHA1&digits={DIGITS}&period={STEP_SECONDS}"
        )
    }

    /// The step of a code that is right now or one step earlier or later; keep it, and give the last one that was used: no step is
    /// accepted twice, and none before it. Spaces in the code do not count.
    pub fn check(&self, code: &str, now: Timestamp, last_used_step: Option<i64>) -> Option<i64> {
        let code: String =
            code.chars().filter(|c| !c.is_whitespace()).take(usize::from(DIGITS) + 1).collect();
        let (totp, step) = (self.totp(), step_of(now));
        (step - WINDOW..=step + WINDOW).filter(|step| last_used_step.is_none_or(|last| *step > last)).find(
            |step| {
                let at = u64::try_from(step * STEP_SECONDS).ok();
                // Compares in constant time.
                at.is_some_and(|at| totp.check(&code, at).is_some())
            },
        )
    }

    /// What the authenticator shows.
    pub fn code_at(&self, now: Timestamp) -> String {
        let seconds = u64::try_from(step_of(now) * STEP_SECONDS).unwrap_or_default();
        self.totp().generate(seconds).to_string()
    }

    /// Of one step: the window is kept by [`TotpSecret::check`], which must know which steps are used.
    fn totp(&self) -> Totp {
        Builder::new()
            .with_algorithm(Algorithm::SHA1)
            .with_digits(DIGITS)
            .with_skew(0)
            .with_step_duration(STEP_SECONDS.unsigned_abs())
            .with_secret(self.0)
            .build_noncompliant()
    }
}

fn step_of(now: Timestamp) -> i64 {
    now.as_micros().div_euclid(1_000_000 * STEP_SECONDS)
}

/// RFC 3986: all but its unreserved characters.
fn percent_encoded(text: &str) -> String {
    use fmt::Write;
    text.bytes().fold(String::new(), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
        encoded
    })
}

#[cfg(test)]
mod tests {
    use daybook_testkit::SeededEntropy;

    use super::*;

    /// The secret of RFC 6238, appendix B.
    const RFC: TotpSecret = TotpSecret(*b"12345678901234567890");

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_micros(seconds * 1_000_000)
    }

    #[test]
    fn the_vectors_of_rfc_6238() {
        // Appendix B has eight digits; six are their end.
        for (seconds, code) in [
            (59, "94287082"),
            (1_111_111_109, "07081804"),
            (1_111_111_111, "14050471"),
            (1_234_567_890, "89005924"),
            (2_000_000_000, "69279037"),
            (20_000_000_000, "65353130"),
        ] {
            assert_eq!(RFC.code_at(at(seconds)), code[2..]);
            assert_eq!(RFC.check(&code[2..], at(seconds), None), Some(seconds / 30));
        }
    }

    #[test]
    fn a_code_holds_one_step_before_and_after_its_own() {
        let code = RFC.code_at(at(1_000));
        let accepted = |seconds| RFC.check(&code, at(seconds), None).is_some();
        assert_eq!(
            [900, 960, 989, 990, 1_019, 1_020, 1_049].map(accepted),
            [false, true, true, true, true, true, true]
        );
        assert!(!accepted(1_050));
        assert!(!accepted(-1_000), "a clock before 1970 accepts nothing");
    }

    #[test]
    fn no_step_is_accepted_twice_nor_one_before_it() {
        let (earlier, code) = (RFC.code_at(at(960)), RFC.code_at(at(990)));
        let used = RFC.check(&code, at(1_000), None);
        assert_eq!(used, Some(33));
        assert_eq!(RFC.check(&code, at(1_000), used), None);
        assert_eq!(RFC.check(&code, at(1_020), used), None);
        assert_eq!(RFC.check(&earlier, at(990), used), None);
        assert_eq!(RFC.check(&RFC.code_at(at(1_020)), at(1_020), used), Some(34));
    }

    #[test]
    fn spaces_do_not_count_and_anything_else_is_wrong() {
        let code = RFC.code_at(at(59));
        let spaced = format!(" {} {} ", &code[..3], &code[3..]);
        assert_eq!(RFC.check(&spaced, at(59), None), Some(1));
        for wrong in ["", "28708", "2870822", "+87082", "٢٨٧٠٨٢", "abcdef", "000000"] {
            assert_eq!(RFC.check(wrong, at(59), None), None, "{wrong}");
        }
    }

    #[test]
    fn an_authenticator_reads_the_uri() {
        assert_eq!(RFC.reveal(), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        assert_eq!(
            RFC.provisioning_uri("Räder & Co", "ada@example.com"),
            "otpauth://totp/R%C3%A4der%20%26%20Co:ada%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
             &issuer=R%C3%A4der%20%26%20Co&algorithm=SHA1&digits=6&period=30"
        );
    }

    #[test]
    fn a_secret_is_opened_for_its_owner_alone_and_never_shown() {
        let entropy = SeededEntropy::new(1);
        let (secret, keys) = (TotpSecret::generate(&entropy), KeyRing::generate(&entropy));
        let sealed = secret.seal(b"ada", &keys, &entropy).unwrap();
        assert_eq!(TotpSecret::open(b"ada", &sealed, &keys), Some(secret.clone()));
        assert_eq!(TotpSecret::open(b"bob", &sealed, &keys), None);
        assert_ne!(TotpSecret::generate(&entropy), secret);
        assert_eq!(format!("{secret:?}"), "TotpSecret(…)");
    }
}
