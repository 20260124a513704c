//! How much work a query is: its plan, and what it did when it ran.

use std::fmt;

use rusqlite::{Connection, StatementStatus, config::DbConfig, params_from_iter};
use serde_json::Value;

use super::super::world::World;
use crate::{
    Engine,
    engine::{Sql, Val, hex, planned_under},
};

/// Tables that grow for as long as the portal is used.
const GROWING: [&str; 9] = [
    "platform_events",
    "event_personal",
    "activation_codes",
    "code_secrets",
    "devices",
    "device_telemetry",
    "projects",
    "config_settings",
    "config_versions",
];
/// The names under which the lists read them.
const ALIASES: [&str; 6] = ["k", "c", "e", "m", "p", "s"];

/// A query as it ran.
#[derive(Default)]
pub(super) struct Probe {
    /// The plan, one line per step.
    plan: String,
    /// PostgreSQL: rows that were looked at, entries of indexes included. SQLite: steps of its virtual machine.
    pub(super) work: u64,
    /// Tables that grow and were read from end to end.
    pub(super) scanned: Vec<String>,
    /// PostgreSQL: the most rows that were sorted at once. SQLite does not tell; its steps do.
    pub(super) sorted: u64,
    /// PostgreSQL: the most pages of an index that were read for nothing, past entries that no row is told of.
    pub(super) skipped: u64,
}

impl fmt::Display for Probe {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { plan, work, scanned, sorted, skipped } = self;
        write!(out, "work {work}, sorted {sorted}, skipped {skipped}, scanned {scanned:?}\n{plan}")
    }
}

/// Runs the query and watches it.
pub(super) async fn probe(world: &World, sql: &Sql, values: &[Val]) -> Probe {
    match world.engine() {
        Engine::Sqlite => sqlite(world, sql, values),
        Engine::Postgres => postgres(world, sql, values).await,
    }
}

fn sqlite(world: &World, sql: &Sql, values: &[Val]) -> Probe {
    let text = sql.text_for(Engine::Sqlite).unwrap();
    let conn = Connection::open(world.owner.url.strip_prefix("sqlite:").unwrap()).unwrap();
    // As the portal's own connections: a plan does not depend on values.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).unwrap();
    let mut explain = conn.prepare(&format!("EXPLAIN QUERY PLAN {text}")).unwrap();
    let lines = explain.query_map(params_from_iter(values), |row| row.get(3)).unwrap();
    let lines: Vec<String> = lines.collect::<Result<_, _>>().unwrap();

    let mut statement = conn.prepare(text).unwrap();
    let mut rows = statement.query(params_from_iter(values)).unwrap();
    while rows.next().unwrap().is_some() {}
    drop(rows);
    let steps = statement.get_status(StatementStatus::VmStep);

    // `SCAN … USING INDEX` follows the index in its order and stops with the page.
    let scans = lines.iter().filter_map(|line| line.strip_prefix("SCAN "));
    let names = scans.filter(|rest| !rest.contains(" USING ")).map(|rest| rest.split(' ').next().unwrap());
    let scanned = names.filter(|name| GROWING.contains(name) || ALIASES.contains(name)).map(str::to_owned);
    Probe {
        work: steps.try_into().unwrap(),
        scanned: scanned.collect(),
        plan: lines.join("\n"),
        ..Probe::default()
    }
}

/// As the portal has it planned: for these values, or for any.
async fn postgres(world: &World, sql: &Sql, values: &[Val]) -> Probe {
    // In a transaction that is rolled back: some of these take locks, and the settings are for this one.
    let mut tx = world.owner.db.begin().await.unwrap();
    let text = sql.text_for(Engine::Postgres).unwrap();
    tx.conn().script(&format!("{}; PREPARE probed AS {text}", planned_under(sql))).await.unwrap();
    let values: Vec<_> = values.iter().map(literal).collect();
    let values = if values.is_empty() { String::new() } else { format!("({})", values.join(", ")) };
    let explain = format!("EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) EXECUTE probed {values}");
    let explain = Sql::dynamic("EXPLAIN", explain);
    let plan: Value = tx.conn().one(&explain, vec![], |row| row.get(0)).await.unwrap();
    tx.conn().script("DEALLOCATE probed").await.unwrap();
    let mut probe = Probe::default();
    walk(&plan[0]["Plan"], 0, &mut probe);
    probe
}

