//! Events of users → rows. The number of owners who may sign in is kept beside them, so that the last one cannot be taken away, not
//! even by two requests at once.

use daybook_model::{
    Role, Timestamp, UserId,
    sign_in::UserLogin,
    tenant::TenantRef,
    user::{
        PersonErased, PortalSetUp, UserDisabled, UserEnabled, UserInvited, UserJoined, UserRef, UserRemoved,
        UserRoleChanged, UserStatus, UserUpdated, email_key,
    },
};
use uuid::Uuid;

use crate::{
    engine::{Write, statements, vals},
    values::known,
};

statements! {
    SET_UP_PORTAL = "UPDATE portal_owners SET active = 1, set_up_at = $1 WHERE one = 1 AND set_up_at IS NULL";
    ADD_OWNER = "UPDATE portal_owners SET active = active + 1, set_up_at = COALESCE(set_up_at, $1) WHERE one = 1";
    DROP_OWNER = "UPDATE portal_owners SET active = active - 1 WHERE one = 1 AND active > 1";
    INSERT_OWNER = "INSERT INTO users (tenant_id, id, email, email_key, name, role, status, created_at, updated_at, joined_at)
        VALUES ($1, $2, $3, $4, $5, 'owner', 'active', $6, $6, $6)";
    INSERT_USER = "INSERT INTO users (tenant_id, id, email, email_key, name, role, status, created_at, updated_at)
        VALUES ($1, $2, $3, $4, $5, $6, 'invited', $7, $7)";
    JOIN_USER = "UPDATE users SET status = 'active', name = $1, joined_at = $2, updated_at = $2, version = version + 1
        WHERE tenant_id = $3 AND id = $4 AND status = 'invited' AND version = $5 AND role = $6";
    TOUCH_USER = "UPDATE users SET updated_at = $1, version = version + 1
        WHERE tenant_id = $2 AND id = $3 AND status <> 'removed' AND version = $4";
    SET_USER_NAME = "UPDATE users SET name = $1 WHERE tenant_id = $2 AND id = $3";
    SET_USER_EMAIL = "UPDATE users SET email = $1, email_key = $2 WHERE tenant_id = $3 AND id = $4";
    SET_USER_ROLE = "UPDATE users SET role = $1, updated_at = $2, version = version + 1
        WHERE tenant_id = $3 AND id = $4 AND role = $5 AND status = $6 AND version = $7";
    SET_USER_STATUS = "UPDATE users SET status = $1, updated_at = $2, version = version + 1
        WHERE tenant_id = $3 AND id = $4 AND status = $5 AND role = $6 AND version = $7";
    USER_SIGNED_IN = "UPDATE users SET last_login_at = $1 WHERE tenant_id = $2 AND id = $3 AND status = 'active'";
    ERASE_USER = "UPDATE users SET email = NULL, email_key = NULL, name = NULL, erased_at = $1, updated_at = $1, version = version + 1
        WHERE tenant_id = $2 AND id = $3 AND status = 'removed' AND erased_at IS NULL AND version = $4";
    ERASE_FACTOR_LABELS = "UPDATE user_factors SET label = NULL WHERE tenant_id = $1 AND user_id = $2";
    ERASE_SESSION_SOURCES = "UPDATE sessions SET ip = NULL, user_agent = NULL WHERE tenant_id = $1 AND user_id = $2";
    ERASE_TOKEN_NAMES = "UPDATE api_tokens SET name = NULL WHERE user_id = $1 AND name IS NOT NULL";
    DROP_PASSWORD = "DELETE FROM user_passwords WHERE tenant_id = $1 AND user_id = $2";
    DROP_LINK = "DELETE FROM user_links WHERE tenant_id = $1 AND user_id = $2";
    DROP_FACTOR_SECRETS = "DELETE FROM user_factor_secrets WHERE tenant_id = $1 AND user_id = $2";
    DROP_CHOICES = "DELETE FROM notification_choices WHERE tenant_id = $1 AND user_id = $2";
    DROP_NOTIFICATIONS = "DELETE FROM notifications WHERE tenant_id = $1 AND user_id = $2";
    DROP_UNSENT_NOTIFICATIONS = "DELETE FROM notifications WHERE tenant_id = $1 AND user_id = $2 AND status <> 'sent'";
    DROP_RECOVERY_CODES = "DELETE FROM user_recovery_codes WHERE tenant_id = $1 AND user_id = $2";
}

/// People of the platform belong to no tenant: their rows have the nil id in its place.
pub(crate) fn tenant_key(tenant: Option<&TenantRef>) -> Uuid {
    tenant.map(|tenant| tenant.id.uuid()).unwrap_or_default()
}

pub(super) fn portal_set_up(event: &PortalSetUp, at: Timestamp) -> Vec<Write> {
    let email = event.email.known();
    let values = vals![
        Uuid::nil(),
        event.user.id,
        email.map(String::as_str),
        email.map(|email| email_key(email)),
        known(event.user.name.as_ref()),
        at,
    ];
    vec![Write::one(&SET_UP_PORTAL, vals![at]), Write::one(&INSERT_OWNER, values)]
}

pub(super) fn invited(event: &UserInvited, at: Timestamp) -> Vec<Write> {
    let email = event.email.known();
    let values = vals![
        tenant_key(event.tenant.as_ref()),
        event.user.id,
        email.map(String::as_str),
        email.map(|email| email_key(email)),
        known(event.user.name.as_ref()),
        event.role.as_str(),
        at,
    ];
    vec![Write::one(&INSERT_USER, values)]
}

