//! What proves that somebody is a user: passwords, links, factors, recovery codes, cookies. Never in an event, never in an error.

use daybook_model::{
    TenantId, Timestamp, UserId,
    factor::{
        FactorSecret, JoinSecret, PasswordSecret, RecoveryCodesIssued, RecoveryDigests, UserFactorAdded,
    },
    session::{SessionCreated, SessionRotated, SessionSecret},
    sign_in::{SignInProof, UserLogin},
    tenant::TenantRef,
    user::{
        LinkPurpose, LinkSecret, PortalSetUp, UserInvited, UserJoined, UserLinkIssued, UserPasswordChanged,
        UserRef,
    },
};
use uuid::Uuid;

use super::Keep;
use crate::{
    Reads, Result,
    apply::user::tenant_key,
    engine::{Row, Write, statements, vals},
    values::{digest, parse},
};

statements! {
    SET_PASSWORD = "INSERT INTO user_passwords (tenant_id, user_id, phc) VALUES ($1, $2, $3)
        ON CONFLICT (tenant_id, user_id) DO UPDATE SET phc = excluded.phc";
    REHASH_PASSWORD = "UPDATE user_passwords SET phc = $1 WHERE tenant_id = $2 AND user_id = $3 AND phc = $4";
    SET_LINK = "INSERT INTO user_links (tenant_id, user_id, id, purpose, hash, expires_at) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (tenant_id, user_id) DO UPDATE SET id = excluded.id, purpose = excluded.purpose, hash = excluded.hash,
        expires_at = excluded.expires_at";
    USE_LINK = "DELETE FROM user_links WHERE tenant_id = $1 AND user_id = $2 AND id = $3";
    END_LINKS = "DELETE FROM user_links WHERE tenant_id = $1 AND user_id = $2";
    INSERT_FACTOR_SECRET = "INSERT INTO user_factor_secrets (tenant_id, user_id, factor_id, lookup, sealed, last_step)
        VALUES ($1, $2, $3, $4, $5, $6)";
    RESEAL_FACTOR = "UPDATE user_factor_secrets SET sealed = $1 WHERE tenant_id = $2 AND user_id = $3 AND factor_id = $4";
    TAKE_TOTP_STEP = "UPDATE user_factor_secrets SET last_step = $1
        WHERE tenant_id = $2 AND user_id = $3 AND factor_id = $4 AND (last_step IS NULL OR last_step < $1)";
    CLEAR_RECOVERY_CODES = "DELETE FROM user_recovery_codes WHERE tenant_id = $1 AND user_id = $2";
    INSERT_RECOVERY_CODE = "INSERT INTO user_recovery_codes (tenant_id, user_id, digest) VALUES ($1, $2, $3)";
    USE_RECOVERY_CODE = "DELETE FROM user_recovery_codes WHERE tenant_id = $1 AND user_id = $2 AND digest = $3";
    INSERT_SESSION_SECRET = "INSERT INTO session_secrets (tenant_id, session_id, hash) VALUES ($1, $2, $3)";
    REPLACE_SESSION_SECRET = "UPDATE session_secrets SET hash = $1 WHERE tenant_id = $2 AND session_id = $3";
    BEGIN_SESSION_TELEMETRY = "INSERT INTO session_telemetry (tenant_id, session_id, last_seen_at)
        SELECT tenant_id, id, created_at FROM sessions WHERE tenant_id = $1 AND id = $2";
    PASSWORD_OF_USER = "SELECT phc FROM user_passwords WHERE tenant_id = $1 AND user_id = $2";
    LINK_BY_ID = "SELECT tenant_id, user_id, purpose, hash, expires_at FROM user_links WHERE id = $1";
    RECOVERY_CODES_LEFT = "SELECT count(*) FROM user_recovery_codes WHERE tenant_id = $1 AND user_id = $2";
    HAS_RECOVERY_CODE = "SELECT 1 FROM user_recovery_codes WHERE tenant_id = $1 AND user_id = $2 AND digest = $3";
}

