//! Checks of texts that people type. Each answers with the value to keep (trimmed, in one spelling) or the reason.
//! Must not quote the refused value: it may be personal.

use crate::invalid::Reason;

/// Letters of activation-code prefixes: Crockford's alphabet without digits, so that no prefix can be misread.
const PREFIX_LETTERS: &str = "ABCDEFGHJKMNPQRSTVWXYZ";

/// What nothing that has an address of its own may be called: there, the form for a new one stands.
const RESERVED: &str = "new";

/// Characters that change how the text around them is displayed, or are not displayed at all.
pub(crate) fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

/// One visible line of 1 to `max` characters.
pub fn line(text: &str, max: usize) -> Result<String, Reason> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Reason::new("REQUIRED", "must not be empty"));
    }
    if text.chars().count() > max {
        return Err(Reason::new("TOO_LONG", format!("must be at most {max} characters")));
    }
    if text.chars().any(is_invisible) {
        return Err(Reason::new("INVALID_CHARACTERS", "must not contain control or invisible characters"));
    }
    Ok(text.to_owned())
}

/// Several lines of up to `max` characters in all; line breaks and tabs are kept.
pub fn lines(text: &str, max: usize) -> Result<String, Reason> {
    let text = text.trim();
    if text.chars().count() > max {
        return Err(Reason::new("TOO_LONG", format!("must be at most {max} characters")));
    }
    if text.chars().any(|c| is_invisible(c) && !matches!(c, '\n' | '\t')) {
        return Err(Reason::new("INVALID_CHARACTERS", "must not contain control or invisible characters"));
    }
    Ok(text.to_owned())
}

/// The name of a tenant, project or token: one line of at most 120 characters.
pub fn name(text: &str) -> Result<String, Reason> {
    line(text, 120)
}

/// A slug: 2 to 63 of `a-z`, `0-9` and single inner hyphens, as it stands in addresses.
pub fn slug(text: &str) -> Result<String, Reason> {
    let well_formed = (2..=63).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !text.starts_with('-')
        && !text.ends_with('-')
        && !text.contains("--");
    if well_formed {
        Ok(text.to_owned())
    } else {
        Err(Reason::new("INVALID_SLUG", "must be 2 to 63 characters of a-z, 0-9 and single inner hyphens"))
    }
}

/// Whether nothing new may have this slug or name. What has it already keeps it.
pub fn is_reserved(name: &str) -> bool {
    name == RESERVED
}

/// A slug or name that something new may have.
pub fn unreserved(name: String) -> Result<String, Reason> {
    if is_reserved(&name) { Err(reserved()) } else { Ok(name) }
}

/// Why a reserved name is refused.
pub fn reserved() -> Reason {
    Reason::new(
        "RESERVED_NAME",
        format!("must not be `{RESERVED}`, which stands in addresses for making one"),
    )
}

/// A slug made from a name: ASCII letters and digits, the rest as hyphens. `tenant` if nothing is left that a tenant may be called.
pub fn slug_from_name(name: &str) -> String {
    let mut slug = String::new();
    for c in name.chars() {
        match c.to_ascii_lowercase() {
            c if c.is_ascii_alphanumeric() => slug.push(c),
            _ if !slug.is_empty() && !slug.ends_with('-') => slug.push('-'),
            _ => {}
        }
        if slug.len() >= 56 {
            break;
        }
    }
    let slug = slug.trim_end_matches('-');
    if slug.len() < 2 || is_reserved(slug) { "tenant".to_owned() } else { slug.to_owned() }
}

/// An e-mail address: one `@`, a dotted domain, at most 254 characters (RFC 5321). Delivery proves the rest.
pub fn email(text: &str) -> Result<String, Reason> {
    let wrong = || Reason::new("INVALID_EMAIL", "must be an e-mail address such as ada@example.com");
    let text = line(text, 254)?;
    let (local, host) = text.split_once('@').ok_or_else(wrong)?;
    let local_ok = !local.is_empty() && local.len() <= 64 && !local.contains(char::is_whitespace);
    if local_ok && !host.contains('@') && domain(host).is_ok() {
        Ok(format!("{local}@{}", host.to_ascii_lowercase()))
    } else {
        Err(wrong())
    }
}

