//! A database with enough rows for a planner to care: a year of a large tenant beside many small ones.

use super::super::world::World;
use crate::{Engine, engine::tests::fixture::administer};

pub(super) const TENANTS: i64 = 300;
pub(super) const PROJECTS: i64 = 12_000;
pub(super) const CODES: i64 = 30_000;
pub(super) const DEVICES: i64 = 20_000;
pub(super) const TOKENS: i64 = 2_000;
pub(super) const EVENTS: i64 = 60_000;
pub(super) const NOTIFICATIONS: i64 = 20_000;
/// Changes of configuration, after all other events: half of them the platform's, the others of a hundred projects.
pub(super) const CONFIG_EVENTS: i64 = 6_000;

/// A quarter of all events are by one actor.
pub(super) const OF_BUSY_ACTOR: u64 = 15_000;
/// How many labels of codes and of devices start with `Label 1`.
pub(super) const CODES_LABELLED_1: u64 = 3_704;
pub(super) const DEVICES_LABELLED_1: u64 = 11_111;
/// The first day of the log, and how many seconds lie between two events.
const FIRST_DAY: i64 = 20_089;
const SECONDS: i64 = 500;

/// Where the numbers of ids begin, so that no two nouns share one.
pub(super) const TENANT: i64 = 10_000;
pub(super) const PROJECT: i64 = 1_000_000;
pub(super) const CODE: i64 = 2_000_000;
pub(super) const DEVICE: i64 = 3_000_000;
pub(super) const TOKEN: i64 = 4_000_000;
pub(super) const EVENT: i64 = 5_000_000;
pub(super) const USER: i64 = 6_000_000;
pub(super) const CONFIG: i64 = 7_000_000;
pub(super) const NOTIFICATION: i64 = 8_000_000;

/// The first and the last event of a day.
pub(super) fn events_of_day(day: i64) -> (i64, i64) {
    let first = |day: i64| (day - FIRST_DAY) * 86_400 / SECONDS;
    (first(day), first(day + 1))
}

/// The words in which the two engines differ.
struct Words(Engine);

impl Words {
    fn uuid(&self, number: &str) -> String {
        match self.0 {
            Engine::Sqlite => format!("unhex(printf('%032x', {number}))"),
            Engine::Postgres => format!("lpad(to_hex({number}), 32, '0')::uuid"),
        }
    }

    /// A moment, this many seconds after the first.
    fn time(&self, seconds: &str) -> String {
        match self.0 {
            Engine::Sqlite => format!("((1735689600 + {seconds}) * 1000000)"),
            Engine::Postgres => format!("to_timestamp(1735689600 + {seconds})"),
        }
    }

    /// 32 bytes that differ from number to number.
    fn digest(&self, number: &str) -> String {
        match self.0 {
            Engine::Sqlite => format!("unhex(printf('%064x', {number}))"),
            Engine::Postgres => format!("decode(lpad(to_hex({number}), 64, '0'), 'hex')"),
        }
    }

    fn zeros(&self) -> &'static str {
        match self.0 {
            Engine::Sqlite => "zeroblob(32)",
            Engine::Postgres => "decode(repeat('00', 32), 'hex')",
        }
    }
}

/// `INSERT` of `count` rows; `n` runs from 0.
fn insert(table: &str, columns: &str, count: i64, values: &str) -> String {
    format!(
        "WITH RECURSIVE s (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM s WHERE n < {count} - 1)
         INSERT INTO {table} ({columns}) SELECT {values} FROM s;"
    )
}

/// Fills the tables as their owner, and lets PostgreSQL look at them as its daemon does by itself.
pub(super) async fn fill(world: &World) {
    let words = Words(world.engine());
    let script = [
        tenants(&words),
        projects(&words),
        codes(&words),
        devices(&words),
        tokens(&words),
        events(&words),
        configuration(&words),
        notifications(&words),
        totals(&words),
    ];
    if world.engine() == Engine::Sqlite {
        return world.behind(&script.concat()).await;
    }
    // VACUUM takes a page for settled only when the commit that wrote it is on the disk.
    world.behind(&format!("SET LOCAL synchronous_commit = on; {}", script.concat())).await;
    administer(&world.owner.url, "VACUUM ANALYZE").await;
}

fn tenants(words: &Words) -> String {
    let (id, time) = (words.uuid(&format!("({TENANT} + n)")), words.time("n"));
    insert(
        "tenants",
        "id, slug, name, name_key, status, plan, own_device_limit, code_prefix, created_at, updated_at, suspended_at, deleted_at",
        TENANTS,
        &format!(
            "{id}, 'tenant-' || n, 'Tenant ' || n, 'tenant ' || n,
             CASE WHEN n % 50 = 3 THEN 'deleted' WHEN n % 50 = 4 THEN 'suspended' ELSE 'active' END, 'standard', 100, 'ACME',
             {time}, {time}, CASE WHEN n % 50 = 4 THEN {time} END, CASE WHEN n % 50 = 3 THEN {time} END"
        ),
    )
}

