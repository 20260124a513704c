//! What is asked of the server for some writes: mostly one request for each. Rows of plain inserts travel together, as each statement
//! costs the server more than the row that it stores.

use tokio_postgres::{Statement, types::ToSql};

use crate::engine::{Result, Sql, Val, Write, statement::Expect};

/// One statement with its values: a write, or rows of a plain insert into one table.
pub(super) struct Request<'w> {
    pub(super) sql: &'w Sql,
    pub(super) values: Vec<&'w Val>,
    pub(super) expect: Expect,
}

impl<'w> Request<'w> {
    /// The requests that do what the writes ask for.
    ///
    /// Where plain inserts follow each other, each table's rows are stored when its first one would be. Nobody can tell: an insert sees
    /// nothing of the rows of others but whether they are there, and what a row refers to is in a table that comes before its own.
    pub(super) fn all(writes: &'w [Write]) -> Vec<Self> {
        let mut requests = Vec::with_capacity(writes.len());
        for run in writes.chunk_by(|one, next| one.is_plain_row() && next.is_plain_row()) {
            let mut tables: Vec<(&'static Sql, Vec<&'w Write>)> = vec![];
            for write in run {
                match tables.iter_mut().find(|(sql, _)| std::ptr::eq(*sql, write.sql)) {
                    Some((_, rows)) => rows.push(write),
                    None => tables.push((write.sql, vec![write])),
                }
            }
            for (sql, rows) in &tables {
                Self::rows(sql, rows, &mut requests);
            }
        }
        requests
    }

    fn rows(sql: &'static Sql, mut writes: &[&'w Write], requests: &mut Vec<Self>) {
        while let [first, ..] = writes {
            let (sql, count) = sql.of_rows(writes.len());
            let (rows, rest) = writes.split_at(count);
            writes = rest;
            let values = rows.iter().flat_map(|write| &write.values).collect();
            let expect = if count == 1 {
                first.expect
            } else {
                Expect::Rows(u64::try_from(count).unwrap_or(u64::MAX))
            };
            requests.push(Self { sql, values, expect });
        }
    }

    /// Checks the number of rows it changed.
    pub(super) fn check(&self, actual: u64) -> Result<()> {
        self.expect.check(self.sql.name, actual)
    }

    /// The values as the driver takes them.
    pub(super) fn parameters(&self) -> Vec<&(dyn ToSql + Sync)> {
        self.values.iter().map(|value| *value as &(dyn ToSql + Sync)).collect()
    }
}

/// A request whose statement the server knows.
pub(super) struct Prepared<'w> {
    pub(super) request: Request<'w>,
    pub(super) statement: Statement,
}
