//! `/settings/identity-provider`, `/tenants/{slug}/identity-provider`: where people sign in instead of with a password, configured and
//! removed; and how pages show it. The client's secret is asked for and never shown.

use axum::{
    Form,
    extract::{Path, State},
    response::Response,
};
use daybook_model::{Action, Timestamp, identity_provider::IdentityProviderDraft};
use daybook_portal::PortalError;
use serde::Deserialize;

use super::{
    ask::{Ask, after},
    form::{Field, given},
    guard::Viewer,
    list::Badge,
    shell::Shell,
};
use crate::{App, problem::Problem};

/// Whose provider: a tenant's, or the platform's.
type Of = Option<Path<String>>;

/// A provider as pages show it.
pub(super) struct ProviderView {
    /// Its name and address, what it calls the portal, and its state; nothing if there is none.
    pub(super) found: Option<Found>,
    /// Where it sends browsers back to: it must know this address.
    pub(super) redirect: String,
    /// Where it is configured, for whoever may.
    pub(super) edit: Option<String>,
    /// Where it is removed, for whoever may.
    pub(super) remove: Option<String>,
}

/// A provider that is configured.
pub(super) struct Found {
    pub(super) issuer: String,
    pub(super) client_id: String,
    /// Whether people sign in there.
    pub(super) enabled: bool,
    pub(super) updated_at: Timestamp,
}

impl ProviderView {
    /// The provider of the tenant with this slug, or of the platform.
    pub(super) async fn of(app: &App, viewer: &Viewer, slug: Option<&str>) -> Result<Self, Problem> {
        let found = match app.portal.identity_provider(slug).await {
            Ok(provider) => Some(Found {
                enabled: provider.enabled,
                issuer: provider.issuer,
                client_id: provider.client_id,
                updated_at: provider.updated_at,
            }),
            Err(PortalError::NotFound(_)) => None,
            Err(error) => return Err(error.into()),
        };
        let may = viewer.may(Action::IdentityProvidersWrite);
        let address = address(slug);
        Ok(Self {
            redirect: app.portal.provider_redirect(slug.is_some()),
            remove: (may && found.is_some()).then(|| format!("{address}/remove")),
            edit: may.then_some(address),
            found,
        })
    }
}

impl Found {
    /// Its state as pages show it.
    pub(super) fn badge(&self) -> Badge {
        if self.enabled {
            Badge { tone: "ok", icon: "check", text: "identity-on" }
        } else {
            Badge { tone: "", icon: "ban", text: "identity-off" }
        }
    }
}

fn address(slug: Option<&str>) -> String {
    page(slug) + "/identity-provider"
}

/// The page that shows it.
fn page(slug: Option<&str>) -> String {
    slug.map_or_else(|| "/settings".to_owned(), |slug| format!("/tenants/{slug}"))
}

/// What the form sends.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Filled {
    issuer: String,
    client_id: String,
    client_secret: String,
    enabled: String,
}

impl Filled {
    fn draft(&self) -> IdentityProviderDraft {
        IdentityProviderDraft {
            issuer: self.issuer.clone(),
            client_id: self.client_id.clone(),
            client_secret: given(&self.client_secret),
            enabled: self.enabled == "true",
        }
    }
}

/// The form, filled with what was sent or with what is configured.
async fn form(
    app: &App,
    viewer: &Viewer,
    slug: Option<&str>,
    filled: Option<Filled>,
) -> Result<Ask, Problem> {
    let shown = ProviderView::of(app, viewer, slug).await?;
    let (filled, is_new) = match (filled, shown.found) {
        (Some(filled), found) => (filled, found.is_none()),
        (None, None) => (Filled { enabled: "true".to_owned(), ..Filled::default() }, true),
        (None, Some(found)) => {
            let Found { issuer, client_id, enabled, .. } = found;
            (Filled { issuer, client_id, enabled: enabled.to_string(), ..Filled::default() }, false)
        }
    };
    let shell = Shell::of(app, viewer, viewer.look.locale.text("identity-title").into_owned()).await?;
    let secret =
        Field::new("client_secret", "password", shell.t("identity-secret")).autocomplete("new-password");
    let secret = if is_new { secret } else { secret.optional().hint(shell.t("identity-secret-hint")) };
    let fields = vec![
        Field::new("issuer", "url", shell.t("identity-issuer"))
            .value(filled.issuer)
            .hint(shell.t("identity-issuer-hint")),
        Field::new("client_id", "text", shell.t("identity-client")).value(filled.client_id).length_max(255),
        secret,
        Field::new("enabled", "checkbox", shell.t("identity-enabled")).value(filled.enabled).optional(),
    ];
    let lead = shell.with("identity-lead", "place", shown.redirect);
    Ok(Ask::new(viewer, shell, address(slug), page(slug), "save").lead(lead).fields(fields))
}

/// The slug that a path names.
fn slug(of: &Of) -> Option<&str> {
    of.as_ref().map(|Path(slug)| slug.as_str())
}

pub(super) async fn show(viewer: Viewer, State(app): State<App>, of: Of) -> Result<Response, Problem> {
    Ok(form(&app, &viewer, slug(&of), None).await?.answer())
}

pub(super) async fn submit(
    viewer: Viewer,
    State(app): State<App>,
    of: Of,
    Form(filled): Form<Filled>,
) -> Result<Response, Problem> {
    let slug = slug(&of);
    let outcome = app.portal.configure_identity_provider(&viewer.context(), slug, filled.draft()).await;
    let again = form(&app, &viewer, slug, Some(filled)).await?;
    after(&viewer, outcome, |_| page(slug), || again)
}

async fn removal(app: &App, viewer: &Viewer, slug: Option<&str>) -> Result<Ask, Problem> {
    let provider = app.portal.identity_provider(slug).await?;
    let title = viewer.look.locale.text("identity-remove-title").into_owned();
    let shell = Shell::of(app, viewer, title).await?;
    let lead = shell.with("identity-remove-lead", "name", provider.issuer);
    Ok(Ask::new(viewer, shell, address(slug) + "/remove", page(slug), "identity-remove").lead(lead))
}

pub(super) async fn show_removal(
    viewer: Viewer,
    State(app): State<App>,
    of: Of,
) -> Result<Response, Problem> {
    Ok(removal(&app, &viewer, slug(&of)).await?.answer())
}

pub(super) async fn remove(viewer: Viewer, State(app): State<App>, of: Of) -> Result<Response, Problem> {
    let slug = slug(&of);
    let again = removal(&app, &viewer, slug).await?;
    let outcome = app.portal.remove_identity_provider(&viewer.context(), slug).await;
    after(&viewer, outcome, |()| page(slug), || again)
}
