//! Tenants.

pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod identity_provider;
pub(crate) mod impact;
pub(crate) mod list;
pub(crate) mod read;
pub(crate) mod resume;
pub(crate) mod subscription;
pub(crate) mod suspend;
pub(crate) mod update;
pub(crate) mod usage;

use daybook_model::{Timestamp, tenant::Tenant};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{limits::LimitsView, personal::plain};

/// A tenant.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TenantView {
    /// Never changes.
    #[schema(example = "ten_01k9zq7m3be5v8d0nq2t6y4s1a")]
    id: String,
    /// Stands in addresses.
    #[schema(example = "acme")]
    slug: String,
    /// As shown.
    #[schema(example = "Acme Räder")]
    name: String,
    /// `active`, `suspended` or `deleted`.
    #[schema(example = "active")]
    status: String,
    /// Where the operator writes to.
    contact_email: Option<String>,
    /// The domain of the tenant's own portal.
    domain: Option<String>,
    /// Shown on the tenant's pages.
    logo_url: Option<String>,
    /// `#rrggbb`.
    primary_color: Option<String>,
    /// Its plan.
    #[schema(example = "standard")]
    plan: String,
    /// How many active devices it may have, by its own limit or its plan's; null if there is no limit.
    device_limit: Option<i64>,
    /// What it may have, how much of it it has, and who says so.
    limits: LimitsView,
    /// The state of its subscription: `trialing`, `active`, `past_due`, `suspended` or `canceled`.
    #[schema(example = "active")]
    subscription: String,
    /// When its trial ends. RFC 3339, UTC.
    trial_ends_at: Option<String>,
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

impl TenantView {
    /// The tenant as it is answered now.
    pub(crate) fn new(tenant: Tenant, now: Timestamp) -> Self {
        Self {
            limits: LimitsView::new(&tenant, now),
            device_limit: tenant.device_limit(),
            subscription: tenant.subscription.to_string(),
            trial_ends_at: tenant.trial_ends_at.map(|at| at.to_string()),
            id: tenant.id.to_string(),
            slug: tenant.slug,
            name: tenant.name,
            status: tenant.status.to_string(),
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
