//! What can go wrong in a database, in words that are the same on both engines.
//! An error names the statement, never the values bound to it: they may be personal.

use super::Engine;

/// The result of an operation on a database.
pub type Result<T, E = EngineError> = std::result::Result<T, E>;

/// Why an operation on a database failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// The configuration of the database cannot be used.
    #[error("database configuration: {reason}")]
    Config {
        /// What is wrong, without the URL (it may hold a password).
        reason: String,
    },
    /// The SQLite file belongs to another program.
    #[error("{path} is not a Daybook database (application id {application_id:#x}); refusing to touch it")]
    ForeignFile {
        /// The file.
        path: String,
        /// The application id found in its header.
        application_id: i32,
    },
    /// Somebody else holds the file, a row lock or every connection, and waiting for it took too long.
    #[error("{statement}: the database is busy")]
    Busy {
        /// The statement that waited.
        statement: &'static str,
    },
    /// The statement ran longer than the session allows and was cancelled.
    #[error("{statement}: cancelled after running too long")]
    TimedOut {
        /// The statement that was cancelled.
        statement: &'static str,
    },
    /// There is no room left.
    #[error("{statement}: the disk is full")]
    DiskFull {
        /// The statement that found no room.
        statement: &'static str,
    },
    /// The storage failed or is damaged.
    #[error("{statement}: storage error: {message}")]
    Io {
        /// The statement that failed.
        statement: &'static str,
        /// What the engine says.
        message: String,
    },
    /// The connection broke; the transaction it had open is rolled back.
    #[error("{statement}: the connection to the database was lost")]
    ConnectionLost {
        /// The statement that was running.
        statement: &'static str,
    },
    /// No connection can be made.
    #[error("the database cannot be reached: {message}")]
    Unreachable {
        /// Why not.
        message: String,
    },
    /// A serialization failure or a deadlock: the same unit may well succeed when it is run again.
    #[error("{statement}: conflict with a concurrent change")]
    Conflict {
        /// The statement that lost.
        statement: &'static str,
    },
    /// A row with this key exists.
    #[error("{statement}: unique constraint {constraint} is violated")]
    Unique {
        /// The statement that was refused.
        statement: &'static str,
        /// The constraint or unique index, by the name PostgreSQL gives it, on both engines.
        constraint: String,
    },
    /// A check refused the row.
    #[error("{statement}: check constraint {constraint} is violated")]
    Check {
        /// The statement that was refused.
        statement: &'static str,
        /// The name of the check.
        constraint: String,
    },
    /// A column that must have a value was given none.
    #[error("{statement}: {column} must not be null")]
    NotNull {
        /// The statement that was refused.
        statement: &'static str,
        /// `table.column`.
        column: String,
    },
    /// A referenced row is missing, or a row is still referenced.
    #[error("{statement}: a foreign key is violated")]
    ForeignKey {
        /// The statement that was refused.
        statement: &'static str,
    },
    /// A trigger refused the change, because these rows are never changed.
    #[error("{statement}: refused by a trigger: {message}")]
    AppendOnly {
        /// The statement that was refused.
        statement: &'static str,
        /// What the trigger says.
        message: String,
    },
    /// The role, or a connection that only reads, may not do this.
    #[error("{statement}: not allowed: {message}")]
    NotAllowed {
        /// The statement that was refused.
        statement: &'static str,
        /// What the engine says.
        message: String,
    },
    /// The number of values differs from the number of parameters.
    #[error("{statement}: takes {expected} values, got {actual}")]
    Arity {
        /// The statement.
        statement: &'static str,
        /// How many parameters it has.
        expected: usize,
        /// How many values were given.
        actual: usize,
    },
    /// A value cannot be stored, or not in this parameter.
    #[error("{statement}: parameter ${parameter}: {reason}")]
    Value {
        /// The statement.
        statement: &'static str,
        /// The parameter, from 1.
        parameter: usize,
        /// Why not, without the value.
        reason: String,
    },
    /// The statement did not change as many rows as it must.
    #[error("{statement}: changed {actual} rows, expected {expected}")]
    Affected {
        /// The statement.
        statement: &'static str,
        /// How many rows it must change.
        expected: u64,
        /// How many it changed.
        actual: u64,
    },
    /// A row was expected and there is none.
    #[error("{statement}: found no row")]
    NoRow {
        /// The statement.
        statement: &'static str,
    },
    /// The statement is written for the other engine.
    #[error("{statement}: is not for {engine}")]
    WrongEngine {
        /// The statement.
        statement: &'static str,
        /// The engine it was run on.
        engine: Engine,
    },
    /// An earlier error or a cancelled operation ended this transaction; it is rolled back.
    #[error("the transaction failed earlier and is rolled back")]
    Poisoned,
    /// SQLite rolled back the whole group of changes this one was in; nothing of it is stored.
    #[error("rolled back with its group: {cause}")]
    GroupLost {
        /// What happened to the group.
        cause: Box<EngineError>,
    },
    /// A column does not hold what was asked for.
    #[error("{statement}: column {column}: {reason}")]
    Decode {
        /// The statement.
        statement: &'static str,
        /// The column's name, or its number where it has none.
        column: String,
        /// Why not, without the value.
        reason: String,
    },
    /// The connection was lost while COMMIT was on its way: the change may or may not be stored.
    #[error("the connection was lost during COMMIT; the change may or may not be stored")]
    OutcomeUnknown,
    /// The database was closed.
    #[error("the database is closed")]
    Closed,
    /// Anything else the engine reports.
    #[error("{statement}: {message}")]
    Other {
        /// The statement.
        statement: &'static str,
        /// What the engine says.
        message: String,
    },
}

impl EngineError {
    /// Whether running the whole unit again may succeed where this attempt lost against a neighbour.
    pub fn is_retryable(&self) -> bool {
        matches!(self, EngineError::Conflict { .. })
    }

    /// The error at the bottom: what happened to the group where this change only shared its fate.
    pub fn root(&self) -> &EngineError {
        match self {
            EngineError::GroupLost { cause } => cause.root(),
            other => other,
        }
    }

    pub(super) fn config(reason: impl Into<String>) -> EngineError {
        EngineError::Config { reason: reason.into() }
    }
}
