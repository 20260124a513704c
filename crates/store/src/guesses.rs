//! Counters of wrong guesses: telemetry of refusals, outside the log. They change no right of anybody but how soon a guesser may ask
//! again. What they show is reported by events, each in one transaction with the mark that it was. Must not see an address or an
//! e-mail: parties come as keyed hashes.

use daybook_model::{
    TenantId, Timestamp,
    guessing::{
        self, GuessKind, GuessedBy, GuessesRefused, GuessingDetected, Limits, PartyDigest, forgotten_before,
    },
};

use crate::{
    Keep, Locks, Reads, Result, Store,
    engine::{Conn, Row, Val, Write, statements, vals},
    values::{digest, parse},
};

statements! {
    // One statement: of any number of failures at once, each is counted. The delays are those of the model, the first for the first
    // failure beyond the free ones.
    COUNT_GUESS = "INSERT INTO guesses (party, kind, counted_by, tenant_id, failures, unreported, unreported_since, first_at, last_at,
            blocked_until, burst_reported) VALUES ($1, $2, $3, $4, 1, $5, $6, $7, $7, $7, 0)
        ON CONFLICT (party, kind) DO UPDATE SET
        failures = CASE WHEN guesses.blocked_until <= $8 THEN 1 ELSE guesses.failures + 1 END,
        unreported = guesses.unreported + excluded.unreported,
        unreported_since = COALESCE(guesses.unreported_since, excluded.unreported_since),
        first_at = CASE WHEN guesses.blocked_until <= $8 OR guesses.failures = 0 THEN excluded.first_at ELSE guesses.first_at END,
        last_at = excluded.last_at,
        burst_reported = CASE WHEN guesses.blocked_until <= $8 THEN 0 ELSE guesses.burst_reported END,
        blocked_until = CASE WHEN guesses.blocked_until <= $8 OR guesses.failures < $9 THEN excluded.blocked_until
            WHEN guesses.failures = $9 THEN $10 WHEN guesses.failures = $9 + 1 THEN $11 WHEN guesses.failures = $9 + 2 THEN $12
            WHEN guesses.failures = $9 + 3 THEN $13 WHEN guesses.failures = $9 + 4 THEN $14 WHEN guesses.failures = $9 + 5 THEN $15
            WHEN guesses.failures = $9 + 6 THEN $16 WHEN guesses.failures = $9 + 7 THEN $17 WHEN guesses.failures = $9 + 8 THEN $18
            WHEN guesses.failures = $9 + 9 THEN $19 ELSE $20 END
        RETURNING failures, burst_reported";
    FORGIVE_GUESSES = "UPDATE guesses SET failures = 0, burst_reported = 0, blocked_until = $1
        WHERE party = $2 AND kind = $3 AND blocked_until <= $1";
    FORGET_GUESSES = "DELETE FROM guesses WHERE blocked_until <= $1 AND unreported = 0";
    BLOCKED_UNTIL = "SELECT MAX(blocked_until) FROM guesses WHERE party = $1 AND kind IN ($2, $3)";
    LOCK_GUESSES = "SELECT counted_by, tenant_id, failures, unreported, unreported_since, first_at, last_at, burst_reported
        FROM guesses WHERE party = $1 AND kind = $2", lock "FOR NO KEY UPDATE";
    UNREPORTED_GUESSES = "SELECT kind, party FROM guesses WHERE unreported_since IS NOT NULL AND unreported_since <= $1
        ORDER BY unreported_since LIMIT $2";
    BURST_REPORTED = "UPDATE guesses SET burst_reported = 1 WHERE party = $1 AND kind = $2 AND burst_reported = 0";
    ROLLED_UP = "UPDATE guesses SET unreported = 0, unreported_since = NULL
        WHERE party = $1 AND kind = $2 AND unreported = $3 AND unreported_since = $4 AND last_at = $5";
}

/// A party whose guesses are counted, as the database knows it.
#[derive(Debug, Clone, Copy)]
pub struct GuessParty {
    /// The keyed hash of what it is.
    pub digest: PartyDigest,
    /// What it is.
    pub by: GuessedBy,
    /// The tenant that it is, if it is one.
    pub tenant: Option<TenantId>,
}

/// What a party's counter shows after a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    /// How many failures there were in a row.
    pub failures: i64,
    /// Whether an event has said already that this is a burst.
    pub burst_reported: bool,
}

/// Everything that is known of a party's guesses of one kind.
#[derive(Debug, Clone)]
pub struct GuessRow {
    /// What the party is.
    pub by: GuessedBy,
    /// The tenant that it is, if it is one.
    pub tenant: Option<TenantId>,
    /// How many failures there were in a row.
    pub failures: i64,
    /// How many failures no event has reported.
    pub unreported: i64,
    /// When the first of these was.
    pub unreported_since: Option<Timestamp>,
    /// When the first failure in a row was.
    pub first_at: Timestamp,
    /// When the last was.
    pub last_at: Timestamp,
    /// Whether an event has said already that this is a burst.
    pub burst_reported: bool,
}

