//! What devices report of their use: how a report must look. Telemetry: a report changes no right, so it is no event.

use crate::{
    Timestamp,
    clock::Month,
    invalid::{Checker, Invalid},
    plan::usage_kind,
    text,
};

/// How many reports one request may hold.
pub const MAX_REPORTS: usize = 1_000;
/// The most that one report may say.
pub const MAX_QUANTITY: i64 = 1_000_000_000;
/// How far ahead a device's clock may be.
const AHEAD_SECONDS: i64 = 300;
/// How long ago something may have been used: a device may be offline for a month.
const OLDEST_DAYS: i64 = 35;
/// How long a report is known, so that the same one is not counted again: longer than it is accepted.
pub const KNOWN_DAYS: i64 = 40;

/// What a device says that it has used; unchecked.
#[derive(Debug, Clone)]
pub struct UsageDraft {
    /// The device's own name for the report: the same one is counted once.
    pub id: String,
    /// Of what.
    pub kind: String,
    /// How much.
    pub quantity: i64,
    /// When.
    pub at: Timestamp,
}

/// A checked report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsageReport {
    /// The device's own name for it.
    pub id: String,
    /// Of what.
    pub kind: String,
    /// How much.
    pub quantity: i64,
    /// In which UTC month.
    pub month: Month,
}

/// The checked reports, or all that is wrong with them. A place is the report's number and the field, or the field alone for one that was
/// sent by itself.
pub fn check_reports(
    drafts: Vec<UsageDraft>,
    is_list: bool,
    now: Timestamp,
) -> Result<Vec<UsageReport>, Invalid> {
    let mut check = Checker::default();
    let fits = (1..=MAX_REPORTS).contains(&drafts.len());
    check.require("", fits, "OUT_OF_RANGE", "must be a report or a list of 1 to 1000 reports");
    if !fits {
        return check.finish(None);
    }
    let mut reports = Vec::with_capacity(drafts.len());
    for (number, draft) in drafts.into_iter().enumerate() {
        let place = |field: &str| if is_list { format!("/{number}/{field}") } else { format!("/{field}") };
        let id = check.take(&place("id"), text::line(&draft.id, 100));
        let kind = check.take(&place("kind"), usage_kind(&draft.kind));
        let quantity = check.take(&place("quantity"), text::within(draft.quantity, 1, MAX_QUANTITY));
        let is_timely =
            draft.at <= now.plus_seconds(AHEAD_SECONDS) && draft.at >= now.plus_days(-OLDEST_DAYS);
        let detail = "must be within the last 35 days and not in the future";
        check.require(&place("at"), is_timely, "OUT_OF_RANGE", detail);
        if let (Some(id), Some(kind), Some(quantity)) = (id, kind, quantity) {
            reports.push(UsageReport { id, kind, quantity, month: Month::of(draft.at) });
        }
    }
    check.finish(Some(reports))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(id: &str, kind: &str, quantity: i64, at: Timestamp) -> UsageDraft {
        UsageDraft { id: id.to_owned(), kind: kind.to_owned(), quantity, at }
    }

    fn places(found: Result<Vec<UsageReport>, Invalid>) -> Vec<(String, &'static str)> {
        found.err().into_iter().flat_map(|invalid| invalid.0).map(|e| (e.pointer, e.code)).collect()
    }

    #[test]
    fn a_report_is_named_sorted_positive_and_timely() {
        let now: Timestamp = "2026-03-10T12:00:00Z".parse().unwrap();
        let good = vec![
            draft("a", "calls", 1, now.plus_seconds(300)),
            draft("b", "calls", MAX_QUANTITY, now.plus_days(-35)),
        ];
        let months: Vec<_> =
            check_reports(good, true, now).unwrap().iter().map(|report| report.month.to_string()).collect();
        assert_eq!(months, ["2026-03", "2026-02"]);
        let bad = vec![
            draft("", "Calls", 0, now.plus_seconds(301)),
            draft("a", "activations", MAX_QUANTITY + 1, now.plus_days(-36)),
        ];
        let expected = [
            ("/0/id", "REQUIRED"),
            ("/0/kind", "INVALID_KIND"),
            ("/0/quantity", "OUT_OF_RANGE"),
            ("/0/at", "OUT_OF_RANGE"),
            ("/1/kind", "RESERVED"),
            ("/1/quantity", "OUT_OF_RANGE"),
            ("/1/at", "OUT_OF_RANGE"),
        ]
        .map(|(place, code)| (place.to_owned(), code));
        assert_eq!(places(check_reports(bad, true, now)), expected);
        let alone = places(check_reports(vec![draft("a", "calls", 0, now)], false, now));
        assert_eq!(alone, [("/quantity".to_owned(), "OUT_OF_RANGE")]);
    }

    #[test]
    fn a_request_holds_one_to_a_thousand() {
        let now = Timestamp::default();
        let many = |count| places(check_reports(vec![draft("a", "calls", 1, now); count], true, now));
        assert_eq!((many(1), many(MAX_REPORTS)), (vec![], vec![]));
        for count in [0, MAX_REPORTS + 1] {
            assert_eq!(many(count), [(String::new(), "OUT_OF_RANGE")]);
        }
    }
}
