//! The decision on one attempt to activate: what a code, its tenant, its project and the device's own past allow.
//! Pure: it takes what was read under lock and answers with events or the exact reason.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    DeviceId, Personal, Timestamp,
    change::text_enum,
    code::{Code, CodeActivated, CodeRef, CodeStatus},
    device::{Device, DeviceEnrolled, DeviceRef, DeviceStatus, DeviceTokenRotated, RotationCause},
    event::Narrated,
    project::{Project, ProjectActivated, ProjectRef, ProjectStatus},
    tenant::{Tenant, TenantRef, TenantStatus},
    totals::Deltas,
};

/// Why an attempt that named a real code was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RefusalReason {
    /// The code was revoked.
    CodeRevoked,
    /// The code's time is over.
    CodeExpired,
    /// Every use of the code is taken.
    CodeExhausted,
    /// The tenant is suspended.
    TenantSuspended,
    /// The code belongs to another project than the one named.
    ProjectMismatch,
    /// The project is switched off or deleted.
    ProjectInactive,
    /// The device was revoked.
    DeviceRevoked,
    /// The device is enrolled in another project of the tenant.
    DeviceEnrolledElsewhere,
    /// The tenant has as many active devices as it may.
    DeviceLimitReached,
    /// The tenant's subscription is suspended or canceled.
    SubscriptionInactive,
    /// As many devices were enrolled this month as the tenant's plan allows.
    ActivationQuotaReached,
}

text_enum!(RefusalReason {
    CodeRevoked = "CODE_REVOKED",
    CodeExpired = "CODE_EXPIRED",
    CodeExhausted = "CODE_EXHAUSTED",
    TenantSuspended = "TENANT_SUSPENDED",
    ProjectMismatch = "PROJECT_MISMATCH",
    ProjectInactive = "PROJECT_INACTIVE",
    DeviceRevoked = "DEVICE_REVOKED",
    DeviceEnrolledElsewhere = "DEVICE_ENROLLED_ELSEWHERE",
    DeviceLimitReached = "DEVICE_LIMIT_REACHED",
    SubscriptionInactive = "SUBSCRIPTION_INACTIVE",
    ActivationQuotaReached = "ACTIVATION_QUOTA_REACHED",
});

/// An attempt to activate with a real code was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ActivationRefused {
    /// The code's tenant.
    pub tenant: TenantRef,
    /// The code's project.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project: Option<ProjectRef>,
    /// The code.
    pub code: CodeRef,
    /// The device, if it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device: Option<DeviceRef>,
    /// The exact reason.
    pub reason: RefusalReason,
}

impl Narrated for ActivationRefused {
    fn sentence(&self) -> String {
        let reason = match self.reason {
            RefusalReason::CodeRevoked => "the code was revoked",
            RefusalReason::CodeExpired => "the code has expired",
            RefusalReason::CodeExhausted => "every use of the code is taken",
            RefusalReason::TenantSuspended => "the tenant is suspended",
            RefusalReason::ProjectMismatch => "the code belongs to another project",
            RefusalReason::ProjectInactive => "the project is not active",
            RefusalReason::DeviceRevoked => "the device was revoked",
            RefusalReason::DeviceEnrolledElsewhere => "the device is enrolled in another project",
            RefusalReason::DeviceLimitReached => "the device limit is reached",
            RefusalReason::SubscriptionInactive => "the subscription is suspended or canceled",
            RefusalReason::ActivationQuotaReached => "the month's activations are used up",
        };
        format!(
            "An activation with the code ending {} of {} was refused: {reason}.",
            self.code.hint, self.tenant.name
        )
    }

    fn deltas(&self) -> Deltas {
        Deltas { daily_detail: Some(self.reason.as_str().to_owned()), ..Deltas::none() }
    }
}

/// What was read, under lock, for one attempt.
#[derive(Debug, Clone, Copy)]
pub struct Attempt<'a> {
    /// The code's tenant.
    pub tenant: &'a Tenant,
    /// The code that was presented.
    pub code: &'a Code,
    /// The project of the code or, for an unbound code, the one named in the request.
    pub project: Option<&'a Project>,
    /// Whether the request named another project than the code's.
    pub names_other_project: bool,
    /// The device of this tenant with this fingerprint, if there is one.
    pub device: Option<&'a Device>,
    /// The present.
    pub now: Timestamp,
}

