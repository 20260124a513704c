//! The latest entries about one thing, as they stand on its page, and where all of them are.

use daybook_portal::{EventFilter, LoggedEvent, PortalError};

use super::{
    entry::{EntryView, Run, by_day},
    guard::Viewer,
    onward::address,
    panel::{Panel, panel},
};
use crate::{App, problem::Problem};

/// How many entries a thing's page shows.
const SHOWN: u32 = 8;

/// Entries under their days.
pub(super) type Days = Vec<(String, Vec<Run>)>;

/// The entries of a panel, with where all of them are.
pub(super) struct Latest {
    pub(super) days: Panel<Days>,
    /// The address of all of them.
    pub(super) all: String,
}

impl Latest {
    /// The latest that `filter` finds: those about the thing with this id.
    pub(super) async fn about(
        app: &App,
        viewer: &Viewer,
        filter: &EventFilter,
        id: impl ToString,
    ) -> Result<Self, Problem> {
        let read = app.portal.events(viewer.scope(), filter, None, SHOWN).await;
        let days = days(app, viewer, read.map(|page| page.events))?;
        Ok(Self { days, all: address("/events", &[("q", &id.to_string())]) })
    }
}

/// Entries that were read, or were not, under their days.
pub(super) fn days(
    app: &App,
    viewer: &Viewer,
    read: Result<Vec<LoggedEvent>, PortalError>,
) -> Result<Panel<Days>, Problem> {
    let locale = viewer.look.locale;
    let entries = panel(viewer, read.and_then(|events| entries(&events, locale)))?;
    Ok(entries.map(|entries| by_day(entries, app.portal.store().now(), locale)))
}

/// Entries that were read, as feeds show them.
pub(super) fn entries(
    events: &[LoggedEvent],
    locale: crate::locale::Locale,
) -> Result<Vec<EntryView>, PortalError> {
    let entries: Result<_, _> = events.iter().map(|logged| EntryView::of(logged, locale)).collect();
    Ok(entries?)
}
