//! `/llm/providers/…`: providers of language models are added, changed and removed. A key is written and never shown.

use std::collections::BTreeMap;

use axum::{
    Form,
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use daybook_model::{
    change::Edit,
    llm::{LlmDraft, LlmProvider, LlmProviderDraft, ProviderKind, Setting},
};
use daybook_portal::{LlmConfig, PortalError};
use serde::Deserialize;
use serde_json::Value;

use super::{
    ask::{Ask, after, is_confirmed},
    form::{Field, Reading, given},
    guard::Viewer,
    llm_form::by_line,
    shell::Shell,
};
use crate::{App, problem::Problem};

const PAGE: &str = "/llm";

/// Said here, because the use case would say it of a setting that this form does not have.
const ASKED_BY_PLATFORM: PortalError = PortalError::Conflict {
    code: "PROVIDER_IN_USE",
    detail: "the platform itself asks this provider: let it ask another one first",
};

/// What the forms send.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Filled {
    name: String,
    kind: String,
    base_url: String,
    key: String,
    forget_key: String,
    version: String,
    confirm: String,
}

/// The providers as they are, each with the key that it has.
pub(super) fn kept(config: &LlmConfig) -> Vec<LlmProviderDraft> {
    let keep = |provider: &LlmProvider| LlmProviderDraft {
        name: provider.name.clone(),
        kind: provider.kind.clone(),
        base_url: provider.base_url.clone(),
        key: Edit::Keep,
    };
    config.providers.iter().map(keep).collect()
}

/// What is set beside the providers, to be sent as it is; words that were erased are not set any more.
fn settings(config: &LlmConfig) -> BTreeMap<Setting, Value> {
    let set = config.settings.iter().map(|(setting, value)| (*setting, setting.shown(value)));
    set.filter(|(_, value)| !value.is_null()).collect()
}

fn find<'c>(config: &'c LlmConfig, name: &str) -> Result<&'c LlmProvider, Problem> {
    let missing = || Problem::new(StatusCode::NOT_FOUND, "NOT_FOUND", "there is no such provider");
    config.providers.iter().find(|provider| provider.name == name).ok_or_else(missing)
}

/// The form of a new provider, or of the one that is there.
async fn form(
    app: &App,
    viewer: &Viewer,
    present: Option<&LlmProvider>,
    filled: &Filled,
) -> Result<Ask, Problem> {
    let locale = viewer.look.locale;
    let title = match present {
        Some(provider) => locale.text_with("edit-title", &[("name", provider.name.clone().into())]),
        None => locale.text("provider-add").into_owned(),
    };
    let shell = Shell::of(app, viewer, title).await?;
    let kinds = ProviderKind::ALL
        .iter()
        .map(|kind| (kind.to_string(), shell.t(&format!("provider-{kind}")).into_owned()));
    let name = Field::new("name", "text", shell.t("name")).value(&filled.name).length_max(32);
    let has_key = present.is_some_and(|provider| provider.key_set_at.is_some());
    let key_hint = if has_key { "provider-key-kept" } else { "provider-key-hint" };
    let mut fields = vec![
        if present.is_some() { name.fixed() } else { name.hint(shell.t("provider-name-hint")) },
        Field::new("kind", "select", shell.t("provider-kind")).value(&filled.kind).choices(kinds),
        Field::new("base_url", "url", shell.t("address"))
            .value(&filled.base_url)
            .optional()
            .hint(shell.t("provider-address-hint")),
        // What was typed is not sent back: a key stands on no page.
        Field::new("key", "password", shell.t("key"))
            .autocomplete("new-password")
            .optional()
            .hint(shell.t(key_hint)),
    ];
    if has_key {
        let forget = Field::new("forget_key", "checkbox", shell.t("provider-forget-key"));
        fields.push(forget.value(&filled.forget_key).optional());
    }
    let (action, button) = match present {
        Some(provider) => (format!("{PAGE}/providers/{}", provider.name), "save"),
        None => (format!("{PAGE}/providers/new"), "provider-add"),
    };
    Ok(Ask::new(viewer, shell, action, PAGE, button).hidden("version", &filled.version).fields(fields))
}

fn draft(filled: &Filled) -> LlmProviderDraft {
    let key = match given(&filled.key) {
        Some(key) => Edit::Set(key),
        None if filled.forget_key == "true" => Edit::Clear,
        None => Edit::Keep,
    };
    let (name, kind) = (filled.name.clone(), filled.kind.clone());
    LlmProviderDraft { name, kind, base_url: given(&filled.base_url), key }
}

