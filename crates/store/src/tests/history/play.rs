//! Plays a history, step by step: the model says what a step comes to, the store does it on each engine, and both must agree on
//! what has become of it.

use daybook_model::activation::Verdict;
use daybook_model::{
    BatchId, CodeId, EventType, Month, ProjectId, TenantId,
    change::Edit,
    code::{Batch, Code, CodeActivated, CodeGenerated, CodeRef, CodeSecret, CodeStatus},
    device::{Device, DeviceRef, DeviceRevoked, DeviceStatus},
    notification::NotificationKind,
    plan::PlanLimits,
    project::{Priority, ProjectDraft, ProjectEdit, ProjectStatus},
    subscription::Subscription,
    tenant::{Tenant, TenantDraft, TenantEdit, TenantStatus},
};

use uuid::Uuid;

use crate::NotificationStatus;

use super::{
    super::{
        usecases::{LATER_SECONDS, Order, Reception, digest},
        world::World,
    },
    model::{Attempt, Model},
    steps::{Contradiction, Step},
};

const NAMES: [&str; 5] = ["Acme Räder", "Bolt", "Çelik İş", "delta", "Echo & Sons"];
const PLANS: [&str; 3] = ["free", "standard", "pro"];

/// The same portal twice, and what it must be.
pub(super) struct Play {
    pub(super) worlds: [World; 2],
    pub(super) model: Model,
}

/// One of them, counted round.
fn pick<T>(all: &[T], at: usize) -> Option<&T> {
    all.get(at.checked_rem(all.len())?)
}

/// What both engines answer must be the same.
macro_rules! on_both {
    ($play:expr, |$world:ident| $answer:expr) => {{
        let mut answers = vec![];
        for $world in &$play.worlds {
            answers.push($answer);
        }
        let (postgres, sqlite) = (answers.pop().unwrap(), answers.pop().unwrap());
        assert_eq!(sqlite, postgres, "left: SQLite, right: PostgreSQL");
        sqlite
    }};
}

impl Play {
    pub(super) async fn step(&mut self, step: &Step) {
        match step.clone() {
            Step::CreateTenant { name, limit } => self.create_tenant(name, limit).await,
            Step::EditTenant { tenant, name, plan, limit, email, self_service } => {
                let edit = TenantEdit {
                    name: name.map(|at| NAMES[at].to_owned()),
                    plan: plan.map(|at| PLANS[at].to_owned()),
                    device_limit: limit.map_or(Edit::Keep, Edit::Set),
                    self_service_codes: self_service,
                    contact_email: match email {
                        None => Edit::Keep,
                        Some(false) => Edit::Clear,
                        Some(true) => Edit::Set("ada@example.com".to_owned()),
                    },
                    ..TenantEdit::default()
                };
                self.edit_tenant(tenant, edit).await;
            }
            Step::SetPlan { plan, devices, projects, activations } => {
                self.set_plan(PLANS[plan], PlanLimits { devices, projects, activations }).await;
            }
            Step::Subscribe { tenant, state } => self.subscribe(tenant, Subscription::ALL[state]).await,
            Step::SuspendTenant(at) => self.suspend(at).await,
            Step::ResumeTenant(at) => self.resume(at).await,
            Step::DeleteTenant(at) => self.delete_tenant(at).await,
            Step::CreateProject { tenant, active } => self.create_project(tenant, active).await,
            Step::EditProject { project, name, active, high } => {
                let edit = ProjectEdit {
                    name: name.map(|at| NAMES[at].to_owned()),
                    is_active: active,
                    priority: high.then_some(Priority::High),
                    ..ProjectEdit::default()
                };
                self.edit_project(project, edit).await;
            }
            Step::DeleteProject(at) => self.delete_project(at).await,
            Step::Generate { tenant, project, count, max_uses, hours } => {
                self.generate(tenant, project, count, max_uses, hours).await;
            }
            Step::Assign { code, project } => self.assign(code, project).await,
            Step::Activate { code, fingerprint, names } => self.activate(code, fingerprint, names).await,
            Step::RevokeCode(at) => self.revoke_code(at).await,
            Step::RevokeDevice(at) => self.revoke_device(at).await,
            Step::Expire => self.expire().await,
            Step::Deliver(reception) => self.deliver(reception).await,
            Step::Retry(at) => self.retry(at).await,
            Step::PassHours(hours) => {
                self.worlds.iter().for_each(|world| world.clock.pass_seconds(hours * 3_600));
                self.model.now = self.worlds[0].store.now();
            }
            Step::Contradict { what, at } => self.contradict(what, at).await,
            Step::Number => {
                for world in &self.worlds {
                    world.drain().await;
                }
            }
            Step::Restart { killed } => {
                for world in &mut self.worlds {
                    if killed {
                        world.die().await;
                    } else {
                        world.store.close().await.unwrap();
                    }
                    world.store = world.neighbour().await;
                }
            }
        }
    }

