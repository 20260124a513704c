//! `GET …/codes`.

use axum::{Json, extract::State};
use daybook_portal::{CodeFilter, CodeListing};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::CodeView;
use crate::{
    App,
    body::{Query, parse_optional},
    caller::{Caller, may},
    page::{Items, PageParams},
    problem::{Problem, ProblemBody},
};

/// Which codes.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Params {
    /// Slug or id of a tenant. Not for a tenant's own list.
    tenant: Option<String>,
    /// Id of a project.
    project: Option<String>,
    /// `active`, `used`, `expired` or `revoked`.
    status: Option<String>,
    /// Exactly this label.
    label: Option<String>,
    /// The last group, or the start of the label.
    q: Option<String>,
    #[serde(flatten)]
    #[param(ignore)]
    page: PageParams,
}

/// A code in a list, with the names of its tenant and project.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CodeRow {
    #[serde(flatten)]
    code: CodeView,
    /// Its tenant's slug.
    tenant_slug: String,
    /// Its tenant's name.
    tenant_name: String,
    /// Its project's name.
    project_name: Option<String>,
}

impl From<CodeListing> for CodeRow {
    fn from(listing: CodeListing) -> Self {
        let CodeListing { code, tenant_slug, tenant_name, project_name } = listing;
        Self { code: code.into(), tenant_slug, tenant_name, project_name }
    }
}

/// List activation codes
///
/// Latest first. A code is never shown again; its last group is.
#[utoipa::path(get, path = "/codes", tag = "codes", params(Params, PageParams), security(("api_token" = ["codes:read"])), responses(
    (status = 200, body = Items<CodeRow>),
    (status = 404, description = "There is no such tenant", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "A parameter is invalid", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(crate) async fn list_codes(
    caller: Caller<may::CodesRead>,
    State(app): State<App>,
    Query(params): Query<Params>,
) -> Result<Json<Items<CodeRow>>, Problem> {
    let scope = caller.scope_named(&app, params.tenant.as_deref()).await?;
    let filter = CodeFilter {
        status: parse_optional("?status", params.status.as_deref())?,
        project: parse_optional("?project", params.project.as_deref())?,
        label: params.label.filter(|label| !label.is_empty()),
        search: params.q.filter(|search| !search.is_empty()),
    };
    let page = app.portal.codes(scope, &filter, params.page.cursor()?.as_ref(), params.page.limit()?).await?;
    Ok(Json(Items::of(page, CodeRow::from)))
}
