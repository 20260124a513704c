//! The token that every form of a session carries. On a page it stands masked, with another mask each time: pages are compressed, and
//! what never changes could be guessed from their size. Must not decide who may do what.

use axum::http::{HeaderMap, StatusCode};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use daybook_model::{Entropy, entropy::random_bytes};
use daybook_portal::Person;

use crate::{cross_site, problem::Problem};

/// Refuses a change in a person's name that nothing says comes from our own pages: neither their browser nor the token that only they
/// have. For pages and for the API.
pub(crate) fn expect(headers: &HeaderMap, person: &Person, sent: &[u8]) -> Result<(), Problem> {
    if cross_site::says_where_from(headers) || person.has_form_token(sent) {
        return Ok(());
    }
    let detail = "nothing says that this comes from the portal's own pages: load the page again, or send the form_token of your session as X-Form-Token";
    Err(Problem::new(StatusCode::FORBIDDEN, "FORM_TOKEN_REQUIRED", detail))
}

/// As it stands on a page: a mask, and the token under it.
pub(crate) fn masked(token: &str, entropy: &dyn Entropy) -> String {
    let mask: [u8; 64] = random_bytes(entropy);
    let under = token.bytes().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask);
    let whole: Vec<u8> = mask.iter().copied().chain(under).collect();
    BASE64_URL_SAFE_NO_PAD.encode(whole)
}

/// The token of a form; nothing if it is none.
pub(crate) fn unmasked(sent: &str) -> Option<Vec<u8>> {
    let whole = BASE64_URL_SAFE_NO_PAD.decode(sent).ok()?;
    let (mask, under) = whole.split_at_checked(64)?;
    Some(under.iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask).collect())
}

#[cfg(test)]
mod tests {
    use daybook_testkit::SeededEntropy;

    use super::*;

    #[test]
    fn what_is_masked_differs_each_time_and_comes_back() {
        let (entropy, token) = (SeededEntropy::new(1), "0123456789abcdef".repeat(4));
        let (one, other) = (masked(&token, &entropy), masked(&token, &entropy));
        assert_ne!(one, other);
        assert!(!one.contains(&token[..8]));
        for sent in [one, other] {
            assert_eq!(unmasked(&sent).unwrap(), token.as_bytes());
        }
        for sent in ["", "=", "AAAA", &"A".repeat(80)] {
            assert_eq!(unmasked(sent), None, "{sent}");
        }
        assert_eq!(unmasked(&"A".repeat(86)).unwrap(), b"");
    }
}
