//! API tokens.

pub(crate) mod create;
pub(crate) mod list;
pub(crate) mod revoke;

use daybook_model::api_token::ApiToken;
use daybook_portal::ApiTokenListing;
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
    /// Whose rights it has: `owner`, `admin`, `auditor`; within a tenant `tenant_admin`, `tenant_member`.
    #[schema(example = "auditor")]
    role: String,
    /// The actions that it is limited to; all that its role may do if null.
    #[schema(example = json!(["log:read"]))]
    scopes: Option<Vec<String>>,
    /// The tenant within which it acts; null for tokens of the platform.
    tenant_id: Option<String>,
    /// The user it belongs to.
    user_id: Option<String>,
    /// RFC 3339, UTC.
    created_at: String,
    /// When it ends by itself.
    expires_at: Option<String>,
    /// When it was revoked.
    revoked_at: Option<String>,
    /// When it was last used, to within a few seconds.
    last_used_at: Option<String>,
}

impl From<ApiToken> for ApiTokenView {
    fn from(token: ApiToken) -> Self {
        Self {
            id: token.id.to_string(),
            name: plain(token.name),
            role: token.role.to_string(),
            scopes: token.scopes.map(|scopes| scopes.iter().map(|action| action.to_string()).collect()),
            tenant_id: token.tenant.map(|id| id.to_string()),
            user_id: token.user.map(|id| id.to_string()),
            created_at: token.created_at.to_string(),
            expires_at: token.expires_at.map(|at| at.to_string()),
            revoked_at: token.revoked_at.map(|at| at.to_string()),
            last_used_at: None,
        }
    }
}

impl From<ApiTokenListing> for ApiTokenView {
    fn from(listing: ApiTokenListing) -> Self {
        let last_used_at = listing.last_used_at.map(|at| at.to_string());
        Self { last_used_at, ..listing.token.into() }
    }
}
