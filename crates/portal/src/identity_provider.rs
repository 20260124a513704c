//! Use cases of identity providers: configure, see, remove, for the platform and for each tenant. What signing in there takes is in
//! [`crate::oidc`]. Must not answer with the client's secret.

use daybook_model::{
    Invalid, TenantId,
    identity_provider::{IdentityProvider, IdentityProviderDraft, IdentityProviderSecret},
    tenant::{Tenant, TenantRef},
};
use daybook_store::{IdentityProviderRow, UnitOfWork};

use crate::{
    Context, Noun, Portal, PortalError, Result,
    change::Done,
    oidc::RelyingParty,
    tenant::{lock, lock_id},
};

/// The purpose under which secrets of clients are sealed.
const PURPOSE: &str = "identity provider";

impl Portal {
    /// The provider of the tenant with this slug; of the platform, for none.
    pub async fn identity_provider(&self, tenant: Option<&str>) -> Result<IdentityProvider> {
        let tenant = self.provider_tenant(tenant).await?;
        let row = self.store().reads().await?.identity_provider(tenant).await?;
        row.map(|row| row.provider).ok_or(PortalError::NotFound(Noun::IdentityProvider))
    }

    /// Configures the provider of the tenant with this slug; of the platform, for none. The provider is asked for its description first:
    /// one that cannot be used is not switched on.
    pub async fn configure_identity_provider(
        &self,
        context: &Context,
        tenant: Option<&str>,
        draft: IdentityProviderDraft,
    ) -> Result<IdentityProvider> {
        let id = self.provider_tenant(tenant).await?;
        let present = self.store().reads().await?.identity_provider(id).await?;
        let draft = &draft.check(present.as_ref().map(|row| &row.provider))?;
        if draft.enabled {
            // One that is gone can still be switched off.
            self.try_provider(id, draft).await?;
        }
        self.change(context, |mut unit| async move {
            let (of, present) = lock_provider(&mut unit, id).await?;
            // What was looked at above may have changed since.
            let draft = draft.clone().check(present.as_ref().map(|row| &row.provider))?;
            let kept = present.as_ref().and_then(|row| self.open_provider_secret(row));
            let secret = draft.client_secret.clone().filter(|secret| kept.as_ref() != Some(secret));
            let sealed = secret.map(|secret| self.seal_provider_secret(id, &secret)).transpose()?;
            let event = draft.decide(of, present.as_ref().map(|row| &row.provider), sealed.is_some());
            let Some(event) = event else {
                return Ok(Done::Nothing(stored(&mut unit, id).await?));
            };
            unit.record_with(event, IdentityProviderSecret(sealed)).await?;
            let provider = stored(&mut unit, id).await?;
            Ok(Done::Commit(Box::new(unit), provider))
        })
        .await
    }

    /// Removes the provider of the tenant with this slug; of the platform, for none. People keep their accounts.
    pub async fn remove_identity_provider(&self, context: &Context, tenant: Option<&str>) -> Result<()> {
        self.change(context, |mut unit| async move {
            let of = match tenant {
                Some(slug) => Some(lock(&mut unit, slug).await?),
                None => None,
            };
            if !remove(&mut unit, of.as_ref()).await? {
                return Err(PortalError::NotFound(Noun::IdentityProvider));
            }
            Ok(Done::Commit(Box::new(unit), ()))
        })
        .await
    }

    /// Asks the provider for its description.
    async fn try_provider(&self, tenant: Option<TenantId>, draft: &IdentityProviderDraft) -> Result<()> {
        // Which secret is right shows only when somebody signs in.
        let secret = draft.client_secret.as_deref().unwrap_or_default();
        let redirect = self.provider_redirect(tenant.is_some());
        let found = RelyingParty::discover(&draft.issuer, &draft.client_id, secret, &redirect).await;
        found.map(drop).map_err(|failure| {
            Invalid::field("/issuer", "ISSUER_UNREACHABLE", format!("{failure}: nothing was changed")).into()
        })
    }

    async fn provider_tenant(&self, slug: Option<&str>) -> Result<Option<TenantId>> {
        match slug {
            Some(slug) => Ok(Some(self.tenant(slug).await?.id)),
            None => Ok(None),
        }
    }

    fn seal_provider_secret(&self, tenant: Option<TenantId>, secret: &str) -> Result<Vec<u8>> {
        let place = tenant.map(TenantId::uuid).unwrap_or_default();
        self.keys().seal(PURPOSE, place.as_bytes(), secret.as_bytes(), self.store().entropy())
    }

    /// The secret that a provider knows the portal by; nothing if it was sealed under another key file.
    pub(crate) fn open_provider_secret(&self, row: &IdentityProviderRow) -> Option<String> {
        let place = row.provider.tenant.map(TenantId::uuid).unwrap_or_default();
        let opened = self.keys().open(PURPOSE, place.as_bytes(), &row.sealed)?;
        String::from_utf8(opened).ok()
    }
}

/// The provider of a tenant or of the platform, locked, after its tenant.
async fn lock_provider(
    unit: &mut UnitOfWork,
    tenant: Option<TenantId>,
) -> Result<(Option<TenantRef>, Option<IdentityProviderRow>)> {
    let of = match tenant {
        Some(id) => Some(lock_id(unit, id).await?.to_ref()),
        None => None,
    };
    Ok((of, unit.locks().identity_provider(tenant).await?))
}

/// Records that the provider of a tenant, or of the platform, is gone; false if there is none. The tenant is locked already.
pub(crate) async fn remove(unit: &mut UnitOfWork, tenant: Option<&Tenant>) -> Result<bool> {
    let row = unit.locks().identity_provider(tenant.map(|tenant| tenant.id)).await?;
    let Some(row) = row else { return Ok(false) };
    unit.record(row.provider.remove(tenant.map(Tenant::to_ref))).await?;
    Ok(true)
}

async fn stored(unit: &mut UnitOfWork, tenant: Option<TenantId>) -> Result<IdentityProvider> {
    let row = unit.reads().identity_provider(tenant).await?;
    row.map(|row| row.provider).ok_or(PortalError::Broken("a provider that was just written is missing"))
}
