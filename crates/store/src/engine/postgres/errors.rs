//! PostgreSQL's errors in the words of [`EngineError`]. DETAIL and HINT are left out: they repeat values.

use std::error::Error as _;

use tokio_postgres::{
    Error,
    error::{DbError, SqlState},
};

use crate::engine::EngineError;

/// An error of a statement.
pub(super) fn classify(statement: &'static str, error: &Error) -> EngineError {
    match error.as_db_error() {
        Some(reported) => server(statement, reported),
        None if is_lost(error) => EngineError::ConnectionLost { statement },
        None => EngineError::Other { statement, message: error.to_string() },
    }
}

/// An error while a connection was being made.
pub(super) fn connecting(error: &Error) -> EngineError {
    let message = match (error.as_db_error(), error.source()) {
        (Some(reported), _) => reported.message().to_owned(),
        (None, Some(source)) => format!("{error}: {source}"),
        (None, None) => error.to_string(),
    };
    EngineError::Unreachable { message }
}

/// Whether the connection broke, rather than the statement.
pub(super) fn is_lost(error: &Error) -> bool {
    match error.as_db_error() {
        Some(reported) => is_session_end(reported.code()),
        None => {
            error.is_closed() || error.source().is_some_and(<dyn std::error::Error>::is::<std::io::Error>)
        }
    }
}

/// Whether prepared statements of this session have become useless: the schema changed, or they were dropped.
pub(super) fn is_stale_statement(error: &Error) -> bool {
    matches!(error.code(), Some(&(SqlState::FEATURE_NOT_SUPPORTED | SqlState::INVALID_SQL_STATEMENT_NAME)))
}

fn is_session_end(code: &SqlState) -> bool {
    code.code().starts_with("08")
        || [
            SqlState::ADMIN_SHUTDOWN,
            SqlState::CRASH_SHUTDOWN,
            SqlState::CANNOT_CONNECT_NOW,
            SqlState::DATABASE_DROPPED,
            SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT,
        ]
        .contains(code)
        || code.code() == "57P05"
}

fn server(statement: &'static str, error: &DbError) -> EngineError {
    let message = || error.message().to_owned();
    let constraint = || error.constraint().unwrap_or("unnamed").to_owned();
    match error.code() {
        code if is_session_end(code) => EngineError::ConnectionLost { statement },
        &(SqlState::T_R_SERIALIZATION_FAILURE | SqlState::T_R_DEADLOCK_DETECTED) => {
            EngineError::Conflict { statement }
        }
        &SqlState::LOCK_NOT_AVAILABLE => EngineError::Busy { statement },
        &SqlState::QUERY_CANCELED => EngineError::TimedOut { statement },
        &SqlState::DISK_FULL => EngineError::DiskFull { statement },
        &(SqlState::IO_ERROR | SqlState::DATA_CORRUPTED | SqlState::INDEX_CORRUPTED) => {
            EngineError::Io { statement, message: message() }
        }
        &SqlState::UNIQUE_VIOLATION => EngineError::Unique { statement, constraint: constraint() },
        &SqlState::CHECK_VIOLATION => EngineError::Check { statement, constraint: constraint() },
        &SqlState::NOT_NULL_VIOLATION => EngineError::NotNull {
            statement,
            column: format!("{}.{}", error.table().unwrap_or_default(), error.column().unwrap_or_default()),
        },
        &SqlState::FOREIGN_KEY_VIOLATION => EngineError::ForeignKey { statement },
        // From version 18 on also a foreign key with RESTRICT, which names its constraint.
        &SqlState::RESTRICT_VIOLATION if error.constraint().is_some() => {
            EngineError::ForeignKey { statement }
        }
        &SqlState::RESTRICT_VIOLATION => EngineError::AppendOnly { statement, message: message() },
        &(SqlState::INSUFFICIENT_PRIVILEGE | SqlState::READ_ONLY_SQL_TRANSACTION) => {
            EngineError::NotAllowed { statement, message: message() }
        }
        &SqlState::IN_FAILED_SQL_TRANSACTION => EngineError::Poisoned,
        // Class 22, data exceptions: the message may repeat a value.
        code if code.code().starts_with("22") => {
            EngineError::Other { statement, message: format!("data exception {}", code.code()) }
        }
        code => EngineError::Other { statement, message: format!("{} ({})", error.message(), code.code()) },
    }
}
