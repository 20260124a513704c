//! Events of sign-in factors → rows.

use daybook_model::{
    Timestamp,
    factor::{FactorKind, UserFactorAdded, UserFactorRemoved},
};

use super::user::tenant_key;
use crate::{
    engine::{Write, statements, vals},
    values::known,
};

statements! {
    INSERT_FACTOR = "INSERT INTO user_factors (tenant_id, user_id, id, kind, label, created_at) VALUES ($1, $2, $3, $4, $5, $6)";
    REMOVE_FACTOR = "UPDATE user_factors SET removed_at = $1
        WHERE tenant_id = $2 AND user_id = $3 AND id = $4 AND kind = $5 AND removed_at IS NULL";
    DROP_CODES_OF_FACTOR = "DELETE FROM user_recovery_codes WHERE tenant_id = $1 AND user_id = $2";
    DROP_FACTOR_SECRET = "DELETE FROM user_factor_secrets WHERE tenant_id = $1 AND user_id = $2 AND factor_id = $3";
}

pub(super) fn added(event: &UserFactorAdded, at: Timestamp) -> Vec<Write> {
    let (tenant, factor) = (tenant_key(event.tenant.as_ref()), &event.factor);
    let label = known(factor.label.as_ref());
    vec![Write::one(&INSERT_FACTOR, vals![tenant, event.user.id, factor.id, factor.kind.as_str(), label, at])]
}

pub(super) fn removed(event: &UserFactorRemoved, at: Timestamp) -> Vec<Write> {
    let (tenant, factor) = (tenant_key(event.tenant.as_ref()), &event.factor);
    let mut writes = vec![
        Write::one(&REMOVE_FACTOR, vals![at, tenant, event.user.id, factor.id, factor.kind.as_str()]),
        Write::any(&DROP_FACTOR_SECRET, vals![tenant, event.user.id, factor.id]),
    ];
    // Recovery codes stand in for one-time codes: without these they would open nothing.
    if factor.kind == FactorKind::Totp {
        writes.push(Write::any(&DROP_CODES_OF_FACTOR, vals![tenant, event.user.id]));
    }
    writes
}
