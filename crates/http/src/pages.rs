//! The pages. Rendered here, readable and usable without a script. One page, one file; a page and its answer to a form from one struct. Who
//! may see a page stands in the list, and is asked before its handler runs.

mod account;
mod account_acts;
mod analytics;
mod api_token_new;
mod api_tokens;
mod ask;
mod auth;
mod brand;
mod code;
mod code_new;
mod code_revoke;
mod codes;
mod dashboard;
mod device;
mod devices;
mod entry;
mod error;
mod event;
mod events;
mod form;
mod guard;
mod histogram;
mod identity_provider;
mod integrity;
mod join;
mod latest;
mod link;
mod list;
mod llm;
mod llm_form;
mod llm_provider;
mod next_steps;
mod onward;
mod owner;
mod panel;
mod plan_delete;
mod plan_edit;
mod plans;
mod profile;
mod project;
mod project_acts;
mod project_form;
mod projects;
mod reveal;
mod sessions;
mod set_up;
mod settings;
mod shell;
mod sign_in;
mod sign_out;
mod switch;
mod tenant;
mod tenant_delete;
mod tenant_edit;
mod tenant_new;
mod tenant_subscription;
mod tenant_suspend;
mod tenants;
mod totp;
mod user;
mod user_access;
mod user_edit;
mod user_end;
mod user_new;
mod user_state;
mod users;

use axum::{
    Router,
    extract::State,
    http::HeaderMap,
    middleware::from_fn_with_state,
    response::Response,
    routing::{MethodRouter, get, post},
};
use daybook_model::{Action, Role};

use crate::{App, session_cookie};

pub(crate) use error::{Reader, error_page};
pub(crate) use onward::own_path;

/// A page for people who are signed in.
pub(crate) struct Page {
    pub(crate) path: &'static str,
    /// For whom.
    pub(crate) side: Side,
    /// What its viewer must be allowed to do.
    pub(crate) sees: Action,
    /// What whoever sends one of its forms must be allowed to do.
    pub(crate) changes: Action,
    /// Its place in the navigation.
    pub(crate) entry: Option<Entry>,
    route: fn() -> MethodRouter<App>,
}

/// Whose people a page is for. A page for both shows each what is theirs to see: all tenants, or their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The platform's.
    Platform,
    /// A tenant's.
    Tenant,
    /// Either.
    Both,
}

impl Side {
    /// Whether it is that of people with this role.
    pub fn is_of(self, role: Role) -> bool {
        match self {
            Self::Platform => role.is_platform(),
            Self::Tenant => !role.is_platform(),
            Self::Both => true,
        }
    }
}

/// A line of the navigation.
pub(crate) struct Entry {
    /// The name of the heading that it stands under; empty for those on top.
    pub(crate) group: &'static str,
    /// The name of its text.
    pub(crate) text: &'static str,
    pub(crate) icon: &'static str,
    /// The key that goes there after `g`.
    pub(crate) key: Option<&'static str>,
}

