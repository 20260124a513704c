//! What pages say, in the languages there are: texts by name from `locales/*.ftl` (Project Fluent), numbers and dates as the language
//! writes them. Must not know pages.

use std::{borrow::Cow, sync::LazyLock};

use daybook_model::{Timestamp, clock::date_text};
use fluent_bundle::{FluentArgs, FluentResource, FluentValue, bundle, concurrent};
use unic_langid::LanguageIdentifier;

type Bundle = concurrent::FluentBundle<FluentResource>;
type Memoizer = intl_memoizer::concurrent::IntlLangMemoizer;

/// A language that pages are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Locale {
    /// English: complete, and what others fall back to.
    English,
    /// German.
    German,
}

static ENGLISH: LazyLock<Bundle> =
    LazyLock::new(|| bundle("en", &[include_str!("locales/en.ftl")], |value, _| number(value, ",")));
static GERMAN: LazyLock<Bundle> = LazyLock::new(|| {
    let sources = [include_str!("locales/de.ftl"), include_str!("locales/refusals.de.ftl")];
    bundle("de", &sources, |value, _| number(value, "."))
});

fn bundle(
    tag: &str,
    sources: &[&str],
    formatter: fn(&FluentValue<'_>, &Memoizer) -> Option<String>,
) -> Bundle {
    let language: LanguageIdentifier = tag.parse().unwrap_or_default();
    let mut bundle: Bundle = bundle::FluentBundle::new_concurrent(vec![language]);
    // Names stand beside each other in one direction: no marks between them, which would be copied along.
    bundle.set_use_isolating(false);
    bundle.set_formatter(Some(formatter));
    for source in sources {
        // What cannot be read is left out here; a test reads every file without an error.
        let resource = FluentResource::try_new((*source).to_owned()).unwrap_or_else(|(resource, _)| resource);
        let _ = bundle.add_resource(resource);
    }
    bundle
}

fn number(value: &FluentValue<'_>, separator: &str) -> Option<String> {
    let FluentValue::Number(number) = value else { return None };
    Some(grouped(&number.as_string(), separator))
}

/// Digits in groups of three.
fn grouped(digits: &str, separator: &str) -> String {
    let (whole, rest) = digits.split_at(digits.find('.').unwrap_or(digits.len()));
    let (sign, whole) = whole.strip_prefix('-').map_or(("", whole), |whole| ("−", whole));
    let mut text = sign.to_owned();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at) % 3 == 0 {
            text.push_str(separator);
        }
        text.push(digit);
    }
    text + rest
}

impl Locale {
    /// Every language, in the order in which they are offered, with what it calls itself.
    pub(crate) const ALL: [(Self, &'static str); 2] = [(Self::English, "English"), (Self::German, "Deutsch")];

    /// The tag of a language, as in `lang` and in a cookie.
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }

    /// The language with this tag; a region is not looked at.
    pub(crate) fn of_tag(tag: &str) -> Option<Self> {
        let language = tag.split(['-', '_']).next().unwrap_or_default();
        Self::ALL.iter().map(|(locale, _)| *locale).find(|locale| locale.tag().eq_ignore_ascii_case(language))
    }

    /// The first that a browser accepts, by the order in which it names them.
    pub(crate) fn accepted(header: &str) -> Self {
        let mut tags = header.split(',').map(|entry| entry.split(';').next().unwrap_or_default().trim());
        tags.find_map(Self::of_tag).unwrap_or(Self::English)
    }

    fn bundle(self) -> &'static Bundle {
        match self {
            Self::English => &ENGLISH,
            Self::German => &GERMAN,
        }
    }

