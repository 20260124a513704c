//! Use cases of the configuration of language models: see it, replace it, look at its history, bring an earlier version back; for the
//! platform and for each project. Must not answer with a key.

use std::collections::BTreeMap;

use daybook_model::{
    ProjectId, Timestamp,
    config::{ConfigPlace, ConfigScope, Configuration, SealedSecrets, SettingValue},
    llm::{self, CheckedLlm, Effective, LlmDraft, LlmProvider, LlmUpdate, Setting},
    project::ProjectRef,
    tenant::TenantRef,
};
use daybook_store::{Reads, TenantScope, UnitOfWork};
use serde::{Deserialize, Serialize};

use crate::{Context, Noun, Portal, PortalError, Result, change::Done, project, tenant::expect_version};

mod history;

pub use history::ConfigVersion;

/// The purpose under which keys of providers are sealed.
const PURPOSE: &str = "llm provider";

const PROVIDER_IN_USE: PortalError = PortalError::Conflict {
    code: "PROVIDER_IN_USE",
    detail: "a project asks this provider: let it ask another one first",
};
const PROVIDER_MISSING: PortalError = PortalError::Conflict {
    code: "PROVIDER_MISSING",
    detail: "the provider of that version is not configured any more",
};

/// How language models are asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LlmConfig {
    /// Grows with each change, from 0.
    pub version: i64,
    /// When it last changed.
    pub updated_at: Option<Timestamp>,
    /// What is set here.
    pub settings: BTreeMap<Setting, SettingValue>,
    /// What holds here, and where that comes from.
    pub effective: BTreeMap<Setting, Effective>,
    /// The platform's providers.
    pub providers: Vec<LlmProvider>,
}

impl LlmConfig {
    fn new(platform: &Configuration, project: Option<&Configuration>) -> Self {
        let here = project.unwrap_or(platform);
        Self {
            version: here.version,
            updated_at: here.updated_at,
            settings: llm::settings(here),
            effective: llm::effective(&platform.settings, project.map(|project| &project.settings)),
            providers: llm::providers(platform),
        }
    }
}

/// Where something is configured, as events name it; the platform's configuration is locked.
struct Locked {
    of: Option<(TenantRef, ProjectRef)>,
    place: ConfigPlace,
    platform: Configuration,
    present: Configuration,
}

impl Portal {
    /// The configuration of this project; of the platform, for none.
    pub async fn llm_config(&self, project: Option<ProjectId>) -> Result<LlmConfig> {
        let mut reads = self.store().snapshot().await?;
        let place = place_of(&mut reads, project).await?;
        read(&mut reads, place).await
    }

    /// Replaces the configuration of this project; of the platform, for none. `version` is the one the caller has read, if it said so.
    pub async fn configure_llm(
        &self,
        context: &Context,
        project: Option<ProjectId>,
        draft: LlmDraft,
        version: Option<i64>,
    ) -> Result<LlmConfig> {
        let draft = &draft;
        self.change(context, |mut unit| async move {
            let locked = lock(&mut unit, project).await?;
            expect_version(locked.present.version, version)?;
            let scope = if project.is_some() { ConfigScope::Project } else { ConfigScope::Platform };
            let checked = draft.clone().check(scope, &locked.platform.settings)?;
            self.record_llm(unit, locked, checked).await
        })
        .await
    }

    /// Brings an earlier version of the configuration back, as a new change. Keys are not in the log: a provider that is still there as it
    /// was keeps the one it has, any other comes back without.
    pub async fn revert_llm(
        &self,
        context: &Context,
        project: Option<ProjectId>,
        to: i64,
        version: Option<i64>,
    ) -> Result<LlmConfig> {
        if let Some(first) = self.first_answer(context).await? {
            return Ok(first);
        }
        // What an earlier version was does not change any more.
        let earlier = &self.earlier_llm(project, to).await?;
        self.change(context, |mut unit| async move {
            let locked = lock(&mut unit, project).await?;
            expect_version(locked.present.version, version)?;
            let providers = llm::providers(&locked.platform);
            let missing = |name| providers.iter().all(|provider| provider.name != name);
            if project.is_some() && earlier.provider().is_some_and(missing) {
                return Err(PROVIDER_MISSING);
            }
            self.record_llm(unit, locked, earlier.clone()).await
        })
        .await
    }

