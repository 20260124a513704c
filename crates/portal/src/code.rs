//! Use cases of activation codes: generate (shown once), list, revoke, expire.

use daybook_model::{
    BatchId, CodeId, EventType, Payload, ProjectId, TenantId, Timestamp,
    code::{ActivationCode, Batch, Code, CodeDraft, CodeGenerated, CodeOrder, CodeRef, CodeSecret},
    event::NoSecret,
    project::{Project, ProjectRef},
    tenant::{Tenant, check_reason},
    text,
};
use daybook_store::{
    CodeFilter, CodeListing, Cursor, DeviceListing, EventFilter, Page, TenantScope, UnitOfWork,
};
use serde::{Deserialize, Serialize};

use crate::{
    Context, Noun, Portal, PortalError, Result,
    change::Done,
    project::lock_of,
    tenant::{lock_id, lock_of_request},
};

/// How many codes the sweeper ends in one unit of work.
const SWEEP: u32 = 200;

/// A request for codes.
#[derive(Debug, Clone)]
pub struct CodeRequest {
    /// The tenant's slug or id; one's own need not be named.
    pub tenant: Option<String>,
    /// The project they are bound to.
    pub project: Option<ProjectId>,
    /// How many, for how long.
    pub draft: CodeDraft,
}

/// A code as it is shown once.
#[derive(Clone, Serialize, Deserialize)]
pub struct GeneratedCode {
    /// Its id.
    pub id: CodeId,
    /// The whole code.
    pub code: String,
    /// Its last group: all that is shown later.
    pub hint: String,
}

/// The codes of one request.
#[derive(Clone, Serialize, Deserialize)]
pub struct GeneratedCodes {
    /// Names the request in the events of its codes.
    pub batch: BatchId,
    /// How many devices each enrols.
    pub max_uses: i64,
    /// When their time is over.
    pub expires_at: Option<Timestamp>,
    /// The codes.
    pub items: Vec<GeneratedCode>,
}

impl Portal {
    /// Generates 1 to 1,000 codes in one unit of work. The only time they are shown. A tenant's people and programs may where the operator
    /// lets the tenant generate its own.
    pub async fn generate_codes(
        &self,
        context: &Context,
        scope: TenantScope,
        request: CodeRequest,
    ) -> Result<GeneratedCodes> {
        let order = &request.draft.clone().check(self.store().now())?;
        let request = &request;
        self.change(context, |mut unit| async move {
            let tenant = lock_of_request(&mut unit, scope, request.tenant.as_deref()).await?;
            if scope != TenantScope::All && !tenant.self_service_codes {
                return Err(PortalError::CodesByOperator);
            }
            tenant.admit_codes()?;
            let project = match request.project {
                Some(id) => Some(lock_of(&mut unit, &tenant, "/project", id).await?),
                None => None,
            };
            let (answer, events) = self.make_codes(&tenant, project.as_ref(), order);
            unit.record_all(events).await?;
            Ok(Done::Commit(Box::new(unit), answer))
        })
        .await
    }

    fn make_codes(
        &self,
        tenant: &Tenant,
        project: Option<&Project>,
        order: &CodeOrder,
    ) -> (GeneratedCodes, Vec<(CodeGenerated, CodeSecret)>) {
        let (clock, entropy) = (self.store().clock(), self.store().entropy());
        let batch = BatchId::new(clock, entropy);
        let prefix = project
            .map_or_else(|| tenant.code_prefix.clone(), |project| text::code_prefix_from_name(&project.name));
        let mut items = vec![];
        let mut events = vec![];
        for position in 1..=order.count {
            let code = ActivationCode::generate(&prefix, entropy);
            let id = CodeId::new(clock, entropy);
            let secret =
                CodeSecret { digest: self.keys().code_digest(&code), key_id: self.keys().code_key_id() };
            let event = CodeGenerated {
                tenant: tenant.to_ref(),
                project: project.map(Project::to_ref),
                code: CodeRef { id, hint: code.hint() },
                batch: Batch { id: batch, position, count: order.count },
                max_uses: order.max_uses,
                expires_at: order.expires_at,
                label: order.label.clone().map(Into::into),
            };
            items.push(GeneratedCode { id, code: code.reveal(), hint: code.hint() });
            events.push((event, secret));
        }
        (GeneratedCodes { batch, max_uses: order.max_uses, expires_at: order.expires_at, items }, events)
    }

    /// Revokes a code; revoking it again changes nothing and records nothing.
    pub async fn revoke_code(
        &self,
        context: &Context,
        scope: TenantScope,
        id: CodeId,
        reason: Option<&str>,
    ) -> Result<Code> {
        let codes = self.revoke_codes(context, scope, &[id], reason).await?;
        codes.into_iter().next().ok_or(PortalError::NotFound(Noun::Code))
    }

