//! Use cases of projects: create, edit, delete, assign a code.

use daybook_model::{
    Invalid, ProjectId,
    code::{ActivationCode, AssignRefusal},
    guessing::GuessKind,
    project::{Project, ProjectDraft, ProjectEdit, ProjectImpact, ProjectStatus},
    tenant::Tenant,
};
use daybook_store::{Cursor, Page, ProjectFilter, ProjectListing, TenantScope, UnitOfWork};

use crate::{
    Context, Noun, Party, Portal, PortalError, Result,
    change::Done,
    tenant::{expect_version, lock_id, lock_of_request},
};

impl From<AssignRefusal> for PortalError {
    fn from(refusal: AssignRefusal) -> Self {
        match refusal {
            AssignRefusal::AssignedElsewhere => Self::Conflict {
                code: "CODE_ASSIGNED_ELSEWHERE",
                detail: "the code belongs to another project",
            },
            AssignRefusal::NotActive => {
                Self::Conflict { code: "CODE_NOT_ACTIVE", detail: "the code is used up, expired or revoked" }
            }
        }
    }
}

impl Portal {
    /// Creates a project of a tenant named by slug or id; one's own need not be named.
    pub async fn create_project(
        &self,
        context: &Context,
        scope: TenantScope,
        tenant: Option<&str>,
        draft: ProjectDraft,
    ) -> Result<ProjectListing> {
        let draft = &draft;
        let store = self.store();
        self.change(context, |mut unit| async move {
            let tenant = lock_of_request(&mut unit, scope, tenant).await?;
            tenant.admit_project()?;
            let id = ProjectId::new(store.clock(), store.entropy());
            unit.record(draft.clone().decide(id, tenant.to_ref())?).await?;
            let listing = stored(&mut unit, id).await?;
            Ok(Done::Commit(Box::new(unit), listing))
        })
        .await
    }

    /// Edits a project or switches it on or off.
    pub async fn update_project(
        &self,
        context: &Context,
        scope: TenantScope,
        id: ProjectId,
        edit: ProjectEdit,
        version: Option<i64>,
    ) -> Result<ProjectListing> {
        let edit = &edit;
        self.change(context, |mut unit| async move {
            let (tenant, project) = lock(&mut unit, scope, id).await?;
            expect_version(project.version, version)?;
            let Some(event) = project.edit(tenant.to_ref(), edit)? else {
                return Ok(Done::Nothing(stored(&mut unit, id).await?));
            };
            unit.record(event).await?;
            let listing = stored(&mut unit, id).await?;
            Ok(Done::Commit(Box::new(unit), listing))
        })
        .await
    }

    /// Deletes a project; its codes and devices are revoked with it.
    pub async fn delete_project(
        &self,
        context: &Context,
        scope: TenantScope,
        id: ProjectId,
        version: Option<i64>,
    ) -> Result<ProjectImpact> {
        self.change(context, |mut unit| async move {
            let (tenant, project) = lock(&mut unit, scope, id).await?;
            expect_version(project.version, version)?;
            let closed = unit.locks().project_impact(tenant.id, id).await?;
            unit.record(project.delete(tenant.to_ref(), closed)).await?;
            Ok(Done::Commit(Box::new(unit), closed))
        })
        .await
    }

    /// Binds an activation code (the whole code, as it was shown once) to a project. A tenant's people and programs could guess at the codes
    /// of others this way: they are slowed down like whoever activates, and a foreign code answers like one that nobody has.
    pub async fn assign_code(
        &self,
        context: &Context,
        scope: TenantScope,
        id: ProjectId,
        code: &str,
    ) -> Result<ProjectListing> {
        let code = &ActivationCode::parse(code).map_err(PortalError::NotACode)?;
        let TenantScope::Of(tenant) = scope else {
            return self.attempt_assignment(context, scope, id, code).await;
        };
        // The tenant is the account: it can make as many people and programs as it likes. It is not told whose codes it guessed at, and they are
        // not told who it is.
        let account = tenant.to_string();
        let source = context.request.source().map(Party::Source);
        let parties: Vec<Party<'_>> = source.into_iter().chain([Party::Account(&account)]).collect();
        self.may_guess(GuessKind::Activation, &parties).await?;
        let answer = self.attempt_assignment(context, scope, id, code).await;
        if let Err(PortalError::UnknownCode) = &answer {
            self.guessed_wrong(context, GuessKind::Activation, &parties).await?;
        }
        answer
    }

