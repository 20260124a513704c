//! Events of identity providers → rows.

use daybook_model::{
    Timestamp,
    identity_provider::{IdentityProviderConfigured, IdentityProviderRemoved, ProviderStatus},
};

use super::user::tenant_key;
use crate::engine::{Write, statements, vals};

statements! {
    SET_IDENTITY_PROVIDER = "INSERT INTO identity_providers (tenant_id, issuer, client_id, status, created_at, updated_at)
        VALUES ($1, $2, $3, $4, $5, $5)
        ON CONFLICT (tenant_id) DO UPDATE SET issuer = excluded.issuer, client_id = excluded.client_id, status = excluded.status,
        updated_at = excluded.updated_at";
    REMOVE_IDENTITY_PROVIDER = "DELETE FROM identity_providers WHERE tenant_id = $1 AND issuer = $2";
    DROP_IDENTITY_PROVIDER_SECRET = "DELETE FROM identity_provider_secrets WHERE tenant_id = $1";
}

pub(super) fn configured(event: &IdentityProviderConfigured, at: Timestamp) -> Vec<Write> {
    let tenant = tenant_key(event.tenant.as_ref());
    let status = ProviderStatus::of(event.enabled).as_str();
    vec![Write::one(&SET_IDENTITY_PROVIDER, vals![tenant, &event.issuer, &event.client_id, status, at])]
}

pub(super) fn removed(event: &IdentityProviderRemoved) -> Vec<Write> {
    let tenant = tenant_key(event.tenant.as_ref());
    vec![
        Write::any(&DROP_IDENTITY_PROVIDER_SECRET, vals![tenant]),
        Write::one(&REMOVE_IDENTITY_PROVIDER, vals![tenant, &event.issuer]),
    ]
}
