//! `/tenants/{slug}`: one tenant, what it uses of what it may have, the latest of what belongs to it. Everything on it is of one size of
//! the log.

use std::borrow::Cow;

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use daybook_model::{
    Action, Personal, TenantId,
    quota::ACTIVATIONS,
    subscription::Subscription,
    tenant::{Tenant, TenantStatus},
    user::User,
};
use daybook_portal::{
    CodeListing, DashboardStats, DeviceListing, PortalError, ProjectListing, TenantOverview, UserListing,
};

use super::{
    codes, devices,
    guard::Viewer,
    identity_provider::ProviderView,
    latest::{Days, days},
    list::Badge,
    onward::{address, see_other},
    panel::{Panel, panel},
    projects,
    shell::{Shell, framed, rendered},
    tenants, users,
};
use crate::{
    App,
    locale::Locale,
    personal::{is_erased, plain},
    problem::Problem,
};

/// How many rows of each kind it shows.
const NEWEST: u32 = 6;

/// What is used of something, and how much of it there may be.
struct Used {
    what: String,
    count: i64,
    limit: Option<i64>,
}

#[derive(Template)]
#[template(path = "tenant.html")]
struct TenantPage {
    shell: Shell,
    tenant: Tenant,
    stats: DashboardStats,
    uses: Vec<Used>,
    projects: Panel<Vec<ProjectListing>>,
    codes: Panel<Vec<CodeListing>>,
    devices: Panel<Vec<DeviceListing>>,
    users: Panel<Vec<UserListing>>,
    days: Panel<Days>,
    /// Where its people sign in, for whoever may see it.
    provider: Option<ProviderView>,
    may_change: bool,
    /// Whether it is the viewer's own, and they may say what it says of itself.
    may_edit_profile: bool,
}

framed!(TenantPage);

impl TenantPage {
    fn is_suspended(&self) -> bool {
        self.tenant.status == TenantStatus::Suspended
    }

    /// What somebody of it may do.
    fn role(&self, user: &User) -> Cow<'static, str> {
        self.shell.t(&format!("role-{}", user.role))
    }

    /// A personal value, what stands in its place once it is erased, or nothing.
    fn personal(&self, value: Option<&Personal>) -> String {
        if is_erased(value) {
            return self.shell.t("erased").into_owned();
        }
        plain(value.cloned()).unwrap_or_default()
    }
}

/// In which state a subscription is.
pub(super) fn subscription(state: Subscription) -> Badge {
    let text = subscription_text(state);
    match state {
        Subscription::Trialing => Badge { tone: "info", icon: "hourglass", text },
        Subscription::Active => Badge { tone: "ok", icon: "check", text },
        Subscription::PastDue => Badge { tone: "warn", icon: "alert-triangle", text },
        Subscription::Suspended => Badge { tone: "bad", icon: "lock", text },
        Subscription::Canceled => Badge { tone: "bad", icon: "ban", text },
    }
}

/// The name of the text that says in which state a subscription is.
pub(super) fn subscription_text(state: Subscription) -> &'static str {
    match state {
        Subscription::Trialing => "subscription-trialing",
        Subscription::Active => "subscription-active",
        Subscription::PastDue => "subscription-past_due",
        Subscription::Suspended => "subscription-suspended",
        Subscription::Canceled => "subscription-canceled",
    }
}

pub(super) async fn show(
    viewer: Viewer,
    State(app): State<App>,
    Path(slug): Path<String>,
) -> Result<Response, Problem> {
    match slug.parse() {
        Ok(id) => by_id(&app, id).await,
        Err(_) => one(&app, &viewer, &slug, "/tenants").await,
    }
}

/// Where the tenant is that an entry names: under the slug that it has now; where it is deleted, its entries are what is left.
async fn by_id(app: &App, id: TenantId) -> Result<Response, Problem> {
    let id = id.to_string();
    match app.portal.find_tenant(&id).await {
        Ok(Tenant { slug, status, .. }) if status != TenantStatus::Deleted => {
            Ok(see_other(&format!("/tenants/{slug}")))
        }
        Ok(_) | Err(PortalError::NotFound(_)) => Ok(see_other(&address("/events", &[("tenant", &id)]))),
        Err(error) => Err(error.into()),
    }
}

/// `/portal`: the viewer's own tenant.
pub(super) async fn show_own(viewer: Viewer, State(app): State<App>) -> Result<Response, Problem> {
    let own = viewer.person.tenant.as_ref().map(|tenant| tenant.slug.clone());
    one(&app, &viewer, &own.unwrap_or_default(), "/portal").await
}

async fn one(app: &App, viewer: &Viewer, slug: &str, current: &'static str) -> Result<Response, Problem> {
    let overview = app.portal.tenant_overview(viewer.scope(), slug, NEWEST).await?;
    let provider = if viewer.may(Action::IdentityProvidersRead) {
        Some(ProviderView::of(app, viewer, Some(slug)).await?)
    } else {
        None
    };
    let shell = Shell::at(app, viewer, overview.usage.tenant.name.clone(), overview.stats.as_of).await?;
    let shell = Shell { current, ..shell }.narrowed(Some(&overview.usage.tenant));
    let page = page(app, viewer, shell, overview)?;
    Ok(rendered(StatusCode::OK, &TenantPage { provider, ..page }))
}

fn page(app: &App, viewer: &Viewer, shell: Shell, overview: TenantOverview) -> Result<TenantPage, Problem> {
    let locale = shell.locale();
    Ok(TenantPage {
        uses: uses(&overview, locale),
        tenant: overview.usage.tenant,
        stats: overview.stats,
        projects: panel(viewer, overview.projects)?,
        codes: panel(viewer, overview.codes)?,
        devices: panel(viewer, overview.devices)?,
        users: panel(viewer, overview.users)?,
        days: days(app, viewer, overview.newest)?,
        provider: None,
        may_change: viewer.may(Action::TenantsWrite),
        may_edit_profile: viewer.is_of_tenant() && viewer.may(Action::ProfileWrite),
        shell,
    })
}

/// Devices, projects, the month's activations, and each kind that devices report.
fn uses(overview: &TenantOverview, locale: Locale) -> Vec<Used> {
    let tenant = &overview.usage.tenant;
    let text = |name: &str| locale.text(name).into_owned();
    let mut uses = vec![
        Used { what: text("devices"), count: tenant.active_devices, limit: tenant.device_limit() },
        Used { what: text("projects"), count: tenant.live_projects, limit: tenant.plan_limits.projects },
    ];
    uses.extend(overview.usage.kinds.iter().map(|of| Used {
        what: if of.kind == ACTIVATIONS { text("activations-month") } else { of.kind.clone() },
        count: of.used,
        limit: of.quota,
    }));
    uses
}
