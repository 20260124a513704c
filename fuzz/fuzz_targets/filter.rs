//! Filters of the event log: one `name=value` to a line, then what is sought.
#![no_main]

use daybook_model::event::{EventFilter, Sought};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let mut filter = EventFilter::default();
    let mut sought = "";
    for line in text.lines() {
        let Some((name, value)) = line.split_once('=') else {
            sought = line;
            continue;
        };
        let before = filter.clone();
        if filter.narrow(name, value).is_err() {
            assert_eq!(filter, before, "what is refused changes nothing");
            continue;
        }
        if let (Some(types), Some(all)) = (&filter.types, &before.types) {
            assert!(types.iter().all(|kind| all.contains(kind)), "a filter is never widened");
        }
        let narrowed = filter.clone();
        filter.narrow(name, value).unwrap();
        assert_eq!(filter, narrowed, "said twice, it is the same");
    }
    let named = Sought::read(sought);
    let is_word = matches!(named, Sought::Word(_));
    let fits = filter.narrow_to(&named);
    assert!(!(is_word && fits));
    assert!(!fits || filter.narrow_to(&named), "what fits goes on fitting");
});
