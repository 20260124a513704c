//! The repository as the rules see it: the path of every file that git would track, and its text. Read once.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context, Result, bail};

use super::{glob, rust_source::RustSource};

/// All files by their path from the root, with `/` between the parts.
#[derive(Default)]
pub(crate) struct Repository {
    files: BTreeMap<String, File>,
}

enum File {
    Rust {
        text: String,
        source: RustSource,
    },
    Text(String),
    /// Not UTF-8.
    Binary,
}

impl Repository {
    /// Reads everything under the root that `.gitignore` does not name.
    pub(crate) fn read(root: &Path) -> Result<Self> {
        let ignored = Ignored::parse(&fs::read_to_string(root.join(".gitignore")).unwrap_or_default())?;
        let mut repository = Self::default();
        repository.read_folder(root, "", &ignored)?;
        Ok(repository)
    }

    fn read_folder(&mut self, folder: &Path, prefix: &str, ignored: &Ignored) -> Result<()> {
        let shown = folder.display();
        for entry in folder.read_dir().with_context(|| format!("cannot list {shown}"))? {
            let entry = entry.with_context(|| format!("cannot list {shown}"))?;
            let kind =
                entry.file_type().with_context(|| format!("cannot look at {}", entry.path().display()))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = format!("{prefix}{name}");
            if name == ".git" || ignored.contains(&path, kind.is_dir()) {
                continue;
            }
            if kind.is_dir() {
                self.read_folder(&entry.path(), &format!("{path}/"), ignored)?;
            } else if kind.is_file() {
                let bytes = fs::read(entry.path()).with_context(|| format!("cannot read {path}"))?;
                self.insert(path, String::from_utf8(bytes).ok());
            }
        }
        Ok(())
    }

    fn insert(&mut self, path: String, text: Option<String>) {
        let is_rust = has_extension(&path, "rs");
        let file = match text {
            Some(text) if is_rust => File::Rust { source: RustSource::parse(&text), text },
            Some(text) => File::Text(text),
            None => File::Binary,
        };
        self.files.insert(path, file);
    }

    /// How many files there are.
    pub(crate) fn len(&self) -> usize {
        self.files.len()
    }

    /// Every path, in order.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// The text of a file; none if it does not exist or is not text.
    pub(crate) fn text(&self, path: &str) -> Option<&str> {
        self.files.get(path).and_then(File::text)
    }

    /// Every file that is text.
    pub(crate) fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().filter_map(|(path, file)| Some((path.as_str(), file.text()?)))
    }

    /// Every file of text whose words are ours to choose.
    pub(crate) fn own_texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.texts().filter(|(path, _)| !is_third_party(path))
    }

    /// Every Rust file.
    pub(crate) fn rust(&self) -> impl Iterator<Item = (&str, &RustSource)> {
        self.files.iter().filter_map(|(path, file)| match file {
            File::Rust { source, .. } => Some((path.as_str(), source)),
            File::Text(_) | File::Binary => None,
        })
    }

    /// One Rust file.
    pub(crate) fn rust_file(&self, path: &str) -> Option<&RustSource> {
        match self.files.get(path) {
            Some(File::Rust { source, .. }) => Some(source),
            _ => None,
        }
    }

    /// The names of the files directly in a folder.
    pub(crate) fn names_in(&self, folder: &str) -> Vec<&str> {
        let names = self.paths().filter_map(|path| path.strip_prefix(folder)?.strip_prefix('/'));
        names.filter(|name| !name.contains('/')).collect()
    }

    /// A repository for the test of a rule.
    #[cfg(test)]
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        let mut repository = Self::default();
        for (path, text) in files {
            repository.insert((*path).to_owned(), Some((*text).to_owned()));
        }
        repository
    }
}

impl File {
    fn text(&self) -> Option<&str> {
        match self {
            Self::Rust { text, .. } | Self::Text(text) => Some(text),
            Self::Binary => None,
        }
    }
}

fn is_third_party(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    let is_vendored = path.split('/').any(|part| part == "vendor") || name.ends_with(".min.js");
    is_vendored || has_extension(path, "lock") || name.starts_with("LICENSE")
}

/// Whether the path ends in a dot and this word.
pub(crate) fn has_extension(path: &str, extension: &str) -> bool {
    Path::new(path).extension().is_some_and(|found| found == extension)
}

