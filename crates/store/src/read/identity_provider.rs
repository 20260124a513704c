//! Questions about identity providers.

use daybook_model::{
    TenantId,
    identity_provider::{IdentityProvider, ProviderStatus},
};

use super::{Locks, Reads};
use crate::{
    Result,
    engine::{Row, statements, vals},
    secret::person::{key_of, tenant_of},
    values::parse,
};

macro_rules! columns {
    () => {
        "p.tenant_id, p.issuer, p.client_id, p.status, p.created_at, p.updated_at, s.sealed FROM identity_providers p
        JOIN identity_provider_secrets s ON s.tenant_id = p.tenant_id WHERE p.tenant_id = $1"
    };
}

statements! {
    IDENTITY_PROVIDER = concat!("SELECT ", columns!());
    LOCK_IDENTITY_PROVIDER = concat!("SELECT ", columns!()), lock "FOR NO KEY UPDATE OF p";
}

/// A provider and the client's secret.
#[derive(Clone)]
pub struct IdentityProviderRow {
    /// The provider.
    pub provider: IdentityProvider,
    /// The client's secret, sealed.
    pub sealed: Vec<u8>,
}

fn provider(row: &Row<'_>) -> crate::engine::Result<IdentityProviderRow> {
    let status: ProviderStatus = parse(row, 3)?;
    let provider = IdentityProvider {
        tenant: tenant_of(row, 0)?,
        issuer: row.get(1)?,
        client_id: row.get(2)?,
        enabled: status == ProviderStatus::Enabled,
        created_at: row.get(4)?,
        updated_at: row.get(5)?,
    };
    Ok(IdentityProviderRow { provider, sealed: row.get(6)? })
}

impl Reads<'_> {
    /// The provider of a tenant; of the platform, for none.
    pub async fn identity_provider(
        &mut self,
        tenant: Option<TenantId>,
    ) -> Result<Option<IdentityProviderRow>> {
        Ok(self.conn().opt(&IDENTITY_PROVIDER, vals![key_of(tenant)], provider).await?)
    }
}

impl Locks<'_> {
    /// The provider of a tenant; of the platform, for none.
    pub async fn identity_provider(
        &mut self,
        tenant: Option<TenantId>,
    ) -> Result<Option<IdentityProviderRow>> {
        Ok(self.conn().opt(&LOCK_IDENTITY_PROVIDER, vals![key_of(tenant)], provider).await?)
    }
}
