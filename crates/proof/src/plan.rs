//! Making proofs in two steps: first say which stored hashes a proof needs, then, once the caller has
//! fetched them in whatever way it likes, build the proof from them.
//!
//! Stored are the leaves (level 0) and the nodes that [`Frontier::push`](crate::Frontier::push) reported
//! (levels 1 and up). What was fetched is taken on trust here: verify a proof before you hand it out.

use thiserror::Error;

use crate::hash::Hash;
use crate::tree::{STORED_LEVEL_HEIGHT, join, root_of};

/// Stored hashes next to each other on one level: those with `start <= index < end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NodeRange {
    /// 0 for leaves, 1 for the nodes over 256 leaves, 2 for those over 65,536, and so on.
    pub level: u8,
    /// The first index.
    pub start: u64,
    /// One past the last index.
    pub end: u64,
}

/// What to fetch for one proof, and how to build the proof from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProofPlan {
    /// For each hash of the proof, the perfect subtrees it is made of, largest first. A subtree is given by
    /// the stored hashes it is the root of: a power of two of them.
    elements: Vec<Vec<NodeRange>>,
    /// The same ranges sorted, with neighbours merged.
    reads: Vec<NodeRange>,
}

/// Why a proof cannot be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PlanError {
    /// The tree has no such leaf.
    #[error("a tree of size {size} has no leaf {index}")]
    IndexBeyondTree {
        /// The index asked for.
        index: u64,
        /// The size of the tree.
        size: u64,
    },
    /// A tree only grows, so the old one cannot be the larger.
    #[error("the old tree ({old_size} leaves) is larger than the new one ({new_size} leaves)")]
    TreeShrinks {
        /// The size of the old tree.
        old_size: u64,
        /// The size of the new tree.
        new_size: u64,
    },
    /// Not as many hashes as [`ProofPlan::reads`] asks for.
    #[error("the proof needs {expected} stored hashes, not {found}")]
    WrongNumberOfHashes {
        /// The number of hashes in all reads.
        expected: u64,
        /// The number of hashes given.
        found: usize,
    },
}

impl ProofPlan {
    /// Plans the proof that leaf `index` is in the tree of `size` leaves (PATH in RFC 6962 §2.1.1).
    pub fn inclusion(index: u64, size: u64) -> Result<Self, PlanError> {
        if index >= size {
            return Err(PlanError::IndexBeyondTree { index, size });
        }
        Ok(Self::new(siblings(index, size, |start, end| end - start == 1).0))
    }

    /// Plans the proof that the tree of `old_size` leaves is the beginning of the tree of `new_size`
    /// leaves (PROOF in RFC 6962 §2.1.2). It is empty if the sizes are equal or the old tree is empty.
    pub fn consistency(old_size: u64, new_size: u64) -> Result<Self, PlanError> {
        if old_size > new_size {
            return Err(PlanError::TreeShrinks { old_size, new_size });
        }
        if old_size == 0 {
            return Ok(Self::new(Vec::new()));
        }
        let (mut ranges, (start, end)) = siblings(old_size - 1, new_size, |_, end| end == old_size);
        if start > 0 {
            // The verifier does not know this subtree. From 0 it would be the old root, which it knows.
            ranges.insert(0, (start, end));
        }
        Ok(Self::new(ranges))
    }

    /// Plans the root of the first `size` leaves, which is the only hash then; none if there are no leaves.
    pub fn root(size: u64) -> Self {
        Self::new(if size == 0 { vec![] } else { vec![(0, size)] })
    }

    fn new(ranges: Vec<(u64, u64)>) -> Self {
        let elements: Vec<_> = ranges.into_iter().map(|(start, end)| perfect_subtrees(start, end)).collect();
        let mut reads = elements.concat();
        reads.sort_unstable();
        reads.dedup_by(|next, last| {
            let adjacent = last.level == next.level && last.end == next.start;
            if adjacent {
                last.end = next.end;
            }
            adjacent
        });
        Self { elements, reads }
    }

    /// The stored hashes to fetch: a few ranges on each level, fewer than 512 hashes in all on each.
    pub fn reads(&self) -> &[NodeRange] {
        &self.reads
    }

    /// Builds the proof. `hashes` are those of all [`reads`](Self::reads), in the order of the reads and,
    /// within a read, of their indexes.
    pub fn assemble(&self, hashes: &[Hash]) -> Result<Vec<Hash>, PlanError> {
        let expected = self.reads.iter().map(|read| read.end - read.start).sum();
        let wrong_number = PlanError::WrongNumberOfHashes { expected, found: hashes.len() };
        if u64::try_from(hashes.len()) != Ok(expected) {
            return Err(wrong_number);
        }
        let element = |subtrees: &Vec<NodeRange>| {
            let roots = subtrees.iter().map(|subtree| self.select(*subtree, hashes).map(root_of));
            roots.collect::<Option<Vec<Hash>>>().map(|roots| join(roots.into_iter()))
        };
        self.elements.iter().map(element).collect::<Option<_>>().ok_or(wrong_number)
    }

    /// The hashes of one subtree out of those of all reads.
    fn select<'a>(&self, wanted: NodeRange, hashes: &'a [Hash]) -> Option<&'a [Hash]> {
        let mut rest = hashes;
        for read in &self.reads {
            let (here, after) = rest.split_at_checked(usize::try_from(read.end - read.start).ok()?)?;
            if read.level == wanted.level && read.start <= wanted.start && wanted.end <= read.end {
                let from = usize::try_from(wanted.start - read.start).ok()?;
                let to = usize::try_from(wanted.end - read.start).ok()?;
                return here.get(from..to);
            }
            rest = after;
        }
        None
    }
}

/// Walks from the root of a tree of `size` leaves towards leaf `index`, down to the first subtree for
/// which `stop` holds. Returns the subtrees left aside, from the lowest up, and the one it stopped at, all
/// as leaf ranges `(start, end)`.
fn siblings(index: u64, size: u64, stop: impl Fn(u64, u64) -> bool) -> (Vec<(u64, u64)>, (u64, u64)) {
    let mut aside = Vec::new();
    let (mut start, mut end) = (0, size);
    while !stop(start, end) {
        let middle = start + (1 << (end - start - 1).ilog2());
        if index < middle {
            aside.push((middle, end));
            end = middle;
        } else {
            aside.push((start, middle));
            start = middle;
        }
    }
    aside.reverse();
    (aside, (start, end))
}

/// Cuts a subtree, given as leaf range, into perfect ones, largest first. `start` is a multiple of the
/// largest (it is a subtree of the whole), and so all the cuts fall on stored nodes.
fn perfect_subtrees(mut start: u64, end: u64) -> Vec<NodeRange> {
    let mut subtrees = Vec::new();
    while start < end {
        // In the widest stored nodes that fit, the subtree is as many as the largest power of two that fits.
        let (mut level, mut count) = (0_u8, end - start);
        while count >> STORED_LEVEL_HEIGHT > 0 {
            count >>= STORED_LEVEL_HEIGHT;
            level += 1;
        }
        let (height, count) = (level * STORED_LEVEL_HEIGHT, 1 << count.ilog2());
        let first = start >> height;
        subtrees.push(NodeRange { level, start: first, end: first + count });
        start += count << height;
    }
    subtrees
}
