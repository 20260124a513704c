//! Taking away what the files of the database still hold of values that were deleted: pages that nobody reads any more, and the
//! write-ahead log. Must not delete anything itself. docs/erasure.md says what stays.

use crate::{Result, Store};

/// The tables that have held personal values or what proves who somebody is.
const TABLES: [&str; 12] = [
    "event_personal",
    "users",
    "user_factors",
    "user_factor_secrets",
    "user_passwords",
    "user_links",
    "user_recovery_codes",
    "sessions",
    "api_tokens",
    "idempotency_keys",
    "notifications",
    "notification_choices",
];
/// The PostgreSQL role that owns the tables.
const OWNER: &str = "daybook_owner";
/// A SQLite file up to this size is rebuilt while requests wait; a larger one would keep them waiting too long.
const IN_PASSING_BYTES: u64 = 64 << 20;

/// What became of a scrub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scrubbed {
    /// Where deleted values may still be found, each a place and why; empty if nowhere in the database's own files.
    pub left: Vec<String>,
}

impl Store {
    /// Rebuilds what held deleted values and empties the write-ahead log. Tables are locked meanwhile: on SQLite the whole file for
    /// those who write, on PostgreSQL one table after the other for everybody.
    pub async fn scrub(&self) -> Result<Scrubbed> {
        Ok(Scrubbed { left: self.db().scrub(OWNER, &TABLES, None).await? })
    }

    /// The same as far as requests can wait for it: a small SQLite file is rebuilt, of a larger one only the write-ahead log is
    /// emptied, and a PostgreSQL server is left alone.
    pub async fn scrub_in_passing(&self) -> Result<Scrubbed> {
        Ok(Scrubbed { left: self.db().scrub(OWNER, &TABLES, Some(IN_PASSING_BYTES)).await? })
    }
}
