//! Published vectors, and accumulated ones on which two independent implementations agreed.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use daybook_proof::{
    EMPTY_ROOT, Frontier, Hash, HashError, leaf_hash, root_of, verify_consistency, verify_inclusion,
};
use sha2::{Digest, Sha256};

use crate::stored::Stored;

/// The entries that transparency-dev/merkle and others test with (testonly/constants.go).
const ENTRIES: [&[u8]; 8] = [
    b"",
    b"\x00",
    b"\x10",
    b"\x20\x21",
    b"\x30\x31",
    b"\x40\x41\x42\x43",
    b"\x50\x51\x52\x53\x54\x55\x56\x57",
    b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
];

/// The roots of the first 0, 1, … 8 of them.
const ROOTS: [&str; 9] = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

fn entry_leaves() -> Vec<Hash> {
    ENTRIES.iter().map(|entry| leaf_hash(entry)).collect()
}

fn hash(hex: &str) -> Hash {
    hex.parse().unwrap()
}

/// Hashes in base64, separated by spaces.
fn hashes(base64: &str) -> Vec<Hash> {
    base64.split(' ').map(|text| Hash::try_from(STANDARD.decode(text).unwrap().as_slice()).unwrap()).collect()
}

#[test]
fn roots_of_the_eight_entries() {
    let leaves = entry_leaves();
    let mut frontier = Frontier::new();
    for (size, root) in ROOTS.iter().enumerate() {
        assert_eq!(frontier.root(), hash(root), "frontier of {size}");
        assert_eq!(root_of(&leaves[..size]), hash(root), "definition for {size}");
        if let Some(leaf) = leaves.get(size) {
            frontier.push(*leaf).unwrap();
        }
    }
    assert_eq!(EMPTY_ROOT, hash(ROOTS[0]));
}

#[test]
fn leaf_vectors() {
    let transparency_dev = "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56";
    assert_eq!(leaf_hash(b"L123456"), hash(transparency_dev));
    assert_eq!(leaf_hash(b""), hash(ROOTS[1]));
    assert_eq!(leaf_hash(b"hello world"), hashes("TszzRgjTG6xce+z2AG31kAXYKBgQVtCSCE40HmuwBb0=")[0]);
}

#[test]
fn inclusion_of_entry_5_in_8() {
    let proof = hashes(
        "vBoGQ7EuTS18d5GPROD095qDi2z57FtcKD4fTYhZnms= yoVOoSjtBQtBs1/8G4e46yveRh6eO1WW7Oa51ZdaCuA= \
         037kGJdt2VdTwcc4Yrk5j6Kiz5tP8P3+izDNlSCWFLc=",
    );
    let leaves = entry_leaves();
    assert_eq!(Stored::new(&leaves).inclusion(5, 8), proof);
    let root = hashes("XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=")[0];
    assert_eq!(root, hash(ROOTS[8]));
    assert_eq!(verify_inclusion(&leaves[5], 5, 8, &proof, &root), Ok(()));
}

#[test]
fn consistency_from_3_to_8() {
    let proof = hashes(
        "ApjRIpBtz8EIkstTpzmS/FufST6kybrbJ7eRtBJ6f+c= B1Bqhf2d0vEg62lPhgEeW7RmLlxBWmKRcDPUqWJEh+c= \
         +sVCA+fMaWzw38tCySodnbr3CtnmIfS9jZhmLwDjwSU= a0eq8p7jwq+a+Im8H7klTavTEXfxYjLdaqsDXKOb9uQ=",
    );
    assert_eq!(Stored::new(&entry_leaves()).consistency(3, 8), proof);
    assert_eq!(verify_consistency(3, &hash(ROOTS[3]), 8, &hash(ROOTS[8]), &proof), Ok(()));
}

/// 130 leaves, leaf i being the byte i: the tree of the accumulated vectors.
fn byte_leaves() -> Vec<Hash> {
    (0..130_u8).map(|byte| leaf_hash(&[byte])).collect()
}

/// SHA-256 over lines of a label and the hashes of a proof, separated by spaces.
#[derive(Default)]
struct Accumulated(Sha256);

impl Accumulated {
    fn line(&mut self, mut line: String, proof: &[Hash]) {
        for hash in proof {
            write!(line, " {hash}").unwrap();
        }
        line.push('\n');
        self.0.update(line);
    }

