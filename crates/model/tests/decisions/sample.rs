//! One of each, as it is before anything is asked of it.

use daybook_model::{
    CodeId, DeviceId, Month, Personal, ProjectId, Role, TenantId, Timestamp, UserId,
    code::{Code, CodeStatus},
    device::{Device, DeviceStatus},
    plan::PlanLimits,
    project::{Priority, Project, ProjectStatus},
    subscription::Subscription,
    tenant::{Tenant, TenantStatus},
    user::{User, UserStatus},
};
use uuid::Uuid;

pub(crate) fn now() -> Timestamp {
    "2026-03-10T12:00:00Z".parse().unwrap()
}

pub(crate) fn tenant() -> Tenant {
    Tenant {
        id: TenantId::from_uuid(Uuid::from_u128(1)),
        slug: "acme".to_owned(),
        name: "Acme".to_owned(),
        status: TenantStatus::Active,
        contact_email: Some("ada@example.com".to_owned().into()),
        domain: None,
        logo_url: None,
        primary_color: None,
        plan: "plus".to_owned(),
        own_device_limit: None,
        plan_limits: PlanLimits { devices: Some(10), projects: Some(3), activations: Some(5) },
        active_devices: 4,
        live_projects: 2,
        enrolled: (Month::of(now()), 4),
        subscription: Subscription::Active,
        trial_ends_at: None,
        code_prefix: "ACME".to_owned(),
        self_service_codes: false,
        version: 7,
        created_at: now().plus_days(-9),
        updated_at: now().plus_days(-9),
    }
}

pub(crate) fn project() -> Project {
    Project {
        id: ProjectId::from_uuid(Uuid::from_u128(2)),
        tenant: tenant().id,
        name: "Kiosk".to_owned(),
        client_name: Some("Grace".to_owned().into()),
        description: None,
        priority: Priority::Normal,
        status: ProjectStatus::Active,
        activated_at: None,
        version: 7,
        created_at: now().plus_days(-8),
        updated_at: now().plus_days(-8),
    }
}

pub(crate) fn code() -> Code {
    Code {
        id: CodeId::from_uuid(Uuid::from_u128(3)),
        tenant: tenant().id,
        project: Some(project().id),
        hint: "7QK2P".to_owned(),
        label: None,
        status: CodeStatus::Active,
        max_uses: 5,
        use_count: 3,
        expires_at: None,
        created_at: now().plus_days(-7),
        revoked_at: None,
    }
}

pub(crate) fn device() -> Device {
    Device {
        id: DeviceId::from_uuid(Uuid::from_u128(4)),
        tenant: tenant().id,
        project: Some(project().id),
        code: code().id,
        fingerprint: Some("0f0e0d".to_owned().into()),
        label: Some("till 3".to_owned().into()),
        platform: None,
        status: DeviceStatus::Active,
        created_at: now().plus_days(-6),
        revoked_at: None,
    }
}

/// An owner of the portal.
pub(crate) fn owner() -> User {
    User {
        id: UserId::from_uuid(Uuid::from_u128(5)),
        tenant: None,
        email: Some(known("olga@example.com")),
        name: Some(known("Olga")),
        role: Role::Owner,
        status: UserStatus::Active,
        version: 7,
        created_at: now().plus_days(-9),
        joined_at: Some(now().plus_days(-9)),
        last_login_at: None,
        erased_at: None,
    }
}

pub(crate) fn known(text: &str) -> Personal {
    text.to_owned().into()
}
