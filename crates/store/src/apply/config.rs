//! Events of the configuration → rows.

use daybook_model::{
    ProjectId, TenantId, Timestamp,
    config::{ConfigUpdated, SettingValue},
};
use uuid::Uuid;

use super::user::tenant_key;
use crate::engine::{Write, statements, vals};

statements! {
    BEGIN_CONFIG = "INSERT INTO config_versions (tenant_id, project_id, version, updated_at) VALUES ($1, $2, 1, $3)";
    NEXT_CONFIG = "UPDATE config_versions SET version = version + 1, updated_at = $1
        WHERE tenant_id = $2 AND project_id = $3 AND version = $4";
    SET_CONFIG = "INSERT INTO config_settings (tenant_id, project_id, name, value, updated_at) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (tenant_id, project_id, name) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at";
    UNSET_CONFIG = "DELETE FROM config_settings WHERE tenant_id = $1 AND project_id = $2 AND name = $3";
    DROP_PROJECT_SETTINGS = "DELETE FROM config_settings WHERE tenant_id = $1 AND project_id = $2";
    DROP_PROJECT_VERSION = "DELETE FROM config_versions WHERE tenant_id = $1 AND project_id = $2";
    DROP_TENANT_SETTINGS = "DELETE FROM config_settings WHERE tenant_id = $1";
    DROP_TENANT_VERSIONS = "DELETE FROM config_versions WHERE tenant_id = $1";
}

/// The JSON that a row has of a value; what is personal stays marked.
fn text(value: &SettingValue) -> String {
    // A value of the model is JSON already.
    serde_json::to_value(value).unwrap_or_default().to_string()
}

pub(super) fn updated(event: &ConfigUpdated, at: Timestamp) -> Vec<Write> {
    let tenant = tenant_key(event.tenant.as_ref());
    let project = event.project.as_ref().map(|project| project.id.uuid()).unwrap_or_default();
    let mut writes = vec![];
    match event.version {
        // The platform's row is always there.
        Some(1) if project != Uuid::nil() => {
            writes.push(Write::one(&BEGIN_CONFIG, vals![tenant, project, at]));
        }
        Some(version) => writes.push(Write::one(&NEXT_CONFIG, vals![at, tenant, project, version - 1])),
        // Of before there were versions.
        None => {}
    }
    for (name, change) in &event.changes {
        writes.push(match &change.after {
            Some(value) => Write::one(&SET_CONFIG, vals![tenant, project, name, text(value), at]),
            None => Write::one(&UNSET_CONFIG, vals![tenant, project, name]),
        });
    }
    writes
}

/// What is configured for a project goes with it.
pub(super) fn project_deleted(tenant: TenantId, project: ProjectId) -> [Write; 2] {
    [&DROP_PROJECT_SETTINGS, &DROP_PROJECT_VERSION].map(|sql| Write::any(sql, vals![tenant, project]))
}

/// What is configured for the projects of a tenant goes with it.
pub(super) fn tenant_deleted(tenant: TenantId) -> [Write; 2] {
    [&DROP_TENANT_SETTINGS, &DROP_TENANT_VERSIONS].map(|sql| Write::any(sql, vals![tenant]))
}
