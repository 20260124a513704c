//! What goes in comes out again, and what cannot is refused alike.

use serde_json::{Value as Json, json};

use super::*;

statements! {
    PUT = "INSERT INTO everything (id, a_uuid, a_text, an_int, some_bytes, a_time, some_json)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    GET = "SELECT a_uuid, a_text, an_int, some_bytes, a_time, some_json FROM everything WHERE id = $1";
    BIGGER = "SELECT an_int > $1, an_int FROM everything WHERE id = $2";
    NOTHING = "SELECT a_text FROM everything WHERE id = $1";
    ARRAYS_POSTGRES = "SELECT a, b, encode(c, 'hex'), encode(d, 'hex')
        FROM unnest($1::bigint[], $2::text[], (SELECT array_agg(uuid_send(u)) FROM unnest($3::uuid[]) AS u), $4::bytea[])
        AS t(a, b, c, d)", only Engine::Postgres;
    ARRAYS_SQLITE = "SELECT a.value, b.value, lower(hex(unhex(c.value))), lower(hex(unhex(d.value)))
        FROM json_each($1) AS a JOIN json_each($2) AS b USING (key) JOIN json_each($3) AS c USING (key)
        JOIN json_each($4) AS d USING (key) ORDER BY key", only Engine::Sqlite;
}

async fn everything() -> [Fixture; 2] {
    let fixtures = [Fixture::sqlite().await, Fixture::postgres().await];
    for (fixture, types) in fixtures.iter().zip([
        "id INTEGER, a_uuid BLOB, a_text TEXT, an_int INTEGER, some_bytes BLOB, a_time INTEGER, some_json TEXT",
        "id bigint, a_uuid uuid, a_text text, an_int bigint, some_bytes bytea, a_time timestamptz, some_json jsonb",
    ]) {
        let mut tx = fixture.db.begin().await.unwrap();
        tx.conn().script(&format!("CREATE TABLE everything ({types})")).await.unwrap();
        tx.commit().await.unwrap();
    }
    fixtures
}

type Line = (Option<uuid::Uuid>, Option<String>, Option<i64>, Option<Vec<u8>>, Option<Micros>, Option<Json>);

async fn round_trip(fixture: &Fixture, number: i64, line: Line) {
    let (uuid, text, int, bytes, time, json) = line.clone();
    let tx = fixture.db.begin().await.unwrap();
    tx.commit_with(vec![Write::one(&PUT, vals![number, uuid, text, int, bytes, time, json])]).await.unwrap();
    let reader = fixture.db.read().await.unwrap();
    let read: Line = reader
        .conn()
        .one(&GET, vals![number], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?))
        })
        .await
        .unwrap();
    assert_eq!(read, line, "{}", fixture.engine());
}

