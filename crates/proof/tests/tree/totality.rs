//! The verifiers on anything at all: they accept exactly what a second, recursive verifier accepts.

use daybook_proof::{EMPTY_ROOT, Hash, verify_consistency, verify_inclusion};
use proptest::prelude::*;

use crate::reference::{root_of_path, roots_of_proof, way, way_to_end};

/// Sizes of every magnitude, most of them small.
fn number() -> impl Strategy<Value = u64> {
    prop_oneof![0..20_u64, (any::<u64>(), 0..64_u32).prop_map(|(n, shift)| n >> shift), Just(u64::MAX)]
}

/// Few different hashes, so that equal ones meet.
fn hash() -> impl Strategy<Value = Hash> {
    prop_oneof![
        Just(EMPTY_ROOT),
        (0..4_u8).prop_map(|byte| Hash::from([byte; 32])),
        any::<[u8; 32]>().prop_map(Hash::from)
    ]
}

/// A proof of this length or, one time in four, of any.
fn proof(length: usize) -> impl Strategy<Value = Vec<Hash>> {
    let length = prop_oneof![3 => Just(length), 1 => 0..70_usize];
    length.prop_flat_map(|length| prop::collection::vec(hash(), length))
}

prop_compose! {
    fn inclusion_claim()(index in number(), size in number())
        (index in Just(index), size in Just(size), leaf in hash(), other_root in hash(), right in any::<bool>(),
         proof in proof(way(index, size).unwrap_or_default().len()))
        -> (Hash, u64, u64, Vec<Hash>, Hash) {
        let root = root_of_path(leaf, index, size, &proof).filter(|_| right).unwrap_or(other_root);
        (leaf, index, size, proof, root)
    }
}

prop_compose! {
    /// Both roots are right, or one of them, or none.
    fn consistency_claim()(old_size in number(), new_size in number())
        (old_size in Just(old_size), new_size in Just(new_size), first in hash(), other_root in hash(),
         old_right in any::<bool>(), new_right in any::<bool>(),
         proof in proof(length_of_proof(old_size, new_size)))
        -> (u64, Hash, u64, Hash, Vec<Hash>) {
        let roots = (0 < old_size && old_size < new_size)
            .then(|| roots_of_proof(old_size, first, new_size, &proof)).flatten();
        let old_root = roots.filter(|_| old_right).map_or(first, |(old, _)| old);
        let new_root = roots.filter(|_| new_right).map_or(other_root, |(_, new)| new);
        (old_size, old_root, new_size, new_root, proof)
    }
}

fn length_of_proof(old_size: u64, new_size: u64) -> usize {
    way_to_end(old_size, new_size).map_or(0, |(steps, known)| steps.len() + usize::from(!known))
}

/// What consistency means, for any sizes.
fn consistent(old_size: u64, old_root: Hash, new_size: u64, new_root: Hash, proof: &[Hash]) -> bool {
    if old_size > new_size || (old_size == 0 && old_root != EMPTY_ROOT) {
        return false;
    }
    if old_size == new_size {
        return proof.is_empty() && old_root == new_root;
    }
    if old_size == 0 {
        return proof.is_empty();
    }
    roots_of_proof(old_size, old_root, new_size, proof) == Some((old_root, new_root))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn inclusion_is_accepted_exactly_when_it_holds((leaf, index, size, proof, root) in inclusion_claim()) {
        let holds = root_of_path(leaf, index, size, &proof) == Some(root);
        prop_assert_eq!(verify_inclusion(&leaf, index, size, &proof, &root).is_ok(), holds);
    }

    #[test]
    fn consistency_is_accepted_exactly_when_it_holds(
        (old_size, old_root, new_size, new_root, proof) in consistency_claim()
    ) {
        let verdict = verify_consistency(old_size, &old_root, new_size, &new_root, &proof);
        let holds = consistent(old_size, old_root, new_size, new_root, &proof);
        prop_assert_eq!(verdict.is_ok(), holds, "{:?}", verdict);
    }
}
