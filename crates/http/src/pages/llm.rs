//! `/llm` and `/projects/{id}/llm`: how language models are asked: what holds and where it comes from, the providers, and each version.
//! Must not show a key: nothing here has one.

use askama::Template;
use axum::{
    extract::{Query, State},
    http::StatusCode,
    response::Response,
};
use daybook_model::{
    Action, Personal, ProjectId, Timestamp,
    config::{ConfigScope, SettingValue},
    llm::{Effective, LlmProvider, Setting, Source},
};
use daybook_portal::{ConfigVersion, LlmConfig};
use serde::Deserialize;
use serde_json::Value;

use super::{
    entry::actor_name,
    guard::Viewer,
    list::Badge,
    onward::address,
    panel::{Panel, panel},
    shell::{Shell, framed, rendered},
};
use crate::{App, body::Id, locale::Locale, page::PageParams, problem::Problem};

/// How many versions a page shows.
const VERSIONS: u32 = 20;

/// Whose configuration it is.
#[derive(Clone)]
pub(super) struct Place {
    /// Of this project, with its name; of the platform, if none.
    pub(super) project: Option<(ProjectId, String)>,
}

impl Place {
    pub(super) const PLATFORM: Self = Self { project: None };

    pub(super) async fn of(app: &App, viewer: &Viewer, id: ProjectId) -> Result<Self, Problem> {
        let listing = app.portal.project(viewer.scope(), id).await?;
        Ok(Self { project: Some((id, listing.project.name)) })
    }

    pub(super) fn id(&self) -> Option<ProjectId> {
        self.project.as_ref().map(|(id, _)| *id)
    }

    /// The address of its page.
    pub(super) fn path(&self) -> String {
        self.id().map_or_else(|| "/llm".to_owned(), |id| format!("/projects/{id}/llm"))
    }

    /// The settings that can be set here.
    pub(super) fn settings(&self) -> impl Iterator<Item = Setting> {
        let is_platform = self.project.is_none();
        let is_here = move |setting: &Setting| is_platform || setting.spec().scope == ConfigScope::Project;
        Setting::ALL.iter().copied().filter(is_here)
    }
}

#[derive(Template)]
#[template(path = "llm.html")]
struct LlmPage {
    shell: Shell,
    place: Place,
    version: i64,
    updated_at: Option<Timestamp>,
    /// What holds: the setting's name, its value, where it comes from.
    rows: Vec<(String, String, Badge)>,
    providers: Vec<ProviderRow>,
    history: Panel<Vec<VersionRow>>,
    /// The address of the versions that came before.
    older: Option<String>,
    /// The addresses of what may be done, for whoever may.
    edit: Option<String>,
    add_provider: Option<String>,
    /// Back to before the first change.
    unset: Option<String>,
}

framed!(LlmPage);

/// A provider, without its key.
struct ProviderRow {
    provider: LlmProvider,
    /// The name of the text that says what it is.
    kind: String,
    key: Badge,
    edit: Option<String>,
    remove: Option<String>,
}

/// A version of the configuration.
struct VersionRow {
    version: Option<i64>,
    seq: u64,
    at: Timestamp,
    who: String,
    reverted_to: Option<i64>,
    /// Setting, before, after.
    changes: Vec<(String, String, String)>,
    /// Where it is brought back.
    revert: Option<String>,
}

/// Where the list of versions begins.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Asked {
    before: String,
}

pub(super) async fn show(
    viewer: Viewer,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    page(&app, &viewer, Place::PLATFORM, asked).await
}

pub(super) async fn show_of(
    viewer: Viewer,
    State(app): State<App>,
    Id(id): Id<ProjectId>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let place = Place::of(&app, &viewer, id).await?;
    page(&app, &viewer, place, asked).await
}