    /// A tenant that is not deleted.
    fn open_tenant(&self, at: usize) -> Option<Tenant> {
        pick(&self.model.tenants, at).filter(|tenant| tenant.status != TenantStatus::Deleted).cloned()
    }

    async fn create_tenant(&mut self, name: usize, limit: i64) {
        let draft = TenantDraft {
            name: NAMES[name].to_owned(),
            slug: Some(format!("slug-{name}")),
            contact_email: Some("bob@example.com".to_owned()),
            plan: Some(PLANS[name % PLANS.len()].to_owned()),
            device_limit: Some(limit),
            code_prefix: Some("ACME".to_owned()),
            ..TenantDraft::default()
        };
        let taken =
            self.model.tenants.iter().any(|tenant| {
                tenant.slug == format!("slug-{name}") && tenant.status != TenantStatus::Deleted
            });
        let made = on_both!(self, |world| {
            let made = world.try_create_tenant(draft.clone()).await;
            made.map_err(|error| error.taken().map(str::to_owned))
        });
        if taken {
            assert_eq!(made, Err(Some("tenants_slug".to_owned())));
            return;
        }
        let (id, now) = (made.unwrap().id, self.model.now);
        self.model.tenants.push(Tenant {
            id,
            slug: format!("slug-{name}"),
            name: NAMES[name].to_owned(),
            status: TenantStatus::Active,
            contact_email: Some("bob@example.com".to_owned().into()),
            domain: None,
            logo_url: None,
            primary_color: None,
            plan: PLANS[name % PLANS.len()].to_owned(),
            own_device_limit: Some(limit),
            plan_limits: self.model.plan_limits(PLANS[name % PLANS.len()]),
            active_devices: 0,
            live_projects: 0,
            enrolled: (Month::default(), 0),
            subscription: Subscription::Active,
            trial_ends_at: None,
            code_prefix: "ACME".to_owned(),
            self_service_codes: false,
            version: 1,
            created_at: now,
            updated_at: now,
        });
        self.model.tell(EventType::TenantCreated, id);
    }

    async fn edit_tenant(&mut self, at: usize, edit: TenantEdit) {
        let Some(before) = self.open_tenant(at) else { return };
        let done = on_both!(self, |world| world.edit_tenant(before.id, edit.clone()).await.is_some());
        let mut after = before.clone();
        after.name = edit.name.unwrap_or(after.name);
        after.plan = edit.plan.unwrap_or(after.plan);
        after.plan_limits = self.model.plan_limits(&after.plan);
        after.own_device_limit = edit.device_limit.asked().unwrap_or(after.own_device_limit);
        after.self_service_codes = edit.self_service_codes.unwrap_or(after.self_service_codes);
        match edit.contact_email {
            Edit::Keep => {}
            Edit::Clear => after.contact_email = None,
            Edit::Set(email) => after.contact_email = Some(email.into()),
        }
        assert_eq!(done, after != before);
        if done {
            *self.model.tenant(before.id) = after;
            self.model.touch_tenant(before.id);
            self.model.tell(EventType::TenantUpdated, before.id);
        }
    }

    async fn set_plan(&mut self, name: &str, limits: PlanLimits) {
        let done = on_both!(self, |world| world.set_plan(name, limits).await.is_some());
        let before = self.model.plans.get(name).copied();
        assert_eq!(done, before != Some(limits));
        if done {
            self.model.set_plan(name, limits);
            let kind = if before.is_some() { EventType::PlanUpdated } else { EventType::PlanCreated };
            self.model.tell(kind, TenantId::from_uuid(Uuid::nil()));
        }
    }

