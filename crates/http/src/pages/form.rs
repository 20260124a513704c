//! What forms ask for: lines that are drawn the same everywhere, with what was typed and what is wrong with it. Must not decide what is
//! right: use cases do.

use std::str::FromStr;

use axum::http::StatusCode;
use daybook_model::{
    Timestamp,
    change::Edit,
    clock::parse_date,
    invalid::{FieldError, Invalid},
};
use daybook_portal::PortalError;

use crate::{locale::Locale, problem::Problem};

/// What can be chosen.
pub(crate) struct Choice {
    /// As it is sent.
    pub(crate) value: String,
    /// As it is read.
    pub(crate) text: String,
}

/// A line of a form.
pub(crate) struct Field {
    /// Its name in what the form sends, and its id on the page.
    pub(crate) name: &'static str,
    pub(crate) label: String,
    /// The type of the input; `select`, `textarea` and `checkbox` are drawn as what they are, `checks` as boxes for all its choices.
    pub(crate) kind: &'static str,
    /// What a browser may fill in.
    pub(crate) autocomplete: &'static str,
    /// What stands in it.
    pub(crate) value: String,
    /// At most so many characters.
    pub(crate) length_max: Option<u16>,
    /// Need not be filled in.
    pub(crate) is_optional: bool,
    /// What must be typed before the button works.
    pub(crate) confirms: Option<String>,
    /// What can be chosen.
    pub(crate) choices: Vec<Choice>,
    /// Only shown: it cannot be changed.
    pub(crate) is_fixed: bool,
    /// Whether typing begins here.
    pub(crate) is_first: bool,
    /// What helps to fill it in.
    pub(crate) hint: Option<String>,
    /// What is wrong with what was typed.
    pub(crate) error: Option<String>,
}

impl Field {
    /// A line that must be filled in.
    pub(crate) fn new(name: &'static str, kind: &'static str, label: impl Into<String>) -> Self {
        Self {
            name,
            label: label.into(),
            kind,
            autocomplete: "off",
            value: String::new(),
            length_max: None,
            is_optional: false,
            confirms: None,
            choices: vec![],
            is_fixed: false,
            is_first: false,
            hint: None,
            error: None,
        }
    }

    pub(crate) fn autocomplete(self, autocomplete: &'static str) -> Self {
        Self { autocomplete, ..self }
    }

    pub(crate) fn value(self, value: impl Into<String>) -> Self {
        Self { value: value.into(), ..self }
    }

    pub(crate) fn length_max(self, characters: u16) -> Self {
        Self { length_max: Some(characters), ..self }
    }

    pub(crate) fn optional(self) -> Self {
        Self { is_optional: true, ..self }
    }

    pub(crate) fn confirms(self, name: String) -> Self {
        Self { confirms: Some(name), ..self }
    }

    /// What can be chosen: as it is sent, and as it is read.
    pub(crate) fn choices(self, choices: impl IntoIterator<Item = (String, String)>) -> Self {
        let choices = choices.into_iter().map(|(value, text)| Choice { value, text }).collect();
        Self { choices, ..self }
    }

    pub(crate) fn fixed(self) -> Self {
        Self { is_fixed: true, ..self }
    }

    pub(crate) fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// Whether one of several choices stands in it; they are separated by spaces.
    pub(crate) fn has(&self, choice: &str) -> bool {
        self.value.split(' ').any(|chosen| chosen == choice)
    }

    /// The ids of what says more about it.
    pub(crate) fn described_by(&self) -> String {
        let error = self.error.as_ref().map(|_| format!("{}-error", self.name));
        let hint = self.hint.as_ref().map(|_| format!("{}-hint", self.name));
        error.into_iter().chain(hint).collect::<Vec<_>>().join(" ")
    }
}

