//! The unit of work: the only public way to write. An event makes its change and is appended with it, or neither happens.

use daybook_model::{
    Actor, Event, EventId, Payload, Recorded, Timestamp,
    event::{Encoded, NoSecret, Origin, RequestInfo},
};

use crate::{
    Keep, Locks, Reads, Result, Store, StoreError, apply,
    engine::{Engine, Tx, Write},
    idempotency::{self, NewAnswer},
    log::{self, batch::Batch, pending::Pending},
    notification::{self, NewNotification},
};

/// In whose name a unit of work is done.
#[derive(Debug, Clone)]
pub struct Scope {
    /// Who acts.
    pub actor: Actor,
    /// In which request.
    pub request: RequestInfo,
    /// Live or backfilled.
    pub origin: Origin,
}

impl Scope {
    /// Work of Daybook itself.
    pub fn system() -> Self {
        Self { actor: Actor::system(), request: RequestInfo::default(), origin: Origin::Live }
    }
}

/// Where committed events stand in the log. The engines differ here, and nothing hides it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// PostgreSQL: committed, and given its number by the sequencer in a moment.
    Pending,
    /// SQLite: the number of the unit's first event.
    Assigned(u64),
}

/// A committed unit of work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Committed {
    /// Its events, in order.
    pub events: Vec<EventId>,
    /// Where they stand.
    pub place: Place,
}

/// One transaction. Dropped without [`UnitOfWork::commit`], it never happened.
#[must_use = "a unit of work that is dropped is rolled back"]
pub struct UnitOfWork {
    store: Store,
    tx: Tx,
    scope: Scope,
    now: Timestamp,
    pending: Vec<Pending>,
    recorded: Vec<(EventId, Payload)>,
    notifications: Vec<NewNotification>,
    answer: Option<NewAnswer>,
    /// Whether it has written telemetry, which needs no event.
    telemetry: bool,
    failed: bool,
}

impl UnitOfWork {
    pub(crate) async fn begin(store: Store, scope: Scope) -> Result<Self> {
        let tx = store.db().begin().await?;
        let now = store.now();
        Ok(Self {
            store,
            tx,
            scope,
            now,
            pending: vec![],
            recorded: vec![],
            notifications: vec![],
            answer: None,
            telemetry: false,
            failed: false,
        })
    }

    /// When the unit began: the time of all its events.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Names the actor of the events recorded from now on: a device is known only once its attempt is decided.
    pub fn act_as(&mut self, actor: Actor) {
        self.scope.actor = actor;
    }

