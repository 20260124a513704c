//! The frontier: all that is needed to append to the tree and to know its root.
//!
//! It holds no leaves and makes no proofs; proofs need the stored nodes (see `plan`).

use thiserror::Error;

use crate::hash::{Hash, node_hash};
use crate::tree::{STORED_LEVEL_HEIGHT, join};

/// The append state of a tree of `size` leaves: the roots of its perfect subtrees, one for each bit that
/// is set in `size`, largest subtree first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    /// Always `size.count_ones()` hashes.
    subtrees: Vec<Hash>,
}

/// A node that became complete with an appended leaf, and never changes again: the root over the leaves
/// `index * 256^level .. (index + 1) * 256^level`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CompletedNode {
    /// 1 for a subtree of 256 leaves, 2 for one of 65,536, and so on.
    pub level: u8,
    /// Its place among the nodes of its level, from 0.
    pub index: u64,
    /// The root of the subtree.
    pub hash: Hash,
}

/// Why a frontier cannot be read or extended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum FrontierError {
    /// The bytes hold another number of hashes than a tree of this size has perfect subtrees.
    #[error("the frontier of a tree of size {size} is {expected} bytes long, not {found}")]
    WrongLength {
        /// The size of the tree.
        size: u64,
        /// 32 bytes for each bit set in the size.
        expected: usize,
        /// The number of bytes given.
        found: usize,
    },
    /// The tree holds `u64::MAX` leaves.
    #[error("the tree is full")]
    Full,
}

impl Frontier {
    /// The frontier of the tree without leaves.
    pub fn new() -> Self {
        Self::default()
    }

    /// The number of leaves.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Appends a leaf and returns the nodes to store: those that this leaf completed, lowest level first.
    /// Only every 256th leaf completes any.
    pub fn push(&mut self, leaf: Hash) -> Result<Vec<CompletedNode>, FrontierError> {
        let size = self.size.checked_add(1).ok_or(FrontierError::Full)?;
        let mut completed = Vec::new();
        let mut hash = leaf;
        let mut height: u8 = 0;
        // As in adding one to a binary number: each low bit that is set is a subtree as large as the one
        // in hand; the two are joined and carried on. There is one subtree per set bit, so `pop` finds it.
        while (self.size >> height) & 1 == 1
            && let Some(left) = self.subtrees.pop()
        {
            hash = node_hash(&left, &hash);
            height += 1;
            if height.is_multiple_of(STORED_LEVEL_HEIGHT) {
                let (level, index) = (height / STORED_LEVEL_HEIGHT, self.size >> height);
                completed.push(CompletedNode { level, index, hash });
            }
        }
        self.subtrees.push(hash);
        self.size = size;
        Ok(completed)
    }

    /// The root of the tree.
    pub fn root(&self) -> Hash {
        join(self.subtrees.iter().copied())
    }

    /// The hashes one after another, largest subtree first: at most 64 × 32 bytes. The size is not in them.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.subtrees.iter().flat_map(Hash::as_bytes).copied().collect()
    }

    /// Reads what [`to_bytes`](Self::to_bytes) wrote for a tree of this size. Only the length can be
    /// checked here: compare [`root`](Self::root) with a root that you trust.
    pub fn from_bytes(size: u64, bytes: &[u8]) -> Result<Self, FrontierError> {
        let expected = 32 * size.count_ones() as usize;
        if bytes.len() != expected {
            return Err(FrontierError::WrongLength { size, expected, found: bytes.len() });
        }
        let (hashes, _) = bytes.as_chunks::<32>();
        Ok(Self { size, subtrees: hashes.iter().copied().map(Hash::from).collect() })
    }
}