/// Tenant 0 has every other row of everything.
fn tenant_of(words: &Words, number: &str) -> String {
    words.uuid(&format!("({TENANT} + CASE WHEN {number} % 2 = 0 THEN 0 ELSE {number} % {TENANTS} END)"))
}

fn projects(words: &Words) -> String {
    let (tenant, id, time) =
        (tenant_of(words, "n"), words.uuid(&format!("({PROJECT} + n)")), words.time("n"));
    insert(
        "projects",
        "tenant_id, id, name, priority, status, created_at, updated_at, deleted_at",
        PROJECTS,
        &format!(
            "{tenant}, {id}, 'Project ' || n, 'normal',
             CASE WHEN n % 100 = 7 THEN 'inactive' WHEN n % 10 = 8 THEN 'deleted' ELSE 'active' END, {time}, {time},
             CASE WHEN n % 10 = 8 THEN {time} END"
        ),
    )
}

/// Code n belongs to project n % PROJECTS, whose tenant is its own: both numbers are even or both odd, and 12,000 is 300 × 40.
fn codes(words: &Words) -> String {
    let (tenant, id) = (tenant_of(words, "n"), words.uuid(&format!("({CODE} + n)")));
    let (project, batch) = (words.uuid(&format!("({PROJECT} + n % {PROJECTS})")), words.uuid("1"));
    let time = words.time("n");
    let hint = match words.0 {
        Engine::Sqlite => "substr('00000' || n, -5)",
        Engine::Postgres => "right('00000' || n, 5)",
    };
    let codes = insert(
        "activation_codes",
        "tenant_id, id, project_id, batch_id, hint, label, status, max_uses, use_count, expires_at, created_at, revoked_at",
        CODES,
        &format!(
            "{tenant}, {id}, {project}, {batch}, {hint}, CASE WHEN n % 3 = 0 THEN 'Label ' || n END,
             CASE WHEN n % 1000 = 5 THEN 'revoked' WHEN n % 3 = 0 THEN 'active' ELSE 'used' END, 1,
             CASE WHEN n % 1000 <> 5 AND n % 3 <> 0 THEN 1 ELSE 0 END, CASE WHEN n % 30 = 0 THEN {time} END, {time},
             CASE WHEN n % 1000 = 5 THEN {time} END"
        ),
    );
    let columns = "tenant_id, code_id, key_id, digest";
    let secrets = format!("{tenant}, {id}, '2026', {}", words.digest("n"));
    codes + &insert("code_secrets", columns, CODES, &secrets)
}

fn devices(words: &Words) -> String {
    let (tenant, id) = (tenant_of(words, "n"), words.uuid(&format!("({DEVICE} + n)")));
    let project = words.uuid(&format!("({PROJECT} + n % {PROJECTS})"));
    let (code, time) = (words.uuid(&format!("({CODE} + n)")), words.time("n"));
    let devices = insert(
        "devices",
        "tenant_id, id, project_id, code_id, fingerprint, label, status, created_at, revoked_at",
        DEVICES,
        &format!(
            "{tenant}, {id}, {project}, {code}, 'fp ' || n, 'Label ' || n, CASE WHEN n % 1000 = 5 THEN 'revoked' ELSE 'active' END,
             {time}, CASE WHEN n % 1000 = 5 THEN {time} END"
        ),
    );
    let heard = insert(
        "device_telemetry",
        "tenant_id, device_id, last_seen_at",
        DEVICES,
        &format!("{tenant}, {id}, {time}"),
    );
    devices + &heard
}

fn tokens(words: &Words) -> String {
    let (id, time) = (words.uuid(&format!("({TOKEN} + n)")), words.time("n"));
    let tenant = tenant_of(words, "n");
    let values = format!("{id}, {tenant}, 'tenant_admin', {time}");
    let tokens = insert("api_tokens", "id, tenant_id, role, created_at", TOKENS, &values);
    tokens + &insert("api_token_telemetry", "token_id, last_used_at", TOKENS, &format!("{id}, {time}"))
}

