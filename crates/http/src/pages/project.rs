//! `/projects/{id}`: one project with its figures, its latest codes and devices, and what may be done with it.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use daybook_model::{Action, ProjectId};
use daybook_portal::{Analytics, CodeFilter, DeviceFilter, EventFilter, Range};

use super::{
    codes::CodeRow,
    devices::DeviceRow,
    guard::Viewer,
    latest::Latest,
    onward::address,
    panel::{Panel, panel},
    projects::ProjectRow,
    shell::{Shell, framed, rendered},
};
use crate::{App, body::Id, locale::Locale, problem::Problem};

/// How many codes and devices it shows.
const FIRST: u32 = 5;
/// Over how many days activations are counted.
const DAYS: i64 = 30;

#[derive(Template)]
#[template(path = "project.html")]
struct ProjectPage {
    shell: Shell,
    row: ProjectRow,
    figures: Panel<Vec<Figure>>,
    as_of: Option<u64>,
    codes: Panel<Vec<CodeRow>>,
    devices: Panel<Vec<DeviceRow>>,
    latest: Latest,
    may_change: bool,
    may_see_llm: bool,
    /// Where codes are generated for it, for whoever may.
    generate: Option<String>,
}

framed!(ProjectPage);

/// A number, the name of its text, and what it is out of.
struct Figure {
    text: &'static str,
    value: i64,
    note: String,
}

pub(super) async fn show(
    viewer: Viewer,
    State(app): State<App>,
    Id(id): Id<ProjectId>,
) -> Result<Response, Problem> {
    let (scope, locale) = (viewer.scope(), viewer.look.locale);
    let listing = app.portal.project(scope, id).await?;
    let codes = CodeFilter { project: Some(id), ..CodeFilter::default() };
    let codes = panel(&viewer, app.portal.codes(scope, &codes, None, FIRST).await)?;
    let devices = DeviceFilter { project: Some(id), ..DeviceFilter::default() };
    let devices = panel(&viewer, app.portal.devices(scope, &devices, None, FIRST).await)?;
    let about = EventFilter { project: Some(id), ..EventFilter::default() };
    let today = app.portal.store().now().day();
    let range = Range { first: today - DAYS + 1, last: today };
    let numbers = panel(&viewer, app.portal.analytics(range, None, Some(id)).await)?;
    let asked = [("tenant", listing.tenant.slug.as_str()), ("project", &id.to_string())];
    let page = ProjectPage {
        generate: viewer.may(Action::CodesWrite).then(|| address("/codes/new", &asked)),
        shell: Shell::of(&app, &viewer, listing.project.name.clone()).await?,
        as_of: numbers.as_ref().ok().map(|numbers| numbers.as_of),
        figures: numbers.map(|numbers| figures(&numbers, locale)),
        codes: codes.map(|page| page.items.into_iter().map(|code| CodeRow::of(code, locale)).collect()),
        devices: devices.map(|page| page.items.into_iter().map(DeviceRow::of).collect()),
        latest: Latest::about(&app, &viewer, &about, id).await?,
        may_change: viewer.may(Action::ProjectsWrite),
        may_see_llm: viewer.may(Action::ConfigRead),
        row: ProjectRow::of(listing, locale),
    };
    Ok(rendered(StatusCode::OK, &page))
}

fn figures(numbers: &Analytics, locale: Locale) -> Vec<Figure> {
    let of_all = |all: i64| locale.text_with("of-all", &[("total", all.into())]);
    let in_days = locale.text_with("figure-days", &[("days", DAYS.into())]);
    let refused = numbers.refusal_reasons.iter().map(|reason| reason.count).sum();
    let figure = |text, value, note| Figure { text, value, note };
    vec![
        figure("figure-codes", numbers.codes.active, of_all(numbers.codes.total)),
        figure("figure-devices", numbers.devices.active, of_all(numbers.devices.total)),
        figure("figure-activations", numbers.activations, in_days.clone()),
        figure("figure-refused", refused, in_days),
    ]
}
