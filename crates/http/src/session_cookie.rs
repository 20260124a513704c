//! The session's cookie.

use axum::http::{HeaderMap, HeaderValue};

use crate::{
    App,
    cookie::{self, Names},
};

const NAMES: Names = Names { plain: "daybook_session", secure: "__Host-daybook_session" };

/// The cookie of a request.
pub(crate) fn read<'a>(app: &App, headers: &'a HeaderMap) -> Option<&'a str> {
    cookie::read(app, headers, NAMES)
}

/// Whether a request has a cookie of a session, whatever it is worth.
pub(crate) fn is_sent(app: &App, headers: &HeaderMap) -> bool {
    read(app, headers).is_some()
}

/// The header that gives a browser the cookie, for so many seconds.
pub(crate) fn set(app: &App, value: &str, seconds: i64) -> Option<HeaderValue> {
    cookie::set(app, NAMES, value, seconds)
}

/// The header that takes the cookie away.
pub(crate) fn clear(app: &App) -> Option<HeaderValue> {
    cookie::set(app, NAMES, "", 0)
}
