//! Rule: every Rust file of a crate opens with `//!`, saying what it is for and what it must not do.

use super::{
    Finding,
    repository::{Repository, crate_of, has_extension},
};

/// A file that is documented by its crate's README says so in its first line.
const README: &str = "#![doc = include_str!(\"../README.md\")]";

/// Looks at the first line.
pub(crate) fn check(repository: &Repository) -> Vec<Finding> {
    let of_crates = |path: &str| crate_of(path).is_some_and(|(_, rest)| rest.starts_with("src/"));
    let sources = repository
        .texts()
        .filter(|(path, _)| has_extension(path, "rs") && (of_crates(path) || path.starts_with("xtask/src/")));
    let silent = sources.filter(|(_, text)| !text.starts_with("//! ") && !text.starts_with(README));
    silent.map(|(path, _)| Finding::at(path, 1, "begin the file with `//! ` and what it is for")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(path: &str, text: &str) -> usize {
        check(&Repository::of(&[(path, text)])).len()
    }

    #[test]
    fn a_file_says_what_it_is_for() {
        assert_eq!(count("crates/store/src/work.rs", "//! The unit of work.\n"), 0);
        assert_eq!(count("crates/model/src/lib.rs", README), 0);
        assert_eq!(count("crates/store/tests/work.rs", "use x;\n"), 0);
    }

    #[test]
    fn a_silent_file_is_refused() {
        assert_eq!(count("crates/store/src/work.rs", "use x;\n//! Late.\n"), 1);
        assert_eq!(count("crates/store/src/work.rs", ""), 1);
        assert_eq!(count("crates/store/src/work.rs", "//!\n"), 1);
        assert_eq!(count("xtask/src/main.rs", "fn main() {}\n"), 1);
    }
}
