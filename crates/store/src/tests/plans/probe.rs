//! How much work a query is: its plan, and what it touched when it ran.

use rusqlite::{Connection, StatementStatus, params_from_iter};
use serde_json::Value;

use super::super::world::World;
use crate::{
    Engine,
    engine::{Sql, Val},
};

/// A query as it ran.
pub(super) struct Probe {
    /// The plan, one line per step.
    pub(super) plan: String,
    /// PostgreSQL: rows that were looked at, index entries included. SQLite: steps of its virtual machine.
    pub(super) work: u64,
    /// What was read from beginning to end without an index.
    pub(super) scanned: Vec<String>,
    /// Sorts of everything that matches, rather than of one page.
    pub(super) unbounded_sorts: u64,
}

/// Runs the query and watches it.
pub(super) async fn probe(world: &World, (sql, values): &(Sql, Vec<Val>)) -> Probe {
    sql.check_parameter_order().unwrap();
    match world.engine() {
        Engine::Sqlite => sqlite(world, sql, values),
        Engine::Postgres => postgres(world, sql, values).await,
    }
}

fn sqlite(world: &World, sql: &Sql, values: &[Val]) -> Probe {
    let text = sql.text_for(Engine::Sqlite).unwrap();
    let conn = Connection::open(world.owner.url.strip_prefix("sqlite:").unwrap()).unwrap();
    let mut explain = conn.prepare(&format!("EXPLAIN QUERY PLAN {text}")).unwrap();
    let lines: Vec<String> = explain
        .query_map(params_from_iter(values), |row| row.get(3))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    let mut statement = conn.prepare(text).unwrap();
    let mut rows = statement.query(params_from_iter(values)).unwrap();
    while rows.next().unwrap().is_some() {}
    drop(rows);
    let steps = statement.get_status(StatementStatus::VmStep);
    let scanned = lines.iter().filter(|line| line.starts_with("SCAN") && !line.contains(" USING ")).cloned();
    Probe {
        work: u64::try_from(steps).unwrap(),
        scanned: scanned.collect(),
        unbounded_sorts: 0,
        plan: lines.join("\n"),
    }
}

async fn postgres(world: &World, sql: &Sql, values: &[Val]) -> Probe {
    let text = format!("EXPLAIN (ANALYZE, FORMAT JSON) {}", sql.text_for(Engine::Postgres).unwrap());
    let explain = Sql::dynamic(sql.name, text);
    let mut reader = world.owner.db.read().await.unwrap();
    let plan: Value = reader.conn().one(&explain, values.to_vec(), |row| row.get(0)).await.unwrap();
    let mut probe = Probe { plan: String::new(), work: 0, scanned: vec![], unbounded_sorts: 0 };
    walk(&plan[0]["Plan"], 0, &mut probe);
    probe
}

fn walk(node: &Value, depth: usize, probe: &mut Probe) {
    let text = |name: &str| node[name].as_str().unwrap_or_default();
    let number = |name: &str| node[name].as_f64().unwrap_or_default();
    let kind = text("Node Type");
    let rows =
        number("Actual Rows") + number("Rows Removed by Filter") + number("Rows Removed by Index Recheck");
    if kind.ends_with("Scan") && !kind.starts_with("CTE") && !kind.starts_with("Subquery") {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of rows")]
        let touched = (rows * number("Actual Loops")) as u64;
        probe.work += touched;
    }
    if kind == "Seq Scan" {
        probe.scanned.push(text("Relation Name").to_owned());
    }
    if kind.contains("Sort") && !bounded(node) {
        probe.unbounded_sorts += 1;
    }
    let place =
        [text("Index Name"), text("Relation Name"), text("Alias"), text("Index Cond"), text("Filter")]
            .join(" ");
    probe.plan.push_str(&format!("{}{kind} {place} ({rows} rows)\n", "  ".repeat(depth)));
    for child in node["Plans"].as_array().into_iter().flatten() {
        walk(child, depth + 1, probe);
    }
}

/// Whether everything below a step comes from pages that are cut already.
fn bounded(node: &Value) -> bool {
    node["Plans"].as_array().into_iter().flatten().all(|child| {
        let kind = child["Node Type"].as_str().unwrap_or_default();
        kind == "Limit"
            || (!kind.ends_with("Scan") || kind.starts_with("Subquery"))
                && bounded(child)
                && !child["Plans"].is_null()
    })
}
