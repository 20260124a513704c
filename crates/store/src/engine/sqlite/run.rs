//! Running one statement on one SQLite connection.

use rusqlite::{CachedStatement, Connection, Error, params_from_iter};

use super::errors::classify;
use crate::engine::{Engine, EngineError, Result, Row, Sql, Val};

fn prepared<'c>(conn: &'c Connection, sql: &Sql, values: &[Val]) -> Result<CachedStatement<'c>> {
    let statement =
        conn.prepare_cached(sql.text_for(Engine::Sqlite)?).map_err(|e| classify(conn, sql.name, &e))?;
    check(sql, &statement, values)?;
    Ok(statement)
}

fn check(sql: &Sql, statement: &rusqlite::Statement<'_>, values: &[Val]) -> Result<()> {
    let expected = statement.parameter_count();
    if expected != values.len() {
        return Err(EngineError::Arity { statement: sql.name, expected, actual: values.len() });
    }
    for (index, value) in values.iter().enumerate() {
        value.storable().map_err(|reason| EngineError::Value {
            statement: sql.name,
            parameter: index + 1,
            reason: reason.to_owned(),
        })?;
    }
    Ok(())
}

/// Every row of a result.
pub(in crate::engine) fn all<T>(
    conn: &Connection,
    sql: &Sql,
    values: &[Val],
    mut read: impl FnMut(&Row<'_>) -> Result<T>,
) -> Result<Vec<T>> {
    let failed = |error: Error| classify(conn, sql.name, &error);
    let mut statement = prepared(conn, sql, values)?;
    let mut rows = statement.query(params_from_iter(values)).map_err(failed)?;
    let mut out = Vec::new();
    while let Some(row) = rows.next().map_err(failed)? {
        out.push(read(&Row::sqlite(sql, row))?);
    }
    Ok(out)
}

/// The number of rows changed, or, for a statement that changes nothing, the number of rows found.
pub(in crate::engine) fn exec(conn: &Connection, sql: &Sql, values: &[Val]) -> Result<u64> {
    let failed = |error: Error| classify(conn, sql.name, &error);
    let mut statement = prepared(conn, sql, values)?;
    let only_reads = statement.readonly();
    let before = conn.total_changes();
    let mut found = 0;
    let mut rows = statement.query(params_from_iter(values)).map_err(failed)?;
    while rows.next().map_err(failed)?.is_some() {
        found += 1;
    }
    drop(rows);
    // `changes` keeps the count of the last INSERT, UPDATE or DELETE, whatever has run since.
    Ok(match only_reads {
        true => found,
        false if conn.total_changes() == before => 0,
        false => conn.changes(),
    })
}

/// Statements separated by semicolons, without parameters.
pub(in crate::engine) fn script(conn: &Connection, text: &str) -> Result<()> {
    conn.execute_batch(text).map_err(|error| classify(conn, "script", &error))
}

/// Compiles a statement without running it.
#[cfg(test)]
pub(in crate::engine) fn prepare(conn: &Connection, sql: &Sql) -> Result<()> {
    let text = sql.text_for(Engine::Sqlite)?;
    conn.prepare(text).map(drop).map_err(|error| classify(conn, sql.name, &error))
}

/// The lines of the query plan.
#[cfg(test)]
pub(in crate::engine) fn explain(conn: &Connection, sql: &Sql, values: &[Val]) -> Result<Vec<String>> {
    let text = format!("EXPLAIN QUERY PLAN {}", sql.text_for(Engine::Sqlite)?);
    all(conn, &Sql::dynamic(sql.name, text), values, |row| row.get(3))
}
