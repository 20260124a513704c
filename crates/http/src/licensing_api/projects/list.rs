//! `GET …/projects`.

use axum::{Json, extract::State};
use daybook_portal::ProjectFilter;
use serde::Deserialize;
use utoipa::IntoParams;

use super::ProjectView;
use crate::{
    App,
    body::{Query, parse_optional},
    caller::{Caller, may},
    page::{Items, PageParams},
    problem::{Problem, ProblemBody},
};

/// Which projects.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Params {
    /// Slug or id of a tenant. Not for a tenant's own list.
    tenant: Option<String>,
    /// `active` or `inactive`.
    status: Option<String>,
    #[serde(flatten)]
    #[param(ignore)]
    page: PageParams,
}

/// List projects
///
/// Latest first. Deleted projects are not listed.
#[utoipa::path(get, path = "/projects", tag = "projects", params(Params, PageParams), security(("api_token" = ["projects:read"])), responses(
    (status = 200, body = Items<ProjectView>),
    (status = 404, description = "There is no such tenant", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "A parameter is invalid", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn list_projects(
    caller: Caller<may::ProjectsRead>,
    State(app): State<App>,
    Query(params): Query<Params>,
) -> Result<Json<Items<ProjectView>>, Problem> {
    let scope = caller.scope_named(&app, params.tenant.as_deref()).await?;
    let filter = ProjectFilter { status: parse_optional("?status", params.status.as_deref())? };
    let page =
        app.portal.projects(scope, &filter, params.page.cursor()?.as_ref(), params.page.limit()?).await?;
    Ok(Json(Items::of(page, ProjectView::from)))
}
