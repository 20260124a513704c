//! What is asked for when the configuration is replaced, checked, and the event that follows. Must not show a key to anybody but the
//! caller who seals it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{
    Form, Setting,
    provider::{self, LlmProviderDraft, base_url_name, key_name, kind_name},
};
use crate::{
    change::{Change, Edit},
    config::{ConfigScope, ConfigUpdated, Configuration, SECRET, Settings, changes},
    invalid::{Checker, Invalid},
    project::ProjectRef,
    tenant::TenantRef,
    text,
};

/// What is asked for; unchecked. What is absent is unset.
#[derive(Clone, Default)]
pub struct LlmDraft {
    /// Values as they were sent.
    pub settings: BTreeMap<Setting, Value>,
    /// All providers; only the platform has any.
    pub providers: Vec<LlmProviderDraft>,
}

/// What is asked for, checked.
#[derive(Clone, Default)]
pub struct CheckedLlm {
    settings: Settings,
    /// What becomes of the key of each provider, and the provider's place in the request.
    keys: BTreeMap<String, (usize, Edit<String>)>,
    reverted_to: Option<i64>,
}

/// A change, and the keys that come or go with it.
#[derive(Clone)]
pub struct LlmUpdate {
    /// The event.
    pub event: ConfigUpdated,
    /// The new keys by provider, in the clear; none where the present one goes.
    pub keys: BTreeMap<String, Option<String>>,
}

impl LlmDraft {
    /// The checked draft, or all that is wrong with it. A project may name the providers of the platform, which are `known`.
    pub fn check(self, scope: ConfigScope, known: &Settings) -> Result<CheckedLlm, Invalid> {
        let mut check = Checker::default();
        let mut checked = CheckedLlm::default();
        let count = self.providers.len();
        let few = format!("must be at most {}", provider::MOST);
        check.require("/providers", count <= provider::MOST, "TOO_MANY", &few);
        for (at, draft) in self.providers.into_iter().enumerate().take(provider::MOST) {
            let Some(name) = provider::check(&mut check, at, &draft, &mut checked.settings) else { continue };
            if let Edit::Set(key) = &draft.key {
                check.take(&format!("/providers/{at}/key"), text::secret(key));
            }
            let place = format!("/providers/{at}/name");
            let key = match draft.key {
                Edit::Set(key) => Edit::Set(key.trim().to_owned()),
                other => other,
            };
            let twice = checked.keys.insert(name, (at, key)).is_some();
            check.require(&place, !twice, "DUPLICATE_NAME", "must be another than those before it");
        }
        let known = if scope == ConfigScope::Platform { checked.settings.clone() } else { known.clone() };
        let known: BTreeSet<&str> = provider::names(&known).collect();
        for (setting, value) in &self.settings {
            take(&mut check, scope, &known, *setting, value, &mut checked.settings);
        }
        check.finish(Some(checked))
    }
}

fn take(
    check: &mut Checker,
    scope: ConfigScope,
    known: &BTreeSet<&str>,
    setting: Setting,
    value: &Value,
    into: &mut Settings,
) {
    let (name, spec) = (setting.as_str(), setting.spec());
    let pointer = format!("/{name}");
    let is_here = scope == ConfigScope::Platform || spec.scope == ConfigScope::Project;
    check.require(&pointer, is_here, "NOT_PER_PROJECT", "is set for the whole platform");
    let accepted = match (spec.form, value) {
        (Form::Models(most), Value::Array(items)) => {
            check.require(&pointer, items.len() <= most, "TOO_MANY", &format!("must be at most {most}"));
            let items = items.iter().take(most).enumerate();
            let items =
                items.filter_map(|(at, item)| check.take(&format!("{pointer}/{at}"), spec.form.accept(item)));
            let items: Vec<Value> = items.flatten().map(|item| item.shown()).collect();
            (!items.is_empty()).then(|| crate::config::SettingValue::Plain(items.into()))
        }
        (Form::Models(_), _) => check.take(&pointer, Err(super::wrong_type("a list"))),
        (form, value) => check.take(&pointer, form.accept(value)).flatten(),
    };
    let Some(value) = accepted else { return };
    if let (Form::Provider, Some(provider)) = (spec.form, value.text()) {
        let detail = "must be the name of one of the platform's providers";
        check.require(&pointer, known.contains(provider), "UNKNOWN_PROVIDER", detail);
    }
    into.insert(name.to_owned(), value);
}

