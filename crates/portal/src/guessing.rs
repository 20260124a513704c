//! Guessing back-off: who may try, what a wrong guess costs, and the events that say that somebody guesses. Counters are in the
//! database, so a restart forgets nothing and all nodes count together. Must not look at what is guessed: that is its caller's.
//!
//! A caller asks [`Portal::may_guess`], looks at the guess, and then says [`Portal::guessed_wrong`] or [`Portal::guessed_right`].

use daybook_model::{
    TenantId,
    guessing::{
        GuessKind, GuessedBy, GuessesRefused, GuessingDetected, Limits, PartyDigest, Source,
        forgotten_before, wait_seconds,
    },
    tenant::{Tenant, TenantRef},
};
use daybook_store::{GuessParty, UnitOfWork};

use crate::{Context, Portal, PortalError, Result, change::Done};

/// How many parties the sweeper reports in one go.
const SWEEP: u32 = 200;

/// Whose guesses are counted.
#[derive(Debug, Clone, Copy)]
pub enum Party<'a> {
    /// An account, in one spelling, whether it exists or not.
    Account(&'a str),
    /// Where requests come from.
    Source(Source),
    /// A tenant whose codes are guessed at.
    Tenant(TenantId),
}

impl Party<'_> {
    fn by(&self) -> GuessedBy {
        match self {
            Self::Account(_) => GuessedBy::Account,
            Self::Source(_) => GuessedBy::Source,
            Self::Tenant(_) => GuessedBy::Tenant,
        }
    }
}

impl Portal {
    /// Whether a guess of this kind is looked at now, for all these parties.
    pub async fn may_guess(&self, kind: GuessKind, parties: &[Party<'_>]) -> Result<()> {
        self.may_guess_either([kind; 2], parties).await
    }

    /// As [`Portal::may_guess`], where failures of another kind count too.
    pub(crate) async fn may_guess_either(&self, kinds: [GuessKind; 2], parties: &[Party<'_>]) -> Result<()> {
        let now = self.store().now();
        let mut longest = None;
        for party in parties {
            let digest = self.stored_party(party).digest;
            let until = self.store().reads().await?.guesses_blocked_until(kinds, digest).await?;
            longest = longest.max(until.and_then(|until| wait_seconds(until, now)));
        }
        match longest {
            None => Ok(()),
            Some(retry_after_seconds) => Err(PortalError::RateLimited { retry_after_seconds }),
        }
    }

    /// Counts a wrong guess for all these parties. The failure that makes it a burst is an event.
    pub async fn guessed_wrong(
        &self,
        context: &Context,
        kind: GuessKind,
        parties: &[Party<'_>],
    ) -> Result<()> {
        if parties.is_empty() {
            return Ok(());
        }
        let stored: Vec<GuessParty> = parties.iter().map(|party| self.stored_party(party)).collect();
        for (party, counted) in self.store().count_guess(kind, &stored).await? {
            if Limits::of(kind, party.by).is_burst(counted.failures) && !counted.burst_reported {
                self.report_burst(context, kind, party.digest).await?;
            }
        }
        Ok(())
    }

    /// Forgives an account that guessed right its failures: to be asked before the guess opens anything. A source is never forgiven, else
    /// one account of one's own would be a way to guess at others without end. An error if so many were wrong in the meantime that
    /// this guess would not be looked at any more: of many guesses at the same moment, those after the first wrong ones do not count.
    pub async fn guessed_right(&self, kind: GuessKind, party: &Party<'_>) -> Result<()> {
        if party.by() != GuessedBy::Account {
            return self.may_guess(kind, &[*party]).await;
        }
        let until = self.store().forgive_guesses(kind, self.stored_party(party).digest).await?;
        match until.and_then(|until| wait_seconds(until, self.store().now())) {
            None => Ok(()),
            Some(retry_after_seconds) => Err(PortalError::RateLimited { retry_after_seconds }),
        }
    }

    /// Reports what was refused and no event has said yet, once per party and window. Answers how many events; any number of nodes
    /// may do this at once.
    pub async fn report_guesses(&self) -> Result<usize> {
        let before = forgotten_before(self.store().now());
        let due = self.store().reads().await?.unreported_guesses(before, SWEEP).await?;
        let mut reported = 0;
        for (kind, party) in due {
            reported += usize::from(self.roll_up(kind, party).await?);
        }
        Ok(reported)
    }

    async fn roll_up(&self, kind: GuessKind, party: PartyDigest) -> Result<bool> {
        self.change(&Context::system(), |mut unit| async move {
            let due = forgotten_before(unit.now());
            let Some(row) = unit.locks().guesses(kind, party).await? else { return Ok(Done::Nothing(false)) };
            let Some(first_at) = row.unreported_since.filter(|since| *since <= due) else {
                return Ok(Done::Nothing(false));
            };
            let event = GuessesRefused {
                tenant: named(&mut unit, row.tenant).await?,
                kind,
                by: row.by,
                attempts: row.unreported,
                first_at,
                last_at: row.last_at,
            };
            unit.record_with(event, party).await?;
            Ok(Done::Commit(Box::new(unit), true))
        })
        .await
    }

    async fn report_burst(&self, context: &Context, kind: GuessKind, party: PartyDigest) -> Result<()> {
        // The request's Idempotency-Key keeps the answer of the request, not of this.
        let context = &Context { idempotency: None, ..context.clone() };
        let source = context.request.source();
        self.change(context, |mut unit| async move {
            let row = unit.locks().guesses(kind, party).await?;
            // Somebody else was faster, with this failure or with the guess that was right.
            let is_due = |row: &daybook_store::GuessRow| {
                !row.burst_reported && Limits::of(kind, row.by).is_burst(row.failures)
            };
            let Some(row) = row.filter(is_due) else { return Ok(Done::Nothing(())) };
            let source = source.filter(|_| row.by == GuessedBy::Source);
            let event = GuessingDetected {
                tenant: named(&mut unit, row.tenant).await?,
                kind,
                by: row.by,
                attempts: row.failures,
                since: row.first_at,
                source: source.map(|source| source.to_string().into()),
            };
            unit.record_with(event, party).await?;
            Ok(Done::Commit(Box::new(unit), ()))
        })
        .await
    }

    fn stored_party(&self, party: &Party<'_>) -> GuessParty {
        let by = party.by();
        let (digest, tenant) = match party {
            Party::Account(account) => (self.keys().party_digest(by, account.as_bytes()), None),
            Party::Source(source) => (self.keys().party_digest(by, source.to_string().as_bytes()), None),
            Party::Tenant(tenant) => (self.keys().party_digest(by, tenant.uuid().as_bytes()), Some(*tenant)),
        };
        GuessParty { digest, by, tenant }
    }
}

/// The tenant as the event will name it.
async fn named(unit: &mut UnitOfWork, tenant: Option<TenantId>) -> Result<Option<TenantRef>> {
    match tenant {
        Some(tenant) => Ok(unit.reads().tenant(tenant).await?.as_ref().map(Tenant::to_ref)),
        None => Ok(None),
    }
}
