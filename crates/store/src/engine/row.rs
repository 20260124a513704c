//! Reading a row, the same on both engines.

use rusqlite::types::ValueRef;
use serde_json::Value as Json;
use tokio_postgres::types::{FromSql, Type};
use uuid::Uuid;

use super::{EngineError, Micros, Result, Sql, value::POSTGRES_EPOCH};

/// One row of a result.
pub struct Row<'r> {
    columns: Columns<'r>,
    statement: &'static str,
}

enum Columns<'r> {
    Sqlite(&'r rusqlite::Row<'r>),
    Postgres(&'r tokio_postgres::Row),
}

impl<'r> Row<'r> {
    pub(super) fn sqlite(sql: &Sql, row: &'r rusqlite::Row<'r>) -> Row<'r> {
        Row { columns: Columns::Sqlite(row), statement: sql.name }
    }

    pub(super) fn postgres(sql: &Sql, row: &'r tokio_postgres::Row) -> Row<'r> {
        Row { columns: Columns::Postgres(row), statement: sql.name }
    }

    /// The value in a column, counted from 0. NULL is an error unless an `Option` is asked for.
    pub fn get<T: FromCell>(&self, column: usize) -> Result<T> {
        self.cell(column).and_then(T::from_cell).map_err(|reason| self.unreadable(column, reason))
    }

    /// The error for a value that is well formed but that the caller cannot accept.
    /// The reason must not repeat the value: it may be personal.
    pub fn unreadable(&self, column: usize, reason: impl Into<String>) -> EngineError {
        let name = match &self.columns {
            Columns::Sqlite(row) => row.as_ref().column_name(column).ok().map(str::to_owned),
            Columns::Postgres(row) => row.columns().get(column).map(|c| c.name().to_owned()),
        };
        let column = name.unwrap_or_else(|| format!("number {column}"));
        EngineError::Decode { statement: self.statement, column, reason: reason.into() }
    }

    fn cell(&self, column: usize) -> Result<Cell<'_>, String> {
        let missing = || "there is no such column".to_owned();
        match &self.columns {
            Columns::Sqlite(row) => row.get_ref(column).map(Cell::Sqlite).map_err(|_| missing()),
            Columns::Postgres(row) => {
                let ty = row.columns().get(column).ok_or_else(missing)?.type_().clone();
                let raw: Option<Raw<'_>> = row.try_get(column).map_err(|_| missing())?;
                Ok(Cell::Postgres(ty, raw.map(|raw| raw.0)))
            }
        }
    }
}

/// One column of one row, as the engine sent it.
pub enum Cell<'r> {
    /// From SQLite.
    Sqlite(ValueRef<'r>),
    /// From PostgreSQL: the column's type and the bytes, none for NULL.
    Postgres(Type, Option<&'r [u8]>),
}

/// The bytes of a column of any type.
struct Raw<'r>(&'r [u8]);

