//! Questions about activation codes.

use daybook_model::{
    CodeId, ProjectId, TenantId, Timestamp,
    code::{Code, CodeStatus},
};

use super::{
    Cursor, Locks, Page, Reads, TenantScope,
    query::{Owned, Query, prefix_end},
};
use crate::{
    Result,
    engine::{Row, Sql, Val, statements, vals},
    values::{parse, personal},
};

macro_rules! columns {
    () => {
        "c.tenant_id, c.id, c.project_id, c.hint, c.label, c.status, c.max_uses, c.use_count, c.expires_at, c.created_at, c.revoked_at"
    };
}

pub(crate) use columns as code_columns;

macro_rules! owners {
    () => {
        "JOIN tenants t ON t.id = c.tenant_id
        LEFT JOIN projects p ON p.tenant_id = c.tenant_id AND p.id = c.project_id"
    };
}
macro_rules! listing {
    ($condition:literal) => {
        concat!(
            "SELECT ",
            columns!(),
            ", t.slug, t.name, p.name FROM activation_codes c ",
            owners!(),
            " WHERE ",
            $condition
        )
    };
}

statements! {
    CODE_BY_ID = concat!("SELECT ", columns!(), " FROM activation_codes c WHERE c.id = $1");
    CODE_OF_TENANT = concat!("SELECT ", columns!(), " FROM activation_codes c WHERE c.tenant_id = $1 AND c.id = $2");
    CODE_LISTING_BY_ID = listing!("c.id = $1");
    CODE_LISTING_OF_TENANT = listing!("c.tenant_id = $1 AND c.id = $2");
    LOCK_CODE = concat!("SELECT ", columns!(), " FROM activation_codes c WHERE c.tenant_id = $1 AND c.id = $2"),
        lock "FOR NO KEY UPDATE";
    EXPIRING_CODES = "SELECT c.tenant_id, c.id FROM activation_codes c
        WHERE c.status = 'active' AND c.expires_at IS NOT NULL AND c.expires_at <= $1 ORDER BY c.expires_at, c.id LIMIT $2";
}

/// Which codes a list shows.
#[derive(Debug, Clone, Default)]
pub struct CodeFilter {
    /// Only those in this state.
    pub status: Option<CodeStatus>,
    /// Only those bound to this project.
    pub project: Option<ProjectId>,
    /// Only those with exactly this label.
    pub label: Option<String>,
    /// Only those whose last group is this, or whose label starts with it.
    pub search: Option<String>,
}

/// A code with the names of its tenant and project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeListing {
    /// The code.
    pub code: Code,
    /// Its tenant's slug.
    pub tenant_slug: String,
    /// Its tenant's name.
    pub tenant_name: String,
    /// Its project's name.
    pub project_name: Option<String>,
}

pub(crate) fn code(row: &Row<'_>) -> crate::engine::Result<Code> {
    Ok(Code {
        tenant: row.get(0)?,
        id: row.get(1)?,
        project: row.get(2)?,
        hint: row.get(3)?,
        label: personal(row, 4)?,
        status: parse(row, 5)?,
        max_uses: row.get(6)?,
        use_count: row.get(7)?,
        expires_at: row.get(8)?,
        created_at: row.get(9)?,
        revoked_at: row.get(10)?,
    })
}

fn listing(row: &Row<'_>) -> crate::engine::Result<CodeListing> {
    let (code, tenant_slug, tenant_name) = (code(row)?, row.get(11)?, row.get(12)?);
    Ok(CodeListing { code, tenant_slug, tenant_name, project_name: row.get(13)? })
}

/// The list's statement and values.
pub(crate) fn list(
    scope: TenantScope,
    filter: &CodeFilter,
    after: Option<&Cursor>,
    limit: i64,
) -> (Sql, Vec<Val>) {
    let start = concat!(
        "SELECT ",
        columns!(),
        ", t.slug, t.name, p.name FROM (SELECT k.tenant_id, k.id FROM activation_codes k WHERE 1 = 1"
    );
    let of = Owned {
        label: filter.label.as_deref(),
        project: filter.project,
        status: filter.status.map(CodeStatus::as_str),
    };
    let mut query = Query::new("LIST_CODES", start)
        .owned("activation_codes", scope, &of)
        .and_opt("k.id < ?", after.map(|cursor| cursor.id));
    if let Some(search) = &filter.search {
        query = query
            .then("AND k.id IN (SELECT id FROM activation_codes WHERE hint = ?", search.to_uppercase())
            .then("UNION SELECT id FROM activation_codes WHERE label >= ?", search.as_str())
            .then("AND label < ?)", prefix_end(search));
    }
    query
        .then("ORDER BY k.id DESC LIMIT ?", limit + 1)
        .text(concat!(
            ") w JOIN activation_codes c ON c.tenant_id = w.tenant_id AND c.id = w.id ",
            owners!(),
            " ORDER BY w.id DESC"
        ))
        .finish()
}

impl Reads<'_> {
    /// The code with this id, unless it belongs to somebody else than `scope`.
    pub async fn code(&mut self, scope: TenantScope, id: CodeId) -> Result<Option<Code>> {
        let mut conn = self.conn();
        Ok(match scope {
            TenantScope::All => conn.opt(&CODE_BY_ID, vals![id], code).await?,
            TenantScope::Of(tenant) => conn.opt(&CODE_OF_TENANT, vals![tenant, id], code).await?,
        })
    }

    /// The code with this id and the names of its tenant and project, unless it belongs to somebody else than `scope`.
    pub async fn code_listing(&mut self, scope: TenantScope, id: CodeId) -> Result<Option<CodeListing>> {
        let mut conn = self.conn();
        Ok(match scope {
            TenantScope::All => conn.opt(&CODE_LISTING_BY_ID, vals![id], listing).await?,
            TenantScope::Of(tenant) => conn.opt(&CODE_LISTING_OF_TENANT, vals![tenant, id], listing).await?,
        })
    }

    /// A page of codes, latest first.
    pub async fn codes(
        &mut self,
        scope: TenantScope,
        filter: &CodeFilter,
        after: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<CodeListing>> {
        let (sql, values) = list(scope, filter, after, i64::from(limit));
        let rows = self.conn().all(&sql, values, listing).await?;
        Ok(Page::cut(rows, limit as usize, |row| Cursor { key: None, id: row.code.id.uuid() }))
    }

    /// Active codes whose time is over, earliest first.
    pub async fn codes_to_expire(
        &mut self,
        scope: TenantScope,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<(TenantId, CodeId)>> {
        let read = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?));
        let found: Vec<(TenantId, CodeId)> =
            self.conn().all(&EXPIRING_CODES, vals![now, i64::from(limit)], read).await?;
        Ok(found.into_iter().filter(|(tenant, _)| scope.id().is_none_or(|id| id == tenant.uuid())).collect())
    }
}

impl Locks<'_> {
    /// This code of this tenant. Lock the tenant first.
    pub async fn code(&mut self, tenant: TenantId, id: CodeId) -> Result<Option<Code>> {
        Ok(self.conn().opt(&LOCK_CODE, vals![tenant, id], code).await?)
    }
}
