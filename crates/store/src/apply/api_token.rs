//! Events of API tokens → rows.

use daybook_model::{
    Timestamp,
    api_token::{ApiTokenCreated, ApiTokenRevoked},
};

use crate::{
    engine::{Write, statements, vals},
    values::known,
};

statements! {
    INSERT_API_TOKEN = "INSERT INTO api_tokens (id, name, role, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)";
    REVOKE_API_TOKEN = "UPDATE api_tokens SET revoked_at = $1 WHERE id = $2 AND revoked_at IS NULL";
}

pub(super) fn created(event: &ApiTokenCreated, at: Timestamp) -> Vec<Write> {
    let token = &event.api_token;
    let values = vals![token.id, known(token.name.as_ref()), event.role.as_str(), at, event.expires_at];
    vec![Write::one(&INSERT_API_TOKEN, values)]
}

pub(super) fn revoked(event: &ApiTokenRevoked, at: Timestamp) -> Vec<Write> {
    vec![Write::one(&REVOKE_API_TOKEN, vals![at, event.api_token.id])]
}
