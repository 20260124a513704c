//! Texts, locks and the order of parameters.

use super::*;

fn order(text: &'static str) -> Result<(), String> {
    Sql::new("TEXT", text).check_parameter_order()
}

#[test]
fn parameters_must_first_appear_in_ascending_order() {
    order("SELECT $1, $2, $1, $3").unwrap();
    order("SELECT '$9', \"$8\", $1 -- $7\n, /* $6 */ $2, 'it''s $5'").unwrap();
    assert_eq!(order("SELECT $2, $1").unwrap_err(), "TEXT: $2 appears before $1");
    assert_eq!(order("SELECT $1, $3").unwrap_err(), "TEXT: $3 appears before $2");
    assert_eq!(order("SELECT 'a', $2").unwrap_err(), "TEXT: $2 appears before $1");
    assert_eq!(order("SELECT $0").unwrap_err(), "TEXT: parameters are numbered from $1");
}

#[test]
fn a_lock_is_taken_on_postgres_only() {
    static LOCKED: Sql = Sql::new("LOCKED", "SELECT 1").locking("FOR UPDATE");
    assert_eq!(LOCKED.text_for(Engine::Sqlite).unwrap(), "SELECT 1");
    assert_eq!(LOCKED.text_for(Engine::Postgres).unwrap(), "SELECT 1 FOR UPDATE");
}

#[test]
fn a_statement_for_one_engine_is_refused_on_the_other() {
    static ONE: Sql = Sql::new("ONE", "SELECT 1").only(Engine::Postgres);
    assert_eq!(ONE.text_for(Engine::Postgres).unwrap(), "SELECT 1");
    let refused = EngineError::WrongEngine { statement: "ONE", engine: Engine::Sqlite };
    assert_eq!(ONE.text_for(Engine::Sqlite).unwrap_err(), refused);
}

#[test]
fn only_plain_inserts_may_travel_with_commit() {
    static ACCOUNT: Sql = Sql::new("A", "\n  INSERT INTO a (b) VALUES ($1)");
    static UPSERT: Sql = Sql::new("U", "INSERT INTO a (b) VALUES ($1) ON CONFLICT DO NOTHING");
    static COPY: Sql = Sql::new("C", "INSERT INTO a (b) SELECT b FROM c");
    static UPDATE: Sql = Sql::new("D", "UPDATE a SET b = 1");
    assert!(Write::one(&ACCOUNT, vec![]).cannot_miscount());
    assert!(!Write::rows(&ACCOUNT, vec![], 2).cannot_miscount());
    assert!(!Write::one(&UPSERT, vec![]).cannot_miscount());
    assert!(!Write::one(&COPY, vec![]).cannot_miscount());
    assert!(!Write::one(&UPDATE, vec![]).cannot_miscount());
    assert!(Write::any(&UPDATE, vec![]).cannot_miscount());
}

#[test]
fn rows_of_a_plain_insert_travel_together() {
    static ROW: Sql = Sql::new("ROW", "INSERT INTO a (b, c, d, e) VALUES ($1, '$2', $2, $1)");
    static FROM_QUERY: Sql = Sql::new("COPY", "INSERT INTO a (b) VALUES ($1), ((VALUES (7)))");
    assert_eq!(ROW.of_rows(7).1, 1);
    assert_eq!(ROW.of_rows(100).1, 32);
    let (many, rows) = ROW.of_rows(31);
    let text = many.text_for(Engine::Sqlite).unwrap();
    assert_eq!(rows, 8);
    assert!(
        text.starts_with("INSERT INTO a (b, c, d, e) VALUES ($1, '$2', $2, $1), ($3, '$2', $4, $3), "),
        "{text}"
    );
    assert!(text.ends_with(", ($15, '$2', $16, $15)"), "{text}");
    many.check_parameter_order().unwrap();
    assert_eq!(FROM_QUERY.of_rows(100).1, 1, "what cannot be told apart stays as it is");
}

#[test]
fn engines_are_named_as_in_a_url() {
    assert_eq!(format!("{} {}", Engine::Sqlite, Engine::Postgres), "sqlite postgres");
}
