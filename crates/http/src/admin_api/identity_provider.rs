//! The identity provider of the platform: where its people sign in instead of with a password. Each tenant's is under the tenant.

pub(crate) mod configure;
pub(crate) mod read;
pub(crate) mod remove;

use daybook_model::identity_provider::{IdentityProvider, IdentityProviderDraft};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::App;

/// An identity provider that speaks OpenID Connect.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct IdentityProviderView {
    /// Its name and address.
    #[schema(example = "https://accounts.example.com")]
    issuer: String,
    /// What it calls the portal.
    #[schema(example = "daybook")]
    client_id: String,
    /// Whether people may sign in there.
    enabled: bool,
    /// Where it sends browsers back to: it must know this address.
    #[schema(example = "https://portal.example.com/admin/api/auth/oidc/callback")]
    redirect_uri: String,
    /// RFC 3339, UTC.
    created_at: String,
    /// RFC 3339, UTC.
    updated_at: String,
}

impl IdentityProviderView {
    pub(crate) fn new(app: &App, provider: IdentityProvider) -> Self {
        Self {
            redirect_uri: app.portal.provider_redirect(provider.tenant.is_some()),
            issuer: provider.issuer,
            client_id: provider.client_id,
            enabled: provider.enabled,
            created_at: provider.created_at.to_string(),
            updated_at: provider.updated_at.to_string(),
        }
    }
}

/// How a provider is configured.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "issuer": "https://accounts.example.com", "client_id": "daybook", "client_secret": "…", "enabled": true
}))]
pub(crate) struct IdentityProviderSettings {
    /// An https address; http for an address of this machine.
    issuer: String,
    /// What the provider calls the portal.
    client_id: String,
    /// What the portal shows the provider; never answered. The present one stays if it is absent; another issuer needs another.
    client_secret: Option<String>,
    /// Whether people may sign in there.
    #[serde(default = "enabled")]
    #[schema(default = true)]
    enabled: bool,
}

fn enabled() -> bool {
    true
}

impl From<IdentityProviderSettings> for IdentityProviderDraft {
    fn from(body: IdentityProviderSettings) -> Self {
        let IdentityProviderSettings { issuer, client_id, client_secret, enabled } = body;
        Self { issuer, client_id, client_secret, enabled }
    }
}
