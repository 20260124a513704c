//! The seam between the store and its two engines: one SQL text, `$n` parameters, a handful of operations.
//! It must not know tenants, events or the log.
//!
//! Everything here runs on Tokio's multi-thread runtime: reading from SQLite is done with
//! [`tokio::task::block_in_place`], which panics on the current-thread runtime.

mod config;
mod conn;
mod db;
mod error;
mod postgres;
mod row;
#[cfg(test)]
pub mod schema;
mod sqlite;
mod statement;
mod tail;
mod tx;
mod value;

#[cfg(test)]
pub(crate) mod tests;

use std::fmt;

pub use config::{DbConfig, Durability};
pub use conn::{Conn, Reader};
pub use db::Db;
pub use error::{EngineError, Result};
#[cfg(test)]
pub use postgres::Heard;
pub use postgres::Listener;
#[cfg(test)]
pub(crate) use postgres::planned_under;
pub use row::{Cell, FromCell, Row};
pub use sqlite::APPLICATION_ID;
pub(crate) use statement::statements;
pub use statement::{Sql, Write};
pub use tail::GroupTail;
pub use tx::Tx;
pub use value::{Micros, Val};
pub(crate) use value::{hex, vals};

/// Which of the two databases is behind a `Db`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Engine {
    /// One file, one writer, readers beside it.
    Sqlite,
    /// A PostgreSQL server.
    Postgres,
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Engine::Sqlite => "sqlite",
            Engine::Postgres => "postgres",
        })
    }
}
