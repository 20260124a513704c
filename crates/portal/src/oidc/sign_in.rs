//! Signing in at an identity provider: begun here, finished in another request, perhaps at another node. A person is found by the
//! provider's name for them; the first time by an e-mail address that the provider has verified, and only among those whom somebody
//! invited. Nobody gets an account by signing in.

use daybook_model::{
    Actor, FactorId, Personal, TenantId, UserId,
    factor::{FactorKind, FactorRef, FactorSecret, JoinSecret, UserFactorAdded},
    sign_in::{SignInMethod, SignInProof},
    text,
    user::{UserJoined, UserStatus, email_key},
};
use daybook_store::{IdentityProviderRow, UnitOfWork};
use openidconnect::IssuerUrl;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

use super::{Claims, ExchangeError, Pending, ProviderFailure};
use crate::{
    Context, Noun, Portal, PortalError, Result, Side, SignedIn,
    ceremony::Ceremony,
    change::Done,
    link::joined,
    sign_in::{expect_may_sign_in, factor_owner},
    user::{Locked, lock_user},
};

/// The purpose under which the names that providers have for people are digested and sealed.
const PURPOSE: &str = "oidc subject";

/// A sign-in that goes on at the provider.
#[derive(Clone)]
pub struct ProviderSignIn {
    /// Where the browser goes.
    pub authorization_url: String,
    /// Takes the next step. It belongs into a cookie of the same browser: nobody can finish there what they began elsewhere.
    pub ceremony: String,
    /// How long that may take.
    pub seconds: i64,
}

/// What the provider sends the browser back with; unchecked.
#[derive(Clone, Default)]
pub struct ProviderAnswer {
    /// To be traded for tokens.
    pub code: Option<String>,
    /// As it was sent there.
    pub state: Option<String>,
    /// Why there is no code.
    pub error: Option<String>,
    /// Which provider it is (RFC 9207).
    pub iss: Option<String>,
}

/// A sign-in that waits for the provider.
#[derive(Serialize, Deserialize)]
struct AtProvider {
    tenant: Option<TenantId>,
    issuer: String,
    pending: Pending,
}

impl Ceremony for AtProvider {
    const KIND: &'static str = "oidc";
    const SECONDS: i64 = 10 * 60;
}

impl Portal {
    /// Begins to sign in at the provider of this side.
    pub async fn begin_provider_sign_in(&self, side: Side<'_>) -> Result<ProviderSignIn> {
        let missing = PortalError::NotFound(Noun::IdentityProvider);
        let tenant = match (side, self.tenant_of_side(side).await?) {
            (Side::Platform, _) => None,
            (Side::Tenant(_), Some(tenant)) => Some(tenant.id),
            (Side::Tenant(_), None) => return Err(missing),
        };
        let row = self.store().reads().await?.identity_provider(tenant).await?;
        let row = row.filter(|row| row.provider.enabled).ok_or(missing)?;
        let (authorization_url, pending) =
            self.relying_party(&row, None).await?.begin(self.store().entropy());
        let ceremony =
            self.begin_ceremony(&AtProvider { tenant, issuer: row.provider.issuer, pending }).await?;
        Ok(ProviderSignIn { authorization_url, ceremony, seconds: AtProvider::SECONDS })
    }

    /// Finishes a sign-in in the browser in which it began: `ceremony` is what its cookie holds. Whatever comes of it, it cannot be
    /// finished again.
    pub async fn finish_provider_sign_in(
        &self,
        context: &Context,
        of_tenant: bool,
        ceremony: Option<&str>,
        answer: &ProviderAnswer,
    ) -> Result<SignedIn> {
        let taken = self.take_ceremony::<AtProvider>(ceremony.ok_or(PortalError::CeremonyOver)?).await?;
        let at = taken.filter(|at| at.tenant.is_some() == of_tenant).ok_or(PortalError::CeremonyOver)?;
        let state = answer.state.as_deref().unwrap_or_default();
        let same = bool::from(state.as_bytes().ct_eq(at.pending.state.as_bytes()));
        if !same || answer.iss.as_ref().is_some_and(|iss| *iss != at.issuer) {
            return Err(PortalError::CeremonyOver);
        }
        if answer.error.is_some() {
            return Err(PortalError::ProviderDenied);
        }
        let code = answer.code.as_deref().ok_or(PortalError::CeremonyOver)?;
        let row = self.store().reads().await?.identity_provider(at.tenant).await?;
        let row = row
            .filter(|row| row.provider.enabled && row.provider.issuer == at.issuer)
            .ok_or(PortalError::NotFound(Noun::IdentityProvider))?;
        let claims = self.claims(&row, &at.pending, code).await?;
        self.sign_in_as_claimed(context, at.tenant, &claims).await
    }

    /// What the provider says of the person who brought this code.
    async fn claims(&self, row: &IdentityProviderRow, pending: &Pending, code: &str) -> Result<Claims> {
        let party = self.relying_party(row, None).await?;
        let tokens = party.exchange(pending, code).await?;
        match party.verify(pending, &tokens) {
            // The provider may have new keys since it was looked at. Only somebody with a code that works gets here.
            Err(ExchangeError::UnknownKey) => {
                let party = self.relying_party(row, Some(&party)).await?;
                Ok(party.verify(pending, &tokens)?)
            }
            verified => Ok(verified?),
        }
    }

