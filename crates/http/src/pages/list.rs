//! Lists: what they are narrowed by, where they go on, in which state a thing is. By key, never by number of a page; what is looked for
//! stands in the address.

use std::borrow::Cow;

use daybook_portal::Cursor;

use super::onward::address;
use crate::locale::Locale;

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
        let next = page.next.as_ref().map(Cursor::to_string);
        let with = |cursor: &str| address(path, &[filters, &[("cursor", cursor)]].concat());
        Self { first: (!cursor.is_empty()).then(|| with("")), next: next.map(|cursor| with(&cursor)) }
    }
}

/// One of the things that a list is narrowed by.
pub(super) struct Chip {
    pub(super) text: String,
    /// The address of the list without it.
    pub(super) without: String,
}

/// What the list at `path` is narrowed by, from its beginning. A value that was chosen has a text, of which `texts` has the name, or a name
/// of its own.
pub(super) fn chips(
    locale: Locale,
    path: &str,
    filters: &[(&'static str, &str)],
    texts: &[(&str, &str)],
    names: &[(String, String)],
) -> Vec<Chip> {
    let text = |value: &str| texts.iter().find(|(of, _)| *of == value).map(|(_, text)| locale.text(text));
    let name = |value: &str| names.iter().find(|(of, _)| of == value).map(|(_, name)| name.clone().into());
    let chip = |&(filter, value): &(&'static str, &str)| {
        let others: Vec<_> = filters.iter().copied().filter(|(other, _)| *other != filter).collect();
        let says: Cow<'_, str> = text(value).or_else(|| name(value)).unwrap_or(Cow::Borrowed(value));
        let label = locale.text(&format!("filter-by-{filter}"));
        Chip {
            text: locale.text_with("filter-chip", &[("name", label.into()), ("what", says.into())]),
            without: address(path, &others),
        }
    };
    filters.iter().filter(|(_, value)| !value.is_empty()).map(chip).collect()
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