    async fn subscribe(&mut self, at: usize, state: Subscription) {
        let Some(tenant) = self.open_tenant(at) else { return };
        let ends_at = (state == Subscription::Trialing).then(|| self.model.now.plus_days(30));
        let done = on_both!(self, |world| world.subscribe(tenant.id, state, ends_at).await);
        let changes = (tenant.subscription, tenant.trial_ends_at) != (state, ends_at);
        assert_eq!(done.is_some(), changes && tenant.subscription.may_become(state));
        if let Some(letter) = done {
            self.model.touch_tenant(tenant.id);
            let now = self.model.tenant(tenant.id);
            (now.subscription, now.trial_ends_at) = (state, ends_at);
            self.model.tell(EventType::SubscriptionChanged, tenant.id);
            self.model.write_to(tenant.id, letter, NotificationKind::SubscriptionChanged);
        }
    }

    async fn suspend(&mut self, at: usize) {
        let Some(tenant) = self.open_tenant(at) else { return };
        let done = on_both!(self, |world| world.suspend_tenant(tenant.id, Some("why")).await);
        assert_eq!(done.is_some(), tenant.status == TenantStatus::Active);
        if let Some(letter) = done {
            self.model.touch_tenant(tenant.id);
            self.model.tenant(tenant.id).status = TenantStatus::Suspended;
            self.model.tell(EventType::TenantSuspended, tenant.id);
            self.model.write_to(tenant.id, letter, NotificationKind::TenantSuspended);
        }
    }

    async fn resume(&mut self, at: usize) {
        let Some(tenant) = self.open_tenant(at) else { return };
        let done = on_both!(self, |world| world.resume_tenant(tenant.id, None).await);
        assert_eq!(done.is_some(), tenant.status == TenantStatus::Suspended);
        if let Some(letter) = done {
            self.model.touch_tenant(tenant.id);
            self.model.tenant(tenant.id).status = TenantStatus::Active;
            self.model.tell(EventType::TenantResumed, tenant.id);
            self.model.write_to(tenant.id, letter, NotificationKind::TenantResumed);
        }
    }

    async fn delete_tenant(&mut self, at: usize) {
        let Some(tenant) = self.open_tenant(at) else { return };
        on_both!(self, |world| world.delete_tenant(tenant.id, Some("left")).await.events);
        self.model.delete_tenant(tenant.id);
        self.model.tell(EventType::TenantDeleted, tenant.id);
    }

    async fn create_project(&mut self, at: usize, active: bool) {
        let Some(tenant) = self.open_tenant(at).filter(|tenant| tenant.admit_project().is_ok()) else {
            return;
        };
        let draft = ProjectDraft {
            name: format!("P{}", self.model.projects.len()),
            client_name: "Client".to_owned(),
            is_active: Some(active),
            ..ProjectDraft::default()
        };
        let project = on_both!(self, |world| world.draft_project(&tenant, draft.clone()).await);
        let status = if active { ProjectStatus::Active } else { ProjectStatus::Inactive };
        let now = self.model.now;
        assert_eq!((project.status, project.version, project.created_at), (status, 1, now));
        assert_eq!((&project.name, project.activated_at, project.updated_at), (&draft.name, None, now));
        self.model.tell(EventType::ProjectCreated, tenant.id).project = Some(project.id);
        self.model.projects.push(project);
        self.model.count_projects();
    }

    async fn edit_project(&mut self, at: usize, edit: ProjectEdit) {
        let open = pick(&self.model.projects, at).filter(|project| project.status != ProjectStatus::Deleted);
        let Some(before) = open.cloned() else { return };
        let owner = self.model.tenant(before.tenant).clone();
        let done =
            on_both!(self, |world| world.edit_project(&owner, before.id, edit.clone()).await.is_some());
        let mut after = before.clone();
        after.name = edit.name.unwrap_or(after.name);
        after.priority = edit.priority.unwrap_or(after.priority);
        match edit.is_active {
            Some(true) => after.status = ProjectStatus::Active,
            Some(false) => after.status = ProjectStatus::Inactive,
            None => {}
        }
        assert_eq!(done, after != before);
        if done {
            *self.model.project(before.id) = after;
            self.model.touch_project(before.id);
            self.model.tell(EventType::ProjectUpdated, owner.id).project = Some(before.id);
        }
    }

