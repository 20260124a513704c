//! The whole program at a size: how fast it shows the log, starts and checks itself, what memory and disk it takes, and how soon those who
//! follow the log hear of an entry. Started by `cargo xtask bench scale` and `cargo xtask bench followers`. It states figures beside the
//! aims and asserts none of them; it does assert that each answer was a good one.
#![expect(
    clippy::pedantic,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a measurement: what goes wrong must stop it and say where"
)]

#[path = "../../tests/cli/connection.rs"]
mod connection;
mod fill;
mod followers;
mod options;
mod place;
#[path = "../../tests/cli/program.rs"]
#[expect(dead_code, reason = "the tests use more of it")]
mod program;
mod room;
mod speed;
mod table;

use daybook_testkit::machine;
use options::{Command, Options};
use place::Place;
use table::Table;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match Options::parse(&arguments) {
        Command::Scale(options) => each_engine(&options, scale),
        Command::Followers(options) => each_engine(&options, followers::measure),
        Command::Nothing => {}
        Command::Wrong(why) => panic!("{why}"),
    }
}

fn each_engine(options: &Options, measure: fn(&mut Place, &Options)) {
    std::fs::create_dir_all(options.folder()).unwrap();
    let (median, worst) = machine::sync_latency(&options.folder());
    println!("machine: {}", machine::processors());
    println!("disk: fdatasync of 4 KiB takes {median:.2?} (median), {worst:.2?} (p99)");
    for engine in &options.engines {
        let mut place = Place::open(*engine, options);
        measure(&mut place, options);
        place.remove();
    }
}

/// Fills the portal up to each size and measures it there; each later size is compared with the first one.
fn scale(place: &mut Place, options: &Options) {
    let mut first = None;
    for events in &options.events {
        fill::up_to(place, *events);
        let mut table = Table::new(first.take());
        room::start(place, &mut table);
        let size = place.log_size();
        println!("\n{}, {size} entries", place.engine());
        table.head();
        speed::pages(place, &mut table);
        speed::figures(place, &mut table);
        let activations = speed::activations(place, &mut table);
        room::memory(place, &mut table);
        speed::codes(place, activations, &mut table);
        room::memory_after_codes(place, &mut table);
        let entries = place.log_size();
        place.stop();
        room::disk(place, &mut table);
        room::check(place, &mut table, entries);
        first = Some(table.first());
    }
}
