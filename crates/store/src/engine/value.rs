//! Values that travel to a database as parameters, in the native type of each engine.

use std::fmt;

use bytes::BytesMut;
use rusqlite::types::{ToSqlOutput, Value as SqliteValue, ValueRef};
use serde_json::Value as Json;
use tokio_postgres::types::{IsNull, Json as PgJson, ToSql, Type, to_sql_checked};
use uuid::Uuid;

/// A moment: microseconds since 1970-01-01 UTC. `timestamptz` on PostgreSQL, INTEGER on SQLite.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Micros(pub i64);

/// PostgreSQL counts from 2000-01-01.
pub(super) const POSTGRES_EPOCH: i64 = 946_684_800_000_000;
/// 0001-01-01 and the end of 9999: what both engines and every time format can hold.
const TIMES: std::ops::RangeInclusive<i64> = -62_135_596_800_000_000..=253_402_300_799_999_999;

/// One value bound to a parameter. Arrays are native on PostgreSQL (`unnest($1::bigint[])`) and JSON text on
/// SQLite (`json_each($1)`), where uuids and bytes are hexadecimal, for `unhex(value)`.
///
/// Its `Debug` shows the type and never the value: the drivers print parameters in their debug logs.
#[derive(Clone, PartialEq)]
pub enum Val {
    /// `uuid`, 16 bytes.
    Uuid(Option<Uuid>),
    /// `text`.
    Text(Option<String>),
    /// `bigint`, INTEGER.
    Int(Option<i64>),
    /// `bytea`, BLOB.
    Bytes(Option<Vec<u8>>),
    /// `timestamptz`, INTEGER.
    Time(Option<Micros>),
    /// `jsonb`, TEXT.
    Json(Option<Json>),
    /// `bigint[]`.
    Ints(Vec<i64>),
    /// `text[]`.
    Texts(Vec<String>),
    /// `uuid[]`.
    Uuids(Vec<Uuid>),
    /// `bytea[]`.
    ByteStrings(Vec<Vec<u8>>),
}

/// Makes a `Vec<Val>` of anything that converts into [`Val`].
macro_rules! vals {
    ($($value:expr),* $(,)?) => { vec![$($crate::engine::Val::from($value)),*] };
}
pub(crate) use vals;

macro_rules! from {
    ($($type:ty => $variant:ident),* $(,)?) => { $(
        impl From<$type> for Val {
            fn from(value: $type) -> Val {
                Val::$variant(Some(value.into()))
            }
        }
        impl From<Option<$type>> for Val {
            fn from(value: Option<$type>) -> Val {
                Val::$variant(value.map(Into::into))
            }
        }
    )* };
}
from! {
    Uuid => Uuid, String => Text, &str => Text, &String => Text, i64 => Int, i32 => Int, u32 => Int, bool => Int,
    Vec<u8> => Bytes, &[u8] => Bytes, Micros => Time, Json => Json,
}
impl<const N: usize> From<[u8; N]> for Val {
    fn from(value: [u8; N]) -> Val {
        Val::Bytes(Some(value.to_vec()))
    }
}
impl<const N: usize> From<&[u8; N]> for Val {
    fn from(value: &[u8; N]) -> Val {
        Val::Bytes(Some(value.to_vec()))
    }
}
impl From<Vec<i64>> for Val {
    fn from(values: Vec<i64>) -> Val {
        Val::Ints(values)
    }
}
impl From<Vec<String>> for Val {
    fn from(values: Vec<String>) -> Val {
        Val::Texts(values)
    }
}
impl From<Vec<Uuid>> for Val {
    fn from(values: Vec<Uuid>) -> Val {
        Val::Uuids(values)
    }
}
impl From<Vec<Vec<u8>>> for Val {
    fn from(values: Vec<Vec<u8>>) -> Val {
        Val::ByteStrings(values)
    }
}

