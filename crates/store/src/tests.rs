//! Tests of the store on both engines, each on databases of its own: a SQLite file and a PostgreSQL database.

mod append_only;
mod contradiction;
mod plans;
mod schema;
mod statements;
mod usecases;
mod work;
mod world;
