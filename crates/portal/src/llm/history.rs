//! How a configuration came to be what it is: its versions, and what was set in an earlier one, read from the log.

use daybook_model::{
    Actor, EventId, Invalid, Payload, Personal, ProjectId, Timestamp,
    config::{ConfigChanges, ConfigUpdated, SettingValue, Settings, take_back},
    llm::CheckedLlm,
};
use daybook_store::LoggedEvent;

use super::place_of;
use crate::{Portal, PortalError, Result};

/// How many versions are read at once.
const PAGE: u32 = 50;

const VERSION_ERASED: PortalError = PortalError::Conflict {
    code: "VERSION_ERASED",
    detail: "words of that version were erased: it cannot come back as it was",
};

/// A version of a configuration: who made it, and of what.
#[derive(Debug, Clone, PartialEq)]
pub struct ConfigVersion {
    /// Its number; none for changes from before there were versions.
    pub version: Option<i64>,
    /// The event that made it.
    pub event: EventId,
    /// Its place in the log.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: Actor,
    /// The earlier version that it brought back, if it did.
    pub reverted_to: Option<i64>,
    /// What changed.
    pub changes: ConfigChanges,
}

impl ConfigVersion {
    fn of(logged: LoggedEvent) -> Result<Self> {
        let event = logged.event;
        let Payload::ConfigUpdated(ConfigUpdated { version, reverted_to, changes, .. }) = event.payload
        else {
            return Err(PortalError::Broken("the history of a configuration has an event of another type"));
        };
        let (seq, at, actor) = (logged.seq, event.occurred_at, event.actor);
        Ok(Self { version, event: event.id, seq, at, actor, reverted_to, changes })
    }
}

impl Portal {
    /// A page of the versions of a project's configuration, or of the platform's, newest first, below the number `before` of the log.
    pub async fn llm_history(
        &self,
        project: Option<ProjectId>,
        before: Option<u64>,
        limit: u32,
    ) -> Result<(Vec<ConfigVersion>, Option<u64>)> {
        let mut reads = self.store().snapshot().await?;
        let place = place_of(&mut reads, project).await?;
        let (events, next) = reads.config_history(place, before, limit).await?;
        let versions = events.into_iter().map(ConfigVersion::of).collect::<Result<_>>()?;
        Ok((versions, next))
    }

    /// What was set in an earlier version: what is set now, with every change since taken back.
    pub(super) async fn earlier_llm(&self, project: Option<ProjectId>, version: i64) -> Result<CheckedLlm> {
        let mut reads = self.store().snapshot().await?;
        let place = place_of(&mut reads, project).await?;
        let present = reads.configuration(place).await?;
        if !(0..=present.version).contains(&version) {
            let detail = format!("must be from 0 to {}, the present version", present.version);
            return Err(Invalid::field("/version", "UNKNOWN_VERSION", detail).into());
        }
        let mut past = Past { settings: present.settings, version: present.version };
        // What has no number yet comes after everything that has one.
        for event in reads.pending_config(self.store().engine(), place).await? {
            past.take_back(event.version, &event.changes, version)?;
        }
        let mut before = None;
        while past.version > version {
            let (events, next) = reads.config_history(place, before, PAGE).await?;
            for event in events.into_iter().map(ConfigVersion::of) {
                let event = event?;
                past.take_back(event.version, &event.changes, version)?;
            }
            if next.is_none() && past.version > version {
                return Err(GAP);
            }
            before = next;
        }
        let is_erased = |value: &SettingValue| matches!(value, SettingValue::Personal(Personal::Erased));
        if past.settings.values().any(is_erased) {
            return Err(VERSION_ERASED);
        }
        Ok(CheckedLlm::earlier(version, past.settings))
    }
}

const GAP: PortalError = PortalError::Broken("the log lacks a version of a configuration");

/// What was set after a version.
struct Past {
    settings: Settings,
    version: i64,
}

impl Past {
    /// Goes one version back, as long as that is not before `to`.
    fn take_back(&mut self, version: Option<i64>, changes: &ConfigChanges, to: i64) -> Result<()> {
        match version {
            Some(version) if version > to => {
                if version != self.version {
                    return Err(GAP);
                }
                take_back(&mut self.settings, changes);
                self.version -= 1;
                Ok(())
            }
            _ => Ok(()),
        }
    }
}