    fn hex(self) -> String {
        Hash::from(<[u8; 32]>::from(self.0.finalize())).to_string()
    }
}

#[test]
fn accumulated_inclusion_proofs() {
    let leaves = byte_leaves();
    let stored = Stored::new(&leaves);
    let mut accumulated = Accumulated::default();
    for n in 1..=130_u64 {
        let root = root_of(&leaves[..n as usize]);
        for i in 0..n {
            let proof = stored.inclusion(i, n);
            assert_eq!(verify_inclusion(&leaves[i as usize], i, n, &proof, &root), Ok(()), "{i} in {n}");
            accumulated.line(format!("{i} {n}"), &proof);
        }
    }
    assert_eq!(accumulated.hex(), "893ce6eea61adc33c22c0e3a952498b76dfa3c282e78ac659f6fcc0ea44f9983");
}

#[test]
fn accumulated_consistency_proofs() {
    let leaves = byte_leaves();
    let stored = Stored::new(&leaves);
    let mut accumulated = Accumulated::default();
    for n in 1..=130_u64 {
        for m in 1..=n {
            let proof = stored.consistency(m, n);
            let (old_root, new_root) = (root_of(&leaves[..m as usize]), root_of(&leaves[..n as usize]));
            assert_eq!(verify_consistency(m, &old_root, n, &new_root, &proof), Ok(()), "{m} to {n}");
            accumulated.line(format!("{m} {n}"), &proof);
        }
    }
    assert_eq!(accumulated.hex(), "2498232e1aebe8d1aa8d339d897fc471f4495fe0b8a55ac08f7dae3d88bc4c2a");
}

/// The subtrees of draft-ietf-plants-merkle-tree-certs: ranges that start at a multiple of the smallest
/// power of two not below their length. Empty ranges count as subtrees.
fn plants_subtrees() -> impl Iterator<Item = (usize, usize)> {
    (0..=130_usize).flat_map(|end| (0..=end).map(move |start| (start, end))).filter(|(start, end)| {
        let length = end - start;
        start.is_multiple_of(length.next_power_of_two())
    })
}

#[test]
fn plants_subtree_hashes() {
    let leaves = byte_leaves();
    let mut accumulated = Accumulated::default();
    for (start, end) in plants_subtrees() {
        let root = root_of(&leaves[start..end]);
        accumulated.line(format!("[{start}, {end})"), &[root]);
    }
    assert_eq!(accumulated.hex(), "b82806ad4265bb151c1119c0f4db437bb4d1a1f887b3a7fba1cd4ebf552e3e81");
}

// A subtree is a tree of its own, so its inclusion proofs are those of any tree.
#[test]
fn plants_subtree_inclusion_proofs() {
    let leaves = byte_leaves();
    let mut accumulated = Accumulated::default();
    for (start, end) in plants_subtrees() {
        let stored = Stored::new(&leaves[start..end]);
        for index in start..end {
            let proof = stored.inclusion((index - start) as u64, (end - start) as u64);
            accumulated.line(format!("{index} [{start}, {end})"), &proof);
        }
    }
    assert_eq!(accumulated.hex(), "ac2a8f989e44d99e399db448050ff5f19757df53cfb716aa81015d3955d8163f");
}

#[test]
fn a_hash_has_one_spelling() {
    let text = ROOTS[8];
    assert_eq!(hash(text).to_string(), text);
    assert_eq!(format!("{:?}", hash(text)), format!("Hash({text})"));
    assert_eq!(text.to_uppercase().parse::<Hash>(), Err(HashError::NotLowerHex));
    assert_eq!(text.replace('5', "g").parse::<Hash>(), Err(HashError::NotLowerHex));
    assert_eq!(text.replace("5d", "é").parse::<Hash>(), Err(HashError::NotLowerHex));
    for length in 0..text.len() {
        assert_eq!(text[..length].parse::<Hash>(), Err(HashError::WrongLength));
    }
    assert_eq!(format!("{text}0").parse::<Hash>(), Err(HashError::WrongLength));
    assert_eq!(Hash::try_from([0; 31].as_slice()), Err(HashError::WrongLength));
    assert_eq!(Hash::try_from([0; 33].as_slice()), Err(HashError::WrongLength));
    assert_eq!(Hash::try_from(hash(text).as_ref()), Ok(hash(text)));
}