    /// Revokes codes in one unit of work, all of them or, if one is missing, none; those that are revoked already stay as they are.
    pub async fn revoke_codes(
        &self,
        context: &Context,
        scope: TenantScope,
        ids: &[CodeId],
        reason: Option<&str>,
    ) -> Result<Vec<Code>> {
        let reason = &check_reason(reason)?;
        self.change(context, |mut unit| async move {
            let mut named = vec![];
            for id in ids {
                let code = unit.reads().code(scope, *id).await?;
                named.push((code.ok_or(PortalError::NotFound(Noun::Code))?.tenant, *id));
            }
            // Locked in the same order by everybody: who revokes the same codes waits, and is not waited for.
            named.sort_unstable();
            named.dedup();
            let mut events = vec![];
            for (tenant, id) in &named {
                // Codes of a deleted tenant are revoked already: there is nothing to lock.
                let Some((tenant, code, project)) = lock(&mut unit, *tenant, *id).await? else { continue };
                let event = code.revoke(tenant.to_ref(), project, reason.clone());
                events.extend(event.map(|event| (event, NoSecret)));
            }
            let changes_nothing = events.is_empty();
            if !changes_nothing {
                unit.record_all(events).await?;
            }
            let mut codes = vec![];
            for (_, id) in &named {
                codes.extend(unit.reads().code(scope, *id).await?);
            }
            if changes_nothing {
                return Ok(Done::Nothing(codes));
            }
            Ok(Done::Commit(Box::new(unit), codes))
        })
        .await
    }

    /// Ends active codes whose time is over. Answers how many; any number of nodes may do this at once.
    pub async fn expire_codes(&self) -> Result<usize> {
        let now = self.store().now();
        let due = self.store().reads().await?.codes_to_expire(TenantScope::All, now, SWEEP).await?;
        let mut ended = 0;
        for (tenant, id) in due {
            ended += usize::from(self.expire_code(tenant, id).await?);
        }
        Ok(ended)
    }

    async fn expire_code(&self, tenant: TenantId, id: CodeId) -> Result<bool> {
        self.change(&Context::system(), |mut unit| async move {
            let Some((tenant, code, project)) = lock(&mut unit, tenant, id).await? else {
                return Ok(Done::Nothing(false));
            };
            let Some(event) = code.expire(tenant.to_ref(), project, unit.now()) else {
                return Ok(Done::Nothing(false));
            };
            unit.record(event).await?;
            Ok(Done::Commit(Box::new(unit), true))
        })
        .await
    }

    /// The code with this id.
    pub async fn code(&self, scope: TenantScope, id: CodeId) -> Result<CodeListing> {
        self.store().reads().await?.code_listing(scope, id).await?.ok_or(PortalError::NotFound(Noun::Code))
    }

    /// The devices that a code enrolled, latest first, at most so many: those that the log names.
    pub async fn devices_of_code(
        &self,
        scope: TenantScope,
        id: CodeId,
        limit: u32,
    ) -> Result<Vec<DeviceListing>> {
        let mut reads = self.store().snapshot().await?;
        let types = Some(vec![EventType::DeviceEnrolled]);
        let filter = EventFilter { types, code: Some(id), ..EventFilter::default() };
        let mut devices = vec![];
        for logged in reads.events(&filter, None, limit).await?.0 {
            if let Payload::DeviceEnrolled(enrolled) = logged.event.payload {
                devices.extend(reads.device(scope, enrolled.device.id).await?);
            }
        }
        Ok(devices)
    }

    /// A page of codes, latest first.
    pub async fn codes(
        &self,
        scope: TenantScope,
        filter: &CodeFilter,
        after: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<CodeListing>> {
        Ok(self.store().reads().await?.codes(scope, filter, after, limit).await?)
    }
}

/// A code, its tenant and the name of its project, locked; `None` if the tenant is deleted or there is no such code.
async fn lock(
    unit: &mut UnitOfWork,
    tenant: TenantId,
    id: CodeId,
) -> Result<Option<(Tenant, Code, Option<ProjectRef>)>> {
    let tenant = match lock_id(unit, tenant).await {
        Err(PortalError::NotFound(_)) => return Ok(None),
        other => other?,
    };
    let Some(code) = unit.locks().code(tenant.id, id).await? else { return Ok(None) };
    let project = match code.project {
        Some(project) => unit.locks().project(tenant.id, project).await?.map(|project| project.to_ref()),
        None => None,
    };
    Ok(Some((tenant, code, project)))
}
