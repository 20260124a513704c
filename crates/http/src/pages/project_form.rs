//! `/projects/new` and `/projects/{id}/edit`: what is said of a project.

use axum::{
    Form,
    extract::{Query, State},
    response::Response,
};
use daybook_model::{
    ProjectId,
    change::Edit,
    project::{Priority, ProjectDraft, ProjectEdit, ProjectStatus},
};
use daybook_portal::{PortalError, ProjectListing};
use serde::Deserialize;

use super::{
    ask::{Ask, after},
    form::{Field, Reading, given},
    guard::Viewer,
    owner::tenant_field,
    projects::priority_text,
    shell::Shell,
};
use crate::{App, body::Id, personal::plain, problem::Problem};

/// What the form sends; the tenant may stand in its address.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Filled {
    tenant: String,
    name: String,
    client_name: String,
    description: String,
    priority: String,
    is_active: String,
    version: String,
}

impl From<&ProjectListing> for Filled {
    fn from(ProjectListing { project, .. }: &ProjectListing) -> Self {
        Self {
            name: project.name.clone(),
            client_name: plain(project.client_name.clone()).unwrap_or_default(),
            description: plain(project.description.clone()).unwrap_or_default(),
            priority: project.priority.to_string(),
            is_active: (project.status == ProjectStatus::Active).to_string(),
            version: project.version.to_string(),
            ..Self::default()
        }
    }
}

/// What a new project and an edit have in common.
fn fields(shell: &Shell, filled: &Filled) -> Vec<Field> {
    let priorities = Priority::ALL
        .iter()
        .map(|priority| (priority.to_string(), shell.t(priority_text(*priority)).into_owned()));
    vec![
        Field::new("name", "text", shell.t("name")).value(&filled.name).length_max(120),
        Field::new("client_name", "text", shell.t("client"))
            .value(&filled.client_name)
            .length_max(120)
            .hint(shell.t("client-hint")),
        Field::new("description", "textarea", shell.t("description")).value(&filled.description).optional(),
        Field::new("priority", "select", shell.t("priority")).value(&filled.priority).choices(priorities),
        Field::new("is_active", "checkbox", shell.t("project-is-active"))
            .value(&filled.is_active)
            .optional()
            .hint(shell.t("project-is-active-hint")),
    ]
}

async fn new(app: &App, viewer: &Viewer, filled: &Filled) -> Result<Ask, Problem> {
    let locale = viewer.look.locale;
    let shell = Shell::of(app, viewer, locale.text("project-new").into_owned()).await?;
    let mut lines = Vec::from_iter(tenant_field(app, viewer, &filled.tenant).await?);
    lines.extend(fields(&shell, filled));
    Ok(Ask::new(viewer, shell, "/projects/new", "/projects", "project-create").fields(lines))
}

pub(super) async fn ask_new(
    viewer: Viewer,
    State(app): State<App>,
    Query(filled): Query<Filled>,
) -> Result<Response, Problem> {
    let (priority, is_active) = (Priority::default().to_string(), true.to_string());
    Ok(new(&app, &viewer, &Filled { priority, is_active, ..filled }).await?.answer())
}

pub(super) async fn create(
    viewer: Viewer,
    State(app): State<App>,
    Form(filled): Form<Filled>,
) -> Result<Response, Problem> {
    let mut reading = Reading::default();
    let draft = ProjectDraft {
        name: filled.name.clone(),
        client_name: filled.client_name.clone(),
        description: given(&filled.description),
        priority: reading.read("priority", &filled.priority, "must be low, normal or high"),
        is_active: Some(filled.is_active == "true"),
    };
    let (tenant, context) = (given(&filled.tenant), viewer.context());
    let outcome = match reading.finish() {
        Ok(()) => app.portal.create_project(&context, viewer.scope(), tenant.as_deref(), draft).await,
        Err(error) => Err(error),
    };
    let again = new(&app, &viewer, &filled).await?;
    after(&viewer, outcome, address_of, || again)
}

fn address_of(listing: &ProjectListing) -> String {
    format!("/projects/{}", listing.project.id)
}

async fn edit(app: &App, viewer: &Viewer, id: ProjectId, filled: &Filled) -> Result<Ask, Problem> {
    let title = viewer.look.locale.text_with("edit-title", &[("name", filled.name.clone().into())]);
    let shell = Shell::of(app, viewer, title).await?;
    let (page, lines) = (format!("/projects/{id}"), fields(&shell, filled));
    let ask = Ask::new(viewer, shell, format!("{page}/edit"), page, "save");
    Ok(ask.hidden("version", &filled.version).fields(lines))
}

pub(super) async fn ask_edit(
    viewer: Viewer,
    State(app): State<App>,
    Id(id): Id<ProjectId>,
) -> Result<Response, Problem> {
    let listing = app.portal.project(viewer.scope(), id).await?;
    Ok(edit(&app, &viewer, id, &Filled::from(&listing)).await?.answer())
}

pub(super) async fn update(
    viewer: Viewer,
    State(app): State<App>,
    Id(id): Id<ProjectId>,
    Form(filled): Form<Filled>,
) -> Result<Response, Problem> {
    let listing = app.portal.project(viewer.scope(), id).await?;
    let outcome = match read(&listing, &filled) {
        Ok((edit, version)) => {
            app.portal.update_project(&viewer.context(), viewer.scope(), id, edit, version).await
        }
        Err(error) => Err(error),
    };
    let again = edit(&app, &viewer, id, &filled).await?;
    after(&viewer, outcome, address_of, || again)
}

/// The edit, and the version that was read. What was erased and is left empty stays erased.
fn read(listing: &ProjectListing, filled: &Filled) -> Result<(ProjectEdit, Option<i64>), PortalError> {
    let mut reading = Reading::default();
    let project = &listing.project;
    let is_kept = |value: &Option<_>, typed: &str| {
        crate::personal::is_erased(value.as_ref()) && typed.trim().is_empty()
    };
    let description = match given(&filled.description) {
        Some(text) => Edit::Set(text),
        None if is_kept(&project.description, &filled.description) => Edit::Keep,
        None => Edit::Clear,
    };
    let is_client_kept = is_kept(&project.client_name, &filled.client_name);
    let edit = ProjectEdit {
        name: Some(filled.name.clone()),
        client_name: (!is_client_kept).then(|| filled.client_name.clone()),
        description,
        priority: reading.read("priority", &filled.priority, "must be low, normal or high"),
        is_active: Some(filled.is_active == "true"),
    };
    let version = reading.number("version", &filled.version);
    reading.finish()?;
    Ok((edit, version))
}
