//! What operators and devices do, in short: read under lock, decide in the model, record, commit. No request is checked here and
//! nothing is answered but the rows; the real use cases are the portal's.

use daybook_model::{
    BatchId, CodeId, DeviceId, Event, NotificationId, ProjectId, TenantId, Timestamp,
    activation::{self, Attempt, NewDevice, Verdict},
    change::Edit,
    code::{Batch, Code, CodeGenerated, CodeRef, CodeSecret},
    device::{Device, DeviceEnrolled, DeviceTokenKind, DeviceTokens},
    entropy::random_bytes,
    event::NoSecret,
    notification::{
        GivenUp, NotificationFailed, NotificationKind, NotificationRef, NotificationRetried, TryAgain,
    },
    plan::{PlanDraft, PlanEdit, PlanLimits},
    project::{Project, ProjectDraft, ProjectEdit, ProjectRef},
    subscription::Subscription,
    tenant::{Tenant, TenantDraft, TenantEdit},
};
use sha2::{Digest, Sha256};

use super::world::World;
use crate::{Committed, NewNotification, Result, Scope, TenantScope, UnitOfWork};

/// What a mail server says of a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reception {
    Taken,
    NotNow,
    Refused,
}

/// How long after such a failure a letter is tried again.
pub(super) const LATER_SECONDS: i64 = 7_200;

/// Codes to generate.
pub(super) struct Order<'a> {
    pub(super) project: Option<&'a Project>,
    pub(super) count: i64,
    pub(super) max_uses: i64,
    pub(super) expires_at: Option<Timestamp>,
    pub(super) label: Option<&'a str>,
}

/// One code for one device.
pub(super) const ONE_CODE: Order<'static> =
    Order { project: None, count: 1, max_uses: 1, expires_at: None, label: None };

/// What stands in for the HMAC of a code.
pub(super) fn digest(code: CodeId) -> [u8; 32] {
    Sha256::digest(code.uuid().as_bytes()).into()
}

impl World {
    pub(super) async fn create_tenant(&self, name: &str) -> Tenant {
        self.try_create_tenant(TenantDraft { name: name.to_owned(), ..TenantDraft::default() }).await.unwrap()
    }

    pub(super) async fn try_create_tenant(&self, draft: TenantDraft) -> Result<Tenant> {
        let id = TenantId::new(&*self.clock, &*self.entropy);
        self.record(draft.decide(id, self.store.now()).unwrap()).await?;
        Ok(self.tenant(id).await)
    }

    pub(super) async fn tenant(&self, id: TenantId) -> Tenant {
        self.store.reads().await.unwrap().tenant(id).await.unwrap().unwrap()
    }

    /// `None`: nothing to change.
    pub(super) async fn edit_tenant(&self, id: TenantId, edit: TenantEdit) -> Option<Committed> {
        let mut unit = self.begin().await;
        let tenant = unit.locks().tenant(id).await.unwrap().unwrap();
        let event = tenant.edit(&edit).unwrap()?;
        unit.record(event).await.unwrap();
        Some(unit.commit().await.unwrap())
    }

    /// Creates or edits a plan. `None`: nothing to change.
    pub(super) async fn set_plan(&self, name: &str, limits: PlanLimits) -> Option<Committed> {
        let mut unit = self.begin().await;
        let edit = |limit: Option<i64>| limit.map_or(Edit::Clear, Edit::Set);
        match unit.locks().plan(name).await.unwrap() {
            None => {
                let draft = PlanDraft { name: name.to_owned(), limits, ..PlanDraft::default() };
                unit.record(draft.decide().unwrap()).await.unwrap();
            }
            Some(plan) => {
                let edit = PlanEdit {
                    device_limit: edit(limits.devices),
                    project_limit: edit(limits.projects),
                    monthly_activation_quota: edit(limits.activations),
                    ..PlanEdit::default()
                };
                unit.record(plan.edit(&edit).unwrap()?).await.unwrap();
            }
        }
        Some(unit.commit().await.unwrap())
    }

    /// Records the event, with a letter to the tenant's contact in the same transaction.
    async fn record_and_tell<E: Event<Secret = NoSecret>>(
        &self,
        mut unit: UnitOfWork,
        event: E,
        tenant: TenantId,
        kind: NotificationKind,
    ) -> NotificationId {
        let event = unit.record(event).await.unwrap();
        let id = NotificationId::new(&*self.clock, &*self.entropy);
        let give_up_at = unit.now().plus_days(4);
        let sealed = id.uuid().as_bytes().to_vec();
        unit.notify(NewNotification {
            id,
            tenant: Some(tenant),
            user: None,
            kind,
            event,
            sealed,
            give_up_at,
        });
        unit.commit().await.unwrap();
        id
    }

