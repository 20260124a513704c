//! An attempt to activate.

use daybook_model::{
    DeviceId, Month, ProjectId,
    activation::{self, Attempt, NewDevice, RefusalReason, Verdict},
    code::{Code, CodeStatus},
    device::{Device, DeviceStatus, RotationCause},
    project::{Project, ProjectStatus},
    subscription::Subscription,
    tenant::{Tenant, TenantStatus},
};
use uuid::Uuid;

use crate::sample;

/// What an attempt meets.
struct Scene {
    tenant: Tenant,
    code: Code,
    project: Option<Project>,
    device: Option<Device>,
    names_other_project: bool,
}

impl Scene {
    /// A new device with a good code.
    fn new() -> Self {
        Self {
            tenant: sample::tenant(),
            code: sample::code(),
            project: Some(sample::project()),
            device: None,
            names_other_project: false,
        }
    }

    /// A device that is enrolled and activates again.
    fn again() -> Self {
        Self { device: Some(sample::device()), ..Self::new() }
    }

    fn decide(&self) -> Verdict {
        let Self { tenant, code, project, device, names_other_project } = self;
        let (project, device) = (project.as_ref(), device.as_ref());
        let names_other_project = *names_other_project;
        let attempt = Attempt { tenant, code, project, names_other_project, device, now: sample::now() };
        let new = NewDevice {
            id: DeviceId::from_uuid(Uuid::from_u128(9)),
            fingerprint: "0a0b0c".to_owned(),
            label: Some("till 9".to_owned()),
            platform: Some("linux".to_owned()),
        };
        activation::decide(attempt, new)
    }

    fn refused(&self) -> Option<RefusalReason> {
        match self.decide() {
            Verdict::Refuse(refused) => Some(refused.reason),
            Verdict::Enrol(_) | Verdict::Again(_) => None,
        }
    }
}

#[test]
fn a_new_device_takes_the_next_use_and_the_first_of_a_project_activates_it() {
    let mut scene = Scene::new();
    let Verdict::Enrol(events) = scene.decide() else { panic!("it is enrolled") };
    let (activated, enrolled, project) = *events;
    assert_eq!((activated.use_number, activated.max_uses, activated.exhausts()), (4, 5, false));
    assert_eq!(activated.device, enrolled.device);
    assert_eq!(activated.project, enrolled.project);
    assert_eq!(project.unwrap().project, sample::project().to_ref());

    scene.code.use_count = 4;
    scene.project.as_mut().unwrap().activated_at = Some(sample::now());
    let Verdict::Enrol(events) = scene.decide() else { panic!("it is enrolled") };
    let (activated, _, project) = *events;
    assert!(activated.exhausts(), "the fifth of five");
    assert_eq!(project, None, "it is active already");
}

#[test]
fn a_code_without_a_project_stays_without_one() {
    let mut scene = Scene::new();
    scene.code.project = None;
    let Verdict::Enrol(events) = scene.decide() else { panic!("it is enrolled") };
    let (activated, enrolled, _) = *events;
    assert_eq!(activated.project, None);
    assert_eq!(enrolled.project, Some(sample::project().to_ref()));
}

#[test]
fn the_same_device_again_takes_no_use() {
    let mut scene = Scene::again();
    // None of these limits is asked for what is there already.
    scene.code.use_count = 5;
    scene.tenant.active_devices = 10;
    scene.tenant.enrolled.1 = 5;
    scene.tenant.subscription = Subscription::Suspended;
    let Verdict::Again(rotated) = scene.decide() else { panic!("it is the same device") };
    assert_eq!((rotated.device.id, rotated.cause), (sample::device().id, RotationCause::Reactivated));
}

