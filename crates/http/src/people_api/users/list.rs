//! `GET …/users`.

use axum::{Json, extract::State};
use daybook_portal::UserFilter;
use serde::Deserialize;
use utoipa::IntoParams;

use super::UserView;
use crate::{
    App,
    body::{Query, parse_optional},
    caller::{Caller, may},
    page::{Items, PageParams},
    problem::{Problem, ProblemBody},
};

/// Which users.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct UserParams {
    /// `invited`, `active`, `disabled` or `removed`; all but the last if absent.
    status: Option<String>,
    /// Slug or id of a tenant; `platform` for people of the platform alone. Not for a tenant's own list.
    tenant: Option<String>,
    #[serde(flatten)]
    #[param(ignore)]
    page: PageParams,
}

/// List users
///
/// Latest first.
#[utoipa::path(get, path = "/users", tag = "people", params(UserParams, PageParams), security(("api_token" = ["users:read"])), responses(
    (status = 200, body = Items<UserView>),
    (status = 404, description = "There is no such tenant", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "A parameter is invalid", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn list_users(
    caller: Caller<may::UsersRead>,
    State(app): State<App>,
    Query(params): Query<UserParams>,
) -> Result<Json<Items<UserView>>, Problem> {
    let platform_only = params.tenant.as_deref() == Some("platform");
    let named = params.tenant.as_deref().filter(|_| !platform_only);
    let scope = caller.scope_named(&app, named).await?;
    let status = parse_optional("?status", params.status.as_deref())?;
    let page = params.page;
    let filter = UserFilter { status, platform_only: platform_only && caller.is_platform() };
    let users = app.portal.users(scope, &filter, page.cursor()?.as_ref(), page.limit()?).await?;
    Ok(Json(Items::of(users, UserView::from)))
}
