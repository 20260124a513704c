//! Tests of the store on both engines, each on databases of its own: a SQLite file and a PostgreSQL database.

mod append_only;
mod beside;
mod check;
mod contradiction;
mod figures;
mod followers;
mod guesses;
mod history;
mod identity_providers;
mod personal;
mod plans;
mod schema;
mod sequencer;
mod spans;
mod statements;
mod upgrade;
mod usecases;
mod witness;
mod work;
mod world;
