//! Compares the tables that are folds of the log with their replayed twins, row by row.

use uuid::Uuid;

use super::{Difference, Differences, replay::Replayed};
use crate::{
    Reads, Result,
    engine::{Conn, Micros, Row, Sql, hex, statements, vals},
};

/// A column's type, so that both engines' rows read alike.
#[derive(Clone, Copy)]
enum Kind {
    Id,
    Text,
    Number,
    Time,
    Bytes,
}

/// A table that follows from the log.
struct Table {
    name: &'static str,
    sql: &'static Sql,
    /// How many columns make the key.
    key: usize,
    columns: &'static [(&'static str, Kind)],
}

macro_rules! tables {
    ($($constant:ident $name:literal key $key:literal { $($column:ident $kind:ident),* $(,)? } $rest:literal;)*) => {
        statements! {
            $($constant = concat!("SELECT ", tables!(@list $($column)*), " FROM ", $name, $rest);)*
        }
        static TABLES: &[Table] = &[$(Table {
            name: $name,
            sql: &$constant,
            key: $key,
            columns: &[$((stringify!($column), Kind::$kind)),*],
        }),*];
    };
    (@list $first:ident $($more:ident)*) => { concat!(stringify!($first) $(, ", ", stringify!($more))*) };
}

tables! {
    ALL_TENANTS "tenants" key 1 { id Id, slug Text, name Text, name_key Text, status Text, contact_email Text, domain Text,
        logo_url Text, primary_color Text, plan Text, own_device_limit Number, active_devices Number, code_prefix Text, version Number,
        plan_device_limit Number, plan_project_limit Number, plan_activation_quota Number, live_projects Number, enrolled_month Number,
        enrolled_in_month Number, subscription Text, trial_ends_at Time,
        created_at Time, updated_at Time, suspended_at Time, deleted_at Time, self_service_codes Number } " ORDER BY id";
    ALL_PLANS "plans" key 1 { name Text, title Text, device_limit Number, project_limit Number, activation_quota Number,
        usage_quotas Text, version Number, created_at Time, updated_at Time } " ORDER BY name";
    ALL_ACTIVATION_MONTHS "activation_months" key 3 { tenant_id Id, month Number, project_id Id, activations Number }
        " ORDER BY tenant_id, month, project_id";
    ALL_QUOTA_NOTICES "quota_notices" key 4 { tenant_id Id, month Number, kind Text, percent Number }
        " ORDER BY tenant_id, month, kind, percent";
    ALL_PROJECTS "projects" key 2 { tenant_id Id, id Id, name Text, client_name Text, description Text, priority Text, status Text,
        activated_at Time, version Number, created_at Time, updated_at Time, deleted_at Time } " ORDER BY tenant_id, id";
    ALL_CODES "activation_codes" key 2 { tenant_id Id, id Id, project_id Id, batch_id Id, hint Text, label Text, status Text,
        max_uses Number, use_count Number, expires_at Time, created_at Time, revoked_at Time } " ORDER BY tenant_id, id";
    ALL_DEVICES "devices" key 2 { tenant_id Id, id Id, project_id Id, code_id Id, fingerprint Text, label Text, platform Text,
        status Text, created_at Time, revoked_at Time } " ORDER BY tenant_id, id";
    ALL_API_TOKENS "api_tokens" key 1 { id Id, tenant_id Id, user_id Id, name Text, role Text, scopes Text, created_at Time,
        expires_at Time, revoked_at Time } " ORDER BY id";
    ALL_OWNERS "portal_owners" key 1 { one Number, active Number, set_up_at Time } " ORDER BY one";
    ALL_USERS "users" key 2 { tenant_id Id, id Id, email Text, email_key Text, name Text, role Text, status Text, version Number,
        created_at Time, updated_at Time, joined_at Time, last_login_at Time, erased_at Time } " ORDER BY tenant_id, id";
    ALL_FACTORS "user_factors" key 3 { tenant_id Id, user_id Id, id Id, kind Text, label Text, created_at Time, removed_at Time }
        " ORDER BY tenant_id, user_id, id";
    ALL_SESSIONS "sessions" key 2 { tenant_id Id, id Id, user_id Id, status Text, ip Text, user_agent Text, created_at Time,
        expires_at Time, ended_at Time } " ORDER BY tenant_id, id";
    ALL_SETTINGS "config_settings" key 3 { tenant_id Id, project_id Id, name Text, value Text, updated_at Time }
        " ORDER BY tenant_id, project_id, name";
    ALL_CONFIG_VERSIONS "config_versions" key 2 { tenant_id Id, project_id Id, version Number, updated_at Time }
        " ORDER BY tenant_id, project_id";
    ALL_IDENTITY_PROVIDERS "identity_providers" key 1 { tenant_id Id, issuer Text, client_id Text, status Text, created_at Time,
        updated_at Time } " ORDER BY tenant_id";
    ALL_NOTIFICATION_CHOICES "notification_choices" key 3 { tenant_id Id, user_id Id, kind Text, status Text, updated_at Time }
        " ORDER BY tenant_id, user_id, kind";
    ALL_TOTALS "totals" key 3 { tenant_id Id, project_id Id, key Text, value Number }
        " WHERE value <> 0 ORDER BY tenant_id, project_id, key";
    ALL_DAILY_COUNTS "daily_counts" key 4 { tenant_id Id, project_id Id, day Number, key Text, value Number }
        " ORDER BY tenant_id, project_id, day, key";
    ALL_SPANS "log_spans" key 2 { level Number, idx Number, first_at Time, last_at Time } " ORDER BY level, idx";
    ALL_NODES "log_nodes" key 2 { level Number, idx Number, hash Bytes } " ORDER BY level, idx";
}

