//! Where a list goes on: words that come back from programs.
#![no_main]

use daybook_model::Cursor;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|word: &str| {
    let Ok(cursor) = word.parse::<Cursor>() else { return };
    assert_eq!(cursor.to_string(), word, "each cursor has one word");
    assert!(cursor.key.as_deref() != Some("") && !cursor.key.unwrap_or_default().contains('\0'));
});
