//! `/tenants/{slug}/edit`.

use axum::{
    Form,
    extract::{Path, State},
    response::Response,
};
use daybook_model::{
    Personal,
    change::Edit,
    tenant::{Tenant, TenantEdit},
};
use serde::Deserialize;

use super::{
    ask::{Ask, after},
    form::{Field, Reading, edit, version},
    guard::Viewer,
    shell::Shell,
};
use crate::{App, personal::plain, problem::Problem};

/// What the form sends.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Filled {
    name: String,
    contact_email: String,
    domain: String,
    logo_url: String,
    primary_color: String,
    plan: String,
    device_limit: String,
    code_prefix: String,
    self_service_codes: String,
    version: String,
}

impl From<Tenant> for Filled {
    fn from(tenant: Tenant) -> Self {
        Self {
            name: tenant.name,
            contact_email: plain(tenant.contact_email).unwrap_or_default(),
            domain: tenant.domain.unwrap_or_default(),
            logo_url: tenant.logo_url.unwrap_or_default(),
            primary_color: tenant.primary_color.unwrap_or_default(),
            plan: tenant.plan,
            device_limit: tenant.own_device_limit.map(|limit| limit.to_string()).unwrap_or_default(),
            code_prefix: tenant.code_prefix,
            self_service_codes: tenant.self_service_codes.to_string(),
            version: tenant.version.to_string(),
        }
    }
}

impl Filled {
    fn edit(&self, tenant: &Tenant, reading: &mut Reading) -> TenantEdit {
        let contact_email = edit(&self.contact_email);
        let is_erased = tenant.contact_email == Some(Personal::Erased);
        TenantEdit {
            name: Some(self.name.clone()),
            // What was erased stands in no form: left as it is, it is not taken away.
            contact_email: if is_erased && contact_email == Edit::Clear { Edit::Keep } else { contact_email },
            domain: edit(&self.domain),
            logo_url: edit(&self.logo_url),
            primary_color: edit(&self.primary_color),
            plan: Some(self.plan.clone()),
            device_limit: reading.edit_number("device_limit", &self.device_limit),
            code_prefix: Some(self.code_prefix.clone()),
            self_service_codes: Some(self.self_service_codes == "true"),
        }
    }
}

async fn form(app: &App, viewer: &Viewer, tenant: &Tenant, filled: &Filled) -> Result<Ask, Problem> {
    let title = viewer.look.locale.text_with("tenant-edit-title", &[("name", tenant.name.as_str().into())]);
    let shell = Shell::of(app, viewer, title).await?;
    let mut plans: Vec<(String, String)> =
        (app.portal.plans(None, 500).await?.items.into_iter()).map(|plan| (plan.name, plan.title)).collect();
    if !plans.iter().any(|(name, _)| *name == tenant.plan) {
        // A name in old entries that there is no plan of.
        plans.insert(0, (tenant.plan.clone(), tenant.plan.clone()));
    }
    let line = |name, kind, label: &str, value: &str| Field::new(name, kind, shell.t(label)).value(value);
    let fields = vec![
        line("name", "text", "name", &filled.name).length_max(120),
        line("contact_email", "email", "contact-email", &filled.contact_email)
            .optional()
            .hint(shell.t("contact-email-hint")),
        line("plan", "select", "plan", &filled.plan).choices(plans),
        line("device_limit", "number", "device-limit", &filled.device_limit)
            .optional()
            .hint(shell.t("device-limit-hint")),
        line("code_prefix", "text", "code-prefix", &filled.code_prefix)
            .hint(shell.t("code-prefix-edit-hint")),
        line("self_service_codes", "checkbox", "self-service-codes", &filled.self_service_codes).optional(),
        line("domain", "text", "domain", &filled.domain).optional().hint(shell.t("domain-hint")),
        line("logo_url", "url", "logo-url", &filled.logo_url).optional(),
        line("primary_color", "text", "primary-color", &filled.primary_color)
            .optional()
            .hint(shell.t("primary-color-hint")),
    ];
    let address = format!("/tenants/{}", tenant.slug);
    Ok(Ask::new(viewer, shell, format!("{address}/edit"), address, "save")
        .hidden("version", &filled.version)
        .fields(fields))
}

pub(super) async fn show(
    viewer: Viewer,
    State(app): State<App>,
    Path(slug): Path<String>,
) -> Result<Response, Problem> {
    let tenant = app.portal.tenant(&slug).await?;
    Ok(form(&app, &viewer, &tenant, &Filled::from(tenant.clone())).await?.answer())
}

pub(super) async fn submit(
    viewer: Viewer,
    State(app): State<App>,
    Path(slug): Path<String>,
    Form(filled): Form<Filled>,
) -> Result<Response, Problem> {
    let tenant = app.portal.tenant(&slug).await?;
    let mut reading = Reading::default();
    let edit = filled.edit(&tenant, &mut reading);
    let outcome = match reading.finish() {
        Ok(()) => {
            app.portal.update_tenant(&viewer.context(), &slug, edit, Some(version(&filled.version))).await
        }
        Err(error) => Err(error),
    };
    let again = form(&app, &viewer, &tenant, &filled).await?;
    after(&viewer, outcome, |tenant| format!("/tenants/{}", tenant.slug), || again)
}