    async fn sign_in_as_claimed(
        &self,
        context: &Context,
        tenant: Option<TenantId>,
        claims: &Claims,
    ) -> Result<SignedIn> {
        let lookup = &self.keys().digest(PURPOSE, claims.subject_text().as_bytes());
        let user = self.user_of_claims(tenant, claims, lookup).await?.ok_or(PortalError::SignInRefused)?;
        let context = &context.of_party(&user.to_string());
        self.change(context, |mut unit| async move {
            let locked = lock_user(&mut unit, tenant, user).await?.ok_or(PortalError::SignInRefused)?;
            let link = unit.reads().factor_by_lookup(tenant, lookup).await?;
            let locked = match link {
                Some(row) if row.user == user => locked,
                Some(_) => return Err(PortalError::SignInRefused),
                None => self.link_to_provider(&mut unit, locked, claims, lookup).await?,
            };
            expect_may_sign_in(&locked)?;
            let proof = (SignInMethod::Oidc, SignInProof::default());
            let signed_in = self.begin_session(&mut unit, &locked, context, proof).await?;
            Ok(Done::Commit(Box::new(unit), signed_in))
        })
        .await
    }

    /// Who this is here: by the provider's name for them, else by their verified address.
    async fn user_of_claims(
        &self,
        tenant: Option<TenantId>,
        claims: &Claims,
        lookup: &[u8],
    ) -> Result<Option<UserId>> {
        let mut reads = self.store().reads().await?;
        if let Some(row) = reads.factor_by_lookup(tenant, lookup).await? {
            return Ok(Some(row.user));
        }
        let Some(key) = claims.email_key() else { return Ok(None) };
        Ok(reads.user_by_email(tenant, &key).await?.map(|user| user.id))
    }

    /// Records that somebody whom the provider knows by a verified address is this user; an invited one joins by it.
    async fn link_to_provider(
        &self,
        unit: &mut UnitOfWork,
        locked: Locked,
        claims: &Claims,
        lookup: &[u8],
    ) -> Result<Locked> {
        let (id, tenant) = (locked.user.id, locked.user.tenant);
        let known = locked.user.email.as_ref().and_then(Personal::known).map(|email| email_key(email));
        if known.is_none()
            || known != claims.email_key()
            || self.is_linked_otherwise(unit, &locked, claims).await?
        {
            return Err(PortalError::SignInRefused);
        }
        unit.act_as(Actor::user(id, tenant.is_some(), locked.user.name.clone()));
        let locked = match locked.user.status {
            UserStatus::Invited => {
                let (user, version) = (&locked.user, locked.user.version + 1);
                let (of, role) = (locked.tenant_ref(), user.role);
                let event = UserJoined { tenant: of, user: user.to_ref(), role, version };
                unit.record_with(event, JoinSecret::Elsewhere).await?;
                joined(unit, tenant, id).await?
            }
            _ => locked,
        };
        // Before anything else is recorded: suspended tenants and disabled people get no link.
        expect_may_sign_in(&locked)?;
        let entropy = self.store().entropy();
        let factor = FactorRef {
            id: FactorId::new(self.store().clock(), entropy),
            kind: FactorKind::Oidc,
            label: claims.host().map(Personal::from),
        };
        let text = claims.subject_text();
        let sealed = self.keys().seal(PURPOSE, &factor_owner(tenant, id), text.as_bytes(), entropy)?;
        let event = UserFactorAdded { tenant: locked.tenant_ref(), user: locked.user.to_ref(), factor };
        let secret = FactorSecret { lookup: Some(lookup.to_vec()), sealed, last_step: None };
        unit.record_with(event, secret).await?;
        Ok(locked)
    }

    /// Whether the user is somebody else at the same provider: an address that went to another person does not bring the account along.
    async fn is_linked_otherwise(
        &self,
        unit: &mut UnitOfWork,
        locked: &Locked,
        claims: &Claims,
    ) -> Result<bool> {
        let owner = factor_owner(locked.user.tenant, locked.user.id);
        let of_issuer = format!("{}\n", claims.issuer);
        let factors = unit.reads().factors_of(locked.user.tenant, locked.user.id).await?;
        Ok(factors.iter().filter(|row| row.factor.kind == FactorKind::Oidc).any(|row| {
            let subject = self.keys().open(PURPOSE, &owner, &row.sealed);
            subject.is_none_or(|subject| subject.starts_with(of_issuer.as_bytes()))
        }))
    }
}

impl Claims {
    /// The provider's name for the person, which never changes. No issuer has a line break.
    fn subject_text(&self) -> String {
        format!("{}\n{}", self.issuer, self.subject)
    }

    /// The verified address as users are found by it; nothing if it is none.
    fn email_key(&self) -> Option<String> {
        let email = self.verified_email.as_deref()?;
        text::email(email).ok().map(|email| email_key(&email))
    }

    /// The provider's host: what the link is called.
    fn host(&self) -> Option<String> {
        let issuer = IssuerUrl::new(self.issuer.clone()).ok()?;
        text::name(issuer.url().host_str()?).ok()
    }
}

impl From<ExchangeError> for PortalError {
    fn from(error: ExchangeError) -> Self {
        match error {
            ExchangeError::Code => Self::SignInRefused,
            ExchangeError::Failed(failure) => Self::ProviderFailed(failure),
            ExchangeError::UnknownKey => Self::ProviderFailed(ProviderFailure::Unverifiable),
        }
    }
}
