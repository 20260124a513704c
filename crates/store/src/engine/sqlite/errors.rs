//! SQLite's errors in the words of [`EngineError`].

use rusqlite::{Connection, Error, ErrorCode, ffi};

use crate::engine::EngineError;

/// What SQLite says, without the text of the statement.
pub(super) fn message(error: &Error) -> String {
    match error {
        Error::SqliteFailure(_, Some(message)) | Error::SqlInputError { msg: message, .. } => message.clone(),
        Error::SqliteFailure(code, None) => code.to_string(),
        Error::MultipleStatement => "is more than one statement".to_owned(),
        _ => "failed inside the driver".to_owned(),
    }
}

pub(super) fn is_locked(error: &Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}

/// The connection is asked for the name of a violated unique index.
pub(super) fn classify(conn: &Connection, statement: &'static str, error: &Error) -> EngineError {
    let message = message(error);
    let Some(code) = error.sqlite_error() else { return EngineError::Other { statement, message } };
    match code.code {
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => EngineError::Busy { statement },
        ErrorCode::DiskFull => EngineError::DiskFull { statement },
        ErrorCode::SystemIoFailure
        | ErrorCode::DatabaseCorrupt
        | ErrorCode::NotADatabase
        | ErrorCode::CannotOpen
        | ErrorCode::OutOfMemory => EngineError::Io { statement, message },
        ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::AuthorizationForStatementDenied => {
            EngineError::NotAllowed { statement, message }
        }
        ErrorCode::OperationInterrupted => EngineError::TimedOut { statement },
        ErrorCode::ConstraintViolation => constraint(conn, statement, code.extended_code, message),
        _ => EngineError::Other { statement, message },
    }
}

fn constraint(conn: &Connection, statement: &'static str, code: i32, message: String) -> EngineError {
    let what = message.split_once("failed: ").map(|(_, what)| what.to_owned());
    match (code, what) {
        (
            ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY | ffi::SQLITE_CONSTRAINT_ROWID,
            Some(columns),
        ) => EngineError::Unique { statement, constraint: unique_name(conn, code, &columns) },
        (ffi::SQLITE_CONSTRAINT_CHECK, Some(constraint)) => EngineError::Check { statement, constraint },
        (ffi::SQLITE_CONSTRAINT_NOTNULL, Some(column)) => EngineError::NotNull { statement, column },
        (ffi::SQLITE_CONSTRAINT_FOREIGNKEY, _) => EngineError::ForeignKey { statement },
        (ffi::SQLITE_CONSTRAINT_TRIGGER, _) => EngineError::AppendOnly { statement, message },
        _ => EngineError::Other { statement, message },
    }
}

/// SQLite reports `table.a, table.b` (or `index 'name'` for an index on an expression); PostgreSQL reports the name
/// of the constraint. This is the name PostgreSQL gives: an index's own, else `table_pkey` or `table_a_b_key`.
fn unique_name(conn: &Connection, code: i32, reported: &str) -> String {
    if let Some(index) = reported.strip_prefix("index '") {
        return index.trim_end_matches('\'').to_owned();
    }
    let names: Vec<&str> =
        reported.split(", ").map(|name| name.rsplit_once('.').unwrap_or(("", name)).1).collect();
    let table = reported.split_once('.').map_or("", |(table, _)| table);
    if code != ffi::SQLITE_CONSTRAINT_UNIQUE {
        return format!("{table}_pkey");
    }
    created_index(conn, table, &names).unwrap_or_else(|| format!("{table}_{}_key", names.join("_")))
}

/// The index made by CREATE UNIQUE INDEX on exactly these columns.
fn created_index(conn: &Connection, table: &str, columns: &[&str]) -> Option<String> {
    let mut found = conn
        .prepare_cached(
            "SELECT name FROM pragma_index_list($1) AS list WHERE \"unique\" = 1 AND origin = 'c' AND $2 =
                (SELECT group_concat(name, ', ') FROM (SELECT name FROM pragma_index_info(list.name) ORDER BY seqno))",
        )
        .ok()?;
    found.query_row((table, columns.join(", ")), |row| row.get(0)).ok()
}
