//! `/tenants/{slug}/suspend` and `/tenants/{slug}/resume`: whether a tenant may work.

use axum::{
    Form,
    extract::{Path, State},
    response::Response,
};
use daybook_model::tenant::Tenant;
use serde::Deserialize;

use super::{
    ask::{Ask, after},
    form::{Field, given},
    guard::Viewer,
    shell::Shell,
};
use crate::{App, problem::Problem};

/// What the forms send.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Filled {
    reason: String,
}

/// Why something is done: at most as much as an entry keeps.
pub(super) fn reason(shell: &Shell, value: &str) -> Field {
    let field = Field::new("reason", "text", shell.t("reason")).value(value).length_max(500);
    field.optional().hint(shell.t("reason-hint"))
}

/// The frame with a title that names the tenant.
pub(super) async fn titled(
    app: &App,
    viewer: &Viewer,
    text: &str,
    tenant: &Tenant,
) -> Result<Shell, Problem> {
    let title = viewer.look.locale.text_with(text, &[("name", tenant.name.as_str().into())]);
    Shell::of(app, viewer, title).await
}

async fn suspension(app: &App, viewer: &Viewer, slug: &str, filled: &Filled) -> Result<Ask, Problem> {
    let (tenant, impact, _) = app.portal.deletion_impact(slug).await?;
    let shell = titled(app, viewer, "tenant-suspend-title", &tenant).await?;
    let people = impact.users_invited + impact.users_active + impact.users_disabled;
    let lead = shell.locale().text_with(
        "tenant-suspend-effects",
        &[
            ("people", people.into()),
            ("devices", impact.devices_active.into()),
            ("codes", impact.codes_active.into()),
        ],
    );
    let fields = vec![reason(&shell, &filled.reason)];
    let address = format!("/tenants/{}", tenant.slug);
    let ask = Ask::new(viewer, shell, format!("{address}/suspend"), address, "tenant-suspend");
    Ok(ask.lead(lead).fields(fields))
}

pub(super) async fn ask_suspend(
    viewer: Viewer,
    State(app): State<App>,
    Path(slug): Path<String>,
) -> Result<Response, Problem> {
    Ok(suspension(&app, &viewer, &slug, &Filled::default()).await?.answer())
}

pub(super) async fn suspend(
    viewer: Viewer,
    State(app): State<App>,
    Path(slug): Path<String>,
    Form(filled): Form<Filled>,
) -> Result<Response, Problem> {
    let again = suspension(&app, &viewer, &slug, &filled).await?;
    let reason = given(&filled.reason);
    let outcome = app.portal.suspend_tenant(&viewer.context(), &slug, reason.as_deref()).await;
    after(&viewer, outcome, |tenant| format!("/tenants/{}", tenant.slug), || again)
}

async fn resumption(app: &App, viewer: &Viewer, slug: &str, filled: &Filled) -> Result<Ask, Problem> {
    let tenant = app.portal.tenant(slug).await?;
    let shell = titled(app, viewer, "tenant-resume-title", &tenant).await?;
    let (lead, fields) = (shell.t("tenant-resume-lead"), vec![reason(&shell, &filled.reason)]);
    let address = format!("/tenants/{}", tenant.slug);
    let ask = Ask::new(viewer, shell, format!("{address}/resume"), address, "tenant-resume");
    Ok(ask.lead(lead).fields(fields))
}

pub(super) async fn ask_resume(
    viewer: Viewer,
    State(app): State<App>,
    Path(slug): Path<String>,
) -> Result<Response, Problem> {
    Ok(resumption(&app, &viewer, &slug, &Filled::default()).await?.answer())
}

pub(super) async fn resume(
    viewer: Viewer,
    State(app): State<App>,
    Path(slug): Path<String>,
    Form(filled): Form<Filled>,
) -> Result<Response, Problem> {
    let again = resumption(&app, &viewer, &slug, &filled).await?;
    let reason = given(&filled.reason);
    let outcome = app.portal.resume_tenant(&viewer.context(), &slug, reason.as_deref()).await;
    after(&viewer, outcome, |tenant| format!("/tenants/{}", tenant.slug), || again)
}