impl<'r> FromSql<'r> for Raw<'r> {
    fn from_sql(_: &Type, raw: &'r [u8]) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Raw(raw))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

/// A Rust type that a column can be read as.
pub trait FromCell: Sized {
    /// Reads the value, or says why it cannot (without repeating the value).
    fn from_cell(cell: Cell<'_>) -> Result<Self, String>;
}

impl<T: FromCell> FromCell for Option<T> {
    fn from_cell(cell: Cell<'_>) -> Result<Self, String> {
        match cell {
            Cell::Sqlite(ValueRef::Null) | Cell::Postgres(_, None) => Ok(None),
            value => T::from_cell(value).map(Some),
        }
    }
}

/// Decodes a PostgreSQL value, when `T` can come from a column of that type.
fn postgres<'r, T: FromSql<'r>>(ty: &Type, raw: Option<&'r [u8]>, wanted: &str) -> Result<T, String> {
    let raw = raw.ok_or_else(|| format!("is null, not {wanted}"))?;
    if !T::accepts(ty) {
        return Err(format!("is {ty}, not {wanted}"));
    }
    T::from_sql(ty, raw).map_err(|_| format!("does not hold {wanted}"))
}

fn mismatch<T>(value: ValueRef<'_>, wanted: &str) -> Result<T, String> {
    Err(format!("is {}, not {wanted}", value.data_type()).to_lowercase())
}

impl FromCell for i64 {
    fn from_cell(cell: Cell<'_>) -> Result<Self, String> {
        match cell {
            Cell::Sqlite(ValueRef::Integer(value)) => Ok(value),
            Cell::Sqlite(other) => mismatch(other, "an integer"),
            Cell::Postgres(Type::INT4, raw) => postgres::<i32>(&Type::INT4, raw, "an integer").map(i64::from),
            Cell::Postgres(Type::INT2, raw) => postgres::<i16>(&Type::INT2, raw, "an integer").map(i64::from),
            Cell::Postgres(ty, raw) => postgres(&ty, raw, "an integer"),
        }
    }
}

impl FromCell for bool {
    fn from_cell(cell: Cell<'_>) -> Result<Self, String> {
        match cell {
            Cell::Postgres(Type::BOOL, raw) => postgres(&Type::BOOL, raw, "a boolean"),
            other => match i64::from_cell(other)? {
                0 => Ok(false),
                1 => Ok(true),
                _ => Err("is neither 0 nor 1".to_owned()),
            },
        }
    }
}

impl FromCell for String {
    fn from_cell(cell: Cell<'_>) -> Result<Self, String> {
        match cell {
            Cell::Sqlite(ValueRef::Text(value)) => {
                std::str::from_utf8(value).map(str::to_owned).map_err(|_| "is not UTF-8".to_owned())
            }
            Cell::Sqlite(other) => mismatch(other, "text"),
            Cell::Postgres(ty, raw) => postgres(&ty, raw, "text"),
        }
    }
}

impl FromCell for Vec<u8> {
    fn from_cell(cell: Cell<'_>) -> Result<Self, String> {
        match cell {
            Cell::Sqlite(ValueRef::Blob(value)) => Ok(value.to_vec()),
            Cell::Sqlite(other) => mismatch(other, "bytes"),
            Cell::Postgres(ty, raw) => postgres(&ty, raw, "bytes"),
        }
    }
}

impl<const N: usize> FromCell for [u8; N] {
    fn from_cell(cell: Cell<'_>) -> Result<Self, String> {
        let bytes = Vec::from_cell(cell)?;
        let length = bytes.len();
        bytes.try_into().map_err(|_| format!("is {length} bytes long, not {N}"))
    }
}

impl FromCell for Uuid {
    fn from_cell(cell: Cell<'_>) -> Result<Self, String> {
        match cell {
            Cell::Sqlite(ValueRef::Blob(value)) => {
                Uuid::from_slice(value).map_err(|_| "is not 16 bytes long".to_owned())
            }
            Cell::Sqlite(other) => mismatch(other, "a uuid"),
            Cell::Postgres(ty, raw) => postgres(&ty, raw, "a uuid"),
        }
    }
}

impl FromCell for Micros {
    fn from_cell(cell: Cell<'_>) -> Result<Self, String> {
        match cell {
            Cell::Sqlite(ValueRef::Integer(value)) => Ok(Micros(value)),
            Cell::Sqlite(other) => mismatch(other, "a time"),
            Cell::Postgres(Type::TIMESTAMPTZ, raw) => postgres::<i64>(&Type::INT8, raw, "a time")?
                .checked_add(POSTGRES_EPOCH)
                .map(Micros)
                .ok_or_else(|| "is infinite".to_owned()),
            Cell::Postgres(ty, _) => Err(format!("is {ty}, not a time")),
        }
    }
}

impl FromCell for Json {
    fn from_cell(cell: Cell<'_>) -> Result<Self, String> {
        match cell {
            Cell::Sqlite(ValueRef::Text(value)) => {
                serde_json::from_slice(value).map_err(|_| "is not JSON".to_owned())
            }
            Cell::Sqlite(other) => mismatch(other, "JSON"),
            Cell::Postgres(ty, raw) => postgres(&ty, raw, "JSON"),
        }
    }
}
