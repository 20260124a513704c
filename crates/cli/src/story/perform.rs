//! The performance: each step of the plan is one call of a use case, in the name and from the place of whoever does it, at its time.
//! Must not decide anything; where the portal answers otherwise than the plan says, the performance ends.

use anyhow::{Context as _, Result, bail};
use daybook_model::{
    Actor, ApiTokenId, DeviceId, Personal, ProjectId, RequestId, TenantId,
    api_token::ApiTokenDraft,
    event::RequestInfo,
    plan::{PlanDraft, PlanLimits},
    project::ProjectDraft,
    subscription::Subscription,
    tenant::TenantDraft,
    usage::UsageDraft,
};
use daybook_portal::{
    Activation, ActivationAnswer, CodeRequest, Context, DeviceIdentity, Enrolment, GeneratedCode, Portal,
    TenantScope,
};

use super::{
    DemoClock, Plan,
    cast::{CLERKS, OFFERS, SYNCS, TENANTS, TRIAL_DAYS, TRIALS, projects},
    plan::{Act, Answer, ClerkNo, CodeNo, DeviceNo, ProjectNo, Step, TenantNo, Who},
};

/// The story is told by the operators, who reach every tenant.
const ALL: TenantScope = TenantScope::All;
/// How many heartbeats are written at once.
const HEARTBEATS: u64 = 500;

/// A device that was enrolled.
struct Enrolled {
    id: DeviceId,
    tenant: TenantId,
    project: Option<ProjectId>,
    refresh_token: String,
}

/// What the portal has answered so far, by the numbers of the plan.
struct Performance<'a> {
    portal: &'a Portal,
    clock: &'a DemoClock,
    plan: &'a Plan,
    clerks: Vec<Option<ApiTokenId>>,
    /// Slugs.
    tenants: Vec<Option<String>>,
    projects: Vec<Option<ProjectId>>,
    codes: Vec<GeneratedCode>,
    devices: Vec<Option<Enrolled>>,
    heartbeats: u64,
}

/// Performs the plan; `progress` hears how many steps are done.
pub(crate) async fn perform(
    portal: &Portal,
    clock: &DemoClock,
    plan: &Plan,
    progress: impl Fn(u64),
) -> Result<()> {
    let mut performance = Performance {
        portal,
        clock,
        plan,
        clerks: CLERKS.iter().map(|_| None).collect(),
        tenants: TENANTS.iter().map(|_| None).collect(),
        projects: projects().map(|_| None).collect(),
        codes: vec![],
        devices: plan.devices.iter().map(|_| None).collect(),
        heartbeats: 0,
    };
    for (done, step) in (0..).zip(&plan.steps) {
        performance.step(step).await.with_context(|| format!("step {done} of the story, {:?}", step.act))?;
        progress(done);
    }
    portal.flush_heartbeats().await?;
    Ok(())
}

/// What the plan refers to and has not happened. The plan is made so that this cannot be.
const UNKNOWN: &str = "the plan refers to something that has not happened yet";

