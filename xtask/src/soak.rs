//! `cargo xtask soak`: the long versions of tests that the test command bounds in time.

use std::path::Path;

use anyhow::{Result, bail};

use crate::{
    output, patroni,
    postgres::{self, Durability},
    process,
    steps::Steps,
    strace, test,
};

/// A test that can go on for longer.
#[derive(Debug, PartialEq, Eq)]
struct Long {
    name: &'static str,
    /// What selects it of all tests.
    arguments: &'static [&'static str],
    /// What tells it how often.
    variable: &'static str,
    /// How often, if nothing is said.
    rounds: u32,
    durability: Durability,
}

static ALL: [Long; 7] = [
    Long {
        name: "crash",
        arguments: &["-p", "daybook", "--test", "cli", "crash::"],
        variable: "DAYBOOK_CRASHES",
        rounds: 2_000,
        durability: Durability::ThrowAway,
    },
    Long {
        name: "cluster",
        arguments: &["-p", "daybook", "--test", "cli", "cluster::"],
        variable: "DAYBOOK_CUTS",
        rounds: 500,
        durability: Durability::ThrowAway,
    },
    Long {
        name: "failover",
        arguments: &["-p", "daybook", "--test", "cli", "--", "failover::", "patroni::"],
        variable: "DAYBOOK_FAILOVERS",
        rounds: 20,
        durability: Durability::ThrowAway,
    },
    Long {
        name: "faults",
        arguments: &["-p", "daybook", "--test", "cli", "faults::", "--", "--nocapture"],
        variable: "DAYBOOK_FAULTS",
        // Each call at each of its places once.
        rounds: 1_164,
        durability: Durability::ThrowAway,
    },
    Long {
        name: "histories",
        arguments: &["-p", "daybook-store", "--lib", "history"],
        variable: "DAYBOOK_HISTORIES",
        rounds: 1_000,
        durability: Durability::ThrowAway,
    },
    Long {
        name: "hostile",
        arguments: &["-p", "daybook-http", "--test", "stories", "hostile::"],
        variable: "DAYBOOK_REQUESTS",
        rounds: 200_000,
        durability: Durability::ThrowAway,
    },
    // What an hour shows is of interest for the program that is released, and a server that keeps what it says it has kept.
    Long {
        name: "load",
        arguments: &["--release", "-p", "daybook", "--test", "cli", "soak::", "--", "--nocapture"],
        variable: "DAYBOOK_SOAK_SECONDS",
        rounds: 3_600,
        durability: Durability::Full,
    },
];

/// What to run, and how often.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Selection {
    long: &'static Long,
    rounds: u32,
}

impl Selection {
    /// Reads the arguments after `soak`.
    pub(crate) fn parse(arguments: &[&str]) -> Result<Self> {
        let (name, rounds) = match arguments {
            [name] => (name, None),
            [name, "--rounds", rounds] => (name, Some(rounds)),
            _ => bail!(
                "`soak` takes the name of a test and, after `--rounds`, how often; not `{}`",
                arguments.join(" ")
            ),
        };
        let Some(long) = ALL.iter().find(|long| long.name == *name) else {
            let names: Vec<_> = ALL.iter().map(|long| long.name).collect();
            bail!("there is no test `{name}` that goes on for longer, but {}", names.join(", "));
        };
        let rounds = match rounds.map(|text| text.parse()) {
            None => long.rounds,
            Some(Ok(rounds @ 1..)) => rounds,
            Some(_) => bail!("--rounds must be a whole number from 1 on"),
        };
        Ok(Self { long, rounds })
    }
}

/// Runs it on both engines and prints a summary.
pub(crate) fn run(repository: &Path, selection: &Selection) -> Result<()> {
    let mut steps = Steps::default();
    let outcome = soak(repository, selection, &mut steps);
    output::line(&format!("\n{}", steps.summary()));
    outcome
}

fn soak(repository: &Path, selection: &Selection, steps: &mut Steps) -> Result<()> {
    steps.run("strace: find", strace::find_or_install)?;
    steps.run("Patroni: find", patroni::find_or_install)?;
    let Selection { long, rounds } = selection;
    let server = steps.run("PostgreSQL: start", || postgres::temporary(long.durability))?;
    let outcome = steps.run(long.name, || {
        let mut cargo = process::cargo();
        let cargo = cargo.current_dir(repository).arg("test").args(long.arguments);
        let cargo = cargo.env(test::SERVER_VARIABLE, server.url());
        process::stream(cargo.env(long.variable, rounds.to_string()))
    });
    // The server goes before the outcome is looked at: a failing test must not leave it behind.
    let stopped = steps.run("PostgreSQL: remove", || server.stop());
    outcome.and(stopped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_is_named_and_how_often() {
        let crash = |rounds| Selection { long: &ALL[0], rounds };
        assert_eq!(Selection::parse(&["crash"]).unwrap(), crash(2_000));
        assert_eq!(Selection::parse(&["crash", "--rounds", "7"]).unwrap(), crash(7));
        for words in
            [&[][..], &["rain"], &["crash", "--rounds"], &["crash", "--rounds", "0"], &["crash", "7"]]
        {
            Selection::parse(words).unwrap_err();
        }
    }
}