/// A domain name of at least two labels (RFC 1035 letters, digits, hyphens), in lower case.
pub fn domain(text: &str) -> Result<String, Reason> {
    let text = text.trim().to_ascii_lowercase();
    let label_ok = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    if text.len() <= 253 && text.contains('.') && text.split('.').all(label_ok) {
        Ok(text)
    } else {
        Err(Reason::new("INVALID_DOMAIN", "must be a domain name such as portal.example.com"))
    }
}

/// An `https` or `http` address of at most 500 visible ASCII characters.
pub fn web_url(text: &str) -> Result<String, Reason> {
    let text = text.trim();
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let visible =
        text.len() <= 500 && text.bytes().all(|b| b.is_ascii_graphic() && !b"<>\"'`\\".contains(&b));
    match host {
        Some(rest) if visible && rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '[') => {
            Ok(text.to_owned())
        }
        _ => Err(Reason::new("INVALID_URL", "must be an http or https address of at most 500 characters")),
    }
}

/// A colour `#rrggbb`, in lower case.
pub fn color(text: &str) -> Result<String, Reason> {
    match text.trim().strip_prefix('#') {
        Some(hex) if hex.len() == 6 && hex.bytes().all(|b| b.is_ascii_hexdigit()) => {
            Ok(format!("#{}", hex.to_ascii_lowercase()))
        }
        _ => Err(Reason::new("INVALID_COLOR", "must be a colour such as #2545c4")),
    }
}

/// A plan's name: 1 to 40 of `a-z`, `0-9`, `-` and `_`.
pub fn plan(text: &str) -> Result<String, Reason> {
    let ok = (1..=40).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_".contains(&b));
    if ok {
        Ok(text.to_owned())
    } else {
        Err(Reason::new("INVALID_PLAN", "must be 1 to 40 characters of a-z, 0-9, - and _"))
    }
}

/// The readable prefix of activation codes: 2 to 6 letters without I, L, O and U.
pub fn code_prefix(text: &str) -> Result<String, Reason> {
    let text = text.trim().to_ascii_uppercase();
    if (2..=6).contains(&text.chars().count()) && text.chars().all(|c| PREFIX_LETTERS.contains(c)) {
        Ok(text)
    } else {
        Err(Reason::new("INVALID_CODE_PREFIX", "must be 2 to 6 letters, without I, L, O and U"))
    }
}

/// The default prefix of a name: its first four usable letters, filled up with `X`.
pub fn code_prefix_from_name(name: &str) -> String {
    let letters: String = name
        .chars()
        .map(|c| c.to_ascii_uppercase())
        .filter(|&c| PREFIX_LETTERS.contains(c))
        .take(4)
        .collect();
    format!("{letters:X<2}")
}

/// A device's fingerprint: 8 to 200 visible ASCII characters, chosen by the device's maker.
pub fn fingerprint(text: &str) -> Result<String, Reason> {
    if (8..=200).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic()) {
        Ok(text.to_owned())
    } else {
        Err(Reason::new("INVALID_FINGERPRINT", "must be 8 to 200 visible ASCII characters"))
    }
}

/// A secret as it was pasted: visible ASCII (RFC 6749, appendix A.2), which has no blanks worth keeping.
pub fn secret(text: &str) -> Result<String, Reason> {
    let text = text.trim();
    let is_visible = text.bytes().all(|byte| (0x20..0x7f).contains(&byte));
    if (1..=1_024).contains(&text.len()) && is_visible {
        Ok(text.to_owned())
    } else {
        Err(Reason::new("INVALID_SECRET", "must be 1 to 1024 visible ASCII characters"))
    }
}