/// Code of a released crate: its path is `crates/<name>/src/…` or `xtask/src/…`, and it is no file of tests.
pub(crate) fn is_source(path: &str) -> bool {
    (crate_of(path).is_some_and(|(_, rest)| rest.starts_with("src/")) || path.starts_with("xtask/src/"))
        && !is_test(path)
}

/// Whether a file holds tests and nothing else.
pub(crate) fn is_test(path: &str) -> bool {
    let mut folders = path.split('/').rev();
    let name = folders.next().unwrap_or_default();
    name == "tests.rs" || folders.any(|folder| folder == "tests" || folder == "benches")
}

/// The name of the crate that a path under `crates/` belongs to, and the path within it.
pub(crate) fn crate_of(path: &str) -> Option<(&str, &str)> {
    path.strip_prefix("crates/")?.split_once('/')
}

/// What `.gitignore` names. Knows the three forms that this repository needs.
struct Ignored {
    patterns: Vec<Pattern>,
}

struct Pattern {
    glob: String,
    only_folders: bool,
    /// Matches the path from the root, not the name at any depth.
    from_root: bool,
}

impl Ignored {
    fn parse(text: &str) -> Result<Self> {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        Ok(Self { patterns: lines.map(Pattern::parse).collect::<Result<_>>()? })
    }

    fn contains(&self, path: &str, is_folder: bool) -> bool {
        let name = path.rsplit('/').next().unwrap_or(path);
        self.patterns.iter().any(|pattern| {
            let subject = if pattern.from_root { path } else { name };
            (is_folder || !pattern.only_folders) && glob::matches(&pattern.glob, subject)
        })
    }
}

impl Pattern {
    fn parse(line: &str) -> Result<Self> {
        if line.starts_with('!') || line.contains("**") || line.contains(['?', '[', '\\']) {
            bail!(".gitignore has `{line}`: tidy reads names, paths and `*` only; teach it this form first");
        }
        let only_folders = line.ends_with('/');
        let path = line.trim_end_matches('/');
        let glob = path.trim_start_matches('/').to_owned();
        Ok(Self { glob, only_folders, from_root: path.contains('/') })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_git_ignores_is_not_read() {
        let root = tempfile::tempdir().unwrap();
        for (path, text) in [
            (".gitignore", "# built\ntarget/\n/e2e/results\n*.db\n"),
            ("target/debug/out.txt", "built"),
            ("crates/store/target/out.txt", "built"),
            ("e2e/results", "made"),
            ("crates/e2e/results", "ours"),
            ("daybook.db", "data"),
            (".git/config", "git"),
            ("docs/target", "a file of that name"),
            ("src/lib.rs", "//! Ours."),
        ] {
            let file = root.path().join(path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
        fs::write(root.path().join("logo.png"), [0xff, 0xfe]).unwrap();

        let repository = Repository::read(root.path()).unwrap();
        let paths: Vec<&str> = repository.paths().collect();
        assert_eq!(paths, [".gitignore", "crates/e2e/results", "docs/target", "logo.png", "src/lib.rs"]);
        assert_eq!(repository.text("logo.png"), None);
        assert_eq!(repository.text("src/lib.rs"), Some("//! Ours."));
    }

    #[test]
    fn a_form_of_gitignore_that_would_be_misread_is_an_error() {
        for line in ["!keep.db", "**/x", "a?"] {
            Ignored::parse(line).err().unwrap();
        }
    }

    #[test]
    fn third_party_texts_are_not_ours() {
        let repository =
            Repository::of(&[("Cargo.lock", ""), ("a/vendor/x.js", ""), ("LICENSE-MIT", ""), ("a.md", "")]);
        assert_eq!(repository.own_texts().map(|(path, _)| path).collect::<Vec<_>>(), ["a.md"]);
    }

    #[test]
    fn source_is_told_from_tests() {
        assert!(is_source("crates/store/src/read/code.rs"));
        assert!(is_source("xtask/src/main.rs"));
        assert!(!is_source("crates/store/tests/code.rs"));
        assert!(!is_source("crates/store/src/read/tests.rs"));
        assert!(!is_source("crates/store/src/tests/code.rs"));
        assert!(!is_source("crates/store/build.rs"));
    }
}
