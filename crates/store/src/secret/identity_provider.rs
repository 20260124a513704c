//! The secrets with which the portal shows identity providers who it is: sealed by the portal. Never in an event, never in an error.

use daybook_model::identity_provider::{IdentityProviderConfigured, IdentityProviderSecret};

use super::Keep;
use crate::{
    apply::user::tenant_key,
    engine::{Write, statements, vals},
};

statements! {
    SET_IDENTITY_PROVIDER_SECRET = "INSERT INTO identity_provider_secrets (tenant_id, sealed) VALUES ($1, $2)
        ON CONFLICT (tenant_id) DO UPDATE SET sealed = excluded.sealed";
}

impl Keep<IdentityProviderConfigured> for IdentityProviderSecret {
    fn writes(self, event: &IdentityProviderConfigured) -> Vec<Write> {
        let tenant = tenant_key(event.tenant.as_ref());
        self.0
            .map(|sealed| Write::one(&SET_IDENTITY_PROVIDER_SECRET, vals![tenant, sealed]))
            .into_iter()
            .collect()
    }
}
