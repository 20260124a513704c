//! The definition of the tree, written as RFC 6962 §2.1 writes it. Everything else in this crate is a
//! faster or smaller way to the same hashes.

use crate::hash::{EMPTY_ROOT, Hash, node_hash};

/// How many levels of the binary tree lie between two stored levels: a stored node stands for 256 of
/// the level below it.
pub(crate) const STORED_LEVEL_HEIGHT: u8 = 8;

/// The root over `leaves`, from nothing but the definition.
///
/// The tree splits at the largest power of two *below* its size; there is no padding and no repeated last
/// leaf. Reads all leaves, so it is for small trees and for checking; see [`Frontier`](crate::Frontier).
pub fn root_of(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => EMPTY_ROOT,
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(1 << (leaves.len() - 1).ilog2());
            node_hash(&root_of(left), &root_of(right))
        }
    }
}

/// The root over perfect subtrees of falling size, left to right: the smallest two are joined first.
pub(crate) fn join(subtrees: impl DoubleEndedIterator<Item = Hash>) -> Hash {
    subtrees.rev().reduce(|right, left| node_hash(&left, &right)).unwrap_or(EMPTY_ROOT)
}
