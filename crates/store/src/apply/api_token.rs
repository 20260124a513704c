//! Events of API tokens → rows.

use daybook_model::{
    Timestamp,
    api_token::{ApiTokenCreated, ApiTokenRevoked},
};

use super::user::tenant_key;
use crate::{
    engine::{Write, statements, vals},
    values::known,
};

statements! {
    INSERT_API_TOKEN = "INSERT INTO api_tokens (id, tenant_id, user_id, name, role, scopes, created_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    REVOKE_API_TOKEN = "UPDATE api_tokens SET revoked_at = $1 WHERE id = $2 AND revoked_at IS NULL";
}

pub(super) fn created(event: &ApiTokenCreated, at: Timestamp) -> Vec<Write> {
    let token = &event.api_token;
    let values = vals![
        token.id,
        tenant_key(event.tenant.as_ref()),
        event.user.as_ref().map(|user| user.id),
        known(token.name.as_ref()),
        event.role.as_str(),
        event.scopes.as_ref().map(ToString::to_string),
        at,
        event.expires_at,
    ];
    vec![Write::one(&INSERT_API_TOKEN, values)]
}

pub(super) fn revoked(event: &ApiTokenRevoked, at: Timestamp) -> Vec<Write> {
    vec![Write::one(&REVOKE_API_TOKEN, vals![at, event.api_token.id])]
}