    async fn record_llm(
        &self,
        mut unit: UnitOfWork,
        locked: Locked,
        checked: CheckedLlm,
    ) -> Result<Done<LlmConfig>> {
        let Locked { of, place, present, .. } = locked;
        let keys = self.open_keys(&mut unit, &present).await?;
        let is_key = |provider: &str, key: &str| keys.get(provider).is_some_and(|kept| kept == key);
        let Some(update) = checked.decide(of, &present, is_key)? else {
            return Ok(Done::Nothing(read(&mut unit.reads(), place).await?));
        };
        for provider in update.removed_providers() {
            if unit.reads().is_provider_of_a_project(provider).await? {
                return Err(PROVIDER_IN_USE);
            }
        }
        let LlmUpdate { event, keys } = update;
        let seal = |(provider, key): (String, Option<String>)| {
            let sealed = key.map(|key| self.seal_provider_key(&provider, &key)).transpose()?;
            Ok((provider, sealed))
        };
        let sealed = keys.into_iter().map(seal).collect::<Result<_>>()?;
        unit.record_with(event, SealedSecrets(sealed)).await?;
        let config = read(&mut unit.reads(), place).await?;
        Ok(Done::Commit(Box::new(unit), config))
    }

    /// The keys of all providers configured here; without those that were sealed under another key file.
    async fn open_keys(
        &self,
        unit: &mut UnitOfWork,
        present: &Configuration,
    ) -> Result<BTreeMap<String, String>> {
        let mut keys = BTreeMap::new();
        for LlmProvider { name, key_set_at, .. } in llm::providers(present) {
            let Some(_) = key_set_at else { continue };
            let sealed = unit.reads().provider_key(&name).await?;
            let opened = sealed.and_then(|sealed| self.keys().open(PURPOSE, name.as_bytes(), &sealed));
            keys.extend(opened.and_then(|key| String::from_utf8(key).ok()).map(|key| (name, key)));
        }
        Ok(keys)
    }

    fn seal_provider_key(&self, provider: &str, key: &str) -> Result<Vec<u8>> {
        self.keys().seal(PURPOSE, provider.as_bytes(), key.as_bytes(), self.store().entropy())
    }
}

async fn read(reads: &mut Reads<'_>, place: ConfigPlace) -> Result<LlmConfig> {
    let platform = reads.configuration(ConfigPlace::Platform).await?;
    Ok(match place {
        ConfigPlace::Platform => LlmConfig::new(&platform, None),
        ConfigPlace::Project(..) => LlmConfig::new(&platform, Some(&reads.configuration(place).await?)),
    })
}

async fn place_of(reads: &mut Reads<'_>, project: Option<ProjectId>) -> Result<ConfigPlace> {
    let Some(id) = project else { return Ok(ConfigPlace::Platform) };
    let found = reads.project(TenantScope::All, id).await?.ok_or(PortalError::NotFound(Noun::Project))?;
    Ok(ConfigPlace::Project(found.tenant.id, id))
}

/// The configuration of a project or of the platform, locked: the tenant, the project, the platform's, so that no provider that a project
/// comes to ask can go meanwhile.
async fn lock(unit: &mut UnitOfWork, project: Option<ProjectId>) -> Result<Locked> {
    let Some(id) = project else {
        let platform = unit.locks().configuration(ConfigPlace::Platform).await?;
        return Ok(Locked { of: None, place: ConfigPlace::Platform, present: platform.clone(), platform });
    };
    let (tenant, project) = project::lock(unit, TenantScope::All, id).await?;
    let place = ConfigPlace::Project(tenant.id, id);
    let platform = unit.locks().configuration(ConfigPlace::Platform).await?;
    let present = unit.locks().configuration(place).await?;
    Ok(Locked { of: Some((tenant.to_ref(), project.to_ref())), place, platform, present })
}
