//! The tenant's own profile: what it says of itself, and what the operator grants it.

pub(crate) mod read;
pub(crate) mod update;

use daybook_model::tenant::Tenant;
use serde::Serialize;
use utoipa::ToSchema;

use crate::personal::plain;

/// The tenant's own profile.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProfileView {
    /// Never changes.
    #[schema(example = "ten_01k9zq7m3be5v8d0nq2t6y4s1a")]
    id: String,
    /// Stands in addresses; the operator's to choose.
    #[schema(example = "acme")]
    slug: String,
    /// As shown.
    #[schema(example = "Acme Räder")]
    name: String,
    /// Where the operator writes to.
    contact_email: Option<String>,
    /// The domain of the tenant's own portal.
    domain: Option<String>,
    /// Shown on the tenant's pages.
    logo_url: Option<String>,
    /// `#rrggbb`.
    primary_color: Option<String>,
    /// Its plan; the operator's to grant, as all that follows.
    #[schema(example = "standard")]
    plan: String,
    /// How many active devices it may have; null if there is no limit.
    device_limit: Option<i64>,
    /// Starts its activation codes.
    #[schema(example = "ACME")]
    code_prefix: String,
    /// Whether its own people and programs may generate codes.
    self_service_codes: bool,
    /// Grows with each change; the `ETag` is `"v…"` of it.
    version: i64,
    /// RFC 3339, UTC.
    created_at: String,
    /// RFC 3339, UTC.
    updated_at: String,
}

impl From<Tenant> for ProfileView {
    fn from(tenant: Tenant) -> Self {
        Self {
            device_limit: tenant.device_limit(),
            id: tenant.id.to_string(),
            slug: tenant.slug,
            name: tenant.name,
            contact_email: plain(tenant.contact_email),
            domain: tenant.domain,
            logo_url: tenant.logo_url,
            primary_color: tenant.primary_color,
            plan: tenant.plan,
            code_prefix: tenant.code_prefix,
            self_service_codes: tenant.self_service_codes,
            version: tenant.version,
            created_at: tenant.created_at.to_string(),
            updated_at: tenant.updated_at.to_string(),
        }
    }
}