    /// Delivers the letter that waits longest. `None`: none is due.
    pub(super) async fn deliver(&self, reception: Reception) -> Option<NotificationId> {
        let claimed = self.store.claim_notification(120).await.unwrap()?;
        assert_eq!(claimed.sealed, claimed.id.uuid().as_bytes());
        match reception {
            Reception::Taken => self.store.mark_notification_sent(claimed.id).await.unwrap(),
            Reception::NotNow => {
                let next = self.store.now().plus_seconds(LATER_SECONDS);
                self.store.postpone_notification(&claimed, next, "timed_out").await.unwrap();
            }
            Reception::Refused => {
                let event = NotificationFailed {
                    tenant: Some(self.tenant(claimed.tenant.unwrap()).await.to_ref()),
                    user: None,
                    notification: NotificationRef { id: claimed.id, kind: claimed.kind },
                    error: "smtp_550".to_owned(),
                    attempts: claimed.attempts,
                };
                let mut unit = self.begin().await;
                unit.record_with(event, GivenUp).await.unwrap();
                unit.commit().await.unwrap();
            }
        }
        Some(claimed.id)
    }

    /// Tries a letter again that was given up. `None`: it was not.
    pub(super) async fn retry_letter(&self, id: NotificationId) -> Option<Committed> {
        let mut unit = self.begin().await;
        unit.locks().failed_notification(id).await.unwrap()?;
        let found = unit.reads().notification(TenantScope::All, id).await.unwrap().unwrap();
        let event = NotificationRetried {
            tenant: Some(self.tenant(found.tenant.unwrap()).await.to_ref()),
            user: None,
            notification: NotificationRef { id, kind: found.kind },
        };
        let again = TryAgain { from: unit.now(), give_up_at: unit.now().plus_days(4) };
        unit.record_with(event, again).await.unwrap();
        Some(unit.commit().await.unwrap())
    }

    /// `None`: nothing to change, or this state does not follow.
    pub(super) async fn subscribe(
        &self,
        id: TenantId,
        state: Subscription,
        trial_ends_at: Option<Timestamp>,
    ) -> Option<NotificationId> {
        let mut unit = self.begin().await;
        let tenant = unit.locks().tenant(id).await.unwrap().unwrap();
        let event = tenant.subscribe(state, trial_ends_at, None, unit.now()).ok()??;
        Some(self.record_and_tell(unit, event, id, NotificationKind::SubscriptionChanged).await)
    }

    /// `None`: it is not active.
    pub(super) async fn suspend_tenant(&self, id: TenantId, reason: Option<&str>) -> Option<NotificationId> {
        let mut unit = self.begin().await;
        let tenant = unit.locks().tenant(id).await.unwrap().unwrap();
        let event = tenant.suspend(reason.map(str::to_owned)).ok()?;
        Some(self.record_and_tell(unit, event, id, NotificationKind::TenantSuspended).await)
    }

    /// `None`: it is not suspended.
    pub(super) async fn resume_tenant(&self, id: TenantId, reason: Option<&str>) -> Option<NotificationId> {
        let mut unit = self.begin().await;
        let tenant = unit.locks().tenant(id).await.unwrap().unwrap();
        let event = tenant.resume(reason.map(str::to_owned)).ok()?;
        Some(self.record_and_tell(unit, event, id, NotificationKind::TenantResumed).await)
    }

    pub(super) async fn delete_tenant(&self, id: TenantId, reason: Option<&str>) -> Committed {
        let mut unit = self.begin().await;
        let tenant = unit.locks().tenant(id).await.unwrap().unwrap();
        let closed = unit.locks().tenant_impact(id).await.unwrap();
        unit.record(tenant.delete(closed, reason.map(str::to_owned))).await.unwrap();
        unit.commit().await.unwrap()
    }

    pub(super) async fn create_project(&self, tenant: &Tenant, name: &str) -> Project {
        let draft = ProjectDraft {
            name: name.to_owned(),
            client_name: "Client".to_owned(),
            ..ProjectDraft::default()
        };
        self.draft_project(tenant, draft).await
    }

    pub(super) async fn draft_project(&self, tenant: &Tenant, draft: ProjectDraft) -> Project {
        let id = ProjectId::new(&*self.clock, &*self.entropy);
        self.record(draft.decide(id, tenant.to_ref()).unwrap()).await.unwrap();
        self.project(tenant.id, id).await
    }

