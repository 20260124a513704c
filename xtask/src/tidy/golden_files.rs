//! Rule: every event type in the registry has a golden file, and every golden file an event type. Passes only while there
//! are no events at all: a registry without names, or one that has moved, is a finding.

use super::{Finding, repository::Repository};

const EVENTS: &str = "crates/model/src/event/";
const REGISTRY: &str = "crates/model/src/event/registry.rs";
const GOLDEN: &str = "crates/model/golden";

/// Compares the registry with the folder of golden files.
pub(crate) fn check(repository: &Repository) -> Vec<Finding> {
    let names = match repository.rust_file(REGISTRY) {
        Some(source) => {
            let literals = source.literals().map(|literal| (literal.line, literal.text.as_str()));
            let names: Vec<_> = literals.filter(|(_, text)| is_wire_name(text)).collect();
            if names.is_empty() {
                return vec![Finding::in_file(
                    REGISTRY,
                    "no event type is named here: this check would pass for any golden file; bring it up to date",
                )];
            }
            names
        }
        None if repository.paths().any(|path| path.starts_with(EVENTS)) => {
            let message =
                "the registry of events is not here: bring xtask/src/tidy/golden_files.rs up to date";
            return vec![Finding::in_file(REGISTRY, message)];
        }
        None => Vec::new(),
    };
    let files = repository.names_in(GOLDEN);
    let missing = names.iter().filter(|(_, name)| !files.contains(&format!("{name}.json").as_str()));
    let orphans = files.iter().filter(|file| {
        file.strip_suffix(".json").is_none_or(|name| !names.iter().any(|(_, known)| *known == name))
    });
    let missing = missing.map(|(line, name)| {
        Finding::at(REGISTRY, *line, format!("{name} has no golden file: write {GOLDEN}/{name}.json"))
    });
    let orphans = orphans.map(|file| {
        Finding::in_file(
            &format!("{GOLDEN}/{file}"),
            "no event type has this name: remove the file or name the event",
        )
    });
    missing.chain(orphans).collect()
}

/// `TENANT_CREATED`: words of capital letters, two or more.
fn is_wire_name(text: &str) -> bool {
    text.contains('_')
        && text.split('_').all(|word| !word.is_empty() && word.bytes().all(|b| b.is_ascii_uppercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: &str =
        "//! Events.\n// \"NOT_AN_EVENT\"\nconst A: (&str, &str) = (\"TENANT_CREATED\", \"MAJOR\");\n";

    fn findings(files: &[(&str, &str)]) -> Vec<String> {
        check(&Repository::of(files)).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn names_and_files_agree() {
        assert_eq!(
            findings(&[(REGISTRY, NAMES), ("crates/model/golden/TENANT_CREATED.json", "{}")]),
            [""; 0]
        );
        assert_eq!(findings(&[("crates/model/src/lib.rs", "//! No events yet.")]), [""; 0]);
    }

    #[test]
    fn an_event_without_a_golden_file_is_refused() {
        let found = findings(&[(REGISTRY, NAMES)]);
        assert_eq!(found.len(), 1);
        assert!(found[0].contains("registry.rs:3: TENANT_CREATED has no golden file"), "{found:?}");
    }

    #[test]
    fn a_golden_file_without_an_event_is_refused() {
        let files = [
            (REGISTRY, NAMES),
            ("crates/model/golden/TENANT_CREATED.json", "{}"),
            ("crates/model/golden/TENANT_RENAMED.json", "{}"),
            ("crates/model/golden/TENANT_CREATED.json.bak", "{}"),
        ];
        assert_eq!(findings(&files).len(), 2);
        assert_eq!(findings(&[("crates/model/golden/TENANT_CREATED.json", "{}")]).len(), 1);
    }

    #[test]
    fn a_registry_that_names_nothing_or_has_moved_is_refused() {
        assert!(
            findings(&[(REGISTRY, "//! Names are made by a macro.\n")])[0].contains("no event type is named")
        );
        assert!(findings(&[("crates/model/src/event/types.rs", NAMES)])[0].contains("not here"));
    }
}
