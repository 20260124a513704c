//! Every proof of every small tree, and every way of getting it wrong by one change.

use daybook_proof::{
    EMPTY_ROOT, Hash, PlanError, ProofError, ProofPlan, verify_consistency, verify_inclusion,
};

use crate::reference::{self, way, way_to_end};
use crate::stored::{Stored, leaves};

const SIZES: u64 = 33;

/// The hash with one bit turned.
fn flipped(hash: Hash, bit: usize) -> Hash {
    let mut bytes = *hash.as_bytes();
    bytes[bit / 8] ^= 1 << (bit % 8);
    Hash::from(bytes)
}

/// The proof after every single change: a bit turned, a hash left out, put in, doubled or swapped.
fn wrong_proofs(proof: &[Hash], also_insert: &[Hash]) -> Vec<Vec<Hash>> {
    let mut wrong = vec![];
    for at in 0..proof.len() {
        for bit in [0, 7, 128, 255] {
            let mut changed = proof.to_vec();
            changed[at] = flipped(proof[at], bit);
            wrong.push(changed);
        }
        wrong.push([&proof[..at], &proof[at + 1..]].concat());
        for other in at + 1..proof.len() {
            let mut changed = proof.to_vec();
            changed.swap(at, other);
            wrong.push(changed);
        }
    }
    for at in 0..=proof.len() {
        for hash in [proof, also_insert, &[EMPTY_ROOT]].concat() {
            wrong.push([&proof[..at], &[hash], &proof[at..]].concat());
        }
    }
    wrong
}

#[test]
fn inclusion_proofs_are_the_rfc_paths_and_nothing_else_verifies() {
    let leaves = leaves(SIZES);
    let stored = Stored::new(&leaves);
    for size in 1..=SIZES {
        let tree = &leaves[..size as usize];
        let root = reference::root(tree);
        for index in 0..size {
            let leaf = leaves[index as usize];
            let proof = stored.inclusion(index, size);
            assert_eq!(proof, reference::path(index as usize, tree), "{index} in {size}");
            let verify =
                |leaf: &Hash, proof: &[Hash], root: &Hash| verify_inclusion(leaf, index, size, proof, root);
            assert_eq!(verify(&leaf, &proof, &root), Ok(()), "{index} in {size}");

            assert_eq!(verify(&flipped(leaf, 9), &proof, &root), Err(ProofError::RootMismatch));
            assert_eq!(verify(&leaf, &proof, &flipped(root, 200)), Err(ProofError::RootMismatch));
            for wrong in wrong_proofs(&proof, &[root, leaf]) {
                let error = match wrong.len().cmp(&proof.len()) {
                    std::cmp::Ordering::Less => ProofError::TooShort,
                    std::cmp::Ordering::Equal => ProofError::RootMismatch,
                    std::cmp::Ordering::Greater => ProofError::TooLong,
                };
                assert_eq!(verify(&leaf, &wrong, &root), Err(error), "{index} in {size}");
            }
        }
    }
}

// An index never passes for another one of the same tree. A size can pass for another one, exactly when the
// way to the leaf is the same in both trees: that is why size and root are signed together.
#[test]
fn a_wrong_index_or_size_is_rejected_unless_the_way_is_the_same() {
    let leaves = leaves(SIZES);
    let stored = Stored::new(&leaves);
    for size in 1..=SIZES {
        let root = reference::root(&leaves[..size as usize]);
        for index in 0..size {
            let (leaf, proof) = (leaves[index as usize], stored.inclusion(index, size));
            for other in (0..=size + 1).chain([u64::MAX]).filter(|other| *other != index) {
                assert!(verify_inclusion(&leaf, other, size, &proof, &root).is_err(), "{other} for {index}");
            }
            for other in (0..=2 * size + 1).chain([u64::MAX]) {
                let same_way = way(index, other) == way(index, size);
                let verdict = verify_inclusion(&leaf, index, other, &proof, &root);
                assert_eq!(verdict.is_ok(), same_way, "{index} in {other} for {size}: {verdict:?}");
            }
        }
    }
}

