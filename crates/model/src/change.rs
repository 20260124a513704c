//! Edits and their record: what a request asks of a field, and before/after as the event keeps it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::invalid::{Checker, Reason};

/// A field that changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Change<T> {
    /// The value before.
    pub before: T,
    /// The value after.
    pub after: T,
}

/// What a request asks of a field that may be empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Edit<T> {
    /// Leave it.
    #[default]
    Keep,
    /// Empty it (`null` in JSON).
    Clear,
    /// Give it this value.
    Set(T),
}

impl<T: Clone> Edit<T> {
    /// The value to set (`Some(None)` to empty the field), or `None` to leave it.
    pub fn asked(&self) -> Option<Option<T>> {
        match self {
            Self::Keep => None,
            Self::Clear => Some(None),
            Self::Set(value) => Some(Some(value.clone())),
        }
    }
}

impl Edit<String> {
    /// The checked value to set (`Some(None)` to empty the field), or `None` to leave it.
    #[expect(
        clippy::option_option,
        reason = "none leaves the field, some(none) empties it; the caller turns it into a `Change` at once"
    )]
    pub(crate) fn check<R>(
        &self,
        check: &mut Checker,
        pointer: &str,
        accept: impl Fn(&str) -> Result<R, Reason>,
    ) -> Option<Option<R>> {
        match self {
            Self::Keep => None,
            Self::Clear => Some(None),
            Self::Set(text) => check.take(pointer, accept(text)).map(Some),
        }
    }
}

/// The change from `before`, if a value was asked for and it is another one.
pub fn changed<T: PartialEq + Clone>(before: &T, asked: Option<T>) -> Option<Change<T>> {
    asked.filter(|after| after != before).map(|after| Change { before: before.clone(), after })
}

/// The names of the fields that hold, as a list for a sentence.
pub fn list_fields(fields: &[(bool, &str)]) -> String {
    fields.iter().filter(|(holds, _)| *holds).map(|(_, name)| *name).collect::<Vec<_>>().join(", ")
}

/// Gives an enum its text in the database and in answers: `as_str`, `ALL`, `Display` and `FromStr`.
macro_rules! text_enum {
    ($name:ident { $($variant:ident = $text:literal),* $(,)? }) => {
        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// As written in the database and in answers.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),* }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                out.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = String;

            fn from_str(text: &str) -> Result<Self, String> {
                Self::ALL.iter().copied().find(|one| one.as_str() == text).ok_or_else(|| {
                    let known: Vec<_> = Self::ALL.iter().map(|one| one.as_str()).collect();
                    format!("expected one of {}", known.join(", "))
                })
            }
        }
    };
}
pub(crate) use text_enum;
