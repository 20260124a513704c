//! Events of activation codes → rows. Each state is left by exactly one conditional statement: two who race cannot both win, and
//! an event that takes from a total what the row never added to it is refused here, before it waits for its number.

use daybook_model::{
    Timestamp,
    activation::ActivationRefused,
    code::{CodeActivated, CodeAssigned, CodeExpired, CodeGenerated, CodeRevoked},
};

use crate::{
    engine::{Write, statements, vals},
    values::known,
};

statements! {
    INSERT_CODE = "INSERT INTO activation_codes (tenant_id, id, project_id, batch_id, hint, label, status, max_uses, expires_at,
        created_at)
        VALUES ($1, $2, $3, $4, $5, $6, 'active', $7, $8, $9)";
    ASSIGN_CODE = "UPDATE activation_codes SET project_id = $1
        WHERE tenant_id = $2 AND id = $3 AND project_id IS NULL AND status = $4 AND status = 'active'";
    CLAIM_USE = "UPDATE activation_codes SET use_count = $1, status = CASE WHEN $1 = max_uses THEN 'used' ELSE 'active' END
        WHERE tenant_id = $2 AND id = $3 AND status = 'active' AND use_count = $1 - 1 AND use_count < max_uses
        AND max_uses = $4 AND project_id IS NOT DISTINCT FROM $5";
    EXPIRE_CODE = "UPDATE activation_codes SET status = 'expired'
        WHERE tenant_id = $1 AND id = $2 AND status = 'active' AND expires_at = $3 AND project_id IS NOT DISTINCT FROM $4";
    REVOKE_CODE = "UPDATE activation_codes SET status = 'revoked', revoked_at = $1
        WHERE tenant_id = $2 AND id = $3 AND status = $4 AND status <> 'revoked' AND project_id IS NOT DISTINCT FROM $5
        AND (SELECT status FROM tenants WHERE id = $2) <> 'deleted'";
}

pub(super) fn generated(event: &CodeGenerated, at: Timestamp) -> Vec<Write> {
    vec![Write::one(
        &INSERT_CODE,
        vals![
            event.tenant.id,
            event.code.id,
            event.project.as_ref().map(|project| project.id),
            event.batch.id,
            &event.code.hint,
            known(event.label.as_ref()),
            event.max_uses,
            event.expires_at,
            at,
        ],
    )]
}

pub(super) fn assigned(event: &CodeAssigned) -> Vec<Write> {
    vec![Write::one(
        &ASSIGN_CODE,
        vals![event.project.id, event.tenant.id, event.code.id, event.status.as_str()],
    )]
}

pub(super) fn activated(event: &CodeActivated) -> Vec<Write> {
    let project = event.project.as_ref().map(|project| project.id);
    let values = vals![event.use_number, event.tenant.id, event.code.id, event.max_uses, project];
    vec![Write::one(&CLAIM_USE, values)]
}

pub(super) fn expired(event: &CodeExpired) -> Vec<Write> {
    let project = event.project.as_ref().map(|project| project.id);
    vec![Write::one(&EXPIRE_CODE, vals![event.tenant.id, event.code.id, event.expires_at, project])]
}

pub(super) fn revoked(event: &CodeRevoked, at: Timestamp) -> Vec<Write> {
    let project = event.project.as_ref().map(|project| project.id);
    vec![Write::one(&REVOKE_CODE, vals![at, event.tenant.id, event.code.id, event.was.as_str(), project])]
}

/// A refusal is a fact that changes no state: it lives in the log and its counts alone.
pub(super) fn activation_refused(_: &ActivationRefused) -> Vec<Write> {
    vec![]
}
