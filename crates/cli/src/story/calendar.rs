//! The days of the story and the rhythm of their work. Must not know what happens on them.

use daybook_model::{
    Timestamp,
    clock::{MICROS_PER_DAY, date_text},
};

use super::chance::Chance;

/// How many days the story has; the last is today.
pub(super) const DAYS: i64 = 365;
/// Microseconds in an hour.
pub(super) const HOUR: i64 = MICROS_PER_DAY / 24;

/// How busy a day of the week is, Monday first, in percent of a usual day.
const WEEK: [i64; 7] = [110, 122, 118, 112, 92, 30, 22];
/// How busy an hour of the day is (UTC).
const DAY: [(u64, i64); 24] = [
    (2, 0),
    (1, 1),
    (1, 2),
    (1, 3),
    (2, 4),
    (6, 5),
    (14, 6),
    (34, 7),
    (58, 8),
    (72, 9),
    (76, 10),
    (64, 11),
    (50, 12),
    (62, 13),
    (70, 14),
    (66, 15),
    (48, 16),
    (30, 17),
    (18, 18),
    (13, 19),
    (10, 20),
    (8, 21),
    (5, 22),
    (3, 23),
];
/// Moments of a usual day when the story begins and when it ends.
const MOMENTS: (i64, i64) = (14, 57);

/// The year that ends now.
#[derive(Debug, Clone, Copy)]
pub(super) struct Calendar {
    first: i64,
    now: Timestamp,
}

impl Calendar {
    /// The year that ends at `now`.
    pub(super) fn ending(now: Timestamp) -> Self {
        Self { first: now.day() - DAYS + 1, now }
    }

    /// When a day of the story begins; it may be one that is still to come.
    pub(super) fn midnight(self, day: i64) -> Timestamp {
        Timestamp::start_of_day(self.first + day)
    }

    /// The instant that lies so far into a day of the story. Today is as long as it has been so far: its steps are the same at every
    /// hour, and lie closer together the younger it is.
    pub(super) fn at(self, day: i64, micros: i64) -> Timestamp {
        let midnight = self.midnight(day).as_micros();
        let elapsed = (self.now.as_micros() - midnight).clamp(0, MICROS_PER_DAY);
        let scaled = i128::from(micros) * i128::from(elapsed) / i128::from(MICROS_PER_DAY);
        Timestamp::from_micros(midnight.saturating_add(i64::try_from(scaled).unwrap_or(elapsed)))
    }

    /// Whether people work in offices that day.
    pub(super) fn is_workday(self, day: i64) -> bool {
        self.weekday(day) < 5
    }

    /// Monday is 0; 1970-01-01 was a Thursday.
    fn weekday(self, day: i64) -> usize {
        usize::try_from((self.first + day + 3).rem_euclid(7)).unwrap_or(0)
    }

    /// How busy a day is, in percent of a usual one.
    fn busy(self, day: i64) -> i64 {
        let week = WEEK.get(self.weekday(day)).copied().unwrap_or(100);
        let date = date_text(self.first + day);
        // Dates as texts are in the order of the calendar.
        let date = date.get(5..).unwrap_or_default();
        match date {
            _ if date >= "12-24" || date <= "01-02" => week / 3,
            _ if ("08-01"..="08-31").contains(&date) => week * 4 / 5,
            _ => week,
        }
    }

    /// The moments of a day at which something happens, in order, as microseconds into it.
    pub(super) fn moments(self, day: i64, chance: &mut Chance) -> Vec<i64> {
        let usual = MOMENTS.0 + (MOMENTS.1 - MOMENTS.0) * day / DAYS;
        let count = usual * self.busy(day) * chance.within(86, 114) / 10_000;
        let mut moments: Vec<i64> = (0..count)
            .map(|_| {
                let hour = chance.weighted(&DAY).unwrap_or(12);
                hour * HOUR + chance.within(0, HOUR - 1)
            })
            .collect();
        moments.sort_unstable();
        moments
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_past_day_is_whole_and_today_ends_now() {
        let now: Timestamp = "2026-03-18T06:00:00Z".parse().unwrap();
        let calendar = Calendar::ending(now);
        assert_eq!(calendar.midnight(DAYS - 1).to_string(), "2026-03-18T00:00:00.000000Z");
        assert_eq!(calendar.at(DAYS - 2, 12 * HOUR).to_string(), "2026-03-17T12:00:00.000000Z");
        assert_eq!(calendar.at(DAYS - 1, 12 * HOUR).to_string(), "2026-03-18T03:00:00.000000Z");
        // A Wednesday and the Saturday before.
        assert!(calendar.is_workday(DAYS - 1) && !calendar.is_workday(DAYS - 5));
    }

    #[test]
    fn holidays_are_quiet() {
        let calendar = Calendar::ending("2026-03-18T06:00:00Z".parse().unwrap());
        let day = |date: &str| daybook_model::clock::parse_date(date).unwrap() - calendar.first;
        assert!(calendar.busy(day("2025-12-30")) * 2 < calendar.busy(day("2025-12-16")));
    }
}
