//! `check` finds what was changed behind the log's back, and names the table and the row.

use std::collections::BTreeMap;

use daybook_model::{
    ApiTokenId, Role,
    api_token::{ApiTokenDraft, ApiTokenSecret},
    change::Change,
    config::{ConfigScope, ConfigUpdated, SealedSecrets, SettingValue},
    tenant::{TenantDraft, TenantEdit},
};
use serde_json::json;

use super::{
    usecases::{ONE_CODE, Order},
    world::World,
};
use crate::Engine;

/// A portal in which something of everything has happened, its log open to forgery.
async fn forgeable(engine: Engine) -> World {
    let world = World::on(engine, 1).await;
    let draft = TenantDraft {
        name: "Acme".to_owned(),
        contact_email: Some("ada@example.com".to_owned()),
        ..TenantDraft::default()
    };
    let tenant = world.try_create_tenant(draft).await.unwrap();
    let other = world.create_tenant("Bolt").await;
    let project = world.create_project(&tenant, "Kiosk").await;
    let order = Order { project: Some(&project), max_uses: 2, label: Some("Summer"), ..ONE_CODE };
    let code = world.generate_one(&tenant, order).await;
    world.enrol(&code, "fp-1").await;
    world.enrol(&code, "fp-2").await;
    world.activate(code.id, "fp-3", None).await;
    world.clock.pass_seconds(86_400);
    world.suspend_tenant(other.id, Some("unpaid")).await.unwrap();
    let edit = TenantEdit { plan: Some("pro".to_owned()), ..TenantEdit::default() };
    world.edit_tenant(tenant.id, edit).await.unwrap();
    let set = Change { before: None, after: Some(SettingValue::Plain(json!(30))) };
    let changes = BTreeMap::from([("max_tokens".to_owned(), set)]);
    let (scope, version) = (Some(ConfigScope::Platform), Some(1));
    let event = ConfigUpdated { tenant: None, project: None, scope, version, reverted_to: None, changes };
    let mut unit = world.begin().await;
    unit.record_with(event, SealedSecrets::default()).await.unwrap();
    unit.commit().await.unwrap();
    let draft = ApiTokenDraft::of_platform("deploy", Role::Admin);
    let id = ApiTokenId::new(&*world.clock, &*world.entropy);
    let mut unit = world.begin().await;
    let event = draft.decide(id, world.store.now(), None).unwrap();
    unit.record_with(event, ApiTokenSecret([7; 32])).await.unwrap();
    unit.commit().await.unwrap();
    // One full subtree, so that there is a node.
    world.generate(&other, Order { count: 250, ..ONE_CODE }).await;
    world.drain().await;
    world.disarm().await;
    world
}

/// Something done behind the log's back. `{…}` stand for what the engines write differently.
struct Forgery {
    table: &'static str,
    script: &'static str,
    /// The row to be named, as a query for its key's columns joined by `/`.
    row: &'static str,
    what: &'static str,
}

const fn forgery(
    table: &'static str,
    script: &'static str,
    row: &'static str,
    what: &'static str,
) -> Forgery {
    Forgery { table, script, row, what }
}

const UNKNOWN: &str = "the log knows nothing of this row";
const MISSING: &str = "the row is missing";

