#![doc = include_str!("../README.md")]

mod command;
mod database;
mod flag;
mod key_file;
mod logging;
mod open_files;
mod output;
mod progress;
mod server;
mod settings;
mod shutdown;
mod story;
mod system;

use std::process::ExitCode;

use clap::Parser;

use crate::command::{Cli, Outcome};

/// Also SQLite's: the C library's takes a third more processor for the same work (docs/performance.md). Without huge pages, as those keep
/// twice the memory.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match command::run(Cli::parse()) {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Failed) => ExitCode::from(1),
        Err(error) => {
            output::talk(format_args!("error: {error:#}"));
            ExitCode::from(if error.is::<settings::Usage>() { 2 } else { 1 })
        }
    }
}
