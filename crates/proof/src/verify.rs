//! Verifying proofs, step for step as in RFC 9162 §2.1.3.2 and §2.1.4.2; `node` and `last` are its *fn* and
//! *sn*. These functions take anything at all and never panic.
//!
//! They say that a proof leads to a root. That the root and the *size* are the log's is for its signed
//! checkpoint to say: the same path can lead to the same root under a few different sizes.

use thiserror::Error;

use crate::hash::{EMPTY_ROOT, Hash, node_hash};

/// Why a proof proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ProofError {
    /// The tree has no such leaf.
    #[error("a tree of size {size} has no leaf {index}")]
    IndexBeyondTree {
        /// The index claimed.
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
    /// The path ends below the root.
    #[error("the proof has too few hashes")]
    TooShort,
    /// The path goes on above the root.
    #[error("the proof has too many hashes")]
    TooLong,
    /// The leaf and the proof lead to another root.
    #[error("the proof leads to another root")]
    RootMismatch,
    /// The proof leads to another root of the old tree.
    #[error("the proof leads to another root of the old tree")]
    OldRootMismatch,
    /// The proof leads to another root of the new tree.
    #[error("the proof leads to another root of the new tree")]
    NewRootMismatch,
}

/// Verifies that `leaf` is leaf number `index` (from 0) of the tree with this size and root.
pub fn verify_inclusion(
    leaf: &Hash,
    index: u64,
    size: u64,
    proof: &[Hash],
    root: &Hash,
) -> Result<(), ProofError> {
    if index >= size {
        return Err(ProofError::IndexBeyondTree { index, size });
    }
    // Positions on the level reached so far: of the hash in hand, and of the last one there is.
    let (mut node, mut last) = (index, size - 1);
    let mut hash = *leaf;
    for sibling in proof {
        if last == 0 {
            return Err(ProofError::TooLong);
        }
        if node & 1 == 1 || node == last {
            hash = node_hash(sibling, &hash);
            // The last node of a level may have no sibling there: it rises until it has one on its left.
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            hash = node_hash(&hash, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    if last != 0 {
        return Err(ProofError::TooShort);
    }
    if hash == *root { Ok(()) } else { Err(ProofError::RootMismatch) }
}

/// Verifies that the tree with the new size and root begins with the tree of the old size and root: nothing
/// was removed, changed or put in between.
pub fn verify_consistency(
    old_size: u64,
    old_root: &Hash,
    new_size: u64,
    new_root: &Hash,
    proof: &[Hash],
) -> Result<(), ProofError> {
    if old_size > new_size {
        return Err(ProofError::TreeShrinks { old_size, new_size });
    }
    if old_size == 0 || old_size == new_size {
        return verify_trivial_consistency(old_size, old_root, new_size, new_root, proof);
    }
    // The hash to start from: the largest perfect subtree that ends where the old tree ends. If that is
    // the whole old tree, the proof leaves it out.
    let (start, proof) = if old_size.is_power_of_two() {
        (old_root, proof)
    } else {
        proof.split_first().ok_or(ProofError::TooShort)?
    };
    let (mut old_hash, mut new_hash) = (*start, *start);
    let (mut node, mut last) = (old_size - 1, new_size - 1);
    while node & 1 == 1 {
        node >>= 1;
        last >>= 1;
    }
    for sibling in proof {
        if last == 0 {
            return Err(ProofError::TooLong);
        }
        if node & 1 == 1 || node == last {
            // A sibling on the left is in both trees.
            old_hash = node_hash(sibling, &old_hash);
            new_hash = node_hash(sibling, &new_hash);
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            new_hash = node_hash(&new_hash, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    if last != 0 {
        return Err(ProofError::TooShort);
    }
    if old_hash != *old_root {
        return Err(ProofError::OldRootMismatch);
    }
    if new_hash == *new_root { Ok(()) } else { Err(ProofError::NewRootMismatch) }
}

/// The two cases without hashes to follow: every tree begins with the empty one and with itself.
fn verify_trivial_consistency(
    old_size: u64,
    old_root: &Hash,
    new_size: u64,
    new_root: &Hash,
    proof: &[Hash],
) -> Result<(), ProofError> {
    if !proof.is_empty() {
        return Err(ProofError::TooLong);
    }
    // RFC 9162 leaves the empty tree out. It has one root, so any other is refused.
    if old_size == 0 && *old_root != EMPTY_ROOT {
        return Err(ProofError::OldRootMismatch);
    }
    if old_size == new_size && old_root != new_root {
        return Err(ProofError::NewRootMismatch);
    }
    Ok(())
}
