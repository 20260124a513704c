//! `/devices`: the devices that were enrolled, latest first.

use askama::Template;
use axum::{
    extract::{Query, State},
    http::StatusCode,
    response::Response,
};
use daybook_model::{Action, Timestamp, device::DeviceStatus};
use daybook_portal::{DeviceFilter, DeviceListing, Page};

use super::{
    form::given,
    guard::Viewer,
    list::{Badge, Chip, Pager, SHOWN, chips},
    owner::{Asked, Owner},
    shell::{Shell, framed, rendered},
};
use crate::{
    App,
    body::parse_optional,
    page::PageParams,
    personal::{is_erased, plain},
    problem::Problem,
};

const PATH: &str = "/devices";

/// States as a list offers them.
const STATUSES: [(&str, &str); 3] =
    [("", "status-any"), ("active", "state-active"), ("revoked", "state-revoked")];

#[derive(Template)]
#[template(path = "devices.html")]
struct DevicesPage {
    shell: Shell,
    asked: Asked,
    statuses: [(&'static str, &'static str); 3],
    projects: Vec<(String, String)>,
    devices: Vec<DeviceRow>,
    may_revoke: bool,
    chips: Vec<Chip>,
    pager: Pager,
}

framed!(DevicesPage);

/// A device as pages show it.
pub(super) struct DeviceRow {
    pub(super) id: String,
    /// What its owner calls it; the end of its id if that is nothing, or was erased.
    pub(super) name: String,
    /// Whether what its owner called it was erased.
    pub(super) is_erased: bool,
    pub(super) badge: Badge,
    /// Id and name.
    pub(super) project: Option<(String, String)>,
    /// Slug and name.
    pub(super) tenant: (String, String),
    pub(super) code: String,
    pub(super) platform: Option<String>,
    pub(super) app_version: Option<String>,
    pub(super) last_seen_at: Option<Timestamp>,
    pub(super) created_at: Timestamp,
    pub(super) revoked_at: Option<Timestamp>,
}

impl DeviceRow {
    pub(super) fn of(listing: DeviceListing) -> Self {
        let DeviceListing { device, tenant_slug, tenant_name, project_name, last_seen_at, app_version } =
            listing;
        let id = device.id.to_string();
        Self {
            is_erased: is_erased(device.label.as_ref()),
            name: plain(device.label).unwrap_or_else(|| end_of(&id)),
            badge: badge(device.status),
            project: device.project.map(|id| id.to_string()).zip(project_name),
            tenant: (tenant_slug, tenant_name),
            code: device.code.to_string(),
            platform: device.platform,
            created_at: device.created_at,
            revoked_at: device.revoked_at,
            id,
            app_version,
            last_seen_at,
        }
    }
}

/// The last six characters of an id: enough to tell a device from its neighbours, and to type.
fn end_of(id: &str) -> String {
    id.get(id.len().saturating_sub(6)..).unwrap_or(id).to_owned()
}

/// In which state a device is.
pub(super) fn badge(status: DeviceStatus) -> Badge {
    match status {
        DeviceStatus::Active => Badge { tone: "ok", icon: "check", text: "state-active" },
        DeviceStatus::Revoked => Badge { tone: "bad", icon: "ban", text: "state-revoked" },
    }
}

pub(super) async fn show(
    viewer: Viewer,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let cursor = PageParams { cursor: given(&asked.cursor), ..PageParams::default() }.cursor()?;
    let status = parse_optional("?status", given(&asked.status).as_deref())?;
    let (page, projects) = match Owner::named(&app, &viewer, &asked.tenant, &asked.project).await? {
        Some(Owner { scope, project, projects }) => {
            let filter = DeviceFilter { status, project, search: given(&asked.q) };
            (app.portal.devices(scope, &filter, cursor.as_ref(), SHOWN).await?, projects)
        }
        None => (Page { items: vec![], next: None }, vec![]),
    };
    let shown = DevicesPage {
        chips: chips(viewer.look.locale, PATH, &asked.filters(), &STATUSES, &projects),
        pager: Pager::of(PATH, &asked.filters(), &asked.cursor, &page),
        shell: Shell::of(&app, &viewer, viewer.look.locale.text("nav-devices").into_owned()).await?,
        statuses: STATUSES,
        projects,
        devices: page.items.into_iter().map(DeviceRow::of).collect(),
        may_revoke: viewer.may(Action::DevicesWrite),
        asked,
    };
    Ok(rendered(StatusCode::OK, &shown))
}