    async fn delete_project(&mut self, at: usize) {
        let open = pick(&self.model.projects, at).filter(|project| project.status != ProjectStatus::Deleted);
        let Some(project) = open.cloned() else { return };
        let owner = self.model.tenant(project.tenant).clone();
        on_both!(self, |world| world.delete_project(&owner, project.id).await.events);
        self.model.delete_project(project.id);
        self.model.tell(EventType::ProjectDeleted, owner.id).project = Some(project.id);
    }

    async fn generate(
        &mut self,
        tenant: usize,
        project: Option<usize>,
        count: i64,
        max_uses: i64,
        hours: Option<i64>,
    ) {
        let Some(tenant) = self.open_tenant(tenant) else { return };
        let own: Vec<_> = self.model.projects.iter().filter(|project| project.tenant == tenant.id).collect();
        let project = project.and_then(|at| pick(&own, at)).map(|project| (*project).clone());
        let expires_at = hours.map(|hours| self.model.now.plus_seconds(hours * 3_600));
        let codes = on_both!(self, |world| {
            let project = project.as_ref();
            let order = Order { project, count, max_uses, expires_at, label: Some("Batch") };
            world.generate(&tenant, order).await
        });
        for code in codes {
            assert_eq!((code.tenant, code.project), (tenant.id, project.as_ref().map(|project| project.id)));
            assert_eq!((code.status, code.max_uses, code.use_count), (CodeStatus::Active, max_uses, 0));
            assert_eq!((code.expires_at, code.created_at), (expires_at, self.model.now));
            let told = self.model.tell(EventType::CodeGenerated, tenant.id);
            (told.project, told.code) = (code.project, Some(code.id));
            self.model.codes.push(code);
        }
    }

    async fn assign(&mut self, code: usize, project: usize) {
        let Some(code) = self.open_code(code) else { return };
        let own = self.model.projects.iter().filter(|project| project.tenant == code.tenant);
        let own: Vec<ProjectId> = own.map(|project| project.id).collect();
        let Some(&project) = pick(&own, project) else { return };
        let done = on_both!(self, |world| world.assign_code(code.id, project).await.is_some());
        assert_eq!(done, code.project.is_none() && code.status == CodeStatus::Active);
        if done {
            self.model.code(code.id).project = Some(project);
            let told = self.model.tell(EventType::CodeAssigned, code.tenant);
            (told.project, told.code) = (Some(project), Some(code.id));
        }
    }

    /// A code of a tenant that is not deleted.
    fn open_code(&self, at: usize) -> Option<Code> {
        pick(&self.model.codes, at).filter(|code| !self.model.is_deleted(code.tenant)).cloned()
    }

    async fn activate(&mut self, code: usize, fingerprint: usize, names: Option<usize>) {
        let Some(code) = pick(&self.model.codes, code).cloned() else { return };
        let own = self.model.projects.iter().filter(|project| project.tenant == code.tenant);
        let own: Vec<ProjectId> = own.map(|project| project.id).collect();
        let names = names.and_then(|at| pick(&own, at)).copied();
        let fingerprint = format!("fp-{fingerprint}");
        let (verdict, events) = on_both!(self, |world| {
            let (verdict, committed) = world.activate(code.id, &fingerprint, names).await;
            (verdict, committed.events)
        });
        let before = self.model.told.len();
        let joins = Model::joined(&code, names);
        match (self.model.attempt(&code, &fingerprint, names), verdict) {
            (Attempt::Refused(reason), Verdict::Refuse(event)) => {
                assert_eq!(event.reason, reason);
                let told = self.model.tell(EventType::ActivationRefused, code.tenant);
                (told.project, told.code, told.refused) = (joins, Some(code.id), Some(reason));
                told.device = event.device.map(|device| device.id);
            }
            (Attempt::Again(device), Verdict::Again(event)) => {
                assert_eq!(event.device.id, device);
                let told = self.model.tell(EventType::DeviceTokenRotated, code.tenant);
                (told.project, told.device) = (joins, Some(device));
            }
            (Attempt::Enrols, Verdict::Enrol(events)) => {
                self.enrol(&code, &fingerprint, joins, &events.1.device);
            }
            (expected, verdict) => panic!("{expected:?}, not {verdict:?}"),
        }
        assert_eq!(events.len(), self.model.told.len() - before);
    }

