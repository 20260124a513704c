//! `/admin/api`: for the platform's operators and their programs. What stands under the tenants' API too has modules of its own beside
//! this. One endpoint, one file.

mod identity_provider;
mod llm;
mod notifications;
mod permissions;
mod plans;
mod project_llm;
pub(crate) mod reason;
pub(crate) mod tenant_scope;
mod tenants;

use axum::Extension;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{App, account_api, caller::Realm, licensing_api, log_api, numbers_api, people_api};

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
        .routes(routes!(
            tenants::subscription::read::read_subscription,
            tenants::subscription::change::change_subscription
        ))
        .routes(routes!(tenants::usage::read_tenant_usage))
        .routes(routes!(plans::list::list_plans, plans::create::create_plan))
        .routes(routes!(plans::read::read_plan, plans::update::update_plan, plans::delete::delete_plan))
        .routes(routes!(llm::read::read_llm, llm::configure::configure_llm))
        .routes(routes!(llm::history::list_llm_versions))
        .routes(routes!(llm::revert::revert_llm))
        .routes(routes!(project_llm::read::read_project_llm, project_llm::configure::configure_project_llm))
        .routes(routes!(project_llm::history::list_project_llm_versions))
        .routes(routes!(project_llm::revert::revert_project_llm))
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
        .routes(routes!(notifications::list::list_notifications))
        .routes(routes!(notifications::retry::retry_notification))
        .merge(account_api::routes())
        .merge(account_api::platform_routes())
        .merge(people_api::routes())
        .merge(people_api::platform_routes())
        .merge(licensing_api::routes())
        .merge(log_api::routes())
        .merge(numbers_api::routes())
        .merge(numbers_api::platform_routes())
        .layer(Extension(Realm::Platform))
}
