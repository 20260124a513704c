//! `/projects`: the projects that are not deleted, latest first.

use askama::Template;
use axum::{
    extract::{Query, State},
    http::StatusCode,
    response::Response,
};
use daybook_model::{
    Action, Timestamp,
    project::{Priority, ProjectStatus},
};
use daybook_portal::{Page, ProjectFilter, ProjectListing};
use serde::Deserialize;

use super::{
    form::given,
    guard::Viewer,
    list::{Badge, Chip, Pager, SHOWN, chips},
    onward::address,
    owner::Owner,
    shell::{Shell, framed, rendered},
};
use crate::{App, body::parse_optional, locale::Locale, page::PageParams, personal::shown, problem::Problem};

const PATH: &str = "/projects";

/// States as a list offers them.
const STATUSES: [(&str, &str); 3] =
    [("", "status-any"), ("active", "state-active"), ("inactive", "state-inactive")];

#[derive(Template)]
#[template(path = "projects.html")]
struct ProjectsPage {
    shell: Shell,
    asked: Asked,
    statuses: [(&'static str, &'static str); 3],
    rows: Vec<ProjectRow>,
    may_create: bool,
    /// Where one is created: for the tenant that the list is narrowed to.
    create: String,
    chips: Vec<Chip>,
    pager: Pager,
}

framed!(ProjectsPage);

/// What is looked for.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Asked {
    status: String,
    tenant: String,
    cursor: String,
}

impl Asked {
    fn filters(&self) -> [(&'static str, &str); 2] {
        [("status", &self.status), ("tenant", &self.tenant)]
    }
}

/// A project as pages show it.
pub(super) struct ProjectRow {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) client: Option<String>,
    pub(super) description: Option<String>,
    pub(super) badge: Badge,
    /// The name of the text.
    pub(super) priority: &'static str,
    /// Slug and name.
    pub(super) tenant: (String, String),
    pub(super) activated_at: Option<Timestamp>,
    pub(super) created_at: Timestamp,
    pub(super) updated_at: Timestamp,
}

impl ProjectRow {
    pub(super) fn of(ProjectListing { project, tenant }: ProjectListing, locale: Locale) -> Self {
        Self {
            id: project.id.to_string(),
            name: project.name,
            client: shown(project.client_name.as_ref(), locale),
            description: shown(project.description.as_ref(), locale),
            badge: badge(project.status),
            priority: priority_text(project.priority),
            tenant: (tenant.slug, tenant.name),
            activated_at: project.activated_at,
            created_at: project.created_at,
            updated_at: project.updated_at,
        }
    }
}

/// The name of the text that says how urgent a project is.
pub(super) fn priority_text(priority: Priority) -> &'static str {
    match priority {
        Priority::Low => "priority-low",
        Priority::Normal => "priority-normal",
        Priority::High => "priority-high",
    }
}

/// In which state a project is.
pub(super) fn badge(status: ProjectStatus) -> Badge {
    match status {
        ProjectStatus::Active => Badge { tone: "ok", icon: "check", text: "state-active" },
        ProjectStatus::Inactive => Badge { tone: "", icon: "clock", text: "state-inactive" },
        ProjectStatus::Deleted => Badge { tone: "bad", icon: "ban", text: "state-deleted" },
    }
}

pub(super) async fn show(
    viewer: Viewer,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let locale = viewer.look.locale;
    let cursor = PageParams { cursor: given(&asked.cursor), ..PageParams::default() }.cursor()?;
    let filter = ProjectFilter { status: parse_optional("?status", given(&asked.status).as_deref())? };
    let page = match Owner::named(&app, &viewer, &asked.tenant, "").await? {
        Some(owner) => app.portal.projects(owner.scope, &filter, cursor.as_ref(), SHOWN).await?,
        None => Page { items: vec![], next: None },
    };
    let shown = ProjectsPage {
        chips: chips(locale, PATH, &asked.filters(), &STATUSES, &[]),
        pager: Pager::of(PATH, &asked.filters(), &asked.cursor, &page),
        shell: Shell::of(&app, &viewer, locale.text("projects").into_owned()).await?,
        statuses: STATUSES,
        rows: page.items.into_iter().map(|listing| ProjectRow::of(listing, locale)).collect(),
        may_create: viewer.may(Action::ProjectsWrite),
        create: address("/projects/new", &[("tenant", &asked.tenant)]),
        asked,
    };
    Ok(rendered(StatusCode::OK, &shown))
}
