//! Following the log live. The latest events are kept once in memory for all followers; one that is further behind reads from the
//! store. By number, so nothing is missed and nothing comes twice. What was erased must not be served from memory: the event that erases
//! a person empties it, and so does the loss of entries.

use std::{collections::VecDeque, sync::Arc};

use daybook_model::{EventType, log::EntriesLost};
use daybook_store::{LogEnd, LoggedEvent, Store, TenantScope};
use tokio::sync::{Mutex, watch};

use crate::{
    Context, Portal, Result,
    change::Done,
    log::{reaches, seen_by},
};

/// How many of the latest events are kept in memory.
const KEPT: usize = 1_024;
/// How many events a follower gets at a time.
const STEP: u32 = 200;

/// The end of the log, in memory.
pub(crate) struct Tail {
    store: Store,
    latest: Mutex<Latest>,
}

/// The latest events, and of which log they are.
#[derive(Default)]
struct Latest {
    losses: u64,
    events: VecDeque<Arc<LoggedEvent>>,
}

impl Tail {
    pub(crate) fn new(store: &Store) -> Self {
        Self { store: store.clone(), latest: Mutex::default() }
    }

    /// The events from `first` on, at most [`STEP`].
    async fn from(&self, first: u64, known: LogEnd) -> Result<Vec<Arc<LoggedEvent>>> {
        let size = known.size;
        let mut kept = self.latest.lock().await;
        if kept.losses != known.losses {
            *kept = Latest { losses: known.losses, events: VecDeque::new() };
        }
        let latest = &mut kept.events;
        let end = latest.back().map_or(size.saturating_sub(KEPT as u64), |event| event.seq + 1);
        if first < end && latest.front().is_none_or(|front| first < front.seq) {
            drop(kept);
            return self.read(first).await;
        }
        let mut next = end;
        while next < size {
            let read = self.read(next).await?;
            let Some(last) = read.last() else { break };
            next = last.seq + 1;
            if read.iter().any(|event| event.event.payload.event_type() == EventType::PersonErased) {
                // What is in memory may name whoever was erased; what was read with it does not any more.
                latest.clear();
            }
            latest.extend(read);
        }
        let surplus = latest.len().saturating_sub(KEPT);
        latest.drain(..surplus);
        if latest.front().is_some_and(|front| first < front.seq) {
            drop(kept);
            return self.read(first).await;
        }
        Ok(latest.iter().filter(|event| event.seq >= first).take(STEP as usize).cloned().collect())
    }

    /// Those of the events from `first` on that can be reached, and where to go on.
    async fn reached(
        &self,
        scope: TenantScope,
        first: u64,
        known: LogEnd,
    ) -> Result<(Vec<Arc<LoggedEvent>>, u64)> {
        let TenantScope::Of(tenant) = scope else {
            let events = self.from(first, known).await?;
            let next = events.last().map_or(first, |last| last.seq + 1);
            return Ok((events, next));
        };
        let size = known.size;
        let mut reads = self.store.reads().await?;
        let (events, next) = if size.saturating_sub(first) > KEPT as u64 {
            // Far behind: by the index, not past the events of everybody else.
            let events = reads.events_of_tenant_from(tenant, first, size, STEP).await?;
            let last = events.last().filter(|_| events.len() == STEP as usize).map(|last| last.seq + 1);
            (events, last.unwrap_or(size))
        } else {
            // What is read in between takes a connection of its own.
            drop(reads);
            let all = self.from(first, known).await?;
            let next = all.last().map_or(first, |last| last.seq + 1);
            let mut own = vec![];
            for event in all {
                if reaches(scope, &event)? {
                    own.push(LoggedEvent::clone(&event));
                }
            }
            if own.is_empty() {
                return Ok((vec![], next));
            }
            reads = self.store.reads().await?;
            (own, next)
        };
        let seen = seen_by(&mut reads, scope, events).await?;
        Ok((seen.into_iter().map(Arc::new).collect(), next))
    }

    /// Forgets what is in memory: it will be read anew.
    pub(crate) async fn forget(&self) {
        self.latest.lock().await.events.clear();
    }

    async fn read(&self, first: u64) -> Result<Vec<Arc<LoggedEvent>>> {
        let events = self.store.reads().await?.events_from(first, STEP).await?;
        Ok(events.into_iter().map(Arc::new).collect())
    }
}

/// One follower of the log.
pub struct Follow {
    portal: Portal,
    head: watch::Receiver<LogEnd>,
    scope: TenantScope,
    next: u64,
    /// How many losses were known when it began.
    losses: u64,
}

impl Follow {
    /// Waits until there is something new and answers with it, in order; with nothing once entries were lost: there is no going on in
    /// another log. Dropping the future loses nothing.
    pub async fn next(&mut self) -> Result<Option<Vec<Arc<LoggedEvent>>>> {
        loop {
            let (next, losses) = (self.next, self.losses);
            let news = self.head.wait_for(|end| end.size > next || end.losses != losses).await;
            // The sender lives as long as the portal that this follower holds.
            let Ok(end) = news.map(|end| *end) else { return Ok(None) };
            if end.losses != losses {
                return Ok(None);
            }
            let (events, next) = self.portal.inner.tail.reached(self.scope, next, end).await?;
            self.next = next;
            if !events.is_empty() {
                return Ok(Some(events));
            }
        }
    }
}

impl Portal {
    /// Follows the log, or what is a tenant's in it, from the event with number `first` on; from its end if there is none.
    pub fn follow(&self, scope: TenantScope, first: Option<u64>) -> Follow {
        let head = self.store().head();
        let end = *head.borrow();
        Follow { portal: self.clone(), head, scope, next: first.unwrap_or(end.size), losses: end.losses }
    }

    /// Says in the log itself that entries of it are lost.
    pub(crate) async fn report_loss(&self, lost: &EntriesLost) -> Result<()> {
        self.change(&Context::system(), |mut unit| async move {
            unit.record(lost.clone()).await?;
            Ok(Done::Commit(Box::new(unit), ()))
        })
        .await
    }
}