    pub(super) async fn project(&self, tenant: TenantId, id: ProjectId) -> Project {
        let mut reads = self.store.reads().await.unwrap();
        reads.project(TenantScope::Of(tenant), id).await.unwrap().unwrap().project
    }

    /// `None`: nothing to change.
    pub(super) async fn edit_project(
        &self,
        tenant: &Tenant,
        id: ProjectId,
        edit: ProjectEdit,
    ) -> Option<Committed> {
        let mut unit = self.begin().await;
        let tenant = unit.locks().tenant(tenant.id).await.unwrap().unwrap();
        let project = unit.locks().project(tenant.id, id).await.unwrap().unwrap();
        let event = project.edit(tenant.to_ref(), &edit).unwrap()?;
        unit.record(event).await.unwrap();
        Some(unit.commit().await.unwrap())
    }

    pub(super) async fn delete_project(&self, tenant: &Tenant, id: ProjectId) -> Committed {
        let mut unit = self.begin().await;
        let tenant = unit.locks().tenant(tenant.id).await.unwrap().unwrap();
        let project = unit.locks().project(tenant.id, id).await.unwrap().unwrap();
        let closed = unit.locks().project_impact(tenant.id, id).await.unwrap();
        unit.record(project.delete(tenant.to_ref(), closed)).await.unwrap();
        unit.commit().await.unwrap()
    }

    /// Generates codes in one unit.
    pub(super) async fn generate(&self, tenant: &Tenant, order: Order<'_>) -> Vec<Code> {
        let batch = BatchId::new(&*self.clock, &*self.entropy);
        let events: Vec<_> = (1..=order.count)
            .map(|position| {
                let id = CodeId::new(&*self.clock, &*self.entropy);
                let event = CodeGenerated {
                    tenant: tenant.to_ref(),
                    project: order.project.map(Project::to_ref),
                    code: CodeRef { id, hint: format!("H{:04}", self.entropy.next() % 10_000) },
                    batch: Batch { id: batch, position, count: order.count },
                    max_uses: order.max_uses,
                    expires_at: order.expires_at,
                    label: order.label.map(|label| label.to_owned().into()),
                };
                (event, CodeSecret { digest: digest(id), key_id: "2026".to_owned() })
            })
            .collect();
        let ids: Vec<CodeId> = events.iter().map(|(event, _)| event.code.id).collect();
        let mut unit = self.begin().await;
        unit.record_all(events).await.unwrap();
        unit.commit().await.unwrap();
        let mut codes = vec![];
        for id in ids {
            codes.push(self.code(id).await);
        }
        codes
    }

    /// Generates one code.
    pub(super) async fn generate_one(&self, tenant: &Tenant, order: Order<'_>) -> Code {
        self.generate(tenant, order).await.remove(0)
    }

    pub(super) async fn code(&self, id: CodeId) -> Code {
        self.store.reads().await.unwrap().code(TenantScope::All, id).await.unwrap().unwrap()
    }

    /// A device presents a code. Answers with what was decided and where it stands.
    pub(super) async fn activate(
        &self,
        code: CodeId,
        fingerprint: &str,
        names: Option<ProjectId>,
    ) -> (Verdict, Committed) {
        let mut unit = self.begin().await;
        let (code, tenant) = unit.locks().code_with_tenant(digest(code)).await.unwrap().unwrap();
        let project = match code.project.or(names) {
            Some(id) => Some(unit.locks().project(tenant.id, id).await.unwrap().unwrap()),
            None => None,
        };
        let device = unit.locks().device_by_fingerprint(tenant.id, fingerprint).await.unwrap();
        let attempt = Attempt {
            tenant: &tenant,
            code: &code,
            project: project.as_ref(),
            names_other_project: names.is_some() && names != project.as_ref().map(|project| project.id),
            device: device.as_ref(),
            now: unit.now(),
        };
        let new = NewDevice {
            id: DeviceId::new(&*self.clock, &*self.entropy),
            fingerprint: fingerprint.to_owned(),
            label: Some(format!("{fingerprint} of a person")),
            platform: Some("linux".to_owned()),
        };
        let verdict = activation::decide(attempt, new);
        self.carry_out(&mut unit, verdict.clone()).await;
        (verdict, unit.commit().await.unwrap())
    }

    async fn carry_out(&self, unit: &mut UnitOfWork, verdict: Verdict) {
        match verdict {
            Verdict::Enrol(events) => {
                let (activated, enrolled, project) = *events;
                unit.record(activated).await.unwrap();
                unit.record_with(enrolled, self.tokens(unit.now())).await.unwrap();
                if let Some(project) = project {
                    unit.record(project).await.unwrap();
                }
            }
            Verdict::Again(event) => {
                unit.record_with(event, self.tokens(unit.now())).await.unwrap();
            }
            Verdict::Refuse(event) => {
                unit.record(event).await.unwrap();
            }
        }
    }