#[test]
fn whoever_hears_no_hears_the_first_reason_that_applies() {
    let mut scene = Scene::again();
    let other_project = Project { id: ProjectId::from_uuid(Uuid::from_u128(22)), ..sample::project() };
    scene.tenant.status = TenantStatus::Deleted;
    scene.tenant.subscription = Subscription::Canceled;
    scene.tenant.active_devices = 10;
    scene.tenant.enrolled.1 = 5;
    scene.code.status = CodeStatus::Revoked;
    scene.code.use_count = 5;
    scene.names_other_project = true;
    scene.project = Some(Project { status: ProjectStatus::Inactive, ..other_project });
    scene.device.as_mut().unwrap().status = DeviceStatus::Revoked;

    // Each is put right in turn, and the next one shows.
    let mut heard = vec![];
    let put_right: [fn(&mut Scene); 12] = [
        |scene| scene.tenant.status = TenantStatus::Suspended,
        |scene| scene.tenant.status = TenantStatus::Active,
        |scene| scene.code.status = CodeStatus::Expired,
        |scene| scene.code.status = CodeStatus::Active,
        |scene| scene.names_other_project = false,
        |scene| scene.project.as_mut().unwrap().status = ProjectStatus::Active,
        |scene| scene.device.as_mut().unwrap().status = DeviceStatus::Active,
        |scene| scene.device = None,
        |scene| scene.tenant.subscription = Subscription::PastDue,
        |scene| scene.code.use_count = 4,
        |scene| scene.tenant.active_devices = 9,
        |scene| scene.tenant.enrolled.1 = 4,
    ];
    for next in put_right {
        heard.push(scene.refused().unwrap());
        next(&mut scene);
    }
    assert_eq!(scene.refused(), None);
    assert_eq!(
        heard,
        [
            RefusalReason::CodeRevoked,
            RefusalReason::TenantSuspended,
            RefusalReason::CodeRevoked,
            RefusalReason::CodeExpired,
            RefusalReason::ProjectMismatch,
            RefusalReason::ProjectInactive,
            RefusalReason::DeviceRevoked,
            RefusalReason::DeviceEnrolledElsewhere,
            RefusalReason::SubscriptionInactive,
            RefusalReason::CodeExhausted,
            RefusalReason::DeviceLimitReached,
            RefusalReason::ActivationQuotaReached,
        ]
    );
}

#[test]
fn a_code_ends_at_its_moment_whether_or_not_anybody_has_noted_it() {
    let mut scene = Scene::new();
    for (expires_at, expected) in [(0, Some(RefusalReason::CodeExpired)), (1, None)] {
        scene.code.expires_at = Some(sample::now().plus_seconds(expires_at));
        assert_eq!(scene.refused(), expected);
    }
}

#[test]
fn a_limit_of_its_own_goes_before_the_plan_s_and_no_limit_is_none() {
    let mut scene = Scene::new();
    scene.tenant.own_device_limit = Some(4);
    assert_eq!(scene.refused(), Some(RefusalReason::DeviceLimitReached));
    scene.tenant.own_device_limit = Some(5);
    assert_eq!(scene.refused(), None);
    scene.tenant.own_device_limit = None;
    scene.tenant.plan_limits.devices = None;
    scene.tenant.active_devices = 1_000_000;
    assert_eq!(scene.refused(), None);
}

#[test]
fn activations_count_for_the_month_that_has_begun() {
    let month = Month::of(sample::now());
    let counted = |enrolled| Tenant { enrolled, ..sample::tenant() }.activations(sample::now());
    assert_eq!(counted((month, 4)), 4);
    assert_eq!(counted((Month::from_number(month.number() - 1), 4)), 0, "the last month is over");
    assert_eq!(counted((Month::from_number(month.number() + 1), 4)), 4, "this clock is behind");
}

#[test]
fn one_more_device_may_bring_a_tenant_near_its_limit() {
    let with_one_more = |active_devices| {
        let near = Tenant { active_devices, ..sample::tenant() }.with_one_more_device();
        near.map(|near| (near.active_devices, near.device_limit, near.percent))
    };
    let crossed = [6, 7, 8, 9, 10].map(with_one_more);
    assert_eq!(crossed, [None, Some((8, 10, 80)), None, Some((10, 10, 100)), None]);
}