const OF_STATE: &[Forgery] = &[
    forgery(
        "tenants",
        "UPDATE tenants SET plan = 'free' WHERE slug = 'acme'",
        "SELECT {uuid(id)} FROM tenants WHERE slug = 'acme'",
        "column plan is not what the log says",
    ),
    forgery(
        "tenants",
        "UPDATE tenants SET active_devices = 1 WHERE slug = 'acme'",
        "SELECT {uuid(id)} FROM tenants WHERE slug = 'acme'",
        "column active_devices is not what the log says",
    ),
    forgery(
        "tenants",
        "UPDATE tenants SET contact_email = 'eve@example.com' WHERE slug = 'acme'",
        "SELECT {uuid(id)} FROM tenants WHERE slug = 'acme'",
        "column contact_email is not what the log says",
    ),
    forgery(
        "projects",
        "UPDATE projects SET name = 'Forged'",
        "SELECT {uuid(tenant_id)} || '/' || {uuid(id)} FROM projects",
        "column name is not what the log says",
    ),
    forgery(
        "projects",
        "INSERT INTO projects (tenant_id, id, name, priority, status, created_at, updated_at)
            SELECT id, id, 'Forged', 'normal', 'active', created_at, created_at FROM tenants WHERE slug = 'bolt'",
        "SELECT {uuid(id)} || '/' || {uuid(id)} FROM tenants WHERE slug = 'bolt'",
        UNKNOWN,
    ),
    forgery(
        "activation_codes",
        "UPDATE activation_codes SET max_uses = 3, status = 'active' WHERE label = 'Summer'",
        "SELECT {uuid(tenant_id)} || '/' || {uuid(id)} FROM activation_codes WHERE label = 'Summer'",
        "column status is not what the log says",
    ),
    forgery(
        "devices",
        "UPDATE devices SET fingerprint = 'forged' WHERE fingerprint = 'fp-1'",
        "SELECT {uuid(tenant_id)} || '/' || {uuid(id)} FROM devices WHERE fingerprint = 'fp-1'",
        "column fingerprint is not what the log says",
    ),
    forgery(
        "devices",
        "DELETE FROM device_tokens; DELETE FROM devices WHERE fingerprint = 'fp-2'",
        "SELECT {uuid(tenant_id)} || '/' || {uuid(id)} FROM devices WHERE fingerprint = 'fp-2'",
        MISSING,
    ),
    forgery(
        "api_tokens",
        "UPDATE api_tokens SET role = 'owner'",
        "SELECT {uuid(id)} FROM api_tokens",
        "column role is not what the log says",
    ),
    forgery(
        "api_tokens",
        "UPDATE api_tokens SET scopes = 'log:read'",
        "SELECT {uuid(id)} FROM api_tokens",
        "column scopes is not what the log says",
    ),
    forgery(
        "config_settings",
        "DELETE FROM config_settings",
        "SELECT {uuid(tenant_id)} || '/' || {uuid(project_id)} || '/' || name FROM config_settings",
        MISSING,
    ),
    forgery(
        "config_versions",
        "UPDATE config_versions SET version = 2",
        "SELECT {uuid(tenant_id)} || '/' || {uuid(project_id)} FROM config_versions",
        "column version is not what the log says",
    ),
    forgery(
        "users",
        "INSERT INTO users (tenant_id, id, role, status, created_at, updated_at)
            SELECT id, id, 'tenant_admin', 'invited', created_at, created_at FROM tenants WHERE slug = 'bolt'",
        "SELECT {uuid(id)} || '/' || {uuid(id)} FROM tenants WHERE slug = 'bolt'",
        UNKNOWN,
    ),
];

