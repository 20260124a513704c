//! When the entries happened that a filter matches: columns of hours, days, weeks or months, whichever are few enough.

use askama::filters::Safe;
use daybook_model::{
    Timestamp,
    clock::{MICROS_PER_DAY, Month, parse_date},
    event::Severity,
};
use daybook_portal::{EventMark, EventMatches};

use crate::{
    chart::{self, Bars, Series},
    locale::{Locale, minute},
};

/// How many columns there are at most: a month of days.
const COLUMNS: i64 = 31;

/// January of the year 1: no moment is before it, so no column begins earlier.
const FIRST_MONTH: i64 = -1_969 * 12;

/// The columns of matching entries, and their numbers.
pub(super) struct Histogram {
    pub(super) drawn: Safe<String>,
    pub(super) caption: String,
    /// Where each column begins, its major and its minor entries; the newest first.
    pub(super) rows: Vec<(String, i64, i64)>,
}

/// How much time a column is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    /// Parts of a day that fill it.
    Hours(i64),
    Day,
    /// From Monday on.
    Week,
    Months(i64),
}

/// From the finest to the coarsest, which holds every moment there can be.
const STEPS: [Step; 13] = [
    Step::Hours(1),
    Step::Hours(3),
    Step::Hours(6),
    Step::Hours(12),
    Step::Day,
    Step::Week,
    Step::Months(1),
    Step::Months(3),
    Step::Months(12),
    Step::Months(60),
    Step::Months(240),
    Step::Months(1_200),
    Step::Months(6_000),
];

impl Step {
    /// The finest that needs no more columns than there may be.
    fn of(first: Timestamp, last: Timestamp) -> Self {
        let is_coarse_enough = |step: &Self| step.number(last) - step.number(first) < COLUMNS;
        STEPS.into_iter().find(is_coarse_enough).unwrap_or(Self::Months(6_000))
    }

    /// The number of the column that holds this moment.
    fn number(self, at: Timestamp) -> i64 {
        match self {
            Self::Hours(hours) => at.as_micros().div_euclid(hours * MICROS_PER_DAY / 24),
            Self::Day => at.day(),
            // The first day of all was a Thursday.
            Self::Week => (at.day() + 3).div_euclid(7),
            Self::Months(months) => Month::of(at).number().div_euclid(months),
        }
    }

    /// Where the column of this number begins.
    fn start(self, number: i64) -> Timestamp {
        match self {
            Self::Hours(hours) => Timestamp::from_micros(number * hours * MICROS_PER_DAY / 24),
            Self::Day => Timestamp::start_of_day(number),
            Self::Week => Timestamp::start_of_day(number * 7 - 3),
            Self::Months(months) => {
                let first = format!("{}-01", Month::from_number((number * months).max(FIRST_MONTH)));
                Timestamp::start_of_day(parse_date(&first).unwrap_or_default())
            }
        }
    }

    /// Where a column begins, in words.
    fn label(self, number: i64, locale: Locale) -> String {
        let start = self.start(number);
        match self {
            Self::Hours(_) => moment(start, locale),
            Self::Day | Self::Week => locale.day(start),
            Self::Months(_) => locale.month(start),
        }
    }

    /// How much time a column is, in words.
    fn words(self, locale: Locale) -> String {
        let (name, count) = match self {
            Self::Hours(hours) => ("column-hours", hours),
            Self::Day => ("column-days", 1),
            Self::Week => ("column-weeks", 1),
            Self::Months(months) => ("column-months", months),
        };
        locale.text_with(name, &[("count", count.into())])
    }
}

fn moment(at: Timestamp, locale: Locale) -> String {
    format!("{} {}", locale.day(at), minute(at))
}

fn total(counts: &[i64]) -> i64 {
    counts.iter().sum()
}

/// How many of a severity are in each column.
fn counted(marks: &[EventMark], severity: Severity, step: Step, columns: &[i64]) -> Vec<i64> {
    let mut counts = vec![0; columns.len()];
    let first = columns.first().copied().unwrap_or_default();
    for mark in marks.iter().filter(|mark| mark.severity == severity) {
        let at = usize::try_from(step.number(mark.occurred_at) - first).ok();
        if let Some(count) = at.and_then(|at| counts.get_mut(at)) {
            *count += 1;
        }
    }
    counts
}

