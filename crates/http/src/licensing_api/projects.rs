//! Projects of tenants.

pub(crate) mod assign_code;
pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod list;
pub(crate) mod read;
pub(crate) mod update;

use daybook_model::project::ProjectStatus;
use daybook_portal::{ProjectListing, TenantName};
use serde::Serialize;
use utoipa::ToSchema;

use crate::personal::plain;

/// A project.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProjectView {
    /// Never changes.
    #[schema(example = "prj_01k9zq7m3be5v8d0nq2t6y4s1a")]
    id: String,
    /// Whose it is.
    tenant: TenantName,
    /// As shown.
    #[schema(example = "Kiosk")]
    name: String,
    /// For whom it is.
    client_name: Option<String>,
    /// What it is.
    description: Option<String>,
    /// `low`, `normal` or `high`.
    #[schema(example = "normal")]
    priority: String,
    /// `active` or `inactive`.
    #[schema(example = "active")]
    status: String,
    /// Whether it is switched on.
    is_active: bool,
    /// When a device first activated with one of its codes.
    activated_at: Option<String>,
    /// Grows with each change; the `ETag` is `"v…"` of it.
    version: i64,
    /// RFC 3339, UTC.
    created_at: String,
    /// RFC 3339, UTC.
    updated_at: String,
}

impl From<ProjectListing> for ProjectView {
    fn from(ProjectListing { project, tenant }: ProjectListing) -> Self {
        Self {
            id: project.id.to_string(),
            tenant: TenantName { id: tenant.id.to_string(), slug: tenant.slug, name: tenant.name },
            name: project.name,
            client_name: plain(project.client_name),
            description: plain(project.description),
            priority: project.priority.to_string(),
            status: project.status.to_string(),
            is_active: project.status == ProjectStatus::Active,
            activated_at: project.activated_at.map(|at| at.to_string()),
            version: project.version,
            created_at: project.created_at.to_string(),
            updated_at: project.updated_at.to_string(),
        }
    }
}