fn owner(tenant: Option<&TenantRef>, user: &UserRef) -> (Uuid, UserId) {
    (tenant_key(tenant), user.id)
}

/// A password, and the link it was chosen through: a link that somebody else has used is not there any more. Without one, the link
/// that there may be ends too: it was for somebody who did not have this password.
fn password_writes((tenant, user): (Uuid, UserId), secret: PasswordSecret) -> Vec<Write> {
    let link = match secret.link {
        Some(link) => Write::one(&USE_LINK, vals![tenant, user, link]),
        None => Write::any(&END_LINKS, vals![tenant, user]),
    };
    vec![link, Write::one(&SET_PASSWORD, vals![tenant, user, secret.phc])]
}

impl Keep<PortalSetUp> for PasswordSecret {
    fn writes(self, event: &PortalSetUp) -> Vec<Write> {
        password_writes(owner(None, &event.user), self)
    }
}

impl Keep<UserJoined> for JoinSecret {
    fn writes(self, event: &UserJoined) -> Vec<Write> {
        let (tenant, user) = owner(event.tenant.as_ref(), &event.user);
        match self {
            Self::Password(secret) => password_writes((tenant, user), secret),
            // Whoever finds the invitation later must not choose a password with it.
            Self::Elsewhere => vec![Write::any(&END_LINKS, vals![tenant, user])],
        }
    }
}

impl Keep<UserPasswordChanged> for PasswordSecret {
    fn writes(self, event: &UserPasswordChanged) -> Vec<Write> {
        password_writes(owner(event.tenant.as_ref(), &event.user), self)
    }
}

fn link_write(
    (tenant, user): (Uuid, UserId),
    purpose: LinkPurpose,
    secret: &LinkSecret,
    ends: Timestamp,
) -> Vec<Write> {
    vec![Write::one(&SET_LINK, vals![tenant, user, secret.id, purpose.as_str(), secret.hash, ends])]
}

impl Keep<UserInvited> for LinkSecret {
    fn writes(self, event: &UserInvited) -> Vec<Write> {
        let owner = owner(event.tenant.as_ref(), &event.user);
        link_write(owner, LinkPurpose::Invitation, &self, event.link_expires_at)
    }
}

impl Keep<UserLinkIssued> for LinkSecret {
    fn writes(self, event: &UserLinkIssued) -> Vec<Write> {
        link_write(owner(event.tenant.as_ref(), &event.user), event.purpose, &self, event.link_expires_at)
    }
}

impl Keep<UserFactorAdded> for FactorSecret {
    fn writes(self, event: &UserFactorAdded) -> Vec<Write> {
        let (tenant, user) = owner(event.tenant.as_ref(), &event.user);
        vec![Write::one(
            &INSERT_FACTOR_SECRET,
            vals![tenant, user, event.factor.id, self.lookup, self.sealed, self.last_step],
        )]
    }
}

impl Keep<RecoveryCodesIssued> for RecoveryDigests {
    fn writes(self, event: &RecoveryCodesIssued) -> Vec<Write> {
        let (tenant, user) = owner(event.tenant.as_ref(), &event.user);
        let mut writes = vec![Write::any(&CLEAR_RECOVERY_CODES, vals![tenant, user])];
        writes.extend(
            self.0.into_iter().map(|digest| Write::one(&INSERT_RECOVERY_CODE, vals![tenant, user, digest])),
        );
        writes
    }
}

