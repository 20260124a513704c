//! `/users`: people of the platform and of tenants.

use askama::Template;
use axum::{
    extract::{Query, State},
    http::StatusCode,
    response::Response,
};
use daybook_model::{
    Action,
    user::{User, UserStatus},
};
use daybook_portal::{Page, PortalError, TenantScope, UserFilter, UserListing};
use serde::Deserialize;

use super::{
    form::given,
    guard::Viewer,
    list::{Badge, Chip, Pager, SHOWN, chips},
    onward::address,
    shell::{Shell, framed, rendered},
};
use crate::{App, body::parse_optional, locale::Locale, page::PageParams, personal::plain, problem::Problem};

pub(super) const PATH: &str = "/users";

/// Names the people of the platform where a tenant could be named.
const PLATFORM: &str = "platform";

/// States as a list offers them.
const STATUSES: [(&str, &str); 5] = [
    ("", "status-any"),
    ("invited", "state-invited"),
    ("active", "state-active"),
    ("disabled", "state-disabled"),
    ("removed", "state-removed"),
];

#[derive(Template)]
#[template(path = "users.html")]
struct UsersPage {
    shell: Shell,
    asked: Asked,
    statuses: [(&'static str, &'static str); 5],
    users: Vec<UserRow>,
    /// Where somebody is invited; none for whoever may not.
    invite: Option<String>,
    chips: Vec<Chip>,
    pager: Pager,
}

framed!(UsersPage);

/// A user, as lists show one.
struct UserRow {
    listing: UserListing,
    name: String,
    email: Option<String>,
}

/// Who is looked for.
#[derive(Deserialize, Default)]
pub(super) struct Asked {
    #[serde(default)]
    tenant: String,
    #[serde(default)]
    status: String,
    #[serde(default)]
    cursor: String,
}

impl Asked {
    fn filters(&self) -> [(&'static str, &str); 2] {
        [("tenant", &self.tenant), ("status", &self.status)]
    }
}

/// What somebody is called here: the name, else the address; words for it once both are erased.
pub(super) fn called(locale: Locale, listing: &UserListing) -> String {
    let user = &listing.user;
    plain(user.name.clone())
        .or_else(|| plain(user.email.clone()))
        .unwrap_or_else(|| locale.text("erased").into_owned())
}

/// Whether somebody may sign in.
pub(super) fn badge(user: &User) -> Badge {
    match user.status {
        UserStatus::Invited => Badge { tone: "info", icon: "mail", text: "state-invited" },
        UserStatus::Active => Badge { tone: "ok", icon: "check", text: "state-active" },
        UserStatus::Disabled => Badge { tone: "bad", icon: "lock", text: "state-disabled" },
        UserStatus::Removed => Badge { tone: "bad", icon: "ban", text: "state-removed" },
    }
}

/// The people who are looked for; nobody if there is no such tenant.
async fn found(app: &App, viewer: &Viewer, asked: &Asked) -> Result<Page<UserListing>, Problem> {
    let named = given(&asked.tenant).filter(|name| name != PLATFORM && !viewer.is_of_tenant());
    let scope = match named {
        None => viewer.scope(),
        Some(name) => match app.portal.find_tenant(&name.to_lowercase()).await {
            Ok(tenant) => TenantScope::Of(tenant.id),
            Err(PortalError::NotFound(_)) => return Ok(Page { items: vec![], next: None }),
            Err(error) => return Err(error.into()),
        },
    };
    let filter = UserFilter {
        status: parse_optional("?status", given(&asked.status).as_deref())?,
        platform_only: given(&asked.tenant).as_deref() == Some(PLATFORM),
    };
    let cursor = PageParams { cursor: given(&asked.cursor), ..PageParams::default() }.cursor()?;
    Ok(app.portal.users(scope, &filter, cursor.as_ref(), SHOWN).await?)
}

pub(super) async fn show(
    viewer: Viewer,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let page = found(&app, &viewer, &asked).await?;
    let locale = viewer.look.locale;
    let row = |listing: UserListing| UserRow {
        name: called(locale, &listing),
        email: plain(listing.user.email.clone()),
        listing,
    };
    let tenant = if asked.tenant == PLATFORM { "" } else { &asked.tenant };
    let shown = UsersPage {
        chips: chips(locale, PATH, &asked.filters(), &STATUSES, &[]),
        pager: Pager::of(PATH, &asked.filters(), &asked.cursor, &page),
        shell: Shell::of(&app, &viewer, locale.text("nav-users").into_owned()).await?,
        statuses: STATUSES,
        users: page.items.into_iter().map(row).collect(),
        invite: viewer
            .may(Action::TenantUsersWrite)
            .then(|| address("/users/new", &[("tenant", tenant.trim())])),
        asked,
    };
    Ok(rendered(StatusCode::OK, &shown))
}
