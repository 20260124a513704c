//! `/tenants/{slug}/edit`.

use axum::{
    Form,
    extract::{Path, State},
    response::Response,
};
use daybook_model::tenant::{Tenant, TenantEdit};
use serde::Deserialize;

use super::{
    ask::{Ask, after},
    form::{Field, Reading, version},
    guard::Viewer,
    profile::Profile,
    shell::Shell,
};
use crate::{App, problem::Problem};

/// What the form sends.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Filled {
    /// What the tenant can say itself, too.
    #[serde(flatten)]
    profile: Profile,
    plan: String,
    device_limit: String,
    code_prefix: String,
    self_service_codes: String,
}

impl From<Tenant> for Filled {
    fn from(tenant: Tenant) -> Self {
        Self {
            profile: Profile::from(&tenant),
            plan: tenant.plan,
            device_limit: tenant.own_device_limit.map(|limit| limit.to_string()).unwrap_or_default(),
            code_prefix: tenant.code_prefix,
            self_service_codes: tenant.self_service_codes.to_string(),
        }
    }
}

impl Filled {
    fn edit(&self, tenant: &Tenant, reading: &mut Reading) -> TenantEdit {
        TenantEdit {
            plan: Some(self.plan.clone()),
            device_limit: reading.edit_number("device_limit", &self.device_limit),
            code_prefix: Some(self.code_prefix.clone()),
            self_service_codes: Some(self.self_service_codes == "true"),
            ..TenantEdit::from(self.profile.edit(tenant))
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
    let mut fields = filled.profile.fields(&shell);
    fields.extend([
        line("plan", "select", "plan", &filled.plan).choices(plans),
        line("device_limit", "number", "device-limit", &filled.device_limit)
            .optional()
            .hint(shell.t("device-limit-hint")),
        line("code_prefix", "text", "code-prefix", &filled.code_prefix)
            .hint(shell.t("code-prefix-edit-hint")),
        line("self_service_codes", "checkbox", "self-service-codes", &filled.self_service_codes).optional(),
    ]);
    let address = format!("/tenants/{}", tenant.slug);
    Ok(Ask::new(viewer, shell, format!("{address}/edit"), address, "save")
        .hidden("version", &filled.profile.version)
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
            app.portal
                .update_tenant(&viewer.context(), &slug, edit, Some(version(&filled.profile.version)))
                .await
        }
        Err(error) => Err(error),
    };
    let again = form(&app, &viewer, &tenant, &filled).await?;
    after(&viewer, outcome, |tenant| format!("/tenants/{}", tenant.slug), || again)
}
