//! What is refused: everything that was changed, cut or made up. And nothing makes a reader panic.

use daybook_proof::{
    Checkpoint, KeyName, Note, NoteError, NoteSigner, TlogProof, TlogProofError, VerifierKey, leaf_hash,
};
use proptest::prelude::*;

use crate::{LOG, PETER, PROOF, SIGNED};

/// Every text that differs from this one in one byte.
fn mutations(text: &str) -> impl Iterator<Item = String> {
    let bytes = text.as_bytes().to_vec();
    (0..bytes.len()).flat_map(move |at| {
        let bytes = bytes.clone();
        (0..=255_u8).filter_map(move |byte| {
            let mut changed = bytes.clone();
            changed[at] = byte;
            String::from_utf8(changed).ok().filter(|changed| changed.as_bytes() != bytes)
        })
    })
}

#[test]
fn no_changed_key_is_a_key() {
    for text in [PETER, LOG] {
        for changed in mutations(text) {
            assert_eq!(changed.parse::<VerifierKey>(), Err(NoteError::VerifierKey), "{changed:?}");
        }
    }
}

#[test]
fn no_part_of_a_key_is_a_key() {
    for text in [PETER, LOG] {
        for start in 0..text.len() {
            for end in start..=text.len() {
                let part = &text[start..end];
                assert_eq!(part.parse::<VerifierKey>().is_ok(), part == text, "{part}");
            }
        }
    }
}

#[test]
fn no_changed_note_verifies() {
    let key = [PETER.parse().unwrap()];
    for changed in mutations(SIGNED) {
        let verified = changed.parse::<Note>().and_then(|note| note.verify(&key));
        assert!(verified.is_err(), "{changed:?}");
    }
}

#[test]
fn no_changed_proof_verifies() {
    let (key, leaf) = (LOG.parse().unwrap(), leaf_hash(b"@ABC"));
    assert!(PROOF.parse::<TlogProof>().unwrap().verify(&leaf, &key).is_ok());
    // What the witness signed is nobody's to check here: its line may be anything that is a signature.
    let own = PROOF.rfind("\u{2014} witness").unwrap();
    for at in 0..own {
        for byte in [b'0', b'1', b'A', b'+', b' ', b'\n', b'z'] {
            let mut changed = PROOF.as_bytes().to_vec();
            changed[at] = byte;
            let Ok(changed) = String::from_utf8(changed) else { continue };
            if changed != PROOF {
                let verified = changed.parse::<TlogProof>().and_then(|proof| proof.verify(&leaf, &key));
                assert!(verified.is_err(), "{changed}");
            }
        }
    }
    for end in 0..PROOF.len() {
        let Some(part) = PROOF.get(..end) else { continue };
        let verified = part.parse::<TlogProof>().and_then(|proof| proof.verify(&leaf, &key));
        // The witness's line is not needed.
        assert_eq!(verified.is_ok(), end == own, "{part}");
    }
}

#[test]
fn a_known_key_that_did_not_sign_spoils_the_note() {
    let signer = |name: &str, first| NoteSigner::new(name.parse().unwrap(), &[first; 32]);
    let (ada, bob) = (signer("ada", 1), signer("bob", 2));
    let (by_ada, by_bob) =
        (ada.sign("hello\n").unwrap().to_string(), bob.sign("hallo\n").unwrap().to_string());
    let mixed: Note = format!("{by_ada}{}\n", by_bob.lines().last().unwrap()).parse().unwrap();
    assert_eq!(mixed.verify(&[ada.verifier()]), Ok(()), "bob is nobody here");
    assert!(matches!(mixed.verify(&[ada.verifier(), bob.verifier()]), Err(NoteError::FalseSignature(_))));
    assert_eq!(
        mixed.verify(&[signer("ada", 3).verifier()]),
        Err(NoteError::Unsigned),
        "another key of that name"
    );
    assert_eq!(mixed.verify(&[]), Err(NoteError::Unsigned));
}