/// Replaces the providers, and nothing else, if nothing else has changed since the version that was read.
async fn configure(
    app: &App,
    viewer: &Viewer,
    config: &LlmConfig,
    providers: Vec<LlmProviderDraft>,
    version: &str,
) -> Result<LlmConfig, PortalError> {
    let mut reading = Reading::default();
    let version = reading.number("version", version);
    reading.finish()?;
    let draft = LlmDraft { settings: settings(config), providers };
    app.portal.configure_llm(&viewer.context(), None, draft, version).await.map_err(by_line)
}

pub(super) async fn ask_new(viewer: Viewer, State(app): State<App>) -> Result<Response, Problem> {
    let version = app.portal.llm_config(None).await?.version.to_string();
    Ok(form(&app, &viewer, None, &Filled { version, ..Filled::default() }).await?.answer())
}

pub(super) async fn add(
    viewer: Viewer,
    State(app): State<App>,
    Form(filled): Form<Filled>,
) -> Result<Response, Problem> {
    let config = app.portal.llm_config(None).await?;
    let mut providers = kept(&config);
    providers.push(draft(&filled));
    let outcome = configure(&app, &viewer, &config, providers, &filled.version).await;
    let again = form(&app, &viewer, None, &filled).await?;
    after(&viewer, outcome, |_| PAGE.to_owned(), || again)
}

pub(super) async fn ask_edit(
    viewer: Viewer,
    State(app): State<App>,
    Path(name): Path<String>,
) -> Result<Response, Problem> {
    let config = app.portal.llm_config(None).await?;
    let present = find(&config, &name)?;
    let filled = Filled {
        name,
        kind: present.kind.clone(),
        base_url: present.base_url.clone().unwrap_or_default(),
        version: config.version.to_string(),
        ..Filled::default()
    };
    Ok(form(&app, &viewer, Some(present), &filled).await?.answer())
}

pub(super) async fn edit(
    viewer: Viewer,
    State(app): State<App>,
    Path(name): Path<String>,
    Form(filled): Form<Filled>,
) -> Result<Response, Problem> {
    let config = app.portal.llm_config(None).await?;
    let present = find(&config, &name)?;
    let filled = Filled { name, ..filled };
    let replaced = |kept: LlmProviderDraft| if kept.name == present.name { draft(&filled) } else { kept };
    let providers = kept(&config).into_iter().map(replaced).collect();
    let outcome = configure(&app, &viewer, &config, providers, &filled.version).await;
    let again = form(&app, &viewer, Some(present), &filled).await?;
    after(&viewer, outcome, |_| PAGE.to_owned(), || again)
}

async fn removal(app: &App, viewer: &Viewer, name: &str, version: &str) -> Result<Ask, Problem> {
    let locale = viewer.look.locale;
    let title = locale.text_with("provider-remove-title", &[("name", name.to_owned().into())]);
    let shell = Shell::of(app, viewer, title).await?;
    let effects = vec![locale.text("provider-remove-effect").into_owned()];
    let ask = Ask::new(viewer, shell, format!("{PAGE}/providers/{name}/remove"), PAGE, "remove");
    Ok(ask.hidden("version", version).grave(effects, name))
}

pub(super) async fn ask_remove(
    viewer: Viewer,
    State(app): State<App>,
    Path(name): Path<String>,
) -> Result<Response, Problem> {
    let config = app.portal.llm_config(None).await?;
    find(&config, &name)?;
    Ok(removal(&app, &viewer, &name, &config.version.to_string()).await?.answer())
}

pub(super) async fn remove(
    viewer: Viewer,
    State(app): State<App>,
    Path(name): Path<String>,
    Form(filled): Form<Filled>,
) -> Result<Response, Problem> {
    let config = app.portal.llm_config(None).await?;
    find(&config, &name)?;
    let again = removal(&app, &viewer, &name, &filled.version).await?;
    if !is_confirmed(&filled.confirm, &name) {
        return Ok(again.unconfirmed());
    }
    let asked = config.settings.get(&Setting::Provider).and_then(|value| value.text());
    let outcome = if asked == Some(name.as_str()) {
        Err(ASKED_BY_PLATFORM)
    } else {
        let providers = kept(&config).into_iter().filter(|provider| provider.name != name).collect();
        configure(&app, &viewer, &config, providers, &filled.version).await
    };
    after(&viewer, outcome, |_| PAGE.to_owned(), || again)
}
