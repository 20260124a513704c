//! Use cases of tenants: create, edit, suspend, resume, delete.

mod overview;

use daybook_model::{
    Invalid, TenantId,
    tenant::{
        ProfileEdit, Tenant, TenantDraft, TenantEdit, TenantImpact, TenantRef, TenantRefusal, check_reason,
    },
    text,
};
use daybook_store::{Cursor, Page, Reads, TenantFilter, TenantScope, UnitOfWork};

use crate::{Context, Noun, Portal, PortalError, Result, change::Done, plan};

pub use overview::TenantOverview;

const SLUG_TAKEN: PortalError = PortalError::Conflict {
    code: "SLUG_TAKEN",
    detail: "another tenant has this slug; choose a different one",
};

impl From<TenantRefusal> for PortalError {
    fn from(refusal: TenantRefusal) -> Self {
        match refusal {
            TenantRefusal::AlreadySuspended => {
                Self::Conflict { code: "TENANT_ALREADY_SUSPENDED", detail: "the tenant is suspended already" }
            }
            TenantRefusal::NotSuspended => {
                Self::Conflict { code: "TENANT_NOT_SUSPENDED", detail: "the tenant is not suspended" }
            }
            TenantRefusal::SubscriptionInactive => Self::SubscriptionInactive,
            TenantRefusal::ProjectLimitReached => Self::Conflict {
                code: "PROJECT_LIMIT_REACHED",
                detail: "the tenant has as many projects as its plan allows",
            },
        }
    }
}

impl Portal {
    /// Creates a tenant. Without a slug it gets one made from its name, with a number if that is taken.
    pub async fn create_tenant(&self, context: &Context, draft: TenantDraft) -> Result<Tenant> {
        let draft = &draft;
        self.change(context, |mut unit| async move {
            let mut draft = draft.clone();
            if draft.slug.is_none() {
                draft.slug = Some(free_slug(&mut unit.reads(), &draft.name).await?);
            }
            let id = TenantId::new(self.store().clock(), self.store().entropy());
            let event = draft.decide(id, unit.now())?;
            plan::expect(&mut unit, &event.plan).await?;
            unit.record(event).await.map_err(|error| match error.taken() {
                Some(key) if key.contains("tenants_slug") || key.contains("slug") => SLUG_TAKEN,
                _ => error.into(),
            })?;
            let tenant = stored(&mut unit, id).await?;
            Ok(Done::Commit(Box::new(unit), tenant))
        })
        .await
    }

    /// Edits a tenant; `version` is the one the caller has read, if it said so.
    pub async fn update_tenant(
        &self,
        context: &Context,
        slug: &str,
        edit: TenantEdit,
        version: Option<i64>,
    ) -> Result<Tenant> {
        let edit = &edit;
        self.change(context, |mut unit| async move {
            // A plan before its tenants. Whoever stays on theirs may, also where it is a name only.
            let joins = match &edit.plan {
                Some(name) => plan::expect(&mut unit, name).await,
                None => Ok(()),
            };
            let tenant = lock(&mut unit, slug).await?;
            edited(unit, tenant, edit, version, joins).await
        })
        .await
    }

    /// A tenant's own profile.
    pub async fn profile(&self, id: TenantId) -> Result<Tenant> {
        self.store().reads().await?.tenant(id).await?.ok_or(PortalError::NotFound(Noun::Tenant))
    }

    /// Edits what a tenant says of itself. What the operator grants it is not among that.
    pub async fn update_profile(
        &self,
        context: &Context,
        id: TenantId,
        edit: ProfileEdit,
        version: Option<i64>,
    ) -> Result<Tenant> {
        let edit = &TenantEdit::from(edit);
        self.change(context, |mut unit| async move {
            let tenant = lock_id(&mut unit, id).await?;
            edited(unit, tenant, edit, version, Ok(())).await
        })
        .await
    }

