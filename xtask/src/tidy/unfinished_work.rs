//! Rule: no text says that something is still to be done; it is done, or it stands in an issue.

use super::{Finding, repository::Repository, rust_source::words};

/// Taken apart, so that this file passes its own rule.
const REFUSED: [&str; 2] = [concat!("TO", "DO"), concat!("FIX", "ME")];
const MACRO: &str = concat!("to", "do!");

/// Looks at every line of every text that is ours.
pub(crate) fn check(repository: &Repository) -> Vec<Finding> {
    let mut found = Vec::new();
    for (path, text) in repository.own_texts() {
        let lines = text.lines().enumerate().filter(|(_, line)| is_unfinished(line));
        found.extend(
            lines.map(|(index, _)| Finding::at(path, index + 1, "finish it, or describe it in an issue")),
        );
    }
    found
}

fn is_unfinished(line: &str) -> bool {
    line.contains(MACRO) || words(line).any(|(_, word)| REFUSED.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(text: &str) -> usize {
        check(&Repository::of(&[("docs/running.md", text)])).len()
    }

    #[test]
    fn finished_work_passes() {
        assert_eq!(count("what to do: nothing; METHODOLOGY"), 0);
    }

    #[test]
    fn unfinished_work_is_refused() {
        for refused in REFUSED {
            assert_eq!(count(&format!("first\n// {refused}: later")), 1);
        }
        assert_eq!(count(&format!("{MACRO}()")), 1);
    }
}
