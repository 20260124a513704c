//! Time as a parameter: instants to the microsecond, and the `Clock` that gives them.
//! Must not read the machine's time: the real clock is made in `cli` and `testkit`.

use std::{fmt, str::FromStr};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// An instant in UTC, to the microsecond: what both databases store and what every answer shows.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(i64);

/// Microseconds in a day; Daybook's days are UTC days.
pub const MICROS_PER_DAY: i64 = 86_400_000_000;

impl Timestamp {
    /// From microseconds since 1970-01-01T00:00:00Z.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since 1970-01-01T00:00:00Z.
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// Whole seconds since 1970-01-01T00:00:00Z, rounded down.
    pub const fn as_seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// Days since 1970-01-01, by UTC.
    pub const fn day(self) -> i64 {
        self.0.div_euclid(MICROS_PER_DAY)
    }

    /// Midnight UTC at the start of a day counted from 1970-01-01.
    pub const fn start_of_day(day: i64) -> Self {
        Self(day.saturating_mul(MICROS_PER_DAY))
    }

    /// This much later (or earlier, when negative); stays within range.
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1_000_000)))
    }

    /// This many days later (or earlier, when negative); stays within range.
    #[must_use]
    pub const fn plus_days(self, days: i64) -> Self {
        self.plus_seconds(days.saturating_mul(86_400))
    }
}

/// The date `YYYY-MM-DD` of a day counted from 1970-01-01.
pub fn date_text(day: i64) -> String {
    Timestamp::start_of_day(day).to_string().chars().take_while(|&c| c != 'T').collect()
}

/// The day counted from 1970-01-01 of a date `YYYY-MM-DD`.
pub fn parse_date(text: &str) -> Option<i64> {
    let well_formed = text.len() == 10 && text.is_ascii();
    format!("{text}T00:00:00Z").parse::<Timestamp>().ok().filter(|_| well_formed).map(Timestamp::day)
}

impl fmt::Display for Timestamp {
    /// RFC 3339 with six decimals and `Z`, the one form used in entries and answers.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_microsecond(self.0) {
            Ok(at) => write!(out, "{at:.6}"),
            Err(_) => write!(out, "{} µs", self.0),
        }
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

/// A text that is not an RFC 3339 time between the years 1 and 9999.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected an RFC 3339 time such as 2026-01-31T09:30:00Z")]
pub struct TimeError;

impl FromStr for Timestamp {
    type Err = TimeError;

    fn from_str(text: &str) -> Result<Self, TimeError> {
        let at: jiff::Timestamp = text.parse().map_err(|_| TimeError)?;
        // PostgreSQL and SQLite both hold these years; beyond them the text form changes.
        let micros = at.as_microsecond();
        let in_range = (-62_135_596_800_000_000..253_402_300_800_000_000).contains(&micros);
        in_range.then_some(Self(micros)).ok_or(TimeError)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

impl JsonSchema for Timestamp {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Timestamp".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date-time" })
    }
}

/// A UTC month, counted from 1970-01; written `YYYY-MM`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Month(i64);

impl Month {
    /// The month so many after 1970-01.
    pub const fn from_number(number: i64) -> Self {
        Self(number)
    }

    /// How many months after 1970-01 it is.
    pub const fn number(self) -> i64 {
        self.0
    }

    /// The month of an instant.
    pub fn of(at: Timestamp) -> Self {
        let at = jiff::Timestamp::from_microsecond(at.0).unwrap_or_default();
        let date = jiff::tz::Offset::UTC.to_datetime(at);
        Self((i64::from(date.year()) - 1970) * 12 + i64::from(date.month()) - 1)
    }
}

impl fmt::Display for Month {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:04}-{:02}", 1970 + self.0.div_euclid(12), self.0.rem_euclid(12) + 1)
    }
}

impl fmt::Debug for Month {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

impl FromStr for Month {
    type Err = MonthError;

    fn from_str(text: &str) -> Result<Self, MonthError> {
        parse_date(&format!("{text}-01")).map(|day| Self::of(Timestamp::start_of_day(day))).ok_or(MonthError)
    }
}

/// A text that is not a month.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected a month such as 2026-01")]
pub struct MonthError;

impl Serialize for Month {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Month {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

impl JsonSchema for Month {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Month".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}$" })
    }
}

/// Where "now" comes from.
pub trait Clock: Send + Sync {
    /// The present instant.
    fn now(&self) -> Timestamp;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_and_reads_one_form() {
        let at: Timestamp = "2026-11-23T09:30:00.5+01:00".parse().unwrap();
        assert_eq!(at.to_string(), "2026-11-23T08:30:00.500000Z");
        assert_eq!(at.to_string().parse(), Ok(at));
        assert_eq!(date_text(at.day()), "2026-11-23");
        assert_eq!(parse_date("2026-11-23"), Some(at.day()));
        assert_eq!(at.as_seconds(), 1_795_422_600, "and a half");
        assert_eq!(Timestamp::from_micros(-1).as_seconds(), -1);
    }

    #[test]
    fn a_month_is_read_as_it_is_written() {
        let of = |text: &str| Month::of(text.parse().unwrap());
        for (at, month) in [
            ("1970-01-01T00:00:00Z", "1970-01"),
            ("1969-12-31T23:59:59.999999Z", "1969-12"),
            ("2026-12-01T00:30:00+01:00", "2026-11"),
            ("2026-12-31T23:59:59.999999Z", "2026-12"),
            ("0001-01-01T00:00:00Z", "0001-01"),
        ] {
            assert_eq!(of(at).to_string(), month);
            assert_eq!(month.parse(), Ok(of(at)));
            assert_eq!(Month::from_number(of(at).number()), of(at));
        }
        assert_eq!(of("2026-03-01T00:00:00Z").number(), 56 * 12 + 2);
        for text in ["", "2026", "2026-13", "2026-1", "2026-01-01", "26-01", "2026-0a", "+026-01"] {
            assert_eq!(text.parse::<Month>(), Err(MonthError), "{text}");
        }
    }

    #[test]
    fn refuses_what_is_not_a_time() {
        for text in ["", "yesterday", "2026-11-23", "2026-13-01T00:00:00Z", "0000-01-01T00:00:00Z"] {
            assert_eq!(text.parse::<Timestamp>(), Err(TimeError), "{text}");
        }
        for text in ["2026-1-1", "2026-02-30", "x", "2026-01-01T", "+002026-01-01", "２026-01-01"] {
            assert_eq!(parse_date(text), None, "{text}");
        }
    }
}
