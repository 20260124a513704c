//! The command line: one command, one file. A command answers with what came of it; only `main` turns that into an exit code.

mod check;
mod demo;
mod doctor;
mod erase;
mod migrate;
mod serve;
mod tail;
mod token;
mod user;
mod verify;

use std::{num::NonZero, thread::available_parallelism};

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};

use crate::{
    flag::GlobalFlags,
    logging,
    settings::{FileSettings, Settings},
};

/// Daybook: a self-hosted licensing and activation portal whose every change is an event on a provable log.
#[derive(Debug, Parser)]
#[command(name = "daybook", version, max_term_width = 110, after_help = EXAMPLES)]
pub(crate) struct Cli {
    #[command(flatten)]
    global: GlobalFlags,
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  daybook demo                                          a filled portal to look at, gone afterwards
  daybook serve                                         a portal on ./daybook.db
  daybook token create --name Ada --role owner          the first way in
  daybook --database postgres://daybook@db/daybook check

Each setting can also stand in the environment or in daybook.toml. A flag goes before the
environment, the environment before the file, the file before the default.
Exit code: 0 done, 1 failed, 2 asked wrongly.";

#[derive(Debug, Subcommand)]
enum Command {
    Serve(serve::ServeCommand),
    Demo(demo::DemoCommand),
    Token(token::TokenCommand),
    User(user::UserCommand),
    Check(check::CheckCommand),
    Tail(tail::TailCommand),
    Verify(verify::VerifyCommand),
    Erase(erase::EraseCommand),
    Migrate(migrate::MigrateCommand),
    Doctor(doctor::DoctorCommand),
}

/// What came of a command that ran.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// All is well.
    Done,
    /// It has said what is wrong.
    Failed,
}

/// How many threads there are beside two for each processor: one for what the runtime does at once, one that hashes passwords. Eight connections
/// read SQLite and one writes, but hardly ever all of them. The runtime never gives back what it had at the busiest moment, and each
/// thread keeps two megabytes.
const BLOCKING_THREADS: usize = 6;

/// Runs what was asked for.
pub(crate) fn run(cli: Cli) -> Result<Outcome> {
    let Cli { global, command } = cli;
    let file = FileSettings::read(global.config.config.as_deref());
    let (file, wrong) = match (file, &command) {
        // The doctor names what is wrong with the file among everything else.
        (Err(error), Command::Doctor(_)) => (FileSettings::default(), Some(error)),
        (file, _) => (file?, None),
    };
    let settings = Settings::new(global, file);
    let is_server = matches!(command, Command::Serve(_));
    logging::start(settings.log_format, settings.verbosity, is_server);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .max_blocking_threads(BLOCKING_THREADS + available_parallelism().map_or(1, NonZero::get))
        .build()
        .context("starting the runtime")?;
    runtime.block_on(async {
        match command {
            Command::Serve(command) => command.run(&settings).await,
            Command::Demo(command) => command.run(&settings).await,
            Command::Token(command) => command.run(&settings).await,
            Command::User(command) => command.run(&settings).await,
            Command::Check(command) => command.run(&settings).await,
            Command::Tail(command) => command.run(&settings).await,
            Command::Verify(command) => command.run(),
            Command::Erase(command) => command.run(&settings).await,
            Command::Migrate(command) => command.run(&settings).await,
            Command::Doctor(command) => command.run(&settings, wrong).await,
        }
    })
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed_and_every_command_has_an_example() {
        let mut cli = Cli::command();
        cli.clone().debug_assert();
        for command in cli.get_subcommands_mut().filter(|command| !command.has_subcommands()) {
            let help = command.render_long_help().to_string();
            assert!(help.contains("Example"), "{help}");
        }
    }
}
