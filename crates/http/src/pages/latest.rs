//! The latest entries about one thing, as they stand on its page, and where all of them are.

use daybook_model::event::EntryError;
use daybook_portal::{EventFilter, PortalError};

use super::{
    entry::{EntryView, Run, by_day},
    guard::Viewer,
    onward::address,
};
use crate::{App, problem::Problem};

/// How many entries a thing's page shows.
const SHOWN: u32 = 8;

/// Entries under their days.
pub(super) struct Latest {
    pub(super) days: Vec<(String, Vec<Run>)>,
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
        let locale = viewer.look.locale;
        let page = app.portal.events(viewer.scope(), filter, None, SHOWN).await?;
        let entries: Result<Vec<_>, EntryError> =
            page.events.iter().map(|logged| EntryView::of(logged, locale)).collect();
        let entries = entries.map_err(PortalError::from)?;
        Ok(Self {
            days: by_day(entries, app.portal.store().now(), locale),
            all: address("/events", &[("q", &id.to_string())]),
        })
    }
}
