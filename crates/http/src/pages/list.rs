//! Lists: where they go on, in which state a thing is. By key, never by number of a page; what is looked for stands in the address.

use super::onward::address;
use crate::page::write_cursor;

/// How many rows a list shows.
pub(super) const SHOWN: u32 = 50;

/// Where a list goes on.
pub(super) struct Pager {
    /// The address of its beginning, if this is not it.
    pub(super) first: Option<String>,
    /// The address of what follows.
    pub(super) next: Option<String>,
}

impl Pager {
    /// For a list at `path` with these filters, of which this page begins at `cursor`.
    pub(super) fn of<R>(
        path: &str,
        filters: &[(&str, &str)],
        cursor: &str,
        page: &daybook_portal::Page<R>,
    ) -> Self {
        let next = page.next.as_ref().map(write_cursor);
        let with = |cursor: &str| address(path, &[filters, &[("cursor", cursor)]].concat());
        Self { first: (!cursor.is_empty()).then(|| with("")), next: next.map(|cursor| with(&cursor)) }
    }
}

/// In which state a thing is: never said by a colour alone.
#[derive(Debug, Clone, Copy)]
pub(super) struct Badge {
    /// `ok`, `warn`, `bad`, `info`, or nothing.
    pub(super) tone: &'static str,
    pub(super) icon: &'static str,
    /// The name of the text.
    pub(super) text: &'static str,
}
