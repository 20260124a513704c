//! The session's cookie: how it is read, set and taken away. No script can read it, no other site's page can send it along with what
//! changes something, and behind TLS it never travels without.

use axum::http::{HeaderMap, HeaderValue, header};

use crate::App;

/// The cookie's name over plain HTTP.
const NAME: &str = "daybook_session";
/// The cookie's name over TLS: browsers take it only when it is Secure, of this host alone and for every path.
const SECURE_NAME: &str = "__Host-daybook_session";

fn name(app: &App) -> &'static str {
    if app.portal.public_url().is_https() { SECURE_NAME } else { NAME }
}

/// The cookie of a request.
pub(crate) fn read<'a>(app: &App, headers: &'a HeaderMap) -> Option<&'a str> {
    let wanted = name(app);
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.into_iter().find(|(name, _)| *name == wanted).map(|(_, value)| value)
}

/// Whether a request has a cookie of a session, whatever it is worth.
pub(crate) fn is_sent(app: &App, headers: &HeaderMap) -> bool {
    read(app, headers).is_some()
}

/// The header that gives a browser the cookie, for so many seconds.
pub(crate) fn set(app: &App, value: &str, seconds: i64) -> Option<HeaderValue> {
    let (name, seconds) = (name(app), seconds.max(0));
    let secure = if app.portal.public_url().is_https() { "; Secure" } else { "" };
    let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}");
    HeaderValue::from_str(&text).ok()
}

/// The header that takes the cookie away.
pub(crate) fn clear(app: &App) -> Option<HeaderValue> {
    set(app, "", 0)
}
