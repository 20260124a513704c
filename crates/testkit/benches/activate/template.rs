//! The rows of one real activation, to be written again under other ids: so the bare engine writes rows of the same size.

use serde_json::Value;
use tokio_postgres::Row;
use uuid::Uuid;

use crate::ground::{Database, Ground};

/// The two types of event that an activation records, in order.
const TYPES: [&str; 2] = ["CODE_ACTIVATED", "DEVICE_ENROLLED"];

/// An event as it stands in its table, with the personal values beside it.
#[derive(Clone)]
pub(crate) struct EventRows {
    pub(crate) kind: String,
    pub(crate) severity: String,
    pub(crate) outcome: String,
    pub(crate) origin: String,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) actor_type: String,
    pub(crate) tenant_slug: String,
    pub(crate) tenant_name: String,
    pub(crate) project_name: String,
    pub(crate) code_hint: String,
    pub(crate) metadata: Value,
    pub(crate) entry: Vec<u8>,
    pub(crate) leaf: Vec<u8>,
    pub(crate) personal: String,
    /// What it adds to the numbers, for the tenant and project below (PostgreSQL).
    pub(crate) deltas: String,
    pub(crate) tenant: Uuid,
    pub(crate) project: Uuid,
}

const COLUMNS: &str = "e.type, e.severity, e.outcome, e.origin, e.title, e.description, e.actor_type, e.tenant_slug, e.tenant_name,
    e.project_name, e.code_hint, e.metadata, e.entry, e.leaf_hash, m.fields, e.tenant_id, e.project_id";

/// The rows of the last activation of this ground; none of its events may have been sequenced yet.
pub(crate) async fn read(ground: &Ground) -> [EventRows; 2] {
    let [first, second] = TYPES;
    [one(ground.database(), first).await, one(ground.database(), second).await]
}

async fn one(database: &Database, kind: &str) -> EventRows {
    match database {
        Database::File { .. } => {
            let text = format!(
                "SELECT {COLUMNS} FROM platform_events e JOIN event_personal m ON m.event_id = e.event_id
                 WHERE e.type = ?1 ORDER BY e.seq DESC LIMIT 1"
            );
            database.open_file().query_row(&text, [kind], |row| Ok(from_file(row))).unwrap()
        }
        Database::Server { .. } => {
            let text = format!(
                "SELECT {COLUMNS}, e.deltas FROM outbox e JOIN event_personal m ON m.event_id = e.event_id
                 WHERE e.type = $1 ORDER BY e.id DESC LIMIT 1"
            );
            from_server(&database.connect().await.query_one(&text, &[&kind]).await.unwrap())
        }
    }
}

fn from_file(row: &rusqlite::Row<'_>) -> EventRows {
    let text = |at: usize| row.get::<_, String>(at).unwrap();
    EventRows {
        kind: text(0),
        severity: text(1),
        outcome: text(2),
        origin: text(3),
        title: text(4),
        description: text(5),
        actor_type: text(6),
        tenant_slug: text(7),
        tenant_name: text(8),
        project_name: text(9),
        code_hint: text(10),
        metadata: serde_json::from_str(&text(11)).unwrap(),
        entry: row.get(12).unwrap(),
        leaf: row.get(13).unwrap(),
        personal: text(14),
        deltas: String::new(),
        tenant: row.get(15).unwrap(),
        project: row.get(16).unwrap(),
    }
}

fn from_server(row: &Row) -> EventRows {
    EventRows {
        kind: row.get(0),
        severity: row.get(1),
        outcome: row.get(2),
        origin: row.get(3),
        title: row.get(4),
        description: row.get(5),
        actor_type: row.get(6),
        tenant_slug: row.get(7),
        tenant_name: row.get(8),
        project_name: row.get(9),
        code_hint: row.get(10),
        metadata: row.get(11),
        entry: row.get(12),
        leaf: row.get(13),
        personal: row.get(14),
        deltas: row.get(17),
        tenant: row.get(15),
        project: row.get(16),
    }
}