    /// A fresh pair of tokens; those before end now.
    pub(super) fn tokens(&self, now: Timestamp) -> DeviceTokens {
        let one = |kind, days| {
            let id = daybook_model::id::uuid_v7(now, &*self.entropy);
            (kind, id, random_bytes(&*self.entropy), now.plus_days(days))
        };
        let issued = vec![one(DeviceTokenKind::Access, 1), one(DeviceTokenKind::Refresh, 180)];
        DeviceTokens { issued, previous_end_at: now }
    }

    /// Enrols a device with a code that allows it.
    pub(super) async fn enrol(&self, code: &Code, fingerprint: &str) -> Device {
        let (verdict, _) = self.activate(code.id, fingerprint, None).await;
        let Verdict::Enrol(events) = verdict else { panic!("{verdict:?}") };
        let enrolled: DeviceEnrolled = events.1;
        self.device(enrolled.device.id).await
    }

    pub(super) async fn device(&self, id: DeviceId) -> Device {
        let mut reads = self.store.reads().await.unwrap();
        reads.device(TenantScope::All, id).await.unwrap().unwrap().device
    }

    /// `None`: it is revoked already.
    pub(super) async fn revoke_device(&self, id: DeviceId, reason: Option<&str>) -> Option<Committed> {
        let found = self.device(id).await;
        let mut unit = self.begin().await;
        let tenant = unit.locks().tenant(found.tenant).await.unwrap().unwrap();
        let device = unit.locks().device(tenant.id, id).await.unwrap().unwrap();
        let project = project_ref(&mut unit, tenant.id, device.project).await;
        let event = device.revoke(tenant.to_ref(), project, reason.map(str::to_owned))?;
        unit.record(event).await.unwrap();
        Some(unit.commit().await.unwrap())
    }

    /// `None`: it is revoked already.
    pub(super) async fn revoke_code(&self, id: CodeId, reason: Option<&str>) -> Option<Committed> {
        let mut unit = self.begin().await;
        let (tenant, code, project) = self.lock_code(&mut unit, id).await;
        let event = code.revoke(tenant.to_ref(), project, reason.map(str::to_owned))?;
        unit.record(event).await.unwrap();
        Some(unit.commit().await.unwrap())
    }

    /// `None`: it is bound to a project already, or not active.
    pub(super) async fn assign_code(&self, id: CodeId, project: ProjectId) -> Option<Committed> {
        let mut unit = self.begin().await;
        let (tenant, code, _) = self.lock_code(&mut unit, id).await;
        let project = unit.locks().project(tenant.id, project).await.unwrap().unwrap();
        let event = code.assign(tenant.to_ref(), project.to_ref()).ok()??;
        unit.record(event).await.unwrap();
        Some(unit.commit().await.unwrap())
    }

    /// Ends every code whose time is over; answers how many.
    pub(super) async fn expire_codes(&self) -> usize {
        let now = self.store.now();
        let due =
            self.store.reads().await.unwrap().codes_to_expire(TenantScope::All, now, 100).await.unwrap();
        for (_, id) in &due {
            let mut unit = self.begin().await;
            let (tenant, code, project) = self.lock_code(&mut unit, *id).await;
            let event = code.expire(tenant.to_ref(), project, unit.now()).unwrap();
            unit.record(event).await.unwrap();
            unit.commit().await.unwrap();
        }
        due.len()
    }

    async fn lock_code(&self, unit: &mut UnitOfWork, id: CodeId) -> (Tenant, Code, Option<ProjectRef>) {
        let found = self.code(id).await;
        let tenant = unit.locks().tenant(found.tenant).await.unwrap().unwrap();
        let code = unit.locks().code(tenant.id, id).await.unwrap().unwrap();
        let project = project_ref(unit, tenant.id, code.project).await;
        (tenant, code, project)
    }

    /// Work in somebody's name.
    pub(super) async fn begin_as(&self, scope: Scope) -> UnitOfWork {
        self.store.begin(scope).await.unwrap()
    }
}

async fn project_ref(unit: &mut UnitOfWork, tenant: TenantId, id: Option<ProjectId>) -> Option<ProjectRef> {
    match id {
        Some(id) => unit.locks().project(tenant, id).await.unwrap().map(|project| project.to_ref()),
        None => None,
    }
}
