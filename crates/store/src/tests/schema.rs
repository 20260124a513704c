//! The two schemas are one schema, and every table of a tenant's rows can be sharded by tenant.

use std::collections::{BTreeMap, BTreeSet};

use super::world::World;
use crate::{
    Engine,
    engine::{Sql, schema::Schema, vals},
    migrations,
};

/// Indexes of tenant-owned tables that do not begin with the tenant, each with the question that it answers.
const ACROSS_TENANTS: &[(&str, &str)] = &[
    ("api_tokens_pkey", "a program presents a token and nothing else"),
    ("api_tokens_by_user", "a person's tokens end with the person, whose id belongs to one tenant"),
    ("projects_by_id", "operators list the projects of all tenants and name one by its id alone"),
    ("projects_all_by_status", "operators list the projects of all tenants in one state"),
    ("activation_codes_by_id", "operators list the codes of all tenants and name one by its id alone"),
    ("activation_codes_all_by_status", "operators list the codes of all tenants in one state"),
    ("activation_codes_by_hint", "operators search for the last group of a code"),
    ("activation_codes_by_label", "operators search for a label"),
    ("activation_codes_expiring", "the sweeper looks for codes whose time is over"),
    ("devices_by_id", "operators list the devices of all tenants and name one by its id alone"),
    ("devices_all_by_status", "operators list the devices of all tenants in one state"),
    ("devices_by_label", "operators search for a label"),
    ("code_secrets_digest", "a device presents a code and nothing else"),
    ("device_tokens_by_id", "a device presents a token and nothing else"),
    ("device_tokens_by_end", "the sweeper looks for tokens whose time is over"),
    ("users_by_id", "operators list the users of all tenants and name one by its id alone"),
    ("users_all_by_status", "operators list the users of all tenants in one state"),
    ("user_links_by_id", "somebody presents a link and nothing else"),
    ("sessions_by_id", "somebody presents a cookie and nothing else"),
    ("sessions_all_by_status", "operators list the sessions of all tenants in one state"),
    ("sessions_expiring", "the sweeper looks for sessions whose time is over"),
    ("session_telemetry_by_age", "the sweeper looks for sessions that are idle"),
    ("totals_by_key", "rankings of tenants"),
    ("platform_events_pkey", "the log has one order over all tenants"),
    ("platform_events_event_id", "an event is named by its id alone"),
    ("platform_events_by_type", "operators look for a type"),
    ("platform_events_by_project", "an id of a project belongs to one tenant"),
    ("platform_events_by_code", "an id of a code belongs to one tenant"),
    ("platform_events_by_device", "an id of a device belongs to one tenant"),
    ("platform_events_by_user", "an id of a user belongs to one tenant"),
    ("platform_events_by_actor", "actors may belong to no tenant"),
    ("platform_events_by_actor_type", "actors may belong to no tenant"),
    (
        "platform_events_by_project_type",
        "an id of a project belongs to one tenant; the platform's configuration to none",
    ),
    ("config_settings_by_provider", "operators remove a provider that no project of any tenant asks"),
    ("platform_events_backfilled", "operators look for what was imported"),
    ("guesses_pkey", "most parties that guess belong to no tenant"),
    ("guesses_by_end", "the sweeper looks for counters whose time is over"),
    ("users_erased", "the sweeper looks for those whose values were erased a short while ago"),
    ("guesses_unreported", "the sweeper looks for what no event has reported"),
    ("notifications_pkey", "a node claims one and operators name one by its id alone"),
    ("notifications_due", "every node looks for what is due, to whomever it is"),
    ("notifications_by_status", "operators list what failed, and count it, to whomever it was"),
    ("usage_reports_by_age", "the sweeper looks for reports that are too old to be sent again"),
    ("outbox_pkey", "the sequencer takes the events of all tenants in one order"),
];

/// Columns in order, whether they are unique, and whether the index is for some rows only.
type Index = (Vec<String>, bool, bool);