/// Every page for people who are signed in, in the order of the navigation.
pub(crate) const PAGES: &[Page] = &[
    listed(
        Side::Platform,
        "/dashboard",
        Action::NumbersRead,
        Entry { group: "", text: "nav-dashboard", icon: "layout-dashboard", key: Some("d") },
        || get(dashboard::show),
    ),
    within_platform("/dashboard/live", Action::LogRead, || get(dashboard::live)),
    listed(
        Side::Tenant,
        "/portal",
        Action::UsageRead,
        Entry { group: "", text: "nav-portal", icon: "layout-dashboard", key: Some("d") },
        || get(tenant::show_own),
    ),
    within_tenant("/portal/profile", Action::ProfileWrite, || get(profile::show).post(profile::submit)),
    listed(
        Side::Both,
        "/events",
        Action::LogRead,
        Entry { group: "", text: "nav-events", icon: "list-details", key: Some("e") },
        || get(events::show),
    ),
    within("/events/live", Action::LogRead, || get(events::live)),
    within("/events/{place}", Action::LogRead, || get(event::show)),
    listed(
        Side::Platform,
        "/analytics",
        Action::NumbersRead,
        Entry { group: "", text: "nav-analytics", icon: "chart-histogram", key: Some("a") },
        || get(analytics::show),
    ),
    within_platform("/switch", Action::TenantsRead, || get(switch::show)),
    listed(
        Side::Platform,
        "/tenants",
        Action::TenantsRead,
        Entry { group: "nav-customers", text: "nav-tenants", icon: "building-community", key: Some("t") },
        || get(tenants::show),
    ),
    within_platform("/tenants/new", Action::TenantsWrite, || get(tenant_new::show).post(tenant_new::submit)),
    within_platform("/tenants/{slug}", Action::TenantsRead, || get(tenant::show)),
    within_platform("/tenants/{slug}/edit", Action::TenantsWrite, || {
        get(tenant_edit::show).post(tenant_edit::submit)
    }),
    within_platform("/tenants/{slug}/suspend", Action::TenantsWrite, || {
        get(tenant_suspend::ask_suspend).post(tenant_suspend::suspend)
    }),
    within_platform("/tenants/{slug}/resume", Action::TenantsWrite, || {
        get(tenant_suspend::ask_resume).post(tenant_suspend::resume)
    }),
    within_platform("/tenants/{slug}/delete", Action::TenantsWrite, || {
        get(tenant_delete::show).post(tenant_delete::submit)
    }),
    within_platform("/tenants/{slug}/subscription", Action::TenantsWrite, || {
        get(tenant_subscription::show).post(tenant_subscription::submit)
    }),
    within_platform("/tenants/{slug}/identity-provider", Action::IdentityProvidersWrite, || {
        get(identity_provider::show).post(identity_provider::submit)
    }),
    within_platform("/tenants/{slug}/identity-provider/remove", Action::IdentityProvidersWrite, || {
        get(identity_provider::show_removal).post(identity_provider::remove)
    }),
    listed(
        Side::Both,
        "/projects",
        Action::ProjectsRead,
        Entry { group: "nav-customers", text: "projects", icon: "folders", key: Some("p") },
        || get(projects::show),
    ),
    within("/projects/new", Action::ProjectsWrite, || get(project_form::ask_new).post(project_form::create)),
    within("/projects/{id}", Action::ProjectsRead, || get(project::show)),
    within("/projects/{id}/edit", Action::ProjectsWrite, || {
        get(project_form::ask_edit).post(project_form::update)
    }),
    within("/projects/{id}/assign", Action::ProjectsWrite, || {
        get(project_acts::ask_assign).post(project_acts::assign)
    }),
    within("/projects/{id}/delete", Action::ProjectsWrite, || {
        get(project_acts::ask_delete).post(project_acts::delete)
    }),
    within_platform("/projects/{id}/llm", Action::ConfigRead, || get(llm::show_of)),
    within_platform("/projects/{id}/llm/edit", Action::ConfigWrite, || {
        get(llm_form::ask_edit_of).post(llm_form::edit_of)
    }),
    within_platform("/projects/{id}/llm/revert", Action::ConfigWrite, || {
        get(llm_form::ask_revert_of).post(llm_form::revert_of)
    }),
    listed(
        Side::Both,
        "/codes",
        Action::CodesRead,
        Entry { group: "nav-customers", text: "nav-codes", icon: "key", key: Some("c") },
        || get(codes::show),
    ),
    within("/codes/new", Action::CodesWrite, || get(code_new::show).post(code_new::submit)),
    within("/codes/revoke", Action::CodesWrite, || get(code_revoke::show).post(code_revoke::submit)),
    within("/codes/{id}", Action::CodesRead, || get(code::show)),
    listed(
        Side::Both,
        "/devices",
        Action::DevicesRead,
        Entry { group: "nav-customers", text: "nav-devices", icon: "devices", key: Some("v") },
        || get(devices::show),
    ),
    within("/devices/{id}", Action::DevicesRead, || get(device::show)),
    within("/devices/{id}/revoke", Action::DevicesWrite, || get(device::ask_revoke).post(device::revoke)),
    listed(
        Side::Both,
        "/users",
        Action::UsersRead,
        Entry { group: "nav-access", text: "nav-users", icon: "users", key: Some("u") },
        || get(users::show),
    ),
    within("/users/new", Action::TenantUsersWrite, || get(user_new::show).post(user_new::submit)),
    within("/users/{id}", Action::UsersRead, || get(user::show)),
    within("/users/{id}/edit", Action::TenantUsersWrite, || get(user_edit::show).post(user_edit::submit)),
    within("/users/{id}/role", Action::TenantUsersWrite, || {
        get(user_edit::show_role).post(user_edit::submit_role)
    }),
    within("/users/{id}/disable", Action::TenantUsersWrite, || {
        get(user_state::show_disable).post(user_state::disable)
    }),
    within("/users/{id}/enable", Action::TenantUsersWrite, || {
        get(user_state::show_enable).post(user_state::enable)
    }),
    within("/users/{id}/link", Action::TenantUsersWrite, || {
        get(user_state::show_link).post(user_state::link)
    }),
    within("/users/{id}/factors", Action::TenantUsersWrite, || {
        get(user_access::show_factors).post(user_access::remove_factors)
    }),
    within("/users/{id}/remove", Action::TenantUsersWrite, || {
        get(user_end::show_remove).post(user_end::remove)
    }),
    within_platform("/users/{id}/erase", Action::PersonsErase, || {
        get(user_end::show_erase).post(user_end::erase)
    }),
    within("/users/{id}/sessions", Action::SessionsWrite, || {
        get(user_access::show_sessions).post(user_access::end_sessions)
    }),
    within("/users/{id}/sessions/{session}", Action::SessionsWrite, || {
        get(user_access::show_session).post(user_access::end_session)
    }),
    listed(
        Side::Both,
        "/sessions",
        Action::Account,
        Entry { group: "nav-access", text: "nav-sessions", icon: "device-desktop", key: Some("s") },
        || get(sessions::show),
    ),
    within("/sessions/end-others", Action::Account, || {
        get(sessions::show_end_others).post(sessions::end_others)
    }),
    within("/sessions/{id}/end", Action::Account, || get(sessions::show_end).post(sessions::end)),
    within("/account", Action::Account, || get(account::show)),
    within("/account/notifications", Action::Account, || post(account::choose)),
    within("/account/look", Action::Account, || post(account::choose_look)),
    within("/account/name", Action::Account, || get(account_acts::show_name).post(account_acts::rename)),
    within("/account/password", Action::Account, || {
        get(account_acts::show_password).post(account_acts::change_password)
    }),
    listed(
        Side::Both,
        "/api-tokens",
        Action::TokensRead,
        Entry { group: "nav-access", text: "nav-api-tokens", icon: "key", key: Some("k") },
        || get(api_tokens::show),
    ),
    within("/api-tokens/new", Action::TokensWrite, || get(api_token_new::show).post(api_token_new::submit)),
    within("/api-tokens/{id}/revoke", Action::TokensWrite, || {
        get(api_tokens::show_revoke).post(api_tokens::revoke)
    }),
    listed(
        Side::Platform,
        "/llm",
        Action::ConfigRead,
        Entry { group: "nav-configuration", text: "nav-llm", icon: "adjustments-horizontal", key: Some("m") },
        || get(llm::show),
    ),
    within_platform("/llm/edit", Action::ConfigWrite, || get(llm_form::ask_edit).post(llm_form::edit)),
    within_platform("/llm/revert", Action::ConfigWrite, || get(llm_form::ask_revert).post(llm_form::revert)),
    within_platform("/llm/providers/new", Action::ConfigWrite, || {
        get(llm_provider::ask_new).post(llm_provider::add)
    }),
    within_platform("/llm/providers/{name}", Action::ConfigWrite, || {
        get(llm_provider::ask_edit).post(llm_provider::edit)
    }),
    within_platform("/llm/providers/{name}/remove", Action::ConfigWrite, || {
        get(llm_provider::ask_remove).post(llm_provider::remove)
    }),
    listed(
        Side::Platform,
        "/plans",
        Action::PlansRead,
        Entry { group: "nav-configuration", text: "nav-plans", icon: "credit-card", key: None },
        || get(plans::show),
    ),
    within_platform("/plans/new", Action::PlansWrite, || get(plan_edit::ask_new).post(plan_edit::create)),
    within_platform("/plans/{name}/edit", Action::PlansWrite, || {
        get(plan_edit::ask_edit).post(plan_edit::update)
    }),
    within_platform("/plans/{name}/delete", Action::PlansWrite, || {
        get(plan_delete::show).post(plan_delete::submit)
    }),
    listed(
        Side::Platform,
        "/settings",
        Action::IdentityProvidersRead,
        Entry { group: "nav-configuration", text: "nav-settings", icon: "settings", key: None },
        || get(settings::show),
    ),
    within_platform("/settings/identity-provider", Action::IdentityProvidersWrite, || {
        get(identity_provider::show).post(identity_provider::submit)
    }),
    within_platform("/settings/identity-provider/remove", Action::IdentityProvidersWrite, || {
        get(identity_provider::show_removal).post(identity_provider::remove)
    }),
    listed(
        Side::Platform,
        "/integrity",
        Action::LogRead,
        Entry { group: "nav-trust", text: "nav-integrity", icon: "shield-check", key: Some("i") },
        || get(integrity::show).post(integrity::submit),
    ),
    within("/account/factors/{id}", Action::Account, || {
        get(account_acts::show_factor).post(account_acts::remove_factor)
    }),
    within("/account/recovery-codes", Action::Account, || {
        get(account_acts::show_recovery).post(account_acts::renew_recovery)
    }),
    within("/account/totp", Action::Account, || get(totp::show).post(totp::begin)),
    within("/account/totp/confirm", Action::Account, || post(totp::confirm)),
    within("/sign-out", Action::Account, || post(sign_out::submit)),
];

