//! Rule: a module is named after what it holds; a name that fits anything attracts everything.

use super::{Finding, repository::Repository};

const REFUSED: [&str; 9] =
    ["common", "helper", "helpers", "manager", "managers", "service", "services", "util", "utils"];

/// Looks at the files and folders of Rust code, and at modules inside a file.
pub(crate) fn check(repository: &Repository) -> Vec<Finding> {
    let mut found = Vec::new();
    for (path, source) in repository.rust() {
        let within = path.strip_suffix(".rs").unwrap_or(path);
        found.extend(
            within
                .split('/')
                .filter(|part| is_refused(part))
                .map(|part| Finding::in_file(path, message(part))),
        );
        let words: Vec<(usize, &str)> = source.words().collect();
        for pair in words.windows(2) {
            if let [(offset, "mod"), (_, name)] = pair
                && is_refused(name)
            {
                found.push(Finding::at(path, source.line_of(*offset), message(name)));
            }
        }
    }
    found
}

fn message(name: &str) -> String {
    format!(
        "a module named `{name}` says nothing: name it after the noun it holds, or move its parts to where they belong"
    )
}

fn is_refused(name: &str) -> bool {
    name.split('_').next_back().is_some_and(|last| REFUSED.contains(&last))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(path: &str, text: &str) -> usize {
        check(&Repository::of(&[(path, text)])).len()
    }

    #[test]
    fn nouns_pass() {
        assert_eq!(count("crates/store/src/read/code.rs", "mod rows { }\n// mod utils\nlet utils = 1;"), 0);
        assert_eq!(count("crates/model/src/utility_bill.rs", ""), 0);
    }

    #[test]
    fn names_that_say_nothing_are_refused() {
        assert_eq!(count("crates/store/src/utils.rs", ""), 1);
        assert_eq!(count("crates/http/tests/common/mod.rs", ""), 1);
        assert_eq!(count("crates/portal/src/code_service.rs", ""), 1);
        assert_eq!(count("crates/portal/src/code.rs", "mod helpers { }"), 1);
    }
}
