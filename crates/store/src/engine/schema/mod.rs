//! The schema of a live database, in a form that can be compared between the two engines.
//! It reads the catalogue and knows no table by name.

pub(crate) mod postgres;
pub(crate) mod sqlite;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use super::{Conn, Db, Engine, Result, Row, Sql};

/// Every statement of this module.
pub(super) static STATEMENTS: &[&[&Sql]] = &[sqlite::STATEMENTS, postgres::STATEMENTS];

/// Tables, columns and unique keys of a database.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schema {
    /// Every table by its name; partitions are part of their table.
    pub tables: BTreeMap<String, Table>,
}

/// One table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// Every column by its name.
    pub columns: BTreeMap<String, Column>,
    /// The primary key, unique constraints and unique indexes.
    pub unique: BTreeSet<UniqueKey>,
}

/// One column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// What it holds.
    pub kind: Kind,
    /// Whether it may be null.
    pub nullable: bool,
}

/// What a column holds, in SQLite's words: it has one type where PostgreSQL has several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// INTEGER; `bigint` or `timestamptz`.
    Integer,
    /// TEXT; `text` or `jsonb`.
    Text,
    /// BLOB; `uuid` or `bytea`.
    Blob,
    /// A type without a counterpart on the other engine.
    Other(String),
}

/// A set of columns that no two rows share.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct UniqueKey {
    /// The columns, in order.
    pub columns: Vec<String>,
    /// Whether it holds for some of the rows only.
    pub partial: bool,
}

impl fmt::Display for UniqueKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let partial = if self.partial { " for some rows" } else { "" };
        write!(f, "({}){partial}", self.columns.join(", "))
    }
}

impl Schema {
    /// Reads the schema of a database.
    pub async fn read(db: &Db) -> Result<Schema> {
        let reader = db.read_snapshot().await?;
        let mut conn = reader.conn();
        match db.engine() {
            Engine::Sqlite => sqlite::read(&mut conn).await,
            Engine::Postgres => postgres::read(&mut conn).await,
        }
    }

    /// What differs, one line each: `left` and `right` name the two in these lines.
    pub fn differences(&self, left: &str, other: &Schema, right: &str) -> Vec<String> {
        let mut lines = Vec::new();
        only_in_one(&mut lines, "table", (left, self.tables.keys()), (right, other.tables.keys()));
        for (name, table) in &self.tables {
            let Some(twin) = other.tables.get(name) else { continue };
            let columns = ((left, table.columns.keys()), (right, twin.columns.keys()));
            only_in_one(&mut lines, &format!("{name}: column"), columns.0, columns.1);
            let keys = ((left, table.unique.iter()), (right, twin.unique.iter()));
            only_in_one(&mut lines, &format!("{name}: unique"), keys.0, keys.1);
            for (column, here) in &table.columns {
                if let Some(there) = twin.columns.get(column).filter(|there| *there != here) {
                    lines.push(format!("{name}.{column}: {here} in {left}, {there} in {right}"));
                }
            }
        }
        lines
    }

    fn add_column(&mut self, table: String, name: String, column: Column) {
        self.tables.entry(table).or_default().columns.insert(name, column);
    }

    /// Adds the columns of an index, one row each, in their order.
    fn add_unique(&mut self, parts: Vec<UniquePart>) {
        let mut keys: BTreeMap<(String, String), UniqueKey> = BTreeMap::new();
        for part in parts {
            let key = keys
                .entry((part.table, part.index))
                .or_insert_with(|| UniqueKey { columns: Vec::new(), partial: part.partial });
            key.columns.push(part.column.unwrap_or_else(|| "<expression>".to_owned()));
        }
        for ((table, _), key) in keys {
            self.tables.entry(table).or_default().unique.insert(key);
        }
    }
}

impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match &self.kind {
            Kind::Integer => "integer",
            Kind::Text => "text",
            Kind::Blob => "blob",
            Kind::Other(name) => name,
        };
        write!(f, "{kind}{}", if self.nullable { "" } else { " not null" })
    }
}

/// One column of one unique index.
struct UniquePart {
    table: String,
    index: String,
    partial: bool,
    /// None for an expression.
    column: Option<String>,
}

impl UniquePart {
    fn read(row: &Row<'_>) -> Result<UniquePart> {
        Ok(UniquePart { table: row.get(0)?, index: row.get(1)?, partial: row.get(2)?, column: row.get(3)? })
    }
}

async fn unique_parts(conn: &mut Conn<'_>, sql: &Sql) -> Result<Vec<UniquePart>> {
    conn.all(sql, Vec::new(), UniquePart::read).await
}

fn only_in_one<'n, T: Ord + fmt::Display + 'n>(
    lines: &mut Vec<String>,
    what: &str,
    left: (&str, impl Iterator<Item = &'n T>),
    right: (&str, impl Iterator<Item = &'n T>),
) {
    let (in_left, in_right): (BTreeSet<_>, BTreeSet<_>) = (left.1.collect(), right.1.collect());
    let (left, right) = (left.0, right.0);
    lines.extend(in_left.difference(&in_right).map(|name| format!("{what} {name} is in {left} only")));
    lines.extend(in_right.difference(&in_left).map(|name| format!("{what} {name} is in {right} only")));
}
