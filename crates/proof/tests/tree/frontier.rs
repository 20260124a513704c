//! The frontier against the definition, at every size up to a few hundred and around the stored levels.

use daybook_proof::{EMPTY_ROOT, Frontier, FrontierError, Hash, root_of};
use proptest::prelude::*;

use crate::reference;
use crate::stored::{Stored, leaves};

#[test]
fn root_and_bytes_at_every_size() {
    let leaves = leaves(600);
    let mut frontier = Frontier::new();
    assert_eq!(frontier.root(), EMPTY_ROOT);
    for (count, leaf) in leaves.iter().enumerate() {
        // Going through bytes each time shows that nothing is kept beside them.
        frontier = Frontier::from_bytes(count as u64, &frontier.to_bytes()).unwrap();
        frontier.push(*leaf).unwrap();
        let expected = reference::root(&leaves[..=count]);
        assert_eq!(frontier.size(), count as u64 + 1);
        assert_eq!(frontier.root(), expected, "size {}", count + 1);
        assert_eq!(root_of(&leaves[..=count]), expected, "size {}", count + 1);
    }
}

#[test]
fn bytes_are_the_perfect_subtrees_largest_first() {
    let leaves = leaves(11);
    let mut frontier = Frontier::new();
    for leaf in &leaves {
        frontier.push(*leaf).unwrap();
    }
    let expected =
        [&leaves[..8], &leaves[8..10], &leaves[10..]].map(|part| *reference::root(part).as_bytes());
    assert_eq!(frontier.to_bytes(), expected.concat());
}

#[test]
fn completed_nodes_are_the_roots_of_their_leaves() {
    let leaves = leaves(70_000);
    let stored = Stored::new(&leaves);
    for (level, width, count) in [(1, 256, 273), (2, 65_536, 1), (3, 1 << 24, 0)] {
        assert_eq!(stored.level(level).len(), count);
        for (node, part) in stored.level(level).iter().zip(leaves.chunks(width)) {
            assert_eq!(*node, reference::root(part), "level {level}");
        }
    }
}

#[test]
fn a_full_tree_refuses_a_leaf_and_stays_as_it_was() {
    let bytes: Vec<u8> = (0..64 * 32_u32).map(|i| (i % 251) as u8).collect();
    let mut frontier = Frontier::from_bytes(u64::MAX, &bytes).unwrap();
    let before = frontier.clone();
    assert_eq!(frontier.push(EMPTY_ROOT), Err(FrontierError::Full));
    assert_eq!(frontier, before);

    let mut frontier = Frontier::from_bytes(u64::MAX - 1, &bytes[..63 * 32]).unwrap();
    assert_eq!(frontier.push(EMPTY_ROOT), Ok(vec![]));
    assert_eq!(frontier.size(), u64::MAX);
}

// The largest node there is: 2^56 leaves, in the middle of a tree of 2^63.
#[test]
fn the_last_leaf_of_many_subtrees_completes_them_all() {
    let bytes = [7; 63 * 32];
    let mut frontier = Frontier::from_bytes((1 << 63) - 1, &bytes).unwrap();
    let mut subtree = Hash::from([7; 32]);
    let mut expected = vec![];
    for height in 1..=63_u32 {
        subtree = reference::node(Hash::from([7; 32]), subtree);
        if height % 8 == 0 {
            expected.push((height as u8 / 8, (1_u64 << (63 - height)) - 1, subtree));
        }
    }
    let completed = frontier.push(Hash::from([7; 32])).unwrap();
    assert_eq!(
        completed.iter().map(|node| (node.level, node.index, node.hash)).collect::<Vec<_>>(),
        expected
    );
    assert_eq!(frontier.to_bytes(), subtree.as_bytes());
}

/// Sizes of every magnitude, and byte strings that fit them about half the time.
fn size_and_bytes() -> impl Strategy<Value = (u64, Vec<u8>)> {
    (any::<u64>(), 0..64_u32)
        .prop_map(|(size, shift)| size >> shift)
        .prop_flat_map(|size| (Just(size), prop_oneof![Just(32 * size.count_ones() as usize), 0..2100_usize]))
        .prop_flat_map(|(size, length)| (Just(size), prop::collection::vec(any::<u8>(), length)))
}

proptest! {
    #[test]
    fn any_bytes_of_the_right_length_are_read_and_written_unchanged((size, bytes) in size_and_bytes()) {
        let expected = 32 * size.count_ones() as usize;
        match Frontier::from_bytes(size, &bytes) {
            Ok(frontier) => {
                prop_assert_eq!(bytes.len(), expected);
                prop_assert_eq!(frontier.size(), size);
                prop_assert_eq!(frontier.to_bytes(), bytes);
            }
            Err(error) => {
                prop_assert_ne!(bytes.len(), expected);
                prop_assert_eq!(error, FrontierError::WrongLength { size, expected, found: bytes.len() });
            }
        }
    }
}
