//! `/portal/profile`: what a tenant says of itself, edited by its own people; and the lines for it, which the operator's form has too.

use axum::{Form, extract::State, response::Response};
use daybook_model::{
    Personal, TenantId,
    change::Edit,
    tenant::{ProfileEdit, Tenant},
};
use serde::Deserialize;

use super::{
    ask::{Ask, after},
    form::{Field, edit, version},
    guard::Viewer,
    shell::Shell,
};
use crate::{App, personal::plain, problem::Problem};

/// What the lines send.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Profile {
    name: String,
    contact_email: String,
    domain: String,
    logo_url: String,
    primary_color: String,
    pub(super) version: String,
}

impl From<&Tenant> for Profile {
    fn from(tenant: &Tenant) -> Self {
        Self {
            name: tenant.name.clone(),
            contact_email: plain(tenant.contact_email.clone()).unwrap_or_default(),
            domain: tenant.domain.clone().unwrap_or_default(),
            logo_url: tenant.logo_url.clone().unwrap_or_default(),
            primary_color: tenant.primary_color.clone().unwrap_or_default(),
            version: tenant.version.to_string(),
        }
    }
}

impl Profile {
    /// What is asked for, of this tenant.
    pub(super) fn edit(&self, tenant: &Tenant) -> ProfileEdit {
        let contact_email = edit(&self.contact_email);
        let is_erased = tenant.contact_email == Some(Personal::Erased);
        ProfileEdit {
            name: Some(self.name.clone()),
            // What was erased stands in no form: left as it is, it is not taken away.
            contact_email: if is_erased && contact_email == Edit::Clear { Edit::Keep } else { contact_email },
            domain: edit(&self.domain),
            logo_url: edit(&self.logo_url),
            primary_color: edit(&self.primary_color),
        }
    }

    /// The lines.
    pub(super) fn fields(&self, shell: &Shell) -> Vec<Field> {
        let line = |name, kind, label: &str, value: &str| Field::new(name, kind, shell.t(label)).value(value);
        vec![
            line("name", "text", "name", &self.name).length_max(120),
            line("contact_email", "email", "contact-email", &self.contact_email)
                .optional()
                .hint(shell.t("contact-email-hint")),
            line("domain", "text", "domain", &self.domain).optional().hint(shell.t("domain-hint")),
            line("logo_url", "url", "logo-url", &self.logo_url).optional(),
            line("primary_color", "text", "primary-color", &self.primary_color)
                .optional()
                .hint(shell.t("primary-color-hint")),
        ]
    }
}

/// The viewer's own tenant.
fn own(viewer: &Viewer) -> Result<TenantId, Problem> {
    let tenant = viewer.person.tenant.as_ref();
    tenant
        .map(|tenant| tenant.id)
        .ok_or_else(|| Problem::forbidden("this page is for the people of a tenant"))
}

async fn form(app: &App, viewer: &Viewer, filled: &Profile) -> Result<Ask, Problem> {
    let shell = Shell::of(app, viewer, viewer.look.locale.text("profile-title").into_owned()).await?;
    let (lead, fields) = (shell.t("profile-lead"), filled.fields(&shell));
    Ok(Ask::new(viewer, shell, "/portal/profile", "/portal", "save")
        .lead(lead)
        .hidden("version", &filled.version)
        .fields(fields))
}

pub(super) async fn show(viewer: Viewer, State(app): State<App>) -> Result<Response, Problem> {
    let tenant = app.portal.profile(own(&viewer)?).await?;
    Ok(form(&app, &viewer, &Profile::from(&tenant)).await?.answer())
}

pub(super) async fn submit(
    viewer: Viewer,
    State(app): State<App>,
    Form(filled): Form<Profile>,
) -> Result<Response, Problem> {
    let tenant = app.portal.profile(own(&viewer)?).await?;
    let (edit, upon) = (filled.edit(&tenant), Some(version(&filled.version)));
    let outcome = app.portal.update_profile(&viewer.context(), tenant.id, edit, upon).await;
    let again = form(&app, &viewer, &filled).await?;
    after(&viewer, outcome, |_| "/portal".to_owned(), || again)
}