pub(super) fn joined(event: &UserJoined, at: Timestamp) -> Vec<Write> {
    let tenant = tenant_key(event.tenant.as_ref());
    let name = known(event.user.name.as_ref());
    let mut writes = vec![Write::one(
        &JOIN_USER,
        vals![name, at, tenant, event.user.id, event.version - 1, event.role.as_str()],
    )];
    writes.extend((event.role == Role::Owner).then(|| Write::one(&ADD_OWNER, vals![at])));
    writes
}

pub(super) fn updated(event: &UserUpdated, at: Timestamp) -> Vec<Write> {
    let (tenant, id) = (tenant_key(event.tenant.as_ref()), event.user.id);
    let mut writes = vec![Write::one(&TOUCH_USER, vals![at, tenant, id, event.version - 1])];
    if let Some(name) = &event.changes.name {
        writes.push(Write::one(&SET_USER_NAME, vals![known(name.after.as_ref()), tenant, id]));
    }
    if let Some(email) = &event.changes.email {
        let email = known(email.after.as_ref());
        writes.push(Write::one(&SET_USER_EMAIL, vals![email, email.map(email_key), tenant, id]));
        // The link went to the old address.
        writes.push(Write::any(&DROP_LINK, vals![tenant, id]));
    }
    writes
}

pub(super) fn role_changed(event: &UserRoleChanged, at: Timestamp) -> Vec<Write> {
    let (before, after) = (event.role.before, event.role.after);
    let tenant = tenant_key(event.tenant.as_ref());
    let mut writes = vec![Write::one(
        &SET_USER_ROLE,
        vals![
            after.as_str(),
            at,
            tenant,
            event.user.id,
            before.as_str(),
            event.status.as_str(),
            event.version - 1
        ],
    )];
    if event.status == UserStatus::Active {
        writes.extend((before == Role::Owner).then(|| Write::one(&DROP_OWNER, vals![])));
        writes.extend((after == Role::Owner).then(|| Write::one(&ADD_OWNER, vals![at])));
    }
    writes
}

/// The change from one status to another, with what it means for the owners.
fn change_status(
    who: (Option<&TenantRef>, &UserRef, Role),
    (before, after): (UserStatus, UserStatus),
    version: i64,
    at: Timestamp,
) -> Vec<Write> {
    let (tenant, user, role) = who;
    let mut writes = vec![Write::one(
        &SET_USER_STATUS,
        vals![after.as_str(), at, tenant_key(tenant), user.id, before.as_str(), role.as_str(), version - 1],
    )];
    if role == Role::Owner {
        writes.extend((before == UserStatus::Active).then(|| Write::one(&DROP_OWNER, vals![])));
        writes.extend((after == UserStatus::Active).then(|| Write::one(&ADD_OWNER, vals![at])));
    }
    writes
}

pub(super) fn disabled(event: &UserDisabled, at: Timestamp) -> Vec<Write> {
    let who = (event.tenant.as_ref(), &event.user, event.role);
    let mut writes = change_status(who, (UserStatus::Active, UserStatus::Disabled), event.version, at);
    // Whoever has a link does not come back with it once the user is enabled.
    for sql in [&DROP_LINK, &DROP_UNSENT_NOTIFICATIONS] {
        writes.push(Write::any(sql, vals![tenant_key(event.tenant.as_ref()), event.user.id]));
    }
    writes
}

pub(super) fn enabled(event: &UserEnabled, at: Timestamp) -> Vec<Write> {
    let who = (event.tenant.as_ref(), &event.user, event.role);
    change_status(who, (UserStatus::Disabled, UserStatus::Active), event.version, at)
}

pub(super) fn removed(event: &UserRemoved, at: Timestamp) -> Vec<Write> {
    let who = (event.tenant.as_ref(), &event.user, event.role);
    let mut writes = change_status(who, (event.was, UserStatus::Removed), event.version, at);
    let tenant = tenant_key(event.tenant.as_ref());
    // Nothing proves any more that somebody is them.
    for sql in [
        &DROP_PASSWORD,
        &DROP_LINK,
        &DROP_FACTOR_SECRETS,
        &DROP_RECOVERY_CODES,
        // And they are told of nothing.
        &DROP_UNSENT_NOTIFICATIONS,
        &DROP_CHOICES,
    ] {
        writes.push(Write::any(sql, vals![tenant, event.user.id]));
    }
    writes
}

pub(super) fn erased(event: &PersonErased, at: Timestamp) -> Vec<Write> {
    let (tenant, id) = (tenant_key(event.tenant.as_ref()), event.user.id);
    vec![
        Write::one(&ERASE_USER, vals![at, tenant, id, event.version - 1]),
        Write::any(&ERASE_FACTOR_LABELS, vals![tenant, id]),
        Write::any(&ERASE_SESSION_SOURCES, vals![tenant, id]),
        Write::any(&DROP_NOTIFICATIONS, vals![tenant, id]),
        // What lies beside the events goes when the unit commits: `log::erasure`.
        erase_token_names(id),
    ]
}

/// A token's name is its owner's to be erased with.
pub(crate) fn erase_token_names(user: UserId) -> Write {
    Write::any(&ERASE_TOKEN_NAMES, vals![user])
}

pub(super) fn login(event: &UserLogin, at: Timestamp) -> Vec<Write> {
    vec![Write::one(&USER_SIGNED_IN, vals![at, tenant_key(event.tenant.as_ref()), event.user.id])]
}