/// What was typed into a field that need not be filled in.
pub(crate) fn given(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// Reads what a form sent, and keeps what cannot be read.
#[derive(Default)]
pub(crate) struct Reading(Vec<FieldError>);

impl Reading {
    /// The value of a field; none if it is empty or cannot be read, which is kept.
    pub(crate) fn read<T: FromStr>(&mut self, name: &str, text: &str, detail: &str) -> Option<T> {
        self.parsed(name, text, "INVALID_VALUE", detail)
    }

    fn parsed<T: FromStr>(&mut self, name: &str, text: &str, code: &'static str, detail: &str) -> Option<T> {
        let read = given(text)?.parse().ok();
        if read.is_none() {
            self.wrong(name, code, detail);
        }
        read
    }

    /// A whole number.
    pub(crate) fn number(&mut self, name: &str, text: &str) -> Option<i64> {
        self.parsed(name, text, "NOT_WHOLE", "must be a whole number")
    }

    /// A number that may have decimals.
    pub(crate) fn decimal(&mut self, name: &str, text: &str) -> Option<serde_json::Number> {
        self.parsed(name, text, "NOT_A_NUMBER", "must be a number")
    }

    /// What is asked of a whole number that may be empty.
    pub(crate) fn edit_number(&mut self, name: &str, text: &str) -> Edit<i64> {
        match (given(text), self.number(name, text)) {
            (None, _) => Edit::Clear,
            (Some(_), Some(number)) => Edit::Set(number),
            (Some(_), None) => Edit::Keep,
        }
    }

    /// Says what is wrong with a field.
    pub(crate) fn wrong(&mut self, name: &str, code: &'static str, detail: impl Into<String>) {
        self.0.push(FieldError { pointer: format!("/{name}"), code, detail: detail.into() });
    }

    /// The start of a day, as date fields send it.
    pub(crate) fn day(&mut self, name: &str, text: &str) -> Option<Timestamp> {
        let text = given(text)?;
        let day = parse_date(&text);
        if day.is_none() {
            self.wrong(name, "NOT_A_DAY", "must be a day: YYYY-MM-DD");
        }
        day.map(Timestamp::start_of_day)
    }

    /// Refuses what could not be read.
    pub(crate) fn finish(self) -> Result<(), PortalError> {
        if self.0.is_empty() { Ok(()) } else { Err(Invalid(self.0).into()) }
    }
}

/// What is wrong with a form: the names of fields and the words.
pub(crate) type Errors = Vec<(String, String)>;

/// The lines with what is wrong beside each, and what is wrong with none of them. Typing begins where something is wrong or missing.
pub(crate) fn marked(mut fields: Vec<Field>, errors: Errors) -> (Vec<Field>, Option<String>) {
    let mut of_none = vec![];
    for (name, words) in errors {
        match fields.iter_mut().find(|field| field.name == name) {
            Some(field) => {
                let before = field.error.take().map(|error| error + " ");
                field.error = Some(before.unwrap_or_default() + &words);
            }
            None => of_none.push(words),
        }
    }
    let wrong = fields.iter().position(|field| field.error.is_some());
    let missing =
        || fields.iter().position(|field| field.value.is_empty() && !field.is_fixed && !field.is_optional);
    if let Some(first) = wrong.or_else(missing).and_then(|at| fields.get_mut(at)) {
        first.is_first = true;
    }
    (fields, (!of_none.is_empty()).then(|| of_none.join(" ")))
}

/// What is wrong with a form, in this language, with the status of its answer; or an error that no form can mend.
pub(crate) fn refusal(locale: Locale, error: PortalError) -> Result<(StatusCode, Errors), Problem> {
    let problem = Problem::from(error);
    let status = problem.status();
    if !matches!(
        status,
        StatusCode::UNPROCESSABLE_ENTITY
            | StatusCode::CONFLICT
            | StatusCode::PRECONDITION_FAILED
            | StatusCode::FORBIDDEN
    ) {
        return Err(problem);
    }
    let said = |error: &FieldError| placed(&error.pointer, &locale.refusal(error.code, &error.detail));
    let errors: Errors = problem.errors().iter().map(said).collect();
    let errors = if errors.is_empty() { vec![(String::new(), problem.sentence(locale))] } else { errors };
    Ok((status, errors))
}

/// The field that a pointer is into, and the words; what stands deeper in the field is named in front of them.
fn placed(pointer: &str, detail: &str) -> (String, String) {
    let path = pointer.trim_start_matches('/');
    match path.split_once('/') {
        Some((field, within)) => (
            field.to_owned(),
            format!("{}: {}.", within.replace("~1", "/").replace("~0", "~"), detail.trim_end_matches('.')),
        ),
        None => (path.to_owned(), detail.to_owned()),
    }
}

/// The version that a form was filled in upon. A form that says none is stale.
pub(crate) fn version(text: &str) -> i64 {
    text.trim().parse().unwrap_or_default()
}

/// What a form asks of a field that may be empty.
pub(crate) fn edit(text: &str) -> Edit<String> {
    given(text).map_or(Edit::Clear, Edit::Set)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields() -> Vec<Field> {
        vec![
            Field::new("email", "email", "").value("ada@example.com").fixed(),
            Field::new("name", "text", "").value("Ada"),
            Field::new("password", "password", "").hint("long"),
        ]
    }

    #[test]
    fn what_is_wrong_stands_beside_its_line_and_nothing_is_lost() {
        let wrong = |name: &str| (name.to_owned(), format!("{name} is wrong"));
        let (marked, of_none) = marked(fields(), vec![wrong("name"), wrong("plan"), wrong("token")]);
        let errors: Vec<_> = marked.iter().map(|field| field.error.as_deref()).collect();
        assert_eq!(errors, [None, Some("name is wrong"), None]);
        assert_eq!(of_none.unwrap(), "plan is wrong token is wrong");
        assert_eq!(marked.iter().map(|field| field.is_first).collect::<Vec<_>>(), [false, true, false]);
        let described: Vec<_> = marked.iter().map(Field::described_by).collect();
        assert_eq!(described, ["", "name-error", "password-hint"]);
    }

    #[test]
    fn what_is_wrong_within_a_field_stands_beside_it_too() {
        let wrong =
            [("/name/a~1b", "must be less"), ("/name/c", "must be more"), ("/email", "must be there")];
        let (marked, of_none) =
            marked(fields(), wrong.iter().map(|(pointer, detail)| placed(pointer, detail)).collect());
        let errors: Vec<_> = marked.iter().map(|field| field.error.as_deref()).collect();
        assert_eq!(errors, [Some("must be there"), Some("a/b: must be less. c: must be more."), None]);
        assert_eq!(of_none, None);
    }

    #[test]
    fn a_form_that_says_no_version_is_stale() {
        assert_eq!([version("3"), version(""), version("x")], [3, 0, 0]);
    }

    #[test]
    fn typing_begins_where_nothing_stands_yet() {
        let (marked, of_none) = marked(fields(), vec![]);
        assert_eq!(marked.iter().map(|field| field.is_first).collect::<Vec<_>>(), [false, false, true]);
        assert_eq!(of_none, None);
    }
}