const OF_NUMBERS: &[Forgery] = &[
    forgery(
        "totals",
        "UPDATE totals SET value = value + 1 WHERE key = 'devices.active' AND project_id <> {nil}",
        "SELECT {uuid(tenant_id)} || '/' || {uuid(project_id)} || '/' || key FROM totals
            WHERE key = 'devices.active' AND project_id <> {nil}",
        "column value is not what the log says",
    ),
    forgery(
        "totals",
        "UPDATE totals SET value = 0 WHERE key = 'tenants.active' AND tenant_id = {nil}",
        "SELECT {uuid(tenant_id)} || '/' || {uuid(project_id)} || '/' || key FROM totals
            WHERE key = 'tenants.active' AND tenant_id = {nil}",
        MISSING,
    ),
    forgery(
        "totals",
        "INSERT INTO totals SELECT {nil}, {nil}, 'tenants.forged', 1",
        "SELECT {uuid({nil})} || '/' || {uuid({nil})} || '/tenants.forged'",
        UNKNOWN,
    ),
    forgery(
        "daily_counts",
        "UPDATE daily_counts SET value = 99 WHERE key = 'TENANT_CREATED' AND tenant_id = {nil}",
        "SELECT {uuid(tenant_id)} || '/' || {uuid(project_id)} || '/' || day || '/' || key FROM daily_counts
            WHERE key = 'TENANT_CREATED' AND tenant_id = {nil}",
        "column value is not what the log says",
    ),
    forgery(
        "daily_counts",
        "DELETE FROM daily_counts WHERE key = 'TENANT_SUSPENDED' AND tenant_id = {nil}",
        "SELECT {uuid(tenant_id)} || '/' || {uuid(project_id)} || '/' || day || '/' || key FROM daily_counts
            WHERE key = 'TENANT_SUSPENDED' AND tenant_id = {nil}",
        MISSING,
    ),
    forgery(
        "log_spans",
        "UPDATE log_spans SET last_at = first_at WHERE level = 1",
        "SELECT '1/0'",
        "column last_at is not what the log says",
    ),
    forgery(
        "log_nodes",
        "UPDATE log_nodes SET hash = {32 bytes}",
        "SELECT '1/0'",
        "column hash is not what the log says",
    ),
    forgery("log_nodes", "DELETE FROM log_nodes", "SELECT '1/0'", MISSING),
    forgery("log_nodes", "INSERT INTO log_nodes SELECT 1, 1, {32 bytes}", "SELECT '1/1'", UNKNOWN),
];

const OF_LOG: &[Forgery] = &[
    forgery(
        "platform_events",
        "UPDATE platform_events SET entry = {entry of another plan} WHERE seq = 1",
        "SELECT '1'",
        "the leaf hash is not the hash of the entry",
    ),
    forgery(
        "platform_events",
        "UPDATE platform_events SET entry = {entry without max_uses}, leaf_hash = {32 bytes} WHERE seq = 4",
        "SELECT '4'",
        "the leaf hash is not the hash of the entry",
    ),
    forgery(
        "platform_events",
        "UPDATE platform_events SET entry = {32 bytes} WHERE seq = 4",
        "SELECT '4'",
        "unreadable entry",
    ),
    forgery(
        "platform_events",
        "UPDATE platform_events SET leaf_hash = {32 bytes} WHERE seq = 2",
        "SELECT '2'",
        "the leaf hash is not the hash of the entry",
    ),
    forgery(
        "platform_events",
        "DELETE FROM platform_events WHERE seq = 9",
        "SELECT '9'",
        "the event is missing",
    ),
    forgery(
        "platform_events",
        "DELETE FROM platform_events WHERE seq = 0",
        "SELECT '0'",
        "the event is missing",
    ),
    forgery(
        "platform_events",
        "DELETE FROM platform_events WHERE seq = (SELECT size - 1 FROM log_state)",
        "SELECT '' || (size - 1) FROM log_state",
        "the event is missing",
    ),
    forgery(
        "platform_events",
        "DELETE FROM platform_events WHERE seq BETWEEN 20 AND 29",
        "SELECT '20 to 29'",
        "the events are missing",
    ),
    forgery(
        "log_state",
        "UPDATE log_state SET frontier = {other frontier}",
        "SELECT '1'",
        "the frontier has another root than the entries",
    ),
    forgery("log_state", "UPDATE log_state SET frontier = {32 bytes}", "SELECT '1'", "cannot be read"),
    forgery(
        "log_state",
        "UPDATE log_state SET size = 3, frontier = {64 bytes}",
        "SELECT '1'",
        "says 3 entries",
    ),
    forgery("log_state", "UPDATE log_state SET size = -1", "SELECT '1'", "cannot be read"),
    forgery("log_state", "DELETE FROM log_state", "SELECT '1'", MISSING),
];