impl Performance<'_> {
    async fn step(&mut self, step: &Step) -> Result<()> {
        self.clock.set(step.at);
        let context = &self.context(step.who)?;
        let portal = self.portal;
        match &step.act {
            Act::IssueToken(clerk) => self.issue_token(context, *clerk).await?,
            Act::RevokeToken(clerk) => {
                portal.revoke_api_token(context, TenantScope::All, known(&self.clerks, clerk.0)?).await?;
            }
            Act::CreatePlan(number) => self.create_plan(context, *number).await?,
            Act::Subscribe(tenant, state, reason) => self.subscribe(context, *tenant, *state, reason).await?,
            Act::EndTrials => {
                portal.end_trials().await?;
            }
            Act::CreateTenant(tenant) => self.create_tenant(context, *tenant).await?,
            Act::EditTenant(tenant, edit) => {
                portal.update_tenant(context, self.slug(*tenant)?, edit.clone(), None).await?;
            }
            Act::Suspend(tenant, reason) => {
                portal.suspend_tenant(context, self.slug(*tenant)?, Some(reason)).await?;
            }
            Act::Resume(tenant, reason) => {
                portal.resume_tenant(context, self.slug(*tenant)?, Some(reason)).await?;
            }
            Act::DeleteTenant(tenant, reason) => {
                portal.delete_tenant(context, self.slug(*tenant)?, Some(reason), None).await?;
            }
            Act::CreateProject(project) => self.create_project(context, *project).await?,
            Act::EditProject(project, edit) => {
                portal.update_project(context, ALL, self.project(*project)?, edit.clone(), None).await?;
            }
            Act::DeleteProject(project) => {
                portal.delete_project(context, ALL, self.project(*project)?, None).await?;
            }
            Act::ConfigureLlm(project, llm) => {
                let project = project.map(|project| self.project(project)).transpose()?;
                portal.configure_llm(context, project, llm.draft(), None).await?;
            }
            Act::GenerateCodes(tenant, project, draft) => {
                let project = project.map(|project| self.project(project)).transpose()?;
                let tenant = self.slug(*tenant)?.to_owned();
                let request = CodeRequest { tenant: Some(tenant), project, draft: draft.clone() };
                self.codes.extend(portal.generate_codes(context, ALL, request).await?.items);
            }
            Act::AssignCode(code, project) => {
                portal.assign_code(context, ALL, self.project(*project)?, &self.code(*code)?.code).await?;
            }
            Act::RevokeCode(code, reason) => {
                portal.revoke_code(context, ALL, self.code(*code)?.id, Some(reason)).await?;
            }
            Act::Activate { device, code, named, answer } => {
                self.activate(context, *device, *code, *named, *answer).await?;
            }
            Act::Refresh(device) => {
                let enrolment =
                    portal.refresh_device(context, &self.enrolled(*device)?.refresh_token).await?;
                self.remember(*device, enrolment);
            }
            Act::RevokeDevice(device, reason) => {
                portal.revoke_device(context, ALL, self.enrolled(*device)?.id, Some(reason)).await?;
            }
            Act::Heartbeat(device, version) => self.heartbeat(*device, version).await?,
            Act::ReportUse(device, syncs) => self.report_use(context, *device, *syncs).await?,
            // The sweeper ends a limited number at a time.
            Act::ExpireCodes => while portal.expire_codes().await? > 0 {},
        }
        Ok(())
    }

    /// In whose name and from where.
    fn context(&self, who: Who) -> Result<Context> {
        let request = |ip: &str, user_agent: &str| RequestInfo {
            id: Some(RequestId::new(self.portal.store().clock(), self.portal.store().entropy())),
            ip: Some(Personal::from(ip.to_owned())),
            user_agent: Some(Personal::from(user_agent.to_owned())),
        };
        let (actor, request) = match who {
            Who::System => return Ok(Context::system()),
            Who::Clerk(no) => {
                let clerk = CLERKS.get(no.0).context(UNKNOWN)?;
                let actor =
                    Actor::api_token(known(&self.clerks, no.0)?, Personal::from(clerk.name.to_owned()));
                (actor, request(clerk.ip, clerk.user_agent))
            }
            Who::Device(no) => {
                let persona = self.plan.devices.get(no.0).context(UNKNOWN)?;
                let id = self.devices.get(no.0).and_then(|device| device.as_ref()).map(|device| device.id);
                (Actor::device(id), request(&persona.ip, &persona.user_agent))
            }
        };
        Ok(Context { actor, request, idempotency: None })
    }

    async fn issue_token(&mut self, context: &Context, no: ClerkNo) -> Result<()> {
        let clerk = CLERKS.get(no.0).context(UNKNOWN)?;
        let draft = ApiTokenDraft {
            expires_in_days: clerk.expires_in_days,
            ..ApiTokenDraft::of_platform(clerk.name, clerk.role)
        };
        let issued = self.portal.issue_api_token(context, draft, None).await?;
        set(&mut self.clerks, no.0, issued.token.id);
        Ok(())
    }

    async fn subscribe(
        &self,
        context: &Context,
        tenant: TenantNo,
        state: Subscription,
        reason: &str,
    ) -> Result<()> {
        let asked = (state, None);
        self.portal.change_subscription(context, self.slug(tenant)?, asked, Some(reason), None).await?;
        Ok(())
    }

    async fn create_plan(&self, context: &Context, number: usize) -> Result<()> {
        let offer = OFFERS.get(number).context(UNKNOWN)?;
        let limits = PlanLimits {
            devices: Some(offer.device_limit),
            projects: offer.project_limit,
            activations: offer.monthly_activation_quota,
        };
        let draft = PlanDraft {
            name: offer.name.to_owned(),
            title: Some(offer.title.to_owned()),
            limits,
            usage_quotas: offer.syncs.map(|syncs| (SYNCS.to_owned(), syncs)).into_iter().collect(),
        };
        self.portal.create_plan(context, draft).await?;
        Ok(())
    }

    async fn create_tenant(&mut self, context: &Context, no: TenantNo) -> Result<()> {
        let role = TENANTS.get(no.0).context(UNKNOWN)?;
        let on_trial = TRIALS.contains(&no);
        let draft = TenantDraft {
            name: role.name.to_owned(),
            contact_email: Some(role.contact_email.to_owned()),
            domain: role.domain.map(str::to_owned),
            primary_color: role.primary_color.map(str::to_owned),
            plan: Some(role.plan.to_owned()),
            device_limit: Some(role.device_limit),
            subscription: on_trial.then_some(Subscription::Trialing),
            trial_ends_at: on_trial.then(|| self.portal.store().now().plus_days(TRIAL_DAYS)),
            ..TenantDraft::default()
        };
        let tenant = self.portal.create_tenant(context, draft).await?;
        set(&mut self.tenants, no.0, tenant.slug);
        Ok(())
    }

    async fn create_project(&mut self, context: &Context, no: ProjectNo) -> Result<()> {
        let (_, tenant, role) = projects().nth(no.0).context(UNKNOWN)?;
        let draft = ProjectDraft {
            name: role.name.to_owned(),
            client_name: role.client_name.to_owned(),
            description: Some(role.description.to_owned()),
            priority: Some(role.priority),
            is_active: None,
        };
        let project = self.portal.create_project(context, ALL, Some(self.slug(tenant)?), draft).await?;
        set(&mut self.projects, no.0, project.project.id);
        Ok(())
    }

    async fn activate(
        &mut self,
        context: &Context,
        device: DeviceNo,
        code: CodeNo,
        named: Option<ProjectNo>,
        expected: Answer,
    ) -> Result<()> {
        let persona = self.plan.devices.get(device.0).context(UNKNOWN)?;
        let request = Activation {
            code: self.code(code)?.code.clone(),
            fingerprint: persona.fingerprint.clone(),
            label: Some(persona.label.clone()),
            platform: Some(persona.platform.to_owned()),
            project: named.map(|project| self.project(project)).transpose()?,
        };
        match (expected, self.portal.activate(context, request).await?) {
            (Answer::Enrolled, ActivationAnswer::Enrolled(enrolment))
            | (Answer::Again, ActivationAnswer::Again(enrolment)) => self.remember(device, *enrolment),
            (Answer::Refused(expected), ActivationAnswer::Refused(reason)) if expected == reason => {}
            (_, ActivationAnswer::Refused(reason)) => bail!("the portal refused with {reason}"),
            (_, _) => bail!("the portal answered otherwise"),
        }
        Ok(())
    }

    async fn heartbeat(&mut self, no: DeviceNo, version: &str) -> Result<()> {
        self.portal.heartbeat(&self.identity(no)?, Some(version))?;
        self.heartbeats += 1;
        if self.heartbeats.is_multiple_of(HEARTBEATS) {
            self.portal.flush_heartbeats().await?;
        }
        Ok(())
    }

    async fn report_use(&self, context: &Context, no: DeviceNo, syncs: i64) -> Result<()> {
        let (id, at) = (format!("report-{}", no.0), self.portal.store().now());
        let report = UsageDraft { id, kind: SYNCS.to_owned(), quantity: syncs, at };
        self.portal.report_usage(context, &self.identity(no)?, (vec![report], false)).await?;
        Ok(())
    }

    fn identity(&self, no: DeviceNo) -> Result<DeviceIdentity> {
        let Enrolled { id, tenant, project, .. } = *self.enrolled(no)?;
        Ok(DeviceIdentity { device: id, tenant, project })
    }

    fn remember(&mut self, no: DeviceNo, enrolment: Enrolment) {
        let Enrolment { device, grant, .. } = enrolment;
        let enrolled = Enrolled {
            id: device.id,
            tenant: device.tenant,
            project: device.project,
            refresh_token: grant.refresh_token,
        };
        set(&mut self.devices, no.0, enrolled);
    }

    fn slug(&self, no: TenantNo) -> Result<&str> {
        self.tenants.get(no.0).and_then(Option::as_deref).context(UNKNOWN)
    }

    fn project(&self, no: ProjectNo) -> Result<ProjectId> {
        known(&self.projects, no.0)
    }

    fn code(&self, no: CodeNo) -> Result<&GeneratedCode> {
        self.codes.get(no.0).context(UNKNOWN)
    }

    fn enrolled(&self, no: DeviceNo) -> Result<&Enrolled> {
        self.devices.get(no.0).and_then(Option::as_ref).context(UNKNOWN)
    }
}

fn known<T: Copy>(from: &[Option<T>], at: usize) -> Result<T> {
    from.get(at).copied().flatten().context(UNKNOWN)
}

fn set<T>(to: &mut [Option<T>], at: usize, value: T) {
    if let Some(place) = to.get_mut(at) {
        *place = Some(value);
    }
}
