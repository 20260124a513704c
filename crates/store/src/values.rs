//! How the words of the model travel to the database and back. Must hold no SQL.

use daybook_model::{
    ApiTokenId, BatchId, CodeId, DeviceId, EventId, FactorId, NotificationId, Personal, ProjectId, RequestId,
    SessionId, TenantId, Timestamp, UserId,
};
use uuid::Uuid;

use crate::engine::{Cell, FromCell, Micros, Row, Val};

macro_rules! ids {
    ($($name:ident),*) => { $(
        impl From<$name> for Val {
            fn from(id: $name) -> Self {
                id.uuid().into()
            }
        }

        impl From<Option<$name>> for Val {
            fn from(id: Option<$name>) -> Self {
                id.map($name::uuid).into()
            }
        }

        impl FromCell for $name {
            fn from_cell(cell: Cell<'_>) -> Result<Self, String> {
                Uuid::from_cell(cell).map($name::from_uuid)
            }
        }
    )* };
}

ids!(
    ApiTokenId,
    BatchId,
    CodeId,
    DeviceId,
    EventId,
    FactorId,
    NotificationId,
    ProjectId,
    RequestId,
    SessionId,
    TenantId,
    UserId
);

impl From<Timestamp> for Val {
    fn from(at: Timestamp) -> Self {
        Micros(at.as_micros()).into()
    }
}

impl From<Option<Timestamp>> for Val {
    fn from(at: Option<Timestamp>) -> Self {
        at.map(|at| Micros(at.as_micros())).into()
    }
}

impl FromCell for Timestamp {
    fn from_cell(cell: Cell<'_>) -> Result<Self, String> {
        Micros::from_cell(cell).map(|at| Self::from_micros(at.0))
    }
}

/// The value that a state table keeps of a personal field: nothing once it is erased.
pub(crate) fn known(value: Option<&Personal>) -> Option<&str> {
    value.and_then(Personal::known).map(String::as_str)
}

/// A text column that the model reads as one of its enumerations.
pub(crate) fn parse<T: std::str::FromStr>(row: &Row<'_>, column: usize) -> crate::engine::Result<T>
where
    T::Err: std::fmt::Display,
{
    row.get::<String>(column)?.parse().map_err(|why: T::Err| row.unreadable(column, why.to_string()))
}

/// As [`parse`], for a nullable column.
pub(crate) fn parse_opt<T: std::str::FromStr>(
    row: &Row<'_>,
    column: usize,
) -> crate::engine::Result<Option<T>>
where
    T::Err: std::fmt::Display,
{
    let text = row.get::<Option<String>>(column)?;
    text.map(|text| text.parse().map_err(|why: T::Err| row.unreadable(column, why.to_string()))).transpose()
}

/// A nullable text column that holds a personal value.
pub(crate) fn personal(row: &Row<'_>, column: usize) -> crate::engine::Result<Option<Personal>> {
    Ok(row.get::<Option<String>>(column)?.map(Personal::from))
}

/// A BLOB of exactly 32 bytes.
pub(crate) fn digest(row: &Row<'_>, column: usize) -> crate::engine::Result<[u8; 32]> {
    let bytes: Vec<u8> = row.get(column)?;
    bytes.try_into().map_err(|_| row.unreadable(column, "is not 32 bytes"))
}
