//! Lists: `limit` and `cursor` in, `{items, next}` out. Always by key, never by offset.

use daybook_model::cursor::{Cursor, CursorError};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::problem::Problem;

/// How many items a page has if the request does not say.
const DEFAULT_LIMIT: u32 = 50;
/// How many it has at most.
const MAX_LIMIT: u32 = 500;

/// Which page of a list.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PageParams {
    /// How many items, 1 to 500; 50 if absent.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 500, default = 50)]
    pub(crate) limit: Option<String>,
    /// Where the page begins: `next` of the page before.
    pub(crate) cursor: Option<String>,
}

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Items<T> {
    /// The items.
    pub(crate) items: Vec<T>,
    /// Asks for the next page as `cursor`; null on the last.
    pub(crate) next: Option<String>,
}

impl<T> Items<T> {
    /// The page as it is answered.
    pub(crate) fn of<R>(page: daybook_portal::Page<R>, view: impl Fn(R) -> T) -> Self {
        Self {
            items: page.items.into_iter().map(view).collect(),
            next: page.next.as_ref().map(Cursor::to_string),
        }
    }
}

impl PageParams {
    pub(crate) fn limit(&self) -> Result<u32, Problem> {
        let Some(text) = self.limit.as_deref().filter(|text| !text.is_empty()) else {
            return Ok(DEFAULT_LIMIT);
        };
        match text.parse() {
            Ok(limit) if (1..=MAX_LIMIT).contains(&limit) => Ok(limit),
            _ => Err(Problem::field("?limit", "OUT_OF_RANGE", "must be a whole number from 1 to 500")),
        }
    }

    pub(crate) fn cursor(&self) -> Result<Option<Cursor>, Problem> {
        let Some(text) = self.cursor.as_deref().filter(|text| !text.is_empty()) else { return Ok(None) };
        text.parse().map(Some).map_err(invalid_cursor)
    }

    /// The cursor of a list of events: a sequence number.
    pub(crate) fn before(&self) -> Result<Option<u64>, Problem> {
        let Some(text) = self.cursor.as_deref().filter(|text| !text.is_empty()) else { return Ok(None) };
        let number = text.parse::<i64>().ok().and_then(|number| u64::try_from(number).ok());
        number.map(Some).ok_or_else(|| invalid_cursor(CursorError))
    }
}

fn invalid_cursor(error: CursorError) -> Problem {
    Problem::field("?cursor", "INVALID_CURSOR", error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_cursor_is_refused_with_its_place() {
        for text in ["x", "AAAA", "äöü", "AAAAAAAAAAAAAAAAAAAAAP8"] {
            let params = PageParams { limit: None, cursor: Some(text.to_owned()) };
            assert!(params.cursor().is_err(), "{text}");
        }
        for text in ["-1", "1.5", "99999999999999999999", "x"] {
            let params = PageParams { limit: Some(text.to_owned()), cursor: Some(text.to_owned()) };
            assert!(params.limit().is_err(), "{text}");
            assert!(params.before().is_err(), "{text}");
        }
    }
}
