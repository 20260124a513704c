//! Steps are applied once, wholly, in order, and never other than they were written.

use super::fixture::{NOW, TABLES};
use super::*;
use crate::migrate::{
    self, MigrateError, Migration, MigrationState, MigrationStatus, Place, expect_current, run, status,
};

const fn step(version: i64, name: &'static str, text: &'static str) -> Migration {
    Migration { version, name, sqlite: text, postgres: text }
}

const FIRST: Migration = step(1, "first", "CREATE TABLE first (a TEXT NOT NULL PRIMARY KEY)");
const SECOND: Migration =
    step(2, "second", "CREATE TABLE second (b TEXT); INSERT INTO second (b) VALUES ('x')");
const THIRD: Migration = step(3, "third", "CREATE TABLE third (c TEXT)");
static ROWS: Sql = Sql::new("ROWS", "SELECT count(*) FROM second");

async fn empty() -> [Fixture; 2] {
    [Fixture::sqlite().await, Fixture::postgres().await]
}

async fn states(db: &Db, migrations: &[Migration]) -> Vec<(i64, MigrationState)> {
    status(db, migrations).await.unwrap().into_iter().map(|line| (line.version, line.state)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn steps_are_applied_in_order_and_once() {
    use MigrationState::{Applied, Pending};
    for fixture in empty().await {
        let db = &fixture.db;
        assert_eq!(states(db, &[FIRST, SECOND]).await, [(1, Pending), (2, Pending)]);
        run(db, &[FIRST], NOW).await.unwrap();
        assert_eq!(states(db, &[FIRST, SECOND]).await, [(1, Applied(NOW)), (2, Pending)]);
        let behind = expect_current(db, &[FIRST, SECOND]).await.unwrap_err();
        assert!(matches!(behind, MigrateError::Behind { database: 1, binary: 2 }), "{behind}");
        run(db, &[FIRST, SECOND], Micros(NOW.0 + 1)).await.unwrap();
        run(db, &[FIRST, SECOND], Micros(NOW.0 + 2)).await.unwrap();
        expect_current(db, &[FIRST, SECOND]).await.unwrap();
        assert_eq!(states(db, &[FIRST, SECOND]).await, [(1, Applied(NOW)), (2, Applied(Micros(NOW.0 + 1)))]);
        assert_eq!(fixture.count(&ROWS).await, 1, "{}", fixture.engine());
        let expected = MigrationStatus { version: 1, name: "first".into(), state: Applied(NOW) };
        assert_eq!(status(db, &[FIRST]).await.unwrap()[0], expected);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_list_is_nothing_to_do() {
    for fixture in empty().await {
        run(&fixture.db, &[], NOW).await.unwrap();
        expect_current(&fixture.db, &[]).await.unwrap();
        assert_eq!(states(&fixture.db, &[]).await, []);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_does_not_belong_to_the_database_is_refused() {
    for fixture in empty().await {
        let db = &fixture.db;
        run(db, &[FIRST, SECOND], NOW).await.unwrap();

        let edited = Migration { sqlite: "SELECT 1", postgres: "SELECT 1", ..SECOND };
        let refused = run(db, &[FIRST, edited], NOW).await.unwrap_err();
        assert!(matches!(refused, MigrateError::Edited { version: 2, .. }), "{refused}");
        assert_eq!(states(db, &[FIRST, edited]).await[1], (2, MigrationState::Edited(NOW)));

        let renamed = Migration { name: "renamed", ..SECOND };
        let refused = run(db, &[FIRST, renamed], NOW).await.unwrap_err();
        assert!(matches!(refused, MigrateError::Edited { version: 2, .. }), "{refused}");

        let refused = run(db, &[FIRST], NOW).await.unwrap_err();
        assert!(matches!(refused, MigrateError::Newer { database: 2, binary: 1 }), "{refused}");
        assert_eq!(states(db, &[FIRST]).await[1], (2, MigrationState::Unknown(NOW)));

        let refused = run(db, &[SECOND, THIRD], NOW).await.unwrap_err();
        assert!(matches!(refused, MigrateError::Missing { version: 1, place: Place::Program }), "{refused}");

        let refused = run(db, &[FIRST, THIRD, SECOND], NOW).await.unwrap_err();
        assert!(matches!(refused, MigrateError::OutOfOrder { version: 2 }), "{refused}");
    }
    for fixture in empty().await {
        run(&fixture.db, &[FIRST, THIRD], NOW).await.unwrap();
        let refused = run(&fixture.db, &[FIRST, SECOND, THIRD], NOW).await.unwrap_err();
        assert!(matches!(refused, MigrateError::Missing { version: 2, place: Place::Database }), "{refused}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_that_fails_leaves_nothing_of_itself() {
    const BROKEN: Migration =
        step(2, "broken", "CREATE TABLE half (a TEXT); INSERT INTO nowhere VALUES (1);");
    for fixture in empty().await {
        let failed = run(&fixture.db, &[FIRST, BROKEN], NOW).await.unwrap_err();
        assert!(matches!(failed, MigrateError::Step { version: 2, .. }), "{failed}");
        assert!(failed.to_string().contains("nowhere"), "{failed}");
        let tables = super::super::schema::Schema::read(&fixture.db).await.unwrap().tables;
        assert_eq!(tables.keys().collect::<Vec<_>>(), ["first", "schema_migrations"], "{}", fixture.engine());
        run(&fixture.db, &[FIRST, SECOND], NOW).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_programs_apply_each_step_once_between_them() {
    for fixture in empty().await {
        let list = &[FIRST, SECOND, THIRD];
        let others = [fixture.again().await, fixture.again().await, fixture.again().await];
        let [a, b, c] = &others;
        let done = tokio::join!(
            run(&fixture.db, list, NOW),
            run(a, list, NOW),
            run(b, list, NOW),
            run(c, list, NOW)
        );
        for result in [done.0, done.1, done.2, done.3] {
            result.unwrap();
        }
        assert_eq!(fixture.count(&ROWS).await, 1, "{}", fixture.engine());
        expect_current(&fixture.db, list).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sqlite_file_is_marked_as_ours() {
    static MARK: Sql = Sql::new("MARK", "SELECT application_id FROM pragma_application_id");
    let fixture = Fixture::sqlite().await;
    assert_eq!(fixture.count(&MARK).await, 0);
    run(&fixture.db, &[FIRST], NOW).await.unwrap();
    assert_eq!(fixture.count(&MARK).await, i64::from(APPLICATION_ID));
    assert_eq!(APPLICATION_ID.to_be_bytes(), *b"Dayb");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_runners_own_statements_compile() {
    for fixture in both().await {
        let reader = fixture.db.read().await.unwrap();
        for sql in migrate::STATEMENTS.iter().filter(|sql| sql.runs_on(fixture.engine())) {
            sql.check_parameter_order().unwrap();
            reader.conn().prepare(sql).await.unwrap();
        }
        assert_eq!(states(&fixture.db, TABLES).await, [(1, MigrationState::Applied(NOW))]);
    }
}

#[test]
fn a_version_is_the_number_in_the_file_name() {
    assert_eq!(migrate::version("0001"), 1);
    assert_eq!(migrate::version("0420"), 420);
}
