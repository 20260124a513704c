//! `/tenant/api`: for the people and programs of one tenant. What they see and change is their own tenant's; another tenant's id answers
//! 404.

mod branding;
mod profile;
mod usage;

use axum::Extension;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{App, account_api, caller::Realm, licensing_api, log_api, numbers_api, people_api};

/// The routes of the tenant API.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(branding::read_branding))
        .routes(routes!(profile::read::read_profile, profile::update::update_profile))
        .routes(routes!(usage::read_usage))
        .merge(account_api::routes())
        .merge(people_api::routes())
        .merge(licensing_api::routes())
        .merge(log_api::routes())
        .merge(numbers_api::routes())
        .layer(Extension(Realm::Tenant))
}
