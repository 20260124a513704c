//! `cargo xtask tidy`: the rules of the house as plain text checks, one file per rule. A rule sees the repository as a
//! list of files and answers with findings that say what to do. Must not run other programs or change a file.

mod allow_attributes;
mod crate_direction;
mod database_drivers;
mod documented_paths;
mod glob;
mod golden_files;
mod machine_paths;
mod manifest;
mod migration_names;
mod module_docs;
mod module_names;
mod repository;
mod rust_source;
mod size_caps;
mod snapshot_files;
mod sql_writes;
mod tenant_scope;
mod unfinished_work;
mod workspace_lints;

use std::{fmt, path::Path};

use anyhow::{Result, bail};

use self::repository::Repository;
use crate::output;

/// Something that a rule refuses.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Finding {
    path: String,
    /// Counted from 1; none when the finding is about the file as a whole.
    line: Option<usize>,
    message: String,
}

impl Finding {
    fn in_file(path: &str, message: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line: None, message: message.into() }
    }

    fn at(path: &str, line: usize, message: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line: Some(line), message: message.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.path, self.message),
            None => write!(f, "{}: {}", self.path, self.message),
        }
    }
}

type Rule = fn(&Repository) -> Vec<Finding>;

/// Every rule under the name that its findings carry. The next one goes here, in the order of the alphabet.
const RULES: [(&str, Rule); 15] = [
    ("allow_attributes", allow_attributes::check),
    ("crate_direction", crate_direction::check),
    ("database_drivers", database_drivers::check),
    ("documented_paths", documented_paths::check),
    ("golden_files", golden_files::check),
    ("machine_paths", machine_paths::check),
    ("migration_names", migration_names::check),
    ("module_docs", module_docs::check),
    ("module_names", module_names::check),
    ("size_caps", size_caps::check),
    ("snapshot_files", snapshot_files::check),
    ("sql_writes", sql_writes::check),
    ("tenant_scope", tenant_scope::check),
    ("unfinished_work", unfinished_work::check),
    ("workspace_lints", workspace_lints::check),
];

/// Checks every rule and prints every finding.
pub(crate) fn run(root: &Path) -> Result<()> {
    let repository = Repository::read(root)?;
    let found = findings(&repository);
    for (rule, finding) in &found {
        output::line(&format!("{finding} [{rule}]"));
    }
    if !found.is_empty() {
        bail!("tidy refuses {} of what it found (above)", found.len());
    }
    output::line(&format!("tidy: {} files pass {} rules", repository.len(), RULES.len()));
    Ok(())
}

fn findings(repository: &Repository) -> Vec<(&'static str, Finding)> {
    let of_rule = |(name, rule): &(&'static str, Rule)| {
        let mut found = rule(repository);
        found.sort();
        let name = *name;
        found.into_iter().map(move |finding| (name, finding))
    };
    RULES.iter().flat_map(of_rule).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_names_its_place() {
        assert_eq!(Finding::at("a/b.rs", 7, "do this").to_string(), "a/b.rs:7: do this");
        assert_eq!(Finding::in_file("a/b.rs", "do this").to_string(), "a/b.rs: do this");
    }

    #[test]
    fn every_finding_carries_the_name_of_its_rule() {
        let repository = Repository::of(&[("crates/model/src/utils.rs", "//! Words.\n")]);
        let names: Vec<&str> = findings(&repository).into_iter().map(|(rule, _)| rule).collect();
        assert_eq!(names, ["module_names"]);
    }
}
