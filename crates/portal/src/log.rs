//! Questions to the log: the feed, the explorer, one event.

use daybook_model::{EventId, TenantId};
use daybook_store::{EventFilter, LogStatus, LoggedEvent};

use crate::{Noun, Portal, PortalError, Result};

/// A page of events, newest first.
#[derive(Debug, Clone)]
pub struct EventPage {
    /// The events.
    pub events: Vec<LoggedEvent>,
    /// The number below which the next page begins.
    pub next: Option<u64>,
    /// How many entries the log had.
    pub as_of: u64,
}

impl Portal {
    /// A page of events below the number `before`.
    pub async fn events(&self, filter: &EventFilter, before: Option<u64>, limit: u32) -> Result<EventPage> {
        let mut reads = self.store().snapshot().await?;
        let as_of = reads.log_size().await?;
        let (events, next) = reads.events(filter, before, limit).await?;
        Ok(EventPage { events, next, as_of })
    }

    /// The event with this id or number.
    pub async fn event(&self, name: &str) -> Result<LoggedEvent> {
        let mut reads = self.store().reads().await?;
        let found = match (name.parse::<EventId>(), name.parse::<u64>()) {
            (Ok(id), _) => reads.event(id).await?,
            (_, Ok(seq)) => reads.event_at(seq).await?,
            _ => None,
        };
        found.ok_or(PortalError::NotFound(Noun::Event))
    }

    /// The tenant that a filter names by slug or id. A deleted tenant is still found by its id.
    pub async fn tenant_of_filter(&self, name: &str) -> Result<Option<TenantId>> {
        if let Ok(id) = name.parse() {
            return Ok(Some(id));
        }
        match self.tenant(name).await {
            Err(PortalError::NotFound(_)) => Ok(None),
            found => Ok(Some(found?.id)),
        }
    }

    /// Size and root of the log.
    pub async fn log_status(&self) -> Result<LogStatus> {
        let engine = self.store().engine();
        Ok(self.store().snapshot().await?.log_status(engine).await?)
    }
}
