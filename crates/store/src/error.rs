//! What can go wrong in the store. Must not repeat a bound value: it may be personal or secret.

use daybook_model::event::EntryError;

use crate::{engine::EngineError, migrate::MigrateError};

/// A store operation's result.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;

/// What can go wrong in the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database refused or failed.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The schema is not what this version needs.
    #[error(transparent)]
    Migrate(#[from] MigrateError),
    /// An event cannot be written or read.
    #[error(transparent)]
    Entry(#[from] EntryError),
    /// A unit of work without an event was committed.
    #[error("a unit of work must record at least one event")]
    EmptyUnit,
    /// A unit of work was used after one of its events failed.
    #[error("the unit of work has failed and is rolled back")]
    PoisonedUnit,
    /// The replay of `check` has no place to work in.
    #[error("no temporary folder can be made for the replay: {0}")]
    NoTemporaryFolder(std::io::ErrorKind),
    /// The log contradicts itself; nothing more is written to it.
    #[error("the log is damaged: {0}")]
    DamagedLog(String),
}

impl StoreError {
    /// Whether running the same use case again may succeed: a serialization failure or a deadlock.
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::Engine(error) if error.is_retryable())
    }

    /// Whether the failure is a unique key that is taken, and of which constraint.
    pub fn taken(&self) -> Option<&str> {
        match self {
            Self::Engine(error) => match error.root() {
                EngineError::Unique { constraint, .. } => Some(constraint),
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether a write found another state than its event was decided on: somebody else was faster.
    pub fn is_stale(&self) -> bool {
        matches!(self, Self::Engine(error) if matches!(error.root(), EngineError::Affected { .. }))
    }
}
