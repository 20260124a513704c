//! What to measure, as the command line says it.

use std::{path::PathBuf, time::Duration};

use daybook_store::Engine;

/// What this program is started for.
pub(crate) enum Command {
    /// To measure activations.
    Measure(Options),
    /// To measure the sequencer.
    Sequencer(Options),
    /// As the client of a measurement: a process of its own, so that it is not measured with the server.
    Client(ClientOrder),
    /// `cargo test --all-targets` starts it without `--bench`: there is nothing to do then.
    Nothing,
    /// The arguments make no sense.
    Wrong(String),
}

/// What to measure.
pub(crate) struct Options {
    /// How many callers at once, one measurement each.
    pub(crate) callers: Vec<usize>,
    /// How long each level is measured, each time.
    pub(crate) duration: Duration,
    /// How often the levels take turns.
    pub(crate) rounds: usize,
    /// On which engines.
    pub(crate) engines: Vec<Engine>,
    /// Where the SQLite databases lie: on the file system of the build, unless another disk is to be measured.
    pub(crate) folder: PathBuf,
    /// How many events the sequencer finds.
    pub(crate) events: usize,
    /// Only these levels, for profiling; all if empty.
    pub(crate) only: Vec<String>,
}

/// What a client process is asked to do. The codes come on its input.
pub(crate) struct ClientOrder {
    pub(crate) address: String,
    pub(crate) callers: usize,
    pub(crate) duration: Duration,
}

impl Options {
    pub(crate) fn parse(arguments: &[String]) -> Command {
        let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
        if let ["client", address, callers, millis] = words.as_slice() {
            let (Ok(callers), Ok(millis)) = (callers.parse(), millis.parse()) else {
                return Command::Wrong("a client takes an address and two numbers".to_owned());
            };
            let duration = Duration::from_millis(millis);
            return Command::Client(ClientOrder { address: (*address).to_owned(), callers, duration });
        }
        if !words.contains(&"--bench") {
            return Command::Nothing;
        }
        let mut options = Self {
            callers: vec![16, 64],
            duration: Duration::from_secs(3),
            rounds: 5,
            engines: vec![Engine::Sqlite, Engine::Postgres],
            folder: PathBuf::from(env!("CARGO_TARGET_TMPDIR")),
            events: 200_000,
            only: vec![],
        };
        let sequencer = words.first() == Some(&"sequencer");
        let mut rest = words.into_iter().filter(|word| *word != "--bench").skip(usize::from(sequencer));
        while let Some(option) = rest.next() {
            let value = rest.next().unwrap_or_default();
            if let Err(why) = options.set(option, value) {
                return Command::Wrong(why);
            }
        }
        if sequencer { Command::Sequencer(options) } else { Command::Measure(options) }
    }

    fn set(&mut self, option: &str, value: &str) -> Result<(), String> {
        let wrong = || format!("`{option}` cannot be `{value}`");
        let numbers = || value.split(',').map(|number| number.parse::<u64>().ok().filter(|n| *n > 0));
        let number = || numbers().next().flatten().ok_or_else(wrong);
        match option {
            "--callers" => {
                let all: Option<Vec<usize>> =
                    numbers().map(|n| n.and_then(|n| usize::try_from(n).ok())).collect();
                self.callers = all.ok_or_else(wrong)?;
            }
            "--seconds" => self.duration = Duration::from_secs(number()?),
            "--rounds" => self.rounds = usize::try_from(number()?).map_err(|_| wrong())?,
            "--engine" => {
                self.engines = match value {
                    "both" => vec![Engine::Sqlite, Engine::Postgres],
                    "sqlite" => vec![Engine::Sqlite],
                    "postgres" => vec![Engine::Postgres],
                    _ => return Err(wrong()),
                }
            }
            "--folder" => self.folder = PathBuf::from(value),
            "--events" => self.events = usize::try_from(number()?).map_err(|_| wrong())?,
            "--only" => self.only = value.split(',').map(str::to_owned).collect(),
            _ => return Err(format!("there is no option `{option}`")),
        }
        Ok(())
    }

    /// Whether this level is to be measured.
    pub(crate) fn measures(&self, level: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| only == level)
    }
}