const OF_PERSONAL_VALUES: &[Forgery] = &[
    forgery(
        "event_personal",
        "UPDATE event_personal SET fields = replace(fields, 'ada@', 'eve@')",
        "SELECT {uuid(event_id)} || '/' || {uuid(subject_id)} FROM event_personal WHERE fields LIKE '%ada@%'",
        "data.contact_email does not match its commitment",
    ),
    forgery(
        "event_personal",
        "UPDATE event_personal SET fields = 'nothing' WHERE fields LIKE '%ada@%'",
        "SELECT {uuid(event_id)} || '/' || {uuid(subject_id)} FROM event_personal WHERE fields LIKE '%ada@%'",
        "cannot be read",
    ),
    forgery(
        "event_personal",
        "UPDATE event_personal SET fields = replace(fields, 'data.contact_email', 'data.nobody')",
        "SELECT {uuid(event_id)} || '/' || {uuid(subject_id)} FROM event_personal WHERE fields LIKE '%ada@%'",
        "data.nobody does not match its commitment",
    ),
    forgery(
        "event_personal",
        "INSERT INTO event_personal SELECT {nil}, {nil}, '{}'",
        "SELECT {uuid({nil})} || '/' || {uuid({nil})}",
        "no event has this id",
    ),
    // Without its value the event still stands, but the state says what nobody can vouch for.
    forgery(
        "tenants",
        "DELETE FROM event_personal WHERE fields LIKE '%ada@%'",
        "SELECT {uuid(id)} FROM tenants WHERE slug = 'acme'",
        "column contact_email is not what the log says",
    ),
];

/// What the engines write differently.
const WORDS: [(&str, &str, &str); 6] = [
    ("{nil}", "zeroblob(16)", "'00000000-0000-0000-0000-000000000000'::uuid"),
    ("{32 bytes}", "zeroblob(32)", "decode(repeat('00', 32), 'hex')"),
    ("{64 bytes}", "zeroblob(64)", "decode(repeat('00', 64), 'hex')"),
    (
        "{other frontier}",
        "CAST(substr(frontier, 2) || substr(frontier, 1, 1) AS BLOB)",
        "substr(frontier, 2) || substr(frontier, 1, 1)",
    ),
    (
        "{entry of another plan}",
        "CAST(replace(CAST(entry AS TEXT), 'standard', 'sturdier') AS BLOB)",
        "convert_to(replace(convert_from(entry, 'UTF8'), 'standard', 'sturdier'), 'UTF8')",
    ),
    (
        "{entry without max_uses}",
        "CAST(replace(CAST(entry AS TEXT), 'max_uses', 'min_uses') AS BLOB)",
        "convert_to(replace(convert_from(entry, 'UTF8'), 'max_uses', 'min_uses'), 'UTF8')",
    ),
];

fn in_words_of(engine: Engine, text: &str) -> String {
    let mut text = text.to_owned();
    for (word, sqlite, postgres) in WORDS {
        text = text.replace(word, if engine == Engine::Sqlite { sqlite } else { postgres });
    }
    let mut out = String::new();
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once("{uuid(") {
        let (id, after) = after.split_once(")}").unwrap();
        out.push_str(before);
        out.push_str(&uuid_text(engine, id));
        rest = after;
    }
    out + rest
}

/// With hyphens, on both engines.
fn uuid_text(engine: Engine, id: &str) -> String {
    let part = |from, count| format!("substr(lower(hex({id})), {from}, {count})");
    match engine {
        Engine::Sqlite => {
            [part(1, 8), part(9, 4), part(13, 4), part(17, 4), part(21, 12)].join(" || '-' || ")
        }
        Engine::Postgres => format!("({id})::text"),
    }
}

