//! A private PostgreSQL server for tests and measurements. Must not touch a server or a cluster that was there before, and must not
//! leave one behind, however the run ends.

mod account;
mod folder;
mod guard;
mod install;
mod server;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use self::{account::Account, folder::Folder, install::Programs};
pub(crate) use self::{guard::COMMAND as GUARD_COMMAND, server::Server};
use crate::output;

/// What happens to the databases when the server stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Afterwards {
    /// They are there again the next time.
    Keep,
    /// They are removed.
    Remove,
}

/// How hard a commit is pressed onto the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Durability {
    /// Not at all: for tests.
    ThrowAway,
    /// As in production: for measurements.
    Full,
}

/// Starts a server that is removed with everything in it when it is stopped or its owner ends.
pub(crate) fn temporary(durability: Durability) -> Result<Server> {
    start(Afterwards::Remove, durability)
}

/// `cargo xtask postgres`: starts a server, says where it is, and stays until its input ends or a signal comes.
pub(crate) fn foreground(keep: bool) -> Result<()> {
    let afterwards = if keep { Afterwards::Keep } else { Afterwards::Remove };
    let server = start(afterwards, Durability::ThrowAway)?;
    output::line(&format!("DAYBOOK_TEST_POSTGRES={}", server.url()));
    output::note(&format!("log: {}", server.log().display()));
    output::note("put that line before `cargo test` in another terminal; Ctrl-C stops the server");
    std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink()).context("cannot read the input")?;
    server.stop()
}

/// The guard of a server: waits until the owner is gone, then stops the server and clears up.
pub(crate) fn guard(arguments: &[&str]) -> Result<()> {
    let [programs, folder, afterwards] = arguments else { bail!("a guard takes three arguments") };
    let afterwards = if *afterwards == guard::KEEP { Afterwards::Keep } else { Afterwards::Remove };
    guard::watch(&Programs::at(PathBuf::from(programs)), Path::new(folder), afterwards)
}

fn start(afterwards: Afterwards, durability: Durability) -> Result<Server> {
    let programs = install::find_or_install()?;
    let account = Account::detect()?;
    let places = folder::places(&account)?;
    let folder = Folder::create(&places, &account, afterwards, |left_over| {
        output::note(&format!("removing what an earlier run left in {}", left_over.display()));
        server::remove(&programs, &account, left_over)
    })?;
    Server::start(&programs, &account, folder, durability)
}
