//! Users, their sessions and API tokens, for those who manage them: the platform's operators under `/admin/api`, where every tenant can be reached,
//! and a tenant's own under `/tenant/api`, where another tenant's id answers 404. One endpoint, one file.

mod api_tokens;
pub(crate) mod sessions;
pub(crate) mod users;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::App;

/// The routes of one side, relative to its API.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(users::list::list_users, users::invite::invite_user))
        .routes(routes!(users::read::read_user, users::update::update_user, users::remove::remove_user))
        .routes(routes!(users::role::change_user_role))
        .routes(routes!(users::disable::disable_user))
        .routes(routes!(users::enable::enable_user))
        .routes(routes!(users::link::issue_user_link))
        .routes(routes!(users::factors::reset_user_factors))
        .routes(routes!(users::end_sessions::end_user_sessions))
        .routes(routes!(sessions::list::list_sessions))
        .routes(routes!(sessions::end::end_session))
        .routes(routes!(api_tokens::list::list_api_tokens, api_tokens::create::create_api_token))
        .routes(routes!(api_tokens::revoke::revoke_api_token))
}