impl Keep<GuessingDetected> for PartyDigest {
    /// The mark that makes it one event per burst.
    fn writes(self, event: &GuessingDetected) -> Vec<Write> {
        vec![Write::one(&BURST_REPORTED, vals![self.0, event.kind.as_str()])]
    }
}

impl Keep<GuessesRefused> for PartyDigest {
    /// The mark that makes it one event per failure: nothing was counted since the event was made.
    fn writes(self, event: &GuessesRefused) -> Vec<Write> {
        let values = vals![self.0, event.kind.as_str(), event.attempts, event.first_at, event.last_at];
        vec![Write::one(&ROLLED_UP, values)]
    }
}

impl Reads<'_> {
    /// Until when nothing of these kinds is accepted from this party; long ago if it may try.
    pub async fn guesses_blocked_until(
        &mut self,
        kinds: [GuessKind; 2],
        party: PartyDigest,
    ) -> Result<Option<Timestamp>> {
        let [one, other] = kinds.map(GuessKind::as_str);
        Ok(self.conn().one(&BLOCKED_UNTIL, vals![party.0, one, other], |row| row.get(0)).await?)
    }

    /// Parties with failures that no event has reported since before `before`, longest first.
    pub async fn unreported_guesses(
        &mut self,
        before: Timestamp,
        limit: u32,
    ) -> Result<Vec<(GuessKind, PartyDigest)>> {
        let read = |row: &Row<'_>| Ok((parse(row, 0)?, PartyDigest(digest(row, 1)?)));
        Ok(self.conn().all(&UNREPORTED_GUESSES, vals![before, i64::from(limit)], read).await?)
    }
}

impl Locks<'_> {
    /// What is known of this party's guesses of this kind.
    pub async fn guesses(&mut self, kind: GuessKind, party: PartyDigest) -> Result<Option<GuessRow>> {
        let read = |row: &Row<'_>| {
            Ok(GuessRow {
                by: parse(row, 0)?,
                tenant: row.get(1)?,
                failures: row.get(2)?,
                unreported: row.get(3)?,
                unreported_since: row.get(4)?,
                first_at: row.get(5)?,
                last_at: row.get(6)?,
                burst_reported: row.get(7)?,
            })
        };
        Ok(self.conn().opt(&LOCK_GUESSES, vals![party.0, kind.as_str()], read).await?)
    }
}

impl Store {
    /// Counts a failure of each of these parties, all or none.
    pub async fn count_guess(
        &self,
        kind: GuessKind,
        parties: &[GuessParty],
    ) -> Result<Vec<(GuessParty, Counted)>> {
        let now = self.now();
        // Every node locks the rows in the same order, so that no two failures wait for each other.
        let mut parties = parties.to_vec();
        parties.sort_by_key(|party| party.digest.0);
        parties.dedup_by_key(|party| party.digest.0);
        let mut tx = self.db().begin().await?;
        let mut counted = vec![];
        for party in parties {
            let read = |row: &Row<'_>| Ok(Counted { failures: row.get(0)?, burst_reported: row.get(1)? });
            let values = count_values(kind, party, now);
            counted.push((party, tx.conn().one(&COUNT_GUESS, values, read).await?));
        }
        tx.commit_with(vec![]).await?;
        Ok(counted)
    }

    /// Forgives this party its failures, unless it must wait: then it stays as it is. Answers until when it must wait.
    pub async fn forgive_guesses(&self, kind: GuessKind, party: PartyDigest) -> Result<Option<Timestamp>> {
        let now = self.now();
        if self.reads().await?.guesses_blocked_until([kind; 2], party).await?.is_none() {
            return Ok(None);
        }
        let mut tx = self.db().begin().await?;
        let forgiven = tx.conn().exec(&FORGIVE_GUESSES, vals![now, party.0, kind.as_str()]).await?;
        tx.commit_with(vec![]).await?;
        if forgiven > 0 {
            return Ok(None);
        }
        self.reads().await?.guesses_blocked_until([kind; 2], party).await
    }
}

fn count_values(kind: GuessKind, party: GuessParty, now: Timestamp) -> Vec<Val> {
    let limits = Limits::of(kind, party.by);
    let rolled_up = guessing::is_rolled_up(kind);
    let mut values = vals![
        party.digest.0,
        kind.as_str(),
        party.by.as_str(),
        party.tenant,
        rolled_up,
        rolled_up.then_some(now),
        now,
        forgotten_before(now),
        limits.free,
    ];
    values.extend(limits.delays_from(now).map(Val::from));
    values
}

/// Forgets parties that begin anew and of which nothing is to be reported.
pub(crate) async fn forget(conn: &mut Conn<'_>, now: Timestamp) -> Result<u64> {
    Ok(conn.exec(&FORGET_GUESSES, vals![forgotten_before(now)]).await?)
}
