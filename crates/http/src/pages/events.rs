//! `/events`: the log, newest first. What is looked for stands in the address.

use askama::Template;
use axum::{
    extract::{Query, State},
    http::StatusCode,
    response::Response,
};
use daybook_model::{EventType, Timestamp, clock::parse_date, event::EntryError};
use daybook_portal::PortalError;
use serde::Deserialize;

use super::{
    dashboard::SEVERITIES,
    entry::EntryView,
    form::given,
    guard::Viewer,
    list::{Chip, SHOWN, chips},
    onward::address,
    shell::{Shell, framed, rendered},
};
use crate::{App, log_api::events::filter::FilterParams, page::PageParams, problem::Problem};

const PATH: &str = "/events";

/// The outcomes that can be chosen, each with the name of its text.
const OUTCOMES: [(&str, &str); 3] =
    [("", "filter-any"), ("done", "outcome-done"), ("refused", "outcome-refused")];

#[derive(Template)]
#[template(path = "events.html")]
struct EventsPage {
    shell: Shell,
    asked: Asked,
    severities: [(&'static str, &'static str); 3],
    outcomes: [(&'static str, &'static str); 3],
    /// Wire names and titles.
    types: Vec<(String, String)>,
    entries: Vec<EntryView>,
    as_of: u64,
    chips: Vec<Chip>,
    /// The address of the newest entries, if these are not they.
    newest: Option<String>,
    /// The address of the page that goes on.
    older: Option<String>,
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
    let (events, next, as_of) = match asked.params().resolve(&app, viewer.scope()).await? {
        Some(filter) => {
            let page = app.portal.events(viewer.scope(), &filter, before, SHOWN).await?;
            (page.events, page.next, page.as_of)
        }
        None => (vec![], None, app.portal.log_status().await?.size),
    };
    let locale = viewer.look.locale;
    let entries: Result<Vec<_>, EntryError> =
        events.iter().map(|logged| EntryView::of(logged, locale)).collect();
    let title = |kind: &EventType| (kind.wire().to_owned(), kind.spec().title.to_owned());
    let types: Vec<_> = EventType::ALL.iter().map(title).collect();
    let texts = [SEVERITIES, OUTCOMES].concat();
    let page = EventsPage {
        shell: Shell::of(&app, &viewer, locale.text("nav-events").into_owned()).await?,
        severities: SEVERITIES,
        outcomes: OUTCOMES,
        chips: chips(locale, PATH, &asked.filters(), &texts, &types),
        types,
        entries: entries.map_err(PortalError::from)?,
        as_of,
        newest: before.is_some().then(|| asked.below("")),
        older: next.map(|seq| asked.below(&seq.to_string())),
        asked,
    };
    Ok(rendered(StatusCode::OK, &page))
}
