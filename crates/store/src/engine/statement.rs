//! A statement: one text for both engines, with a name for its errors. It must not know any table.

use super::{Engine, EngineError, Result, Val};
use std::{borrow::Cow, sync::OnceLock};

/// One statement, written once for both engines.
///
/// The lock clause is appended on PostgreSQL only (`FOR UPDATE OF c`): SQLite has one writer and needs none.
#[derive(Debug)]
pub struct Sql {
    /// The name its errors carry.
    pub name: &'static str,
    text: Cow<'static, str>,
    lock: Option<&'static str>,
    only: Option<Engine>,
    pub(super) planning: Planning,
    locked: OnceLock<String>,
    plain_insert: OnceLock<bool>,
    many: [OnceLock<Option<Box<Sql>>>; ROWS.len()],
}

/// How PostgreSQL plans a statement that only reads. SQLite keeps what it compiled, whatever its values are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Planning {
    /// As the server does by itself: for its values at first, then once for all where it takes that to be no dearer.
    Usual,
    /// For its values, each time: the best plan depends on what is asked for.
    ForValues,
    /// Once, in nested loops along indexes that have the order asked for: what its text allows no other plan for.
    Walk,
}

/// How many rows of a plain insert can travel as one statement; another number would be one more text for the server to keep.
const ROWS: [usize; 2] = [32, 8];

impl Sql {
    /// A statement with a fixed text.
    pub const fn new(name: &'static str, text: &'static str) -> Sql {
        Sql::with(name, Cow::Borrowed(text), Planning::Usual)
    }

    /// A statement whose text is put together at run time. Its values still travel as parameters.
    pub fn dynamic(name: &'static str, text: String) -> Sql {
        Sql::with(name, Cow::Owned(text), Planning::ForValues)
    }

    /// The same, where each table is read along an index in the order of the list, and sorted is only what was found: it is planned once.
    pub fn walk(name: &'static str, text: String) -> Sql {
        Sql::with(name, Cow::Owned(text), Planning::Walk)
    }

    const fn with(name: &'static str, text: Cow<'static, str>, planning: Planning) -> Sql {
        Sql {
            name,
            text,
            lock: None,
            only: None,
            planning,
            locked: OnceLock::new(),
            plain_insert: OnceLock::new(),
            many: [const { OnceLock::new() }; ROWS.len()],
        }
    }

    /// The same statement, taking row locks where the engine has them.
    #[must_use]
    pub const fn locking(mut self, lock: &'static str) -> Sql {
        self.lock = Some(lock);
        self
    }

    /// The same statement, for one engine only.
    #[must_use]
    pub const fn only(mut self, engine: Engine) -> Sql {
        self.only = Some(engine);
        self
    }

    /// Whether the statement is written for `engine`.
    pub fn runs_on(&self, engine: Engine) -> bool {
        self.only.is_none_or(|only| only == engine)
    }

    /// The text for `engine`; an error when the statement is written for the other one.
    pub fn text_for(&self, engine: Engine) -> Result<&str> {
        if !self.runs_on(engine) {
            return Err(EngineError::WrongEngine { statement: self.name, engine });
        }
        Ok(match (engine, self.lock) {
            (Engine::Postgres, Some(lock)) => self.locked.get_or_init(|| format!("{} {lock}", self.text)),
            _ => &self.text,
        })
    }

    /// Checks that `$1`, `$2`, … first appear in that order. SQLite numbers parameters by first appearance,
    /// PostgreSQL by their number; only in this order do both mean the same.
    #[cfg(test)]
    pub fn check_parameter_order(&self) -> Result<(), String> {
        let mut highest = 0;
        for number in parameters(&self.text) {
            if number > highest + 1 {
                return Err(format!("{}: ${number} appears before ${}", self.name, highest + 1));
            }
            if number == 0 {
                return Err(format!("{}: parameters are numbered from $1", self.name));
            }
            highest = highest.max(number);
        }
        Ok(())
    }

    /// A plain `INSERT … VALUES` stores each of its rows or fails: its count cannot differ in silence.
    pub(super) fn is_plain_insert(&self) -> bool {
        *self.plain_insert.get_or_init(|| {
            let text = self.text.trim_start().to_ascii_uppercase();
            text.starts_with("INSERT INTO")
                && text.contains("VALUES")
                && !text.contains("SELECT")
                && !text.contains("ON CONFLICT")
        })
    }

    /// A plain insert of as many of `most` rows as can travel at once, each with its own values behind those of the row before; one row
    /// where that is all. For one engine only: SQLite gains nothing by it.
    pub(super) fn of_rows(&self, most: usize) -> (&Sql, usize) {
        let fits = ROWS.iter().zip(&self.many).find(|(rows, _)| **rows <= most);
        let many = fits.and_then(|(rows, many)| {
            let made =
                many.get_or_init(|| Some(Box::new(Sql::dynamic(self.name, repeated(&self.text, *rows)?))));
            Some((made.as_deref()?, *rows))
        });
        many.unwrap_or((self, 1))
    }
}

