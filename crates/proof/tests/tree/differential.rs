//! Roots and proofs against two other implementations.

use ct_merkle::mem_backed_tree::MemoryBackedTree;
use ct_merkle::{ConsistencyProof, InclusionProof, RootHash};
use daybook_proof::{Hash, root_of, verify_consistency, verify_inclusion};
use sha2::Sha256;
use tlog_tiles::tlog::{self, HashReader};

use crate::stored::Stored;

const SIZES: u64 = 80;

fn entry(index: u64) -> [u8; 8] {
    index.to_be_bytes()
}

fn leaves(count: u64) -> Vec<Hash> {
    (0..count).map(|index| daybook_proof::leaf_hash(&entry(index))).collect()
}

fn bytes(proof: &[Hash]) -> Vec<u8> {
    proof.iter().flat_map(Hash::as_bytes).copied().collect()
}

fn ct_root(root: &Hash, size: u64) -> RootHash<Sha256> {
    RootHash::new((*root.as_bytes()).into(), size)
}

#[test]
fn ct_merkle_makes_the_same_roots_and_proofs_and_accepts_ours() {
    let leaves = leaves(SIZES);
    let stored = Stored::new(&leaves);
    let mut tree = MemoryBackedTree::<Sha256, [u8; 8]>::new();
    for size in 1..=SIZES {
        tree.push(entry(size - 1));
        let root = root_of(&leaves[..size as usize]);
        assert_eq!(tree.root().as_bytes().as_slice(), root.as_bytes(), "root of {size}");
        for index in 0..size {
            let proof = bytes(&stored.inclusion(index, size));
            assert_eq!(tree.prove_inclusion(index as usize).as_bytes(), proof, "{index} in {size}");
            let proof = InclusionProof::from_bytes(proof);
            ct_root(&root, size).verify_inclusion(&entry(index), index, &proof).unwrap();
        }
        for old_size in 1..=size {
            let proof = bytes(&stored.consistency(old_size, size));
            let theirs = tree.prove_consistency((size - old_size) as usize);
            assert_eq!(theirs.as_bytes(), proof, "{old_size} to {size}");
            let old_root = ct_root(&root_of(&leaves[..old_size as usize]), old_size);
            let proof = ConsistencyProof::try_from_bytes(proof).unwrap();
            ct_root(&root, size).verify_consistency(&old_root, &proof).unwrap();
        }
    }
}

/// The storage that `tlog_tiles` asks for: all nodes of the binary tree in its own order.
struct TlogStorage(Vec<tlog::Hash>);

impl HashReader for TlogStorage {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<tlog::Hash>, tlog::Error> {
        Ok(indexes.iter().map(|index| self.0[*index as usize]).collect())
    }
}

fn from_tlog(hashes: Vec<tlog::Hash>) -> Vec<Hash> {
    hashes.into_iter().map(|hash| Hash::from(hash.0)).collect()
}

#[test]
fn tlog_tiles_makes_the_same_roots_and_proofs() {
    let leaves = leaves(SIZES);
    let stored = Stored::new(&leaves);
    let mut storage = TlogStorage(vec![]);
    for size in 1..=SIZES {
        storage.0.extend(tlog::stored_hashes(size - 1, &entry(size - 1), &storage).unwrap());
        let root = Hash::from(tlog::tree_hash(size, &storage).unwrap().0);
        assert_eq!(root_of(&leaves[..size as usize]), root, "root of {size}");
        for index in 0..size {
            let theirs = from_tlog(tlog::prove_record(size, index, &storage).unwrap());
            assert_eq!(stored.inclusion(index, size), theirs, "{index} in {size}");
            assert_eq!(verify_inclusion(&leaves[index as usize], index, size, &theirs, &root), Ok(()));
        }
        for old_size in 1..=size {
            let theirs = from_tlog(tlog::prove_tree(size, old_size, &storage).unwrap());
            assert_eq!(stored.consistency(old_size, size), theirs, "{old_size} to {size}");
            let old_root = root_of(&leaves[..old_size as usize]);
            assert_eq!(verify_consistency(old_size, &old_root, size, &root, &theirs), Ok(()));
        }
    }
}

// Both verifiers look at the same proof under every index and size that is near, right and wrong.
#[test]
fn tlog_tiles_accepts_and_rejects_the_same() {
    const SMALL: u64 = 20;
    let leaves = leaves(SMALL);
    let stored = Stored::new(&leaves);
    let (mut accepted, mut rejected) = (0, 0);
    for size in 1..=SMALL {
        let root = root_of(&leaves[..size as usize]);
        for index in 0..size {
            let leaf = leaves[index as usize];
            let proof = stored.inclusion(index, size);
            let theirs = proof.iter().map(|hash| tlog::Hash(*hash.as_bytes())).collect();
            for (index, size) in (0..=SMALL + 1).flat_map(|i| (0..=SMALL + 1).map(move |n| (i, n))) {
                let (root_hash, leaf_hash) = (tlog::Hash(*root.as_bytes()), tlog::Hash(*leaf.as_bytes()));
                let their_verdict = tlog::check_record(&theirs, size, root_hash, index, leaf_hash).is_ok();
                let verdict = verify_inclusion(&leaf, index, size, &proof, &root).is_ok();
                assert_eq!(verdict, their_verdict, "{index} in {size}");
                if verdict { accepted += 1 } else { rejected += 1 }
            }
        }
    }
    assert!(accepted >= SMALL * (SMALL + 1) / 2 && rejected > accepted, "{accepted} and {rejected}");
}