/// A whole number within bounds.
pub fn within(number: i64, min: i64, max: i64) -> Result<i64, Reason> {
    if (min..=max).contains(&number) {
        Ok(number)
    } else {
        Err(Reason::new("OUT_OF_RANGE", format!("must be from {min} to {max}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_and_settles_spelling() {
        assert_eq!(name("  Acme Räder  ").unwrap(), "Acme Räder");
        assert_eq!(email("Ada@Example.COM").unwrap(), "Ada@example.com");
        assert_eq!(color("#2545C4").unwrap(), "#2545c4");
        assert_eq!(code_prefix("acme").unwrap(), "ACME");
        assert_eq!(slug_from_name("Äcme & Söhne GmbH!"), "cme-s-hne-gmbh");
        assert_eq!(slug_from_name("日本"), "tenant");
        assert_eq!(slug_from_name("New!"), "tenant");
        assert_eq!(code_prefix_from_name("Lumio Labs"), "MABS");
        assert_eq!(code_prefix_from_name("ill"), "XX");
        assert_eq!(slug_from_name("A & B -- C"), "a-b-c");
        assert_eq!(slug_from_name("x"), "tenant");
        assert_eq!(slug_from_name("xy"), "xy");
    }

    #[test]
    fn refuses_with_a_stable_code() {
        let code = |r: Result<String, Reason>| r.unwrap_err().code;
        assert_eq!(code(name(" ")), "REQUIRED");
        assert_eq!(code(name(&"x".repeat(121))), "TOO_LONG");
        assert_eq!(code(name("a\u{202e}b")), "INVALID_CHARACTERS");
        assert_eq!(code(slug("Acme")), "INVALID_SLUG");
        assert_eq!(code(slug("a--b")), "INVALID_SLUG");
        assert_eq!(code(slug("new").and_then(unreserved)), "RESERVED_NAME");
        assert_eq!(slug("newer").and_then(unreserved).unwrap(), "newer");
        assert_eq!(code(email("ada@localhost")), "INVALID_EMAIL");
        assert_eq!(code(email("a@b@c.de")), "INVALID_EMAIL");
        assert_eq!(code(web_url("javascript:alert(1)")), "INVALID_URL");
        assert_eq!(code(color("red")), "INVALID_COLOR");
        assert_eq!(code(code_prefix("ILL")), "INVALID_CODE_PREFIX");
        assert_eq!(code(fingerprint("short")), "INVALID_FINGERPRINT");
        assert_eq!(within(0, 1, 1000).unwrap_err().code, "OUT_OF_RANGE");
    }

    #[test]
    fn lengths_are_counted_to_the_character() {
        for max in [1, 120] {
            let (longest, longer) = ("ä".repeat(max), "ä".repeat(max + 1));
            assert_eq!(line(&longest, max).unwrap(), longest);
            assert_eq!(lines(&longest, max).unwrap(), longest);
            assert_eq!(line(&longer, max).unwrap_err().code, "TOO_LONG");
            assert_eq!(lines(&longer, max).unwrap_err().code, "TOO_LONG");
        }
        let label = "a".repeat(63);
        let host = format!("{label}.{label}.{label}.{}", "a".repeat(61));
        assert_eq!((host.len(), domain(&host)), (253, Ok(host.clone())));
        domain(&format!("{host}a")).unwrap_err();
        let local = "a".repeat(64);
        email(&format!("{local}@a.de")).unwrap();
        email(&format!("{local}a@a.de")).unwrap_err();
        let address = format!("https://{}", "a".repeat(492));
        assert_eq!((address.len(), web_url(&address)), (500, Ok(address.clone())));
        web_url(&format!("{address}a")).unwrap_err();
    }

    #[test]
    fn one_wrong_part_is_enough() {
        for text in ["-a.de", "a-.de", "a_b.de", "a..de", ".de", "de", "a.d\u{e9}"] {
            assert_eq!(domain(text).unwrap_err().code, "INVALID_DOMAIN", "{text}");
        }
        for text in ["@a.de", "a b@a.de", "a@de", "a@a.de@a.de", "a.de"] {
            assert_eq!(email(text).unwrap_err().code, "INVALID_EMAIL", "{text}");
        }
        for text in ["https://", "https:///a", "https://a b", "https://a/<b>", "https://a/ü", "ftp://a"] {
            assert_eq!(web_url(text).unwrap_err().code, "INVALID_URL", "{text}");
        }
        web_url("http://[::1]:8080/a").unwrap();
        for text in ["#2545c", "#2545c44", "#2545cg", "2545c4"] {
            assert_eq!(color(text).unwrap_err().code, "INVALID_COLOR", "{text}");
        }
    }

    #[test]
    fn every_default_prefix_and_slug_is_valid() {
        for given in ["Acme", "", "ÄÖÜ", "U", "a b c", "--x--", "x".repeat(300).as_str()] {
            code_prefix(&code_prefix_from_name(given)).unwrap();
            slug(&slug_from_name(given)).unwrap();
        }
    }
}