/// The text of an insert with its row of values written `rows` times.
fn repeated(text: &str, rows: usize) -> Option<String> {
    let (head, row) = text.trim_end().rsplit_once("VALUES ")?;
    if !(row.starts_with('(') && row.ends_with(')')) {
        return None;
    }
    let pieces = pieces(row);
    let width = pieces.iter().filter_map(|(_, number)| *number).max()?;
    let mut all = format!("{head}VALUES ");
    for at in 0..rows {
        all.push_str(if at == 0 { "" } else { ", " });
        for (piece, number) in &pieces {
            match number {
                Some(number) => {
                    all.push('$');
                    all.push_str(&(at * width + number).to_string());
                }
                None => all.push_str(piece),
            }
        }
    }
    Some(all)
}

/// The numbers of the `$n` in `text`, in order of appearance.
#[cfg(test)]
fn parameters(text: &str) -> Vec<usize> {
    pieces(text).into_iter().filter_map(|(_, number)| number).collect()
}

/// `text` in pieces: each `$n` with its number, unless it stands in a string, a quoted name or a comment, and what is between them.
fn pieces(text: &str) -> Vec<(&str, Option<usize>)> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        let length = match next {
            '\'' | '"' => quoted(rest, next),
            '-' if rest.starts_with("--") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
            '$' => 1 + rest.chars().skip(1).take_while(char::is_ascii_digit).count(),
            other => other.len_utf8(),
        };
        let (piece, behind) = rest.split_at(length);
        let number = piece.strip_prefix('$').and_then(|number| number.parse().ok());
        found.push((piece, number));
        rest = behind;
    }
    found
}

/// The length of the quoted piece that `text` starts with, quotes included.
fn quoted(text: &str, quote: char) -> usize {
    text.char_indices().skip(1).find(|(_, c)| *c == quote).map_or(text.len(), |(end, _)| end + 1)
}

/// How many rows a [`Write`] must change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expect {
    /// Exactly so many.
    Rows(u64),
    /// Any number.
    Any,
}

impl Expect {
    /// Checks the number of rows that a statement changed.
    pub(super) fn check(self, statement: &'static str, actual: u64) -> Result<()> {
        match self {
            Expect::Rows(expected) if expected != actual => {
                Err(EngineError::Affected { statement, expected, actual })
            }
            _ => Ok(()),
        }
    }
}

/// One statement that changes rows, its values, and how many rows it must change.
#[derive(Clone, Debug)]
pub struct Write {
    /// The statement.
    pub sql: &'static Sql,
    /// Its values, `$1` first.
    pub values: Vec<Val>,
    /// How many rows it must change.
    pub expect: Expect,
}

impl Write {
    /// A write that must change exactly one row.
    pub fn one(sql: &'static Sql, values: Vec<Val>) -> Write {
        Write { sql, values, expect: Expect::Rows(1) }
    }

    /// A write that must change exactly `rows` rows.
    pub fn rows(sql: &'static Sql, values: Vec<Val>, rows: u64) -> Write {
        Write { sql, values, expect: Expect::Rows(rows) }
    }

    /// A write that may change any number of rows.
    pub fn any(sql: &'static Sql, values: Vec<Val>) -> Write {
        Write { sql, values, expect: Expect::Any }
    }

    /// Checks the number of rows it changed.
    pub(super) fn check(&self, actual: u64) -> Result<()> {
        self.expect.check(self.sql.name, actual)
    }

    /// Whether a count other than the expected one can be ruled out before COMMIT is sent.
    pub(super) fn cannot_miscount(&self) -> bool {
        self.expect == Expect::Any || self.is_plain_row()
    }

    /// Whether it stores one row, and nothing else.
    pub(super) fn is_plain_row(&self) -> bool {
        self.expect == Expect::Rows(1) && self.sql.is_plain_insert()
    }
}

/// Declares a file's statements and, for the tests, the list `STATEMENTS` of them all.
///
/// ```text
/// statements! {
///     /// One account.
///     ACCOUNT = "SELECT name FROM accounts WHERE id = $1", lock "FOR UPDATE";
///     WAKE = "SELECT pg_notify($1, '')", only Engine::Postgres;
/// }
/// ```
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $text:expr $(, lock $lock:literal)? $(, only $only:expr)?;)*) => {
        $(
            $(#[$doc])*
            pub(crate) static $name: $crate::engine::Sql =
                $crate::engine::Sql::new(stringify!($name), $text)$(.locking($lock))?$(.only($only))?;
        )*
        /// Every statement of this file.
        #[cfg(test)]
        pub(crate) static STATEMENTS: &[&$crate::engine::Sql] = &[$(&$name),*];
    };
}
pub(crate) use statements;
