//! The cookie that binds a sign-in at an identity provider to the browser in which it began: nobody can make another's browser finish
//! what they began themselves. `Lax`, because the provider sends the browser back from its own site.

use axum::http::{HeaderMap, HeaderValue};

use crate::{
    App,
    cookie::{self, Names},
};

const NAMES: Names = Names { plain: "daybook_provider", secure: "__Host-daybook_provider" };

/// The cookie of a request.
pub(crate) fn read<'a>(app: &App, headers: &'a HeaderMap) -> Option<&'a str> {
    cookie::read(app, headers, NAMES)
}

/// The header that gives a browser the cookie, for so many seconds.
pub(crate) fn set(app: &App, value: &str, seconds: i64) -> Option<HeaderValue> {
    cookie::set(app, NAMES, value, seconds)
}

/// The header that takes the cookie away.
pub(crate) fn clear(app: &App) -> Option<HeaderValue> {
    cookie::set(app, NAMES, "", 0)
}
