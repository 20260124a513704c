//! Events of plans → rows: the plan's own, and what its tenants may have, which stands in their rows.

use daybook_model::{
    Timestamp,
    plan::{PlanCreated, PlanDeleted, PlanUpdated, UsageQuotas},
};

use crate::engine::{Write, statements, vals};

statements! {
    INSERT_PLAN = "INSERT INTO plans (name, title, device_limit, project_limit, activation_quota, usage_quotas, created_at, updated_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $7)";
    TOUCH_PLAN = "UPDATE plans SET version = version + 1, updated_at = $1 WHERE name = $2 AND version = $3";
    SET_PLAN_TITLE = "UPDATE plans SET title = $1 WHERE name = $2";
    SET_PLAN_DEVICE_LIMIT = "UPDATE plans SET device_limit = $1 WHERE name = $2";
    SET_PLAN_PROJECT_LIMIT = "UPDATE plans SET project_limit = $1 WHERE name = $2";
    SET_PLAN_ACTIVATION_QUOTA = "UPDATE plans SET activation_quota = $1 WHERE name = $2";
    SET_PLAN_USAGE_QUOTAS = "UPDATE plans SET usage_quotas = $1 WHERE name = $2";
    DELETE_PLAN = "DELETE FROM plans WHERE name = $1 AND version = $2
        AND NOT EXISTS (SELECT 1 FROM tenants WHERE plan = $1 AND status <> 'deleted')";
    // Also where nothing that is copied changed: whoever has locked a tenant has the plan as it is.
    LIMIT_TENANTS = "UPDATE tenants SET plan_device_limit = (SELECT p.device_limit FROM plans p WHERE p.name = $1),
        plan_project_limit = (SELECT p.project_limit FROM plans p WHERE p.name = $1),
        plan_activation_quota = (SELECT p.activation_quota FROM plans p WHERE p.name = $1)
        WHERE plan = $1 AND status <> 'deleted'";
}

/// Quotas as they are stored: JSON, kinds in order.
fn quotas_text(quotas: &UsageQuotas) -> String {
    let quotas = quotas.iter().map(|(kind, quota)| (kind.clone(), (*quota).into()));
    serde_json::Value::Object(quotas.collect()).to_string()
}

pub(super) fn created(event: &PlanCreated, at: Timestamp) -> Vec<Write> {
    let PlanCreated { name, title, device_limit, project_limit, monthly_activation_quota, usage_quotas } =
        event;
    let values = vals![
        name,
        title,
        *device_limit,
        *project_limit,
        *monthly_activation_quota,
        quotas_text(usage_quotas),
        at,
    ];
    // Entries of earlier versions name plans that were names only: from now on theirs is this one.
    vec![Write::one(&INSERT_PLAN, values), Write::any(&LIMIT_TENANTS, vals![name])]
}

pub(super) fn updated(event: &PlanUpdated, at: Timestamp) -> Vec<Write> {
    let (name, changes) = (&event.name, &event.changes);
    let mut writes = vec![Write::one(&TOUCH_PLAN, vals![at, name, event.version - 1])];
    if let Some(title) = &changes.title {
        writes.push(Write::one(&SET_PLAN_TITLE, vals![&title.after, name]));
    }
    for (change, sql) in [
        (&changes.device_limit, &SET_PLAN_DEVICE_LIMIT),
        (&changes.project_limit, &SET_PLAN_PROJECT_LIMIT),
        (&changes.monthly_activation_quota, &SET_PLAN_ACTIVATION_QUOTA),
    ] {
        if let Some(change) = change {
            writes.push(Write::one(sql, vals![change.after, name]));
        }
    }
    if let Some(quotas) = &changes.usage_quotas {
        writes.push(Write::one(&SET_PLAN_USAGE_QUOTAS, vals![quotas_text(&quotas.after), name]));
    }
    writes.push(Write::any(&LIMIT_TENANTS, vals![name]));
    writes
}

pub(super) fn deleted(event: &PlanDeleted) -> Vec<Write> {
    vec![Write::one(&DELETE_PLAN, vals![&event.name, event.version])]
}
