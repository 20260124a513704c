//! The dependencies that a `Cargo.toml` names. Reads line by line what cargo and people write; not all of TOML.

/// Which build a dependency is part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// What is released, or the script that builds it.
    Released,
    /// Tests, examples and benchmarks.
    Development,
}

/// One dependency.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Dependency<'a> {
    /// Counted from 1.
    pub(crate) line: usize,
    pub(crate) kind: Kind,
    /// The package's name, also where the manifest renames it.
    pub(crate) package: &'a str,
}

/// Every dependency in the order of the file; one that is renamed appears under both names.
pub(crate) fn dependencies(manifest: &str) -> Vec<Dependency<'_>> {
    let mut section = Section::Other;
    let mut found = Vec::new();
    for (index, line) in manifest.lines().enumerate() {
        let line = line.split('#').next().unwrap_or_default().trim();
        let line_number = index + 1;
        if let Some(header) = line.strip_prefix('[') {
            section = Section::parse(header.trim_end_matches(']'));
            if let Section::One(kind, package) = section {
                found.push(Dependency { line: line_number, kind, package });
            }
            continue;
        }
        let (Section::List(kind) | Section::One(kind, _)) = section else { continue };
        let Some((key, value)) = line.split_once('=') else { continue };
        let name = key.split('.').next().unwrap_or_default().trim().trim_matches('"');
        let names = matches!(section, Section::List(_)).then_some(name);
        let original = if name == "package" {
            quoted(value)
        } else {
            value.split_once("package").and_then(|(_, v)| quoted(v))
        };
        let packages = names.into_iter().chain(original);
        found.extend(packages.map(|package| Dependency { line: line_number, kind, package }));
    }
    found
}

#[derive(Clone, Copy)]
enum Section<'a> {
    /// `[dependencies]`: one per line.
    List(Kind),
    /// `[dependencies.name]`: one for the section.
    One(Kind, &'a str),
    Other,
}

impl<'a> Section<'a> {
    fn parse(header: &'a str) -> Self {
        let Some((before, after)) = header.split_once("dependencies") else { return Self::Other };
        let kind = if before.ends_with("dev-") { Kind::Development } else { Kind::Released };
        match after.strip_prefix('.') {
            Some(name) => Self::One(kind, name.trim_matches('"')),
            None => Self::List(kind),
        }
    }
}

fn quoted(text: &str) -> Option<&str> {
    text.split('"').nth(1)
}

#[cfg(test)]
mod tests {
    use super::{
        Kind::{Development, Released},
        *,
    };

    #[test]
    fn every_way_to_name_a_dependency_is_read() {
        let manifest = r#"
[package]
name = "daybook-http"
[dependencies]
anyhow = "1" # not daybook-store
daybook-model.workspace = true
words = { package = "daybook-portal", path = "../portal" }
[dependencies.daybook-proof]
path = "../proof"
[target.'cfg(unix)'.dependencies]
libc = "0.2"
[dev-dependencies]
tempfile = "3"
[build-dependencies.code]
package = "cc"
[features]
store = []
"#;
        let found: Vec<_> = dependencies(manifest).into_iter().map(|d| (d.line, d.kind, d.package)).collect();
        assert_eq!(
            found,
            [
                (5, Released, "anyhow"),
                (6, Released, "daybook-model"),
                (7, Released, "words"),
                (7, Released, "daybook-portal"),
                (8, Released, "daybook-proof"),
                (11, Released, "libc"),
                (13, Development, "tempfile"),
                (14, Released, "code"),
                (15, Released, "cc"),
            ]
        );
    }
}
