//! Vectors that were made by other programs: of `golang.org/x/mod/sumdb/note`, of the C2SP specifications, and a whole proof that a pure-Python
//! implementation verified.

use daybook_proof::{
    Checkpoint, Frontier, Note, NoteSigner, ProofPlan, TlogProof, VerifierKey, leaf_hash, verify_inclusion,
};
use sha2::{Digest, Sha256};

use crate::{LOG, PETER, PROOF, SIGNED};

fn entries() -> Vec<Vec<u8>> {
    let texts =
        ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
    let bytes = |text: &str| {
        (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
    };
    texts.iter().map(|text| bytes(text)).collect()
}

fn seed(first: u8) -> [u8; 32] {
    std::array::from_fn(|at| first + u8::try_from(at).unwrap())
}

#[test]
fn the_published_note_verifies_and_reads_back() {
    let (note, key): (Note, VerifierKey) = (SIGNED.parse().unwrap(), PETER.parse().unwrap());
    assert_eq!(note.verify(std::slice::from_ref(&key)), Ok(()));
    assert!(note.text().ends_with("what your problem is.\n"));
    assert_eq!((note.to_string().as_str(), key.to_string().as_str()), (SIGNED, PETER));
}

#[test]
fn the_published_keys_read_back() {
    for text in [PETER, LOG, "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"] {
        let key: VerifierKey = text.parse().unwrap();
        assert_eq!(key.to_string(), text);
    }
}

#[test]
fn the_whole_proof_is_made_and_verified() {
    let (proof, key): (TlogProof, VerifierKey) = (PROOF.parse().unwrap(), LOG.parse().unwrap());
    assert_eq!(proof.to_string(), PROOF);
    let digest = Sha256::digest(PROOF);
    let hex: String = digest.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
    assert_eq!(hex, "6ab1510796d2b48b05797aa7acc1cad6a59bdaa7158bb9f3d50f117454ae818d");
    let entries = entries();
    let checkpoint = proof.verify(&leaf_hash(&entries[5]), &key).unwrap();
    assert_eq!((checkpoint.origin.as_str(), checkpoint.size), ("example.com/log42", 8));
    for (at, entry) in entries.iter().enumerate() {
        assert_eq!(proof.verify(&leaf_hash(entry), &key).is_ok(), at == 5);
    }
    // The same from the entries and the seed: Ed25519 signs the same text the same way.
    let signer = NoteSigner::new("example.com/log42".parse().unwrap(), &seed(0));
    assert_eq!(signer.verifier(), key);
    assert_eq!(format!("{signer:?}"), format!("NoteSigner({LOG})"));
    let mut log = Frontier::new();
    let leaves: Vec<_> = entries.iter().map(|entry| leaf_hash(entry)).collect();
    for leaf in &leaves {
        log.push(*leaf).unwrap();
    }
    let note = Checkpoint::sign(8, log.root(), &signer).unwrap();
    let own_lines = PROOF.split_once("\n\n").unwrap().1.rsplit_once("\u{2014} witness").unwrap().0;
    assert_eq!(note.to_string(), own_lines);
    let plan = ProofPlan::inclusion(5, 8).unwrap();
    let reads: Vec<_> = plan.reads().iter().flat_map(|read| read.start..read.end).collect();
    let hashes: Vec<_> = reads.iter().map(|at| leaves[usize::try_from(*at).unwrap()]).collect();
    assert_eq!(plan.assemble(&hashes).unwrap(), proof.path);
    verify_inclusion(&leaves[5], 5, 8, &proof.path, &log.root()).unwrap();
}

#[test]
fn a_file_with_its_entry_in_it_verifies_by_itself() {
    let key: VerifierKey = LOG.parse().unwrap();
    let proof: TlogProof = PROOF.parse().unwrap();
    assert!(proof.verify_entry(&key).is_err(), "there is no entry in it");
    let whole = TlogProof { extra: Some(entries()[5].clone()), ..proof.clone() };
    let read: TlogProof = whole.to_string().parse().unwrap();
    assert_eq!(read, whole);
    let (entry, checkpoint) = read.verify_entry(&key).unwrap();
    assert_eq!((entry, checkpoint.size), (entries()[5].as_slice(), 8));
    let other = TlogProof { extra: Some(entries()[4].clone()), ..proof };
    assert!(other.verify_entry(&key).is_err());
}
