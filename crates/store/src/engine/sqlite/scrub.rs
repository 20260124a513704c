//! Rebuilding the file so that nothing of a deleted row stays in it. `secure_delete` overwrites rows where they lie; pages that were
//! rearranged before may still hold copies in space that nobody uses.

use rusqlite::Connection;

use super::errors::classify;
use crate::engine::{EngineError, Result};

/// Rebuilds the file, unless it has more bytes than `most`, and empties the write-ahead log. Busy: somebody reads an older state.
pub(super) fn scrub(conn: &Connection, most: Option<u64>) -> Result<Vec<String>> {
    let failed = |error| classify(conn, "scrub", &error);
    let number = |text: &str| conn.query_row(text, [], |row| row.get::<_, i64>(0)).map_err(failed);
    let bytes = number("PRAGMA page_count")?.saturating_mul(number("PRAGMA page_size")?);
    let rebuilds = most.is_none_or(|most| u64::try_from(bytes).is_ok_and(|bytes| bytes <= most));
    if number("SELECT count(*) FROM sqlite_schema WHERE name = 'sqlite_stat4'")? > 0 {
        // The samples of the planner are values.
        conn.execute_batch("ANALYZE").map_err(failed)?;
    }
    if rebuilds {
        conn.execute_batch("VACUUM").map_err(failed)?;
    }
    if number("PRAGMA wal_checkpoint(TRUNCATE)")? != 0 {
        return Err(EngineError::Busy { statement: "scrub" });
    }
    let larger =
        || "the file: copies of rows in unused space; it is too large to be rebuilt in passing".to_owned();
    Ok(if rebuilds { vec![] } else { vec![larger()] })
}
