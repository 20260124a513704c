//! Activation codes as people type them.
#![no_main]

use daybook_model::code::ActivationCode;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(code) = ActivationCode::parse(text) else { return };
    let printed = code.reveal();
    assert_eq!(ActivationCode::parse(&printed).unwrap().as_bytes(), code.as_bytes(), "printed as {printed}");
    assert!(printed.starts_with(code.prefix()) && printed.ends_with(&code.hint()), "{printed}");
    // One mistyped symbol is always found.
    let (rest, last) = printed.split_at(printed.len() - 1);
    let other = if last == "0" { "1" } else { "0" };
    assert!(
        ActivationCode::parse(&format!("{rest}{other}")).is_err(),
        "{printed} and its neighbour are both codes"
    );
});
