//! Use cases of single-use links: setting the portal up, joining, choosing a new password.

use daybook_model::{
    Actor, Invalid, Personal, UserId,
    factor::{JoinSecret, PasswordSecret},
    guessing::GuessKind,
    invalid::Checker,
    password::Password,
    session::EndCause,
    sign_in::{SignInMethod, SignInProof},
    text,
    token::{BearerToken, TokenKind},
    user::{LinkPurpose, OwnerDraft, User, UserJoined, UserPasswordChanged, UserRef, UserStatus},
};
use daybook_store::{LinkRow, TenantScope};
use subtle::ConstantTimeEq;
use uuid::Uuid;

use crate::{
    Brand, Context, Party, Portal, PortalError, Result, SignedIn,
    change::Done,
    sign_in::expect_may_sign_in,
    user::{Locked, email_taken, end_sessions, lock_user},
};

/// What a link is for, and for whom.
#[derive(Debug, Clone)]
pub struct LinkView {
    /// What it is for.
    pub purpose: LinkPurpose,
    /// Who it is for.
    pub user: User,
    /// The tenant's slug.
    pub tenant_slug: Option<String>,
    /// The tenant's name.
    pub tenant_name: Option<String>,
    /// How the tenant shows itself.
    pub brand: Option<Brand>,
    /// When it ends.
    pub expires_at: daybook_model::Timestamp,
}

/// What somebody who sets the portal up sends; unchecked.
#[derive(Clone)]
pub struct SetUp {
    /// Of the set-up link.
    pub token: String,
    /// The first owner.
    pub owner: OwnerDraft,
    /// The owner's password.
    pub password: String,
}

/// What somebody who follows a link sends; unchecked.
#[derive(Clone)]
pub struct Acceptance {
    /// Of the link.
    pub token: String,
    /// The password they choose.
    pub password: String,
    /// What they want to be called; only those who join are asked.
    pub name: Option<String>,
}

impl Portal {
    /// The token of the set-up link, as long as the portal has no owner and never had one. It follows from the key file: the same at
    /// every node and after every start, and worth nothing once it was used.
    pub async fn set_up_token(&self) -> Result<Option<String>> {
        let owners = self.store().reads().await?.owners().await?;
        Ok((!owners.set_up).then(|| self.fixed_set_up_token().reveal()))
    }

    /// The set-up link, as long as there is one.
    pub async fn set_up_link(&self) -> Result<Option<String>> {
        let token = self.set_up_token().await?;
        Ok(token.map(|token| self.public_url().join(&format!("/set-up?token={token}"))))
    }

    fn fixed_set_up_token(&self) -> BearerToken {
        BearerToken::fixed(TokenKind::Link, Uuid::nil(), self.keys().digest("set-up link", b""))
    }

    /// Makes the first owner, and signs them in. It works once.
    pub async fn set_up(&self, context: &Context, request: &SetUp) -> Result<SignedIn> {
        let context = &context.of_party(&request.token);
        if let Some(first) = self.first_answer(context).await? {
            return Ok(first);
        }
        let parties: Vec<_> = context.request.source().map(Party::Source).into_iter().collect();
        self.may_guess(GuessKind::Link, &parties).await?;
        let given = BearerToken::parse(&request.token).filter(|token| token.kind == TokenKind::Link);
        let expected = self.fixed_set_up_token().hash();
        if !given.is_some_and(|given| bool::from(expected.ct_eq(&given.hash()))) {
            self.guessed_wrong(context, GuessKind::Link, &parties).await?;
            return Err(PortalError::LinkOver);
        }
        if self.store().reads().await?.owners().await?.set_up {
            return Err(PortalError::LinkOver);
        }
        let event = &request.owner.decide(UserId::new(self.store().clock(), self.store().entropy()))?;
        let password = choose(&request.password, &[&request.owner.email, &request.owner.name])?;
        let phc = &self.passwords().hash(&password, self.store().entropy()).await?;
        self.change(context, |mut unit| async move {
            if unit.locks().owners().await?.set_up {
                return Err(PortalError::LinkOver);
            }
            let user = event.user.clone();
            unit.act_as(Actor::user(user.id, false, user.name.clone()));
            let secret = PasswordSecret { phc: phc.as_str().to_owned(), link: None };
            unit.record_with(event.clone(), secret).await.map_err(email_taken)?;
            let locked = joined(&mut unit, None, user.id).await?;
            let proof = (SignInMethod::Link, SignInProof::default());
            let signed_in = self.begin_session(&mut unit, &locked, context, proof).await?;
            Ok(Done::Commit(Box::new(unit), signed_in))
        })
        .await
    }

    /// What a link is for, as whoever holds it may know.
    pub async fn link(&self, context: &Context, token: &str) -> Result<LinkView> {
        let (row, _) = self.find_link(context, token).await?;
        let scope = row.tenant.map_or(TenantScope::All, TenantScope::Of);
        let mut reads = self.store().reads().await?;
        let found = reads.user(scope, row.user).await?.ok_or(PortalError::LinkOver)?;
        let tenant = match row.tenant {
            Some(id) => reads.tenant(id).await?,
            None => None,
        };
        Ok(LinkView {
            purpose: row.purpose,
            user: found.user,
            tenant_slug: found.tenant_slug,
            tenant_name: found.tenant_name,
            brand: tenant.as_ref().map(Brand::from),
            expires_at: row.expires_at,
        })
    }

