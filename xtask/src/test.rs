//! `cargo xtask test`: the one command that says whether the repository is sound. Must need nothing beyond Rust and a
//! C compiler on a fresh Debian: what is missing is installed, or named in the error.

use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::{
    chromium, fuzz, identity_provider, mail_server, output, patroni,
    postgres::{self, Durability},
    process,
    steps::Steps,
    strace, tidy,
};

/// Where tests find the server on which they may create databases.
pub(crate) const SERVER_VARIABLE: &str = "DAYBOOK_TEST_POSTGRES";

/// How many tests a program runs at once.
const THREADS_VARIABLE: &str = "RUST_TEST_THREADS";

/// What to run.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Selection {
    /// Every check and every test.
    Everything,
    /// Only the tests that these arguments of `cargo test` select.
    Tests(Vec<String>),
}

impl Selection {
    /// Reads the arguments after `test`.
    pub(crate) fn parse(arguments: &[&str]) -> Result<Self> {
        match arguments {
            // The tests always run on both engines; the option says so where a reader of a script wants to see it.
            [] | ["--engine", "both"] | ["--engine=both"] => Ok(Self::Everything),
            ["--", selected @ ..] | ["--engine", "both", "--", selected @ ..] if !selected.is_empty() => {
                Ok(Self::Tests(selected.iter().map(|&word| word.to_owned()).collect()))
            }
            ["--engine", ..] => {
                bail!("the only value of --engine is `both`: a change holds on both engines or not at all")
            }
            _ => bail!(
                "`test` takes `--engine both` and, after `--`, arguments of cargo test; not `{}`",
                arguments.join(" ")
            ),
        }
    }
}

/// Runs the selection and prints a summary, also when a step fails.
pub(crate) fn run(repository: &Path, selection: &Selection) -> Result<()> {
    let mut steps = Steps::default();
    let outcome = match selection {
        Selection::Everything => everything(repository, &mut steps),
        Selection::Tests(selected) => tests(repository, &mut steps, selected),
    };
    output::line(&format!("\n{}", steps.summary()));
    outcome
}

fn everything(repository: &Path, steps: &mut Steps) -> Result<()> {
    steps.run("tidy", || tidy::run(repository))?;
    steps.run("cargo fmt", || {
        require_component("fmt", "rustfmt")?;
        process::stream(process::cargo().current_dir(repository).args(["fmt", "--all", "--check"]))
            .context("the code is not formatted: run `cargo fmt --all`")
    })?;
    steps.run("cargo clippy", || {
        require_component("clippy", "clippy")?;
        process::stream(process::cargo().current_dir(repository).args([
            "clippy",
            "--workspace",
            "--all-targets",
            "--",
            "-D",
            "warnings",
        ]))
    })?;
    steps.run("cargo doc", || {
        let documented = ["doc", "--workspace", "--no-deps", "--document-private-items"];
        process::stream(
            process::cargo().current_dir(repository).env("RUSTDOCFLAGS", "-D warnings").args(documented),
        )
        .context("a comment of the documentation is wrong")
    })?;
    tests(repository, steps, &[])?;
    fuzz::search(repository, &fuzz::Selection::everything(), steps)
}

fn tests(repository: &Path, steps: &mut Steps, selected: &[String]) -> Result<()> {
    steps.run("mail server: find", mail_server::find_or_install)?;
    steps.run("identity provider: find", identity_provider::find_or_install)?;
    steps.run("browser: find", chromium::find_or_install)?;
    steps.run("strace: find", strace::find_or_install)?;
    steps.run("Patroni: find", patroni::find_or_install)?;
    let server = steps.run("PostgreSQL: start", || postgres::temporary(Durability::ThrowAway))?;
    let outcome = steps.run("cargo test", || {
        process::stream(
            process::cargo()
                .current_dir(repository)
                .arg("test")
                .args(scope(selected))
                .args(selected)
                .env(SERVER_VARIABLE, server.url())
                .env(THREADS_VARIABLE, threads()),
        )
    });
    // The server goes before the outcome is looked at: a failing test must not leave it behind.
    let stopped = steps.run("PostgreSQL: remove", || server.stop());
    outcome.and(stopped)
}

/// As many tests at once as somebody has said, or two for each processor: tests wait for servers and browsers most of their time.
fn threads() -> String {
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    std::env::var(THREADS_VARIABLE).unwrap_or_else(|_| (2 * processors).to_string())
}

/// The whole workspace, unless the arguments name packages themselves.
fn scope(selected: &[String]) -> &'static [&'static str] {
    const NAMING: [&str; 5] = ["-p", "--package", "--workspace", "--all", "--manifest-path"];
    let for_cargo = selected.iter().take_while(|word| *word != "--");
    let mut names = for_cargo.map(|word| word.split('=').next().unwrap_or_default());
    if names.any(|name| NAMING.contains(&name)) { &[] } else { &["--workspace"] }
}

fn require_component(subcommand: &str, component: &str) -> Result<()> {
    process::read(process::cargo().args([subcommand, "--version"])).map(drop).with_context(|| {
        format!("`cargo {subcommand}` does not run: install it with `rustup component add {component}`")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(list: &[&str]) -> Vec<String> {
        list.iter().map(|&word| word.to_owned()).collect()
    }

    #[test]
    fn arguments_select_what_runs() {
        assert_eq!(Selection::parse(&[]).unwrap(), Selection::Everything);
        assert_eq!(Selection::parse(&["--engine", "both"]).unwrap(), Selection::Everything);
        assert_eq!(
            Selection::parse(&["--", "-p", "daybook-store"]).unwrap(),
            Selection::Tests(words(&["-p", "daybook-store"]))
        );
        assert_eq!(
            Selection::parse(&["--engine", "both", "--", "revoke"]).unwrap(),
            Selection::Tests(words(&["revoke"]))
        );
    }

    #[test]
    fn one_engine_alone_is_refused() {
        let error = Selection::parse(&["--engine", "sqlite"]).unwrap_err();
        assert!(error.to_string().contains("both engines"), "{error}");
        Selection::parse(&["--fast"]).unwrap_err();
    }

    #[test]
    fn the_workspace_is_tested_unless_a_package_is_named() {
        assert_eq!(scope(&words(&["revoke"])), ["--workspace"]);
        assert_eq!(scope(&words(&["revoke", "--", "-p"])), ["--workspace"]);
        assert_eq!(scope(&words(&["-p", "daybook-store"])), [""; 0]);
        assert_eq!(scope(&words(&["--package=daybook-store"])), [""; 0]);
    }
}
