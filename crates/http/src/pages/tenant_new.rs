//! `/tenants/new`.

use axum::{Form, extract::State, response::Response};
use daybook_model::tenant::TenantDraft;
use serde::Deserialize;

use super::{
    ask::{Ask, after},
    form::{Field, Reading, given},
    guard::Viewer,
    shell::Shell,
};
use crate::{App, problem::Problem};

/// What the form sends.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Filled {
    name: String,
    slug: String,
    contact_email: String,
    plan: String,
    device_limit: String,
    code_prefix: String,
}

async fn form(app: &App, viewer: &Viewer, filled: &Filled) -> Result<Ask, Problem> {
    let shell = Shell::of(app, viewer, viewer.look.locale.text("tenant-new").into_owned()).await?;
    let plans = app.portal.plans(None, 500).await?.items;
    let plans = plans.into_iter().map(|plan| (plan.name, plan.title));
    let plan = if filled.plan.is_empty() { "standard" } else { &filled.plan };
    let fields = vec![
        Field::new("name", "text", shell.t("name")).value(&filled.name).length_max(120),
        Field::new("slug", "text", shell.t("slug")).value(&filled.slug).optional().hint(shell.t("slug-hint")),
        Field::new("contact_email", "email", shell.t("contact-email"))
            .value(&filled.contact_email)
            .optional()
            .hint(shell.t("contact-email-hint")),
        Field::new("plan", "select", shell.t("plan")).value(plan).choices(plans),
        Field::new("device_limit", "number", shell.t("device-limit"))
            .value(&filled.device_limit)
            .optional()
            .hint(shell.t("device-limit-hint")),
        Field::new("code_prefix", "text", shell.t("code-prefix"))
            .value(&filled.code_prefix)
            .optional()
            .hint(shell.t("code-prefix-hint")),
    ];
    Ok(Ask::new(viewer, shell, "/tenants/new", "/tenants", "tenant-create").fields(fields))
}

pub(super) async fn show(viewer: Viewer, State(app): State<App>) -> Result<Response, Problem> {
    Ok(form(&app, &viewer, &Filled::default()).await?.answer())
}

pub(super) async fn submit(
    viewer: Viewer,
    State(app): State<App>,
    Form(filled): Form<Filled>,
) -> Result<Response, Problem> {
    let mut reading = Reading::default();
    let draft = TenantDraft {
        name: filled.name.clone(),
        slug: given(&filled.slug),
        contact_email: given(&filled.contact_email),
        plan: given(&filled.plan),
        device_limit: reading.number("device_limit", &filled.device_limit),
        code_prefix: given(&filled.code_prefix),
        ..TenantDraft::default()
    };
    let outcome = match reading.finish() {
        Ok(()) => app.portal.create_tenant(&viewer.context(), draft).await,
        Err(error) => Err(error),
    };
    let again = form(&app, &viewer, &filled).await?;
    after(&viewer, outcome, |tenant| format!("/tenants/{}", tenant.slug), || again)
}
