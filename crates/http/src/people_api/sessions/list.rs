//! `GET …/sessions`.

use axum::{Json, extract::State};
use daybook_portal::SessionFilter;
use serde::Deserialize;
use utoipa::IntoParams;

use super::SessionView;
use crate::{
    App,
    body::{Query, parse_optional},
    caller::{Caller, may},
    page::{Items, PageParams},
    problem::{Problem, ProblemBody},
};

/// Which sessions.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct SessionParams {
    /// `active`, `ended` or `expired`.
    status: Option<String>,
    /// The id of a user.
    user: Option<String>,
    /// Slug or id of a tenant. Not for a tenant's own list.
    tenant: Option<String>,
    #[serde(flatten)]
    #[param(ignore)]
    page: PageParams,
}

/// List sessions
///
/// Latest first.
#[utoipa::path(get, path = "/sessions", tag = "people", params(SessionParams, PageParams), security(("api_token" = ["sessions:read"])), responses(
    (status = 200, body = Items<SessionView>),
    (status = 404, description = "There is no such tenant", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "A parameter is invalid", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn list_sessions(
    caller: Caller<may::SessionsRead>,
    State(app): State<App>,
    Query(params): Query<SessionParams>,
) -> Result<Json<Items<SessionView>>, Problem> {
    let scope = caller.scope_named(&app, params.tenant.as_deref()).await?;
    let status = parse_optional("?status", params.status.as_deref())?;
    let user = parse_optional("?user", params.user.as_deref())?;
    let page = params.page;
    let filter = SessionFilter { status, user };
    let sessions = app.portal.sessions(scope, &filter, page.cursor()?.as_ref(), page.limit()?).await?;
    let current = caller.session();
    Ok(Json(Items::of(sessions, |session| SessionView::seen_from(session, current))))
}
