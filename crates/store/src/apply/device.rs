//! Events of devices → rows.

use daybook_model::{
    Month, Personal, ProjectId, Timestamp,
    device::{DeviceEnrolled, DeviceRevoked, DeviceTokenRotated},
};

use crate::{
    engine::{Write, statements, vals},
    values::known,
};

statements! {
    INSERT_DEVICE = "INSERT INTO devices (tenant_id, id, project_id, code_id, fingerprint, label, platform, status, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, 'active', $8)";
    // The months of a tenant never go back: a node whose clock is behind counts for the month that has begun.
    TAKE_DEVICE_PLACE = "UPDATE tenants SET active_devices = active_devices + 1,
        enrolled_in_month = CASE WHEN enrolled_month >= $1 THEN enrolled_in_month + 1 ELSE 1 END,
        enrolled_month = CASE WHEN enrolled_month >= $1 THEN enrolled_month ELSE $1 END
        WHERE id = $2 AND status = 'active' AND subscription NOT IN ('suspended', 'canceled')
        AND (COALESCE(own_device_limit, plan_device_limit) IS NULL OR active_devices < COALESCE(own_device_limit, plan_device_limit))
        AND (plan_activation_quota IS NULL
            OR CASE WHEN enrolled_month >= $1 THEN enrolled_in_month ELSE 0 END < plan_activation_quota)";
    COUNT_ACTIVATION = "INSERT INTO activation_months (tenant_id, month, project_id, activations)
        SELECT t.id, t.enrolled_month, $1, 1 FROM tenants t WHERE t.id = $2
        ON CONFLICT (tenant_id, month, project_id) DO UPDATE SET activations = activation_months.activations + 1";
    REVOKE_DEVICE = "UPDATE devices SET status = 'revoked', revoked_at = $1
        WHERE tenant_id = $2 AND id = $3 AND status = 'active' AND project_id IS NOT DISTINCT FROM $4";
    RELEASE_DEVICE_PLACE = "UPDATE tenants SET active_devices = active_devices - 1 WHERE id = $1 AND active_devices > 0";
}

pub(super) fn enrolled(event: &DeviceEnrolled, at: Timestamp) -> Vec<Write> {
    let project = event.project.as_ref().map(|project| project.id);
    vec![
        Write::one(&TAKE_DEVICE_PLACE, vals![Month::of(at).number(), event.tenant.id]),
        Write::one(
            &COUNT_ACTIVATION,
            vals![project.map(ProjectId::uuid).unwrap_or_default(), event.tenant.id],
        ),
        Write::one(
            &INSERT_DEVICE,
            vals![
                event.tenant.id,
                event.device.id,
                project,
                event.code.id,
                Personal::known(&event.fingerprint).map(String::as_str),
                known(event.device.label.as_ref()),
                event.platform.as_deref(),
                at,
            ],
        ),
    ]
}

/// The tokens themselves are secrets and live beside the state; the state does not change.
pub(super) fn token_rotated(_: &DeviceTokenRotated) -> Vec<Write> {
    vec![]
}

pub(super) fn revoked(event: &DeviceRevoked, at: Timestamp) -> Vec<Write> {
    vec![
        Write::one(
            &REVOKE_DEVICE,
            vals![at, event.tenant.id, event.device.id, event.project.as_ref().map(|project| project.id)],
        ),
        Write::one(&RELEASE_DEVICE_PLACE, vals![event.tenant.id]),
    ]
}
