//! Development commands, run as `cargo xtask …`. Must not contain anything that a released binary needs.

mod bench;
mod chromium;
mod debian;
mod fuzz;
mod identity_provider;
mod mail_server;
mod output;
mod patroni;
mod postgres;
mod process;
mod screenshots;
mod soak;
mod steps;
mod strace;
mod test;
mod tidy;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, Result, bail};

const USAGE: &str = "\
Usage: cargo xtask <command>

  test [--engine both] [-- <arguments of cargo test>]
                     Everything that must hold: tidy, fmt, clippy, then all tests against SQLite and a private
                     PostgreSQL. With arguments after `--`, only the tests they select.
  bench activate [--callers 16,64] [--seconds 3] [--rounds 5] [--engine both]
                     What an activation costs at each level beside the bare engine, on SQLite and on a private
                     PostgreSQL that syncs every commit. States figures; fails only when the work was not done.
  bench dashboard [--requests 2000] [--engine both]
                     What the dashboard costs the server after a year of entries, beside its limit of 3 ms.
  bench sequencer [--callers 16,64] [--seconds 3] [--rounds 5] [--events 200000]
                     How fast events are numbered on PostgreSQL, and how long they wait for it at full load.
  bench scale [--events 100000,1000000] [--engine both] [--folder FOLDER]
                     The released program at a size: lists, figures, codes, activations, start, memory, disk, `check`.
                     With --folder, SQLite's database is there again the next time.
  bench followers [--followers 1000] [--engine both]
                     How soon all who follow the live stream hear of an entry, and what memory each of them takes.
  soak crash|cluster|failover|faults|histories|hostile|load [--rounds N]
                     The long version of a test: `kill -9` of a serving portal under load, three servers on one
                     PostgreSQL while connections are cut, PostgreSQL servers that are lost and replaced, requests
                     that nobody meant, both engines at half of what they can do. N is how often, how many, or for
                     `load` how many seconds.
  fuzz [TARGET] [--seconds 60] [--keep]
                     Looks for inputs that what reads foreign text cannot bear. With --keep, inputs that reached
                     something new join the corpus in fuzz/corpus.
  tidy               The rules of the house, as plain text checks.
  screenshots        The pictures of docs/images, made anew from the demo in a minute or two.
  postgres [--keep]  A private PostgreSQL for `cargo test` by hand; stays until Ctrl-C or the end of its input.
                     With --keep, its databases are there again the next time.";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output::error(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Result<()> {
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["test", rest @ ..] => test::run(&repository()?, &test::Selection::parse(rest)?),
        ["bench", rest @ ..] => bench::run(&repository()?, &bench::Selection::parse(rest)?),
        ["soak", rest @ ..] => soak::run(&repository()?, &soak::Selection::parse(rest)?),
        ["fuzz", rest @ ..] => fuzz::run(&repository()?, &fuzz::Selection::parse(rest)?),
        ["tidy"] => tidy::run(&repository()?),
        ["screenshots"] => screenshots::run(&repository()?),
        ["postgres"] => postgres::foreground(false),
        ["postgres", "--keep"] => postgres::foreground(true),
        // Not for people: the process that removes a server when its owner is gone.
        [postgres::GUARD_COMMAND, rest @ ..] => postgres::guard(rest),
        [] | ["help" | "--help" | "-h"] => {
            output::line(USAGE);
            Ok(())
        }
        unknown => bail!("unknown arguments: {}\n\n{USAGE}", unknown.join(" ")),
    }
}

/// The root of the repository: the folder above this package.
fn repository() -> Result<PathBuf> {
    let package = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    package.parent().map(Path::to_path_buf).context("the xtask package has no parent folder")
}
