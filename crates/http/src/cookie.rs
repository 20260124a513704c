//! How cookies are read, set and taken away. No script can read one, no other site's page can send one along with what changes something,
//! and behind TLS none travels without.

use axum::http::{HeaderMap, HeaderValue, header};

use crate::App;

/// What a cookie is called.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Names {
    /// Over plain HTTP.
    pub(crate) plain: &'static str,
    /// Over TLS, with `__Host-`: browsers take it only when it is Secure, of this host alone and for every path.
    pub(crate) secure: &'static str,
}

impl Names {
    fn name(self, app: &App) -> &'static str {
        if app.portal.public_url().is_https() { self.secure } else { self.plain }
    }
}

/// The cookie of a request.
pub(crate) fn read<'a>(app: &App, headers: &'a HeaderMap, names: Names) -> Option<&'a str> {
    let wanted = names.name(app);
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == wanted).map(|(_, value)| value)
}

/// The header that gives a browser the cookie, for so many seconds.
pub(crate) fn set(app: &App, names: Names, value: &str, seconds: i64) -> Option<HeaderValue> {
    let (name, seconds) = (names.name(app), seconds.max(0));
    let secure = if app.portal.public_url().is_https() { "; Secure" } else { "" };
    let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}");
    HeaderValue::from_str(&text).ok()
}