#[test]
fn names_and_texts_have_rules() {
    for name in ["", "a b", "a+b", "a\u{a0}b", "a\nb", "a\u{2028}b"] {
        assert_eq!(name.parse::<KeyName>(), Err(NoteError::Name), "{name:?}");
    }
    let longest = "n".repeat(1_024);
    assert_eq!(longest.parse::<KeyName>().unwrap().as_str(), longest);
    assert_eq!(format!("{longest}n").parse::<KeyName>(), Err(NoteError::Name));
    let signer = NoteSigner::new("ada".parse().unwrap(), &[1; 32]);
    for text in ["", "\n", "x", "x\t\n", "x\r\n"] {
        assert_eq!(signer.sign(text), Err(NoteError::Malformed), "{text:?}");
    }
    // A text may hold blank lines.
    let note = signer.sign("a\n\nb\n").unwrap();
    assert_eq!(note.to_string().parse::<Note>().unwrap().text(), "a\n\nb\n");
    let many = format!("a\n\n{}", "\u{2014} ada AAAAAAA=\n".repeat(101));
    assert_eq!(many.parse::<Note>(), Err(NoteError::Malformed));
}

#[test]
fn what_is_longer_than_any_note_or_proof_is_not_read() {
    let note = |text: usize| format!("{}\n\n\u{2014} ada AAAAAAA=\n", "x".repeat(text - 19));
    assert_eq!(note(1 << 20).len(), 1 << 20);
    assert!(note(1 << 20).parse::<Note>().is_ok());
    assert_eq!(note((1 << 20) + 1).parse::<Note>(), Err(NoteError::Malformed));

    // A path of 64 hashes is in the largest tree there can be; what else a file holds is the entry.
    let (head, rest) = PROOF.split_once("index 5\n").unwrap();
    let (hash, (_, note)) = (rest.lines().next().unwrap(), rest.split_once("\n\n").unwrap());
    let path = |hashes: usize| format!("{head}index 5\n{}\n{note}", format!("{hash}\n").repeat(hashes));
    assert_eq!(path(64).parse::<TlogProof>().unwrap().path.len(), 64);
    assert_eq!(path(65).parse::<TlogProof>(), Err(TlogProofError::Malformed));
    // The entry fills the file up to four bytes, the name of a witness up to the last.
    let file = |extra: usize, name: usize| {
        let (extra, name) = ("AAAA".repeat(extra), "w".repeat(name));
        format!("{head}extra {extra}\nindex 5\n{rest}\u{2014} {name} AAAAAAA=\n")
    };
    let left = (1 << 21) - file(0, 1).len();
    let (extra, name) = (left / 4, 1 + left % 4);
    assert_eq!(file(extra, name).len(), 1 << 21);
    assert!(file(extra, name).parse::<TlogProof>().is_ok());
    assert_eq!(file(extra, name + 1).parse::<TlogProof>(), Err(TlogProofError::Malformed));
}

#[test]
fn a_checkpoint_has_one_spelling() {
    let root = "XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=";
    let good = format!("log\n8\n{root}\n");
    assert_eq!(good.parse::<Checkpoint>().unwrap().to_string(), good);
    assert!(format!("log\n8\n{root}\nextension\n").parse::<Checkpoint>().is_ok());
    for wrong in [
        format!("log\n08\n{root}\n"),
        format!("log\n+8\n{root}\n"),
        format!("log\n-8\n{root}\n"),
        format!("log\n18446744073709551616\n{root}\n"),
        format!("\n8\n{root}\n"),
        format!("log\n8\n{root}"),
        format!("log\n8\n{root}\n\n"),
        "log\n8\n".to_owned(),
        format!("log\n8\n{}\n", &root[1..]),
    ] {
        assert!(wrong.parse::<Checkpoint>().is_err(), "{wrong:?}");
    }
    // A log answers for its own origin alone.
    let signer = NoteSigner::new("ada".parse().unwrap(), &[1; 32]);
    let foreign = signer.sign(&good).unwrap();
    assert!(Checkpoint::open(&foreign, &signer.verifier()).is_err());
}

proptest! {
    #[test]
    fn nothing_makes_a_reader_panic(text in any::<String>(), bytes in any::<Vec<u8>>(), at in 0..PROOF.len(), cut in 0..40_usize) {
        let lossy = String::from_utf8_lossy(&bytes).into_owned();
        let mut spliced = PROOF.as_bytes().to_vec();
        spliced.splice(at..(at + cut).min(PROOF.len()), bytes);
        for text in [text, lossy, String::from_utf8_lossy(&spliced).into_owned()] {
            let _ = text.parse::<VerifierKey>();
            let _ = text.parse::<Checkpoint>();
            if let Ok(note) = text.parse::<Note>() {
                prop_assert_eq!(note.to_string(), text.clone());
            }
            if let Ok(proof) = text.parse::<TlogProof>() {
                prop_assert_eq!(proof.to_string(), text);
            }
        }
    }
}
