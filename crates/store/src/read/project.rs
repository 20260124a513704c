//! Questions about projects.

use daybook_model::{
    ProjectId, TenantId,
    project::{Project, ProjectImpact, ProjectStatus},
};
use serde::{Deserialize, Serialize};

use super::{
    Cursor, Locks, Page, Reads, TenantScope,
    query::{Owned, Query},
    tenant::tenant_at,
};
use crate::{
    Result,
    engine::{Conn, Row, Sql, Val, statements, vals},
    values::{parse, personal},
};

macro_rules! columns {
    () => {
        "p.tenant_id, p.id, p.name, p.client_name, p.description, p.priority, p.status, p.activated_at, p.version, p.created_at, \
         p.updated_at"
    };
}
macro_rules! owner {
    () => {
        "t.id, t.slug, t.name, t.status, t.contact_email, t.domain, t.logo_url, t.primary_color, t.plan, t.own_device_limit, \
         t.active_devices, t.code_prefix, t.self_service_codes, t.version, t.created_at, t.updated_at, t.plan_device_limit, t.plan_project_limit, \
         t.plan_activation_quota, t.live_projects, t.enrolled_month, t.enrolled_in_month, t.subscription, t.trial_ends_at"
    };
}
pub(crate) use owner;

statements! {
    PROJECT_BY_ID = concat!("SELECT ", columns!(), ", ", owner!(), " FROM projects p JOIN tenants t ON t.id = p.tenant_id
        WHERE p.id = $1 AND p.status <> 'deleted'");
    PROJECT_OF_TENANT = concat!("SELECT ", columns!(), ", ", owner!(), " FROM projects p JOIN tenants t ON t.id = p.tenant_id
        WHERE p.tenant_id = $1 AND p.id = $2 AND p.status <> 'deleted'");
    LOCK_PROJECT = concat!("SELECT ", columns!(), " FROM projects p WHERE p.tenant_id = $1 AND p.id = $2"), lock "FOR NO KEY UPDATE";
    // The state is looked up row by row, so that SQLite cannot take the tenant's rows for fewer than the project's.
    PROJECT_IMPACT = "SELECT
        (SELECT count(*) FROM activation_codes k WHERE k.tenant_id = $1 AND k.project_id = $2
            AND (SELECT c.status FROM activation_codes c WHERE c.tenant_id = k.tenant_id AND c.id = k.id) = 'active'),
        (SELECT count(*) FROM devices k WHERE k.tenant_id = $1 AND k.project_id = $2
            AND (SELECT c.status FROM devices c WHERE c.tenant_id = k.tenant_id AND c.id = k.id) = 'active')";
}

/// Which projects a list shows.
#[derive(Debug, Clone, Default)]
pub struct ProjectFilter {
    /// Only those in this state.
    pub status: Option<ProjectStatus>,
}

/// A project with its tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProjectListing {
    /// The project.
    pub project: Project,
    /// Its tenant.
    pub tenant: daybook_model::tenant::Tenant,
}

pub(crate) fn project_at(row: &Row<'_>, at: usize) -> crate::engine::Result<Project> {
    Ok(Project {
        tenant: row.get(at)?,
        id: row.get(at + 1)?,
        name: row.get(at + 2)?,
        client_name: personal(row, at + 3)?,
        description: personal(row, at + 4)?,
        priority: parse(row, at + 5)?,
        status: parse(row, at + 6)?,
        activated_at: row.get(at + 7)?,
        version: row.get(at + 8)?,
        created_at: row.get(at + 9)?,
        updated_at: row.get(at + 10)?,
    })
}

fn listing(row: &Row<'_>) -> crate::engine::Result<ProjectListing> {
    Ok(ProjectListing { project: project_at(row, 0)?, tenant: tenant_at(row, 11)? })
}

/// The list's statement and values.
pub(crate) fn list(
    scope: TenantScope,
    filter: &ProjectFilter,
    after: Option<&Cursor>,
    limit: i64,
) -> (Sql, Vec<Val>) {
    let start = concat!(
        "SELECT ",
        columns!(),
        ", ",
        owner!(),
        " FROM (SELECT k.tenant_id, k.id FROM projects k WHERE k.status <> 'deleted'"
    );
    let of = Owned { label: None, project: None, status: filter.status.map(ProjectStatus::as_str) };
    Query::new("LIST_PROJECTS", start)
        .owned("projects", scope, &of)
        .and_opt("k.id < ?", after.map(|cursor| cursor.id))
        .then("ORDER BY k.id DESC LIMIT ?", limit + 1)
        .text(
            ") w JOIN projects p ON p.tenant_id = w.tenant_id AND p.id = w.id
            JOIN tenants t ON t.id = p.tenant_id ORDER BY w.id DESC",
        )
        .finish()
}

impl Reads<'_> {
    /// The project with this id, unless it is deleted or belongs to somebody else than `scope`.
    pub async fn project(&mut self, scope: TenantScope, id: ProjectId) -> Result<Option<ProjectListing>> {
        let mut conn = self.conn();
        Ok(match scope {
            TenantScope::All => conn.opt(&PROJECT_BY_ID, vals![id], listing).await?,
            TenantScope::Of(tenant) => conn.opt(&PROJECT_OF_TENANT, vals![tenant, id], listing).await?,
        })
    }

    /// A page of projects that are not deleted, latest first.
    pub async fn projects(
        &mut self,
        scope: TenantScope,
        filter: &ProjectFilter,
        after: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<ProjectListing>> {
        let (sql, values) = list(scope, filter, after, i64::from(limit));
        let rows = self.conn().all(&sql, values, listing).await?;
        Ok(Page::cut(rows, limit as usize, |row| Cursor { key: None, id: row.project.id.uuid() }))
    }

    /// What deleting this project would close.
    pub async fn project_impact(&mut self, tenant: TenantId, id: ProjectId) -> Result<ProjectImpact> {
        impact(&mut self.conn(), tenant, id).await
    }
}

async fn impact(conn: &mut Conn<'_>, tenant: TenantId, id: ProjectId) -> Result<ProjectImpact> {
    let read = |row: &Row<'_>| Ok(ProjectImpact { codes_active: row.get(0)?, devices_active: row.get(1)? });
    Ok(conn.one(&PROJECT_IMPACT, vals![tenant, id], read).await?)
}

impl Locks<'_> {
    /// This project of this tenant, also when it is deleted. Lock the tenant first.
    pub async fn project(&mut self, tenant: TenantId, id: ProjectId) -> Result<Option<Project>> {
        Ok(self.conn().opt(&LOCK_PROJECT, vals![tenant, id], |row| project_at(row, 0)).await?)
    }

    /// What deleting this project closes; nothing of it can change while its tenant's row is locked.
    pub async fn project_impact(&mut self, tenant: TenantId, id: ProjectId) -> Result<ProjectImpact> {
        impact(self.conn(), tenant, id).await
    }
}