    /// The text of this name; English where the language has none.
    pub(crate) fn text(self, name: &str) -> Cow<'static, str> {
        self.filled(name, None)
    }

    /// The text of this name with values in it.
    pub(crate) fn text_with(self, name: &str, values: &[(&'static str, FluentValue<'_>)]) -> String {
        let mut args = FluentArgs::with_capacity(values.len());
        for (key, value) in values {
            args.set(*key, value.clone());
        }
        self.filled(name, Some(&args)).into_owned()
    }

    /// Why something was refused: in English as the message says it, otherwise by its code, with the numbers that the message names.
    pub(crate) fn refusal(self, code: &str, message: &str) -> String {
        if self == Self::English {
            return message.to_owned();
        }
        let numbers: Vec<FluentValue<'_>> = message
            .split(|c: char| !c.is_ascii_digit() && c != '.')
            .map(|word| word.trim_matches('.'))
            .filter(|word| word.starts_with(|c: char| c.is_ascii_digit()))
            .map(FluentValue::try_number)
            .collect();
        let mut args = FluentArgs::with_capacity(3);
        args.set("values", numbers.len());
        for (key, number) in ["first", "second"].into_iter().zip(numbers) {
            args.set(key, number);
        }
        self.filled(&format!("refusal-{code}"), Some(&args)).into_owned()
    }

    fn filled(self, name: &str, args: Option<&FluentArgs<'_>>) -> Cow<'static, str> {
        for bundle in [self.bundle(), &ENGLISH] {
            if let Some(pattern) = bundle.get_message(name).and_then(|message| message.value()) {
                return Cow::Owned(bundle.format_pattern(pattern, args, &mut vec![]).into_owned());
            }
        }
        // A test looks for every name that a template uses.
        Cow::Owned(name.to_owned())
    }

    /// A whole number.
    pub(crate) fn number(self, number: i64) -> String {
        grouped(&number.to_string(), if self == Self::German { "." } else { "," })
    }

    /// A day: `23 Nov 2026`.
    pub(crate) fn day(self, at: Timestamp) -> String {
        self.date("date-day", at)
    }

    /// A day with its weekday and the month in full: `Monday 23 November 2026`.
    pub(crate) fn long_day(self, at: Timestamp) -> String {
        self.date("date-long", at)
    }

    /// A day without its year: `23 Nov`.
    pub(crate) fn short_day(self, at: Timestamp) -> String {
        self.date("date-short", at)
    }

    /// A month: `Nov 2026`.
    pub(crate) fn month(self, at: Timestamp) -> String {
        self.date("date-month", at)
    }

    fn date(self, form: &str, at: Timestamp) -> String {
        let text = date_text(at.day());
        let mut parts = text.split('-');
        let mut next = || parts.next().unwrap_or_default().trim_start_matches('0').to_owned();
        let (year, month, day) = (next(), next(), next());
        let weekday = (at.day() + 3).rem_euclid(7);
        let values = [
            ("weekday", self.text(&format!("weekday-{weekday}")).into_owned().into()),
            ("day", day.into()),
            ("month", self.text(&format!("month-{month}")).into_owned().into()),
            ("mon", self.text(&format!("mon-{month}")).into_owned().into()),
            ("year", year.into()),
        ];
        self.text_with(form, &values)
    }
}

/// The time of day, UTC: `14:05`.
pub(crate) fn minute(at: Timestamp) -> String {
    let second = at.as_seconds().rem_euclid(86_400);
    format!("{:02}:{:02}", second / 3_600, second / 60 % 60)
}

/// The time of day, UTC, to the second: `14:05:20`.
pub(crate) fn second(at: Timestamp) -> String {
    format!("{}:{:02}", minute(at), at.as_seconds().rem_euclid(60))
}

#[cfg(test)]
mod tests {
    use std::{
        collections::BTreeSet,
        fs,
        path::{Path, PathBuf},
    };

    use fluent_bundle::FluentError;

    use super::*;

    const FILES: [(&str, &str); 2] =
        [("en", include_str!("locales/en.ftl")), ("de", include_str!("locales/de.ftl"))];

    fn names(source: &str) -> Vec<&str> {
        let starts = |line: &&str| line.starts_with(|first: char| first.is_ascii_lowercase());
        source.lines().filter(starts).filter_map(|line| line.split_once(" =")).map(|(name, _)| name).collect()
    }

    #[test]
    fn every_file_can_be_read_and_has_the_same_texts_once() {
        for (tag, source) in FILES {
            let read = FluentResource::try_new(source.to_owned());
            assert!(read.is_ok(), "{tag}: {:?}", read.err().map(|(_, errors)| errors));
            let distinct: BTreeSet<&str> = names(source).into_iter().collect();
            assert_eq!(distinct.len(), names(source).len(), "{tag}: a name twice");
            assert_eq!(distinct, names(FILES[0].1).into_iter().collect(), "{tag}");
        }
    }

    #[test]
    fn every_text_is_complete_without_an_error() {
        for (locale, _) in Locale::ALL {
            for name in names(FILES[0].1) {
                let message = locale.bundle().get_message(name).unwrap();
                let mut args = FluentArgs::new();
                for key in [
                    "count", "name", "day", "month", "mon", "year", "weekday", "time", "total", "what",
                    "who", "days", "percent", "used", "limit", "people", "devices", "codes", "place", "size",
                    "values", "first", "second", "major", "minor", "since", "until",
                ] {
                    args.set(key, FluentValue::from(1));
                }
                let mut errors: Vec<FluentError> = vec![];
                locale.bundle().format_pattern(message.value().unwrap(), Some(&args), &mut errors);
                assert!(errors.is_empty(), "{}: {name}: {errors:?}", locale.tag());
            }
        }
    }

    const REFUSALS: &str = include_str!("locales/refusals.de.ftl");