/// What a device says of itself; checked.
#[derive(Debug, Clone)]
pub struct NewDevice {
    /// The id it gets.
    pub id: DeviceId,
    /// SHA-256 of its fingerprint, in hex.
    pub fingerprint: String,
    /// What its owner calls it.
    pub label: Option<String>,
    /// What it runs on.
    pub platform: Option<String>,
}

/// What follows from an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// A use is taken and a device enrolled; the project is activated if this is its first.
    Enrol(Box<(CodeActivated, DeviceEnrolled, Option<ProjectActivated>)>),
    /// The same device again: no use is taken, its tokens are replaced.
    Again(DeviceTokenRotated),
    /// No.
    Refuse(ActivationRefused),
}

/// Decides one attempt.
pub fn decide(attempt: Attempt<'_>, new: NewDevice) -> Verdict {
    match refusal(attempt) {
        Some(reason) => Verdict::Refuse(ActivationRefused {
            tenant: attempt.tenant.to_ref(),
            project: attempt.project.map(Project::to_ref),
            code: attempt.code.to_ref(),
            device: attempt.device.map(Device::to_ref),
            reason,
        }),
        None => match attempt.device {
            Some(device) => Verdict::Again(DeviceTokenRotated {
                tenant: attempt.tenant.to_ref(),
                project: attempt.project.map(Project::to_ref),
                device: device.to_ref(),
                cause: RotationCause::Reactivated,
            }),
            None => enrol(attempt, new),
        },
    }
}

/// The first reason that applies, in the order in which an operator would want to hear them.
fn refusal(attempt: Attempt<'_>) -> Option<RefusalReason> {
    let Attempt { tenant, code, project, names_other_project, device, now } = attempt;
    let expired = code.status == CodeStatus::Expired || code.expires_at.is_some_and(|at| at <= now);
    let elsewhere = device.is_some_and(|device| device.project != project.map(|project| project.id));
    let first = device.is_none();
    let reasons = [
        // With a tenant, all its codes end: a device should not wait for it to come back.
        (tenant.status == TenantStatus::Deleted, RefusalReason::CodeRevoked),
        (tenant.status != TenantStatus::Active, RefusalReason::TenantSuspended),
        (code.status == CodeStatus::Revoked, RefusalReason::CodeRevoked),
        (expired, RefusalReason::CodeExpired),
        (names_other_project, RefusalReason::ProjectMismatch),
        (project.is_some_and(|p| p.status != ProjectStatus::Active), RefusalReason::ProjectInactive),
        (device.is_some_and(|d| d.status == DeviceStatus::Revoked), RefusalReason::DeviceRevoked),
        (elsewhere, RefusalReason::DeviceEnrolledElsewhere),
        (first && !tenant.subscription.admits(), RefusalReason::SubscriptionInactive),
        (first && code.use_count >= code.max_uses, RefusalReason::CodeExhausted),
        (first && is_full(tenant.active_devices, tenant.device_limit()), RefusalReason::DeviceLimitReached),
        (
            first && is_full(tenant.activations(now), tenant.plan_limits.activations),
            RefusalReason::ActivationQuotaReached,
        ),
    ];
    reasons.into_iter().find(|(applies, _)| *applies).map(|(_, reason)| reason)
}

/// Whether a limit, if there is one, leaves no room.
pub(crate) fn is_full(used: i64, limit: Option<i64>) -> bool {
    limit.is_some_and(|limit| used >= limit)
}

fn enrol(attempt: Attempt<'_>, new: NewDevice) -> Verdict {
    let (tenant, code) = (attempt.tenant.to_ref(), attempt.code.to_ref());
    let project = attempt.project.map(Project::to_ref);
    let device = DeviceRef { id: new.id, label: new.label.map(Personal::from) };
    let activated = CodeActivated {
        tenant: tenant.clone(),
        // A code that is not bound stays unbound, and counts for no project, whichever the device named.
        project: attempt.code.project.and(project.clone()),
        code: code.clone(),
        device: device.clone(),
        use_number: attempt.code.use_count + 1,
        max_uses: attempt.code.max_uses,
    };
    let first_of_project = attempt.project.filter(|project| project.activated_at.is_none());
    let project_activated = first_of_project.map(|project| ProjectActivated {
        tenant: tenant.clone(),
        project: project.to_ref(),
        code: code.clone(),
    });
    let enrolled = DeviceEnrolled {
        tenant,
        project,
        code,
        device,
        fingerprint: Personal::from(new.fingerprint),
        platform: new.platform,
    };
    Verdict::Enrol(Box::new((activated, enrolled, project_activated)))
}
