//! Lengths of time as people write them in settings: `90s`, `30m`, `2h`, `7d`.

use std::str::FromStr;

use serde::Deserialize;

/// A length of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Span {
    /// How many whole seconds.
    pub(crate) seconds: i64,
}

/// Why a text is not a length of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NotASpan;

impl std::fmt::Display for NotASpan {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("expected a whole number and its unit: 90s, 30m, 2h or 7d")
    }
}

impl std::error::Error for NotASpan {}

impl FromStr for Span {
    type Err = NotASpan;

    fn from_str(text: &str) -> Result<Self, NotASpan> {
        let (number, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).ok_or(NotASpan)?);
        let unit = match unit {
            "s" => 1,
            "m" => 60,
            "h" => 3_600,
            "d" => 86_400,
            _ => return Err(NotASpan),
        };
        let number: i64 = number.parse().map_err(|_| NotASpan)?;
        Ok(Self { seconds: number.checked_mul(unit).ok_or(NotASpan)? })
    }
}

impl TryFrom<String> for Span {
    type Error = NotASpan;

    fn try_from(text: String) -> Result<Self, NotASpan> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_and_its_unit_and_nothing_else() {
        let seconds = |text: &str| text.parse::<Span>().ok().map(|span| span.seconds);
        assert_eq!(
            ["90s", "30m", "2h", "7d", "0s"].map(seconds),
            [Some(90), Some(1_800), Some(7_200), Some(604_800), Some(0)]
        );
        for text in [
            "",
            "2",
            "h",
            "2 h",
            "-2h",
            "1.5h",
            "2w",
            "2hh",
            "2H",
            "99999999999999999999s",
            "9223372036854775807d",
        ] {
            assert_eq!(seconds(text), None, "{text}");
        }
    }
}
