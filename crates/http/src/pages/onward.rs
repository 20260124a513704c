//! Answers that lead elsewhere, and addresses with what is asked for.

use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::guard::Viewer;

/// Leads there.
pub(super) fn see_other(address: &str) -> Response {
    (StatusCode::SEE_OTHER, [(header::LOCATION, address.to_owned())]).into_response()
}

/// Leads there after a form: the whole page, also where the form stood in a dialog.
pub(super) fn done(viewer: &Viewer, address: &str) -> Response {
    if viewer.wants_fragment {
        // A redirect would be followed behind the page, and its answer put into the dialog.
        return (StatusCode::OK, [("hx-redirect", address.to_owned())]).into_response();
    }
    see_other(address)
}

/// What somebody is led to only if it is a path of this portal, and never an address elsewhere. Browsers leave out tabs and line breaks
/// before they read an address, and take `\` for `/`: nothing but what is visible in ASCII is a path.
pub(crate) fn own_path(next: &str) -> Option<&str> {
    let is_path = next.starts_with('/') && !next.starts_with("//");
    let is_visible = next.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    (is_path && is_visible).then_some(next)
}

/// A path with what is asked for; what has no value is left out.
pub(super) fn address(path: &str, asked: &[(&str, &str)]) -> String {
    let pairs = asked.iter().filter(|(_, value)| !value.is_empty());
    let pairs: Vec<_> = pairs
        .map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC)))
        .collect();
    if pairs.is_empty() { path.to_owned() } else { format!("{path}?{}", pairs.join("&")) }
}

#[cfg(test)]
mod tests {
    use super::{address, own_path};

    #[test]
    fn nobody_is_led_elsewhere() {
        for next in [
            "",
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "/\t/evil.example",
            "javascript:x",
            "dashboard",
            "/a\r\nb",
        ] {
            assert_eq!(own_path(next), None, "{next:?}");
        }
        assert_eq!(own_path("/dashboard?range=7d"), Some("/dashboard?range=7d"));
    }

    #[test]
    fn an_address_has_what_is_asked_for_and_nothing_else() {
        assert_eq!(address("/tenants", &[("q", ""), ("status", "")]), "/tenants");
        assert_eq!(
            address("/tenants", &[("q", "a&b=ö"), ("status", "active")]),
            "/tenants?q=a%26b%3D%C3%B6&status=active"
        );
    }
}
