//! `/events`: the log, newest first. What is looked for stands in the address.

use askama::Template;
use axum::{
    extract::{Query, State},
    http::StatusCode,
    response::Response,
};
use daybook_model::{EventType, event::EntryError};
use daybook_portal::PortalError;
use serde::Deserialize;

use super::{
    dashboard::SEVERITIES,
    entry::EntryView,
    guard::Viewer,
    onward::address,
    shell::{Shell, framed, rendered},
};
use crate::{App, log_api::events::filter::FilterParams, page::PageParams, problem::Problem};

/// How many entries a page has.
const SHOWN: u32 = 50;

#[derive(Template)]
#[template(path = "events.html")]
struct EventsPage {
    shell: Shell,
    asked: Asked,
    severities: [(&'static str, &'static str); 3],
    types: &'static [EventType],
    entries: Vec<EntryView>,
    as_of: u64,
    /// The address of the page that goes on.
    older: Option<String>,
}

framed!(EventsPage);

/// What is looked for.
#[derive(Deserialize, Default)]
pub(super) struct Asked {
    #[serde(default)]
    q: String,
    #[serde(default)]
    severity: String,
    #[serde(default)]
    r#type: String,
    #[serde(default)]
    tenant: String,
    #[serde(default)]
    before: String,
}

impl Asked {
    fn is_filtered(&self) -> bool {
        [&self.q, &self.severity, &self.r#type, &self.tenant].iter().any(|text| !text.is_empty())
    }

    /// The address of the entries below this one, with the same filters.
    fn below(&self, seq: u64) -> String {
        let seq = seq.to_string();
        let filters = [
            ("q", &self.q),
            ("severity", &self.severity),
            ("type", &self.r#type),
            ("tenant", &self.tenant),
            ("before", &seq),
        ];
        address("/events", &filters.map(|(name, value)| (name, value.as_str())))
    }
}

pub(super) async fn show(
    viewer: Viewer,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let given = |text: &str| (!text.is_empty()).then(|| text.trim().to_owned());
    let filter = FilterParams {
        q: given(&asked.q),
        severity: given(&asked.severity),
        r#type: given(&asked.r#type),
        tenant: given(&asked.tenant),
        ..FilterParams::default()
    };
    let before = PageParams { cursor: given(&asked.before), ..PageParams::default() }.before()?;
    let (events, next, as_of) = match filter.resolve(&app, viewer.scope()).await? {
        Some(filter) => {
            let page = app.portal.events(viewer.scope(), &filter, before, SHOWN).await?;
            (page.events, page.next, page.as_of)
        }
        None => (vec![], None, app.portal.log_status().await?.size),
    };
    let locale = viewer.look.locale;
    let entries: Result<Vec<_>, EntryError> =
        events.iter().map(|logged| EntryView::of(logged, locale)).collect();
    let page = EventsPage {
        shell: Shell::of(&app, &viewer, locale.text("nav-events").into_owned()).await?,
        severities: SEVERITIES,
        types: EventType::ALL,
        entries: entries.map_err(PortalError::from)?,
        as_of,
        older: next.map(|seq| asked.below(seq)),
        asked,
    };
    Ok(rendered(StatusCode::OK, &page))
}