impl CheckedLlm {
    /// What was set in an earlier version. Keys are not in the log: a provider that is as it was keeps the one it has.
    pub fn earlier(version: i64, mut settings: Settings) -> Self {
        settings.retain(|name, _| !provider::is_key(name));
        let keys = provider::names(&settings).map(|name| (name.to_owned(), (0, Edit::Keep))).collect();
        Self { settings, keys, reverted_to: Some(version) }
    }

    /// The provider that it names, if it names one.
    pub fn provider(&self) -> Option<&str> {
        self.settings.get(Setting::Provider.as_str())?.text()
    }

    /// The event that makes it so, with the keys that come and go; nothing if it is so already. `is_key` says whether a provider has this
    /// key now.
    pub fn decide(
        mut self,
        of: Option<(TenantRef, ProjectRef)>,
        present: &Configuration,
        is_key: impl Fn(&str, &str) -> bool,
    ) -> Result<Option<LlmUpdate>, Invalid> {
        let mut check = Checker::default();
        let mut keys = BTreeMap::new();
        for (name, (at, edit)) in std::mem::take(&mut self.keys) {
            let has = present.settings.contains_key(&key_name(&name));
            let was_there = self.reverted_to.is_some() || present.settings.contains_key(&kind_name(&name));
            if !was_there && text::is_reserved(&name) {
                check.take::<()>(&format!("/providers/{at}/name"), Err(text::reserved()));
            }
            // A key that was given to one provider is not shown to another.
            let stays = has && self.is_as_it_was(&name, &present.settings);
            match edit {
                Edit::Keep if has && !stays && self.reverted_to.is_none() => {
                    let detail = "must be sent again, or null, with another kind or address";
                    check.require(&format!("/providers/{at}/key"), false, "REQUIRED", detail);
                }
                Edit::Keep if stays => self.has_key(&name),
                Edit::Set(key) => {
                    self.has_key(&name);
                    if !(stays && is_key(&name, &key)) {
                        keys.insert(name, Some(key));
                    }
                }
                Edit::Keep | Edit::Clear => {}
            }
        }
        check.finish(Some(()))?;
        let mut changes = changes(&present.settings, &self.settings);
        for name in keys.keys() {
            let before = present.settings.get(&key_name(name)).cloned();
            changes.insert(key_name(name), Change { before, after: Some(SECRET.into()) });
        }
        if changes.is_empty() {
            return Ok(None);
        }
        let gone = changes.iter().filter(|(name, change)| provider::is_key(name) && change.after.is_none());
        let gone: Vec<_> = gone.filter_map(|(name, _)| provider::setting_of(name)).collect();
        keys.extend(gone.into_iter().map(|(name, _)| (name.to_owned(), None)));
        let scope = if of.is_some() { ConfigScope::Project } else { ConfigScope::Platform };
        let (tenant, project) = of.unzip();
        let event = ConfigUpdated {
            tenant,
            project,
            scope: Some(scope),
            version: Some(present.version + 1),
            reverted_to: self.reverted_to,
            changes,
        };
        Ok(Some(LlmUpdate { event, keys }))
    }

    fn has_key(&mut self, name: &str) {
        self.settings.insert(key_name(name), SECRET.into());
    }

    fn is_as_it_was(&self, name: &str, present: &Settings) -> bool {
        [kind_name(name), base_url_name(name)].iter().all(|name| self.settings.get(name) == present.get(name))
    }
}

impl LlmUpdate {
    /// The providers that are no more.
    pub fn removed_providers(&self) -> impl Iterator<Item = &str> {
        let gone = self.event.changes.iter().filter(|(_, change)| change.after.is_none());
        gone.filter_map(|(name, _)| provider::setting_of(name))
            .filter(|(_, field)| *field == "kind")
            .map(|(name, _)| name)
    }
}
