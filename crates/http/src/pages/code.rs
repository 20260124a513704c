//! `/codes/{id}`: one activation code, the devices that it enrolled, and its end.

use askama::Template;
use axum::{Form, extract::State, http::StatusCode, response::Response};
use daybook_model::{Action, CodeId, Timestamp, code::CodeStatus};
use daybook_portal::{CodeListing, EventFilter};
use serde::Deserialize;

use super::{
    ask::{Ask, after, is_confirmed, reason_field},
    codes::CodeRow,
    devices::DeviceRow,
    form::given,
    guard::Viewer,
    latest::Latest,
    shell::{Shell, framed, rendered},
};
use crate::{App, body::Id, problem::Problem};

/// How many of the devices that it enrolled are named.
const NAMED: u32 = 10;

#[derive(Template)]
#[template(path = "code.html")]
struct CodePage {
    shell: Shell,
    code: CodeRow,
    revoked_at: Option<Timestamp>,
    devices: Vec<DeviceRow>,
    latest: Latest,
    /// Where it is revoked, for whoever may.
    revoke: Option<String>,
}

framed!(CodePage);

pub(super) async fn show(
    viewer: Viewer,
    State(app): State<App>,
    Id(id): Id<CodeId>,
) -> Result<Response, Problem> {
    let locale = viewer.look.locale;
    let listing = app.portal.code(viewer.scope(), id).await?;
    let devices = app.portal.devices_of_code(viewer.scope(), id, NAMED).await?;
    let about = EventFilter { code: Some(id), ..EventFilter::default() };
    let title = locale.text_with("code-ending", &[("name", listing.code.hint.clone().into())]);
    let may_revoke = viewer.may(Action::CodesWrite) && listing.code.status != CodeStatus::Revoked;
    let page = CodePage {
        shell: Shell::of(&app, &viewer, title).await?,
        latest: Latest::about(&app, &viewer, &about, id).await?,
        revoke: may_revoke.then(|| format!("/codes/{id}/revoke")),
        revoked_at: listing.code.revoked_at,
        devices: devices.into_iter().map(DeviceRow::of).collect(),
        code: CodeRow::of(listing, locale),
    };
    Ok(rendered(StatusCode::OK, &page))
}

/// What the form sends that revokes it.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Filled {
    reason: String,
    confirm: String,
}

/// The form that revokes it: what it has enrolled stays, by name.
async fn form(app: &App, viewer: &Viewer, listing: &CodeListing, reason: &str) -> Result<Ask, Problem> {
    let (locale, code) = (viewer.look.locale, &listing.code);
    let title = locale.text_with("code-revoke-title", &[("name", code.hint.clone().into())]);
    let shell = Shell::of(app, viewer, title).await?;
    let devices = app.portal.devices_of_code(viewer.scope(), code.id, NAMED).await?;
    let names: Vec<_> = devices.into_iter().map(|device| DeviceRow::of(device).name).collect();
    let mut effects = vec![shell.with("code-revoke-effect", "count", code.max_uses - code.use_count)];
    if code.use_count > 0 {
        let values = [("count", code.use_count.into()), ("what", names.join(", ").into())];
        effects.push(locale.text_with("code-revoke-stay", &values));
    }
    let page = format!("/codes/{}", code.id);
    let fields = vec![reason_field(&shell, reason)];
    Ok(Ask::new(viewer, shell, format!("{page}/revoke"), page, "code-revoke")
        .lead(locale.text("cannot-be-undone"))
        .grave(effects, code.hint.clone())
        .fields(fields))
}

pub(super) async fn ask_revoke(
    viewer: Viewer,
    State(app): State<App>,
    Id(id): Id<CodeId>,
) -> Result<Response, Problem> {
    let listing = app.portal.code(viewer.scope(), id).await?;
    Ok(form(&app, &viewer, &listing, "").await?.answer())
}

pub(super) async fn revoke(
    viewer: Viewer,
    State(app): State<App>,
    Id(id): Id<CodeId>,
    Form(filled): Form<Filled>,
) -> Result<Response, Problem> {
    let listing = app.portal.code(viewer.scope(), id).await?;
    let again = form(&app, &viewer, &listing, &filled.reason).await?;
    if !is_confirmed(&filled.confirm, &listing.code.hint) {
        return Ok(again.unconfirmed());
    }
    let reason = given(&filled.reason);
    let outcome = app.portal.revoke_code(&viewer.context(), viewer.scope(), id, reason.as_deref()).await;
    after(&viewer, outcome, |code| format!("/codes/{}", code.id), || again)
}