/// Every index by its name, primary keys under the name that PostgreSQL gives them, of every table.
async fn indexes(world: &World) -> BTreeMap<(String, String), Index> {
    let text = match world.engine() {
        Engine::Sqlite => {
            "SELECT t.name, CASE l.origin WHEN 'pk' THEN t.name || '_pkey' ELSE l.name END, l.\"unique\", l.partial, i.name
             FROM sqlite_schema t JOIN pragma_index_list(t.name) l JOIN pragma_index_info(l.name) i
             WHERE t.type = 'table'
             UNION ALL
             SELECT t.name, t.name || '_pkey', 1, 0, c.name FROM sqlite_schema t JOIN pragma_table_info(t.name) c
             WHERE t.type = 'table' AND c.pk > 0
                AND NOT EXISTS (SELECT 1 FROM pragma_index_list(t.name) WHERE origin = 'pk')"
        }
        Engine::Postgres => {
            "SELECT t.relname::text, x.relname::text, i.indisunique, i.indpred IS NOT NULL, a.attname::text
             FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid JOIN pg_class x ON x.oid = i.indexrelid
             CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k (attnum, place)
             JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.attnum
             WHERE t.relnamespace = current_schema()::regnamespace ORDER BY t.relname, x.relname, k.place"
        }
    };
    let sql = Sql::dynamic("INDEXES", text.to_owned());
    let reader = world.owner.db.read().await.unwrap();
    let rows = reader
        .conn()
        .all(&sql, vals![], |row| {
            let (table, name): (String, String) = (row.get(0)?, row.get(1)?);
            let (unique, partial): (bool, bool) = (row.get(2)?, row.get(3)?);
            Ok((table, name, unique, partial, row.get::<String>(4)?))
        })
        .await
        .unwrap();
    let mut found: BTreeMap<(String, String), Index> = BTreeMap::new();
    for (table, name, unique, partial, column) in rows {
        found.entry((table, name)).or_insert_with(|| (vec![], unique, partial)).0.push(column);
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn both_engines_have_the_same_tables_columns_and_keys() {
    let [sqlite, postgres] = World::both().await;
    let left = Schema::read(&sqlite.owner.db).await.unwrap();
    let right = Schema::read(&postgres.owner.db).await.unwrap();
    // SQLite numbers an event in the transaction of its change, so nothing ever waits there.
    assert_eq!(left.differences("sqlite", &right, "postgres"), ["table outbox is in postgres only"]);
    assert!(left.tables.len() >= 20, "{:?}", left.tables.keys());
}

#[tokio::test(flavor = "multi_thread")]
async fn both_engines_have_the_same_indexes() {
    let [sqlite, postgres] = World::both().await;
    let left = indexes(&sqlite).await;
    let mut right = indexes(&postgres).await;
    right.retain(|(table, _), _| table != "outbox");
    assert_eq!(left, right);
    assert_eq!(left[&("platform_events".into(), "platform_events_pkey".into())].0, ["seq"]);
}

/// The nil id on each engine.
const POSTGRES_NIL: &str = "'00000000-0000-0000-0000-000000000000'";
const SQLITE_NIL: &str = "zeroblob(16)";

#[test]
fn both_engines_have_the_same_checks() {
    let (mut left, mut right) = (BTreeMap::new(), BTreeMap::new());
    for step in migrations::ALL {
        // A later step replaces a check; on SQLite it makes the whole table anew for that.
        left.extend(checks(step.sqlite));
        let spelled_as_left =
            step.postgres.replace("octet_length(", "length(").replace(POSTGRES_NIL, SQLITE_NIL);
        right.extend(checks(&spelled_as_left));
        // Nothing ever waits on SQLite; what waits is checked as what is numbered.
        right.retain(|name, condition| match name.strip_prefix("outbox_") {
            Some(of_event) => {
                assert_eq!(left.get(&format!("platform_events_{of_event}")), Some(&*condition), "{name}");
                false
            }
            None => true,
        });
        assert_eq!(left, right, "{}", step.name);
    }
    assert_eq!(checks(migrations::ALL[0].sqlite)["tenants_active_devices"], "(active_devices >= 0)");
}

/// Every named check of a schema with its condition.
fn checks(schema: &str) -> BTreeMap<String, String> {
    let named = schema.split("CONSTRAINT ").skip(1).filter_map(|rest| rest.split_once(" CHECK "));
    named.map(|(name, rest)| (name.to_owned(), group(rest).to_owned())).collect()
}

/// The group in brackets that a text begins with.
fn group(text: &str) -> &str {
    let mut depth = 0;
    for (at, c) in text.char_indices() {
        depth += i32::from(c == '(') - i32::from(c == ')');
        if depth == 0 {
            return &text[..=at];
        }
    }
    panic!("a bracket is not closed: {text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_sqlite_table_is_strict_and_keyed_by_its_primary_key() {
    let world = World::on(Engine::Sqlite, 1).await;
    let list = |condition: &str| {
        format!(
            "SELECT name FROM pragma_table_list
             WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND {condition} ORDER BY name"
        )
    };
    assert_eq!(world.column::<String>(&list("strict = 0")).await, [""; 0]);
    // These two are keyed by a number, which is the row's own.
    assert_eq!(world.column::<String>(&list("wr = 0")).await, ["platform_events", "schema_migrations"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tenant_comes_first_in_every_key_and_index_of_its_rows() {
    let mut not_first = BTreeSet::new();
    for world in World::both().await {
        let schema = Schema::read(&world.owner.db).await.unwrap();
        let owned: BTreeSet<&String> = schema
            .tables
            .iter()
            .filter(|(_, table)| table.columns.contains_key("tenant_id"))
            .map(|(name, _)| name)
            .collect();
        for table in ["projects", "activation_codes", "devices", "device_telemetry", "totals", "daily_counts"]
        {
            assert!(owned.contains(&table.to_owned()), "{table}");
        }
        for ((table, name), (columns, ..)) in indexes(&world).await {
            if owned.contains(&table) && columns[0] != "tenant_id" {
                not_first.insert(name);
            }
        }
    }
    let allowed: BTreeSet<String> = ACROSS_TENANTS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(
        not_first, allowed,
        "left: indexes that do not begin with the tenant; right: those that need not"
    );
    assert_eq!(allowed.len(), ACROSS_TENANTS.len(), "an index is allowed twice");
}
