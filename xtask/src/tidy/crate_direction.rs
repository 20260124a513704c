//! Rule: crates depend on each other in one direction, `cli → http → portal → store → model`, with `proof` beside
//! `model`; `testkit` may know everything and is known to tests alone.

use super::{
    Finding,
    manifest::{self, Dependency, Kind},
    repository::{Repository, crate_of},
};

/// Each crate's folder under `crates/`, its package, and the packages of this workspace that it may know.
const CRATES: [(&str, &str, &[&str]); 7] = [
    ("proof", "daybook-proof", &[]),
    ("model", "daybook-model", &[]),
    ("store", "daybook-store", &["daybook-model", "daybook-proof"]),
    ("portal", "daybook-portal", &["daybook-store", "daybook-model", "daybook-proof"]),
    // Not the store: a handler that reads rows behind the portal's back would be a second place for its decisions.
    ("http", "daybook-http", &["daybook-portal", "daybook-model", "daybook-proof"]),
    (
        "cli",
        "daybook",
        &["daybook-http", "daybook-portal", "daybook-store", "daybook-model", "daybook-proof"],
    ),
    (
        TESTKIT_FOLDER,
        TESTKIT,
        &["daybook", "daybook-http", "daybook-portal", "daybook-store", "daybook-model", "daybook-proof"],
    ),
];
const TESTKIT_FOLDER: &str = "testkit";
const TESTKIT: &str = "daybook-testkit";
/// Their tests too stand alone: whoever reads one of these crates reads nothing else.
const ALONE: [&str; 2] = ["proof", "model"];

/// Reads every manifest under `crates/`.
pub(crate) fn check(repository: &Repository) -> Vec<Finding> {
    let manifests = repository.texts().filter_map(|(path, text)| match crate_of(path)? {
        (folder, "Cargo.toml") => Some((path, folder, text)),
        _ => None,
    });
    manifests.flat_map(|(path, folder, text)| check_manifest(path, folder, text)).collect()
}

fn check_manifest(path: &str, folder: &str, text: &str) -> Vec<Finding> {
    let Some((_, _, known)) = CRATES.iter().find(|(name, ..)| *name == folder) else {
        return vec![Finding::in_file(
            path,
            "this crate has no place in the direction of crates: add it to the table in xtask/src/tidy/crate_direction.rs",
        )];
    };
    let ours = |dependency: &Dependency| CRATES.iter().any(|(_, package, _)| *package == dependency.package);
    let found = manifest::dependencies(text).into_iter().filter(ours);
    found.filter_map(|dependency| refuse(path, folder, known, &dependency)).collect()
}

fn refuse(path: &str, folder: &str, known: &[&str], dependency: &Dependency) -> Option<Finding> {
    let package = dependency.package;
    let message = if dependency.kind == Kind::Development {
        if !ALONE.contains(&folder) {
            return None;
        }
        format!("the tests of {folder} stand alone: move the test that needs {package} to a crate above")
    } else if known.contains(&package) {
        return None;
    } else if package == TESTKIT {
        format!("{TESTKIT} is for tests: move it to [dev-dependencies]")
    } else if known.is_empty() {
        format!("{folder} knows no other crate of the workspace: move what needs {package} to a crate above")
    } else {
        format!(
            "{folder} may know {} and not {package}: move the code to the crate it belongs to",
            known.join(", ")
        )
    };
    Some(Finding::at(path, dependency.line, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(folder: &str, dependencies: &str) -> Vec<String> {
        let path = format!("crates/{folder}/Cargo.toml");
        check(&Repository::of(&[(&path, dependencies)])).into_iter().map(|finding| finding.message).collect()
    }

    #[test]
    fn the_direction_passes() {
        assert_eq!(
            findings("portal", "[dependencies]\ndaybook-store.workspace = true\nserde = \"1\"\n"),
            [""; 0]
        );
        assert_eq!(findings("http", "[dev-dependencies]\ndaybook-testkit.workspace = true\n"), [""; 0]);
        assert_eq!(findings("testkit", "[dependencies]\ndaybook-http.workspace = true\n"), [""; 0]);
    }

    #[test]
    fn against_the_direction_is_refused() {
        assert!(
            findings("store", "[dependencies]\ndaybook-portal.workspace = true\n")[0]
                .contains("store may know")
        );
        assert!(
            findings("http", "[dependencies]\nx = { package = \"daybook-store\" }\n")[0]
                .contains("http may know")
        );
        assert!(
            findings("model", "[dependencies.daybook-proof]\npath = \"\"\n")[0]
                .contains("knows no other crate")
        );
    }

    #[test]
    fn testkit_is_for_tests() {
        let message = &findings("cli", "[dependencies]\ndaybook-testkit.workspace = true\n")[0];
        assert!(message.contains("[dev-dependencies]"), "{message}");
        assert!(
            findings("proof", "[dev-dependencies]\ndaybook-model.workspace = true\n")[0]
                .contains("stand alone")
        );
    }

    #[test]
    fn a_crate_without_a_place_is_refused() {
        assert!(findings("billing", "[dependencies]\n")[0].contains("no place"));
    }
}
