//! API tokens.

pub(crate) mod create;
pub(crate) mod list;
pub(crate) mod revoke;

use daybook_model::api_token::ApiToken;
use serde::Serialize;
use utoipa::ToSchema;

use crate::personal::plain;

/// An API token, without its secret.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ApiTokenView {
    /// Never changes.
    #[schema(example = "tok_01k9zq7m3be5v8d0nq2t6y4s1a")]
    id: String,
    /// What its owner calls it.
    name: Option<String>,
    /// `owner`, `admin` or `auditor`.
    #[schema(example = "auditor")]
    role: String,
    /// RFC 3339, UTC.
    created_at: String,
    /// When it ends by itself.
    expires_at: Option<String>,
    /// When it was revoked.
    revoked_at: Option<String>,
}

impl From<ApiToken> for ApiTokenView {
    fn from(token: ApiToken) -> Self {
        Self {
            id: token.id.to_string(),
            name: plain(token.name),
            role: token.role.to_string(),
            created_at: token.created_at.to_string(),
            expires_at: token.expires_at.map(|at| at.to_string()),
            revoked_at: token.revoked_at.map(|at| at.to_string()),
        }
    }
}
