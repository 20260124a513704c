//! Rule: no text names a folder of somebody's machine.

use super::{Finding, repository::Repository};

/// Taken apart, so that this file passes its own rule.
const REFUSED: [&str; 3] = [concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/ho", "me/")];

/// Looks at every line of every text that is ours.
pub(crate) fn check(repository: &Repository) -> Vec<Finding> {
    let mut found = Vec::new();
    for (path, text) in repository.own_texts() {
        for (index, line) in text.lines().enumerate() {
            let named = REFUSED.iter().filter(|refused| names(line, refused));
            found.extend(named.map(|refused| {
                Finding::at(
                    path,
                    index + 1,
                    format!(
                        "`{refused}` is a folder of one machine: name it from the root of the repository"
                    ),
                )
            }));
        }
    }
    found
}

/// Whether the line has this path, and not only the end of another.
fn names(line: &str, refused: &str) -> bool {
    line.match_indices(refused).any(|(at, _)| {
        let before = line.get(..at).and_then(|head| head.chars().next_back());
        before.is_none_or(|c| !c.is_alphanumeric() && !"._-~}>*".contains(c))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(text: &str) -> usize {
        check(&Repository::of(&[("docs/running.md", text)])).len()
    }

    #[test]
    fn paths_of_the_repository_pass() {
        assert_eq!(count("see docs/ho\u{6d}e/x, a/wo\u{72}k/b and ./ro\u{6f}t/c"), 0);
    }

    #[test]
    fn paths_of_a_machine_are_refused() {
        for refused in REFUSED {
            assert_eq!(count(&format!("cd {refused}daybook")), 1);
            assert_eq!(count(&format!("first\nfile://{refused}daybook")), 1);
            assert_eq!(count(&format!("`{refused}`")), 1);
        }
    }
}
