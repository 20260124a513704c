//! Names with `*` in them. Knows one wildcard only: any run of characters within one part of a path.

/// Whether the text is what the pattern describes.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    let Some((head, tail)) = pattern.split_once('*') else { return pattern == text };
    let Some(rest) = text.strip_prefix(head) else { return false };
    let part = rest.split('/').next().unwrap_or_default();
    let ends = part.char_indices().map(|(at, _)| at).chain([part.len()]);
    ends.filter_map(|at| rest.get(at..)).any(|after| matches(tail, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_a_run_of_characters_within_one_part() {
        assert!(matches("*.db", "daybook.db"));
        assert!(matches("docs/*-title.md", "docs/0001-title.md"));
        assert!(matches("crates/*/src", "crates/store/src"));
        assert!(matches("a*b*c", "a--b--c"));
        assert!(!matches("*.db", "data/daybook.db"));
        assert!(!matches("crates/*", "crates/store/src"));
        assert!(!matches("*.db", "daybook.db-wal"));
    }

    #[test]
    fn without_a_star_only_the_same_text_matches() {
        assert!(matches("Cargo.toml", "Cargo.toml"));
        assert!(!matches("Cargo.toml", "Cargo.tomlx"));
    }
}
