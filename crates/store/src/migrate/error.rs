//! Why a schema cannot be brought up to date.

use std::fmt;

use crate::engine::EngineError;

/// Why the schema cannot be brought up to date.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MigrateError {
    /// A step was changed after it had been applied here.
    #[error("migration {version} ({name}) was edited after it was applied")]
    Edited {
        /// The step.
        version: i64,
        /// Its name in this program.
        name: String,
    },
    /// The database was brought further than this program knows.
    #[error("the database is at version {database}, this program only knows {binary}: run the newer program")]
    Newer {
        /// The newest step applied.
        database: i64,
        /// The newest step known.
        binary: i64,
    },
    /// A step is missing between others: in the database, or in this program.
    #[error("migration {version} is missing {place}")]
    Missing {
        /// The step.
        version: i64,
        /// Where it is missing.
        place: Place,
    },
    /// The list of steps is not in ascending order.
    #[error("migration {version} is out of order in this program's list")]
    OutOfOrder {
        /// The first step that is not newer than the one before it.
        version: i64,
    },
    /// The database lacks steps.
    #[error("the database is at version {database}, this program needs {binary}: apply the migrations first")]
    Behind {
        /// The newest step applied.
        database: i64,
        /// The newest step known.
        binary: i64,
    },
    /// A step failed, and nothing of it is left.
    #[error("migration {version} ({name}): {error}")]
    Step {
        /// The step.
        version: i64,
        /// Its name.
        name: &'static str,
        /// What happened.
        error: EngineError,
    },
    /// The database failed outside a step.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

/// Where a step is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A later step is applied, this one is not.
    Database,
    /// It is applied, but this program does not have it.
    Program,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Place::Database => "in the database, though a later one is applied",
            Place::Program => "in this program, though it is applied in the database",
        })
    }
}
