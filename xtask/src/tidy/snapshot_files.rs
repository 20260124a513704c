//! Rule: every file in a folder `snapshots` of a crate is named by a Rust file of that crate; one that no test names
//! is never compared.

use super::{
    Finding,
    repository::{Repository, crate_of, has_extension},
};

/// Looks for each snapshot's name, with or without its ending, among the literals of its crate.
pub(crate) fn check(repository: &Repository) -> Vec<Finding> {
    let snapshots =
        repository.paths().filter(|path| path.rsplit('/').skip(1).any(|folder| folder == "snapshots"));
    let orphans =
        snapshots.filter(|path| crate_of(path).is_some_and(|(owner, _)| !is_named(repository, owner, path)));
    let message = "no test of this crate names this snapshot: remove it, or compare it";
    orphans.map(|path| Finding::in_file(path, message)).collect()
}

fn is_named(repository: &Repository, owner: &str, path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    let stem = name.split('.').next().unwrap_or_default();
    let of_crate = repository.texts().filter(|(file, _)| {
        has_extension(file, "rs") && crate_of(file).is_some_and(|(folder, _)| folder == owner)
    });
    let mut texts = of_crate.map(|(_, text)| text);
    texts.any(|text| text.contains(&format!("\"{stem}\"")) || text.contains(&format!("{name}\"")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SNAPSHOT: (&str, &str) = ("crates/http/tests/snapshots/openapi.json", "{}");

    #[test]
    fn a_snapshot_that_a_test_names_passes() {
        for test in ["compare(\"openapi\")", "include_str!(\"snapshots/openapi.json\")"] {
            assert_eq!(check(&Repository::of(&[SNAPSHOT, ("crates/http/tests/openapi.rs", test)])), []);
        }
    }

    #[test]
    fn an_orphan_is_refused() {
        let elsewhere = ("crates/portal/tests/openapi.rs", "compare(\"openapi\")");
        assert_eq!(check(&Repository::of(&[SNAPSHOT, elsewhere])).len(), 1);
    }
}