/// A page of the navigation, for whoever may do this.
const fn listed(
    side: Side,
    path: &'static str,
    action: Action,
    entry: Entry,
    route: fn() -> MethodRouter<App>,
) -> Page {
    Page { path, side, sees: action, changes: action, entry: Some(entry), route }
}

/// A page that others lead to, for whoever may do this: of the platform, or within their own tenant.
const fn within(path: &'static str, action: Action, route: fn() -> MethodRouter<App>) -> Page {
    Page { path, side: Side::Both, sees: action, changes: action, entry: None, route }
}

/// The same for people of the platform alone.
const fn within_platform(path: &'static str, action: Action, route: fn() -> MethodRouter<App>) -> Page {
    Page { side: Side::Platform, ..within(path, action, route) }
}

/// The same for people of tenants alone.
const fn within_tenant(path: &'static str, action: Action, route: fn() -> MethodRouter<App>) -> Page {
    Page { side: Side::Tenant, ..within(path, action, route) }
}

impl Page {
    /// Whether somebody with this role may see it.
    pub(crate) fn is_for(&self, role: Role) -> bool {
        self.side.is_of(role) && role.may(self.sees)
    }
}

/// Who may see a page, for whoever looks at all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageAccess {
    /// Its path, with the names of what varies.
    pub path: &'static str,
    /// For whom.
    pub side: Side,
    /// What its viewer must be allowed to do.
    pub sees: Action,
    /// What whoever sends one of its forms must be allowed to do.
    pub changes: Action,
}

