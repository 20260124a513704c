//! Sees to it that the log only grows. A database can be put back to an earlier state, and a standby that lacks the latest commits can be
//! promoted: then the log is another than the one this process has seen. Must not change anything; it says what is lost.

use daybook_model::log::EntriesLost;
use daybook_proof::{Frontier, Hash};

use super::{read_head, signed};
use crate::{Result, Store};

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
    /// Whether a log of this size is smaller than what was seen.
    pub(crate) fn knows_more_than(&self, size: u64) -> bool {
        self.seen.last().is_some_and(|last| size < last.size)
    }

    /// Compares the log with what was seen of it, and remembers it as it is now.
    pub(crate) async fn look(&mut self, store: &Store) -> Result<Option<Loss>> {
        let mut reads = store.snapshot().await?;
        let now = SeenLog::of(&read_head(&mut reads.conn()).await?);
        if self.seen.last() == Some(&now) {
            return Ok(None);
        }
        let mut lost = None;
        // Newest first: the first that the log begins with is where both are still the same.
        while let Some(last) = self.seen.last().copied() {
            if reads.begins_with(last).await? {
                break;
            }
            self.seen.pop();
            lost = Some(lost.unwrap_or(last));
        }
        let first = self.seen.last().map_or(0, |last| last.size);
        self.remember(now);
        let Some(lost) = lost else { return Ok(None) };
        let event =
            EntriesLost { first: signed(first)?, size: signed(lost.size)?, root: lost.root.to_string() };
        Ok(Some(Loss { event, size: now.size }))
    }

    /// Remembers the log as it is now.
    pub(crate) fn remember(&mut self, now: SeenLog) {
        if self.seen.last() != Some(&now) {
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
