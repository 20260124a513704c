//! Sees to it that the log only grows. A database can be put back to an earlier state, and a standby that lacks the latest commits can be
//! promoted: then the log is another than the one this process has seen. Must not change anything; it says what is lost.

use daybook_model::log::EntriesLost;
use daybook_proof::{Frontier, Hash};

use super::signed;
use crate::{Reads, Result, Scope, Store};

/// A head is forgotten where the next older one is further back than the next newer one by no more than this part: so what is lost is
/// named to within a quarter of it, however much that is, and a few dozen heads are remembered of millions.
const PART: u64 = 4;

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
        if self.has_seen(now) {
            return;
        }
        self.seen.push(now);
        let back = |seen: &SeenLog| now.size.saturating_sub(seen.size);
        let mut kept: Vec<SeenLog> = Vec::with_capacity(self.seen.len());
        let mut newest_first = self.seen.iter().rev().peekable();
        while let Some(seen) = newest_first.next() {
            let neighbours = kept.last().map(back).zip(newest_first.peek().copied().map(back));
            if neighbours.is_none_or(|(newer, older)| older > newer + newer / PART) {
                kept.push(*seen);
            }
        }
        kept.reverse();
        self.seen = kept;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(size: u64) -> SeenLog {
        SeenLog { size, root: Hash::from([0; 32]) }
    }

    /// Against a memory of everything, while the log grows by one entry, by many, and by ever more.
    #[test]
    fn however_much_is_lost_it_is_known_to_within_a_quarter_from_a_few_heads() {
        let by_one = (1..=1_000).collect::<Vec<u64>>();
        let by_some = (1..=1_000).map(|n| n * 20 + (n * n) % 13).collect();
        let by_ever_more = (0..60).map(|n| 1 << n).collect();
        for (sizes, most) in [(by_one, 45), (by_some, 60), (by_ever_more, 10)] {
            let mut witness = Witness::default();
            for (place, now) in sizes.iter().enumerate() {
                witness.remember(log(*now));
                witness.remember(log(*now));
                let kept: Vec<u64> = witness.seen.iter().map(|seen| seen.size).collect();
                assert_eq!((kept.first(), kept.last()), (sizes.first(), Some(now)));
                assert!(kept.is_sorted_by(|one, next| one < next), "each once: {kept:?}");
                assert!(kept.len() <= most, "{} of {place}", kept.len());
                for seen in &sizes[..=place] {
                    let known = kept.iter().rev().find(|kept| *kept <= seen).unwrap();
                    let (lost, named) = (now - seen, now - known);
                    assert!(named <= lost + lost / PART, "{named} for {lost}");
                }
            }
        }
    }
}
