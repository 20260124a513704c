//! Events of sessions → rows.

use daybook_model::{
    SessionId, Timestamp,
    session::{SessionCreated, SessionEnded, SessionExpired, SessionStatus},
    sign_in::UserLogout,
    tenant::TenantRef,
};

use super::user::tenant_key;
use crate::{
    engine::{Write, statements, vals},
    values::known,
};

statements! {
    INSERT_SESSION = "INSERT INTO sessions (tenant_id, id, user_id, status, ip, user_agent, created_at, expires_at)
        VALUES ($1, $2, $3, 'active', $4, $5, $6, $7)";
    END_SESSION = "UPDATE sessions SET status = $1, ended_at = $2 WHERE tenant_id = $3 AND id = $4 AND status = 'active'";
    DROP_SESSION_SECRET = "DELETE FROM session_secrets WHERE tenant_id = $1 AND session_id = $2";
    DROP_SESSION_TELEMETRY = "DELETE FROM session_telemetry WHERE tenant_id = $1 AND session_id = $2";
}

pub(super) fn created(event: &SessionCreated, at: Timestamp) -> Vec<Write> {
    let tenant = tenant_key(event.tenant.as_ref());
    let (ip, user_agent) = (known(event.ip.as_ref()), known(event.user_agent.as_ref()));
    vec![Write::one(
        &INSERT_SESSION,
        vals![tenant, event.session.id, event.user.id, ip, user_agent, at, event.expires_at],
    )]
}

/// A session is left once: two who end it at once, or a node that ends what another has ended, cannot both win.
fn end(tenant: Option<&TenantRef>, id: SessionId, status: SessionStatus, at: Timestamp) -> Vec<Write> {
    let tenant = tenant_key(tenant);
    vec![
        Write::one(&END_SESSION, vals![status.as_str(), at, tenant, id]),
        Write::any(&DROP_SESSION_SECRET, vals![tenant, id]),
        Write::any(&DROP_SESSION_TELEMETRY, vals![tenant, id]),
    ]
}

pub(super) fn logged_out(event: &UserLogout, at: Timestamp) -> Vec<Write> {
    end(event.tenant.as_ref(), event.session.id, SessionStatus::Ended, at)
}

pub(super) fn ended(event: &SessionEnded, at: Timestamp) -> Vec<Write> {
    end(event.tenant.as_ref(), event.session.id, SessionStatus::Ended, at)
}

pub(super) fn expired(event: &SessionExpired, at: Timestamp) -> Vec<Write> {
    end(event.tenant.as_ref(), event.session.id, SessionStatus::Expired, at)
}
