//! Forms of people who are signed in: a page of its own, or a dialog over the page that led to it; one struct is both. Whatever cannot be
//! undone is confirmed by typing a name, which is looked at here again.

use askama::{Template, filters::Safe};
use axum::{http::StatusCode, response::Response};
use daybook_portal::PortalError;

use super::{
    form::{Errors, Field, marked, refusal},
    guard::Viewer,
    onward::done,
    shell::{Shell, fragment, framed, rendered},
};
use crate::{locale::Locale, problem::Problem};

/// The field in which a name is typed.
const CONFIRM: &str = "confirm";

/// A form.
#[derive(Template)]
#[template(path = "ask.html")]
pub(super) struct Ask {
    shell: Shell,
    /// Where it is sent to.
    action: String,
    /// Where it leads if it is not sent.
    cancel: String,
    lead: String,
    /// What will happen, in numbers; in red.
    effects: Vec<String>,
    /// What is wrong with none of the lines.
    error: Option<String>,
    /// What a phone reads instead of somebody typing.
    picture: Option<Safe<String>>,
    /// What is sent along.
    hidden: Vec<(&'static str, String)>,
    fields: Vec<Field>,
    /// What must be typed.
    confirm: Option<String>,
    /// Says what the button does.
    button: String,
    is_grave: bool,
    is_fragment: bool,
}

framed!(Ask);

/// The same as a dialog.
#[derive(Template)]
#[template(path = "ask_dialog.html")]
struct AskDialog<'a> {
    shell: &'a Shell,
    ask: &'a Ask,
}

impl Ask {
    /// The form that is sent to `action`, under the title of its frame; `cancel` is where it came from.
    pub(super) fn new(
        viewer: &Viewer,
        shell: Shell,
        action: impl Into<String>,
        cancel: impl Into<String>,
        button: &str,
    ) -> Self {
        Self {
            action: action.into(),
            cancel: cancel.into(),
            lead: String::new(),
            effects: vec![],
            error: None,
            picture: None,
            hidden: vec![],
            fields: vec![],
            confirm: None,
            button: shell.t(button).into_owned(),
            is_grave: false,
            is_fragment: viewer.wants_fragment,
            shell,
        }
    }

    /// What it is about.
    pub(super) fn lead(self, lead: impl Into<String>) -> Self {
        Self { lead: lead.into(), ..self }
    }

    /// What cannot be undone: its effects, and the name that must be typed.
    pub(super) fn grave(self, effects: Vec<String>, confirm: impl Into<String>) -> Self {
        Self { effects, confirm: Some(confirm.into()), is_grave: true, ..self }
    }

    /// What is sent along.
    pub(super) fn hidden(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.hidden.push((name, value.into()));
        self
    }

    /// What a phone reads instead of somebody typing, if it can be drawn.
    pub(super) fn picture(self, picture: Option<Safe<String>>) -> Self {
        Self { picture, ..self }
    }

    /// What is asked for.
    pub(super) fn fields(self, fields: Vec<Field>) -> Self {
        Self { fields, ..self }
    }

    /// The form as it is first seen.
    pub(super) fn answer(self) -> Response {
        self.answer_with(StatusCode::OK, vec![])
    }

    /// The form again, with what a use case finds wrong; or the error that no form can mend.
    pub(super) fn refused(self, error: PortalError) -> Result<Response, Problem> {
        let (status, errors) = refusal(self.shell.locale(), error)?;
        Ok(self.answer_with(status, errors))
    }

    /// The form again, because another name was typed than the one that confirms.
    pub(super) fn unconfirmed(self) -> Response {
        let words = self.shell.t("confirm-wrong").into_owned();
        self.answer_with(StatusCode::UNPROCESSABLE_ENTITY, vec![(CONFIRM.to_owned(), words)])
    }

    fn answer_with(mut self, status: StatusCode, errors: Errors) -> Response {
        if let Some(name) = &self.confirm {
            let label = self.shell.with("confirm-by-typing", "name", name.clone());
            self.fields.push(Field::new(CONFIRM, "text", label).confirms(name.clone()));
        }
        let (fields, error) = marked(self.fields, errors);
        let page = Self { error, fields, ..self };
        if !page.is_fragment {
            return rendered(status, &page);
        }
        fragment(status, &AskDialog { shell: &page.shell, ask: &page })
    }
}

/// The line for why something is done.
pub(super) fn reason_field(locale: Locale, reason: &str) -> Field {
    Field::new("reason", "text", locale.text("reason"))
        .value(reason)
        .length_max(500)
        .optional()
        .hint(locale.text("reason-hint"))
}

/// Whether what was typed is the name that confirms.
pub(super) fn is_confirmed(typed: &str, name: &str) -> bool {
    typed.trim() == name
}

/// The page that follows a change, or its form again with what is wrong.
pub(super) fn after<T>(
    viewer: &Viewer,
    outcome: Result<T, PortalError>,
    address: impl FnOnce(&T) -> String,
    again: impl FnOnce() -> Ask,
) -> Result<Response, Problem> {
    match outcome {
        Ok(made) => Ok(done(viewer, &address(&made))),
        Err(error) => again().refused(error),
    }
}
