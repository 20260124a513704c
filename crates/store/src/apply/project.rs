//! Events of projects → rows.

use daybook_model::{
    Timestamp,
    project::{ProjectActivated, ProjectCreated, ProjectDeleted, ProjectUpdated},
};

use super::config;
use crate::{
    engine::{Write, statements, vals},
    values::known,
};

statements! {
    INSERT_PROJECT = "INSERT INTO projects (tenant_id, id, name, client_name, description, priority, status, created_at, updated_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)";
    TAKE_PROJECT_PLACE = "UPDATE tenants SET live_projects = live_projects + 1 WHERE id = $1 AND status <> 'deleted'
        AND subscription NOT IN ('suspended', 'canceled') AND (plan_project_limit IS NULL OR live_projects < plan_project_limit)";
    TOUCH_PROJECT = "UPDATE projects SET version = version + 1, updated_at = $1
        WHERE tenant_id = $2 AND id = $3 AND version = $4 AND status <> 'deleted'";
    SET_PROJECT_NAME = "UPDATE projects SET name = $1 WHERE tenant_id = $2 AND id = $3";
    SET_PROJECT_CLIENT = "UPDATE projects SET client_name = $1 WHERE tenant_id = $2 AND id = $3";
    SET_PROJECT_DESCRIPTION = "UPDATE projects SET description = $1 WHERE tenant_id = $2 AND id = $3";
    SET_PROJECT_PRIORITY = "UPDATE projects SET priority = $1 WHERE tenant_id = $2 AND id = $3";
    SET_PROJECT_STATUS = "UPDATE projects SET status = $1 WHERE tenant_id = $2 AND id = $3 AND status = $4";
    ACTIVATE_PROJECT = "UPDATE projects SET activated_at = $1
        WHERE tenant_id = $2 AND id = $3 AND activated_at IS NULL AND status = 'active'";
    DELETE_PROJECT = "UPDATE projects SET status = 'deleted', deleted_at = $1, version = version + 1, updated_at = $1
        WHERE tenant_id = $2 AND id = $3 AND version = $4 AND status = $5";
    REVOKE_PROJECT_CODES = "UPDATE activation_codes SET status = 'revoked', revoked_at = $1
        WHERE tenant_id = $2 AND project_id = $3 AND status = 'active'";
    REVOKE_PROJECT_DEVICES = "UPDATE devices SET status = 'revoked', revoked_at = $1
        WHERE tenant_id = $2 AND project_id = $3 AND status = 'active'";
    RELEASE_PLACES = "UPDATE tenants SET active_devices = active_devices - $1, live_projects = live_projects - 1
        WHERE id = $2 AND active_devices >= $1 AND live_projects > 0";
}

pub(super) fn created(event: &ProjectCreated, at: Timestamp) -> Vec<Write> {
    let project = vals![
        event.tenant.id,
        event.project.id,
        &event.project.name,
        known(event.client_name.as_ref()),
        known(event.description.as_ref()),
        event.priority.as_str(),
        event.status.as_str(),
        at,
    ];
    vec![Write::one(&INSERT_PROJECT, project), Write::one(&TAKE_PROJECT_PLACE, vals![event.tenant.id])]
}

pub(super) fn updated(event: &ProjectUpdated, at: Timestamp) -> Vec<Write> {
    let (tenant, id, changes) = (event.tenant.id, event.project.id, &event.changes);
    let mut writes = vec![Write::one(&TOUCH_PROJECT, vals![at, tenant, id, event.version - 1])];
    if let Some(name) = &changes.name {
        writes.push(Write::one(&SET_PROJECT_NAME, vals![&name.after, tenant, id]));
    }
    for (change, sql) in
        [(&changes.client_name, &SET_PROJECT_CLIENT), (&changes.description, &SET_PROJECT_DESCRIPTION)]
    {
        if let Some(change) = change {
            writes.push(Write::one(sql, vals![known(change.after.as_ref()), tenant, id]));
        }
    }
    if let Some(priority) = &changes.priority {
        writes.push(Write::one(&SET_PROJECT_PRIORITY, vals![priority.after.as_str(), tenant, id]));
    }
    if let Some(status) = &changes.status {
        let values = vals![status.after.as_str(), tenant, id, status.before.as_str()];
        writes.push(Write::one(&SET_PROJECT_STATUS, values));
    }
    writes
}

pub(super) fn activated(event: &ProjectActivated, at: Timestamp) -> Vec<Write> {
    vec![Write::one(&ACTIVATE_PROJECT, vals![at, event.tenant.id, event.project.id])]
}

pub(super) fn deleted(event: &ProjectDeleted, at: Timestamp) -> Vec<Write> {
    let (tenant, id, closed) = (event.tenant.id, event.project.id, event.closed);
    let rows = |count: i64| u64::try_from(count).unwrap_or_default();
    let mut writes = vec![
        Write::one(&DELETE_PROJECT, vals![at, tenant, id, event.version - 1, event.was.as_str()]),
        Write::rows(&REVOKE_PROJECT_CODES, vals![at, tenant, id], rows(closed.codes_active)),
        Write::rows(&REVOKE_PROJECT_DEVICES, vals![at, tenant, id], rows(closed.devices_active)),
        Write::one(&RELEASE_PLACES, vals![closed.devices_active, tenant]),
    ];
    writes.extend(config::project_deleted(tenant, id));
    writes
}