async fn page(app: &App, viewer: &Viewer, place: Place, asked: Asked) -> Result<Response, Problem> {
    let locale = viewer.look.locale;
    let config = app.portal.llm_config(place.id()).await?;
    let before = PageParams { cursor: Some(asked.before), ..PageParams::default() }.before()?;
    let history = panel(viewer, app.portal.llm_history(place.id(), before, VERSIONS).await)?;
    let next = history.as_ref().ok().and_then(|(_, next)| *next);
    let may_change = viewer.may(Action::ConfigWrite);
    let path = place.path();
    let act = |act: &str| may_change.then(|| format!("{path}/{act}"));
    let is_unset = config.version == 0 || next.is_some() || history.is_err();
    let row = |version| version_row(version, &config, locale, act("revert"));
    let history = history.map(|(versions, _)| versions.into_iter().map(row).collect());
    let page = LlmPage {
        shell: Shell::of(app, viewer, locale.text("nav-llm").into_owned()).await?,
        version: config.version,
        updated_at: config.updated_at,
        history,
        rows: rows(&config, locale),
        older: next.map(|seq| address(&path, &[("before", &seq.to_string())])),
        unset: act("revert").filter(|_| !is_unset).map(|path| address(&path, &[("to", "0")])),
        edit: act("edit"),
        add_provider: act("providers/new").filter(|_| place.project.is_none()),
        providers: config.providers.into_iter().map(|provider| provider_row(provider, may_change)).collect(),
        place,
    };
    Ok(rendered(StatusCode::OK, &page))
}

fn rows(config: &LlmConfig, locale: Locale) -> Vec<(String, String, Badge)> {
    let row = |(setting, Effective { value, source }): (&Setting, &Effective)| {
        (
            setting_name(setting.as_str(), locale),
            words(Some(*setting), value.as_ref(), locale),
            badge(*source),
        )
    };
    config.effective.iter().map(row).collect()
}

fn badge(source: Source) -> Badge {
    match source {
        Source::Project => Badge { tone: "info", icon: "folder", text: "source-project" },
        Source::Platform => Badge { tone: "ok", icon: "world", text: "source-platform" },
        Source::Default => Badge { tone: "", icon: "settings", text: "source-default" },
    }
}

fn provider_row(provider: LlmProvider, may_change: bool) -> ProviderRow {
    let key = match provider.key_set_at {
        Some(_) => Badge { tone: "ok", icon: "check", text: "key-set" },
        None => Badge { tone: "warn", icon: "key-off", text: "key-not-set" },
    };
    let path = format!("/llm/providers/{}", provider.name);
    ProviderRow {
        kind: format!("provider-{}", provider.kind),
        key,
        remove: may_change.then(|| format!("{path}/remove")),
        edit: may_change.then_some(path),
        provider,
    }
}

fn version_row(
    version: ConfigVersion,
    present: &LlmConfig,
    locale: Locale,
    revert: Option<String>,
) -> VersionRow {
    let change = |(name, change): (String, daybook_model::change::Change<Option<SettingValue>>)| {
        let setting: Option<Setting> = name.parse().ok();
        let words = |value: Option<&SettingValue>| words(setting, value, locale);
        (setting_name(&name, locale), words(change.before.as_ref()), words(change.after.as_ref()))
    };
    let earlier = version.version.filter(|number| *number != present.version);
    VersionRow {
        version: version.version,
        seq: version.seq,
        at: version.at,
        who: actor_name(&version.actor, locale),
        reverted_to: version.reverted_to,
        changes: version.changes.into_iter().map(change).collect(),
        revert: revert.zip(earlier).map(|(path, to)| address(&path, &[("to", &to.to_string())])),
    }
}

/// What a setting is called; what is said of a provider has the name that events give it.
pub(super) fn setting_name(name: &str, locale: Locale) -> String {
    match name.parse::<Setting>() {
        Ok(setting) => locale.text(&format!("setting-{setting}")).into_owned(),
        Err(_) => name.to_owned(),
    }
}

/// A value in words; a dash for nothing.
pub(super) fn words(setting: Option<Setting>, value: Option<&SettingValue>, locale: Locale) -> String {
    if matches!(value, Some(SettingValue::Personal(Personal::Erased))) {
        return locale.text("erased").into_owned();
    }
    let shown = |value: &SettingValue| setting.map_or_else(|| value.shown(), |setting| setting.shown(value));
    value.map_or_else(|| "–".to_owned(), |value| text_of(&shown(value)))
}

/// A value as it is typed.
pub(super) fn text_of(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(text_of).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}
