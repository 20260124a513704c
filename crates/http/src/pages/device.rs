//! `/devices/{id}`: one device, and its end.

use askama::Template;
use axum::{Form, extract::State, http::StatusCode, response::Response};
use daybook_model::{Action, DeviceId, device::DeviceStatus};
use daybook_portal::{DeviceListing, EventFilter};
use serde::Deserialize;

use super::{
    ask::{Ask, after, is_confirmed, reason_field},
    devices::DeviceRow,
    form::given,
    guard::Viewer,
    latest::Latest,
    shell::{Shell, framed, rendered},
};
use crate::{App, body::Id, problem::Problem};

#[derive(Template)]
#[template(path = "device.html")]
struct DevicePage {
    shell: Shell,
    device: DeviceRow,
    /// The last group of the code that enrolled it.
    code_hint: String,
    latest: Latest,
    /// Where it is revoked, for whoever may.
    revoke: Option<String>,
}

framed!(DevicePage);

pub(super) async fn show(
    viewer: Viewer,
    State(app): State<App>,
    Id(id): Id<DeviceId>,
) -> Result<Response, Problem> {
    let listing = app.portal.device(viewer.scope(), id).await?;
    let code = app.portal.code(viewer.scope(), listing.device.code).await?;
    let about = EventFilter { device: Some(id), ..EventFilter::default() };
    let latest = Latest::about(&app, &viewer, &about, id).await?;
    let may_revoke = viewer.may(Action::DevicesWrite) && listing.device.status == DeviceStatus::Active;
    let revoke = may_revoke.then(|| format!("/devices/{id}/revoke"));
    let device = DeviceRow::of(listing);
    let shell = Shell::of(&app, &viewer, device.name.clone()).await?;
    let page = DevicePage { shell, device, code_hint: code.code.hint, latest, revoke };
    Ok(rendered(StatusCode::OK, &page))
}

/// What the form sends that revokes it.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Filled {
    reason: String,
    confirm: String,
}

async fn form(
    app: &App,
    viewer: &Viewer,
    listing: DeviceListing,
    reason: &str,
) -> Result<(Ask, String), Problem> {
    let (locale, device) = (viewer.look.locale, DeviceRow::of(listing));
    let title = locale.text_with("device-revoke-title", &[("name", device.name.clone().into())]);
    let shell = Shell::of(app, viewer, title).await?;
    let page = format!("/devices/{}", device.id);
    let fields = vec![reason_field(shell.locale(), reason)];
    let effects = vec![locale.text("device-revoke-effect").into_owned()];
    let ask = Ask::new(viewer, shell, format!("{page}/revoke"), page, "device-revoke")
        .lead(locale.text("cannot-be-undone"))
        .grave(effects, device.name.clone())
        .fields(fields);
    Ok((ask, device.name))
}

pub(super) async fn ask_revoke(
    viewer: Viewer,
    State(app): State<App>,
    Id(id): Id<DeviceId>,
) -> Result<Response, Problem> {
    let listing = app.portal.device(viewer.scope(), id).await?;
    Ok(form(&app, &viewer, listing, "").await?.0.answer())
}

pub(super) async fn revoke(
    viewer: Viewer,
    State(app): State<App>,
    Id(id): Id<DeviceId>,
    Form(filled): Form<Filled>,
) -> Result<Response, Problem> {
    let listing = app.portal.device(viewer.scope(), id).await?;
    let (again, name) = form(&app, &viewer, listing, &filled.reason).await?;
    if !is_confirmed(&filled.confirm, &name) {
        return Ok(again.unconfirmed());
    }
    let reason = given(&filled.reason);
    let outcome = app.portal.revoke_device(&viewer.context(), viewer.scope(), id, reason.as_deref()).await;
    after(&viewer, outcome, |listing| format!("/devices/{}", listing.device.id), || again)
}