    /// Suspends a tenant: activations and sign-ins are refused.
    pub async fn suspend_tenant(
        &self,
        context: &Context,
        slug: &str,
        reason: Option<&str>,
    ) -> Result<Tenant> {
        let reason = &check_reason(reason)?;
        self.change(context, |mut unit| async move {
            let tenant = lock(&mut unit, slug).await?;
            unit.record(tenant.suspend(reason.clone())?).await?;
            let tenant = stored(&mut unit, tenant.id).await?;
            Ok(Done::Commit(Box::new(unit), tenant))
        })
        .await
    }

    /// Lets a suspended tenant work again.
    pub async fn resume_tenant(&self, context: &Context, slug: &str, reason: Option<&str>) -> Result<Tenant> {
        let reason = &check_reason(reason)?;
        self.change(context, |mut unit| async move {
            let tenant = lock(&mut unit, slug).await?;
            unit.record(tenant.resume(reason.clone())?).await?;
            let tenant = stored(&mut unit, tenant.id).await?;
            Ok(Done::Commit(Box::new(unit), tenant))
        })
        .await
    }

    /// Deletes a tenant and closes everything of it, in one transaction. Answers with what was closed.
    pub async fn delete_tenant(
        &self,
        context: &Context,
        slug: &str,
        reason: Option<&str>,
        version: Option<i64>,
    ) -> Result<TenantImpact> {
        let reason = &check_reason(reason)?;
        self.change(context, |mut unit| async move {
            let tenant = lock(&mut unit, slug).await?;
            expect_version(tenant.version, version)?;
            let closed = unit.locks().tenant_impact(tenant.id).await?;
            crate::identity_provider::remove(&mut unit, Some(&tenant)).await?;
            unit.record(tenant.delete(closed, reason.clone())).await?;
            Ok(Done::Commit(Box::new(unit), closed))
        })
        .await
    }

    /// The tenant with this slug.
    pub async fn tenant(&self, slug: &str) -> Result<Tenant> {
        let slug = well_formed(slug)?;
        self.store().reads().await?.tenant_by_slug(slug).await?.ok_or(PortalError::NotFound(Noun::Tenant))
    }

