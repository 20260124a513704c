//! The pages for whoever is not signed in: a form, or words, beside what the portal is for. Must not know anything about anybody.

use askama::Template;
use axum::{http::StatusCode, response::Response};
use daybook_model::Timestamp;

use super::{
    entry::{EntryView, Noun},
    form::{Errors, Field, marked},
    shell::{Shell, framed, rendered},
};
use crate::locale::Locale;

/// A form for somebody who is not signed in.
#[derive(Template)]
#[template(path = "auth_form.html")]
pub(super) struct AuthForm {
    shell: Shell,
    action: &'static str,
    lead: String,
    /// What is wrong with none of the lines.
    error: Option<String>,
    /// What is sent along.
    hidden: Vec<(&'static str, String)>,
    fields: Vec<Field>,
    button: String,
    /// What can be done instead.
    instead: Option<Instead>,
    example: Vec<EntryView>,
}

/// Other ways to sign in than with a password.
pub(super) struct Instead {
    /// With a passkey, where browsers make them for this portal.
    pub(super) passkey: Option<Passkey>,
    /// At the identity provider, if there is one.
    pub(super) provider: Option<String>,
}

/// What the script that asks for a passkey must know.
pub(super) struct Passkey {
    pub(super) begin: &'static str,
    pub(super) finish: &'static str,
    /// Where to go on.
    pub(super) done: String,
    /// The tenant's slug.
    pub(super) tenant: Option<String>,
}

framed!(AuthForm);

impl AuthForm {
    /// The form that is sent to `action`, under the title of its frame.
    pub(super) fn new(shell: Shell, action: &'static str, lead: String, button: &str) -> Self {
        let (button, example) = (shell.t(button).into_owned(), example(shell.locale()));
        Self {
            shell,
            action,
            lead,
            error: None,
            hidden: vec![],
            fields: vec![],
            button,
            instead: None,
            example,
        }
    }

    /// What can be done instead, if anything.
    pub(super) fn instead(self, instead: Instead) -> Self {
        let is_any = instead.passkey.is_some() || instead.provider.is_some();
        Self { instead: is_any.then_some(instead), ..self }
    }

    /// What is sent along.
    pub(super) fn hidden(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.hidden.push((name, value.into()));
        self
    }

    /// What is asked for, and what is wrong with what was sent.
    pub(super) fn fields(self, fields: Vec<Field>, errors: Errors) -> Self {
        let (fields, error) = marked(fields, errors);
        Self { error, fields, ..self }
    }

    /// The page.
    pub(super) fn answer(&self, status: StatusCode) -> Response {
        rendered(status, self)
    }
}

/// Something to read, and where to go on.
#[derive(Template)]
#[template(path = "auth_message.html")]
pub(super) struct AuthMessage {
    pub(super) shell: Shell,
    pub(super) text: String,
    /// An address, and the name of the text that says what is there.
    pub(super) onward: (String, &'static str),
}

framed!(AuthMessage);

/// An invented day, for whoever is not signed in: nothing of the real log.
fn example(locale: Locale) -> Vec<EntryView> {
    /// Where it begins.
    const MIDNIGHT: i64 = 1_795_392_000_000_000;
    /// Place, minute of the day, severity, whether it was refused, icon.
    const ENTRIES: [(u64, i64, &str, bool, &str); 5] = [
        (212_912, 844, "minor", false, "device-desktop-check"),
        (212_911, 843, "major", false, "key"),
        (212_908, 831, "major", false, "adjustments-horizontal"),
        (212_887, 798, "major", true, "lock"),
        (212_885, 761, "major", false, "key-off"),
    ];
    let text = |name: String| locale.text(&name).into_owned();
    let noun = |name: String| Noun { text: text(name), href: None };
    let entry = |(number, (seq, minute, severity, refused, icon)): (i32, _)| EntryView {
        seq,
        at: Timestamp::from_micros(MIDNIGHT + minute * 60_000_000),
        severity,
        refused,
        icon,
        kind: "",
        title: "",
        request: None,
        sentence: text(format!("example-{number}")),
        actor: noun(format!("example-{number}-by")),
        tenant: Some(noun(format!("example-{number}-of"))),
    };
    (1..).zip(ENTRIES).map(entry).collect()
}