/// What comparing has found.
pub(super) struct Compared {
    pub(super) rows: u64,
    pub(super) differences: Vec<Difference>,
}

/// Compares every table of the snapshot with its replayed twin.
pub(super) async fn compare(snapshot: &mut Reads<'_>, replayed: &mut Replayed) -> Result<Compared> {
    let mut found = Differences::default();
    let mut rows = 0;
    let reader = replayed.db.read().await?;
    for table in TABLES {
        let stored = read(&mut snapshot.conn(), table).await?;
        let expected = read(&mut reader.conn(), table).await?;
        rows += stored.len() as u64;
        compare_rows(table, &stored, &expected, &mut found);
    }
    Ok(Compared { rows, differences: found.0 })
}

/// A value in one spelling for both engines; ordered as both engines order what it stands for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Cell {
    Null,
    Number(i64),
    Text(String),
    /// Not what its column holds: no replayed row has it.
    Unreadable,
}

impl std::fmt::Display for Cell {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Null => out.write_str("null"),
            Self::Number(number) => number.fmt(out),
            Self::Text(text) => text.fmt(out),
            Self::Unreadable => out.write_str("unreadable"),
        }
    }
}

type Cells = Vec<Cell>;

async fn read(conn: &mut Conn<'_>, table: &Table) -> Result<Vec<Cells>> {
    let cell = |row: &Row<'_>, (at, (_, kind)): (usize, &(&str, Kind))| cell(row, at, *kind);
    let read = |row: &Row<'_>| Ok(table.columns.iter().enumerate().map(|column| cell(row, column)).collect());
    Ok(conn.all(table.sql, vals![], read).await?)
}

fn cell(row: &Row<'_>, at: usize, kind: Kind) -> Cell {
    let cell = match kind {
        Kind::Id => row.get::<Option<Uuid>>(at).map(|id| id.map(|id| Cell::Text(id.to_string()))),
        Kind::Text => row.get::<Option<String>>(at).map(|text| text.map(Cell::Text)),
        Kind::Number => row.get::<Option<i64>>(at).map(|number| number.map(Cell::Number)),
        Kind::Time => row.get::<Option<Micros>>(at).map(|at| at.map(|at| Cell::Number(at.0))),
        Kind::Bytes => row.get::<Option<Vec<u8>>>(at).map(|bytes| bytes.map(|bytes| Cell::Text(hex(&bytes)))),
    };
    cell.map_or(Cell::Unreadable, |value| value.unwrap_or(Cell::Null))
}

/// Walks both lists, which are sorted by key, side by side.
fn compare_rows(table: &Table, stored: &[Cells], expected: &[Cells], found: &mut Differences) {
    let key = |row: &Cells| row.iter().take(table.key).cloned().collect::<Vec<_>>();
    let (mut stored, mut expected) = (stored.iter().peekable(), expected.iter().peekable());
    loop {
        let order = match (stored.peek(), expected.peek()) {
            (None, None) => return,
            (Some(_), None) => std::cmp::Ordering::Less,
            (None, Some(_)) => std::cmp::Ordering::Greater,
            (Some(a), Some(b)) => key(a).cmp(&key(b)),
        };
        match order {
            std::cmp::Ordering::Less => {
                let row = stored.next().map(key).unwrap_or_default();
                found.add(table.name, name(&row), "the log knows nothing of this row");
            }
            std::cmp::Ordering::Greater => {
                let row = expected.next().map(key).unwrap_or_default();
                found.add(table.name, name(&row), "the row is missing");
            }
            std::cmp::Ordering::Equal => {
                if let (Some(a), Some(b)) = (stored.next(), expected.next()) {
                    compare_columns(table, a, b, found);
                }
            }
        }
    }
}

fn compare_columns(table: &Table, stored: &Cells, expected: &Cells, found: &mut Differences) {
    for (((column, _), a), b) in table.columns.iter().zip(stored).zip(expected) {
        if a != b {
            let row: Vec<_> = stored.iter().take(table.key).cloned().collect();
            found.add(table.name, name(&row), format!("column {column} is not what the log says"));
        }
    }
}

fn name(key: &[Cell]) -> String {
    key.iter().map(ToString::to_string).collect::<Vec<_>>().join("/")
}
