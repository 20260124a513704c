//! What `verify` reads: notes, checkpoints, keys and proofs that come from anywhere.
#![no_main]

use daybook_proof::{Checkpoint, Note, TlogProof, VerifierKey};
use libfuzzer_sys::fuzz_target;

macro_rules! each_reads_back {
    ($text:expr; $($type:ty),* $(,)?) => { $(
        if let Ok(read) = $text.parse::<$type>() {
            let written = read.to_string();
            assert_eq!(written.parse::<$type>().unwrap(), read, "{written}");
        }
    )* };
}

fuzz_target!(|text: &str| {
    each_reads_back!(text; Note, Checkpoint, TlogProof, VerifierKey);
});
