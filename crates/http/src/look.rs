//! How somebody wants pages to look: language, theme, density, keys. From cookies that the portal's own pages set, and from what the browser
//! says. Nothing here is trusted for anything but looks.

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderValue, header, request::Parts},
};

use crate::{App, locale::Locale};

/// How long a browser keeps them: a year.
const KEPT_SECONDS: u32 = 365 * 24 * 3_600;

/// The looks of one answer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Look {
    pub(crate) locale: Locale,
    /// The language that somebody has chosen, where it is not what their browser says.
    pub(crate) language: Option<&'static str>,
    /// `light` or `dark`; the system's choice if absent.
    pub(crate) theme: Option<&'static str>,
    /// `compact`, or what is usual.
    pub(crate) density: Option<&'static str>,
    /// `off` where single keys do nothing (WCAG 2.1.4): for whoever speaks to the machine, or hits keys unmeant.
    pub(crate) keys: Option<&'static str>,
}

impl Look {
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let cookies = || headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
        let cookie = |name: &str| {
            let pairs =
                cookies().flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
            pairs.filter(|(key, _)| *key == name).map(|(_, value)| value).next()
        };
        let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        let one_of = |name: &str, known: &'static [&'static str]| {
            known.iter().copied().find(|value| cookie(name) == Some(value))
        };
        let chosen = cookie("lang").and_then(Locale::of_tag);
        Self {
            locale: chosen.unwrap_or_else(|| Locale::accepted(accepted.unwrap_or_default())),
            language: chosen.map(Locale::tag),
            theme: one_of("theme", &["light", "dark"]),
            density: one_of("density", &["compact"]),
            keys: one_of("keys", &["off"]),
        }
    }
}

/// The header with which a browser keeps a choice; nothing chosen takes it away. The pages' script reads and sets the theme, so scripts may.
pub(crate) fn cookie(app: &App, name: &str, value: &str) -> Option<HeaderValue> {
    let is_word = value.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let seconds = if value.is_empty() { 0 } else { KEPT_SECONDS };
    let secure = if app.portal.public_url().is_https() { "; Secure" } else { "" };
    let text = format!("{name}={value}; Path=/; SameSite=Lax; Max-Age={seconds}{secure}");
    HeaderValue::from_str(&text).ok().filter(|_| is_word)
}

impl<S: Sync> FromRequestParts<S> for Look {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self::of(&parts.headers))
    }
}
