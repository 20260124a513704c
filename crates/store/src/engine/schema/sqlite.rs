//! The schema of a SQLite database.

use super::{Column, Kind, Schema, UniqueKey, unique_parts};
use crate::engine::{Conn, Engine, Result, statements};

statements! {
    /// Columns in their order, with their place in the primary key (0: none).
    COLUMNS = "SELECT t.name, c.name, c.type, c.\"notnull\", c.pk FROM sqlite_schema AS t
        JOIN pragma_table_xinfo(t.name) AS c
        WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY t.name, c.pk, c.cid",
        only Engine::Sqlite;
    /// The primary key has no index of its own where it is the row's number, so it comes from the columns.
    UNIQUE = "SELECT t.name, l.name, l.partial, i.name FROM sqlite_schema AS t
        JOIN pragma_index_list(t.name) AS l JOIN pragma_index_info(l.name) AS i
        WHERE t.type = 'table' AND l.\"unique\" = 1 AND l.origin <> 'pk' ORDER BY t.name, l.name, i.seqno",
        only Engine::Sqlite;
}

pub(super) async fn read(conn: &mut Conn<'_>) -> Result<Schema> {
    let columns = conn
        .all(&COLUMNS, Vec::new(), |row| {
            let (kind, not_null, key_place): (String, bool, i64) = (row.get(2)?, row.get(3)?, row.get(4)?);
            Ok((row.get(0)?, row.get(1)?, kind, not_null, key_place))
        })
        .await?;
    let mut schema = Schema::default();
    let mut keys: std::collections::BTreeMap<String, Vec<String>> = std::collections::BTreeMap::new();
    for (table, name, kind, not_null, key_place) in columns {
        let (table, name): (String, String) = (table, name);
        if key_place > 0 {
            keys.entry(table.clone()).or_default().push(name.clone());
        }
        let kind = match kind.as_str() {
            "INTEGER" => Kind::Integer,
            "TEXT" => Kind::Text,
            "BLOB" => Kind::Blob,
            _ => Kind::Other(kind),
        };
        // A column of the primary key of a STRICT table is never null, declared so or not.
        schema.add_column(table, name, Column { kind, nullable: !not_null && key_place == 0 });
    }
    for (table, columns) in keys {
        schema.tables.entry(table).or_default().unique.insert(UniqueKey { columns, partial: false });
    }
    schema.add_unique(unique_parts(conn, &UNIQUE).await?);
    Ok(schema)
}