/// The value as it is written in a statement; without its type, which its place has.
fn literal(value: &Val) -> String {
    match value {
        Val::Uuid(Some(id)) => quoted(&id.to_string()),
        Val::Text(Some(text)) => quoted(text),
        Val::Int(Some(number)) => quoted(&number.to_string()),
        Val::Bytes(Some(bytes)) => quoted(&hexadecimal(bytes)),
        Val::Time(Some(at)) => format!("to_timestamp(0) + interval '{} microseconds'", at.0),
        Val::Json(Some(json)) => quoted(&json.to_string()),
        Val::Ints(numbers) => array(numbers.iter().map(ToString::to_string)),
        Val::Texts(texts) => array(texts.iter().cloned()),
        Val::Uuids(ids) => array(ids.iter().map(ToString::to_string)),
        Val::ByteStrings(values) => array(values.iter().map(|value| hexadecimal(value))),
        Val::Uuid(None)
        | Val::Text(None)
        | Val::Int(None)
        | Val::Bytes(None)
        | Val::Time(None)
        | Val::Json(None) => "NULL".to_owned(),
    }
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn array(values: impl Iterator<Item = String>) -> String {
    let escaped = values.map(|value| format!("\"{}\"", value.replace('\\', r"\\").replace('"', r#"\""#)));
    quoted(&format!("{{{}}}", escaped.collect::<Vec<_>>().join(",")))
}

fn hexadecimal(bytes: &[u8]) -> String {
    format!(r"\x{}", hex(bytes))
}

fn walk(node: &Value, depth: usize, probe: &mut Probe) {
    let text = |name: &str| node[name].as_str().unwrap_or_default();
    let children = || node["Plans"].as_array().into_iter().flatten();
    let (kind, table) = (text("Node Type"), text("Relation Name"));
    let rows = count(node, "Actual Rows")
        + count(node, "Rows Removed by Filter")
        + count(node, "Rows Removed by Index Recheck");
    if kind.ends_with("Scan") && !["Subquery Scan", "CTE Scan", "Function Scan"].contains(&kind) {
        probe.work += rows;
    }
    if kind.starts_with("Index") {
        // Down the index once for each time, and a page of the table for each row.
        let expected = 4 * whole(node, "Actual Loops") + 2 * rows + children().map(pages).sum::<u64>();
        probe.skipped = probe.skipped.max(pages(node).saturating_sub(expected));
    }
    if kind == "Seq Scan" && GROWING.contains(&table) {
        probe.scanned.push(table.to_owned());
    }
    if kind.contains("Sort") {
        let sorted = children().map(|child| count(child, "Actual Rows")).sum();
        probe.sorted = probe.sorted.max(sorted);
    }
    let words = [text("Index Name"), table, text("Alias"), text("Index Cond"), text("Filter")].join(" ");
    let line = format!("{}{kind} {words} ({rows} rows)\n", "  ".repeat(depth));
    probe.plan.push_str(&line);
    for child in children() {
        walk(child, depth + 1, probe);
    }
}

/// Of a step with those below it.
fn pages(node: &Value) -> u64 {
    whole(node, "Shared Hit Blocks") + whole(node, "Shared Read Blocks")
}

/// What is told of all loops of a step together.
fn whole(node: &Value, name: &str) -> u64 {
    node[name].as_u64().unwrap_or_default()
}

/// Over all loops of a step.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of rows")]
fn count(node: &Value, name: &str) -> u64 {
    let loops = node["Actual Loops"].as_f64().unwrap_or(1.0);
    (node[name].as_f64().unwrap_or_default() * loops).round() as u64
}
