//! What an activation costs: the bare engine doing the same writes, the store, the portal and the HTTP server, side by side in one run.
//! Started by `cargo xtask bench activate`; `cargo xtask bench sequencer` measures what follows on PostgreSQL: numbering. It states figures
//! and asserts none of them; it does assert that the work was done.
#![expect(
    clippy::pedantic,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a measurement: what goes wrong must stop it and say where"
)]

mod bare;
mod client;
mod ground;
mod levels;
mod load;
mod options;
mod run;
mod sequencer;
mod system;
mod template;

use options::{Command, Options};

/// As the program that is measured here has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match Options::parse(&arguments) {
        Command::Measure(options) => runtime().block_on(run::run(&options)),
        Command::Sequencer(options) => runtime().block_on(sequencer::run(&options)),
        Command::Client(order) => client::main(&order),
        Command::Nothing => {}
        Command::Wrong(why) => panic!("{why}"),
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap()
}
