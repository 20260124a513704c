//! Questions about API tokens. Their hashes are in [`crate::secret`].

use daybook_model::{ApiTokenId, api_token::ApiToken};

use super::{Cursor, Locks, Page, Reads, query::Query};
use crate::{
    Result,
    engine::{Row, Sql, Val, statements, vals},
    values::{digest, parse, personal},
};

macro_rules! columns {
    () => {
        "a.id, a.name, a.role, a.created_at, a.expires_at, a.revoked_at"
    };
}

statements! {
    API_TOKEN_WITH_HASH = concat!("SELECT ", columns!(), ", s.hash FROM api_tokens a JOIN api_token_secrets s ON s.id = a.id
        WHERE a.id = $1");
    LOCK_API_TOKEN = concat!("SELECT ", columns!(), " FROM api_tokens a WHERE a.id = $1"), lock "FOR NO KEY UPDATE";
    ANY_API_TOKEN = "SELECT 1 FROM api_tokens LIMIT 1";
}

/// An API token and the hash of its secret.
#[derive(Clone)]
pub struct ApiTokenRow {
    /// The token.
    pub token: ApiToken,
    /// SHA-256 of its secret.
    pub hash: [u8; 32],
}

fn api_token(row: &Row<'_>) -> crate::engine::Result<ApiToken> {
    Ok(ApiToken {
        id: row.get(0)?,
        name: personal(row, 1)?,
        role: parse(row, 2)?,
        created_at: row.get(3)?,
        expires_at: row.get(4)?,
        revoked_at: row.get(5)?,
    })
}

/// The list's statement and values.
pub(crate) fn list(after: Option<&Cursor>, limit: i64) -> (Sql, Vec<Val>) {
    Query::new("LIST_API_TOKENS", concat!("SELECT ", columns!(), " FROM api_tokens a WHERE 1 = 1"))
        .and_opt("a.id < ?", after.map(|cursor| cursor.id))
        .then("ORDER BY a.id DESC LIMIT ?", limit + 1)
        .finish()
}

impl Reads<'_> {
    /// The token with this id and the hash of its secret.
    pub async fn api_token(&mut self, id: ApiTokenId) -> Result<Option<ApiTokenRow>> {
        let read = |row: &Row<'_>| Ok(ApiTokenRow { token: api_token(row)?, hash: digest(row, 6)? });
        Ok(self.conn().opt(&API_TOKEN_WITH_HASH, vals![id], read).await?)
    }

    /// A page of tokens, latest first, revoked ones included.
    pub async fn api_tokens(&mut self, after: Option<&Cursor>, limit: u32) -> Result<Page<ApiToken>> {
        let (sql, values) = list(after, i64::from(limit));
        let rows = self.conn().all(&sql, values, api_token).await?;
        Ok(Page::cut(rows, limit as usize, |token| Cursor { key: None, id: token.id.uuid() }))
    }

    /// Whether there ever was a token: if not, nobody can have signed in yet.
    pub async fn has_api_tokens(&mut self) -> Result<bool> {
        Ok(self.conn().opt(&ANY_API_TOKEN, vals![], |row| row.get::<i64>(0)).await?.is_some())
    }
}

impl Locks<'_> {
    /// The token with this id.
    pub async fn api_token(&mut self, id: ApiTokenId) -> Result<Option<ApiToken>> {
        Ok(self.conn().opt(&LOCK_API_TOKEN, vals![id], api_token).await?)
    }
}
