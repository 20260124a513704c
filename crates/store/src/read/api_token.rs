//! Questions about API tokens. Their hashes are in [`crate::secret`].

use daybook_model::{ApiTokenId, TenantId, Timestamp, UserId, api_token::ApiToken, tenant::TenantRef};

use super::{Cursor, Locks, Page, Reads, TenantScope, query::Query};
use crate::{
    Result,
    engine::{Row, Sql, Val, statements, vals},
    values::{digest, parse, parse_opt, personal},
};

macro_rules! columns {
    () => {
        "a.id, a.tenant_id, a.user_id, a.name, a.role, a.scopes, a.created_at, a.expires_at, a.revoked_at"
    };
}

statements! {
    API_TOKEN_WITH_HASH = concat!("SELECT ", columns!(), ", s.hash FROM api_tokens a JOIN api_token_secrets s ON s.id = a.id
        WHERE a.id = $1");
    API_TOKEN_OF_TENANT = "SELECT id FROM api_tokens WHERE id = $1 AND tenant_id = $2";
    LOCK_API_TOKEN = concat!("SELECT ", columns!(), " FROM api_tokens a WHERE a.id = $1"), lock "FOR NO KEY UPDATE";
    LOCK_API_TOKENS_OF_USER = concat!("SELECT ", columns!(), " FROM api_tokens a WHERE a.user_id = $1 AND a.revoked_at IS NULL
        ORDER BY a.id"), lock "FOR NO KEY UPDATE";
}

/// An API token and the hash of its secret.
#[derive(Clone)]
pub struct ApiTokenRow {
    /// The token.
    pub token: ApiToken,
    /// SHA-256 of its secret.
    pub hash: [u8; 32],
}

/// An API token with its tenant, and when it last opened something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiTokenListing {
    /// The token.
    pub token: ApiToken,
    /// Within which tenant it acts; none for tokens of the platform.
    pub tenant: Option<TenantRef>,
    /// When it was last used, as far as it is written: a second may pass until it is.
    pub last_used_at: Option<Timestamp>,
}

fn api_token(row: &Row<'_>) -> crate::engine::Result<ApiToken> {
    let tenant: TenantId = row.get(1)?;
    Ok(ApiToken {
        id: row.get(0)?,
        tenant: (!tenant.uuid().is_nil()).then_some(tenant),
        user: row.get(2)?,
        name: personal(row, 3)?,
        role: parse(row, 4)?,
        scopes: parse_opt(row, 5)?,
        created_at: row.get(6)?,
        expires_at: row.get(7)?,
        revoked_at: row.get(8)?,
    })
}

fn listing(row: &Row<'_>) -> crate::engine::Result<ApiTokenListing> {
    let token = api_token(row)?;
    let tenant = match token.tenant {
        Some(id) => Some(TenantRef { id, slug: row.get(10)?, name: row.get(11)? }),
        None => None,
    };
    Ok(ApiTokenListing { token, tenant, last_used_at: row.get(9)? })
}

/// The list's statement and values.
pub(crate) fn list(scope: TenantScope, after: Option<&Cursor>, limit: i64) -> (Sql, Vec<Val>) {
    // Looked up in each row that is shown: of a join PostgreSQL would read the whole of the other table.
    let start = concat!(
        "SELECT ",
        columns!(),
        ", (SELECT m.last_used_at FROM api_token_telemetry m WHERE m.token_id = a.id),
        (SELECT t.slug FROM tenants t WHERE t.id = a.tenant_id), (SELECT t.name FROM tenants t WHERE t.id = a.tenant_id)
        FROM api_tokens a WHERE 1 = 1"
    );
    Query::new("LIST_API_TOKENS", start)
        .and_opt("a.tenant_id = ?", scope.id())
        .and_opt("a.id < ?", after.map(|cursor| cursor.id))
        .then("ORDER BY a.id DESC LIMIT ?", limit + 1)
        .finish()
}

impl Reads<'_> {
    /// The token with this id and the hash of its secret.
    pub async fn api_token(&mut self, id: ApiTokenId) -> Result<Option<ApiTokenRow>> {
        let read = |row: &Row<'_>| Ok(ApiTokenRow { token: api_token(row)?, hash: digest(row, 9)? });
        Ok(self.conn().opt(&API_TOKEN_WITH_HASH, vals![id], read).await?)
    }

    /// Whether a token is of this tenant, revoked or not.
    pub async fn is_api_token_of(&mut self, tenant: TenantId, id: ApiTokenId) -> Result<bool> {
        let found =
            self.conn().opt(&API_TOKEN_OF_TENANT, vals![id, tenant], |row| row.get::<ApiTokenId>(0)).await?;
        Ok(found.is_some())
    }

    /// A page of tokens, latest first, revoked ones included.
    pub async fn api_tokens(
        &mut self,
        scope: TenantScope,
        after: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<ApiTokenListing>> {
        let (sql, values) = list(scope, after, i64::from(limit));
        let rows = self.conn().all(&sql, values, listing).await?;
        Ok(Page::cut(rows, limit as usize, |row| Cursor { key: None, id: row.token.id.uuid() }))
    }
}

impl Locks<'_> {
    /// The token with this id.
    pub async fn api_token(&mut self, id: ApiTokenId) -> Result<Option<ApiToken>> {
        Ok(self.conn().opt(&LOCK_API_TOKEN, vals![id], api_token).await?)
    }

    /// The tokens of a user that are not revoked. Lock the user first.
    pub async fn api_tokens_of(&mut self, user: UserId) -> Result<Vec<ApiToken>> {
        Ok(self.conn().all(&LOCK_API_TOKENS_OF_USER, vals![user], api_token).await?)
    }
}
