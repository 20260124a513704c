//! Rule: every crate takes the lints of the workspace; without these two lines, none of them holds for it.

use super::{
    Finding,
    repository::{Repository, crate_of},
};

/// Looks at the manifests of the members.
pub(crate) fn check(repository: &Repository) -> Vec<Finding> {
    let is_member = |path: &str| {
        path == "xtask/Cargo.toml" || crate_of(path).is_some_and(|(_, rest)| rest == "Cargo.toml")
    };
    let silent = repository.texts().filter(|(path, text)| is_member(path) && !takes_lints(text));
    silent.map(|(path, _)| Finding::in_file(path, "add `[lints]` with `workspace = true`")).collect()
}

fn takes_lints(manifest: &str) -> bool {
    let mut behind = manifest.lines().map(str::trim).skip_while(|line| *line != "[lints]").skip(1);
    behind.find(|line| !line.is_empty() && !line.starts_with('#')) == Some("workspace = true")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(text: &str) -> usize {
        check(&Repository::of(&[("crates/store/Cargo.toml", text)])).len()
    }

    #[test]
    fn a_crate_that_takes_them_passes() {
        assert_eq!(count("[package]\nname = \"a\"\n\n[lints]\nworkspace = true\n"), 0);
    }

    #[test]
    fn a_crate_without_them_is_refused() {
        assert_eq!(count("[package]\nname = \"a\"\n"), 1);
        assert_eq!(count("[lints]\n[dependencies]\nworkspace = true\n"), 1);
    }
}
