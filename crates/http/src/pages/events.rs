//! `/events`: the log, newest first. What is looked for stands in the address; all of it is a file from the API, by the same filters.

use askama::Template;
use axum::{
    extract::{Query, State},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use daybook_model::{EventType, Timestamp, clock::parse_date};
use daybook_portal::{EventMatches, EventPage};
use serde::Deserialize;

use super::{
    dashboard::SEVERITIES,
    entry::EntryView,
    form::given,
    guard::Viewer,
    histogram::Histogram,
    latest::entries,
    list::{Chip, SHOWN, chips},
    onward::address,
    shell::{Shell, framed, rendered},
};
use crate::{
    App,
    locale::Locale,
    log_api::events::{filter::FilterParams, stream},
    page::PageParams,
    problem::Problem,
};

const PATH: &str = "/events";

/// Where entries come from as they happen.
const LIVE: &str = "/events/live";

/// How many matching entries are counted at most: what a page may ask of a log however long.
const COUNTED: u32 = 2_000;

/// The outcomes that can be chosen, each with the name of its text.
const OUTCOMES: [(&str, &str); 3] =
    [("", "filter-any"), ("done", "outcome-done"), ("refused", "outcome-refused")];

#[derive(Template)]
#[template(path = "events.html")]
struct EventsPage {
    shell: Shell,
    is_platform: bool,
    asked: Asked,
    severities: [(&'static str, &'static str); 3],
    outcomes: [(&'static str, &'static str); 3],
    /// Wire names and titles.
    types: Vec<(String, String)>,
    entries: Vec<EntryView>,
    as_of: u64,
    chips: Vec<Chip>,
    /// How many entries match.
    matched: String,
    histogram: Option<Histogram>,
    /// What is looked for, as the API is asked for it.
    export_query: String,
    /// The address of the newest entries, if these are not they.
    newest: Option<String>,
    /// The address of the page that goes on.
    older: Option<String>,
    /// Where what is new comes from, if these are the newest.
    live: Option<String>,
}

framed!(EventsPage);

/// What is looked for.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Asked {
    q: String,
    severity: String,
    outcome: String,
    r#type: String,
    tenant: String,
    since: String,
    until: String,
    before: String,
    after: String,
}

