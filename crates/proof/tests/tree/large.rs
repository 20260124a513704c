//! Trees that are too large for trying everything, up to the largest size there is.

use daybook_proof::{Frontier, Hash, ProofPlan, verify_consistency, verify_inclusion};
use proptest::prelude::*;

use crate::reference;
use crate::stored::{Stored, leaves};

// Stored nodes of two levels take part here.
#[test]
fn proofs_of_a_tree_of_70_000_leaves_are_the_rfc_proofs() {
    const SIZE: u64 = 70_000;
    let leaves = leaves(SIZE);
    let stored = Stored::new(&leaves);
    for size in [65_535, 65_536, 66_049, SIZE] {
        let tree = &leaves[..size as usize];
        let root = reference::root(tree);
        for position in [1, 256, 511, 65_535, 65_536, 69_889] {
            if position >= size {
                continue;
            }
            let (index, old_size) = (position, position);
            let proof = stored.inclusion(index, size);
            assert_eq!(proof, reference::path(index as usize, tree), "{index} in {size}");
            assert_eq!(verify_inclusion(&tree[index as usize], index, size, &proof, &root), Ok(()));
            let proof = stored.consistency(old_size, size);
            assert_eq!(proof, reference::proof(old_size as usize, tree), "{old_size} to {size}");
            let old_root = reference::root(&tree[..old_size as usize]);
            assert_eq!(verify_consistency(old_size, &old_root, size, &root, &proof), Ok(()));
        }
    }
}

/// A tree of any size with the same hash for every leaf, so that a perfect subtree is known by its height.
struct Uniform {
    by_height: Vec<Hash>,
}

impl Uniform {
    fn new() -> Self {
        let double = |hash: &Hash| Some(reference::node(*hash, *hash));
        Self { by_height: std::iter::successors(Some(reference::leaf(b"")), double).take(64).collect() }
    }

    fn root(&self, size: u64) -> Hash {
        let subtrees = (0..64).rev().filter(|height| size >> height & 1 == 1);
        let bytes: Vec<u8> = subtrees.flat_map(|height| *self.by_height[height].as_bytes()).collect();
        Frontier::from_bytes(size, &bytes).unwrap().root()
    }

    /// Makes a proof, after checking that its plan reads only complete nodes, and few.
    fn make(&self, plan: &ProofPlan, size: u64) -> Vec<Hash> {
        let mut hashes = vec![];
        let mut on_level = [0; 8];
        for read in plan.reads() {
            let height = 8 * usize::from(read.level);
            assert!(read.start < read.end && read.end <= size >> height, "{read:?} in {size}");
            on_level[usize::from(read.level)] += read.end - read.start;
            hashes.extend((read.start..read.end).map(|_| self.by_height[height]));
        }
        assert!(on_level.iter().all(|count| *count < 512), "{on_level:?}");
        assert!(plan.reads().len() <= 3 * 8, "{:?}", plan.reads());
        plan.assemble(&hashes).unwrap()
    }
}

/// Two sizes of any magnitude, the smaller one first; many next to a power of two.
fn sizes() -> impl Strategy<Value = (u64, u64)> {
    let near_a_power =
        (0..64_u32, 0..3_u64).prop_map(|(power, add)| ((1 << power) - 1_u64).saturating_add(add));
    let size = prop_oneof![near_a_power, (any::<u64>(), 0..64_u32).prop_map(|(size, shift)| size >> shift)];
    (size.clone(), prop_oneof![size, Just(u64::MAX)]).prop_map(|(a, b)| (a.min(b), a.max(b)))
}

proptest! {
    #[test]
    fn proofs_verify_at_every_magnitude((smaller, larger) in sizes()) {
        let tree = Uniform::new();
        let root = tree.root(larger);
        if smaller < larger {
            let proof = tree.make(&ProofPlan::inclusion(smaller, larger).unwrap(), larger);
            prop_assert_eq!(verify_inclusion(&tree.by_height[0], smaller, larger, &proof, &root), Ok(()));
        }
        let proof = tree.make(&ProofPlan::consistency(smaller, larger).unwrap(), larger);
        let old_root = tree.root(smaller);
        prop_assert_eq!(verify_consistency(smaller, &old_root, larger, &root, &proof), Ok(()));
    }

    #[test]
    fn proofs_of_trees_with_stored_nodes_are_the_rfc_proofs(
        size in 1..1500_u64,
        position in any::<prop::sample::Index>(),
    ) {
        let leaves = leaves(size);
        let stored = Stored::new(&leaves);
        let root = reference::root(&leaves);
        let index = position.index(leaves.len());
        let proof = stored.inclusion(index as u64, size);
        prop_assert_eq!(&proof, &reference::path(index, &leaves));
        prop_assert_eq!(verify_inclusion(&leaves[index], index as u64, size, &proof, &root), Ok(()));
        let proof = stored.consistency(index as u64, size);
        prop_assert_eq!(&proof, &reference::proof(index, &leaves));
        let old_root = reference::root(&leaves[..index]);
        prop_assert_eq!(verify_consistency(index as u64, &old_root, size, &root, &proof), Ok(()));
    }
}
