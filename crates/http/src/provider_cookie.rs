//! The cookie that binds a sign-in at an identity provider to the browser in which it began: nobody can make another's browser finish
//! what they began themselves. It also keeps where in the portal the person wanted to go. `Lax`, because the provider sends the browser
//! back from its own site.

use axum::http::{HeaderMap, HeaderValue};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::{
    App,
    cookie::{self, Names},
};

const NAMES: Names = Names { plain: "daybook_provider", secure: "__Host-daybook_provider" };
/// Between what names the ceremony and where to go on.
const SEPARATOR: char = '~';
/// Longer paths are not kept: browsers take no cookie of more than 4096 bytes.
const LONGEST: usize = 2_000;

/// A sign-in that goes on at the provider.
pub(crate) struct Begun<'a> {
    /// Names it.
    pub(crate) ceremony: &'a str,
    /// Where to go on; empty if nowhere in particular. Whoever reads it must look whether it is a path of this portal.
    pub(crate) next: String,
}

/// The cookie of a request.
pub(crate) fn read<'a>(app: &App, headers: &'a HeaderMap) -> Option<Begun<'a>> {
    cookie::read(app, headers, NAMES).map(parse)
}

/// The header that gives a browser the cookie, for so many seconds.
pub(crate) fn set(app: &App, begun: &Begun<'_>, seconds: i64) -> Option<HeaderValue> {
    cookie::set(app, NAMES, &write(begun), seconds)
}

/// The header that takes the cookie away.
pub(crate) fn clear(app: &App) -> Option<HeaderValue> {
    cookie::set(app, NAMES, "", 0)
}

fn write(Begun { ceremony, next }: &Begun<'_>) -> String {
    let next = utf8_percent_encode(next, NON_ALPHANUMERIC).to_string();
    if next.is_empty() || next.len() > LONGEST {
        return (*ceremony).to_owned();
    }
    format!("{ceremony}{SEPARATOR}{next}")
}

fn parse(value: &str) -> Begun<'_> {
    let (ceremony, next) = value.split_once(SEPARATOR).unwrap_or((value, ""));
    Begun { ceremony, next: percent_decode_str(next).decode_utf8_lossy().into_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_to_go_on_is_kept_unless_it_is_too_long() {
        let kept = |next: &str| {
            let value = write(&Begun { ceremony: "abc", next: next.to_owned() });
            assert!(value.bytes().all(|byte| byte.is_ascii_graphic() && byte != b';'), "{value}");
            let Begun { ceremony, next } = parse(&value);
            assert_eq!(ceremony, "abc");
            next
        };
        for next in ["", "/events?severity=MAJOR&q=a~b;c", "/ä"] {
            assert_eq!(kept(next), next);
        }
        assert_eq!(kept(&"/".repeat(LONGEST)), "");
    }
}
