//! Whose rows a list shows: one tenant's, or everybody's.

use daybook_portal::TenantScope;

use crate::{App, problem::Problem};

/// The tenant that a parameter names by slug or id, or all if it is absent.
pub(crate) async fn tenant_scope(app: &App, tenant: Option<&str>) -> Result<TenantScope, Problem> {
    match tenant.filter(|name| !name.is_empty()) {
        None => Ok(TenantScope::All),
        Some(name) => Ok(TenantScope::Of(app.portal.find_tenant(name).await?.id)),
    }
}
