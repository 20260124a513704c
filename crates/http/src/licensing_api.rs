//! What licensing is about: projects, activation codes and devices. The same routes for the platform's operators under `/admin/api`, where every
//! tenant can be reached, and for a tenant's own people and programs under `/tenant/api`, where another tenant's id answers 404. One
//! endpoint, one file.

pub(crate) mod codes;
pub(crate) mod devices;
pub(crate) mod projects;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::App;

/// The routes of one side, relative to its API.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
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
}