impl Histogram {
    /// Of what a filter matches; none if that is nothing.
    pub(super) fn of(matches: &EventMatches, locale: Locale) -> Option<Self> {
        let times = matches.newest.iter().map(|mark| mark.occurred_at);
        let (first, last) = (times.clone().min()?, times.max()?);
        let step = Step::of(first, last);
        let columns: Vec<i64> = (step.number(first)..=step.number(last)).collect();
        let labels: Vec<String> = columns.iter().map(|number| step.label(*number, locale)).collect();
        let count = |severity| counted(&matches.newest, severity, step, &columns);
        let (major, minor) = (count(Severity::Major), count(Severity::Minor));
        let mut caption = locale.text_with(
            "entries-by-time-caption",
            &[
                ("total", (total(&major) + total(&minor)).into()),
                ("since", moment(first, locale).into()),
                ("until", moment(last, locale).into()),
                ("major", total(&major).into()),
                ("minor", total(&minor).into()),
                ("what", step.words(locale).into()),
            ],
        );
        if matches.more {
            let newest =
                locale.text_with("entries-by-time-newest", &[("total", matches.newest.len().into())]);
            caption = format!("{caption} {newest}");
        }
        let counts = major.iter().copied().zip(minor.iter().copied());
        let rows = labels.iter().cloned().zip(counts).map(|(label, (major, minor))| (label, major, minor));
        let rows: Vec<_> = rows.rev().collect();
        let series = [
            Series { name: locale.text("severity-minor").into_owned(), class: "c0", values: minor },
            Series { name: locale.text("severity-major").into_owned(), class: "c1", values: major },
        ];
        let ticks: Vec<String> = [labels.first(), labels.last()].into_iter().flatten().cloned().collect();
        let drawn = chart::low_bars(&Bars {
            title: &locale.text("entries-by-time"),
            description: &caption,
            labels: &labels,
            series: &series,
            ticks: &ticks,
            number: &|number| locale.number(number),
        });
        Some(Self { drawn, caption, rows })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn columns_are_as_fine_as_there_is_room() {
        for (first, last, step) in [
            ("2026-11-23T14:05:00Z", "2026-11-23T14:05:00Z", Step::Hours(1)),
            ("2026-11-23T00:00:00Z", "2026-11-24T06:59:59Z", Step::Hours(1)),
            ("2026-11-23T00:00:00Z", "2026-11-24T07:00:00Z", Step::Hours(3)),
            ("2026-10-01T00:00:00Z", "2026-10-31T23:59:59Z", Step::Day),
            ("2026-10-01T00:00:00Z", "2026-11-01T00:00:00Z", Step::Week),
            ("2026-01-01T00:00:00Z", "2026-12-31T23:59:59Z", Step::Months(1)),
            ("1001-01-01T00:00:00Z", "2026-12-31T23:59:59Z", Step::Months(1_200)),
            ("0001-01-01T00:00:00Z", "9999-12-30T00:00:00Z", Step::Months(6_000)),
        ] {
            assert_eq!(Step::of(at(first), at(last)), step, "{first} to {last}");
        }
    }

    #[test]
    fn a_column_begins_where_the_one_before_ends() {
        for (step, start, label) in [
            (Step::Hours(1), "2026-11-25T14:00:00Z", "25 Nov 2026 14:00"),
            (Step::Hours(6), "2026-11-25T12:00:00Z", "25 Nov 2026 12:00"),
            (Step::Day, "2026-11-25T00:00:00Z", "25 Nov 2026"),
            (Step::Week, "2026-11-23T00:00:00Z", "23 Nov 2026"),
            (Step::Months(1), "2026-11-01T00:00:00Z", "Nov 2026"),
            (Step::Months(3), "2026-10-01T00:00:00Z", "Oct 2026"),
        ] {
            let number = step.number(at("2026-11-25T14:05:20Z"));
            assert_eq!(
                (step.start(number), step.label(number, Locale::English)),
                (at(start), label.to_owned())
            );
        }
        for step in STEPS {
            for moment in [
                "0001-01-01T00:00:00Z",
                "1815-12-10T00:00:00Z",
                "1969-12-31T23:59:59Z",
                "2026-11-25T14:05:20Z",
            ] {
                let number = step.number(at(moment));
                let (start, end) = (step.start(number), step.start(number + 1));
                assert!(start <= at(moment) && at(moment) < end, "{step:?}: {moment} in {start}..{end}");
                assert_eq!(step.number(start), number, "{step:?}");
            }
        }
    }

    #[test]
    fn every_entry_is_in_one_column() {
        let mark = |text: &str, severity| EventMark { occurred_at: at(text), severity };
        let newest = vec![
            mark("2026-11-25T14:05:20Z", Severity::Minor),
            // Recorded later, and happened before all others.
            mark("2026-11-23T23:59:59Z", Severity::Major),
            mark("2026-11-25T14:00:00Z", Severity::Major),
            mark("2026-11-24T02:59:59Z", Severity::Minor),
        ];
        let mut matches = EventMatches { newest, more: false };
        let shown = Histogram::of(&matches, Locale::English).unwrap();
        assert_eq!(
            shown.caption,
            "4 entries from 23 Nov 2026 23:59 to 25 Nov 2026 14:05 (UTC): 2 major, 2 minor. A column is 3 hours."
        );
        assert_eq!(shown.rows.first(), Some(&("25 Nov 2026 12:00".to_owned(), 1, 1)));
        assert_eq!(shown.rows.last(), Some(&("23 Nov 2026 21:00".to_owned(), 1, 0)));
        let sum = shown.rows.iter().fold((0, 0), |(a, b), (_, major, minor)| (a + major, b + minor));
        assert_eq!((sum, shown.rows.len()), ((2, 2), 14));
        assert_eq!(shown.drawn.0.matches("class=\"hit\"").count(), 14, "each is read by pointer and keys");
        matches.more = true;
        let shown = Histogram::of(&matches, Locale::German).unwrap();
        assert!(shown.caption.ends_with(" Gezählt sind nur die neuesten 4."), "{}", shown.caption);
        assert!(Histogram::of(&EventMatches { newest: vec![], more: false }, Locale::English).is_none());
    }
}
