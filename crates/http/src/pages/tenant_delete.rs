//! `/tenants/{slug}/delete`: what it would close, counted, and the slug typed to confirm.

use axum::{
    Form,
    extract::{Path, State},
    response::Response,
};
use daybook_model::tenant::{Tenant, TenantImpact};
use serde::Deserialize;

use super::{
    ask::{Ask, after, is_confirmed},
    form::{given, version},
    guard::Viewer,
    shell::Shell,
    tenant_suspend::{reason, titled},
};
use crate::{App, problem::Problem};

/// What the form sends.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Filled {
    reason: String,
    confirm: String,
    version: String,
}

/// What it closes, one line for each kind of which there is something.
fn effects(shell: &Shell, impact: &TenantImpact) -> Vec<String> {
    let counted = [
        ("deletes-projects", impact.projects_active + impact.projects_inactive),
        ("revokes-codes", impact.codes_active),
        ("revokes-devices", impact.devices_active),
        ("removes-users", impact.users_invited + impact.users_active + impact.users_disabled),
        ("ends-sessions", impact.sessions_active),
    ];
    let counted = counted.into_iter().filter(|(_, count)| *count > 0);
    let mut effects: Vec<String> = counted.map(|(text, count)| shell.with(text, "count", count)).collect();
    effects.push(shell.t("cannot-be-undone").into_owned());
    effects
}

async fn form(
    app: &App,
    viewer: &Viewer,
    (tenant, impact): (&Tenant, &TenantImpact),
    filled: &Filled,
) -> Result<Ask, Problem> {
    let shell = titled(app, viewer, "tenant-delete-title", tenant).await?;
    let (lead, effects) = (shell.t("tenant-delete-lead"), effects(&shell, impact));
    let fields = vec![reason(&shell, &filled.reason)];
    let address = format!("/tenants/{}", tenant.slug);
    Ok(Ask::new(viewer, shell, format!("{address}/delete"), address, "tenant-delete")
        .lead(lead)
        .hidden("version", &filled.version)
        .fields(fields)
        .grave(effects, &tenant.slug))
}

pub(super) async fn show(
    viewer: Viewer,
    State(app): State<App>,
    Path(slug): Path<String>,
) -> Result<Response, Problem> {
    let (tenant, impact, _) = app.portal.deletion_impact(&slug).await?;
    let filled = Filled { version: tenant.version.to_string(), ..Filled::default() };
    Ok(form(&app, &viewer, (&tenant, &impact), &filled).await?.answer())
}

pub(super) async fn submit(
    viewer: Viewer,
    State(app): State<App>,
    Path(slug): Path<String>,
    Form(filled): Form<Filled>,
) -> Result<Response, Problem> {
    let (tenant, impact, _) = app.portal.deletion_impact(&slug).await?;
    let again = form(&app, &viewer, (&tenant, &impact), &filled).await?;
    if !is_confirmed(&filled.confirm, &tenant.slug) {
        return Ok(again.unconfirmed());
    }
    let reason = given(&filled.reason);
    let read = Some(version(&filled.version));
    let outcome = app.portal.delete_tenant(&viewer.context(), &slug, reason.as_deref(), read).await;
    after(&viewer, outcome, |_| "/tenants".to_owned(), || again)
}
