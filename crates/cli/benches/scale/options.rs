//! What to measure, as the command line says it.

use std::path::PathBuf;

use daybook_testkit::Engine;

/// What this program is started for.
pub(crate) enum Command {
    /// To measure a portal of some sizes.
    Scale(Options),
    /// To measure those who follow the log.
    Followers(Options),
    /// `cargo test --all-targets` starts it without `--bench`: there is nothing to do then.
    Nothing,
    /// The arguments make no sense.
    Wrong(String),
}

/// What to measure.
pub(crate) struct Options {
    /// On which engines.
    pub(crate) engines: Vec<Engine>,
    /// The sizes, in entries of the log.
    pub(crate) events: Vec<u64>,
    /// How many follow.
    pub(crate) followers: usize,
    /// Where the SQLite database stays, to be used again; else it is removed.
    pub(crate) kept: Option<PathBuf>,
}

impl Options {
    pub(crate) fn parse(arguments: &[String]) -> Command {
        if !arguments.iter().any(|word| word == "--bench") {
            return Command::Nothing;
        }
        let words: Vec<&str> =
            arguments.iter().map(String::as_str).filter(|word| *word != "--bench").collect();
        let mut options = Self {
            engines: vec![Engine::Sqlite, Engine::Postgres],
            events: vec![100_000],
            followers: 1_000,
            kept: None,
        };
        let (followers, pairs) = match words.split_first() {
            Some((&"followers", rest)) => (true, rest),
            _ => (false, words.as_slice()),
        };
        for pair in pairs.chunks(2) {
            if !options.set(pair) {
                return Command::Wrong(format!("`{}` is no option with its value", pair.join(" ")));
            }
        }
        if followers { Command::Followers(options) } else { Command::Scale(options) }
    }

    fn set(&mut self, pair: &[&str]) -> bool {
        match pair {
            ["--engine", "both"] => true,
            ["--engine", "sqlite"] => {
                self.engines = vec![Engine::Sqlite];
                true
            }
            ["--engine", "postgres"] => {
                self.engines = vec![Engine::Postgres];
                true
            }
            ["--events", sizes] => {
                let sizes: Result<Vec<u64>, _> = sizes.split(',').map(str::parse).collect();
                sizes.map(|sizes| self.events = sizes).is_ok()
            }
            ["--followers", number] => number.parse().map(|number| self.followers = number).is_ok(),
            ["--folder", path] => {
                self.kept = Some(PathBuf::from(path));
                true
            }
            _ => false,
        }
    }

    /// Where databases lie: on the file system of the build, unless a folder is named.
    pub(crate) fn folder(&self) -> PathBuf {
        self.kept.clone().unwrap_or_else(|| PathBuf::from(env!("CARGO_TARGET_TMPDIR")))
    }
}
