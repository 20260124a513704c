//! What is wrong with a request, field by field. Must not quote the value: it may be personal or secret.

use serde::Serialize;

/// One field that cannot be accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// JSON pointer (RFC 6901) to the field, or `?name` for a query parameter.
    pub pointer: String,
    /// Stable, `SCREAMING_SNAKE`.
    pub code: &'static str,
    /// What is expected, in a sentence.
    pub detail: String,
}

/// Everything that is wrong with a request; never empty when returned as an error.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Invalid(pub Vec<FieldError>);

impl Invalid {
    /// One wrong field.
    pub fn field(pointer: impl Into<String>, code: &'static str, detail: impl Into<String>) -> Self {
        Self(vec![FieldError { pointer: pointer.into(), code, detail: detail.into() }])
    }
}

/// Collects every field error of a request instead of stopping at the first.
#[derive(Debug, Default)]
pub struct Checker(Vec<FieldError>);

/// Why one value is not acceptable: code and detail, without the place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// Stable, `SCREAMING_SNAKE`.
    pub code: &'static str,
    /// What is expected, in a sentence.
    pub detail: String,
}

impl Reason {
    /// A reason with its code and sentence.
    pub fn new(code: &'static str, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into() }
    }
}

impl Checker {
    /// Notes the error of a value and answers with the value when there is none.
    pub fn take<T>(&mut self, pointer: &str, value: Result<T, Reason>) -> Option<T> {
        match value {
            Ok(value) => Some(value),
            Err(Reason { code, detail }) => {
                self.0.push(FieldError { pointer: pointer.to_owned(), code, detail });
                None
            }
        }
    }

    /// As [`Checker::take`], for a value that may be absent.
    pub fn take_opt<T>(&mut self, pointer: &str, value: Option<Result<T, Reason>>) -> Option<T> {
        value.and_then(|value| self.take(pointer, value))
    }

    /// Notes an error unless the condition holds.
    pub fn require(&mut self, pointer: &str, holds: bool, code: &'static str, detail: &str) {
        if !holds {
            self.0.push(FieldError { pointer: pointer.to_owned(), code, detail: detail.to_owned() });
        }
    }

    /// Notes everything that is wrong by another check.
    pub fn also(&mut self, found: Result<(), Invalid>) {
        if let Err(Invalid(errors)) = found {
            self.0.extend(errors);
        }
    }

    /// Whether everything asked so far was right.
    pub fn is_clean(&self) -> bool {
        self.0.is_empty()
    }

    /// The value, if everything asked so far was right and it could be built.
    pub fn finish<T>(self, value: Option<T>) -> Result<T, Invalid> {
        match value {
            Some(value) if self.0.is_empty() => Ok(value),
            _ => Err(Invalid(self.0)),
        }
    }
}
