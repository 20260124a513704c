//! Reading and comparing schemas.

use super::super::schema::{Kind, STATEMENTS, Schema, UniqueKey};
use super::*;

async fn alter(fixture: &Fixture, text: &str) -> Schema {
    let mut tx = fixture.db.begin().await.unwrap();
    tx.conn().script(text).await.unwrap();
    tx.commit().await.unwrap();
    Schema::read(&fixture.db).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_tables_look_the_same_on_both_engines() {
    let [left, right] = both().await;
    let (sqlite, postgres) = (Schema::read(&left.db).await.unwrap(), Schema::read(&right.db).await.unwrap());
    assert_eq!(sqlite.differences("sqlite", &postgres, "postgres"), Vec::<String>::new());
    assert_eq!(sqlite, postgres);

    let tables: Vec<_> = sqlite.tables.keys().map(String::as_str).collect();
    assert_eq!(tables, ["accounts", "entries", "schema_migrations"]);
    let accounts = &sqlite.tables["accounts"];
    assert_eq!((&accounts.columns["id"].kind, accounts.columns["id"].nullable), (&Kind::Blob, false));
    assert_eq!((&accounts.columns["nick"].kind, accounts.columns["nick"].nullable), (&Kind::Text, true));
    let keys: Vec<_> = accounts.unique.iter().map(ToString::to_string).collect();
    assert_eq!(keys, ["(email)", "(id)", "(nick) for some rows"]);
    let key = UniqueKey { columns: vec!["version".into()], partial: false };
    assert!(sqlite.tables["schema_migrations"].unique.contains(&key));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_difference_is_reported() {
    let [left, right] = both().await;
    let sqlite = alter(
        &left,
        "CREATE TABLE pairs (b INTEGER NOT NULL, a INTEGER NOT NULL, c REAL, d TEXT, PRIMARY KEY (a, b)) STRICT;
         CREATE TABLE alone (a INTEGER) STRICT;",
    )
    .await;
    let postgres = alter(
        &right,
        "CREATE TABLE pairs (a bigint, b bigint, c double precision, d text NOT NULL, e text, PRIMARY KEY (b, a));
         CREATE UNIQUE INDEX pairs_lower ON pairs (lower(e), d);",
    )
    .await;
    assert_eq!(
        sqlite.differences("sqlite", &postgres, "postgres"),
        [
            "table alone is in sqlite only",
            "pairs: column e is in postgres only",
            "pairs: unique (a, b) is in sqlite only",
            "pairs: unique (<expression>, d) is in postgres only",
            "pairs: unique (b, a) is in postgres only",
            "pairs.c: REAL in sqlite, double precision in postgres",
            "pairs.d: text in sqlite, text not null in postgres",
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_partitions_of_a_table_are_not_tables() {
    let fixture = Fixture::postgres().await;
    let schema = alter(
        &fixture,
        "CREATE TABLE log (seq bigint PRIMARY KEY) PARTITION BY RANGE (seq);
         CREATE TABLE log_1 PARTITION OF log FOR VALUES FROM (0) TO (10);",
    )
    .await;
    assert_eq!(schema.tables.keys().collect::<Vec<_>>(), ["log"]);
    assert_eq!(schema.tables["log"].unique.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_catalogue_queries_compile() {
    for fixture in both().await {
        let reader = fixture.db.read().await.unwrap();
        for sql in STATEMENTS.iter().flat_map(|list| list.iter()).filter(|sql| sql.runs_on(fixture.engine()))
        {
            sql.check_parameter_order().unwrap();
            reader.conn().prepare(sql).await.unwrap();
        }
    }
}