impl Asked {
    fn filters(&self) -> [(&'static str, &str); 7] {
        [
            ("q", &self.q),
            ("severity", &self.severity),
            ("outcome", &self.outcome),
            ("type", &self.r#type),
            ("tenant", &self.tenant),
            ("since", &self.since),
            ("until", &self.until),
        ]
    }

    fn params(&self) -> FilterParams {
        // A day begins at its first moment, UTC; what happened until a day happened before it was over.
        let moment = |text: &str, days: i64| match parse_date(text) {
            Some(day) => Some(Timestamp::start_of_day(day + days).to_string()),
            None => given(text),
        };
        FilterParams {
            q: given(&self.q),
            severity: given(&self.severity),
            outcome: given(&self.outcome),
            r#type: given(&self.r#type),
            tenant: given(&self.tenant),
            since: moment(&self.since, 0),
            until: moment(&self.until, 1),
            ..FilterParams::default()
        }
    }

    /// Where entries come from as they happen, from the one at this place on, with the same filters.
    fn live(&self, next: u64) -> String {
        let after = next.checked_sub(1).map_or_else(|| "-1".to_owned(), |last| last.to_string());
        address(LIVE, &[&self.filters()[..], &[("after", &after)]].concat())
    }

    /// The address of the entries below this one, with the same filters; of the newest for none.
    fn below(&self, before: &str) -> String {
        address(PATH, &[&self.filters()[..], &[("before", before)]].concat())
    }
}

pub(super) async fn show(
    viewer: Viewer,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let before = PageParams { cursor: given(&asked.before), ..PageParams::default() }.before()?;
    let (params, scope) = (asked.params(), viewer.scope());
    let filter = params.resolve(&app, scope).await?;
    let is_newest = filter.is_some() && before.is_none();
    let (EventPage { events, next, as_of }, matches) = if let Some(filter) = filter {
        app.portal.events_counted(scope, &filter, before, SHOWN, COUNTED).await?
    } else {
        let as_of = app.portal.log_size().await?;
        let matches = EventMatches { newest: vec![], more: false };
        (EventPage { events: vec![], next: None, as_of }, matches)
    };
    let locale = viewer.look.locale;
    let entries = entries(&events, locale)?;
    let title = |kind: &EventType| (kind.wire().to_owned(), kind.spec().title.to_owned());
    let types: Vec<_> = EventType::ALL.iter().map(title).collect();
    let texts = [SEVERITIES, OUTCOMES].concat();
    let chips = chips(locale, PATH, &asked.filters(), &texts, &types);
    let shell = Shell::at(&app, &viewer, locale.text("nav-events").into_owned(), as_of).await?;
    let whole = shell.is_platform().then_some(as_of);
    let page = EventsPage {
        is_platform: shell.is_platform(),
        shell,
        severities: SEVERITIES,
        outcomes: OUTCOMES,
        matched: matched(&matches, whole, chips.is_empty(), locale),
        histogram: Histogram::of(&matches, locale),
        export_query: address("", &params.pairs()),
        chips,
        types,
        entries,
        as_of,
        newest: before.is_some().then(|| asked.below("")),
        older: next.map(|seq| asked.below(&seq.to_string())),
        live: is_newest.then(|| asked.live(as_of)),
        asked,
    };
    Ok(rendered(StatusCode::OK, &page))
}

/// The entries that match as they come, each as a row of the table.
pub(super) async fn live(
    viewer: Viewer,
    State(app): State<App>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let found = asked.params().resolve(&app, viewer.scope()).await?;
    let filter = found.ok_or_else(|| Problem::field("?q", "INVALID_VALUE", "names nothing that is there"))?;
    let (look, is_platform) = (viewer.look, !viewer.is_of_tenant());
    stream::live(&app, viewer.scope(), &headers, given(&asked.after).as_deref(), move |logged| {
        if !filter.shows(&logged.event).ok()? {
            return None;
        }
        let shell = Shell::open(logged.event.occurred_at, look, "");
        let entry = EntryView::of(logged, look.locale).ok()?;
        EventRow { shell, entry, is_platform }.render().ok()
    })
    .await
}

/// One entry, as the table has it.
#[derive(Template)]
#[template(path = "event_row.html")]
struct EventRow {
    shell: Shell,
    entry: EntryView,
    /// Whether the table has a column for tenants.
    is_platform: bool,
}

/// How many entries match, of `whole` where whoever looks can see the whole log.
fn matched(matches: &EventMatches, whole: Option<u64>, is_everything: bool, locale: Locale) -> String {
    let count = matches.newest.len();
    let (name, values) = match (whole, matches.more) {
        (Some(whole), _) if is_everything => ("entries-matched", vec![("total", whole.into())]),
        (Some(whole), false) => {
            ("entries-matched-of", vec![("count", count.into()), ("total", whole.into())])
        }
        (Some(whole), true) => {
            ("entries-matched-over-of", vec![("count", count.into()), ("total", whole.into())])
        }
        (None, false) => ("entries-matched", vec![("total", count.into())]),
        (None, true) => ("entries-matched-over", vec![("total", count.into())]),
    };
    locale.text_with(name, &values)
}

#[cfg(test)]
mod tests {
    use daybook_model::event::Severity;
    use daybook_portal::EventMark;

    use super::*;

    #[test]
    fn the_count_says_no_more_than_is_known_or_may_be() {
        let said = |count: usize, more, whole, is_everything, locale| {
            let mark = EventMark { occurred_at: Timestamp::default(), severity: Severity::Minor };
            matched(&EventMatches { newest: vec![mark; count], more }, whole, is_everything, locale)
        };
        let english = Locale::English;
        assert_eq!(said(145, false, Some(366), false, english), "145 of 366 entries");
        assert_eq!(said(0, false, Some(1), false, english), "0 of 1 entry");
        assert_eq!(said(2_000, true, Some(20_140), false, english), "more than 2,000 of 20,140 entries");
        assert_eq!(said(2_000, true, Some(20_140), true, english), "20,140 entries");
        assert_eq!(said(1, false, Some(1), true, english), "1 entry");
        assert_eq!(said(145, false, None, false, english), "145 entries");
        assert_eq!(said(2_000, true, None, true, english), "more than 2,000 entries");
        assert_eq!(said(145, false, Some(366), false, Locale::German), "145 von 366 Einträgen");
        assert_eq!(said(2_000, true, None, true, Locale::German), "mehr als 2.000 Einträge");
    }

    #[test]
    fn the_export_is_asked_for_moments() {
        let asked = Asked {
            q: " acme ".to_owned(),
            since: "2026-11-01".to_owned(),
            until: "2026-11-30".to_owned(),
            ..Asked::default()
        };
        let query = address("", &asked.params().pairs());
        let (since, until) =
            ("2026%2D11%2D01T00%3A00%3A00%2E000000Z", "2026%2D12%2D01T00%3A00%3A00%2E000000Z");
        assert_eq!(query, format!("?since={since}&until={until}&q=acme"));
        assert_eq!(address("", &Asked::default().params().pairs()), "");
    }
}
