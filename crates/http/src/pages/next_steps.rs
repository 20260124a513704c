//! What stands beside the figures of the dashboard: the first steps of a new portal, what is done most often, and what somebody should look
//! at. All of it comes from the figures themselves.

use daybook_model::Action;
use daybook_portal::DashboardStats;

use super::guard::Viewer;
use crate::locale::Locale;

/// Something that can be begun from the dashboard.
pub(super) struct Step {
    /// The name of its text.
    pub(super) text: &'static str,
    /// The name of what explains it.
    pub(super) why: &'static str,
    pub(super) href: &'static str,
    pub(super) icon: &'static str,
    pub(super) is_done: bool,
    /// Whether whoever looks may do it.
    pub(super) may: bool,
}

/// Something that somebody should look at.
pub(super) struct Concern {
    /// `tone-bad` or `tone-warn`.
    pub(super) tone: &'static str,
    pub(super) icon: &'static str,
    pub(super) says: String,
    /// Where it is looked at.
    pub(super) href: &'static str,
}

/// The steps that make a portal out of an empty one, in their order; none once all are done.
pub(super) fn first_steps(viewer: &Viewer, stats: &DashboardStats) -> Vec<Step> {
    let step = |text, why, href, icon, action, is_done| Step {
        text,
        why,
        href,
        icon,
        is_done,
        may: viewer.may(action),
    };
    let steps = vec![
        step("step-owner", "step-owner-why", "/users", "user", Action::UsersRead, stats.users.total > 0),
        step(
            "tenant-new",
            "step-tenant-why",
            "/tenants/new",
            "building-community",
            Action::TenantsWrite,
            stats.tenants.total > 0,
        ),
        step(
            "project-new",
            "step-project-why",
            "/projects/new",
            "folders",
            Action::ProjectsWrite,
            stats.projects.total > 0,
        ),
        step(
            "codes-generate",
            "step-codes-why",
            "/codes/new",
            "key",
            Action::CodesWrite,
            stats.codes.total > 0,
        ),
    ];
    if steps.iter().all(|step| step.is_done) { vec![] } else { steps }
}

/// What is done most often, for whoever may.
pub(super) fn quick_steps(viewer: &Viewer) -> Vec<Step> {
    let step = |text, href, icon, action| Step {
        text,
        why: "",
        href,
        icon,
        is_done: false,
        may: viewer.may(action),
    };
    let steps = [
        step("codes-generate", "/codes/new", "key", Action::CodesWrite),
        step("tenant-new", "/tenants/new", "building-community", Action::TenantsWrite),
        step("user-invite", "/users/new", "user-plus", Action::TenantUsersWrite),
    ];
    steps.into_iter().filter(|step| step.may).collect()
}

/// What somebody should look at, the worst first.
pub(super) fn concerns(locale: Locale, stats: &DashboardStats) -> Vec<Concern> {
    let concern = |tone, icon, text, count: i64, href| {
        let says = || locale.text_with(text, &[("count", count.into())]);
        (count > 0).then(|| Concern { tone, icon, says: says(), href })
    };
    let concerns = [
        concern(
            "tone-bad",
            "lock",
            "concern-suspended",
            stats.tenants.suspended,
            "/tenants?status=suspended",
        ),
        concern(
            "tone-warn",
            "credit-card",
            "concern-past-due",
            stats.subscriptions.past_due,
            "/events?type=SUBSCRIPTION_CHANGED",
        ),
        concern("tone-warn", "user-plus", "concern-invited", stats.users.invited, "/users?status=invited"),
    ];
    concerns.into_iter().flatten().collect()
}
