//! The program as its users meet it: started as a process, judged by what it prints, its exit code and what it leaves behind.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod check;
mod cluster;
mod connection;
mod crash;
mod demo;
mod doctor;
mod erase;
mod failover;
mod faults;
mod floods;
mod load;
mod migrate;
mod nodes;
mod patroni;
mod postgres;
mod program;
mod serve;
mod servers;
mod settings;
mod soak;
mod tail;
mod token;
mod usage;
mod verify;
