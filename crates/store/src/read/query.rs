//! Puts together the text of a list query from fixed pieces. Values travel as parameters only.

use daybook_model::ProjectId;
use uuid::Uuid;

use super::TenantScope;
use crate::engine::{Sql, Val};

/// Which rows of tenants a list shows.
pub(crate) struct Owned<'a> {
    /// Only those with exactly this label.
    pub(crate) label: Option<&'a str>,
    /// Only those of this project.
    pub(crate) project: Option<ProjectId>,
    /// Only those in this state.
    pub(crate) status: Option<&'static str>,
}

/// What must hold in a row besides its place in an index.
struct Lookup<'a> {
    table: &'a str,
    tenant: Option<Uuid>,
    project: Option<ProjectId>,
    status: Option<&'static str>,
}

/// A statement in the making.
pub(crate) struct Query {
    name: &'static str,
    text: String,
    values: Vec<Val>,
}

impl Query {
    /// Starts with a text that ends in a WHERE condition.
    pub(crate) fn new(name: &'static str, text: &str) -> Self {
        Self { name, text: text.to_owned(), values: vec![] }
    }

    /// Adds `AND condition`, in which `?` stands for the value.
    pub(crate) fn and(mut self, condition: &str, value: impl Into<Val>) -> Self {
        self.text.push_str(" AND ");
        self.push(condition, value.into());
        self
    }

    /// Adds `AND condition` if there is a value.
    pub(crate) fn and_opt(self, condition: &str, value: Option<impl Into<Val>>) -> Self {
        match value {
            Some(value) => self.and(condition, value),
            None => self,
        }
    }

    /// Adds to a search for the keys `k` of rows that belong to tenants which of them the list shows.
    ///
    /// A planner that guesses wrong reads a whole table for one page, and SQLite does not even count rows. So the index is chosen
    /// here: the narrowest condition is asked of `k` and answered from an index that ends in `id`; what else must hold is looked
    /// up in each row by its key.
    pub(crate) fn owned(self, table: &str, scope: TenantScope, of: &Owned<'_>) -> Self {
        let &Owned { label, project, status } = of;
        let row = Lookup { table, tenant: None, project: None, status: None };
        match (label, project) {
            (Some(label), _) => {
                self.and("k.label = ?", label).row(&Lookup { tenant: scope.id(), project, status, ..row })
            }
            (None, Some(project)) => match scope {
                TenantScope::Of(tenant) => self.and("k.tenant_id = ?", tenant),
                // The index of a project's rows begins with their tenant.
                TenantScope::All => {
                    self.and("k.tenant_id = (SELECT tenant_id FROM projects WHERE id = ? LIMIT 1)", project)
                }
            }
            .and("k.project_id = ?", project)
            .row(&Lookup { status, ..row }),
            (None, None) => self.and_opt("k.tenant_id = ?", scope.id()).and_opt("k.status = ?", status),
        }
    }

    /// Adds conditions that are looked up in the row of `k`. A comparison with one value, not EXISTS: PostgreSQL would make that
    /// a join and might begin it at the other end.
    fn row(self, lookup: &Lookup<'_>) -> Self {
        let &Lookup { table, tenant, project, status } = lookup;
        if tenant.is_none() && project.is_none() && status.is_none() {
            return self;
        }
        self.text(&format!("AND (SELECT 1 FROM {table} c WHERE c.tenant_id = k.tenant_id AND c.id = k.id"))
            .and_opt("c.tenant_id = ?", tenant)
            .and_opt("c.project_id = ?", project)
            .and_opt("c.status = ?", status)
            .text(") = 1")
    }

    /// Adds a text in which `?` stands for the value.
    pub(crate) fn then(mut self, text: &str, value: impl Into<Val>) -> Self {
        self.text.push(' ');
        self.push(text, value.into());
        self
    }

    /// Adds a text without a value.
    pub(crate) fn text(mut self, text: &str) -> Self {
        self.text.push(' ');
        self.text.push_str(text);
        self
    }

    fn push(&mut self, text: &str, value: Val) {
        self.values.push(value);
        let place = format!("${}", self.values.len());
        self.text.push_str(&text.replacen('?', &place, 1));
    }

    /// The statement and its values.
    pub(crate) fn finish(self) -> (Sql, Vec<Val>) {
        (Sql::dynamic(self.name, self.text), self.values)
    }
}

/// The first text after every text that starts with `prefix`, for `column >= prefix AND column < end`.
pub(crate) fn prefix_end(prefix: &str) -> String {
    format!("{prefix}\u{10ffff}")
}
