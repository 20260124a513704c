//! Rule: both engines have the same migrations, `NNNN_name.sql`, each number once. Passes while neither has one.

use std::collections::BTreeMap;

use super::{Finding, repository::Repository};

const FOLDERS: [&str; 2] = ["crates/store/src/migrations/sqlite", "crates/store/src/migrations/postgres"];

/// Compares the two folders.
pub(crate) fn check(repository: &Repository) -> Vec<Finding> {
    let [sqlite, postgres] = FOLDERS;
    let mut found = Vec::new();
    for (one, other) in [(sqlite, postgres), (postgres, sqlite)] {
        let names = repository.names_in(one);
        let others = repository.names_in(other);
        let missing = names.iter().filter(|name| !others.contains(name));
        found.extend(missing.map(|name| {
            Finding::in_file(
                &format!("{one}/{name}"),
                format!("the other engine has no {other}/{name}: write it"),
            )
        }));
        found.extend(numbering(one, &names));
    }
    found
}

fn numbering(folder: &str, names: &[&str]) -> Vec<Finding> {
    let mut numbers: BTreeMap<&str, &str> = BTreeMap::new();
    let mut found = Vec::new();
    for name in names {
        let path = format!("{folder}/{name}");
        match number(name) {
            None => found.push(Finding::in_file(
                &path,
                "a migration is named `NNNN_name.sql`, in lower case: rename it",
            )),
            Some(number) => {
                if let Some(first) = numbers.insert(number, name) {
                    found.push(Finding::in_file(
                        &path,
                        format!("{first} has this number already: take the next one"),
                    ));
                }
            }
        }
    }
    found
}

fn number(name: &str) -> Option<&str> {
    let (number, rest) = name.strip_suffix(".sql")?.split_once('_')?;
    let is_number = number.len() == 4 && number.bytes().all(|byte| byte.is_ascii_digit());
    let is_name =
        !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    (is_number && is_name).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(sqlite: &[&str], postgres: &[&str]) -> Vec<String> {
        let paths: Vec<String> = [(FOLDERS[0], sqlite), (FOLDERS[1], postgres)]
            .iter()
            .flat_map(|(folder, names)| names.iter().map(move |name| format!("{folder}/{name}")))
            .collect();
        let files: Vec<(&str, &str)> = paths.iter().map(|path| (path.as_str(), "")).collect();
        check(&Repository::of(&files)).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn equal_names_pass() {
        assert_eq!(findings(&[], &[]), [""; 0]);
        assert_eq!(
            findings(&["0001_start.sql", "0002_log.sql"], &["0001_start.sql", "0002_log.sql"]),
            [""; 0]
        );
    }

    #[test]
    fn a_migration_of_one_engine_is_refused() {
        let found = findings(&["0001_start.sql"], &["0001_begin.sql"]);
        assert_eq!(found.len(), 2);
        assert!(
            found[0].starts_with("crates/store/src/migrations/sqlite/0001_start.sql: the other engine"),
            "{found:?}"
        );
    }

    #[test]
    fn names_and_numbers_are_checked() {
        assert!(findings(&["1_start.sql"], &["1_start.sql"])[0].contains("NNNN_name.sql"));
        let twice = ["0001_a.sql", "0001_b.sql"];
        assert!(findings(&twice, &twice)[0].contains("0001_a.sql has this number already"));
    }
}
