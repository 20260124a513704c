//! Sees to it that the log only grows. A database can be put back to an earlier state, and a standby that lacks the latest commits can be
//! promoted: then the log is another than the one this process has seen. Must not change anything; it says what is lost.

use daybook_model::log::EntriesLost;
use daybook_proof::{Frontier, Hash};

use super::signed;
use crate::{Reads, Result, Scope, Store};

/// How many heads are remembered: the latest ones close together, older ones ever further apart.
const REMEMBERED: usize = 64;

/// The log as it was at some time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeenLog {
    /// How many entries it had.
    pub size: u64,
    /// The root of the tree over them.
    pub root: Hash,
}

impl SeenLog {
    pub(super) fn of(head: &Frontier) -> Self {
        Self { size: head.size(), root: head.root() }
    }
}

/// The log is not the one that was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Loss {
    /// What is lost.
    pub(crate) event: EntriesLost,
    /// How many entries the log has now.
    pub(crate) size: u64,
}

/// What a process remembers of the log.
#[derive(Debug, Default)]
pub(crate) struct Witness {
    /// Oldest first.
    seen: Vec<SeenLog>,
}

impl Witness {
    /// Whether this is the log as it was seen last.
    pub(crate) fn has_seen(&self, log: SeenLog) -> bool {
        self.seen.last() == Some(&log)
    }

    /// Compares the log with what was seen of it, and remembers it as it is now.
    pub(crate) async fn look(&mut self, store: &Store) -> Result<Option<Loss>> {
        let mut reads = store.snapshot().await?;
        let now = reads.log_head().await?;
        if self.has_seen(now) || self.agreeing(&mut reads).await? == self.seen.len() {
            self.remember(now);
            return Ok(None);
        }
        drop(reads);
        // A standby that lags shows an earlier log too. What counts is the one that a change would be made to.
        let mut unit = store.begin(Scope::system()).await?;
        let mut reads = unit.reads();
        let now = reads.log_head().await?;
        let agreeing = self.agreeing(&mut reads).await?;
        let lost = self.seen.split_off(agreeing).pop();
        let first = self.seen.last().map_or(0, |last| last.size);
        self.remember(now);
        let Some(lost) = lost else { return Ok(None) };
        let event =
            EntriesLost { first: signed(first)?, size: signed(lost.size)?, root: lost.root.to_string() };
        Ok(Some(Loss { event, size: now.size }))
    }

    /// How much of what was seen, oldest first, the log begins with.
    async fn agreeing(&self, reads: &mut Reads<'_>) -> Result<usize> {
        for (before, seen) in self.seen.iter().enumerate().rev() {
            if reads.begins_with(*seen).await? {
                return Ok(before + 1);
            }
        }
        Ok(0)
    }

    /// Remembers the log as it is now.
    pub(crate) fn remember(&mut self, now: SeenLog) {
        if !self.has_seen(now) {
            self.seen.push(now);
        }
        if self.seen.len() > REMEMBERED {
            let mut position = 0;
            self.seen.retain(|_| {
                position += 1;
                position > REMEMBERED / 2 || position % 2 == 0
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_bounded_and_finer_the_later() {
        let mut witness = Witness::default();
        for size in 1..=100_000 {
            witness.remember(SeenLog { size, root: Hash::from([0; 32]) });
            witness.remember(SeenLog { size, root: Hash::from([0; 32]) });
            assert!(witness.seen.len() <= REMEMBERED);
        }
        let sizes: Vec<u64> = witness.seen.iter().map(|seen| seen.size).collect();
        assert_eq!(sizes.last(), Some(&100_000));
        let latest = sizes.iter().filter(|size| **size > 99_968).count();
        assert!(latest >= REMEMBERED / 2 - 1, "{sizes:?}");
        assert!(sizes.is_sorted() && sizes[0] > 0);
    }
}
