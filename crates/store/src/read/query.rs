//! Puts together the text of a list query from fixed pieces. Values travel as parameters only.

use crate::engine::{Sql, Val};

/// A statement in the making.
pub(crate) struct Query {
    name: &'static str,
    text: String,
    values: Vec<Val>,
}

impl Query {
    /// Starts with a text that ends in a WHERE condition.
    pub(crate) fn new(name: &'static str, text: &str) -> Self {
        Self { name, text: text.to_owned(), values: vec![] }
    }

    /// Adds `AND condition`, in which `?` stands for the value.
    pub(crate) fn and(mut self, condition: &str, value: impl Into<Val>) -> Self {
        self.text.push_str(" AND ");
        self.push(condition, value.into());
        self
    }

    /// Adds `AND condition` if there is a value.
    pub(crate) fn and_opt(self, condition: &str, value: Option<impl Into<Val>>) -> Self {
        match value {
            Some(value) => self.and(condition, value),
            None => self,
        }
    }

    /// Adds a text in which `?` stands for the value.
    pub(crate) fn then(mut self, text: &str, value: impl Into<Val>) -> Self {
        self.text.push(' ');
        self.push(text, value.into());
        self
    }

    /// Adds a text without a value.
    pub(crate) fn text(mut self, text: &str) -> Self {
        self.text.push(' ');
        self.text.push_str(text);
        self
    }

    fn push(&mut self, text: &str, value: Val) {
        self.values.push(value);
        let place = format!("${}", self.values.len());
        self.text.push_str(&text.replacen('?', &place, 1));
    }

    /// The statement and its values.
    pub(crate) fn finish(self) -> (Sql, Vec<Val>) {
        (Sql::dynamic(self.name, self.text), self.values)
    }
}

/// The first text after every text that starts with `prefix`, for `column >= prefix AND column < end`.
pub(crate) fn prefix_end(prefix: &str) -> String {
    format!("{prefix}\u{10ffff}")
}