/// Every page for people who are signed in.
pub fn pages() -> impl Iterator<Item = PageAccess> {
    PAGES.iter().map(|&Page { path, side, sees, changes, .. }| PageAccess { path, side, sees, changes })
}

/// The pages.
pub(crate) fn routes(app: &App) -> Router<App> {
    let mut guarded = Router::new();
    for page in PAGES {
        let route = (page.route)().layer(from_fn_with_state((app.clone(), page), guard::guard));
        guarded = guarded.route(page.path, route);
    }
    guarded
        .route("/", get(start))
        .route("/sign-in", get(sign_in::show).post(sign_in::submit))
        .route("/sign-in/code", post(sign_in::submit_code))
        .route("/sign-in/provider", get(sign_in::to_provider))
        .route("/portal/sign-in", get(sign_in::show_tenant).post(sign_in::submit_tenant))
        .route("/portal/sign-in/code", post(sign_in::submit_tenant_code))
        .route("/portal/sign-in/provider", get(sign_in::to_tenant_provider))
        .route("/set-up", get(set_up::show).post(set_up::submit))
        .route("/join", get(join::show).post(join::submit))
        .route("/brand/{file}", get(brand::style))
}

/// Where an address without a path leads: people of tenants to their tenant's portal, everybody else to the platform's.
async fn start(State(app): State<App>, headers: HeaderMap) -> Response {
    let person = match session_cookie::read(&app, &headers) {
        Some(cookie) => app.portal.authenticate_session(cookie).await.ok(),
        None => None,
    };
    let is_of_tenant = person.is_some_and(|person| person.tenant.is_some());
    onward::see_other(if is_of_tenant { "/portal" } else { "/dashboard" })
}
