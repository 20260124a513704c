//! Passwords as people type them: settled in one spelling, and judged when they are chosen. Must not know how they are stored, and
//! must not quote one.
//!
//! The spelling is that of `OpaqueString` (RFC 8265, 4.2): every space is U+0020, then Unicode's canonical composition (NFC). So the same
//! keys give the same password on every machine, and no two passwords that look different become one. Case stays.

mod run;

use std::{collections::HashSet, fmt, sync::LazyLock};

use unicode_normalization::UnicodeNormalization;

use crate::invalid::Reason;

/// The fewest characters of a password.
pub const MIN_CHARACTERS: usize = 12;
/// The most characters of a password.
pub const MAX_CHARACTERS: usize = 256;
/// Shorter parts of names and common passwords are found in good passwords by chance.
const MIN_WORD: usize = 4;

/// Common here, though no list has them.
const OURS: [&str; 5] = ["administrator", "daybook", "licence", "license", "activation"];

/// See `data/README.md`: what is left of passwords that leaked often.
static COMMON: LazyLock<HashSet<&str>> =
    LazyLock::new(|| include_str!("../data/common_passwords.txt").lines().chain(OURS).collect());

/// A password in one spelling. A secret: `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl fmt::Debug for Password {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Password(…)")
    }
}

impl Password {
    /// As somebody types it to sign in; not judged. What could never be chosen is cut, so that nobody makes us hash megabytes.
    pub fn typed(text: &str) -> Self {
        // One more than can be chosen: a longer text does not become the password that it begins with.
        Self(spelling(text).take(MAX_CHARACTERS + 1).collect())
    }

    /// A new password, or why it cannot be one. `about` is what others know of its owner: their name and e-mail address.
    pub fn choose(text: &str, about: &[&str]) -> Result<Self, Reason> {
        let password = Self::typed(text);
        let length = password.0.chars().count();
        if length < MIN_CHARACTERS {
            return Err(Reason::new("TOO_SHORT", format!("must have at least {MIN_CHARACTERS} characters")));
        }
        if length > MAX_CHARACTERS {
            return Err(Reason::new("TOO_LONG", format!("must have at most {MAX_CHARACTERS} characters")));
        }
        if password.0.chars().any(crate::text::is_invisible) {
            // Nobody could type it again at another keyboard.
            return Err(Reason::new(
                "INVALID_CHARACTERS",
                "must not contain control or invisible characters",
            ));
        }
        let folded = password.0.to_lowercase();
        if is_common(&folded) {
            return Err(Reason::new(
                "TOO_COMMON",
                "is among the first that others try: use several words that do not belong together",
            ));
        }
        if about.iter().flat_map(|text| words(text)).any(|word| folded.contains(&word)) {
            return Err(Reason::new("CONTAINS_NAME", "must not contain your name or e-mail address"));
        }
        Ok(password)
    }

    /// The bytes under the hash.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

fn spelling(text: &str) -> impl Iterator<Item = char> {
    let space = |c: char| if c.is_whitespace() && !c.is_control() { ' ' } else { c };
    text.chars().map(space).nfc()
}

/// A password that leaked, one dressed up with digits and signs, a short text over and over, or a run of keys.
fn is_common(folded: &str) -> bool {
    let repeated = unit(folded);
    let stem = folded.trim_matches(|c: char| !c.is_alphabetic());
    repeated.chars().count() < MIN_CHARACTERS
        || run::is_run(folded)
        || COMMON.contains(folded)
        || is_common_word(stem)
        || is_common_word(unit(stem))
}

fn is_common_word(word: &str) -> bool {
    let plain = |one: char| word.chars().map(|c| letter(c, one)).collect::<String>();
    word.chars().count() >= MIN_WORD
        && (COMMON.contains(word)
            || COMMON.contains(plain('i').as_str())
            || COMMON.contains(plain('l').as_str()))
}

/// The letter for which people write a digit or a sign; `one` is what `1` stands for.
fn letter(symbol: char, one: char) -> char {
    match symbol {
        '0' => 'o',
        '1' | '!' => one,
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        other => other,
    }
}

/// What a text repeats from its beginning to its end, the last time perhaps not whole; the text itself if it repeats nothing.
fn unit(text: &str) -> &str {
    let bytes = text.as_bytes();
    let repeats = |length: &usize| bytes.iter().zip(bytes.iter().skip(*length)).all(|(a, b)| a == b);
    let length = (1..=bytes.len() / 2).find(repeats).unwrap_or(bytes.len());
    // A length within a character of several bytes repeats those bytes: then the whole text is not one that a person wrote.
    text.get(..length).unwrap_or(text)
}

/// The words of a name or an e-mail address, together and one by one, without the domain.
fn words(about: &str) -> Vec<String> {
    let about: String = spelling(about).flat_map(char::to_lowercase).collect();
    let name = about.rsplit_once('@').map_or(about.as_str(), |(local, _)| local);
    let parts = name.split(|c: char| !c.is_alphanumeric());
    let joined: String = parts.clone().collect();
    let words = parts.map(str::to_owned).chain([name.to_owned(), joined]);
    words.filter(|word| word.chars().count() >= MIN_WORD).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ADA: [&str; 2] = ["Ada Lovelace", "ada.byron@example.com"];

    fn refused(text: &str) -> &'static str {
        Password::choose(text, &ADA).map_or_else(|reason| reason.code, |_| "")
    }

