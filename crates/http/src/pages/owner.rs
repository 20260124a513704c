//! Whose a thing is: tenants and projects as lists narrow to them and forms offer them. Must not decide what may be chosen: use cases do.

use daybook_model::ProjectId;
use daybook_portal::{PortalError, ProjectFilter, ProjectListing, TenantFilter, TenantScope, TenantSort};
use serde::Deserialize;

use super::{
    form::{Field, given},
    guard::Viewer,
};
use crate::{App, body::parse_optional, problem::Problem};

/// How many are offered; where there are more, one is typed.
const OFFERED: u32 = 200;

/// What is looked for in a list of what belongs to tenants and projects.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Asked {
    pub(super) q: String,
    pub(super) status: String,
    pub(super) tenant: String,
    pub(super) project: String,
    pub(super) cursor: String,
}

impl Asked {
    pub(super) fn filters(&self) -> [(&'static str, &str); 4] {
        [("q", &self.q), ("status", &self.status), ("tenant", &self.tenant), ("project", &self.project)]
    }
}

/// What a list is narrowed to.
pub(super) struct Owner {
    /// The rows of this tenant, or of all.
    pub(super) scope: TenantScope,
    pub(super) project: Option<ProjectId>,
    /// The projects that can be chosen: those of the tenant, else the one that is chosen.
    pub(super) projects: Vec<(String, String)>,
}

impl Owner {
    /// What the tenant's slug or id and the project's id of a filter name; nothing if there is no such tenant.
    pub(super) async fn named(
        app: &App,
        viewer: &Viewer,
        tenant: &str,
        project: &str,
    ) -> Result<Option<Self>, Problem> {
        let project: Option<ProjectId> = parse_optional("?project", given(project).as_deref())?;
        let scope = match given(tenant).filter(|_| !viewer.is_of_tenant()) {
            None => viewer.scope(),
            Some(name) => match app.portal.tenant_of_filter(&name.to_lowercase()).await? {
                Some(id) => TenantScope::Of(id),
                None => return Ok(None),
            },
        };
        let projects = match (scope, project) {
            (TenantScope::Of(_), _) => projects(app, scope).await?,
            (TenantScope::All, Some(id)) => match app.portal.project(scope, id).await {
                Ok(listing) => vec![listing],
                // A list may be narrowed to a project that is deleted.
                Err(PortalError::NotFound(_)) => vec![],
                Err(error) => return Err(error.into()),
            },
            (TenantScope::All, None) => vec![],
        };
        let choice = |listing: ProjectListing| (listing.project.id.to_string(), listing.project.name);
        let mut projects: Vec<_> = projects.into_iter().map(choice).collect();
        let is_offered = |id: &ProjectId| projects.iter().any(|(offered, _)| *offered == id.to_string());
        if let Some(id) = project.filter(|id| !is_offered(id)) {
            projects.push((id.to_string(), id.to_string()));
        }
        Ok(Some(Self { scope, project, projects }))
    }
}

async fn projects(app: &App, scope: TenantScope) -> Result<Vec<ProjectListing>, Problem> {
    Ok(app.portal.projects(scope, &ProjectFilter::default(), None, OFFERED).await?.items)
}

/// The line in which a tenant is chosen, by its slug; none for people of a tenant, who have no choice.
pub(super) async fn tenant_field(app: &App, viewer: &Viewer, value: &str) -> Result<Option<Field>, Problem> {
    if viewer.is_of_tenant() {
        return Ok(None);
    }
    let locale = viewer.look.locale;
    let filter = TenantFilter { sort: TenantSort::Name, ..TenantFilter::default() };
    let page = app.portal.tenants(&filter, None, OFFERED).await?;
    let label = locale.text("tenant");
    if page.next.is_some() {
        let field = Field::new("tenant", "text", label).value(value);
        return Ok(Some(field.hint(locale.text("tenant-by-slug"))));
    }
    let choices = page.items.into_iter().map(|tenant| (tenant.slug, tenant.name));
    let nothing = (String::new(), locale.text("choose").into_owned());
    let field = Field::new("tenant", "select", label).value(value);
    Ok(Some(field.choices(std::iter::once(nothing).chain(choices))))
}

/// The line in which a project is chosen, by its id; those of one tenant if it is known. It may be left out.
pub(super) async fn project_field(
    app: &App,
    viewer: &Viewer,
    tenant: &str,
    value: &str,
) -> Result<Field, Problem> {
    let locale = viewer.look.locale;
    let scope = match given(tenant).filter(|_| !viewer.is_of_tenant()) {
        None => viewer.scope(),
        Some(name) => app.portal.tenant_of_filter(&name).await?.map_or(TenantScope::All, TenantScope::Of),
    };
    let page = app.portal.projects(scope, &ProjectFilter::default(), None, OFFERED).await?;
    let label = locale.text("project");
    if page.next.is_some() {
        let field = Field::new("project", "text", label).value(value).optional();
        return Ok(field.hint(locale.text("project-by-id")));
    }
    let name = |listing: ProjectListing| {
        let of = if scope == TenantScope::All { format!(", {}", listing.tenant.name) } else { String::new() };
        (listing.project.id.to_string(), listing.project.name + &of)
    };
    let nothing = (String::new(), locale.text("project-none").into_owned());
    let choices = std::iter::once(nothing).chain(page.items.into_iter().map(name));
    Ok(Field::new("project", "select", label).value(value).optional().choices(choices))
}
