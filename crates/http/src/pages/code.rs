//! `/codes/{id}`: one activation code and the devices that it enrolled.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use daybook_model::{Action, CodeId, Timestamp, code::CodeStatus};
use daybook_portal::EventFilter;

use super::{
    code_revoke,
    codes::CodeRow,
    devices::DeviceRow,
    guard::Viewer,
    latest::Latest,
    panel::{Panel, panel},
    shell::{Shell, framed, rendered},
};
use crate::{App, body::Id, problem::Problem};

/// How many of the devices that it enrolled are named.
pub(super) const NAMED: u32 = 10;

#[derive(Template)]
#[template(path = "code.html")]
struct CodePage {
    shell: Shell,
    code: CodeRow,
    revoked_at: Option<Timestamp>,
    devices: Panel<Vec<DeviceRow>>,
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
    let devices = panel(&viewer, app.portal.devices_of_code(viewer.scope(), id, NAMED).await)?;
    let about = EventFilter { code: Some(id), ..EventFilter::default() };
    let title = locale.text_with("code-ending", &[("name", listing.code.hint.clone().into())]);
    let may_revoke = viewer.may(Action::CodesWrite) && listing.code.status != CodeStatus::Revoked;
    let page = CodePage {
        shell: Shell::of(&app, &viewer, title).await?,
        latest: Latest::about(&app, &viewer, &about, id).await?,
        revoke: may_revoke.then(|| code_revoke::address_for(&id.to_string())),
        revoked_at: listing.code.revoked_at,
        devices: devices.map(|devices| devices.into_iter().map(DeviceRow::of).collect()),
        code: CodeRow::of(listing, locale),
    };
    Ok(rendered(StatusCode::OK, &page))
}
