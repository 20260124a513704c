//! `/tenant/api`: for the people and programs of one tenant. What they see and change is their own tenant's; another tenant's id answers
//! 404.

use axum::Extension;
use utoipa_axum::router::OpenApiRouter;

use crate::{App, account_api, caller::Realm, people_api};

/// The routes of the tenant API.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(account_api::routes())
        .merge(people_api::routes())
        .layer(Extension(Realm::Tenant))
}