    #[test]
    fn good_ones_are_taken() {
        for text in [
            "correct horse battery staple",
            "tr0ub4dor&3 is a joke",
            "Xk9#mQ2$vL5!",
            "Xk9#mQ2$vL5X",
            "483920175562",
            "zwölf Boxkämpfer jagen",
            "パスワードは長いほど良い",
            "dragons never pay tax",
            "ada likes long walks",
            "my mother's maiden name",
        ] {
            assert_eq!(refused(text), "", "{text}");
        }
        assert_eq!(refused(&"a1!Zq".repeat(60)[..255]), "TOO_COMMON");
    }

    #[test]
    fn length_is_counted_in_characters() {
        assert_eq!(refused("Xk9#mQ2$vL5"), "TOO_SHORT");
        assert_eq!(refused("äöüßñçåøéèê"), "TOO_SHORT");
        assert_eq!(refused("äöüßñçåøéèêî"), "");
        // Two code points each, one character each after composition.
        assert_eq!(refused(&"e\u{301}a\u{308}o\u{302}".repeat(3)), "TOO_SHORT");
        let long: String = ('\u{4e00}'..).take(MAX_CHARACTERS).collect();
        assert_eq!(refused(&long), "");
        assert_eq!(refused(&format!("{long}x")), "TOO_LONG");
        assert_ne!(Password::typed(&format!("{long}x")), Password::typed(&long));
    }

    #[test]
    fn what_others_try_first_is_refused() {
        for text in [
            "passwordpassword",
            "Password2024!!",
            "P@ssw0rd2024!",
            "123456dragon!",
            "Adm1nistrator",
            "!!!!!!monkey!!!!!!",
            "letmein-letmein-",
            "jamesbond007",
            "qwertyuiop123",
            "aaaaaaaaaaaaaaaa",
            "abcabcabcabcabc",
            "123456789012",
            "qwertyuiopasdf",
            "1q2w3e4r5t6y",
            "1qaz2wsx3edc",
            "zyxwvutsrqponm",
            "111222333444",
            "ééééééééééééé",
        ] {
            assert_eq!(refused(text), "TOO_COMMON", "{text}");
        }
    }

    #[test]
    fn what_others_know_of_the_owner_is_refused() {
        for text in ["LOVELACE rides again", "x-ada.byron-2024", "adalovelace!?42", "my BYRON is gone"] {
            assert_eq!(refused(text), "CONTAINS_NAME", "{text}");
        }
        assert!(Password::choose("the example of com", &ADA).is_ok(), "the domain is nobody's name");
        assert!(Password::choose("a long enough text", &["", "@", "x@y", "bo"]).is_ok());
    }

    #[test]
    fn one_spelling_for_the_same_keys() {
        assert_eq!(Password::typed("Ra\u{308}der\u{a0}rollen"), Password::typed("Räder rollen"));
        assert_ne!(Password::typed("Räder"), Password::typed("räder"));
        assert_ne!(Password::typed("x²"), Password::typed("x2"), "what looks different stays different");
        assert_eq!(format!("{:?}", Password::typed("secret")), "Password(…)");
    }

    #[test]
    fn the_list_is_as_its_readme_says() {
        let lines: Vec<&str> = include_str!("../data/common_passwords.txt").lines().collect();
        assert!(lines.is_sorted() && lines.iter().all(|line| COMMON.contains(line)));
        assert!(lines.iter().all(|line| line.len() >= MIN_WORD && *line == line.to_lowercase()));
    }

    proptest! {
        #[test]
        fn every_text_is_judged(text in "(?s).{0,300}", about in "(?s).{0,40}") {
            match Password::choose(&text, &[&about]) {
                Ok(password) => prop_assert_eq!(password, Password::typed(&text)),
                Err(reason) => prop_assert!(
                    ["TOO_SHORT", "TOO_LONG", "INVALID_CHARACTERS", "TOO_COMMON", "CONTAINS_NAME"].contains(&reason.code)
                ),
            }
        }

        #[test]
        fn a_spelling_is_settled_at_once(text in "(?s).{0,80}") {
            let once = Password::typed(&text);
            prop_assert_eq!(Password::typed(std::str::from_utf8(once.as_bytes()).unwrap()), once);
        }

        #[test]
        fn random_passwords_are_taken(text in "[a-zA-Z0-9#%&+=?]{20}") {
            prop_assert_eq!(refused(&text), "");
        }
    }
}
