//! RFC 6962 §2.1 written out as recursive definitions over lists, with its own hashing. Slow and obvious;
//! it shares no code with the crate but the `Hash` type.

use daybook_proof::Hash;
use sha2::{Digest, Sha256};

pub(crate) fn leaf(entry: &[u8]) -> Hash {
    Hash::from(<[u8; 32]>::from(Sha256::digest([&[0], entry].concat())))
}

pub(crate) fn node(left: Hash, right: Hash) -> Hash {
    Hash::from(<[u8; 32]>::from(Sha256::digest([&[1], left.as_ref(), right.as_ref()].concat())))
}

/// The largest power of two smaller than `n`.
pub(crate) fn split(n: u64) -> u64 {
    let mut k = 1;
    while k < n - k {
        k *= 2;
    }
    k
}

/// MTH(D[n]), over leaf hashes.
pub(crate) fn root(leaves: &[Hash]) -> Hash {
    match leaves.len() {
        0 => Hash::from(<[u8; 32]>::from(Sha256::digest([]))),
        1 => leaves[0],
        n => {
            let k = split(n as u64) as usize;
            node(root(&leaves[..k]), root(&leaves[k..]))
        }
    }
}

/// PATH(m, D[n]).
pub(crate) fn path(m: usize, leaves: &[Hash]) -> Vec<Hash> {
    if leaves.len() == 1 {
        return vec![];
    }
    let k = split(leaves.len() as u64) as usize;
    if m < k {
        [path(m, &leaves[..k]), vec![root(&leaves[k..])]].concat()
    } else {
        [path(m - k, &leaves[k..]), vec![root(&leaves[..k])]].concat()
    }
}

/// PROOF(m, D[n]); empty for the empty old tree, which the RFC leaves out.
pub(crate) fn proof(m: usize, leaves: &[Hash]) -> Vec<Hash> {
    if m == 0 { vec![] } else { subproof(m, leaves, true) }
}

/// SUBPROOF(m, D[n], b).
fn subproof(m: usize, leaves: &[Hash], known: bool) -> Vec<Hash> {
    if m == leaves.len() {
        return if known { vec![] } else { vec![root(leaves)] };
    }
    let k = split(leaves.len() as u64) as usize;
    if m <= k {
        [subproof(m, &leaves[..k], known), vec![root(&leaves[k..])]].concat()
    } else {
        [subproof(m - k, &leaves[k..], false), vec![root(&leaves[..k])]].concat()
    }
}

/// The root that a leaf and a path lead to, from the top down; `None` if the path has the wrong length.
pub(crate) fn root_of_path(leaf: Hash, index: u64, size: u64, path: &[Hash]) -> Option<Hash> {
    if index >= size {
        return None;
    }
    if size == 1 {
        return path.is_empty().then_some(leaf);
    }
    let (sibling, rest) = path.split_last()?;
    let k = split(size);
    if index < k {
        Some(node(root_of_path(leaf, index, k, rest)?, *sibling))
    } else {
        Some(node(*sibling, root_of_path(leaf, index - k, size - k, rest)?))
    }
}

/// The old and the new root that a consistency proof leads to, for 0 < m < n, from the top down.
pub(crate) fn roots_of_proof(m: u64, old: Hash, n: u64, proof: &[Hash]) -> Option<(Hash, Hash)> {
    roots_of_subproof(m, n, proof, Some(old))
}

fn roots_of_subproof(m: u64, n: u64, proof: &[Hash], known: Option<Hash>) -> Option<(Hash, Hash)> {
    if m == n {
        return match (known, proof) {
            (Some(old_root), []) => Some((old_root, old_root)),
            (None, [hash]) => Some((*hash, *hash)),
            _ => None,
        };
    }
    let (sibling, rest) = proof.split_last()?;
    let k = split(n);
    if m <= k {
        let (old, new) = roots_of_subproof(m, k, rest, known)?;
        Some((old, node(new, *sibling)))
    } else {
        let (old, new) = roots_of_subproof(m - k, n - k, rest, None)?;
        Some((node(*sibling, old), node(*sibling, new)))
    }
}

/// The way to a leaf, from the top: whether each step goes to the left. Two positions with the same way
/// accept the same path, whatever the size of the tree.
pub(crate) fn way(index: u64, size: u64) -> Option<Vec<bool>> {
    if index >= size {
        return None;
    }
    if size == 1 {
        return Some(vec![]);
    }
    let k = split(size);
    let mut steps = vec![index < k];
    steps.extend(if index < k { way(index, k)? } else { way(index - k, size - k)? });
    Some(steps)
}

/// The way to the place where the old tree ends, for 0 < m < n, and whether the old root is what is there.
pub(crate) fn way_to_end(m: u64, n: u64) -> Option<(Vec<bool>, bool)> {
    if m == 0 || m >= n {
        return None;
    }
    let (mut m, mut n, mut steps) = (m, n, vec![]);
    while m < n {
        let k = split(n);
        steps.push(m <= k);
        (m, n) = if m <= k { (m, k) } else { (m - k, n - k) };
    }
    let old_root_known = steps.iter().all(|left| *left);
    Some((steps, old_root_known))
}
