//! Compares the tables that are folds of the log with their replayed twins, row by row.

use std::{cmp::Ordering, collections::VecDeque};

use uuid::Uuid;

use super::{Difference, Differences, replay::Replayed};
use crate::{
    Reads, Result,
    engine::{Conn, Micros, Row, Sql, Val, hex},
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
    /// How many columns make the key: the first ones.
    key: usize,
    columns: &'static [(&'static str, Kind)],
    /// Which of its rows follow from the log.
    only: &'static str,
}

impl Table {
    /// What reads the rows after a key, or the first ones.
    fn rows_after(&self, key: Option<Vec<Val>>) -> (Sql, Vec<Val>) {
        let names: Vec<&str> = self.columns.iter().map(|(name, _)| *name).collect();
        let by = names.iter().take(self.key).copied().collect::<Vec<_>>().join(", ");
        let places: Vec<String> = (1..=self.key).map(|place| format!("${place}")).collect();
        let mut values = key.unwrap_or_default();
        let after =
            if values.is_empty() { String::new() } else { format!(" AND ({by}) > ({})", places.join(", ")) };
        values.push(ROWS.into());
        let text = format!(
            "SELECT {} FROM {} WHERE {}{after} ORDER BY {by} LIMIT ${}",
            names.join(", "),
            self.name,
            self.only,
            values.len()
        );
        (Sql::dynamic("ROWS_TO_COMPARE", text), values)
    }
}

/// How many rows of a table are compared at a time; few in tests, which have few.
const ROWS: i64 = if cfg!(test) { 3 } else { 5_000 };

macro_rules! tables {
    ($($name:literal key $key:literal { $($column:ident $kind:ident),* $(,)? } $(only $only:literal)?;)*) => {
        static TABLES: &[Table] = &[$(Table {
            name: $name,
            key: $key,
            columns: &[$((stringify!($column), Kind::$kind)),*],
            only: concat!("TRUE" $(, " AND ", $only)?),
        }),*];
    };
}

tables! {
    "tenants" key 1 { id Id, slug Text, name Text, name_key Text, status Text, contact_email Text, domain Text,
        logo_url Text, primary_color Text, plan Text, own_device_limit Number, active_devices Number, code_prefix Text, version Number,
        plan_device_limit Number, plan_project_limit Number, plan_activation_quota Number, live_projects Number, enrolled_month Number,
        enrolled_in_month Number, subscription Text, trial_ends_at Time,
        created_at Time, updated_at Time, suspended_at Time, deleted_at Time, self_service_codes Number };
    "plans" key 1 { name Text, title Text, device_limit Number, project_limit Number, activation_quota Number,
        usage_quotas Text, version Number, created_at Time, updated_at Time };
    "activation_months" key 3 { tenant_id Id, month Number, project_id Id, activations Number };
    "quota_notices" key 4 { tenant_id Id, month Number, kind Text, percent Number };
    "projects" key 2 { tenant_id Id, id Id, name Text, client_name Text, description Text, priority Text, status Text,
        activated_at Time, version Number, created_at Time, updated_at Time, deleted_at Time };
    "activation_codes" key 2 { tenant_id Id, id Id, project_id Id, batch_id Id, hint Text, label Text, status Text,
        max_uses Number, use_count Number, expires_at Time, created_at Time, revoked_at Time };
    "devices" key 2 { tenant_id Id, id Id, project_id Id, code_id Id, fingerprint Text, label Text, platform Text,
        status Text, created_at Time, revoked_at Time };
    "api_tokens" key 1 { id Id, tenant_id Id, user_id Id, name Text, role Text, scopes Text, created_at Time,
        expires_at Time, revoked_at Time };
    "portal_owners" key 1 { one Number, active Number, set_up_at Time };
    "users" key 2 { tenant_id Id, id Id, email Text, email_key Text, name Text, role Text, status Text, version Number,
        created_at Time, updated_at Time, joined_at Time, last_login_at Time, erased_at Time };
    "user_factors" key 3 { tenant_id Id, user_id Id, id Id, kind Text, label Text, created_at Time, removed_at Time };
    "sessions" key 2 { tenant_id Id, id Id, user_id Id, status Text, ip Text, user_agent Text, created_at Time,
        expires_at Time, ended_at Time };
    "config_settings" key 3 { tenant_id Id, project_id Id, name Text, value Text, updated_at Time };
    "config_versions" key 2 { tenant_id Id, project_id Id, version Number, updated_at Time };
    "identity_providers" key 1 { tenant_id Id, issuer Text, client_id Text, status Text, created_at Time,
        updated_at Time };
    "notification_choices" key 3 { tenant_id Id, user_id Id, kind Text, status Text, updated_at Time };
    "totals" key 3 { tenant_id Id, project_id Id, key Text, value Number } only "value <> 0";
    "daily_counts" key 4 { tenant_id Id, project_id Id, day Number, key Text, value Number };
    "log_spans" key 2 { level Number, idx Number, first_at Time, last_at Time };
    "log_nodes" key 2 { level Number, idx Number, hash Bytes };
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
        let stored = Rows::of(snapshot.conn(), table);
        let expected = Rows::of(reader.conn(), table);
        rows += compare_rows(table, stored, expected, &mut found).await?;
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

/// The rows of a table by their key, some at a time.
struct Rows<'c> {
    conn: Conn<'c>,
    table: &'static Table,
    ahead: VecDeque<Cells>,
    /// The key of the last row that was read.
    last: Option<Vec<Val>>,
    is_over: bool,
}

