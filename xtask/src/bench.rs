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
/// The measurements, with the options that each takes; each option has a value.
const MEASUREMENTS: [(&str, &[&str]); 2] = [
    ("activate", &["--callers", "--seconds", "--rounds", "--engine", "--folder", "--only"]),
    ("dashboard", &["--requests", "--engine"]),
];

/// What to measure.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Selection {
    /// The name of the measurement: a `[[bench]]` of `crates/testkit`.
    bench: &'static str,
    /// Its options, as they were written.
    options: Vec<String>,
}

impl Selection {
    /// Reads the arguments after `bench`.
    pub(crate) fn parse(arguments: &[&str]) -> Result<Self> {
        let named = |name: &str| MEASUREMENTS.into_iter().find(|(bench, _)| *bench == name);
        let asked = arguments.split_first().and_then(|(name, rest)| Some((named(name)?, rest)));
        let Some(((bench, known), options)) = asked else {
            let all = MEASUREMENTS.map(|(name, _)| name).join("` and `");
            bail!("there are the measurements `{all}`, not `{}`", arguments.join(" "));
        };
        let mut pairs = options.chunks(2);
        if let Some(wrong) = pairs.find(|pair| !matches!(pair, [name, _] if known.contains(name))) {
            bail!("`{}` is no option with its value: {} are", wrong.join(" "), known.join(", "));
        }
        Ok(Self { bench, options: options.iter().map(|&word| word.to_owned()).collect() })
    }

    /// Whether a server is needed.
    fn needs_postgres(&self) -> bool {
        let words: Vec<&str> = self.options.iter().map(String::as_str).collect();
        !words.chunks(2).any(|pair| pair == ["--engine", "sqlite"])
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
        cargo.current_dir(repository).args(["bench", "-p", "daybook-testkit", "--bench", selection.bench]);
        cargo
    };
    steps.run("build", || process::stream(cargo().arg("--no-run")))?;
    if !selection.needs_postgres() {
        return steps.run("bench", || process::stream(cargo().arg("--").args(&selection.options)));
    }
    let server = steps.run("PostgreSQL: start", || postgres::temporary(Durability::Full))?;
    let variables = SERVER_VARIABLES.map(|name| (name, server.url()));
    let outcome =
        steps.run("bench", || process::stream(cargo().arg("--").args(&selection.options).envs(variables)));
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
        assert_eq!(parse(&["dashboard", "--requests", "100"]).unwrap().bench, "dashboard");
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