async fn assert_all_are_found(forgeries: &[Forgery]) {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let world = forgeable(engine).await;
        world.assert_clean().await;
        world.keep_copies().await;
        for one in forgeries {
            let (script, row) = (in_words_of(engine, one.script), in_words_of(engine, one.row));
            let row: String = world.value(&row).await;
            world.behind(&script).await;
            assert_is_found(&world, one, &script, &row).await;
            world.put_copies_back().await;
        }
        world.assert_clean().await;
    }
}

async fn assert_is_found(world: &World, one: &Forgery, script: &str, row: &str) {
    let report = world.store.check(|_| {}).await;
    let report = report.unwrap_or_else(|error| panic!("{}: {script}: {error}", world.engine()));
    let is_named = report
        .differences
        .iter()
        .any(|found| found.table == one.table && found.row == row && found.what.contains(one.what));
    let found: Vec<String> = report.differences.iter().map(ToString::to_string).collect();
    assert!(
        is_named && !report.is_clean(),
        "{}: {script}: `{} {row}: {}` is not in {found:#?}",
        world.engine(),
        one.table,
        one.what
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_state_is_found() {
    assert_all_are_found(OF_STATE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn forged_numbers_and_nodes_are_found() {
    assert_all_are_found(OF_NUMBERS).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_log_is_found() {
    assert_all_are_found(OF_LOG).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn forged_personal_values_are_found() {
    assert_all_are_found(OF_PERSONAL_VALUES).await;
}

/// Columns beside an entry are for reading and searching; each follows from the entry.
#[tokio::test(flavor = "multi_thread")]
async fn every_forged_column_of_an_event_is_found() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let world = forgeable(engine).await;
        world.keep_copies().await;
        // A device's enrolment is about most of what an event can be about.
        let seq: i64 =
            world.value("SELECT min(seq) FROM platform_events WHERE type = 'DEVICE_ENROLLED'").await;
        for (column, value) in [
            ("event_id", "{nil}"),
            ("type", "'TENANT_DELETED'"),
            ("severity", "'MAJOR'"),
            ("outcome", "'refused'"),
            ("origin", "'backfill'"),
            ("title", "'Forged'"),
            ("description", "'Forged'"),
            ("actor_type", "'admin'"),
            ("actor_id", "{nil}"),
            ("tenant_id", "{nil}"),
            ("tenant_slug", "'forged'"),
            ("tenant_name", "NULL"),
            ("project_id", "NULL"),
            ("project_name", "'Forged'"),
            ("code_id", "{nil}"),
            ("code_hint", "'FORGE'"),
            ("device_id", "NULL"),
            ("user_id", "{nil}"),
            ("session_id", "{nil}"),
            ("metadata", "'{\"max_uses\":9}'"),
            ("request_id", "{nil}"),
            ("occurred_at", "recorded_at + {second}"),
            ("recorded_at", "occurred_at + {second}"),
            ("leaf_hash", "{32 bytes}"),
        ] {
            let second = if engine == Engine::Sqlite { "1000000" } else { "interval '1 second'" };
            let value = in_words_of(engine, &value.replace("{second}", second));
            let script = format!("UPDATE platform_events SET {column} = {value} WHERE seq = {seq}");
            world.behind(&script).await;
            let what = match column {
                "leaf_hash" => "the leaf hash is not the hash of the entry".to_owned(),
                other => format!("column {other} is not what the entry says"),
            };
            let one = Forgery { table: "platform_events", script: "", row: "", what: what.leak() };
            assert_is_found(&world, &one, &script, &seq.to_string()).await;
            world.put_copies_back().await;
        }
        world.assert_clean().await;
    }
}

/// On SQLite a column of text can hold anything; what cannot be read is a difference like any other.
#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_even_be_read_is_named() {
    let world = forgeable(Engine::Sqlite).await;
    world.keep_copies().await;
    for one in [
        forgery(
            "platform_events",
            "UPDATE platform_events SET metadata = 'x' WHERE seq = 3",
            "SELECT '3'",
            "metadata",
        ),
        forgery(
            "platform_events",
            "UPDATE platform_events SET event_id = x'00' WHERE seq = 3",
            "SELECT '3'",
            "event_id",
        ),
        forgery(
            "platform_events",
            "UPDATE platform_events SET tenant_id = x'' WHERE seq = 3",
            "SELECT '3'",
            "tenant_id",
        ),
        forgery(
            "projects",
            "UPDATE projects SET name = CAST(x'ff' AS TEXT)",
            "SELECT {uuid(tenant_id)} || '/' || {uuid(id)} FROM projects",
            "column name is not what the log says",
        ),
        forgery(
            "event_personal",
            "UPDATE event_personal SET subject_id = x'00' WHERE fields LIKE '%ada@%'",
            "SELECT {uuid(event_id)} || '/unreadable' FROM event_personal WHERE fields LIKE '%ada@%'",
            "cannot be read",
        ),
    ] {
        let (script, row) = (in_words_of(Engine::Sqlite, one.script), in_words_of(Engine::Sqlite, one.row));
        let row: String = world.value(&row).await;
        world.behind(&script).await;
        assert_is_found(&world, &one, &script, &row).await;
        world.put_copies_back().await;
    }
}

/// What waits for its number is checked as what has it.
#[tokio::test(flavor = "multi_thread")]
async fn a_forged_outbox_is_found() {
    let world = forgeable(Engine::Postgres).await;
    let tenant = world.create_tenant("Waiting").await;
    world.suspend_tenant(tenant.id, None).await.unwrap();
    assert_eq!(world.status().await.pending, 2);
    world.assert_clean().await;
    world.keep_copies().await;
    let row = "SELECT id::text FROM outbox WHERE type = 'TENANT_CREATED'";
    let created = "WHERE type = 'TENANT_CREATED'";
    for (table, change, row, what) in [
        ("outbox", format!("UPDATE outbox SET title = 'Forged' {created}"), row, "column title"),
        ("outbox", format!("UPDATE outbox SET entry = '\\x00' {created}"), row, "unreadable entry"),
        ("outbox", format!("UPDATE outbox SET deltas = replace(deltas, '1', '2') {created}"), row, "deltas"),
        ("outbox", format!("UPDATE outbox SET deltas = '' {created}"), row, "deltas"),
        ("outbox", format!("UPDATE outbox SET leaf_hash = {{32 bytes}} {created}"), row, "leaf hash"),
        (
            "tenants",
            "DELETE FROM outbox".to_owned(),
            "SELECT id::text FROM tenants WHERE slug = 'waiting'",
            UNKNOWN,
        ),
    ] {
        let row: String = world.value(row).await;
        let script = in_words_of(Engine::Postgres, &change);
        world.behind(&script).await;
        assert_is_found(&world, &Forgery { table, script: "", row: "", what }, &script, &row).await;
        world.put_copies_back().await;
    }
    world.drain().await;
    world.assert_clean().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_tells_how_far_it_has_come_and_what_it_has_seen() {
    for world in World::both().await {
        let empty = world.store.check(|_| {}).await.unwrap();
        // Three rows are there from the beginning: nobody owns the portal, nothing is configured, and the plan of whoever names none.
        assert_eq!((empty.size, empty.root, empty.rows), (0, daybook_proof::EMPTY_ROOT, 3));
        let tenant = world.create_tenant("Acme").await;
        for _ in 0..3 {
            world.generate(&tenant, Order { count: 1_000, ..ONE_CODE }).await;
        }
        world.drain().await;
        let mut steps = vec![];
        let report = world.store.check(|progress| steps.push((progress.done, progress.size))).await.unwrap();
        assert_eq!(steps, [(2_000, 3_001), (3_001, 3_001)]);
        assert_eq!((report.size, report.root, report.pending), (3_001, world.status().await.root, 0));
        assert!(report.rows >= 3_001 && report.is_clean());
    }
}
