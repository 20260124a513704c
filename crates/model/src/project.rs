//! Projects of a tenant: their state, what may be asked of them, and the events that follow. Pure decisions only.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    Personal, ProjectId, TenantId, Timestamp,
    change::{Change, Edit, changed, list_fields, text_enum},
    code::CodeRef,
    event::Narrated,
    invalid::{Checker, Invalid},
    tenant::TenantRef,
    text,
    totals::{Deltas, Total},
};

/// Whether a project is switched on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProjectStatus {
    /// Devices may be enrolled.
    Active,
    /// Kept, but refuses activations.
    Inactive,
    /// A tombstone.
    Deleted,
}

text_enum!(ProjectStatus { Active = "active", Inactive = "inactive", Deleted = "deleted" });

/// How urgent a project is to its operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    /// Can wait.
    Low,
    /// The usual.
    #[default]
    Normal,
    /// First.
    High,
}

text_enum!(Priority { Low = "low", Normal = "normal", High = "high" });

/// A project as an event names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProjectRef {
    /// The project's id.
    pub id: ProjectId,
    /// Its name at the time.
    pub name: String,
}

/// A project as it is now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Project {
    /// Never changes.
    pub id: ProjectId,
    /// The tenant that owns it.
    pub tenant: TenantId,
    /// As shown.
    pub name: String,
    /// For whom it is.
    pub client_name: Option<Personal>,
    /// What it is, in the tenant's words.
    pub description: Option<Personal>,
    /// How urgent it is.
    pub priority: Priority,
    /// Whether it is switched on.
    pub status: ProjectStatus,
    /// When a device first activated with one of its codes.
    pub activated_at: Option<Timestamp>,
    /// Grows with each change; the resource's `ETag`.
    pub version: i64,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl Project {
    /// As the next event will name it.
    pub fn to_ref(&self) -> ProjectRef {
        ProjectRef { id: self.id, name: self.name.clone() }
    }
}

/// What is asked for when a project is created; unchecked.
#[derive(Debug, Clone, Default)]
pub struct ProjectDraft {
    /// Required.
    pub name: String,
    /// Required: for whom it is.
    pub client_name: String,
    /// Optional, several lines.
    pub description: Option<String>,
    /// `normal` if absent.
    pub priority: Option<Priority>,
    /// On if absent.
    pub is_active: Option<bool>,
}

/// What is asked for when a project is edited: absent fields stay.
#[derive(Debug, Clone, Default)]
pub struct ProjectEdit {
    /// A new name.
    pub name: Option<String>,
    /// For whom it is from now on.
    pub client_name: Option<String>,
    /// A new or no description.
    pub description: Edit<String>,
    /// A new priority.
    pub priority: Option<Priority>,
    /// Switches it on or off.
    pub is_active: Option<bool>,
}

/// A project was created.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProjectCreated {
    /// Its tenant.
    pub tenant: TenantRef,
    /// The new project.
    pub project: ProjectRef,
    /// For whom it is.
    pub client_name: Option<Personal>,
    /// What it is.
    pub description: Option<Personal>,
    /// How urgent it is.
    pub priority: Priority,
    /// Active or inactive.
    pub status: ProjectStatus,
}

/// The fields of a project that changed, each with before and after.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct ProjectChanges {
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Change<String>>,
    /// For whom it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_name: Option<Change<Option<Personal>>>,
    /// What it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<Change<Option<Personal>>>,
    /// How urgent it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<Change<Priority>>,
    /// Whether it is switched on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Change<ProjectStatus>>,
}

/// A project was edited or switched on or off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProjectUpdated {
    /// Its tenant.
    pub tenant: TenantRef,
    /// The project, named as it is after the change.
    pub project: ProjectRef,
    /// Its version after the change.
    pub version: i64,
    /// What changed.
    pub changes: ProjectChanges,
}

/// A device activated with a code of this project for the first time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProjectActivated {
    /// Its tenant.
    pub tenant: TenantRef,
    /// The project.
    pub project: ProjectRef,
    /// The code that was used.
    pub code: CodeRef,
}

/// What a project's deletion closes, counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct ProjectImpact {
    /// Active codes that are revoked.
    pub codes_active: i64,
    /// Active devices that are revoked.
    pub devices_active: i64,
}

/// A project was deleted: its codes and devices are revoked, its history stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProjectDeleted {
    /// Its tenant.
    pub tenant: TenantRef,
    /// The project.
    pub project: ProjectRef,
    /// Its version after the change.
    pub version: i64,
    /// Whether it was active or inactive.
    pub was: ProjectStatus,
    /// What was closed with it.
    pub closed: ProjectImpact,
}

