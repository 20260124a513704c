//! Rule: every path in backticks in ARCHITECTURE.md exists. Passes while there is no such document.
//!
//! A path may leave out its beginning (`store/src/apply/`), and stand for several: `{a,b}`, `*`, `<noun>`, `NNNN`.

use super::{Finding, glob, repository::Repository};

const DOCUMENT: &str = "ARCHITECTURE.md";
/// A bare name with one of these endings is a file's name.
const ENDINGS: [&str; 9] = [".rs", ".md", ".toml", ".sql", ".json", ".html", ".css", ".js", ".sh"];
/// First parts of media types, which look like paths.
const MEDIA_TYPES: [&str; 6] = ["application", "audio", "image", "multipart", "text", "video"];

/// Looks at the code spans of the document; its code blocks are drawings.
pub(crate) fn check(repository: &Repository) -> Vec<Finding> {
    let Some(text) = repository.text(DOCUMENT) else { return Vec::new() };
    let mut found = Vec::new();
    let mut in_block = false;
    for (index, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            in_block = !in_block;
        } else if !in_block {
            let paths = line.split('`').skip(1).step_by(2).filter(|span| is_path(span));
            let missing =
                paths.filter(|path| !variants(path).iter().all(|variant| exists(repository, variant)));
            found.extend(missing.map(|path| {
                Finding::at(
                    DOCUMENT,
                    index + 1,
                    format!("`{path}` does not exist: correct the path or the document"),
                )
            }));
        }
    }
    found
}

fn is_path(span: &str) -> bool {
    let in_alphabet = |c: char| c.is_ascii_alphanumeric() || "._-/{},<>*".contains(c);
    let first = span.split('/').next().unwrap_or_default();
    // One that begins with `/` is a URL's; `target/` is what a build makes.
    !first.is_empty()
        && first != "target"
        && !MEDIA_TYPES.contains(&first)
        && span.chars().all(in_alphabet)
        && (span.contains('/') || ENDINGS.iter().any(|ending| span.ends_with(ending)))
}

/// The patterns that a path stands for.
fn variants(path: &str) -> Vec<String> {
    let braces = path.split_once('{').and_then(|(before, rest)| Some((before, rest.split_once('}')?)));
    if let Some((before, (choices, after))) = braces {
        return choices.split(',').flat_map(|choice| variants(&format!("{before}{choice}{after}"))).collect();
    }
    let mut pattern = path.replace("NNNN", "*");
    while let Some((open, close)) = pattern.find('<').and_then(|open| Some((open, pattern.find('>')?))) {
        pattern.replace_range(open..=close.max(open), "*");
    }
    vec![pattern.trim_end_matches('/').to_owned()]
}

/// Whether a file or folder is there, or its end is.
fn exists(repository: &Repository, pattern: &str) -> bool {
    let depth = pattern.split('/').count();
    repository.paths().any(|path| {
        let parts: Vec<&str> = path.split('/').collect();
        parts.windows(depth).any(|window| glob::matches(pattern, &window.join("/")))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn missing(document: &str) -> Vec<String> {
        let files = [
            ("ARCHITECTURE.md", document),
            ("crates/store/src/apply/tenant.rs", ""),
            ("crates/store/src/migrations/sqlite/0001_start.sql", ""),
            ("docs/decisions/0001-outbox.md", ""),
        ];
        check(&Repository::of(&files)).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_exists_passes() {
        for document in [
            "see `crates/store/src/apply/tenant.rs` and `crates/store`",
            "see `store/src/apply/` and `tenant.rs` and `ARCHITECTURE.md`",
            "`docs/decisions/NNNN-<title>.md`, `migrations/{sqlite}/*.sql`, `crates/*/src`",
            "no paths: `/api/v1/codes`, `text/event-stream`, `cargo xtask tidy`, `https://a.b/c`, `Db`, `target/x`",
            "```text\ncrates/gone `crates/gone`\n```\n",
            "crates/gone without backticks",
        ] {
            assert_eq!(missing(document), [""; 0], "{document}");
        }
    }

    #[test]
    fn what_is_gone_is_refused() {
        for path in [
            "crates/gone/src/lib.rs",
            "gone.rs",
            "e2e/",
            "migrations/{sqlite,postgres}/0001_start.sql",
            "docs/*.txt",
        ] {
            let found = missing(&format!("first line\nsee `{path}`"));
            assert_eq!(
                found,
                [format!("ARCHITECTURE.md:2: `{path}` does not exist: correct the path or the document")]
            );
        }
    }
}