    async fn attempt_assignment(
        &self,
        context: &Context,
        scope: TenantScope,
        id: ProjectId,
        code: &ActivationCode,
    ) -> Result<ProjectListing> {
        let digest = self.keys().code_digest(code);
        self.change(context, |mut unit| async move {
            let (tenant, project) = lock(&mut unit, scope, id).await?;
            let found = unit.locks().code_with_tenant(digest).await?;
            let (code, _) =
                found.filter(|(code, _)| code.tenant == tenant.id).ok_or(PortalError::UnknownCode)?;
            let Some(event) = code.assign(tenant.to_ref(), project.to_ref())? else {
                return Ok(Done::Nothing(stored(&mut unit, id).await?));
            };
            unit.record(event).await?;
            let listing = stored(&mut unit, id).await?;
            Ok(Done::Commit(Box::new(unit), listing))
        })
        .await
    }

    /// The project with this id.
    pub async fn project(&self, scope: TenantScope, id: ProjectId) -> Result<ProjectListing> {
        let found = self.store().reads().await?.project(scope, id).await?;
        found.ok_or(PortalError::NotFound(Noun::Project))
    }

    /// What deleting this project would close.
    pub async fn project_deletion_impact(
        &self,
        scope: TenantScope,
        id: ProjectId,
    ) -> Result<(ProjectListing, ProjectImpact)> {
        let mut reads = self.store().snapshot().await?;
        let listing = reads.project(scope, id).await?.ok_or(PortalError::NotFound(Noun::Project))?;
        let impact = reads.project_impact(listing.tenant.id, id).await?;
        Ok((listing, impact))
    }

    /// A page of projects.
    pub async fn projects(
        &self,
        scope: TenantScope,
        filter: &ProjectFilter,
        after: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<ProjectListing>> {
        Ok(self.store().reads().await?.projects(scope, filter, after, limit).await?)
    }
}

async fn stored(unit: &mut UnitOfWork, id: ProjectId) -> Result<ProjectListing> {
    let found = unit.reads().project(TenantScope::All, id).await?;
    found.ok_or(PortalError::Broken("a project that was just written is missing"))
}

/// A project and its tenant, both locked, in this order.
pub(crate) async fn lock(
    unit: &mut UnitOfWork,
    scope: TenantScope,
    id: ProjectId,
) -> Result<(Tenant, Project)> {
    let missing = || PortalError::NotFound(Noun::Project);
    let found = unit.reads().project(scope, id).await?.ok_or_else(missing)?;
    let tenant = lock_id(unit, found.tenant.id).await.map_err(|_| missing())?;
    let project = unit.locks().project(tenant.id, id).await?;
    let project = project.filter(|project| project.status != ProjectStatus::Deleted).ok_or_else(missing)?;
    Ok((tenant, project))
}

/// The project of this tenant that a request's field names, locked after its tenant.
pub(crate) async fn lock_of(
    unit: &mut UnitOfWork,
    tenant: &Tenant,
    pointer: &str,
    id: ProjectId,
) -> Result<Project> {
    let project = unit.locks().project(tenant.id, id).await?;
    project.filter(|project| project.status != ProjectStatus::Deleted).ok_or_else(|| {
        Invalid::field(pointer, "UNKNOWN_PROJECT", "must be the id of a project of this tenant").into()
    })
}
