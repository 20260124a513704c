//! `/settings`: what the operator has set: where the platform's people sign in, and what this server was started with.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};

use super::{
    guard::Viewer,
    identity_provider::ProviderView,
    shell::{Shell, framed, rendered},
};
use crate::{App, problem::Problem};

#[derive(Template)]
#[template(path = "settings.html")]
struct SettingsPage {
    shell: Shell,
    provider: ProviderView,
    /// What links in letters begin with.
    public_url: String,
    engine: String,
    sends_mail: bool,
}

framed!(SettingsPage);

pub(super) async fn show(viewer: Viewer, State(app): State<App>) -> Result<Response, Problem> {
    let page = SettingsPage {
        shell: Shell::of(&app, &viewer, viewer.look.locale.text("nav-settings").into_owned()).await?,
        provider: ProviderView::of(&app, &viewer, None).await?,
        public_url: app.portal.public_url().origin(),
        engine: app.portal.store().engine().to_string(),
        sends_mail: app.portal.mailer().is_configured(),
    };
    Ok(rendered(StatusCode::OK, &page))
}