impl Keep<UserLogin> for SignInProof {
    fn writes(self, event: &UserLogin) -> Vec<Write> {
        let (tenant, user) = owner(event.tenant.as_ref(), &event.user);
        // Never over another password than the one that was checked.
        let rehash = self
            .rehashed
            .zip(self.password)
            .map(|(phc, checked)| Write::one(&REHASH_PASSWORD, vals![phc, tenant, user, checked]));
        let step = self
            .totp_step
            .map(|(factor, step)| Write::one(&TAKE_TOTP_STEP, vals![step, tenant, user, factor]));
        let code =
            self.recovery_code.map(|digest| Write::one(&USE_RECOVERY_CODE, vals![tenant, user, digest]));
        let reseal = self
            .resealed
            .map(|(factor, sealed)| Write::one(&RESEAL_FACTOR, vals![sealed, tenant, user, factor]));
        [rehash, step, code, reseal].into_iter().flatten().collect()
    }
}

impl Keep<SessionCreated> for SessionSecret {
    fn writes(self, event: &SessionCreated) -> Vec<Write> {
        let (tenant, session) = (tenant_key(event.tenant.as_ref()), event.session.id);
        vec![
            Write::one(&INSERT_SESSION_SECRET, vals![tenant, session, self.0]),
            Write::one(&BEGIN_SESSION_TELEMETRY, vals![tenant, session]),
        ]
    }
}

impl Keep<SessionRotated> for SessionSecret {
    fn writes(self, event: &SessionRotated) -> Vec<Write> {
        let (tenant, session) = (tenant_key(event.tenant.as_ref()), event.session.id);
        vec![Write::one(&REPLACE_SESSION_SECRET, vals![self.0, tenant, session])]
    }
}

/// What is known of a single-use link.
#[derive(Clone)]
pub struct LinkRow {
    /// The user's tenant; none for people of the platform.
    pub tenant: Option<TenantId>,
    /// Whose it is.
    pub user: UserId,
    /// What it is for.
    pub purpose: LinkPurpose,
    /// SHA-256 of its secret.
    pub hash: [u8; 32],
    /// When it ends.
    pub expires_at: Timestamp,
}

/// The tenant in a row of a person: the nil id stands for none.
pub(crate) fn tenant_of(row: &Row<'_>, column: usize) -> crate::engine::Result<Option<TenantId>> {
    let id: Uuid = row.get(column)?;
    Ok((!id.is_nil()).then(|| TenantId::from_uuid(id)))
}

/// The key of a person's rows: the nil id stands for no tenant.
pub(crate) fn key_of(tenant: Option<TenantId>) -> Uuid {
    tenant.map(TenantId::uuid).unwrap_or_default()
}

impl Reads<'_> {
    /// The hash of a user's password, in PHC form.
    pub async fn password_of(&mut self, tenant: Option<TenantId>, user: UserId) -> Result<Option<String>> {
        Ok(self.conn().opt(&PASSWORD_OF_USER, vals![key_of(tenant), user], |row| row.get(0)).await?)
    }

    /// The link with this public id.
    pub async fn user_link(&mut self, id: Uuid) -> Result<Option<LinkRow>> {
        let read = |row: &Row<'_>| {
            Ok(LinkRow {
                tenant: tenant_of(row, 0)?,
                user: row.get(1)?,
                purpose: parse(row, 2)?,
                hash: digest(row, 3)?,
                expires_at: row.get(4)?,
            })
        };
        Ok(self.conn().opt(&LINK_BY_ID, vals![id], read).await?)
    }

    /// How many recovery codes a user has left.
    pub async fn recovery_codes_left(&mut self, tenant: Option<TenantId>, user: UserId) -> Result<i64> {
        Ok(self.conn().one(&RECOVERY_CODES_LEFT, vals![key_of(tenant), user], |row| row.get(0)).await?)
    }

    /// Whether a user has a recovery code with this digest left.
    pub async fn has_recovery_code(
        &mut self,
        tenant: Option<TenantId>,
        user: UserId,
        digest: [u8; 32],
    ) -> Result<bool> {
        let values = vals![key_of(tenant), user, digest];
        Ok(self.conn().opt(&HAS_RECOVERY_CODE, values, |row| row.get::<i64>(0)).await?.is_some())
    }
}
