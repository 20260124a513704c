//! Questions to the log: the feed, the explorer, one event.

use std::collections::BTreeMap;

use daybook_model::{EventId, TenantId, event::Belongs};
use daybook_proof::{Checkpoint, KeyName, NoteSigner, TlogProof, VerifierKey};
use daybook_store::{EventFilter, EventMark, LogStatus, LoggedEvent, Reads, Snapshot, TenantScope};

use crate::{KeyRing, Noun, Portal, PortalError, PublicUrl, Result};

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

/// What a filter matches, counted.
#[derive(Debug, Clone)]
pub struct EventMatches {
    /// The newest, newest first.
    pub newest: Vec<EventMark>,
    /// Whether there are more than these.
    pub more: bool,
}

/// The proof of one event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventProof {
    /// Which event.
    pub event: EventId,
    /// The `.tlog-proof` file, with the event's entry in it.
    pub file: String,
}

/// The key that signs the log's checkpoints, under the log's name.
pub(crate) fn signer(keys: &KeyRing, origin: Option<KeyName>, public_url: &PublicUrl) -> NoteSigner {
    // A host has no spaces and no plus signs, so the name is never the default one.
    let of_host = || format!("{}/log", public_url.host()).parse().unwrap_or_default();
    NoteSigner::new(origin.unwrap_or_else(of_host), &keys.log_seed())
}

impl Portal {
    /// A page of events below the number `before`: a tenant's own, or everybody's.
    pub async fn events(
        &self,
        scope: TenantScope,
        filter: &EventFilter,
        before: Option<u64>,
        limit: u32,
    ) -> Result<EventPage> {
        let snapshot = self.store().shared_snapshot().await?;
        page(&snapshot, scope, narrowed(scope, filter).as_ref(), before, limit).await
    }

    /// A page of events, and what the filter matches at the same size of the log: the newest `counted`.
    pub async fn events_counted(
        &self,
        scope: TenantScope,
        filter: &EventFilter,
        before: Option<u64>,
        limit: u32,
        counted: u32,
    ) -> Result<(EventPage, EventMatches)> {
        let snapshot = self.store().shared_snapshot().await?;
        let filter = narrowed(scope, filter);
        let page = page(&snapshot, scope, filter.as_ref(), before, limit).await?;
        let (newest, more) = match &filter {
            Some(filter) => snapshot.reads().event_marks(filter, counted).await?,
            None => (vec![], false),
        };
        Ok((page, EventMatches { newest, more }))
    }

    /// The event with this id or number.
    pub async fn event(&self, scope: TenantScope, name: &str) -> Result<LoggedEvent> {
        let mut reads = self.store().reads().await?;
        let found = find(&mut reads, scope, name).await?;
        let seen = seen_by(&mut reads, scope, vec![found]).await?;
        seen.into_iter().next().ok_or(PortalError::NotFound(Noun::Event))
    }

    /// The proof that the event with this id or number is in the log as it is now. The checkpoint in it is signed of one snapshot, whose root the
    /// path was verified against; none that contradicts another can come of a log that only grows.
    pub async fn prove_event(&self, scope: TenantScope, name: &str) -> Result<EventProof> {
        let mut reads = self.store().snapshot().await?;
        let found = find(&mut reads, scope, name).await?;
        let inclusion = reads.inclusion(&found).await?;
        let checkpoint = Checkpoint::sign(inclusion.size, inclusion.root, self.log_signer())
            .map_err(|_| PortalError::Broken("a checkpoint cannot be signed"))?;
        let (event, index, path) = (found.event.id, inclusion.index, inclusion.path);
        let proof = TlogProof { extra: Some(found.entry), index, path, checkpoint };
        Ok(EventProof { event, file: proof.to_string() })
    }

    /// The key that verifies what the log signs.
    pub fn log_key(&self) -> VerifierKey {
        self.log_signer().verifier()
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

    /// How many entries the log has.
    pub async fn log_size(&self) -> Result<u64> {
        Ok(self.store().reads().await?.log_size().await?)
    }

    /// Size and root of the log, and how many events wait for their number: they are counted, so this is for whoever wants to know it.
    pub async fn log_status(&self) -> Result<LogStatus> {
        let engine = self.store().engine();
        Ok(self.store().reads().await?.log_status(engine).await?)
    }
}

/// A page of a filter's events, asked for together with the size of the log; an empty one without a filter.
async fn page(
    snapshot: &Snapshot,
    scope: TenantScope,
    filter: Option<&EventFilter>,
    before: Option<u64>,
    limit: u32,
) -> Result<EventPage> {
    let (mut log, mut list) = (snapshot.reads(), snapshot.reads());
    let listed = async {
        match filter {
            Some(filter) => list.events(filter, before, limit).await,
            None => Ok((vec![], None)),
        }
    };
    let (as_of, listed) = tokio::join!(biased; log.log_size(), listed);
    let (as_of, (events, next)) = (as_of?, listed?);
    let events = seen_by(&mut log, scope, events).await?;
    Ok(EventPage { events, next, as_of })
}

/// The filter within what a caller can reach; `None` if it asks for what is beyond.
fn narrowed(scope: TenantScope, filter: &EventFilter) -> Option<EventFilter> {
    match (scope, filter.tenant) {
        (TenantScope::All, _) => Some(filter.clone()),
        (TenantScope::Of(own), Some(other)) if other != own => None,
        (TenantScope::Of(own), _) => Some(EventFilter { tenant: Some(own), ..filter.clone() }),
    }
}

/// The event with this id or number, if it can be reached: one that waits for its number is not there yet.
async fn find(reads: &mut Reads<'_>, scope: TenantScope, name: &str) -> Result<LoggedEvent> {
    let found = match (name.parse::<EventId>(), name.parse::<u64>()) {
        (Ok(id), _) => reads.event(id).await?,
        (_, Ok(seq)) => reads.event_at(seq).await?,
        _ => None,
    };
    match found {
        Some(event) if reaches(scope, &event)? => Ok(event),
        _ => Err(PortalError::NotFound(Noun::Event)),
    }
}

/// Whether an event is among those that can be reached.
pub(crate) fn reaches(scope: TenantScope, event: &LoggedEvent) -> Result<bool> {
    Ok(match scope {
        TenantScope::All => true,
        TenantScope::Of(own) => event.event.tenant()? == Some(own),
    })
}

/// The events as whoever can reach them sees them.
pub(crate) async fn seen_by(
    reads: &mut Reads<'_>,
    scope: TenantScope,
    events: Vec<LoggedEvent>,
) -> Result<Vec<LoggedEvent>> {
    let TenantScope::Of(tenant) = scope else { return Ok(events) };
    let mut own = BTreeMap::new();
    for event in &events {
        if let Belongs::WithToken(id) = event.event.actor.belongs()
            && !own.contains_key(&id.uuid())
        {
            own.insert(id.uuid(), reads.is_api_token_of(tenant, id).await?);
        }
    }
    let is_own = |id| own.get(&id).copied().unwrap_or_default();
    let seen = |event: LoggedEvent| LoggedEvent { event: event.event.seen_by_tenant(is_own), ..event };
    Ok(events.into_iter().map(seen).collect())
}
