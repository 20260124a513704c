//! The schema of a PostgreSQL database: the tables of the session's current schema.

use super::{Column, Kind, Schema, unique_parts};
use crate::engine::{Conn, Engine, Result, statements};

statements! {
    /// Columns in their order.
    COLUMNS = "SELECT t.relname::text, a.attname::text, format_type(a.atttypid, NULL), a.attnotnull
        FROM pg_class AS t JOIN pg_attribute AS a ON a.attrelid = t.oid
        WHERE t.relnamespace = current_schema()::regnamespace AND t.relkind IN ('r', 'p') AND NOT t.relispartition
            AND a.attnum > 0 AND NOT a.attisdropped ORDER BY t.relname, a.attnum",
        only Engine::Postgres;
    /// The key columns of every unique index, in their order.
    UNIQUE = "SELECT t.relname::text, x.relname::text, i.indpred IS NOT NULL, a.attname::text
        FROM pg_index AS i JOIN pg_class AS t ON t.oid = i.indrelid JOIN pg_class AS x ON x.oid = i.indexrelid
        CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k(attnum, place)
        LEFT JOIN pg_attribute AS a ON a.attrelid = t.oid AND a.attnum = k.attnum AND k.attnum <> 0
        WHERE t.relnamespace = current_schema()::regnamespace AND t.relkind IN ('r', 'p') AND NOT t.relispartition
            AND i.indisunique AND k.place <= i.indnkeyatts ORDER BY t.relname, x.relname, k.place",
        only Engine::Postgres;
}

pub(super) async fn read(conn: &mut Conn<'_>) -> Result<Schema> {
    let columns = conn
        .all(&COLUMNS, Vec::new(), |row| {
            let (kind, not_null): (String, bool) = (row.get(2)?, row.get(3)?);
            Ok((row.get(0)?, row.get(1)?, kind, not_null))
        })
        .await?;
    let mut schema = Schema::default();
    for (table, name, kind, not_null) in columns {
        let kind = match kind.as_str() {
            "bigint" | "timestamp with time zone" => Kind::Integer,
            "text" | "jsonb" => Kind::Text,
            "uuid" | "bytea" => Kind::Blob,
            _ => Kind::Other(kind),
        };
        schema.add_column(table, name, Column { kind, nullable: !not_null });
    }
    schema.add_unique(unique_parts(conn, &UNIQUE).await?);
    Ok(schema)
}
