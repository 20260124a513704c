//! What is written to the log stays: refused by trigger to everybody, the owner of the tables included, and on PostgreSQL to the
//! role of the server by privilege as well.

use super::{usecases::ONE_CODE, world::World};
use crate::{Engine, engine::EngineError};

/// A log with one full subtree, so that there is a node.
async fn with_a_node() -> Vec<World> {
    let mut worlds = vec![];
    for world in World::both().await {
        let tenant = world.create_tenant("Acme").await;
        world.generate(&tenant, super::usecases::Order { count: 260, label: Some("L"), ..ONE_CODE }).await;
        world.drain().await;
        assert_eq!(world.census().await["log_nodes"], 1);
        worlds.push(world);
    }
    worlds
}

/// What the server's own connections answer; its role differs from the owner's on PostgreSQL.
async fn as_server(world: &World, script: &str) -> Result<(), EngineError> {
    let mut tx = world.store.db().begin().await.unwrap();
    tx.conn().script(script).await?;
    tx.commit().await
}

fn assert_append_only(answer: &Result<(), EngineError>, script: &str) {
    assert!(matches!(answer, Err(EngineError::AppendOnly { .. })), "{script}: {answer:?}");
}

fn assert_not_allowed(answer: &Result<(), EngineError>, script: &str) {
    assert!(matches!(answer, Err(EngineError::NotAllowed { .. })), "{script}: {answer:?}");
}

/// Every way to change a row of the log that both engines have.
const CHANGES: [&str; 8] = [
    "UPDATE platform_events SET title = 'x' WHERE seq = 3",
    "UPDATE platform_events SET title = title",
    "DELETE FROM platform_events WHERE seq = 259",
    "DELETE FROM platform_events",
    "UPDATE log_nodes SET idx = 1",
    "DELETE FROM log_nodes",
    "INSERT INTO platform_events SELECT * FROM platform_events WHERE seq = 3 ON CONFLICT (seq) DO UPDATE SET title = 'x'",
    "INSERT INTO log_nodes SELECT * FROM log_nodes WHERE level = 1 ON CONFLICT (level, idx) DO UPDATE SET hash = excluded.hash",
];

#[tokio::test(flavor = "multi_thread")]
async fn not_even_the_owner_changes_the_log() {
    for world in with_a_node().await {
        let before = (world.census().await, world.status().await);
        for script in CHANGES {
            assert_append_only(&world.try_behind(script).await, script);
        }
        let own: &[&str] = match world.engine() {
            Engine::Sqlite => &[
                "INSERT OR REPLACE INTO platform_events SELECT * FROM platform_events WHERE seq = 3",
                "REPLACE INTO platform_events SELECT * FROM platform_events WHERE seq = 3",
                "UPDATE OR REPLACE platform_events SET seq = 4 WHERE seq = 3",
                "INSERT OR REPLACE INTO log_nodes SELECT * FROM log_nodes",
            ],
            Engine::Postgres => &[
                "TRUNCATE platform_events",
                "TRUNCATE log_nodes",
                "TRUNCATE event_personal",
                "TRUNCATE log_state",
                "MERGE INTO log_nodes n USING (SELECT 1) s ON true WHEN MATCHED THEN DELETE",
            ],
        };
        for script in own {
            assert_append_only(&world.try_behind(script).await, script);
        }
        assert_eq!((world.census().await, world.status().await), before, "{}", world.engine());
        world.assert_clean().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_never_gets_shorter() {
    for world in with_a_node().await {
        let shorter =
            ["UPDATE log_state SET size = size - 1", "UPDATE log_state SET size = 0, frontier = ''"];
        let shorter = shorter.map(|script| match world.engine() {
            Engine::Sqlite => script.replace("''", "x''"),
            Engine::Postgres => script.to_owned(),
        });
        for script in &shorter {
            assert_append_only(&world.try_behind(script).await, script);
            assert_append_only(&as_server(&world, script).await, script);
        }
        assert_append_only(&world.try_behind("DELETE FROM log_state").await, "DELETE");
        if world.engine() == Engine::Sqlite {
            let replace = "INSERT OR REPLACE INTO log_state (one, size, frontier) VALUES (1, 0, x'')";
            assert_append_only(&world.try_behind(replace).await, replace);
        }
        assert_eq!(world.status().await.size, 261);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_personal_value_can_be_erased_but_not_replaced() {
    for world in with_a_node().await {
        let replace = "UPDATE event_personal SET fields = '{}'";
        assert_append_only(&world.try_behind(replace).await, replace);
        let before = world.census().await["event_personal"];
        world.behind("DELETE FROM event_personal WHERE event_id = (SELECT event_id FROM platform_events WHERE seq = 7)").await;
        assert_eq!(world.census().await["event_personal"], before - 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replica_s_triggers_are_the_same() {
    for world in with_a_node().await.into_iter().filter(|world| world.engine() == Engine::Postgres) {
        for script in CHANGES.iter().chain(&["TRUNCATE platform_events", "UPDATE log_state SET size = 0"]) {
            let script = format!("SET LOCAL session_replication_role = replica; {script}");
            assert_append_only(&world.try_behind(&script).await, &script);
        }
        // The setting does what it says: other triggers, such as those of foreign keys, are off.
        world.behind("SET LOCAL session_replication_role = replica; DELETE FROM tenants").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_triggers_the_server_s_role_may_still_not_change_the_log() {
    for world in with_a_node().await.into_iter().filter(|world| world.engine() == Engine::Postgres) {
        let before = world.census().await;
        world.disarm().await;
        let more = [
            "TRUNCATE platform_events",
            "TRUNCATE log_nodes, log_state",
            "DELETE FROM log_state",
            "UPDATE event_personal SET fields = '{}'",
            "DELETE FROM tenants",
            "DELETE FROM devices",
            "DELETE FROM totals",
            "UPDATE outbox SET title = 'x'",
            "INSERT INTO schema_migrations (version, name, checksum, applied_at) VALUES (9, 'x', 'x', now())",
            "ALTER TABLE platform_events DISABLE TRIGGER ALL",
            "DROP TABLE platform_events",
            "CREATE TABLE mine (id bigint)",
            "CREATE TRIGGER mine BEFORE INSERT ON platform_events EXECUTE FUNCTION refuse_change()",
        ];
        for script in CHANGES.iter().chain(&more) {
            assert_not_allowed(&as_server(&world, script).await, script);
        }
        assert_eq!(world.census().await, before);
        // Erasing is the one thing that the server's role may do to what lies beside the log.
        as_server(&world, "DELETE FROM event_personal").await.unwrap();
        assert_eq!(world.census().await["event_personal"], 0);
        // The owner could: it is the privilege that refuses, not the state of things.
        world.behind("DELETE FROM platform_events WHERE seq = 260").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_s_role_owns_nothing() {
    let world = World::on(Engine::Postgres, 1).await;
    let reader = world.store.db().read().await.unwrap();
    let sql = crate::engine::Sql::dynamic("ROLE", "SELECT current_user::text".to_owned());
    let role: String = reader.conn().one(&sql, vec![], |row| row.get(0)).await.unwrap();
    assert_eq!(role, "daybook_app");
    let owned = "SELECT count(*) FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner
        WHERE c.relnamespace = current_schema()::regnamespace AND r.rolname <> 'daybook_owner'";
    let of_migrations = "SELECT count(*) FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner
        WHERE c.relnamespace = current_schema()::regnamespace AND r.rolname = 'daybook_app'";
    assert_eq!(world.value::<i64>(owned).await, 0);
    assert_eq!(world.value::<i64>(of_migrations).await, 0);
}