    /// Reads inside the transaction: its own changes are seen.
    pub fn reads(&mut self) -> Reads<'_> {
        Reads::within(self.tx.conn())
    }

    /// Reads that keep the row as it is until the unit ends: what a decision is based on.
    pub fn locks(&mut self) -> Locks<'_> {
        Locks::within(self.tx.conn())
    }

    /// Records an event: makes its change, then appends it. If either fails, the unit has failed.
    pub async fn record<E: Event<Secret = NoSecret>>(&mut self, event: E) -> Result<EventId> {
        self.record_with(event, NoSecret).await
    }

    /// As [`UnitOfWork::record`], for an event whose secret is kept beside the rows it makes.
    pub async fn record_with<E: Event>(&mut self, event: E, secret: E::Secret) -> Result<EventId>
    where
        E::Secret: Keep<E>,
    {
        let ids = self.record_all(vec![(event, secret)]).await?;
        ids.into_iter().next().ok_or(StoreError::PoisonedUnit)
    }

    /// Records several events of one type, in order; on PostgreSQL in one round trip.
    pub async fn record_all<E: Event>(&mut self, events: Vec<(E, E::Secret)>) -> Result<Vec<EventId>>
    where
        E::Secret: Keep<E>,
    {
        if self.failed {
            return Err(StoreError::PoisonedUnit);
        }
        // Until the whole call has succeeded the unit counts as failed: an early return leaves it so.
        self.failed = true;
        let mut writes = vec![];
        let mut pending = Vec::with_capacity(events.len());
        let mut recorded = Vec::with_capacity(events.len());
        for (event, secret) in events {
            let kept = secret.writes(&event);
            let (one, mut own, payload) = self.prepare(event.into())?;
            writes.append(&mut own);
            writes.extend(kept);
            recorded.push((one.event_id, payload));
            pending.push(one);
        }
        self.tx.run(writes).await?;
        let ids = pending.iter().map(|one| one.event_id).collect();
        self.pending.append(&mut pending);
        self.recorded.append(&mut recorded);
        self.failed = false;
        Ok(ids)
    }

    /// The event's final entry, the writes that make its change, and what happened.
    fn prepare(&self, payload: Payload) -> Result<(Pending, Vec<Write>, Payload)> {
        let writes = apply::writes(&payload, self.now);
        let recorded = Recorded {
            id: EventId::new(self.store.clock(), self.store.entropy()),
            occurred_at: self.now,
            recorded_at: self.now,
            origin: self.scope.origin,
            actor: self.scope.actor.clone(),
            request: self.scope.request.clone(),
            payload,
        };
        let encoded: Encoded = recorded.encode(self.store.entropy())?;
        Ok((Pending::new(&recorded, encoded)?, writes, recorded.payload))
    }

    /// What was recorded so far, in order: somebody may have to be told of it.
    pub fn recorded(&self) -> &[(EventId, Payload)] {
        &self.recorded
    }

    /// Tells somebody of an event of this unit, once it is committed: the row is written in this transaction.
    pub fn notify(&mut self, notification: NewNotification) {
        self.notifications.push(notification);
    }

    /// The transaction, for telemetry that is written in it: what follows from that is recorded in the same one.
    pub(crate) fn telemetry(&mut self) -> &mut Tx {
        self.telemetry = true;
        &mut self.tx
    }

    /// Which engine is behind.
    pub(crate) fn engine(&self) -> Engine {
        self.store.engine()
    }

    /// Keeps the request's answer for its Idempotency-Key, in this transaction.
    pub fn keep_answer(&mut self, answer: NewAnswer) {
        self.answer = Some(answer);
    }

    /// Makes the changes and their events durable, together.
    pub async fn commit(self) -> Result<Committed> {
        let Self { store, mut tx, now, pending, notifications, answer, telemetry, failed, .. } = self;
        if failed {
            return Err(StoreError::PoisonedUnit);
        }
        if pending.is_empty() && !telemetry {
            return Err(StoreError::EmptyUnit);
        }
        let events: Vec<_> = pending.iter().map(|one| one.event_id).collect();
        let mut writes: Vec<_> = pending.iter().flat_map(Pending::personal_writes).collect();
        writes.extend(notifications.into_iter().map(|one| notification::insert(one, now)));
        // After them: the unit that erases somebody may have named them itself.
        writes.extend(pending.iter().flat_map(Pending::erasing_writes));
        writes.extend(answer.map(|answer| idempotency::keep(answer, now)));
        if pending.is_empty() {
            // Telemetry alone: the log stays as it is.
            tx.commit_with(writes).await?;
            return Ok(Committed { events, place: Place::Pending });
        }
        let place = match store.engine() {
            Engine::Postgres => {
                writes.extend(pending.into_iter().map(log::pending::outbox_write));
                tx.commit_with(writes).await?;
                store.wake_sequencer();
                Place::Pending
            }
            Engine::Sqlite => {
                let head = match tx.tail::<Batch>() {
                    // Changes before this one in its commit group have moved it already.
                    Some(batch) => batch.head.clone(),
                    None => log::read_head(&mut tx.conn()).await?,
                };
                let first = head.size();
                let batch = log::batch::append(head, &pending)?;
                let size = batch.head.size();
                writes.extend(pending.into_iter().zip(first..).map(|(one, seq)| one.event_write(seq)));
                tx.commit_leaving(writes, batch, Batch::join).await?;
                store.announce(size);
                Place::Assigned(first)
            }
        };
        Ok(Committed { events, place })
    }
}
