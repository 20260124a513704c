//! Configuration of the platform and of projects: settings by name, each change with before and after.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{change::Change, event::Narrated, project::ProjectRef, tenant::TenantRef};

/// Settings were changed, for the platform or for one project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ConfigUpdated {
    /// The project's tenant; absent for the platform.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<TenantRef>,
    /// The project; absent for the platform.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project: Option<ProjectRef>,
    /// The settings that changed, by name; a secret one appears as `"changed"`. Null means unset.
    pub changes: BTreeMap<String, Change<Option<Value>>>,
}

impl Narrated for ConfigUpdated {
    fn sentence(&self) -> String {
        let names: Vec<_> = self.changes.keys().map(String::as_str).collect();
        let of = self
            .project
            .as_ref()
            .map_or_else(|| "the platform".to_owned(), |p| format!("project {}", p.name));
        format!("Configuration of {of} was changed: {}.", names.join(", "))
    }
}
