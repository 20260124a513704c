//! `/codes`: activation codes, latest first. A code itself is never shown again; its last group is.

use askama::Template;
use axum::{
    extract::{Query, State},
    http::StatusCode,
    response::Response,
};
use daybook_model::{Action, Timestamp, code::CodeStatus};
use daybook_portal::{CodeFilter, CodeListing, Page};

use super::{
    code_revoke,
    form::given,
    guard::Viewer,
    list::{Badge, Chip, Pager, SHOWN, chips},
    onward::address,
    owner::{Asked, Owner},
    shell::{Shell, framed, rendered},
};
use crate::{App, body::parse_optional, locale::Locale, page::PageParams, personal::shown, problem::Problem};

const PATH: &str = "/codes";

/// States as a list offers them.
const STATUSES: [(&str, &str); 5] = [
    ("", "status-any"),
    ("active", "state-active"),
    ("used", "state-used"),
    ("expired", "state-expired"),
    ("revoked", "state-revoked"),
];

#[derive(Template)]
#[template(path = "codes.html")]
struct CodesPage {
    shell: Shell,
    asked: Asked,
    statuses: [(&'static str, &'static str); 5],
    projects: Vec<(String, String)>,
    codes: Vec<CodeRow>,
    may_generate: bool,
    may_revoke: bool,
    /// Where codes are generated: for the tenant and project that the list is narrowed to.
    generate: String,
    chips: Vec<Chip>,
    pager: Pager,
}

framed!(CodesPage);

/// A code as lists show it.
pub(super) struct CodeRow {
    pub(super) id: String,
    pub(super) hint: String,
    pub(super) label: Option<String>,
    pub(super) badge: Badge,
    /// Id and name.
    pub(super) project: Option<(String, String)>,
    /// Slug and name.
    pub(super) tenant: (String, String),
    pub(super) use_count: i64,
    pub(super) max_uses: i64,
    pub(super) expires_at: Option<Timestamp>,
    pub(super) created_at: Timestamp,
    pub(super) is_revoked: bool,
    /// Where it is revoked.
    pub(super) revoke: String,
}

impl CodeRow {
    pub(super) fn of(listing: CodeListing, locale: Locale) -> Self {
        let CodeListing { code, tenant_slug, tenant_name, project_name } = listing;
        Self {
            id: code.id.to_string(),
            label: shown(code.label.as_ref(), locale),
            badge: badge(code.status),
            project: code.project.map(|id| id.to_string()).zip(project_name),
            tenant: (tenant_slug, tenant_name),
            hint: code.hint,
            use_count: code.use_count,
            max_uses: code.max_uses,
            expires_at: code.expires_at,
            created_at: code.created_at,
            is_revoked: code.status == CodeStatus::Revoked,
            revoke: code_revoke::address_for(&code.id.to_string()),
        }
    }
}

/// In which state a code is.
pub(super) fn badge(status: CodeStatus) -> Badge {
    match status {
        CodeStatus::Active => Badge { tone: "ok", icon: "check", text: "state-active" },
        CodeStatus::Used => Badge { tone: "info", icon: "circle-check", text: "state-used" },
        CodeStatus::Expired => Badge { tone: "", icon: "clock", text: "state-expired" },
        CodeStatus::Revoked => Badge { tone: "bad", icon: "ban", text: "state-revoked" },
    }
}

pub(super) async fn show(
    viewer: Viewer,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let locale = viewer.look.locale;
    let cursor = PageParams { cursor: given(&asked.cursor), ..PageParams::default() }.cursor()?;
    let status = parse_optional("?status", given(&asked.status).as_deref())?;
    let (page, projects) = match Owner::named(&app, &viewer, &asked.tenant, &asked.project).await? {
        Some(Owner { scope, project, projects }) => {
            let filter = CodeFilter { status, project, label: None, search: given(&asked.q) };
            (app.portal.codes(scope, &filter, cursor.as_ref(), SHOWN).await?, projects)
        }
        None => (Page { items: vec![], next: None }, vec![]),
    };
    let shown = CodesPage {
        chips: chips(locale, PATH, &asked.filters(), &STATUSES, &projects),
        pager: Pager::of(PATH, &asked.filters(), &asked.cursor, &page),
        shell: Shell::of(&app, &viewer, locale.text("nav-codes").into_owned()).await?,
        statuses: STATUSES,
        projects,
        codes: page.items.into_iter().map(|listing| CodeRow::of(listing, locale)).collect(),
        may_generate: viewer.may(Action::CodesWrite),
        may_revoke: viewer.may(Action::CodesWrite),
        generate: address("/codes/new", &[("tenant", &asked.tenant), ("project", &asked.project)]),
        asked,
    };
    Ok(rendered(StatusCode::OK, &shown))
}
