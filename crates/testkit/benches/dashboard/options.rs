//! What to measure, as the command line says it.

use daybook_testkit::Engine;

/// What this program is started for.
pub(crate) enum Command {
    /// To measure.
    Measure(Options),
    /// `cargo test --all-targets` starts it without `--bench`: there is nothing to do then.
    Nothing,
    /// The arguments make no sense.
    Wrong(String),
}

/// What to measure.
pub(crate) struct Options {
    /// On which engines.
    pub(crate) engines: Vec<Engine>,
    /// How many requests.
    pub(crate) requests: usize,
}

impl Options {
    pub(crate) fn parse(arguments: &[String]) -> Command {
        if !arguments.iter().any(|word| word == "--bench") {
            return Command::Nothing;
        }
        let mut options = Self { engines: vec![Engine::Sqlite, Engine::Postgres], requests: 2_000 };
        let words: Vec<&str> =
            arguments.iter().map(String::as_str).filter(|word| *word != "--bench").collect();
        for pair in words.chunks(2) {
            match pair {
                ["--engine", "both"] => {}
                ["--engine", "sqlite"] => options.engines = vec![Engine::Sqlite],
                ["--engine", "postgres"] => options.engines = vec![Engine::Postgres],
                ["--requests", number] => match number.parse() {
                    Ok(requests) if requests > 0 => options.requests = requests,
                    _ => return Command::Wrong(format!("`--requests` cannot be `{number}`")),
                },
                other => return Command::Wrong(format!("there is no option `{}`", other.join(" "))),
            }
        }
        Command::Measure(options)
    }
}
