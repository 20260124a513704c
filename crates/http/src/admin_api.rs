//! `/admin/api`: for the platform's operators and their programs. One endpoint, one file.

mod codes;
mod devices;
mod events;
mod identity_provider;
mod log;
mod numbers;
mod permissions;
mod projects;
pub(crate) mod reason;
pub(crate) mod tenant_scope;
mod tenants;

use axum::Extension;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{App, account_api, caller::Realm, people_api};

/// The routes of the admin API.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(tenants::list::list_tenants, tenants::create::create_tenant))
        .routes(routes!(
            tenants::read::read_tenant,
            tenants::update::update_tenant,
            tenants::delete::delete_tenant
        ))
        .routes(routes!(tenants::impact::read_deletion_impact))
        .routes(routes!(tenants::suspend::suspend_tenant))
        .routes(routes!(tenants::resume::resume_tenant))
        .routes(routes!(projects::list::list_projects, projects::create::create_project))
        .routes(routes!(
            projects::read::read_project,
            projects::update::update_project,
            projects::delete::delete_project
        ))
        .routes(routes!(projects::assign_code::assign_code))
        .routes(routes!(codes::list::list_codes))
        .routes(routes!(codes::generate::generate_codes))
        .routes(routes!(codes::revoke::revoke_code))
        .routes(routes!(devices::list::list_devices))
        .routes(routes!(devices::read::read_device, devices::revoke::revoke_device))
        .routes(routes!(permissions::list_permissions))
        .routes(routes!(
            identity_provider::read::read_identity_provider,
            identity_provider::configure::configure_identity_provider,
            identity_provider::remove::remove_identity_provider
        ))
        .routes(routes!(
            tenants::identity_provider::read::read_tenant_identity_provider,
            tenants::identity_provider::configure::configure_tenant_identity_provider,
            tenants::identity_provider::remove::remove_tenant_identity_provider
        ))
        .routes(routes!(events::recent::recent_activities))
        .routes(routes!(events::list::list_events))
        .routes(routes!(events::stream::stream_events))
        .routes(routes!(events::read::read_event))
        .routes(routes!(events::types::list_event_types))
        .routes(routes!(numbers::dashboard::dashboard_stats))
        .routes(routes!(numbers::distribution::project_device_distribution))
        .routes(routes!(numbers::trend::activation_trend))
        .routes(routes!(numbers::analytics::analytics))
        .routes(routes!(log::status::log_status))
        .merge(account_api::routes())
        .merge(account_api::platform_routes())
        .merge(people_api::routes())
        .layer(Extension(Realm::Platform))
}
