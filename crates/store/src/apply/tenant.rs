//! Events of tenants → rows.

use daybook_model::{
    Timestamp,
    subscription::SubscriptionChanged,
    tenant::{TenantCreated, TenantDeleted, TenantResumed, TenantSuspended, TenantUpdated},
};

use super::config;
use crate::{
    engine::{Write, statements, vals},
    values::known,
};

statements! {
    INSERT_TENANT = "INSERT INTO tenants (id, slug, name, name_key, status, contact_email, domain, logo_url, primary_color, plan,
        own_device_limit, code_prefix, subscription, trial_ends_at, created_at, updated_at,
        plan_device_limit, plan_project_limit, plan_activation_quota)
        VALUES ($1, $2, $3, $4, 'active', $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14,
        (SELECT p.device_limit FROM plans p WHERE p.name = $9), (SELECT p.project_limit FROM plans p WHERE p.name = $9),
        (SELECT p.activation_quota FROM plans p WHERE p.name = $9))";
    TOUCH_TENANT = "UPDATE tenants SET version = version + 1, updated_at = $1
        WHERE id = $2 AND version = $3 AND status <> 'deleted'";
    SET_TENANT_NAME = "UPDATE tenants SET name = $1, name_key = $2 WHERE id = $3";
    SET_TENANT_EMAIL = "UPDATE tenants SET contact_email = $1 WHERE id = $2";
    SET_TENANT_DOMAIN = "UPDATE tenants SET domain = $1 WHERE id = $2";
    SET_TENANT_LOGO = "UPDATE tenants SET logo_url = $1 WHERE id = $2";
    SET_TENANT_COLOR = "UPDATE tenants SET primary_color = $1 WHERE id = $2";
    SET_TENANT_PLAN = "UPDATE tenants SET plan = $1, plan_device_limit = (SELECT p.device_limit FROM plans p WHERE p.name = $1),
        plan_project_limit = (SELECT p.project_limit FROM plans p WHERE p.name = $1),
        plan_activation_quota = (SELECT p.activation_quota FROM plans p WHERE p.name = $1)
        WHERE id = $2 AND plan = $3";
    SET_TENANT_DEVICE_LIMIT = "UPDATE tenants SET own_device_limit = $1 WHERE id = $2";
    SUBSCRIBE_TENANT = "UPDATE tenants SET subscription = $1, trial_ends_at = $2, version = version + 1, updated_at = $3
        WHERE id = $4 AND version = $5 AND subscription = $6 AND status <> 'deleted'";
    SET_TENANT_SELF_SERVICE_CODES = "UPDATE tenants SET self_service_codes = $1 WHERE id = $2";
    SET_TENANT_CODE_PREFIX = "UPDATE tenants SET code_prefix = $1 WHERE id = $2";
    SUSPEND_TENANT = "UPDATE tenants SET status = 'suspended', suspended_at = $1, version = version + 1, updated_at = $1
        WHERE id = $2 AND version = $3 AND status = 'active'";
    RESUME_TENANT = "UPDATE tenants SET status = 'active', suspended_at = NULL, version = version + 1, updated_at = $1
        WHERE id = $2 AND version = $3 AND status = 'suspended'";
    DELETE_TENANT = "UPDATE tenants SET status = 'deleted', deleted_at = $1, suspended_at = NULL, active_devices = 0,
        live_projects = 0, version = version + 1, updated_at = $1
        WHERE id = $2 AND version = $3 AND status = $4 AND status <> 'deleted' AND plan = $5 AND active_devices = $6
        AND live_projects = $7 AND subscription = $8";
    DELETE_TENANT_PROJECTS = "UPDATE projects SET status = 'deleted', deleted_at = $1, version = version + 1, updated_at = $1
        WHERE tenant_id = $2 AND status = $3";
    REVOKE_TENANT_CODES = "UPDATE activation_codes SET status = 'revoked', revoked_at = $1
        WHERE tenant_id = $2 AND status = 'active'";
    REVOKE_TENANT_DEVICES = "UPDATE devices SET status = 'revoked', revoked_at = $1
        WHERE tenant_id = $2 AND status = 'active'";
    END_TENANT_SESSIONS = "UPDATE sessions SET status = 'ended', ended_at = $1 WHERE tenant_id = $2 AND status = 'active'";
    REMOVE_TENANT_USERS = "UPDATE users SET status = 'removed', version = version + 1, updated_at = $1
        WHERE tenant_id = $2 AND status = $3";
    DROP_TENANT_SESSION_SECRETS = "DELETE FROM session_secrets WHERE tenant_id = $1";
    DROP_TENANT_SESSION_TELEMETRY = "DELETE FROM session_telemetry WHERE tenant_id = $1";
    DROP_TENANT_PASSWORDS = "DELETE FROM user_passwords WHERE tenant_id = $1";
    DROP_TENANT_LINKS = "DELETE FROM user_links WHERE tenant_id = $1";
    DROP_TENANT_FACTOR_SECRETS = "DELETE FROM user_factor_secrets WHERE tenant_id = $1";
    DROP_TENANT_CHOICES = "DELETE FROM notification_choices WHERE tenant_id = $1";
    DROP_TENANT_NOTIFICATIONS = "DELETE FROM notifications WHERE tenant_id = $1 AND status <> 'sent'";
    DROP_TENANT_USAGE_REPORTS = "DELETE FROM usage_reports WHERE tenant_id = $1";
    DROP_TENANT_RECOVERY_CODES = "DELETE FROM user_recovery_codes WHERE tenant_id = $1";
}

