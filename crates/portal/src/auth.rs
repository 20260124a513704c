//! Who is asking: bearer tokens to identities. Secrets are compared in constant time. Must not decide what an identity may do.

use daybook_model::{
    Action, Actor, ApiTokenId, DeviceId, Personal, ProjectId, Rights, SessionId, TenantId, UserId,
    api_token::ApiToken,
    device::{DeviceStatus, DeviceTokenKind},
    guessing::GuessKind,
    tenant::TenantStatus,
    token::{BearerToken, TokenKind},
    user::UserStatus,
};
use daybook_store::{DeviceListing, TenantScope, Used};
use subtle::ConstantTimeEq;

use crate::{Authority, Context, Party, Person, Portal, PortalError, Result};

/// Whoever asks for something of the platform or of a tenant: a program with an API token, or a person who is signed in.
#[derive(Debug, Clone)]
pub struct Identity {
    /// As the events it causes will name it.
    pub actor: Actor,
    /// What it may do.
    pub rights: Rights,
    /// The tenant within which it acts; absent for the platform's operators.
    pub tenant: Option<TenantId>,
    /// The person, or the user that the token belongs to.
    pub user: Option<UserId>,
    /// The person's session; a program has none.
    pub session: Option<SessionId>,
}

impl Identity {
    /// Whose rows it can reach.
    pub fn scope(&self) -> TenantScope {
        self.tenant.map_or(TenantScope::All, TenantScope::Of)
    }

    /// Whom it may manage.
    pub fn authority(&self) -> Authority {
        Authority { scope: self.scope(), platform_users: self.rights.may(Action::PlatformUsersWrite) }
    }
}

impl From<&Person> for Identity {
    fn from(person: &Person) -> Self {
        Self {
            actor: person.actor(),
            rights: Rights::of(person.role),
            tenant: person.tenant_id(),
            user: Some(person.user),
            session: Some(person.session),
        }
    }
}

/// An enrolled device that may work.
#[derive(Debug, Clone)]
pub struct DeviceIdentity {
    /// The device.
    pub device: DeviceId,
    /// Its tenant.
    pub tenant: TenantId,
    /// Its project.
    pub project: Option<ProjectId>,
}

/// What a device token is worth now.
#[derive(Debug, Clone)]
pub enum DeviceTokenState {
    /// It opens the device routes.
    Valid(DeviceIdentity),
    /// It was never issued, or is not of this kind.
    Unknown,
    /// Its time is over, or it was replaced.
    Expired,
    /// Its device was revoked.
    DeviceRevoked,
    /// Its tenant is suspended or deleted.
    TenantSuspended,
}

impl Portal {
    /// The program behind an API token.
    pub async fn authenticate_program(&self, token: &str) -> Result<Identity> {
        let token = BearerToken::parse(token)
            .filter(|token| token.kind == TokenKind::Api)
            .ok_or(PortalError::Unauthenticated)?;
        let row = self.store().reads().await?.api_token(ApiTokenId::from_uuid(token.id)).await?;
        // An unknown id is compared too, with a hash that nothing has.
        let hash = row.as_ref().map_or([0; 32], |row| row.hash);
        let same = bool::from(hash.ct_eq(&token.hash()));
        let now = self.store().now();
        let token = row.map(|row| row.token).filter(|token| same && token.is_live(now));
        let token = token.ok_or(PortalError::Unauthenticated)?;
        self.expect_working_owner(&token).await?;
        self.inner.token_uses.add(token.id, now, Used { token: token.id, at: now });
        let name = token.name.clone().unwrap_or_else(|| Personal::from("unnamed".to_owned()));
        Ok(Identity {
            actor: Actor::api_token(token.id, name),
            rights: token.rights(),
            tenant: token.tenant,
            user: token.user,
            session: None,
        })
    }

    /// Tokens of a tenant open nothing while it is suspended, and never again once it is deleted; those of a user open nothing while the
    /// user may not sign in.
    async fn expect_working_owner(&self, token: &ApiToken) -> Result<()> {
        if token.tenant.is_none() && token.user.is_none() {
            return Ok(());
        }
        let mut reads = self.store().reads().await?;
        if let Some(id) = token.tenant {
            let tenant = reads.tenant(id).await?;
            if tenant.is_none_or(|tenant| tenant.status != TenantStatus::Active) {
                return Err(PortalError::Unauthenticated);
            }
        }
        if let Some(id) = token.user {
            let scope = token.tenant.map_or(TenantScope::All, TenantScope::Of);
            let user = reads.user(scope, id).await?;
            if user.is_none_or(|found| found.user.status != UserStatus::Active) {
                return Err(PortalError::Unauthenticated);
            }
        }
        Ok(())
    }

    /// The device behind an access token.
    pub async fn authenticate_device(&self, context: &Context, token: &str) -> Result<DeviceIdentity> {
        match self.device_token_state(context, token, DeviceTokenKind::Access).await?.0 {
            DeviceTokenState::Valid(identity) => Ok(identity),
            _ => Err(PortalError::Unauthenticated),
        }
    }

    /// What a device token is worth, and its device if it is worth something. A source that guesses gets no answer for tokens that were
    /// never issued; those that were go on working, because many devices may share one address.
    pub(crate) async fn device_token_state(
        &self,
        context: &Context,
        token: &str,
        kind: DeviceTokenKind,
    ) -> Result<(DeviceTokenState, Option<DeviceListing>)> {
        let wanted = match kind {
            DeviceTokenKind::Access => TokenKind::DeviceAccess,
            DeviceTokenKind::Refresh => TokenKind::DeviceRefresh,
        };
        let Some(token) = BearerToken::parse(token).filter(|token| token.kind == wanted) else {
            return Ok((DeviceTokenState::Unknown, None));
        };
        let mut reads = self.store().reads().await?;
        let row = reads.device_token(token.id).await?;
        let hash = row.as_ref().map_or([0; 32], |row| row.hash);
        let same = bool::from(hash.ct_eq(&token.hash()));
        let Some(row) = row.filter(|row| same && row.kind == kind) else {
            // Counting takes a connection of its own.
            drop(reads);
            self.wrong_device_token(context).await?;
            return Ok((DeviceTokenState::Unknown, None));
        };
        let Some(device) = reads.device(TenantScope::Of(row.tenant), row.device).await? else {
            return Ok((DeviceTokenState::Unknown, None));
        };
        let tenant = reads.tenant(row.tenant).await?;
        let working = tenant.is_some_and(|tenant| tenant.status == TenantStatus::Active);
        let state = if device.device.status == DeviceStatus::Revoked {
            DeviceTokenState::DeviceRevoked
        } else if !working {
            DeviceTokenState::TenantSuspended
        } else if row.expires_at <= self.store().now() {
            DeviceTokenState::Expired
        } else {
            DeviceTokenState::Valid(DeviceIdentity {
                device: row.device,
                tenant: row.tenant,
                project: device.device.project,
            })
        };
        Ok((state, Some(device)))
    }
    async fn wrong_device_token(&self, context: &Context) -> Result<()> {
        let Some(source) = context.request.source().map(Party::Source) else { return Ok(()) };
        self.may_guess(GuessKind::DeviceToken, &[source]).await?;
        self.guessed_wrong(context, GuessKind::DeviceToken, &[source]).await
    }
}