    /// Joins, or chooses a new password, and signs in. After a reset, every other session has ended. Somebody with a second factor
    /// is not signed in by a link alone: they sign in with the new password.
    pub async fn accept_link(&self, context: &Context, request: &Acceptance) -> Result<Option<SignedIn>> {
        let context = &context.of_party(&request.token);
        if let Some(first) = self.first_answer(context).await? {
            return Ok(first);
        }
        let (row, link) = self.find_link(context, &request.token).await?;
        let scope = row.tenant.map_or(TenantScope::All, TenantScope::Of);
        let found = self.store().reads().await?.user(scope, row.user).await?.ok_or(PortalError::LinkOver)?;
        let mut check = Checker::default();
        // Whoever resets a password is called what they are called.
        let chosen = request.name.as_deref().filter(|_| row.purpose == LinkPurpose::Invitation);
        let name = check.take_opt("/name", chosen.map(text::name));
        let name = &check.finish(Some(name.map(Personal::from)))?.or(found.user.name);
        let about: Vec<&str> = [&found.user.email, name]
            .into_iter()
            .flatten()
            .filter_map(Personal::known)
            .map(String::as_str)
            .collect();
        let password = choose(&request.password, &about)?;
        let phc = self.passwords().hash(&password, self.store().entropy()).await?;
        let secret = &PasswordSecret { phc: phc.as_str().to_owned(), link: Some(link) };
        self.change(context, |mut unit| async move {
            let over = || PortalError::LinkOver;
            let locked = lock_user(&mut unit, row.tenant, row.user).await?.ok_or_else(over)?;
            // Somebody else may have used it since it was looked up.
            if unit.reads().user_link(link).await?.is_none() {
                return Err(over());
            }
            unit.act_as(Actor::user(row.user, row.tenant.is_some(), name.clone()));
            let locked = self.use_link(&mut unit, locked, name.clone(), secret.clone()).await?;
            let factors = unit.reads().factors_of(row.tenant, row.user).await?;
            let mut signed_in = None;
            if !factors.iter().any(|row| row.factor.kind == daybook_model::factor::FactorKind::Totp) {
                let proof = (SignInMethod::Link, SignInProof::default());
                signed_in = Some(self.begin_session(&mut unit, &locked, context, proof).await?);
            }
            Ok(Done::Commit(Box::new(unit), signed_in))
        })
        .await
    }

    async fn use_link(
        &self,
        unit: &mut daybook_store::UnitOfWork,
        locked: Locked,
        name: Option<Personal>,
        secret: PasswordSecret,
    ) -> Result<Locked> {
        let (tenant, user) = (locked.tenant_ref(), &locked.user);
        match user.status {
            UserStatus::Invited => {
                let version = user.version + 1;
                let named = UserRef { id: user.id, name };
                let event = UserJoined { tenant, user: named, role: user.role, version };
                unit.record_with(event, JoinSecret::Password(secret)).await?;
                let locked = joined(unit, locked.user.tenant, locked.user.id).await?;
                expect_may_sign_in(&locked)?;
                Ok(locked)
            }
            UserStatus::Active => {
                expect_may_sign_in(&locked)?;
                let event = UserPasswordChanged { tenant, user: user.to_ref(), by_link: true };
                unit.record_with(event, secret).await?;
                end_sessions(unit, &locked, EndCause::PasswordChanged, None).await?;
                Ok(locked)
            }
            UserStatus::Disabled | UserStatus::Removed => Err(PortalError::LinkOver),
        }
    }

    /// The link behind a token, if it still works, and its id.
    async fn find_link(&self, context: &Context, token: &str) -> Result<(LinkRow, Uuid)> {
        let parties: Vec<_> = context.request.source().map(Party::Source).into_iter().collect();
        self.may_guess(GuessKind::Link, &parties).await?;
        let token = BearerToken::parse(token).filter(|token| token.kind == TokenKind::Link);
        let token = token.ok_or(PortalError::LinkOver)?;
        let row = self.store().reads().await?.user_link(token.id).await?;
        let hash = row.as_ref().map_or([0; 32], |row| row.hash);
        let same = bool::from(hash.ct_eq(&token.hash()));
        if let Some(row) = row.filter(|row| same && row.expires_at > self.store().now()) {
            return Ok((row, token.id));
        }
        self.guessed_wrong(context, GuessKind::Link, &parties).await?;
        Err(PortalError::LinkOver)
    }
}

/// A new password, or what is wrong with it.
pub(crate) fn choose(password: &str, about: &[&str]) -> Result<Password> {
    Password::choose(password, about)
        .map_err(|reason| Invalid::field("/password", reason.code, reason.detail).into())
}

/// A user who has just joined, as the unit sees them.
pub(crate) async fn joined(
    unit: &mut daybook_store::UnitOfWork,
    tenant: Option<daybook_model::TenantId>,
    id: UserId,
) -> Result<Locked> {
    let missing = PortalError::Broken("a user that was just written is missing");
    lock_user(unit, tenant, id).await?.ok_or(missing)
}
