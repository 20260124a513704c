//! `cargo xtask bench`: measurements, side by side with the limit in one run. Must not judge: a timed assertion fails on a busy machine
//! and passes on a fast one.

use std::path::Path;

use anyhow::{Result, bail};

use crate::{
    output,
    postgres::{self, Durability},
    process,
    steps::Steps,
    test,
};

/// Where measurements find the server on which they may create databases: those that do so themselves, and those on a portal of tests.
const SERVER_VARIABLES: [&str; 2] = ["DAYBOOK_BENCH_POSTGRES", test::SERVER_VARIABLE];

/// A measurement.
#[derive(Debug, PartialEq, Eq)]
struct Measurement {
    name: &'static str,
    package: &'static str,
    /// The `[[bench]]` of the package that measures it; one that measures something else besides is told the name.
    bench: &'static str,
    /// The options it takes; each has a value.
    options: &'static [&'static str],
}

static MEASUREMENTS: [Measurement; 5] = [
    Measurement {
        name: "activate",
        package: "daybook-testkit",
        bench: "activate",
        options: &["--callers", "--seconds", "--rounds", "--engine", "--folder", "--only"],
    },
    Measurement {
        name: "sequencer",
        package: "daybook-testkit",
        bench: "activate",
        options: &["--callers", "--seconds", "--rounds", "--events"],
    },
    Measurement {
        name: "dashboard",
        package: "daybook-testkit",
        bench: "dashboard",
        options: &["--requests", "--engine"],
    },
    Measurement {
        name: "scale",
        package: "daybook",
        bench: "scale",
        options: &["--events", "--engine", "--folder"],
    },
    Measurement {
        name: "followers",
        package: "daybook",
        bench: "scale",
        options: &["--followers", "--engine", "--folder"],
    },
];

/// What to measure.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Selection {
    measurement: &'static Measurement,
    /// Its options, as they were written.
    options: Vec<String>,
}

impl Selection {
    /// Reads the arguments after `bench`.
    pub(crate) fn parse(arguments: &[&str]) -> Result<Self> {
        let named = |name: &str| MEASUREMENTS.iter().find(|one| one.name == name);
        let asked = arguments.split_first().and_then(|(name, rest)| Some((named(name)?, rest)));
        let Some((measurement, options)) = asked else {
            let all: Vec<&str> = MEASUREMENTS.iter().map(|one| one.name).collect();
            bail!("there are the measurements `{}`, not `{}`", all.join("`, `"), arguments.join(" "));
        };
        let known = measurement.options;
        let mut pairs = options.chunks(2);
        if let Some(wrong) = pairs.find(|pair| !matches!(pair, [name, _] if known.contains(name))) {
            bail!("`{}` is no option with its value: {} are", wrong.join(" "), known.join(", "));
        }
        Ok(Self { measurement, options: options.iter().map(|&word| word.to_owned()).collect() })
    }

    /// Whether a server is needed.
    fn needs_postgres(&self) -> bool {
        let words: Vec<&str> = self.options.iter().map(String::as_str).collect();
        !words.chunks(2).any(|pair| pair == ["--engine", "sqlite"])
    }

    /// What the bench is told.
    fn arguments(&self) -> Vec<&str> {
        let Measurement { name, bench, .. } = *self.measurement;
        let name = (name != bench).then_some(name);
        name.into_iter().chain(self.options.iter().map(String::as_str)).collect()
    }
}

/// Builds the measurement, provides a server for it and runs it.
pub(crate) fn run(repository: &Path, selection: &Selection) -> Result<()> {
    let mut steps = Steps::default();
    let outcome = measure(repository, selection, &mut steps);
    output::line(&format!("\n{}", steps.summary()));
    outcome
}

fn measure(repository: &Path, selection: &Selection, steps: &mut Steps) -> Result<()> {
    let cargo = || {
        let mut cargo = process::cargo();
        let Measurement { package, bench, .. } = selection.measurement;
        cargo.current_dir(repository).args(["bench", "-p", package, "--bench", bench]);
        cargo
    };
    steps.run("build", || process::stream(cargo().arg("--no-run")))?;
    if !selection.needs_postgres() {
        return steps.run("bench", || process::stream(cargo().arg("--").args(selection.arguments())));
    }
    let server = steps.run("PostgreSQL: start", || postgres::temporary(Durability::Full))?;
    let variables = SERVER_VARIABLES.map(|name| (name, server.url()));
    let outcome =
        steps.run("bench", || process::stream(cargo().arg("--").args(selection.arguments()).envs(variables)));
    // The server goes before the outcome is looked at: a failing measurement must not leave it behind.
    let stopped = steps.run("PostgreSQL: remove", || server.stop());
    outcome.and(stopped)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(words: &[&str]) -> Result<Selection> {
        Selection::parse(words)
    }

    #[test]
    fn options_are_passed_on_as_they_are() {
        let options = ["--callers", "16", "--engine", "both"];
        let selection = parse(&[&["activate"], options.as_slice()].concat()).unwrap();
        assert_eq!(selection.options, options);
        assert!(selection.needs_postgres());
        assert!(parse(&["activate"]).unwrap().needs_postgres());
        assert!(!parse(&["activate", "--engine", "sqlite"]).unwrap().needs_postgres());
        let dashboard = parse(&["dashboard", "--requests", "100"]).unwrap();
        assert_eq!(dashboard.arguments(), ["--requests", "100"]);
    }

    #[test]
    fn a_bench_that_measures_several_things_is_told_which() {
        let followers = parse(&["followers", "--engine", "sqlite"]).unwrap();
        assert_eq!(followers.measurement.bench, "scale");
        assert_eq!(followers.arguments(), ["followers", "--engine", "sqlite"]);
        assert_eq!(parse(&["sequencer"]).unwrap().arguments(), ["sequencer"]);
    }

    #[test]
    fn what_cannot_be_measured_is_refused() {
        for words in [
            &[][..],
            &["everything"],
            &["activate", "--fast", "yes"],
            &["activate", "--seconds"],
            &["dashboard", "--callers", "1"],
        ] {
            parse(words).unwrap_err();
        }
    }
}
