//! Entries of the log, as they come from a database or a file that somebody else may have written.
#![no_main]

use daybook_model::{Entropy, Recorded};
use libfuzzer_sys::fuzz_target;

/// Salts need not be random here.
struct Zeros;

impl Entropy for Zeros {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(0);
    }
}

fuzz_target!(|bytes: &[u8]| {
    let Ok(event) = Recorded::decode(bytes, &[]) else { return };
    let Ok(encoded) = event.encode(&Zeros) else { return };
    let again = Recorded::decode(&encoded.entry, &encoded.personal).unwrap();
    // A value that is erased in the data is written as null: that it was there once is known from the first entry alone.
    if event.payload.to_data().unwrap().to_string().contains("$erased") {
        return;
    }
    assert_eq!(again, event, "an entry that was read can be written and read again");
    assert_eq!(again.encode(&Zeros).unwrap().entry, encoded.entry, "in the same bytes");
});
