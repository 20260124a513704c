//! `/tenants/{slug}/subscription`: its state, with no choice but those that may follow.

use axum::{
    Form,
    extract::{Path, State},
    response::Response,
};
use daybook_model::{Invalid, Timestamp, subscription::Subscription, tenant::Tenant};
use daybook_portal::PortalError;
use serde::Deserialize;

use super::{
    ask::{Ask, after},
    form::{Field, Reading, given, version},
    guard::Viewer,
    tenant::subscription_text,
    tenant_suspend::{reason, titled},
};
use crate::{App, problem::Problem};

/// What the form sends.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Filled {
    state: String,
    trial_ends_at: String,
    reason: String,
    version: String,
}

impl Filled {
    fn read(&self) -> Result<(Subscription, Option<Timestamp>), PortalError> {
        let mut reading = Reading::default();
        let state = reading.read("state", &self.state, "must be one of these");
        let trial_ends_at = reading.day("trial_ends_at", &self.trial_ends_at);
        reading.finish()?;
        let missing = || Invalid::field("/state", "REQUIRED", "must be one of these");
        Ok((state.ok_or_else(missing)?, trial_ends_at))
    }
}

async fn form(app: &App, viewer: &Viewer, tenant: &Tenant, filled: &Filled) -> Result<Ask, Problem> {
    let shell = titled(app, viewer, "subscription-title", tenant).await?;
    let now = shell.t(subscription_text(tenant.subscription));
    let lead = match &tenant.trial_ends_at {
        Some(at) => shell.with("subscription-now-until", "name", shell.day(at)),
        None => shell.with("subscription-now", "name", now),
    };
    let follows = Subscription::ALL.iter().filter(|state| tenant.subscription.may_become(**state));
    let choices: Vec<_> =
        follows.map(|state| (state.to_string(), shell.t(subscription_text(*state)).into_owned())).collect();
    let fields = vec![
        Field::new("state", "select", shell.t("subscription-state")).value(&filled.state).choices(choices),
        Field::new("trial_ends_at", "date", shell.t("trial-ends"))
            .value(&filled.trial_ends_at)
            .optional()
            .hint(shell.t("trial-ends-hint")),
        reason(&shell, &filled.reason),
    ];
    let address = format!("/tenants/{}", tenant.slug);
    Ok(Ask::new(viewer, shell, format!("{address}/subscription"), address, "subscription-change")
        .lead(lead)
        .hidden("version", &filled.version)
        .fields(fields))
}

pub(super) async fn show(
    viewer: Viewer,
    State(app): State<App>,
    Path(slug): Path<String>,
) -> Result<Response, Problem> {
    let tenant = app.portal.tenant(&slug).await?;
    let filled = Filled { version: tenant.version.to_string(), ..Filled::default() };
    Ok(form(&app, &viewer, &tenant, &filled).await?.answer())
}

pub(super) async fn submit(
    viewer: Viewer,
    State(app): State<App>,
    Path(slug): Path<String>,
    Form(filled): Form<Filled>,
) -> Result<Response, Problem> {
    let tenant = app.portal.tenant(&slug).await?;
    let reason = given(&filled.reason);
    let outcome = match filled.read() {
        Ok(asked) => {
            let (context, read) = (viewer.context(), Some(version(&filled.version)));
            app.portal.change_subscription(&context, &slug, asked, reason.as_deref(), read).await
        }
        Err(error) => Err(error),
    };
    let again = form(&app, &viewer, &tenant, &filled).await?;
    after(&viewer, outcome, |tenant| format!("/tenants/{}", tenant.slug), || again)
}