    /// A page of tenants.
    pub async fn tenants(
        &self,
        filter: &TenantFilter,
        after: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<Tenant>> {
        Ok(self.store().reads().await?.tenants(filter, after, limit).await?)
    }

    /// What deleting a tenant would close, and the log size it was counted at.
    pub async fn deletion_impact(&self, slug: &str) -> Result<(Tenant, TenantImpact, u64)> {
        let mut reads = self.store().snapshot().await?;
        let tenant =
            reads.tenant_by_slug(well_formed(slug)?).await?.ok_or(PortalError::NotFound(Noun::Tenant))?;
        let impact = reads.tenant_impact(tenant.id).await?;
        Ok((tenant, impact, reads.log_size().await?))
    }

    /// The tenant that a request's field `tenant` means: the one it names by slug or id, or the caller's own.
    pub async fn tenant_of_request(
        &self,
        scope: TenantScope,
        named: Option<&str>,
    ) -> Result<Option<TenantRef>> {
        let named_or_own = match (scope, named) {
            (TenantScope::All, None) => return Ok(None),
            (TenantScope::All, Some(name)) => self.find_tenant(name).await,
            (TenantScope::Of(id), name) => self.find_tenant(&id.to_string()).await.and_then(|own| {
                expect_own(&own, name)?;
                Ok(own)
            }),
        };
        match named_or_own {
            Err(PortalError::NotFound(_)) => Err(unknown("/tenant")),
            found => Ok(Some(found?.to_ref())),
        }
    }

    /// The tenant that a request names by slug or by id.
    pub async fn find_tenant(&self, name: &str) -> Result<Tenant> {
        let mut reads = self.store().reads().await?;
        let tenant = match name.parse::<TenantId>() {
            Ok(id) => reads.tenant(id).await?,
            Err(_) => reads.tenant_by_slug(well_formed(name)?).await?,
        };
        tenant.ok_or(PortalError::NotFound(Noun::Tenant))
    }
}

/// The slug, if a tenant can have it: the database is not asked for what it could not even store.
fn well_formed(slug: &str) -> Result<&str> {
    text::slug(slug).map(|_| slug).map_err(|_| PortalError::NotFound(Noun::Tenant))
}

/// The tenant with this slug, locked: the first lock of every use case that changes something of a tenant.
pub(crate) async fn lock(unit: &mut UnitOfWork, slug: &str) -> Result<Tenant> {
    let slug = well_formed(slug)?;
    unit.locks().tenant_by_slug(slug).await?.ok_or(PortalError::NotFound(Noun::Tenant))
}

/// The tenant with this id, locked, unless it is deleted.
pub(crate) async fn lock_id(unit: &mut UnitOfWork, id: TenantId) -> Result<Tenant> {
    let tenant = unit.locks().tenant(id).await?;
    tenant
        .filter(|t| t.status != daybook_model::tenant::TenantStatus::Deleted)
        .ok_or(PortalError::NotFound(Noun::Tenant))
}

/// The tenant that a request's field `tenant` means, locked: the one it names by slug or id, or the caller's own, which need not be named.
pub(crate) async fn lock_of_request(
    unit: &mut UnitOfWork,
    scope: TenantScope,
    named: Option<&str>,
) -> Result<Tenant> {
    let found = match (scope, named) {
        (TenantScope::All, None) => {
            return Err(Invalid::field("/tenant", "REQUIRED", "must be given").into());
        }
        (TenantScope::All, Some(name)) => match name.parse::<TenantId>() {
            Ok(id) => lock_id(unit, id).await,
            Err(_) => lock(unit, name).await,
        },
        (TenantScope::Of(id), _) => lock_id(unit, id).await,
    };
    let tenant = match found {
        Err(PortalError::NotFound(_)) => return Err(unknown("/tenant")),
        other => other?,
    };
    if scope != TenantScope::All {
        expect_own(&tenant, named)?;
    }
    Ok(tenant)
}

/// Refuses a request's field that names another tenant than the caller's own.
fn expect_own(own: &Tenant, named: Option<&str>) -> Result<()> {
    match named {
        Some(name) if name != own.slug && name != own.id.to_string() => Err(unknown("/tenant")),
        _ => Ok(()),
    }
}

fn unknown(pointer: &str) -> PortalError {
    Invalid::field(pointer, "UNKNOWN_TENANT", "must be the slug or id of a tenant").into()
}

/// Refuses when the caller has read another version than the present one.
pub(crate) fn expect_version(present: i64, read: Option<i64>) -> Result<()> {
    match read {
        Some(read) if read != present => Err(PortalError::Stale),
        _ => Ok(()),
    }
}

/// Edits a tenant that is locked; `joins` says whether it may come to the plan that the edit names.
async fn edited(
    mut unit: UnitOfWork,
    tenant: Tenant,
    edit: &TenantEdit,
    version: Option<i64>,
    joins: Result<()>,
) -> Result<Done<Tenant>> {
    expect_version(tenant.version, version)?;
    let Some(event) = tenant.edit(edit)? else { return Ok(Done::Nothing(tenant)) };
    if event.changes.plan.is_some() {
        joins?;
    }
    unit.record(event).await?;
    let tenant = stored(&mut unit, tenant.id).await?;
    Ok(Done::Commit(Box::new(unit), tenant))
}

/// The tenant as it was just written.
pub(crate) async fn stored(unit: &mut UnitOfWork, id: TenantId) -> Result<Tenant> {
    unit.reads().tenant(id).await?.ok_or(PortalError::Broken("a tenant that was just written is missing"))
}

/// A slug made from the name that nobody has, with a number from 2 if needed.
async fn free_slug(reads: &mut Reads<'_>, name: &str) -> Result<String> {
    let base = text::slug_from_name(name);
    for number in 1..100 {
        let slug = if number == 1 { base.clone() } else { format!("{base}-{number}") };
        if reads.tenant_by_slug(&slug).await?.is_none() {
            return Ok(slug);
        }
    }
    Err(SLUG_TAKEN)
}
