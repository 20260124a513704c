//! Ranges of days, as requests write them.

use daybook_model::Timestamp;
use daybook_portal::{Range, RangeError};

fn now() -> Timestamp {
    "2026-03-01T12:00:00Z".parse().unwrap()
}

fn days(text: &str) -> i64 {
    let range = Range::parse(text, now()).unwrap();
    range.last - range.first + 1
}

#[test]
fn named_ranges_end_today() {
    for (text, expected) in [("today", 1), ("7d", 7), ("30d", 30), ("90d", 90), ("1y", 365)] {
        assert_eq!(days(text), expected, "{text}");
        assert_eq!(Range::parse(text, now()).unwrap().last, now().day(), "{text}");
    }
}

#[test]
fn a_range_of_dates_includes_both_ends() {
    assert_eq!(days("2026-01-01..2026-01-31"), 31);
    assert_eq!(days("2024-02-28..2024-03-01"), 3);
}

#[test]
fn anything_else_is_refused() {
    for text in [
        "",
        "8d",
        "2026-01-31..2026-01-01",
        "2026-01-01..",
        "2026-02-30..2026-03-01",
        "1990-01-01..2026-01-01",
    ] {
        assert_eq!(Range::parse(text, now()), Err(RangeError), "{text}");
    }
}