impl<'c> Rows<'c> {
    fn of(conn: Conn<'c>, table: &'static Table) -> Self {
        Self { conn, table, ahead: VecDeque::new(), last: None, is_over: false }
    }

    /// Sees to it that the next row is ahead, if there is one.
    async fn fill(&mut self) -> Result<()> {
        if !self.ahead.is_empty() || self.is_over {
            return Ok(());
        }
        let table = self.table;
        let (sql, values) = table.rows_after(self.last.take());
        let read = |row: &Row<'_>| {
            let column = |(at, (_, kind)): (usize, &(&str, Kind))| cell(row, at, *kind);
            let cells: Cells = table.columns.iter().enumerate().map(column).collect();
            let key = table.columns.iter().take(table.key).enumerate();
            let key = key.map(|(at, (_, kind))| value(row, at, *kind)).collect::<Option<Vec<Val>>>();
            Ok((cells, key))
        };
        let rows = self.conn.all(&sql, values, read).await?;
        self.is_over = rows.len() < usize::try_from(ROWS).unwrap_or_default();
        for (cells, key) in rows {
            self.ahead.push_back(cells);
            self.last = key;
        }
        // After a key that cannot be read nothing can be asked for.
        self.is_over |= self.last.is_none();
        Ok(())
    }
}

/// A column of a key as it is asked for; nothing if it cannot be read.
fn value(row: &Row<'_>, at: usize, kind: Kind) -> Option<Val> {
    match kind {
        Kind::Id => row.get::<Uuid>(at).ok().map(Into::into),
        Kind::Text => row.get::<String>(at).ok().map(Into::into),
        Kind::Number => row.get::<i64>(at).ok().map(Into::into),
        Kind::Time => row.get::<Micros>(at).ok().map(Into::into),
        Kind::Bytes => row.get::<Vec<u8>>(at).ok().map(Into::into),
    }
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

/// Walks both lists, which are sorted by key, side by side; answers how many rows are stored.
async fn compare_rows(
    table: &Table,
    mut stored: Rows<'_>,
    mut expected: Rows<'_>,
    found: &mut Differences,
) -> Result<u64> {
    let key = |row: &Cells| row.iter().take(table.key).cloned().collect::<Vec<_>>();
    let mut rows = 0;
    loop {
        stored.fill().await?;
        expected.fill().await?;
        let order = match (stored.ahead.front(), expected.ahead.front()) {
            (None, None) => return Ok(rows),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(a), Some(b)) => a.iter().take(table.key).cmp(b.iter().take(table.key)),
        };
        let next_stored = if order.is_le() { stored.ahead.pop_front() } else { None };
        let next_expected = if order.is_ge() { expected.ahead.pop_front() } else { None };
        rows += u64::from(next_stored.is_some());
        match (next_stored, next_expected) {
            (Some(a), Some(b)) => compare_columns(table, &a, &b, found),
            (Some(row), None) => found.add(table.name, name(&key(&row)), "the log knows nothing of this row"),
            (None, Some(row)) => found.add(table.name, name(&key(&row)), "the row is missing"),
            (None, None) => return Ok(rows),
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