/// One in 5,000 deletes a project, one in 500 was imported, one in 1,000 is about a user; half of the rest are refreshes.
fn events(words: &Words) -> String {
    let (tenant, id) = (tenant_of(words, "n"), words.uuid(&format!("({EVENT} + n)")));
    let project = words.uuid(&format!("({PROJECT} + n % {PROJECTS})"));
    let (code, device) =
        (words.uuid(&format!("({CODE} + n % {CODES})")), words.uuid(&format!("({DEVICE} + n % {DEVICES})")));
    let user = words.uuid(&format!("({USER} + n % 7000)"));
    let actor = words.uuid(&format!("(CASE WHEN n % 4 = 0 THEN {TOKEN} ELSE {DEVICE} + n % {DEVICES} END)"));
    let (time, zeros) = (words.time(&format!("n * {SECONDS}")), words.zeros());
    let events = insert(
        "platform_events",
        "seq, event_id, type, severity, outcome, origin, title, description, actor_type, actor_id, tenant_id, project_id, code_id,
         device_id, user_id, metadata, occurred_at, recorded_at, entry, leaf_hash",
        EVENTS,
        &format!(
            "n, {id}, CASE WHEN n % 5000 = 11 THEN 'PROJECT_DELETED' WHEN n % 1000 = 13 THEN 'USER_LOGIN' WHEN n % 2 = 0
                THEN 'DEVICE_TOKEN_ROTATED' WHEN n % 4 = 1 THEN 'CODE_ACTIVATED' ELSE 'CODE_GENERATED' END, 'MINOR', 'done',
             CASE WHEN n % 500 = 17 THEN 'backfill' ELSE 'live' END, 't', 'd', 'device', {actor}, {tenant}, {project}, {code}, {device},
             CASE WHEN n % 1000 = 13 THEN {user} END, '{{}}', {time}, {time}, {zeros}, {zeros}"
        ),
    );
    let spans = insert(
        "log_spans",
        "level, idx, first_at, last_at",
        EVENTS / 256,
        &format!(
            "1, n, {}, {}",
            words.time(&format!("n * 256 * {SECONDS}")),
            words.time(&format!("(n * 256 + 255) * {SECONDS}"))
        ),
    );
    let personal = insert(
        "event_personal",
        "event_id, subject_id, fields",
        EVENTS / 2,
        &format!("{}, {}, '{{}}'", words.uuid(&format!("({EVENT} + n * 2)")), words.uuid("n")),
    );
    events + &spans + &personal
}

/// Every project has settings, and every second one asks the same provider.
fn configuration(words: &Words) -> String {
    let (tenant, project) = (tenant_of(words, "n"), words.uuid(&format!("({PROJECT} + n)")));
    let (id, of) = (words.uuid(&format!("({CONFIG} + n)")), words.uuid(&format!("({PROJECT} + n % 200)")));
    let owner = tenant_of(words, "n % 200");
    let (time, zeros) = (words.time(&format!("({EVENTS} + n) * {SECONDS}")), words.zeros());
    let settings = insert(
        "config_settings",
        "tenant_id, project_id, name, value, updated_at",
        PROJECTS,
        &format!(
            "{tenant}, {project}, 'provider', CASE WHEN n % 2 = 0 THEN '\"main\"' ELSE '\"p' || n || '\"' END, {time}"
        ),
    );
    let versions = insert(
        "config_versions",
        "tenant_id, project_id, version, updated_at",
        PROJECTS,
        &format!("{tenant}, {project}, 1, {time}"),
    );
    let events = insert(
        "platform_events",
        "seq, event_id, type, severity, outcome, origin, title, description, actor_type, tenant_id, project_id, metadata,
         occurred_at, recorded_at, entry, leaf_hash",
        CONFIG_EVENTS,
        &format!(
            "{EVENTS} + n, {id}, 'CONFIG_UPDATED', 'MINOR', 'done', 'live', 't', 'd', 'api_token',
             CASE WHEN n % 2 = 1 THEN {owner} END, CASE WHEN n % 2 = 1 THEN {of} END, '{{}}', {time}, {time}, {zeros}, {zeros}"
        ),
    );
    settings + &versions + &events
}

/// To the contacts of tenants: one in 100 failed, one in 500 waits.
fn notifications(words: &Words) -> String {
    let (tenant, id) = (tenant_of(words, "n"), words.uuid(&format!("({NOTIFICATION} + n)")));
    let (event, time) = (words.uuid(&format!("({EVENT} + n)")), words.time("n"));
    let (sent, waits) = ("n % 100 <> 7 AND n % 500 <> 8", "n % 500 = 8");
    insert(
        "notifications",
        "id, tenant_id, kind, event_id, sealed, status, attempts, next_attempt_at, give_up_at, created_at, sent_at",
        NOTIFICATIONS,
        &format!(
            "{id}, {tenant}, 'limit_near', {event},
             CASE WHEN NOT ({sent}) THEN {zeros} END, CASE WHEN {sent} THEN 'sent' WHEN {waits} THEN 'waiting' ELSE 'failed' END, 1,
             CASE WHEN {waits} THEN {time} END, {time}, {time}, CASE WHEN {sent} THEN {time} END",
            zeros = words.zeros()
        ),
    )
}

/// Of every tenant and every project.
fn totals(words: &Words) -> String {
    let columns = "tenant_id, project_id, key, value";
    let (tenant, nobody) = (words.uuid(&format!("({TENANT} + n)")), words.uuid("0"));
    let (owner, project) = (tenant_of(words, "n"), words.uuid(&format!("({PROJECT} + n)")));
    let of_tenants =
        |key: &str| insert("totals", columns, TENANTS, &format!("{tenant}, {nobody}, '{key}', n"));
    let of_projects =
        insert("totals", columns, PROJECTS, &format!("{owner}, {project}, 'devices.active', 1"));
    of_tenants("devices.active") + &of_tenants("projects.active") + &of_projects
}