#[tokio::test(flavor = "multi_thread")]
async fn every_value_survives_the_round_trip() {
    let json = json!({"ip": "203.0.113.7", "n": 1.5, "big": i64::MIN, "π": [true, null, {"": ""}]});
    let first = -62_135_596_800_000_000;
    let last = 253_402_300_799_999_999;
    for fixture in everything().await {
        for (number, line) in [
            (
                Some(id(1)),
                Some("é\u{1F512}\n'".into()),
                Some(-1),
                Some(vec![0, 255]),
                Some(Micros(1)),
                Some(json.clone()),
            ),
            (
                Some(id(u32::MAX)),
                Some(String::new()),
                Some(i64::MAX),
                Some(vec![]),
                Some(Micros(last)),
                Some(json!(null)),
            ),
            (
                Some(id(0)),
                Some("$1".into()),
                Some(i64::MIN),
                Some(vec![7; 100_000]),
                Some(Micros(first)),
                Some(json!("x")),
            ),
            (None, None, None, None, None, None),
        ]
        .into_iter()
        .enumerate()
        {
            round_trip(&fixture, i64::try_from(number).unwrap(), line).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn arrays_arrive_element_by_element() {
    for fixture in everything().await {
        let sql = if fixture.engine() == Engine::Sqlite { &ARRAYS_SQLITE } else { &ARRAYS_POSTGRES };
        let values = vals![
            vec![1_i64, i64::MAX],
            vec!["a\"b".to_owned(), String::new()],
            vec![id(1), id(2)],
            vec![vec![0_u8, 255], vec![]]
        ];
        let reader = fixture.db.read().await.unwrap();
        let lines: Vec<(i64, String, String, String)> = reader
            .conn()
            .all(sql, values, |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
            .await
            .unwrap();
        let expected = vec![
            (1, "a\"b".to_owned(), id(1).simple().to_string(), "00ff".to_owned()),
            (i64::MAX, String::new(), id(2).simple().to_string(), String::new()),
        ];
        assert_eq!(lines, expected, "{}", fixture.engine());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_that_one_engine_cannot_store_is_refused_by_both() {
    for fixture in everything().await {
        let good = || vals![1_i64, id(1), "text", 1_i64, vec![1_u8], Micros(0), json!({})];
        for (place, bad) in [
            (2, Val::from("a\0b")),
            (5, Val::from(Micros(i64::MAX))),
            (6, Val::from(json!({"a": ["\0"]}))),
            (6, Val::from(json!({"\0": 1}))),
        ] {
            let mut values = good();
            values[place] = bad;
            let tx = fixture.db.begin().await.unwrap();
            let error = tx.commit_with(vec![Write::one(&PUT, values)]).await.unwrap_err();
            assert!(
                matches!(error, EngineError::Value { statement: "PUT", parameter, .. } if parameter == place + 1),
                "{}: {error}",
                fixture.engine()
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_of_another_type_is_refused_before_it_is_sent() {
    let [_, fixture] = everything().await;
    let values = vals![1_i64, "not a uuid", "text", 1_i64, vec![1_u8], Micros(0), json!({})];
    let error =
        fixture.db.begin().await.unwrap().commit_with(vec![Write::one(&PUT, values)]).await.unwrap_err();
    assert_eq!(error.to_string(), "PUT: parameter $2: text does not fit uuid");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_names_the_column_and_not_the_value() {
    for fixture in everything().await {
        round_trip(&fixture, 1, (None, Some("secret".into()), Some(2), Some(vec![1, 2]), None, None)).await;
        let reader = fixture.db.read().await.unwrap();
        let mut conn = reader.conn();
        let null = conn.one(&GET, vals![1_i64], |row| row.get::<uuid::Uuid>(0)).await.unwrap_err();
        assert!(null.to_string().starts_with("GET: column a_uuid: is null, not a uuid"), "{null}");
        let text = conn.one(&GET, vals![1_i64], |row| row.get::<i64>(1)).await.unwrap_err();
        assert_eq!(text.to_string(), "GET: column a_text: is text, not an integer");
        let length = conn.one(&GET, vals![1_i64], |row| row.get::<[u8; 3]>(3)).await.unwrap_err();
        assert_eq!(length.to_string(), "GET: column some_bytes: is 2 bytes long, not 3");
        let missing = conn.one(&GET, vals![1_i64], |row| row.get::<i64>(9)).await.unwrap_err();
        assert_eq!(missing.to_string(), "GET: column number 9: there is no such column");
        let (bigger, small) = conn
            .one(&BIGGER, vals![1_i64, 1_i64], |row| Ok((row.get::<bool>(0)?, row.get::<i64>(1)?)))
            .await
            .unwrap();
        assert!(bigger && small == 2);
        let boolean = conn.one(&BIGGER, vals![1_i64, 1_i64], |row| row.get::<bool>(1)).await.unwrap_err();
        assert_eq!(boolean.to_string(), "BIGGER: column an_int: is neither 0 nor 1");
        let none = conn.one(&NOTHING, vals![9_i64], |row| row.get::<String>(0)).await.unwrap_err();
        assert_eq!(none, EngineError::NoRow { statement: "NOTHING" });
        assert_eq!(conn.opt(&NOTHING, vals![9_i64], |row| row.get::<String>(0)).await.unwrap(), None);
    }
}

#[test]
fn a_value_does_not_show_itself_in_debug_output() {
    let shown = format!("{:?}", vals!["secret", None::<String>, 42_i64, json!({"secret": 1}), vec![7_i64]]);
    assert_eq!(shown, "[<text>, <text null>, <int>, <json>, <ints>]");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_statement_is_numbered_in_order_and_compiles() {
    for fixture in everything().await {
        let reader = fixture.db.read().await.unwrap();
        for sql in STATEMENTS.iter().filter(|sql| sql.runs_on(fixture.engine())) {
            sql.check_parameter_order().unwrap();
            reader.conn().prepare(sql).await.unwrap();
        }
    }
}
