//! The use case that Daybook exists for: a device presents a code. What is read is read under lock, decided in the model, recorded
//! with the new tokens, and committed as one.

use daybook_model::{
    Actor, DeviceId, Invalid, ProjectId, Timestamp,
    activation::{self, Attempt, NewDevice, RefusalReason, Verdict},
    code::{ActivationCode, Code},
    device::{Device, DeviceTokenKind, DeviceTokens},
    guessing::GuessKind,
    invalid::Checker,
    project::Project,
    tenant::Tenant,
    text,
    token::{BearerToken, TokenKind},
};
use daybook_store::{TenantScope, UnitOfWork};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{Context, License, Party, Portal, PortalError, Result, change::Done, keys::hex, usage};

/// How long an access token opens the device routes: one day.
const ACCESS_SECONDS: i64 = 24 * 3_600;
/// How long a refresh token can be exchanged: 180 days.
const REFRESH_SECONDS: i64 = 180 * 24 * 3_600;

/// What a device sends; unchecked.
#[derive(Debug, Clone)]
pub struct Activation {
    /// The code as it was typed.
    pub code: String,
    /// Chosen by the device's maker; the same for every attempt of one device.
    pub fingerprint: String,
    /// What its owner calls it.
    pub label: Option<String>,
    /// What it runs on.
    pub platform: Option<String>,
    /// The project it wants to belong to, for codes that are not bound to one.
    pub project: Option<ProjectId>,
}

/// The tokens of a device, shown once.
#[derive(Clone, Serialize, Deserialize)]
pub struct DeviceGrant {
    /// Opens the device routes.
    pub token: String,
    /// Exchanges itself for a new grant.
    pub refresh_token: String,
    /// When `token` ends.
    pub expires_at: Timestamp,
    /// When `refresh_token` ends.
    pub refresh_expires_at: Timestamp,
}

/// What the device's tenant allows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// The tenant's plan.
    pub plan: String,
    /// How many active devices it may have; no limit if none.
    pub device_limit: Option<i64>,
}

/// An enrolled device with everything it needs.
#[derive(Clone, Serialize, Deserialize)]
pub struct Enrolment {
    /// The device.
    pub device: Device,
    /// Its new tokens.
    pub grant: DeviceGrant,
    /// What its tenant allows.
    pub policy: Policy,
    /// What it verifies offline.
    pub license: License,
}

/// How an attempt ends. Each way is recorded.
#[derive(Clone, Serialize, Deserialize)]
pub enum ActivationAnswer {
    /// A new device: a use was taken.
    Enrolled(Box<Enrolment>),
    /// The same device again: no use was taken, its old tokens ended.
    Again(Box<Enrolment>),
    /// Refused for this reason.
    Refused(RefusalReason),
}

/// A checked attempt.
struct Asked {
    digest: [u8; 32],
    /// What the code begins with.
    prefix: String,
    fingerprint: String,
    label: Option<String>,
    platform: Option<String>,
    project: Option<ProjectId>,
}

impl Portal {
    /// Activates a device with a code. What is no code is refused before the database is asked, and so is a source that guesses.
    pub async fn activate(&self, context: &Context, request: Activation) -> Result<ActivationAnswer> {
        let asked = &self.check_activation(&request)?;
        let source: Vec<Party<'_>> = context.request.source().map(Party::Source).into_iter().collect();
        self.may_guess_either([GuessKind::Activation, GuessKind::RefusedCode], &source).await?;
        let answer = self.attempt_activation(context, asked).await;
        match &answer {
            Err(PortalError::UnknownCode) => return Err(self.unknown_code(context, asked, source).await),
            Ok(ActivationAnswer::Refused(_)) => {
                self.guessed_wrong(context, GuessKind::RefusedCode, &source).await?;
            }
            _ => {}
        }
        answer
    }

    /// Counts a code that nobody has, and answers with what is said to it. Where many guess at one tenant's codes together, only the codes
    /// that nobody has are refused: real ones go on working, so nobody can lock a tenant out.
    async fn unknown_code(
        &self,
        context: &Context,
        asked: &Asked,
        mut parties: Vec<Party<'_>>,
    ) -> PortalError {
        let count = async {
            let tenants = self.store().reads().await?.tenants_with_code_prefix(&asked.prefix).await?;
            let tenants: Vec<_> = tenants.into_iter().map(Party::Tenant).collect();
            let may = self.may_guess(GuessKind::Activation, &tenants).await;
            parties.extend(tenants);
            self.guessed_wrong(context, GuessKind::Activation, &parties).await?;
            may
        };
        count.await.err().unwrap_or(PortalError::UnknownCode)
    }

    async fn attempt_activation(&self, context: &Context, asked: &Asked) -> Result<ActivationAnswer> {
        self.change(&context.of_party(&asked.fingerprint), |mut unit| async move {
            let found = unit.locks().code_with_tenant(asked.digest).await?;
            let (code, tenant) = found.ok_or(PortalError::UnknownCode)?;
            let project = self.project_of_attempt(&mut unit, &tenant, &code, asked).await?;
            let device = unit.locks().device_by_fingerprint(tenant.id, &asked.fingerprint).await?;
            let attempt = Attempt {
                tenant: &tenant,
                code: &code,
                project: project.as_ref(),
                names_other_project: asked.project.is_some()
                    && asked.project != project.as_ref().map(|p| p.id),
                device: device.as_ref(),
                now: unit.now(),
            };
            let new = NewDevice {
                id: DeviceId::new(self.store().clock(), self.store().entropy()),
                fingerprint: asked.fingerprint.clone(),
                label: asked.label.clone(),
                platform: asked.platform.clone(),
            };
            let verdict = activation::decide(attempt, new);
            let answer = self.carry_out(&mut unit, verdict, &tenant, device).await?;
            Ok(Done::Commit(Box::new(unit), answer))
        })
        .await
    }