    /// Capitals that are no code of a refusal (types of events aside), and codes that no page gets to see: of devices, of what programs send alone.
    const OF_NO_PAGE: [&str; 28] = [
        "ABCDEFGHJKMNPQRSTVWXYZ",
        "ACME",
        "ACTIVATION_QUOTA_REACHED",
        "CARGO_PKG_VERSION",
        "CODE_EXHAUSTED",
        "DENY",
        "DEVICE_ENROLLED_ELSEWHERE",
        "DEVICE_LIMIT_REACHED",
        "DUPLICATE_FIELD",
        "DUPLICATE_PARAMETER",
        "EUR",
        "IDEMPOTENCY_CONFLICT",
        "INVALID_FINGERPRINT",
        "INVALID_IDEMPOTENCY_KEY",
        "INVALID_IF_MATCH",
        "INVALID_JSON",
        "ISSUER_UNREACHABLE",
        "JWT",
        "MAJOR",
        "MINOR",
        "NOT_A_PERSON",
        "NOT_READY",
        "OKP",
        "PROJECT_MISMATCH",
        "SCREAMING_SNAKE_CASE",
        "TOKEN_EXPIRED",
        "TOKEN_INVALID",
        "UNKNOWN_FIELD",
    ];

    /// What stands in capitals between quotation marks in the sources of these crates, but in their tests.
    fn capitals() -> BTreeSet<String> {
        let crates = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
        let mut folders: Vec<PathBuf> =
            ["model/src", "portal/src", "http/src"].map(|name| Path::new(crates).join(name)).into();
        let mut found = BTreeSet::new();
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|kind| kind == "rs") && !path.ends_with("tests.rs") {
                    let source = fs::read_to_string(path).unwrap();
                    let source = source.split("#[cfg(test)]\nmod tests {").next().unwrap();
                    let is_code = |word: &&str| {
                        word.len() > 2 && word.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
                    };
                    found.extend(source.split('"').filter(is_code).map(ToOwned::to_owned));
                }
            }
        }
        found
    }

    #[test]
    fn every_refusal_that_a_page_can_show_is_translated() {
        assert!(FluentResource::try_new(REFUSALS.to_owned()).is_ok());
        let translated: BTreeSet<String> =
            names(REFUSALS).iter().map(|name| name.trim_start_matches("refusal-").to_owned()).collect();
        let mut known = translated.clone();
        known.extend(OF_NO_PAGE.map(ToOwned::to_owned));
        assert_eq!(known.len(), translated.len() + OF_NO_PAGE.len(), "translated, and of no page");
        let mut found = capitals();
        found.retain(|word| {
            known.contains(word) || daybook_model::EventType::ALL.iter().all(|kind| kind.wire() != word)
        });
        let missing: Vec<_> = found.difference(&known).collect();
        let stale: Vec<_> = known.difference(&found).collect();
        assert!(missing.is_empty() && stale.is_empty(), "missing: {missing:?}; of nothing: {stale:?}");
        for code in translated {
            for message in ["", "1", "must be from 0 to 1000"] {
                let text = Locale::German.refusal(&code, message);
                assert!(!text.contains("refusal-") && text.ends_with(['.', '?', '!']), "{code}: {text}");
            }
        }
    }

    #[test]
    fn a_refusal_says_its_numbers_in_either_language() {
        let said = |locale: Locale, code, message| locale.refusal(code, message);
        let message = "must be from 0 to 2.5, with at most three decimals";
        assert_eq!(said(Locale::English, "OUT_OF_RANGE", message), message);
        assert_eq!(said(Locale::German, "OUT_OF_RANGE", message), "Muss zwischen 0 und 2.5 liegen.");
        assert_eq!(
            said(Locale::German, "TOO_LONG", "must be at most 1200 characters."),
            "Darf höchstens 1.200 Zeichen haben."
        );
        assert_eq!(
            said(Locale::German, "OUT_OF_RANGE", "must be in the future"),
            "Muss in der Zukunft liegen."
        );
    }

    #[test]
    fn numbers_and_days_are_written_as_the_language_does() {
        let monday = Timestamp::from_micros(1_795_442_720_000_000);
        assert_eq!(Locale::English.number(-1_234_567), "−1,234,567");
        assert_eq!(Locale::German.number(999), "999");
        assert_eq!(Locale::English.long_day(monday), "Monday 23 November 2026");
        assert_eq!(Locale::German.long_day(monday), "Montag, 23. November 2026");
        assert_eq!(Locale::English.day(monday), "23 Nov 2026");
        assert_eq!((minute(monday), second(monday)), ("14:05".to_owned(), "14:05:20".to_owned()));
        assert_eq!(Locale::accepted("fr;q=0.9, de-AT, en"), Locale::German);
        assert_eq!(Locale::accepted("fr"), Locale::English);
    }
}
