//! Events of devices → rows.

use daybook_model::{
    Personal, Timestamp,
    device::{DeviceEnrolled, DeviceRevoked, DeviceTokenRotated},
};

use crate::{
    engine::{Write, statements, vals},
    values::known,
};

statements! {
    INSERT_DEVICE = "INSERT INTO devices (tenant_id, id, project_id, code_id, fingerprint, label, platform, status, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, 'active', $8)";
    TAKE_DEVICE_PLACE = "UPDATE tenants SET active_devices = active_devices + 1
        WHERE id = $1 AND status = 'active' AND active_devices < device_limit";
    REVOKE_DEVICE = "UPDATE devices SET status = 'revoked', revoked_at = $1
        WHERE tenant_id = $2 AND id = $3 AND status = 'active' AND project_id IS NOT DISTINCT FROM $4";
    RELEASE_DEVICE_PLACE = "UPDATE tenants SET active_devices = active_devices - 1 WHERE id = $1 AND active_devices > 0";
}

pub(super) fn enrolled(event: &DeviceEnrolled, at: Timestamp) -> Vec<Write> {
    vec![
        Write::one(&TAKE_DEVICE_PLACE, vals![event.tenant.id]),
        Write::one(
            &INSERT_DEVICE,
            vals![
                event.tenant.id,
                event.device.id,
                event.project.as_ref().map(|project| project.id),
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