impl ProjectDraft {
    /// The event that creates this project, or all that is wrong with the request.
    pub fn decide(self, id: ProjectId, tenant: TenantRef) -> Result<ProjectCreated, Invalid> {
        let mut check = Checker::default();
        let name = check.take("/name", text::name(&self.name));
        let client_name = check.take("/client_name", text::name(&self.client_name));
        let description = self.description.as_deref().map(|d| text::lines(d, 2_000));
        let description = check.take_opt("/description", description).filter(|d| !d.is_empty());
        let status =
            if self.is_active.unwrap_or(true) { ProjectStatus::Active } else { ProjectStatus::Inactive };
        let event = || {
            Some(ProjectCreated {
                tenant,
                project: ProjectRef { id, name: name? },
                client_name: Some(Personal::from(client_name?)),
                description: description.map(Personal::from),
                priority: self.priority.unwrap_or_default(),
                status,
            })
        };
        check.finish(event())
    }
}

impl Project {
    /// The event that makes these edits; `None` if they change nothing.
    pub fn edit(&self, tenant: TenantRef, edit: &ProjectEdit) -> Result<Option<ProjectUpdated>, Invalid> {
        let mut check = Checker::default();
        let name = check.take_opt("/name", edit.name.as_deref().map(text::name));
        let client_name = check.take_opt("/client_name", edit.client_name.as_deref().map(text::name));
        let description = edit.description.check(&mut check, "/description", |d| text::lines(d, 2_000));
        check.finish(Some(()))?;
        let description = description.map(|d| d.filter(|d| !d.is_empty()).map(Personal::from));
        let status =
            edit.is_active.map(|active| if active { ProjectStatus::Active } else { ProjectStatus::Inactive });
        let changes = ProjectChanges {
            name: changed(&self.name, name),
            client_name: changed(&self.client_name, client_name.map(|c| Some(Personal::from(c)))),
            description: changed(&self.description, description),
            priority: changed(&self.priority, edit.priority),
            status: changed(&self.status, status),
        };
        if changes == ProjectChanges::default() {
            return Ok(None);
        }
        let mut project = self.to_ref();
        if let Some(name) = &changes.name {
            project.name.clone_from(&name.after);
        }
        Ok(Some(ProjectUpdated { tenant, project, version: self.version + 1, changes }))
    }

    /// The event that deletes it and closes what it has.
    pub fn delete(&self, tenant: TenantRef, closed: ProjectImpact) -> ProjectDeleted {
        ProjectDeleted { tenant, project: self.to_ref(), version: self.version + 1, was: self.status, closed }
    }
}

fn total_of(status: ProjectStatus) -> Option<Total> {
    match status {
        ProjectStatus::Active => Some(Total::ProjectsActive),
        ProjectStatus::Inactive => Some(Total::ProjectsInactive),
        ProjectStatus::Deleted => None,
    }
}

fn add_status(deltas: Deltas, status: ProjectStatus, by: i64) -> Deltas {
    match total_of(status) {
        Some(total) => deltas.add(total, by),
        None => deltas,
    }
}

impl Narrated for ProjectCreated {
    fn sentence(&self) -> String {
        format!("Project {} of {} was created.", self.project.name, self.tenant.name)
    }

    fn deltas(&self) -> Deltas {
        add_status(Deltas::none(), self.status, 1)
    }
}

impl Narrated for ProjectUpdated {
    fn sentence(&self) -> String {
        let ProjectChanges { name, client_name, description, priority, status } = &self.changes;
        let fields = [
            (name.is_some(), "name"),
            (client_name.is_some(), "client"),
            (description.is_some(), "description"),
            (priority.is_some(), "priority"),
            (status.is_some(), "status"),
        ];
        format!(
            "Project {} of {} was changed: {}.",
            self.project.name,
            self.tenant.name,
            list_fields(&fields)
        )
    }

    fn deltas(&self) -> Deltas {
        match &self.changes.status {
            Some(status) => add_status(add_status(Deltas::none(), status.before, -1), status.after, 1),
            None => Deltas::none(),
        }
    }
}

impl Narrated for ProjectActivated {
    fn sentence(&self) -> String {
        format!(
            "Project {} of {} was activated with the code ending {}.",
            self.project.name, self.tenant.name, self.code.hint
        )
    }
}

impl Narrated for ProjectDeleted {
    fn sentence(&self) -> String {
        format!(
            "Project {} of {} was deleted; {} active codes and {} devices were revoked.",
            self.project.name, self.tenant.name, self.closed.codes_active, self.closed.devices_active
        )
    }

    fn deltas(&self) -> Deltas {
        let (project, closed) = (Some(self.project.id), self.closed);
        add_status(Deltas::none(), self.was, -1)
            .add_for(project, Total::CodesActive, -closed.codes_active)
            .add_for(project, Total::CodesRevoked, closed.codes_active)
            .add_for(project, Total::DevicesActive, -closed.devices_active)
            .add_for(project, Total::DevicesRevoked, closed.devices_active)
    }
}
