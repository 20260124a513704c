//! Secrets that are shown once: a page that nothing keeps, or a dialog that neither Escape nor a click beside it closes.

use askama::Template;
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::{
    guard::Viewer,
    shell::{Shell, fragment, framed, rendered},
};

/// What is shown.
#[derive(Template)]
#[template(path = "reveal.html")]
pub(super) struct Reveal {
    shell: Shell,
    lead: String,
    secrets: Vec<String>,
    /// The name of the file that holds them.
    file: &'static str,
    /// The file, as an address.
    download: String,
    /// Where to go on.
    done: String,
}

framed!(Reveal);

/// The same as a dialog.
#[derive(Template)]
#[template(path = "reveal_dialog.html")]
struct RevealDialog<'a> {
    shell: &'a Shell,
    reveal: &'a Reveal,
}

impl Reveal {
    /// Secrets under the title of the frame, one per line of `file`; `done` is where to go on.
    pub(super) fn new(
        shell: Shell,
        lead: impl Into<String>,
        secrets: Vec<String>,
        file: &'static str,
        done: impl Into<String>,
    ) -> Self {
        let lines = secrets.join("\r\n") + "\r\n";
        let download =
            format!("data:text/csv;charset=utf-8,{}", utf8_percent_encode(&lines, NON_ALPHANUMERIC));
        Self { shell, lead: lead.into(), secrets, file, download, done: done.into() }
    }

    /// The answer to the form that made them.
    pub(super) fn answer(&self, viewer: &Viewer) -> Response {
        let mut response = if viewer.wants_fragment {
            fragment(StatusCode::CREATED, &RevealDialog { shell: &self.shell, reveal: self })
        } else {
            rendered(StatusCode::CREATED, self)
        };
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }
}