    fn check_activation(&self, request: &Activation) -> Result<Asked> {
        let mut check = Checker::default();
        let fingerprint = check.take("/fingerprint", text::fingerprint(&request.fingerprint));
        let label = check.take_opt("/label", request.label.as_deref().map(text::name));
        let platform = check.take_opt("/platform", request.platform.as_deref().map(|p| text::line(p, 60)));
        let fingerprint: String = check.finish(fingerprint)?;
        let code = ActivationCode::parse(&request.code).map_err(PortalError::NotACode)?;
        let digest = self.keys().code_digest(&code);
        let fingerprint = hex(&Sha256::digest(fingerprint.as_bytes()));
        let prefix = code.prefix().to_owned();
        Ok(Asked { digest, prefix, fingerprint, label, platform, project: request.project })
    }

    /// The code's project, or the one that the request names for a code without one.
    async fn project_of_attempt(
        &self,
        unit: &mut UnitOfWork,
        tenant: &Tenant,
        code: &Code,
        asked: &Asked,
    ) -> Result<Option<Project>> {
        let Some(id) = code.project.or(asked.project) else { return Ok(None) };
        let project = unit.locks().project(tenant.id, id).await?;
        match project {
            Some(project) => Ok(Some(project)),
            None => {
                Err(Invalid::field("/project", "UNKNOWN_PROJECT", "must be a project of the code's tenant")
                    .into())
            }
        }
    }

    async fn carry_out(
        &self,
        unit: &mut UnitOfWork,
        verdict: Verdict,
        tenant: &Tenant,
        device: Option<Device>,
    ) -> Result<ActivationAnswer> {
        let (grant, tokens) = self.grant(unit.now(), unit.now());
        match verdict {
            Verdict::Enrol(events) => {
                let (activated, enrolled, project) = *events;
                let id = enrolled.device.id;
                unit.act_as(Actor::device(Some(id)));
                unit.record(activated).await?;
                unit.record_with(enrolled, tokens).await?;
                if let Some(project) = project {
                    unit.record(project).await?;
                }
                if let Some(near) = tenant.with_one_more_device() {
                    unit.record(near).await?;
                }
                usage::tell_activation(unit, tenant).await?;
                let stored = unit.reads().device(TenantScope::Of(tenant.id), id).await?;
                let device =
                    stored.ok_or(PortalError::Broken("a device that was just enrolled is missing"))?.device;
                Ok(ActivationAnswer::Enrolled(Box::new(self.enrolment(tenant, device, grant, unit.now()))))
            }
            Verdict::Again(event) => {
                unit.act_as(Actor::device(Some(event.device.id)));
                unit.record_with(event, tokens).await?;
                let device = device.ok_or(PortalError::Broken("a known device is missing"))?;
                Ok(ActivationAnswer::Again(Box::new(self.enrolment(tenant, device, grant, unit.now()))))
            }
            Verdict::Refuse(event) => {
                unit.act_as(Actor::device(event.device.as_ref().map(|device| device.id)));
                let reason = event.reason;
                unit.record(event).await?;
                Ok(ActivationAnswer::Refused(reason))
            }
        }
    }

    /// Fresh tokens; those the device held before end at `previous_end_at`.
    pub(crate) fn grant(&self, now: Timestamp, previous_end_at: Timestamp) -> (DeviceGrant, DeviceTokens) {
        let entropy = self.store().entropy();
        let issue = |kind| {
            let id = daybook_model::id::uuid_v7(now, entropy);
            BearerToken::generate(kind, id, entropy)
        };
        let (access, refresh) = (issue(TokenKind::DeviceAccess), issue(TokenKind::DeviceRefresh));
        let (expires_at, refresh_expires_at) =
            (now.plus_seconds(ACCESS_SECONDS), now.plus_seconds(REFRESH_SECONDS));
        let issued = vec![
            (DeviceTokenKind::Access, access.id, access.hash(), expires_at),
            (DeviceTokenKind::Refresh, refresh.id, refresh.hash(), refresh_expires_at),
        ];
        let grant = DeviceGrant {
            token: access.reveal(),
            refresh_token: refresh.reveal(),
            expires_at,
            refresh_expires_at,
        };
        (grant, DeviceTokens { issued, previous_end_at })
    }

    pub(crate) fn enrolment(
        &self,
        tenant: &Tenant,
        device: Device,
        grant: DeviceGrant,
        now: Timestamp,
    ) -> Enrolment {
        let policy = Policy { plan: tenant.plan.clone(), device_limit: tenant.device_limit() };
        let license = self.keys().license(tenant, &device, now);
        Enrolment { device, grant, policy, license }
    }
}