#[test]
fn consistency_proofs_are_the_rfc_proofs_and_nothing_else_verifies() {
    let leaves = leaves(SIZES);
    let stored = Stored::new(&leaves);
    for new_size in 0..=SIZES {
        let tree = &leaves[..new_size as usize];
        let new_root = reference::root(tree);
        for old_size in 0..=new_size {
            let old_root = reference::root(&tree[..old_size as usize]);
            let proof = stored.consistency(old_size, new_size);
            assert_eq!(proof, reference::proof(old_size as usize, tree), "{old_size} to {new_size}");
            let verify = |old_root: &Hash, new_root: &Hash, proof: &[Hash]| {
                verify_consistency(old_size, old_root, new_size, new_root, proof)
            };
            assert_eq!(verify(&old_root, &new_root, &proof), Ok(()), "{old_size} to {new_size}");

            assert!(verify(&flipped(old_root, 70), &new_root, &proof).is_err(), "{old_size} to {new_size}");
            // Any tree begins with the empty one, so there the new root is not at stake.
            let new_root_counts = old_size > 0 || new_size == 0;
            assert_eq!(verify(&old_root, &flipped(new_root, 3), &proof).is_err(), new_root_counts);
            if old_size != new_size && old_size > 0 {
                assert!(verify(&new_root, &old_root, &proof).is_err(), "swapped roots");
            }
            for wrong in wrong_proofs(&proof, &[old_root, new_root]) {
                assert!(verify(&old_root, &new_root, &wrong).is_err(), "{old_size} to {new_size}");
            }
        }
    }
}

#[test]
fn wrong_sizes_are_rejected_unless_the_way_is_the_same() {
    let leaves = leaves(SIZES);
    let stored = Stored::new(&leaves);
    for new_size in 2..=SIZES {
        let new_root = reference::root(&leaves[..new_size as usize]);
        for old_size in 1..new_size {
            let old_root = reference::root(&leaves[..old_size as usize]);
            let proof = stored.consistency(old_size, new_size);
            let expected_way = way_to_end(old_size, new_size);
            let near = |size| (0..=2 * size).chain([u64::MAX]);
            for (old, new) in near(old_size).flat_map(|old| near(new_size).map(move |new| (old, new))) {
                let verdict = verify_consistency(old, &old_root, new, &new_root, &proof);
                let same_way = way_to_end(old, new) == expected_way;
                assert_eq!(verdict.is_ok(), same_way, "{old} to {new} for {old_size} to {new_size}");
            }
        }
    }
}

#[test]
fn the_verifier_names_what_is_wrong_with_the_sizes() {
    let hash = EMPTY_ROOT;
    for (index, size) in [(0, 0), (1, 1), (u64::MAX, u64::MAX)] {
        let error = ProofError::IndexBeyondTree { index, size };
        assert_eq!(verify_inclusion(&hash, index, size, &[], &hash), Err(error));
    }
    let error = ProofError::TreeShrinks { old_size: 2, new_size: 1 };
    assert_eq!(verify_consistency(2, &hash, 1, &hash, &[]), Err(error));
    assert_eq!(verify_consistency(3, &hash, 4, &hash, &[]), Err(ProofError::TooShort));
    assert_eq!(verify_consistency(2, &hash, 4, &hash, &[]), Err(ProofError::TooShort));
    assert_eq!(verify_consistency(2, &hash, 2, &hash, &[hash]), Err(ProofError::TooLong));
    assert_eq!(verify_consistency(0, &hash, 2, &hash, &[hash]), Err(ProofError::TooLong));
    let other = flipped(hash, 0);
    assert_eq!(verify_consistency(0, &other, 2, &hash, &[]), Err(ProofError::OldRootMismatch));
    assert_eq!(verify_consistency(0, &other, 0, &other, &[]), Err(ProofError::OldRootMismatch));
    assert_eq!(verify_consistency(2, &other, 2, &hash, &[]), Err(ProofError::NewRootMismatch));
}

#[test]
fn a_plan_refuses_what_is_not_in_the_tree_and_another_number_of_hashes() {
    for (index, size) in [(0, 0), (5, 5), (u64::MAX, 7)] {
        assert_eq!(ProofPlan::inclusion(index, size), Err(PlanError::IndexBeyondTree { index, size }));
    }
    let error = PlanError::TreeShrinks { old_size: 9, new_size: 8 };
    assert_eq!(ProofPlan::consistency(9, 8), Err(error));

    let plan = ProofPlan::inclusion(2, 7).unwrap();
    for found in (0..10).filter(|found| *found != 6) {
        let error = PlanError::WrongNumberOfHashes { expected: 6, found };
        assert_eq!(plan.assemble(&leaves(found as u64)), Err(error));
    }
    assert_eq!(plan.assemble(&leaves(6)).unwrap().len(), 3);
}
