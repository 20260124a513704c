//! Events of sessions → rows.

use daybook_model::{
    Timestamp,
    session::{SessionCreated, SessionExpired},
    user::UserLogout,
};

use super::user::tenant_key;
use crate::engine::{Write, statements, vals};

statements! {
    INSERT_SESSION = "INSERT INTO sessions (tenant_id, id, user_id, status, created_at, expires_at)
        VALUES ($1, $2, $3, 'active', $4, $5)";
    END_SESSION = "UPDATE sessions SET status = $1, ended_at = $2 WHERE tenant_id = $3 AND id = $4 AND status = 'active'";
}

pub(super) fn created(event: &SessionCreated, at: Timestamp) -> Vec<Write> {
    let tenant = tenant_key(event.tenant.as_ref());
    vec![Write::one(&INSERT_SESSION, vals![tenant, event.session.id, event.user.id, at, event.expires_at])]
}

pub(super) fn ended(event: &UserLogout, at: Timestamp) -> Vec<Write> {
    let tenant = tenant_key(event.tenant.as_ref());
    vec![Write::one(&END_SESSION, vals!["ended", at, tenant, event.session.id])]
}

pub(super) fn expired(event: &SessionExpired, at: Timestamp) -> Vec<Write> {
    let tenant = tenant_key(event.tenant.as_ref());
    vec![Write::one(&END_SESSION, vals!["expired", at, tenant, event.session.id])]
}
