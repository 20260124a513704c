//! `…/llm/edit` and `…/llm/revert`: what is set here is replaced as a whole, or becomes again what it was. Must not know a key.

use std::collections::BTreeMap;

use axum::{
    Form,
    extract::{Query, State},
    response::Response,
};
use daybook_model::{
    FieldError, Invalid, ProjectId,
    config::Settings,
    llm::{self, Form as Takes, LlmDraft, Setting},
};
use daybook_portal::{LlmConfig, PortalError};
use serde::Deserialize;
use serde_json::Value;

use super::{
    ask::{Ask, after},
    form::{Field, Reading, given},
    guard::Viewer,
    llm::{Place, setting_name, text_of, words},
    llm_provider::kept,
    shell::Shell,
};
use crate::{App, body::Id, locale::Locale, problem::Problem};

/// What the form sends: settings by name, and the version that was read.
type Filled = BTreeMap<String, String>;

const VERSION: &str = "version";

fn filled(config: &LlmConfig) -> Filled {
    let texts =
        config.settings.iter().map(|(setting, value)| (setting.to_string(), text_of(&setting.shown(value))));
    texts.chain([(VERSION.to_owned(), config.version.to_string())]).collect()
}

async fn form(app: &App, viewer: &Viewer, place: &Place, filled: &Filled) -> Result<Ask, Problem> {
    let locale = viewer.look.locale;
    let title = match &place.project {
        Some((_, name)) => locale.text_with("llm-edit-project", &[("name", name.clone().into())]),
        None => locale.text("llm-edit").into_owned(),
    };
    let shell = Shell::of(app, viewer, title).await?;
    let platform = app.portal.llm_config(None).await?;
    // What holds where a setting is left empty: the platform's, for a project.
    let otherwise = match place.project {
        Some(_) => platform.effective,
        None => llm::effective(&Settings::new(), None),
    };
    let providers: Vec<String> = platform.providers.into_iter().map(|provider| provider.name).collect();
    let text = |name: &str| filled.get(name).cloned().unwrap_or_default();
    let field = |setting: Setting| {
        let value = otherwise.get(&setting).and_then(|effective| effective.value.as_ref());
        let hint = words(Some(setting), value, locale);
        field(setting, &providers, locale).value(text(setting.as_str())).hint(hint_of(setting, hint, locale))
    };
    let fields = place.settings().map(field).collect();
    let ask = Ask::new(viewer, shell, format!("{}/edit", place.path()), place.path(), "save");
    Ok(ask.lead(locale.text("llm-edit-lead")).hidden(VERSION, text(VERSION)).fields(fields))
}

/// The line of a setting.
fn field(setting: Setting, providers: &[String], locale: Locale) -> Field {
    let kind = match setting.spec().form {
        Takes::Provider => "select",
        Takes::Whole(..) => "number",
        Takes::Words(_) => "textarea",
        Takes::Model | Takes::Models(_) | Takes::Thousandths(_) | Takes::Currency => "text",
    };
    let field = Field::new(setting.as_str(), kind, setting_name(setting.as_str(), locale)).optional();
    let nothing = (String::new(), locale.text("not-set").into_owned());
    let choices = providers.iter().map(|name| (name.clone(), name.clone()));
    if kind == "select" { field.choices(std::iter::once(nothing).chain(choices)) } else { field }
}

fn hint_of(setting: Setting, otherwise: String, locale: Locale) -> String {
    let hint = locale.text_with("setting-otherwise", &[("what", otherwise.into())]);
    match setting.spec().form {
        Takes::Models(_) => format!("{} {hint}", locale.text("by-commas")),
        _ => hint,
    }
}

/// What was typed, as it is asked for; and the version that was read.
fn read(place: &Place, filled: &Filled) -> Result<(BTreeMap<Setting, Value>, Option<i64>), PortalError> {
    let mut reading = Reading::default();
    let mut settings = BTreeMap::new();
    for setting in place.settings() {
        let name = setting.as_str();
        let Some(text) = filled.get(name).and_then(|text| given(text)) else { continue };
        let value = match setting.spec().form {
            Takes::Models(_) => {
                Some(text.split([',', '\n']).filter_map(given).map(Value::from).collect::<Vec<_>>().into())
            }
            Takes::Thousandths(_) => reading.decimal(name, &text).map(Value::Number),
            Takes::Whole(..) => reading.number(name, &text).map(Value::from),
            Takes::Provider | Takes::Model | Takes::Currency | Takes::Words(_) => Some(text.into()),
        };
        settings.extend(value.map(|value| (setting, value)));
    }
    let version = reading.number(VERSION, filled.get(VERSION).map_or("", String::as_str));
    reading.finish()?;
    Ok((settings, version))
}