    fn enrol(&mut self, code: &Code, fingerprint: &str, joins: Option<ProjectId>, device: &DeviceRef) {
        let now = self.model.now;
        let used = self.model.code(code.id);
        used.use_count += 1;
        if used.use_count == used.max_uses {
            used.status = CodeStatus::Used;
        }
        self.model.devices.push(Device {
            id: device.id,
            tenant: code.tenant,
            project: joins,
            code: code.id,
            fingerprint: Some(fingerprint.to_owned().into()),
            label: device.label.clone(),
            platform: Some("linux".to_owned()),
            status: DeviceStatus::Active,
            created_at: now,
            revoked_at: None,
        });
        self.model.count_devices();
        let month = Month::of(now);
        let owner = self.model.tenant(code.tenant);
        let before = if owner.enrolled.0 == month { owner.enrolled.1 } else { 0 };
        owner.enrolled = (month, before + 1);
        let told = self.model.tell(EventType::CodeActivated, code.tenant);
        (told.project, told.code, told.device) = (code.project, Some(code.id), Some(device.id));
        let told = self.model.tell(EventType::DeviceEnrolled, code.tenant);
        (told.project, told.code, told.device) = (joins, Some(code.id), Some(device.id));
        if let Some(project) = joins.filter(|id| self.model.project(*id).activated_at.is_none()) {
            self.model.project(project).activated_at = Some(now);
            let told = self.model.tell(EventType::ProjectActivated, code.tenant);
            (told.project, told.code) = (Some(project), Some(code.id));
        }
    }

    async fn revoke_code(&mut self, at: usize) {
        let Some(code) = self.open_code(at) else { return };
        let done = on_both!(self, |world| world.revoke_code(code.id, Some("lost")).await.is_some());
        assert_eq!(done, code.status != CodeStatus::Revoked);
        if done {
            let now = self.model.now;
            let row = self.model.code(code.id);
            (row.status, row.revoked_at) = (CodeStatus::Revoked, Some(now));
            let told = self.model.tell(EventType::CodeRevoked, code.tenant);
            (told.project, told.code) = (code.project, Some(code.id));
        }
    }

    async fn revoke_device(&mut self, at: usize) {
        let Some(device) = pick(&self.model.devices, at).cloned() else { return };
        let done = on_both!(self, |world| world.revoke_device(device.id, None).await.is_some());
        assert_eq!(done, device.status == DeviceStatus::Active);
        if done {
            let now = self.model.now;
            let row = self.model.device(device.id);
            (row.status, row.revoked_at) = (DeviceStatus::Revoked, Some(now));
            self.model.count_devices();
            let told = self.model.tell(EventType::DeviceRevoked, device.tenant);
            (told.project, told.device) = (device.project, Some(device.id));
        }
    }

    async fn expire(&mut self) {
        let now = self.model.now;
        let ended =
            |code: &Code| code.status == CodeStatus::Active && code.expires_at.is_some_and(|at| at <= now);
        let mut due: Vec<Code> = self.model.codes.iter().filter(|code| ended(code)).cloned().collect();
        due.sort_by_key(|code| (code.expires_at, code.id));
        let done = on_both!(self, |world| world.expire_codes().await);
        assert_eq!(done, due.len());
        for code in due {
            self.model.code(code.id).status = CodeStatus::Expired;
            let told = self.model.tell(EventType::CodeExpired, code.tenant);
            (told.project, told.code) = (code.project, Some(code.id));
        }
    }

    async fn deliver(&mut self, reception: Reception) {
        let done = on_both!(self, |world| world.deliver(reception).await);
        let now = self.model.now;
        let due = self.model.due();
        assert_eq!(done, due.as_ref().map(|letter| letter.id));
        let Some(letter) = due else { return };
        letter.attempts += 1;
        let (status, next, error) = match reception {
            Reception::Taken => (NotificationStatus::Sent, None, None),
            Reception::NotNow => {
                (NotificationStatus::Waiting, Some(now.plus_seconds(LATER_SECONDS)), Some("timed_out"))
            }
            Reception::Refused => (NotificationStatus::Failed, None, Some("smtp_550")),
        };
        (letter.status, letter.next, letter.last_error) = (status, next, error.map(str::to_owned));
        let tenant = letter.tenant;
        if reception == Reception::Refused {
            self.model.tell(EventType::NotificationFailed, tenant);
        }
    }

