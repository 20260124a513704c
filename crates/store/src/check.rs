//! `check`: replays the log into an empty database with the same `apply`, and compares everything with what is stored: every
//! entry with its leaf, its columns and its commitments, the tree, the state, the totals and the daily counts, row by row.
//! Reads one snapshot and changes nothing in the database it checks.

pub(crate) mod compare;
pub(crate) mod replay;
pub(crate) mod stored;

use std::fmt;

use daybook_proof::Hash;

use crate::{Result, Store, engine::Engine};

/// Something that is not what the log says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The table.
    pub table: &'static str,
    /// The row: its key, or an event's number.
    pub row: String,
    /// What is wrong with it, without the values: they may be personal.
    pub what: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {}: {}", self.table, self.row, self.what)
    }
}

/// What a check has found.
#[derive(Debug, Clone)]
pub struct CheckReport {
    /// How many entries the log has.
    pub size: u64,
    /// The root recomputed from the entries.
    pub root: Hash,
    /// Events that are committed and not yet numbered; their changes were replayed too.
    pub pending: u64,
    /// How many rows of state and numbers were compared.
    pub rows: u64,
    /// Everything that is wrong, up to a limit.
    pub differences: Vec<Difference>,
}

impl CheckReport {
    /// Whether nothing is wrong.
    pub fn is_clean(&self) -> bool {
        self.differences.is_empty()
    }
}

/// How far a check has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CheckProgress {
    /// Entries replayed.
    pub done: u64,
    /// Entries in all.
    pub size: u64,
}

impl Store {
    /// Checks everything against the log. `progress` is told now and then how far it has come.
    pub async fn check(&self, progress: impl FnMut(CheckProgress) + Send) -> Result<CheckReport> {
        let mut snapshot = self.snapshot().await?;
        let mut replayed = replay::replay(self, &mut snapshot, progress).await?;
        let compared =
            if replayed.broken { None } else { Some(compare::compare(&mut snapshot, &mut replayed).await?) };
        replayed.db.close().await?;
        drop(replayed.folder);
        let mut differences = replayed.differences;
        let mut rows = 0;
        if let Some(compared) = compared {
            differences.extend(compared.differences);
            rows = compared.rows;
        }
        Ok(CheckReport {
            size: replayed.size,
            root: replayed.root,
            pending: replayed.pending,
            rows,
            differences,
        })
    }
}

/// How many differences are named; beyond that a log is simply not the one that was written.
pub(crate) const MAX_DIFFERENCES: u32 = 1_000;

/// Where differences are collected.
#[derive(Default)]
pub(crate) struct Differences(pub(crate) Vec<Difference>);

impl Differences {
    pub(crate) fn add(&mut self, table: &'static str, row: impl fmt::Display, what: impl Into<String>) {
        if self.0.len() < MAX_DIFFERENCES as usize {
            self.0.push(Difference { table, row: row.to_string(), what: what.into() });
        }
    }
}

/// The outbox exists on one engine only.
pub(crate) fn has_outbox(engine: Engine) -> bool {
    engine == Engine::Postgres
}