/// The same error, with what is wrong with one of several beside the line of all of them.
pub(super) fn by_line(error: PortalError) -> PortalError {
    let PortalError::Invalid(Invalid(errors)) = error else { return error };
    let line = |error: FieldError| {
        let parts: Vec<&str> = error.pointer.split('/').filter(|part| !part.is_empty()).collect();
        let pointer = match parts.as_slice() {
            ["providers", _, field, ..] | [field, ..] => format!("/{field}"),
            [] => String::new(),
        };
        FieldError { pointer, ..error }
    };
    Invalid(errors.into_iter().map(line).collect()).into()
}

async fn ask_edit_at(app: &App, viewer: &Viewer, place: Place) -> Result<Response, Problem> {
    let config = app.portal.llm_config(place.id()).await?;
    Ok(form(app, viewer, &place, &filled(&config)).await?.answer())
}

async fn edit_at(app: &App, viewer: &Viewer, place: Place, filled: Filled) -> Result<Response, Problem> {
    let outcome = match read(&place, &filled) {
        Ok((settings, version)) => {
            let config = app.portal.llm_config(place.id()).await?;
            let providers = if place.project.is_none() { kept(&config) } else { vec![] };
            let draft = LlmDraft { settings, providers };
            app.portal.configure_llm(&viewer.context(), place.id(), draft, version).await.map_err(by_line)
        }
        Err(error) => Err(error),
    };
    let again = form(app, viewer, &place, &filled).await?;
    after(viewer, outcome, |_| place.path(), || again)
}

pub(super) async fn ask_edit(viewer: Viewer, State(app): State<App>) -> Result<Response, Problem> {
    ask_edit_at(&app, &viewer, Place::PLATFORM).await
}

pub(super) async fn edit(
    viewer: Viewer,
    State(app): State<App>,
    Form(filled): Form<Filled>,
) -> Result<Response, Problem> {
    edit_at(&app, &viewer, Place::PLATFORM, filled).await
}

pub(super) async fn ask_edit_of(
    viewer: Viewer,
    State(app): State<App>,
    Id(id): Id<ProjectId>,
) -> Result<Response, Problem> {
    let place = Place::of(&app, &viewer, id).await?;
    ask_edit_at(&app, &viewer, place).await
}

pub(super) async fn edit_of(
    viewer: Viewer,
    State(app): State<App>,
    Id(id): Id<ProjectId>,
    Form(filled): Form<Filled>,
) -> Result<Response, Problem> {
    let place = Place::of(&app, &viewer, id).await?;
    edit_at(&app, &viewer, place, filled).await
}

/// Which version is brought back, and which one was read.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Revert {
    to: i64,
    version: Option<i64>,
}

async fn revert_form(app: &App, viewer: &Viewer, place: &Place, revert: &Revert) -> Result<Ask, Problem> {
    let locale = viewer.look.locale;
    let title = locale.text_with("revert-title", &[("count", revert.to.into())]);
    let shell = Shell::of(app, viewer, title).await?;
    let version = match revert.version {
        Some(version) => version,
        None => app.portal.llm_config(place.id()).await?.version,
    };
    let lead = locale.text(if place.project.is_some() { "revert-lead-project" } else { "revert-lead" });
    let ask = Ask::new(viewer, shell, format!("{}/revert", place.path()), place.path(), "bring-back");
    Ok(ask.lead(lead).hidden("to", revert.to.to_string()).hidden(VERSION, version.to_string()))
}

async fn revert_at(app: &App, viewer: &Viewer, place: Place, revert: Revert) -> Result<Response, Problem> {
    let Revert { to, version } = revert;
    let outcome = app.portal.revert_llm(&viewer.context(), place.id(), to, version).await;
    let again = revert_form(app, viewer, &place, &revert).await?;
    after(viewer, outcome, |_| place.path(), || again)
}

pub(super) async fn ask_revert(
    viewer: Viewer,
    State(app): State<App>,
    Query(asked): Query<Revert>,
) -> Result<Response, Problem> {
    Ok(revert_form(&app, &viewer, &Place::PLATFORM, &asked).await?.answer())
}

pub(super) async fn revert(
    viewer: Viewer,
    State(app): State<App>,
    Form(filled): Form<Revert>,
) -> Result<Response, Problem> {
    revert_at(&app, &viewer, Place::PLATFORM, filled).await
}

pub(super) async fn ask_revert_of(
    viewer: Viewer,
    State(app): State<App>,
    Id(id): Id<ProjectId>,
    Query(asked): Query<Revert>,
) -> Result<Response, Problem> {
    let place = Place::of(&app, &viewer, id).await?;
    Ok(revert_form(&app, &viewer, &place, &asked).await?.answer())
}

pub(super) async fn revert_of(
    viewer: Viewer,
    State(app): State<App>,
    Id(id): Id<ProjectId>,
    Form(filled): Form<Revert>,
) -> Result<Response, Problem> {
    let place = Place::of(&app, &viewer, id).await?;
    revert_at(&app, &viewer, place, filled).await
}
