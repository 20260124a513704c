//! Events of users → rows.

use daybook_model::{Timestamp, tenant::TenantRef, user::UserLogin};
use uuid::Uuid;

use crate::engine::{Write, statements, vals};

statements! {
    USER_SIGNED_IN = "UPDATE users SET last_login_at = $1 WHERE tenant_id = $2 AND id = $3";
}

/// People of the platform belong to no tenant: their rows have the nil id in its place.
pub(super) fn tenant_key(tenant: Option<&TenantRef>) -> Uuid {
    tenant.map(|tenant| tenant.id.uuid()).unwrap_or_default()
}

pub(super) fn login(event: &UserLogin, at: Timestamp) -> Vec<Write> {
    vec![Write::one(&USER_SIGNED_IN, vals![at, tenant_key(event.tenant.as_ref()), event.user.id])]
}