impl Val {
    fn kind(&self) -> &'static str {
        match self {
            Val::Uuid(_) => "uuid",
            Val::Text(_) => "text",
            Val::Int(_) => "int",
            Val::Bytes(_) => "bytes",
            Val::Time(_) => "time",
            Val::Json(_) => "json",
            Val::Ints(_) => "ints",
            Val::Texts(_) => "texts",
            Val::Uuids(_) => "uuids",
            Val::ByteStrings(_) => "byte strings",
        }
    }

    fn is_null(&self) -> bool {
        matches!(
            self,
            Val::Uuid(None)
                | Val::Text(None)
                | Val::Int(None)
                | Val::Bytes(None)
                | Val::Time(None)
                | Val::Json(None)
        )
    }

    /// Whether both engines can store the value. What only one of them refuses, both refuse.
    pub(super) fn storable(&self) -> Result<(), &'static str> {
        let nul = match self {
            Val::Text(Some(text)) => text.contains('\0'),
            Val::Texts(texts) => texts.iter().any(|text| text.contains('\0')),
            Val::Json(Some(json)) => json_has_nul(json),
            _ => false,
        };
        match self {
            _ if nul => Err("text must not contain a NUL character"),
            Val::Time(Some(time)) if !TIMES.contains(&time.0) => {
                Err("the time is outside the years 1 to 9999")
            }
            _ => Ok(()),
        }
    }

    /// Whether the value can be sent for a PostgreSQL parameter of this type.
    pub(super) fn fits(&self, ty: &Type) -> Result<(), String> {
        let fits = match self {
            _ if self.is_null() => true,
            Val::Uuid(_) => *ty == Type::UUID,
            Val::Text(_) => <&str as ToSql>::accepts(ty),
            Val::Int(Some(value)) => match *ty {
                Type::INT2 => i16::try_from(*value).is_ok(),
                Type::INT4 => i32::try_from(*value).is_ok(),
                Type::BOOL => (0..=1).contains(value),
                _ => *ty == Type::INT8,
            },
            Val::Int(None) => true,
            Val::Bytes(_) => *ty == Type::BYTEA,
            Val::Time(_) => *ty == Type::TIMESTAMPTZ,
            Val::Json(_) => matches!(*ty, Type::JSONB | Type::JSON),
            Val::Ints(_) => *ty == Type::INT8_ARRAY,
            Val::Texts(_) => matches!(*ty, Type::TEXT_ARRAY | Type::VARCHAR_ARRAY),
            Val::Uuids(_) => *ty == Type::UUID_ARRAY,
            Val::ByteStrings(_) => *ty == Type::BYTEA_ARRAY,
        };
        if fits { Ok(()) } else { Err(format!("{} does not fit {ty}", self.kind())) }
    }
}

impl fmt::Debug for Val {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{}{}>", self.kind(), if self.is_null() { " null" } else { "" })
    }
}

fn json_has_nul(json: &Json) -> bool {
    match json {
        Json::String(text) => text.contains('\0'),
        Json::Array(items) => items.iter().any(json_has_nul),
        Json::Object(fields) => fields.iter().any(|(key, value)| key.contains('\0') || json_has_nul(value)),
        _ => false,
    }
}

impl ToSql for Val {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Val::Uuid(value) => value.to_sql(ty, out),
            Val::Text(value) => value.to_sql(ty, out),
            Val::Int(value) => match *ty {
                Type::INT2 => value.map(i16::try_from).transpose()?.to_sql(ty, out),
                Type::INT4 => value.map(i32::try_from).transpose()?.to_sql(ty, out),
                Type::BOOL => value.map(|value| value != 0).to_sql(ty, out),
                _ => value.to_sql(ty, out),
            },
            Val::Bytes(value) => value.to_sql(ty, out),
            Val::Time(value) => value.map(|time| time.0 - POSTGRES_EPOCH).to_sql(&Type::INT8, out),
            Val::Json(value) => value.as_ref().map(PgJson).to_sql(ty, out),
            Val::Ints(values) => values.to_sql(ty, out),
            Val::Texts(values) => values.to_sql(ty, out),
            Val::Uuids(values) => values.to_sql(ty, out),
            Val::ByteStrings(values) => values.to_sql(ty, out),
        }
    }

    /// The parameter's type is compared in `Val::fits`, before anything is sent.
    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

impl rusqlite::ToSql for Val {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let borrowed = match self {
            Val::Uuid(Some(value)) => ValueRef::Blob(value.as_bytes()),
            Val::Text(Some(value)) => ValueRef::Text(value.as_bytes()),
            Val::Int(Some(value)) | Val::Time(Some(Micros(value))) => ValueRef::Integer(*value),
            Val::Bytes(Some(value)) => ValueRef::Blob(value),
            Val::Json(Some(value)) => return Ok(text(value.to_string())),
            Val::Ints(values) => return Ok(text(Json::from(values.clone()).to_string())),
            Val::Texts(values) => return Ok(text(Json::from(values.clone()).to_string())),
            Val::Uuids(values) => {
                return Ok(hex_array(values.iter().map(|value| value.as_bytes().as_slice())));
            }
            Val::ByteStrings(values) => return Ok(hex_array(values.iter().map(Vec::as_slice))),
            Val::Uuid(None)
            | Val::Text(None)
            | Val::Int(None)
            | Val::Bytes(None)
            | Val::Time(None)
            | Val::Json(None) => ValueRef::Null,
        };
        Ok(ToSqlOutput::Borrowed(borrowed))
    }
}

fn text(value: String) -> ToSqlOutput<'static> {
    ToSqlOutput::Owned(SqliteValue::Text(value))
}

fn hex_array<'v>(values: impl Iterator<Item = &'v [u8]>) -> ToSqlOutput<'static> {
    text(Json::from(values.map(hex).collect::<Vec<_>>()).to_string())
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    let digit = |nibble: u8| DIGITS.get(usize::from(nibble)).copied().unwrap_or_default();
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}