pub(super) fn created(event: &TenantCreated, at: Timestamp) -> Vec<Write> {
    let tenant = &event.tenant;
    vec![Write::one(
        &INSERT_TENANT,
        vals![
            tenant.id,
            &tenant.slug,
            &tenant.name,
            tenant.name.to_lowercase(),
            known(event.contact_email.as_ref()),
            event.domain.as_deref(),
            event.logo_url.as_deref(),
            event.primary_color.as_deref(),
            &event.plan,
            event.device_limit,
            &event.code_prefix,
            event.subscription.unwrap_or_default().as_str(),
            event.trial_ends_at,
            at,
        ],
    )]
}

pub(super) fn updated(event: &TenantUpdated, at: Timestamp) -> Vec<Write> {
    let (id, changes) = (event.tenant.id, &event.changes);
    let mut writes = vec![Write::one(&TOUCH_TENANT, vals![at, id, event.version - 1])];
    if let Some(name) = &changes.name {
        writes.push(Write::one(&SET_TENANT_NAME, vals![&name.after, name.after.to_lowercase(), id]));
    }
    if let Some(email) = &changes.contact_email {
        writes.push(Write::one(&SET_TENANT_EMAIL, vals![known(email.after.as_ref()), id]));
    }
    for (change, sql) in [
        (&changes.domain, &SET_TENANT_DOMAIN),
        (&changes.logo_url, &SET_TENANT_LOGO),
        (&changes.primary_color, &SET_TENANT_COLOR),
    ] {
        if let Some(change) = change {
            writes.push(Write::one(sql, vals![change.after.as_deref(), id]));
        }
    }
    if let Some(plan) = &changes.plan {
        writes.push(Write::one(&SET_TENANT_PLAN, vals![&plan.after, id, &plan.before]));
    }
    if let Some(limit) = &changes.device_limit {
        writes.push(Write::one(&SET_TENANT_DEVICE_LIMIT, vals![limit.after, id]));
    }
    if let Some(prefix) = &changes.code_prefix {
        writes.push(Write::one(&SET_TENANT_CODE_PREFIX, vals![&prefix.after, id]));
    }
    if let Some(allowed) = &changes.self_service_codes {
        writes.push(Write::one(&SET_TENANT_SELF_SERVICE_CODES, vals![allowed.after, id]));
    }
    writes
}

pub(super) fn suspended(event: &TenantSuspended, at: Timestamp) -> Vec<Write> {
    vec![Write::one(&SUSPEND_TENANT, vals![at, event.tenant.id, event.version - 1])]
}

pub(super) fn resumed(event: &TenantResumed, at: Timestamp) -> Vec<Write> {
    vec![Write::one(&RESUME_TENANT, vals![at, event.tenant.id, event.version - 1])]
}

pub(super) fn subscription_changed(event: &SubscriptionChanged, at: Timestamp) -> Vec<Write> {
    let SubscriptionChanged { tenant, version, before, after, trial_ends_at, .. } = event;
    let values = vals![after.as_str(), *trial_ends_at, at, tenant.id, version - 1, before.as_str()];
    vec![Write::one(&SUBSCRIBE_TENANT, values)]
}

pub(super) fn deleted(event: &TenantDeleted, at: Timestamp) -> Vec<Write> {
    let (id, closed) = (event.tenant.id, event.closed);
    let rows = |count: i64| u64::try_from(count).unwrap_or_default();
    let mut writes = vec![
        Write::one(
            &DELETE_TENANT,
            vals![
                at,
                id,
                event.version - 1,
                event.was.as_str(),
                &event.plan,
                closed.devices_active,
                closed.projects_active + closed.projects_inactive,
                event.subscription.unwrap_or_default().as_str(),
            ],
        ),
        Write::rows(&DELETE_TENANT_PROJECTS, vals![at, id, "active"], rows(closed.projects_active)),
        Write::rows(&DELETE_TENANT_PROJECTS, vals![at, id, "inactive"], rows(closed.projects_inactive)),
        Write::rows(&REVOKE_TENANT_CODES, vals![at, id], rows(closed.codes_active)),
        Write::rows(&REVOKE_TENANT_DEVICES, vals![at, id], rows(closed.devices_active)),
        Write::rows(&END_TENANT_SESSIONS, vals![at, id], rows(closed.sessions_active)),
        Write::rows(&REMOVE_TENANT_USERS, vals![at, id, "invited"], rows(closed.users_invited)),
        Write::rows(&REMOVE_TENANT_USERS, vals![at, id, "active"], rows(closed.users_active)),
        Write::rows(&REMOVE_TENANT_USERS, vals![at, id, "disabled"], rows(closed.users_disabled)),
    ];
    // Nothing proves any more that somebody is one of its people, they are told of nothing, and none of its devices reports anything again.
    for sql in [
        &DROP_TENANT_SESSION_SECRETS,
        &DROP_TENANT_SESSION_TELEMETRY,
        &DROP_TENANT_PASSWORDS,
        &DROP_TENANT_LINKS,
        &DROP_TENANT_FACTOR_SECRETS,
        &DROP_TENANT_RECOVERY_CODES,
        &DROP_TENANT_CHOICES,
        &DROP_TENANT_NOTIFICATIONS,
        &DROP_TENANT_USAGE_REPORTS,
    ] {
        writes.push(Write::any(sql, vals![id]));
    }
    writes.extend(config::tenant_deleted(id));
    writes
}
