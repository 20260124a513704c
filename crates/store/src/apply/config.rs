//! Events of the configuration → rows.

use daybook_model::{Timestamp, config::ConfigUpdated};

use super::user::tenant_key;
use crate::engine::{Write, statements, vals};

statements! {
    SET_CONFIG = "INSERT INTO config_settings (tenant_id, project_id, name, value, updated_at) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (tenant_id, project_id, name) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at";
}

pub(super) fn updated(event: &ConfigUpdated, at: Timestamp) -> Vec<Write> {
    let tenant = tenant_key(event.tenant.as_ref());
    let project = event.project.as_ref().map(|project| project.id.uuid()).unwrap_or_default();
    let set = |(name, change): (&String, &daybook_model::change::Change<Option<serde_json::Value>>)| {
        let value = change.after.as_ref().map(ToString::to_string);
        Write::one(&SET_CONFIG, vals![tenant, project, name, value, at])
    };
    event.changes.iter().map(set).collect()
}