    async fn retry(&mut self, at: usize) {
        let now = self.model.now;
        let Some(letter) = pick(&self.model.letters, at).cloned() else { return };
        let done = on_both!(self, |world| world.retry_letter(letter.id).await.is_some());
        assert_eq!(done, letter.status == NotificationStatus::Failed);
        if done {
            let row = self.model.letters.iter_mut().find(|one| one.id == letter.id).unwrap();
            (row.status, row.attempts, row.next) = (NotificationStatus::Waiting, 0, Some(now));
            self.model.tell(EventType::NotificationRetried, letter.tenant);
        }
    }

    /// An event that does not follow is refused on both engines alike, and leaves nothing.
    async fn contradict(&mut self, what: Contradiction, at: usize) {
        let before = on_both!(self, |world| world.census_of_the_log().await);
        let refused = match what {
            Contradiction::StaleEdit => self.stale_edit(at).await,
            Contradiction::WrongUse => self.wrong_use(at).await,
            Contradiction::SecondRevoke => self.second_revoke(at).await,
            Contradiction::ForeignProject => self.foreign_project(at).await,
            Contradiction::WrongImpact => self.wrong_impact(at).await,
        };
        if let Some(answer) = refused {
            assert!(answer.starts_with("the engine: "), "{what:?}: {answer}");
            assert_eq!(on_both!(self, |world| world.census_of_the_log().await), before);
        }
    }

    async fn stale_edit(&mut self, at: usize) -> Option<String> {
        let mut tenant = pick(&self.model.tenants, at)?.clone();
        tenant.version -= 1;
        let edit = TenantEdit { name: Some("Stale".to_owned()), ..TenantEdit::default() };
        let event = tenant.edit(&edit).unwrap().unwrap();
        Some(on_both!(self, |world| world.refusal(event.clone()).await))
    }

    async fn wrong_use(&mut self, at: usize) -> Option<String> {
        let code = pick(&self.model.codes, at)?.clone();
        let device = pick(&self.model.devices, at)?.clone();
        let event = CodeActivated {
            tenant: self.model.tenant(code.tenant).to_ref(),
            project: code.project.map(|id| self.model.project(id).to_ref()),
            code: code.to_ref(),
            device: device.to_ref(),
            use_number: code.use_count + if at.is_multiple_of(2) { 0 } else { 2 },
            max_uses: code.max_uses,
        };
        Some(on_both!(self, |world| world.refusal(event.clone()).await))
    }

    async fn second_revoke(&mut self, at: usize) -> Option<String> {
        let revoked = self.model.devices.iter().filter(|device| device.status == DeviceStatus::Revoked);
        let device = pick(&revoked.cloned().collect::<Vec<_>>(), at)?.clone();
        let event = DeviceRevoked {
            tenant: self.model.tenant(device.tenant).to_ref(),
            project: device.project.map(|id| self.model.project(id).to_ref()),
            device: device.to_ref(),
            reason: None,
        };
        Some(on_both!(self, |world| world.refusal(event.clone()).await))
    }

    async fn foreign_project(&mut self, at: usize) -> Option<String> {
        let tenant = self.open_tenant(at)?;
        let foreign = self.model.projects.iter().find(|project| project.tenant != tenant.id)?.to_ref();
        Some(on_both!(self, |world| {
            let id = CodeId::new(&*world.clock, &*world.entropy);
            let batch = BatchId::new(&*world.clock, &*world.entropy);
            let event = CodeGenerated {
                tenant: tenant.to_ref(),
                project: Some(foreign.clone()),
                code: CodeRef { id, hint: "WRONG".to_owned() },
                batch: Batch { id: batch, position: 1, count: 1 },
                max_uses: 1,
                expires_at: None,
                label: None,
            };
            let secret = CodeSecret { digest: digest(id), key_id: "2026".to_owned() };
            let mut unit = world.begin().await;
            unit.record_with(event, secret)
                .await
                .map_or_else(|error| format!("the engine: {error}"), |_| String::new())
        }))
    }

    async fn wrong_impact(&mut self, at: usize) -> Option<String> {
        let tenant: TenantId = self.open_tenant(at)?.id;
        Some(on_both!(self, |world| {
            let mut closed = world.store.reads().await.unwrap().tenant_impact(tenant).await.unwrap();
            closed.codes_active += 1;
            let event = world.tenant(tenant).await.delete(closed, None);
            world.refusal(event).await
        }))
    }
}
