//! One golden entry per event type, kept for ever: what was written once must read back in every later version, and the same
//! event must give the same bytes. `DAYBOOK_WRITE_GOLDEN=1 cargo test -p daybook-model` writes files that are missing, and never
//! rewrites one. Beside them, `narration.txt` holds what each event says and counts.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::{collections::BTreeMap, path::PathBuf};

use daybook_model::{
    Actor, ApiTokenId, BatchId, CodeId, DeviceId, Entropy, EventId, EventType, FactorId, Month,
    NotificationId, Payload, Personal, ProjectId, Recorded, RequestId, Role, SessionId, TenantId, Timestamp,
    UserId,
    activation::{ActivationRefused, RefusalReason},
    api_token::{ApiTokenCreated, ApiTokenRef, ApiTokenRevoked},
    change::Change,
    code::{
        Batch, CodeActivated, CodeAssigned, CodeExpired, CodeGenerated, CodeRef, CodeRevoked, CodeStatus,
    },
    config::{ConfigScope, ConfigUpdated, SECRET, SettingValue},
    device::{DeviceEnrolled, DeviceRef, DeviceRevoked, DeviceTokenRotated, RotationCause},
    device_limit::DeviceLimitNear,
    event::{Entity, EntryError, MAX_DATA_BYTES, MAX_ENTRY_BYTES, Origin, RequestInfo, Subjects},
    factor::{FactorKind, FactorRef, RecoveryCodesIssued, UserFactorAdded, UserFactorRemoved},
    guessing::{GuessKind, GuessedBy, GuessesRefused, GuessingDetected},
    identity_provider::{IdentityProviderConfigured, IdentityProviderRemoved},
    log::EntriesLost,
    notification::{
        NotificationChoice, NotificationChoicesChanged, NotificationFailed, NotificationKind,
        NotificationRef, NotificationRetried,
    },
    plan::{PlanChanges, PlanCreated, PlanDeleted, PlanUpdated},
    project::{
        Priority, ProjectActivated, ProjectChanges, ProjectCreated, ProjectDeleted, ProjectImpact,
        ProjectRef, ProjectStatus, ProjectUpdated,
    },
    quota::{QuotaNear, QuotaReached},
    session::{
        EndCause, ExpiryCause, SessionCreated, SessionEnded, SessionExpired, SessionRef, SessionRotated,
    },
    sign_in::{SignInMethod, UserLogin, UserLogout},
    subscription::{Subscription, SubscriptionChanged},
    tenant::{
        TenantChanges, TenantCreated, TenantDeleted, TenantImpact, TenantRef, TenantResumed, TenantStatus,
        TenantSuspended, TenantUpdated,
    },
    totals::Deltas,
    user::{
        LinkPurpose, PersonErased, PortalSetUp, UserChanges, UserDisabled, UserEnabled, UserInvited,
        UserJoined, UserLinkIssued, UserPasswordChanged, UserRef, UserRemoved, UserRoleChanged, UserStatus,
        UserUpdated,
    },
};
use serde_json::{Value, json};
use uuid::Uuid;

/// Counts up, so that every salt differs and every run is the same.
struct Counting(std::sync::Mutex<u8>);

impl Entropy for Counting {
    fn fill(&self, bytes: &mut [u8]) {
        let mut next = self.0.lock().unwrap();
        bytes.fill(*next);
        *next = next.wrapping_add(1);
    }
}

fn uuid(n: u128) -> Uuid {
    Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + n)
}

fn notification() -> NotificationRef {
    NotificationRef { id: NotificationId::from_uuid(uuid(12)), kind: NotificationKind::CodesGenerated }
}

fn tenant() -> TenantRef {
    TenantRef { id: TenantId::from_uuid(uuid(1)), slug: "acme".into(), name: "Acme Räder".into() }
}

fn project() -> ProjectRef {
    ProjectRef { id: ProjectId::from_uuid(uuid(2)), name: "Kiosk".into() }
}

fn code() -> CodeRef {
    CodeRef { id: CodeId::from_uuid(uuid(3)), hint: "7QK2P".into() }
}

fn device() -> DeviceRef {
    DeviceRef { id: DeviceId::from_uuid(uuid(4)), label: Some(personal("Ada's tablet")) }
}

fn user() -> UserRef {
    UserRef { id: UserId::from_uuid(uuid(5)), name: Some(personal("Ada Lovelace")) }
}

fn session() -> SessionRef {
    SessionRef { id: SessionId::from_uuid(uuid(6)) }
}

fn api_token() -> ApiTokenRef {
    ApiTokenRef { id: ApiTokenId::from_uuid(uuid(7)), name: Some(personal("deploy of Ada")) }
}

fn personal(text: &str) -> Personal {
    Personal::from(text.to_owned())
}

fn at(micros: i64) -> Timestamp {
    Timestamp::from_micros(1_780_000_000_000_000 + micros)
}

fn tenant_events() -> Vec<Payload> {
    let changes = TenantChanges {
        name: Some(Change { before: "Acme".into(), after: "Acme Räder".into() }),
        contact_email: Some(Change { before: None, after: Some(personal("ada@example.com")) }),
        domain: Some(Change { before: Some("old.example.com".into()), after: None }),
        plan: Some(Change { before: "standard".into(), after: "plus".into() }),
        device_limit: Some(Change { before: Some(100), after: Some(250) }),
        ..TenantChanges::default()
    };
    let closed = TenantImpact {
        projects_active: 2,
        projects_inactive: 1,
        codes_active: 3,
        devices_active: 4,
        ..TenantImpact::default()
    };
    let reason = Some(personal("asked by Ada"));
    vec![
        TenantCreated {
            tenant: tenant(),
            contact_email: Some(personal("ada@example.com")),
            domain: Some("portal.example.com".into()),
            logo_url: None,
            primary_color: Some("#2545c4".into()),
            plan: "standard".into(),
            device_limit: Some(100),
            code_prefix: "ACME".into(),
            subscription: None,
            trial_ends_at: None,
        }
        .into(),
        TenantUpdated { tenant: tenant(), version: 2, changes }.into(),
        TenantSuspended { tenant: tenant(), version: 3, reason: reason.clone() }.into(),
        TenantResumed { tenant: tenant(), version: 4, reason: None }.into(),
        TenantDeleted {
            tenant: tenant(),
            version: 5,
            was: TenantStatus::Active,
            plan: "plus".into(),
            subscription: None,
            closed,
            reason,
        }
        .into(),
    ]
}

fn project_events() -> Vec<Payload> {
    let changes = ProjectChanges {
        client_name: Some(Change { before: Some(personal("Ada")), after: Some(personal("Grace")) }),
        status: Some(Change { before: ProjectStatus::Active, after: ProjectStatus::Inactive }),
        ..ProjectChanges::default()
    };
    vec![
        ProjectCreated {
            tenant: tenant(),
            project: project(),
            client_name: Some(personal("Ada Lovelace")),
            description: Some(personal("Two kiosks in the hall")),
            priority: Priority::High,
            status: ProjectStatus::Active,
        }
        .into(),
        ProjectUpdated { tenant: tenant(), project: project(), version: 2, changes }.into(),
        ProjectActivated { tenant: tenant(), project: project(), code: code() }.into(),
        ProjectDeleted {
            tenant: tenant(),
            project: project(),
            version: 3,
            was: ProjectStatus::Inactive,
            closed: ProjectImpact { codes_active: 1, devices_active: 2 },
        }
        .into(),
    ]
}

fn code_events() -> Vec<Payload> {
    vec![
        CodeGenerated {
            tenant: tenant(),
            project: Some(project()),
            code: code(),
            batch: Batch { id: BatchId::from_uuid(uuid(8)), position: 1, count: 10 },
            max_uses: 5,
            expires_at: Some(at(1)),
            label: Some(personal("for Ada")),
        }
        .into(),
        CodeAssigned { tenant: tenant(), project: project(), code: code(), status: CodeStatus::Active }
            .into(),
        CodeActivated {
            tenant: tenant(),
            project: Some(project()),
            code: code(),
            device: device(),
            use_number: 1,
            max_uses: 5,
        }
        .into(),
        CodeExpired { tenant: tenant(), project: None, code: code(), expires_at: at(1) }.into(),
        CodeRevoked {
            tenant: tenant(),
            project: Some(project()),
            code: code(),
            was: CodeStatus::Active,
            use_count: 1,
            reason: Some(personal("lost by Ada")),
        }
        .into(),
        ActivationRefused {
            tenant: tenant(),
            project: None,
            code: code(),
            device: None,
            reason: RefusalReason::CodeExhausted,
        }
        .into(),
    ]
}

fn device_events() -> Vec<Payload> {
    vec![
        DeviceEnrolled {
            tenant: tenant(),
            project: Some(project()),
            code: code(),
            device: device(),
            fingerprint: personal("0f0e0d"),
            platform: Some("linux".into()),
        }
        .into(),
        DeviceTokenRotated {
            tenant: tenant(),
            project: None,
            device: device(),
            cause: RotationCause::Refreshed,
        }
        .into(),
        DeviceRevoked { tenant: tenant(), project: Some(project()), device: device(), reason: None }.into(),
    ]
}

fn access_events() -> Vec<Payload> {
    let setting = Change { before: None, after: Some(SECRET.into()) };
    vec![
        UserLogin { tenant: None, user: user(), method: SignInMethod::Password }.into(),
        UserLogout { tenant: Some(tenant()), user: user(), session: session() }.into(),
        SessionCreated {
            tenant: Some(tenant()),
            user: user(),
            session: session(),
            expires_at: at(9),
            ip: None,
            user_agent: None,
        }
        .into(),
        SessionExpired { tenant: None, user: user(), session: session(), cause: None }.into(),
        SessionRotated { tenant: None, user: user(), session: session(), cause: EndCause::PasswordChanged }
            .into(),
        SessionEnded { tenant: None, user: user(), session: session(), cause: EndCause::EndedByAdmin }.into(),
        ConfigUpdated {
            tenant: Some(tenant()),
            project: Some(project()),
            scope: None,
            version: None,
            reverted_to: None,
            changes: BTreeMap::from([("llm.api_key".to_owned(), setting)]),
        }
        .into(),
        IdentityProviderConfigured {
            tenant: Some(tenant()),
            issuer: "https://accounts.example.com".into(),
            client_id: "daybook".into(),
            secret_changed: true,
            enabled: true,
        }
        .into(),
        IdentityProviderRemoved { tenant: None, issuer: "https://accounts.example.com".into() }.into(),
        ApiTokenCreated {
            tenant: None,
            user: None,
            api_token: api_token(),
            role: Role::Auditor,
            scopes: None,
            expires_at: None,
        }
        .into(),
        ApiTokenRevoked { tenant: None, api_token: api_token() }.into(),
        DeviceLimitNear { tenant: tenant(), percent: 80, active_devices: 8, device_limit: 10 }.into(),
        NotificationChoicesChanged {
            tenant: Some(tenant()),
            user: user(),
            choices: vec![NotificationChoice { kind: NotificationKind::CodesGenerated, enabled: false }],
        }
        .into(),
        NotificationFailed {
            tenant: Some(tenant()),
            user: Some(UserRef { id: user().id, name: None }),
            notification: notification(),
            error: "smtp_550".into(),
            attempts: 1,
        }
        .into(),
        NotificationRetried { tenant: Some(tenant()), user: None, notification: notification() }.into(),
    ]
}

/// With every field that came later: the sample above is the entry as it was first written.
fn scoped_token() -> ApiTokenCreated {
    ApiTokenCreated {
        tenant: Some(tenant()),
        user: Some(user()),
        api_token: api_token(),
        role: Role::TenantAdmin,
        scopes: "users:read tokens:write".parse().ok(),
        expires_at: Some(at(9)),
    }
}

/// With every field that came later, and words that are personal.
fn versioned_config() -> ConfigUpdated {
    let words = |text| Some(SettingValue::Personal(personal(text)));
    let plain = |value| Some(SettingValue::Plain(value));
    let changes = [
        ("fallback_models", Change { before: None, after: plain(json!(["small", "smaller"])) }),
        ("max_tokens", Change { before: plain(json!(1_024)), after: None }),
        ("providers.main.key", Change { before: Some(SECRET.into()), after: Some(SECRET.into()) }),
        ("system_prompt", Change { before: words("You are Ada"), after: words("You are Grace") }),
        ("temperature", Change { before: plain(json!("0.7")), after: plain(json!("1")) }),
    ];
    ConfigUpdated {
        tenant: None,
        project: None,
        scope: Some(ConfigScope::Platform),
        version: Some(4),
        reverted_to: Some(2),
        changes: changes.map(|(name, change)| (name.to_owned(), change)).into(),
    }
}

fn factor() -> FactorRef {
    FactorRef {
        id: FactorId::from_uuid(uuid(8)),
        kind: FactorKind::Passkey,
        label: Some(personal("Ada's phone")),
    }
}

fn user_events() -> Vec<Payload> {
    let (tenant, user, version) = (Some(tenant()), user(), 4);
    let reason = Some(personal("asked by Ada"));
    let changes = UserChanges {
        email: Some(Change {
            before: Some(personal("ada@example.com")),
            after: Some(personal("ada@example.org")),
        }),
        name: None,
    };
    vec![
        PortalSetUp { user: user.clone(), email: personal("ada@example.com") }.into(),
        UserInvited {
            tenant: tenant.clone(),
            user: user.clone(),
            email: personal("ada@example.com"),
            role: Role::TenantAdmin,
            link_expires_at: at(7),
        }
        .into(),
        UserLinkIssued {
            tenant: None,
            user: user.clone(),
            purpose: LinkPurpose::Reset,
            link_expires_at: at(7),
        }
        .into(),
        UserJoined { tenant: tenant.clone(), user: user.clone(), role: Role::TenantAdmin, version }.into(),
        UserUpdated { tenant: tenant.clone(), user: user.clone(), version, changes }.into(),
        UserRoleChanged {
            tenant: None,
            user: user.clone(),
            version,
            role: Change { before: Role::Admin, after: Role::Owner },
            status: UserStatus::Active,
        }
        .into(),
        UserDisabled { tenant: None, user: user.clone(), version, role: Role::Admin, reason: reason.clone() }
            .into(),
        UserEnabled { tenant: None, user: user.clone(), version, role: Role::Admin }.into(),
        UserRemoved {
            tenant: None,
            user: user.clone(),
            version,
            role: Role::Admin,
            was: UserStatus::Disabled,
            reason: reason.clone(),
        }
        .into(),
        UserPasswordChanged { tenant: None, user: user.clone(), by_link: true }.into(),
        UserFactorAdded { tenant: None, user: user.clone(), factor: factor() }.into(),
        UserFactorRemoved { tenant: tenant.clone(), user: user.clone(), factor: factor() }.into(),
        RecoveryCodesIssued { tenant: tenant.clone(), user: user.clone(), count: 10 }.into(),
        PersonErased {
            tenant,
            user: UserRef { name: None, ..user },
            version,
            first_seq: Some(3),
            last_seq: Some(40),
            events: 7,
            reason,
        }
        .into(),
    ]
}

/// As written since sessions say why they ended and where they began: the samples above are older.
fn later_forms() -> Vec<Payload> {
    vec![
        SessionCreated {
            tenant: None,
            user: user(),
            session: session(),
            expires_at: at(9),
            ip: Some(personal("203.0.113.7")),
            user_agent: Some(personal("curl/8.9")),
        }
        .into(),
        SessionExpired { tenant: None, user: user(), session: session(), cause: Some(ExpiryCause::Idle) }
            .into(),
        versioned_config().into(),
    ]
}

fn guessing_events() -> Vec<Payload> {
    vec![
        GuessingDetected {
            tenant: None,
            kind: GuessKind::Activation,
            by: GuessedBy::Source,
            attempts: 50,
            since: at(1),
            source: Some(personal("203.0.113.7")),
        }
        .into(),
        GuessesRefused {
            tenant: Some(tenant()),
            kind: GuessKind::Activation,
            by: GuessedBy::Tenant,
            attempts: 12,
            first_at: at(1),
            last_at: at(2),
        }
        .into(),
        EntriesLost { first: 120, size: 150, root: "0f".repeat(32) }.into(),
    ]
}

fn plan_events() -> Vec<Payload> {
    let quotas = |calls| [("calls".to_owned(), calls)].into();
    let changes = PlanChanges {
        title: Some(Change { before: "Plus".into(), after: "Plus 2026".into() }),
        device_limit: Some(Change { before: Some(500), after: None }),
        project_limit: Some(Change { before: None, after: Some(20) }),
        usage_quotas: Some(Change { before: quotas(1_000), after: quotas(2_000) }),
        ..PlanChanges::default()
    };
    let (kind, month) = ("calls".to_owned(), Month::of(at(0)));
    vec![
        PlanCreated {
            name: "plus".into(),
            title: "Plus".into(),
            device_limit: Some(500),
            project_limit: None,
            monthly_activation_quota: Some(200),
            usage_quotas: quotas(1_000),
        }
        .into(),
        PlanUpdated { name: "plus".into(), version: 2, changes }.into(),
        PlanDeleted { name: "plus".into(), version: 2 }.into(),
        SubscriptionChanged {
            tenant: tenant(),
            version: 6,
            before: Subscription::Canceled,
            after: Subscription::Trialing,
            trial_ends_at: Some(at(1)),
            reason: Some(personal("Ada asked for another month")),
        }
        .into(),
        QuotaNear { tenant: tenant(), kind: kind.clone(), month, used: 801, quota: 1_000 }.into(),
        QuotaReached { tenant: tenant(), kind, month, used: 1_000, quota: 1_000 }.into(),
    ]
}

fn samples() -> Vec<Payload> {
    [
        tenant_events(),
        project_events(),
        code_events(),
        device_events(),
        access_events(),
        user_events(),
        guessing_events(),
        plan_events(),
    ]
    .concat()
}

/// Further forms of what has another sentence or another count than the sample of its type.
fn other_words() -> Vec<Payload> {
    [other_tenant_words(), other_code_words(), other_device_words(), other_user_words()].concat()
}

fn other_tenant_words() -> Vec<Payload> {
    let closed = TenantImpact {
        projects_inactive: 1,
        users_invited: 5,
        users_active: 6,
        users_disabled: 7,
        sessions_active: 8,
        ..TenantImpact::default()
    };
    let changes =
        TenantChanges { logo_url: Some(Change { before: None, after: None }), ..Default::default() };
    let renamed = ProjectChanges {
        name: Some(Change { before: "Kasse".into(), after: "Kiosk".into() }),
        ..Default::default()
    };
    let trial = |before, after, trial_ends_at| SubscriptionChanged {
        tenant: tenant(),
        version: 6,
        before,
        after,
        trial_ends_at,
        reason: None,
    };
    vec![
        TenantCreated {
            tenant: tenant(),
            contact_email: None,
            domain: None,
            logo_url: None,
            primary_color: None,
            plan: "plus".into(),
            device_limit: None,
            code_prefix: "ACME".into(),
            subscription: Some(Subscription::Trialing),
            trial_ends_at: Some(at(1)),
        }
        .into(),
        TenantUpdated { tenant: tenant(), version: 2, changes }.into(),
        TenantDeleted {
            tenant: tenant(),
            version: 5,
            was: TenantStatus::Suspended,
            plan: "plus".into(),
            subscription: Some(Subscription::PastDue),
            closed,
            reason: None,
        }
        .into(),
        ProjectUpdated { tenant: tenant(), project: project(), version: 2, changes: renamed }.into(),
        trial(Subscription::Trialing, Subscription::Trialing, Some(at(2))).into(),
        trial(Subscription::Active, Subscription::Suspended, None).into(),
        trial(Subscription::Suspended, Subscription::Active, None).into(),
        IdentityProviderConfigured {
            tenant: None,
            issuer: "https://accounts.example.com".into(),
            client_id: "daybook".into(),
            secret_changed: false,
            enabled: false,
        }
        .into(),
        scoped_token().into(),
    ]
}

fn other_code_words() -> Vec<Payload> {
    let refused = |reason: &RefusalReason| -> Payload {
        ActivationRefused { tenant: tenant(), project: None, code: code(), device: None, reason: *reason }
            .into()
    };
    let last_use = |project| CodeActivated {
        tenant: tenant(),
        project,
        code: code(),
        device: device(),
        use_number: 5,
        max_uses: 5,
    };
    let mut words: Vec<Payload> = vec![
        CodeGenerated {
            tenant: tenant(),
            project: None,
            code: code(),
            batch: Batch { id: BatchId::from_uuid(uuid(8)), position: 1, count: 1 },
            max_uses: 5,
            expires_at: None,
            label: None,
        }
        .into(),
        last_use(Some(project())).into(),
        last_use(None).into(),
        CodeExpired { tenant: tenant(), project: Some(project()), code: code(), expires_at: at(1) }.into(),
    ];
    for was in [CodeStatus::Used, CodeStatus::Expired] {
        let (project, reason) = (None, None);
        words.push(CodeRevoked { tenant: tenant(), project, code: code(), was, use_count: 5, reason }.into());
    }
    words.extend(RefusalReason::ALL.iter().map(refused));
    words
}

fn other_device_words() -> Vec<Payload> {
    let guessing =
        |tenant, kind, by| GuessingDetected { tenant, kind, by, attempts: 50, since: at(1), source: None };
    let mut words: Vec<Payload> = vec![
        DeviceEnrolled {
            tenant: tenant(),
            project: None,
            code: code(),
            device: device(),
            fingerprint: personal("0f0e0d"),
            platform: None,
        }
        .into(),
        DeviceTokenRotated {
            tenant: tenant(),
            project: Some(project()),
            device: device(),
            cause: RotationCause::Reactivated,
        }
        .into(),
        DeviceRevoked { tenant: tenant(), project: None, device: device(), reason: None }.into(),
        GuessesRefused {
            tenant: None,
            kind: GuessKind::Activation,
            by: GuessedBy::Source,
            attempts: 1,
            first_at: at(1),
            last_at: at(1),
        }
        .into(),
    ];
    words.extend(GuessKind::ALL.iter().map(|kind| guessing(None, *kind, GuessedBy::Source).into()));
    words.push(guessing(None, GuessKind::SignIn, GuessedBy::Account).into());
    words.push(guessing(None, GuessKind::SignIn, GuessedBy::Tenant).into());
    words.push(guessing(Some(tenant()), GuessKind::SignIn, GuessedBy::Tenant).into());
    words
}

fn other_user_words() -> Vec<Payload> {
    let (tenant, user, version) = (Some(tenant()), user(), 4);
    let renamed =
        UserChanges { email: None, name: Some(Change { before: None, after: Some(personal("Ada King")) }) };
    let removed = |was| UserRemoved {
        tenant: tenant.clone(),
        user: user.clone(),
        version,
        role: Role::TenantAdmin,
        was,
        reason: None,
    };
    let ended = |cause| -> Payload {
        SessionEnded { tenant: None, user: user.clone(), session: session(), cause }.into()
    };
    let choice = NotificationChoice { kind: NotificationKind::CodesGenerated, enabled: true };
    let mut words: Vec<Payload> = vec![
        UserLinkIssued {
            tenant: None,
            user: user.clone(),
            purpose: LinkPurpose::Invitation,
            link_expires_at: at(7),
        }
        .into(),
        UserUpdated { tenant: tenant.clone(), user: user.clone(), version, changes: renamed }.into(),
        removed(UserStatus::Active).into(),
        removed(UserStatus::Invited).into(),
        UserPasswordChanged { tenant: None, user: user.clone(), by_link: false }.into(),
        SessionExpired {
            tenant: None,
            user: user.clone(),
            session: session(),
            cause: Some(ExpiryCause::Lifetime),
        }
        .into(),
        NotificationChoicesChanged { tenant: None, user: user.clone(), choices: vec![choice] }.into(),
    ];
    words.extend(
        [
            EndCause::EndedByOwner,
            EndCause::FactorChanged,
            EndCause::PasswordChanged,
            EndCause::RoleChanged,
            EndCause::UserDisabled,
            EndCause::UserRemoved,
        ]
        .map(ended),
    );
    words
}

/// One line for an event: its type, its sentence, and what it counts.
fn narrated(payload: &Payload) -> String {
    let Deltas { totals, daily_detail, joins_project, closes_projects } = payload.deltas();
    let of = |project: Option<ProjectId>| project.map(|id| format!(" of {id}")).unwrap_or_default();
    let totals =
        totals.into_iter().map(|(total, project, by)| format!("{by:+} {}{}", total.key(), of(project)));
    let joins = joins_project.map(|(id, total)| format!("{} joins {id}", total.key()));
    let counts: Vec<_> = totals
        .chain(joins)
        .chain(daily_detail.map(|detail| format!("a day's {detail}")))
        .chain(closes_projects.then(|| "projects closed".to_owned()))
        .collect();
    format!("{}: {} [{}]\n", payload.event_type(), payload.sentence(), counts.join(", "))
}

fn recorded(payload: Payload) -> Recorded {
    Recorded {
        id: EventId::from_uuid(uuid(99)),
        occurred_at: at(0),
        recorded_at: at(0),
        origin: Origin::Live,
        actor: Actor::api_token(ApiTokenId::from_uuid(uuid(7)), personal("deploy of Ada")),
        request: RequestInfo {
            id: Some(RequestId::from_uuid(uuid(98))),
            ip: Some(personal("203.0.113.7")),
            user_agent: Some(personal("curl/8.9")),
        },
        payload,
    }
}

fn golden_path(kind: EventType) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("golden").join(format!("{}.json", kind.wire()))
}

#[test]
fn every_type_has_a_sample_and_a_golden_entry_of_the_same_bytes() {
    let samples: BTreeMap<_, _> = samples().into_iter().map(|p| (p.event_type(), p)).collect();
    assert_eq!(samples.len(), EventType::ALL.len(), "each type needs a sample here");
    for (kind, payload) in samples {
        let encoded = recorded(payload).encode(&Counting(0.into())).unwrap();
        let entry = String::from_utf8(encoded.entry).unwrap() + "\n";
        let path = golden_path(kind);
        if !path.exists() && std::env::var_os("DAYBOOK_WRITE_GOLDEN").is_some() {
            std::fs::write(&path, &entry).unwrap();
        }
        let golden =
            std::fs::read_to_string(&path).unwrap_or_else(|_| panic!("{} is missing", path.display()));
        assert_eq!(entry, golden, "{kind}: entries written before must be written the same for ever");
    }
}

#[test]
fn what_an_event_gained_later_is_written_the_same_for_ever_too() {
    let payloads: [Payload; 3] = [
        scoped_token().into(),
        ApiTokenRevoked { tenant: Some(tenant()), api_token: api_token() }.into(),
        versioned_config().into(),
    ];
    let golden = [
        r#"{"api_token":{"id":"tok_01j0000000e008000000000007"},"expires_at":"2026-05-28T20:26:40.000009Z","role":"tenant_admin","scopes":["users:read","tokens:write"],"tenant":{"id":"ten_01j0000000e008000000000001","name":"Acme Räder","slug":"acme"},"user":{"id":"usr_01j0000000e008000000000005"}}"#,
        r#"{"api_token":{"id":"tok_01j0000000e008000000000007"},"tenant":{"id":"ten_01j0000000e008000000000001","name":"Acme Räder","slug":"acme"}}"#,
        r#"{"changes":{"fallback_models":{"after":["small","smaller"],"before":null},"max_tokens":{"after":null,"before":1024},"providers.main.key":{"after":"changed","before":"changed"},"system_prompt":{},"temperature":{"after":"1","before":"0.7"}},"reverted_to":2,"scope":"platform","version":4}"#,
    ];
    for (payload, golden) in payloads.into_iter().zip(golden) {
        let event = recorded(payload);
        let encoded = event.encode(&Counting(0.into())).unwrap();
        let entry: Value = serde_json::from_slice(&encoded.entry).unwrap();
        assert_eq!(entry["data"].to_string(), golden);
        assert_eq!(Recorded::decode(&encoded.entry, &encoded.personal), Ok(event));
    }
}

#[test]
fn each_event_says_and_counts_what_it_always_did() {
    let printed: String = [samples(), later_forms(), other_words()].concat().iter().map(narrated).collect();
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/narration.txt");
    if std::env::var_os("DAYBOOK_WRITE_GOLDEN").is_some() {
        std::fs::write(&path, &printed).unwrap();
    }
    // Words may be bettered; a count that changes makes the totals of every log that was written before wrong.
    let kept = std::fs::read_to_string(&path).unwrap();
    assert_eq!(printed, kept, "narration.txt is stale: DAYBOOK_WRITE_GOLDEN=1 prints it anew");
}

#[test]
fn an_entry_reads_back_with_and_without_its_personal_values() {
    for payload in [samples(), later_forms()].concat() {
        let event = recorded(payload);
        let encoded = event.encode(&Counting(0.into())).unwrap();
        assert_eq!(Recorded::decode(&encoded.entry, &encoded.personal), Ok(event.clone()));
        let erased = Recorded::decode(&encoded.entry, &[]).unwrap();
        assert_eq!(erased.payload.event_type(), event.payload.event_type());
        assert_eq!(erased.actor.name, Some(Personal::Erased));
        assert_eq!(erased.payload.sentence(), event.payload.sentence(), "sentences hold nothing personal");
        assert_eq!(erased.payload.deltas(), event.payload.deltas(), "totals depend on nothing personal");
    }
}

/// A change of settings with this plain value and so many words that are personal.
fn settings(plain: Value, words: usize) -> Recorded {
    let word = |text| Some(SettingValue::Personal(personal(text)));
    let word = |at| (format!("w{at}"), Change { before: word("Ada"), after: word("Grace") });
    let mut changes: BTreeMap<String, _> = (0..words).map(word).collect();
    changes.insert("model".into(), Change { before: None, after: Some(SettingValue::Plain(plain)) });
    recorded(ConfigUpdated { changes, ..versioned_config() }.into())
}

#[test]
fn an_event_is_as_large_as_the_format_allows_and_not_a_byte_larger() {
    let encode = |event: &Recorded| event.encode(&Counting(0.into()));
    let sized = |words, length: usize| settings("x".repeat(length).into(), words);
    let data_bytes = |words, length| encode(&sized(words, length)).unwrap().data.to_string().len();
    let entry_bytes = |words, length| encode(&sized(words, length)).unwrap().entry.len();

    let fits = MAX_DATA_BYTES - data_bytes(0, 0);
    assert_eq!(data_bytes(0, fits), MAX_DATA_BYTES);
    let too_large = Err(EntryError::TooLarge { bytes: MAX_DATA_BYTES + 1, limit: MAX_DATA_BYTES });
    assert_eq!(encode(&sized(0, fits + 1)).map(|encoded| encoded.entry), too_large);

    // Each word that is personal leaves little in the data and a commitment beside it.
    let fits = MAX_ENTRY_BYTES - entry_bytes(380, 0);
    assert_eq!(entry_bytes(380, fits), MAX_ENTRY_BYTES);
    let too_large = Err(EntryError::TooLarge { bytes: MAX_ENTRY_BYTES + 1, limit: MAX_ENTRY_BYTES });
    assert_eq!(encode(&sized(380, fits + 1)).map(|encoded| encoded.entry), too_large);
    // The limits themselves are part of the format.
    assert_eq!((MAX_DATA_BYTES, MAX_ENTRY_BYTES), (16_384, 65_535));
}

#[test]
fn a_personal_value_where_it_could_not_be_put_back_is_refused() {
    let encoded = |event: &Recorded| event.encode(&Counting(0.into())).map(|encoded| encoded.entry);
    let refused = |value, path: &str| {
        assert_eq!(encoded(&settings(value, 0)), Err(EntryError::Personal { path: path.to_owned() }));
    };
    let ada = || json!({"$personal": "Ada"});
    refused(json!(["plain", ada()]), "data.changes.model.after");
    refused(json!({"a.b": ada()}), "data.changes.model.after.a.b");
    refused(json!({"a.b": {"c": ada()}}), "data.changes.model.after.a.b.c");
    let plain = settings(json!({"a.b": {"c": ["plain"]}}), 1);
    let encoded = plain.encode(&Counting(0.into())).unwrap();
    assert_eq!(Recorded::decode(&encoded.entry, &encoded.personal), Ok(plain));
}

#[test]
fn each_personal_value_is_of_whom_the_event_is_about_and_of_who_acted() {
    let subject = |payload: Payload, path: &str| {
        let encoded = recorded(payload).encode(&Counting(0.into())).unwrap();
        encoded.personal.iter().find(|field| field.path == path).unwrap().subject
    };
    let created = tenant_events().remove(0);
    assert_eq!(subject(created.clone(), "data.contact_email"), tenant().id.uuid());
    assert_eq!(subject(created, "actor.name"), uuid(7));
    assert_eq!(subject(device_events().remove(0), "data.fingerprint"), device().id.uuid());
    assert_eq!(subject(scoped_token().into(), "data.user.name"), user().id.uuid());
    let own = ApiTokenCreated { user: None, ..scoped_token() };
    assert_eq!(subject(own.into(), "data.api_token.name"), api_token().id.uuid());
}

#[test]
fn no_personal_value_stands_in_an_entry() {
    for payload in [samples(), later_forms()].concat() {
        let kind = payload.event_type();
        let encoded = recorded(payload).encode(&Counting(0.into())).unwrap();
        let entry = String::from_utf8(encoded.entry).unwrap();
        for value in ["Ada", "Grace", "ada@", "203.0", "curl", "kiosks", "0f0e0d"] {
            assert!(!entry.contains(value), "{kind} holds {value}: {entry}");
        }
        assert!(encoded.personal.len() >= 3);
        let salts: std::collections::BTreeSet<_> = encoded.personal.iter().map(|field| field.salt).collect();
        assert_eq!(salts.len(), encoded.personal.len(), "a salt is never used twice");
    }
}

#[test]
fn a_changed_personal_value_is_noticed() {
    let encoded = recorded(tenant_events().remove(0)).encode(&Counting(0.into())).unwrap();
    for at in 0..encoded.personal.len() {
        let mut personal = encoded.personal.clone();
        personal[at].value.push('x');
        let path = personal[at].path.clone();
        assert_eq!(Recorded::decode(&encoded.entry, &personal), Err(EntryError::Mismatch { path }));
    }
}

#[test]
fn each_event_names_the_entity_its_type_is_about() {
    for payload in samples() {
        let kind = payload.event_type();
        let subjects = Subjects::of(&payload.to_data().unwrap()).unwrap();
        let named = match kind.spec().entity {
            Entity::Tenant => subjects.tenant.is_some(),
            Entity::Project => subjects.project.is_some(),
            Entity::Code => subjects.code.is_some(),
            Entity::Device => subjects.device.is_some(),
            Entity::User => subjects.user.is_some(),
            Entity::Session => subjects.session.is_some(),
            Entity::ApiToken => subjects.api_token.is_some(),
            Entity::Config | Entity::Guesser | Entity::Notification | Entity::Plan | Entity::Log => true,
        };
        assert!(named, "{kind}");
    }
}

#[test]
fn the_sixteen_types_of_the_mission_keep_their_names_and_severity() {
    let major = [
        "TENANT_CREATED",
        "TENANT_UPDATED",
        "TENANT_DELETED",
        "PROJECT_CREATED",
        "PROJECT_UPDATED",
        "PROJECT_DELETED",
        "CODE_GENERATED",
        "CODE_REVOKED",
    ];
    let minor = [
        "CODE_ACTIVATED",
        "DEVICE_ENROLLED",
        "DEVICE_REVOKED",
        "USER_LOGIN",
        "USER_LOGOUT",
        "SESSION_CREATED",
        "SESSION_EXPIRED",
        "CONFIG_UPDATED",
    ];
    for (names, severity) in [(major, "MAJOR"), (minor, "MINOR")] {
        for name in names {
            let kind: EventType = name.parse().unwrap();
            assert_eq!(kind.severity().as_str(), severity, "{name}");
        }
    }
}

#[test]
fn the_schema_of_every_type_names_every_field_of_its_sample() {
    for payload in samples() {
        let kind = payload.event_type();
        let schema = kind.schema();
        let data = payload.to_data().unwrap();
        for name in data.as_object().unwrap().keys() {
            assert!(schema["properties"].get(name).is_some(), "{kind}: {name} in {schema}");
        }
    }
    for (kind, form) in [
        (EventType::CodeExpired, r#""format":"date-time""#),
        (EventType::QuotaNear, r#""pattern":"^[0-9]{4}-[0-9]{2}$""#),
        (EventType::TenantSuspended, "Personal: null once erased."),
    ] {
        let schema = kind.schema().to_string();
        assert!(schema.contains(form), "{kind}: {schema}");
    }
}

#[test]
fn answers_show_personal_values_plain_and_null_once_erased() {
    let event = recorded(tenant_events().remove(1));
    let encoded = event.encode(&Counting(0.into())).unwrap();
    let email = |event: &Recorded| event.metadata().unwrap()["changes"]["contact_email"].clone();
    assert_eq!(email(&event), json!({"before": null, "after": "ada@example.com"}));
    let erased = Recorded::decode(&encoded.entry, &[]).unwrap();
    assert_eq!(email(&erased), json!({"before": null, "after": null}));
    assert_eq!(event.metadata().unwrap().get("tenant"), None, "entities are not metadata");
}

#[test]
fn what_is_no_entry_is_refused() {
    let good = recorded(tenant_events().remove(0)).encode(&Counting(0.into())).unwrap();
    let mut newer: Value = serde_json::from_slice(&good.entry).unwrap();
    newer["v"] = json!(2);
    for bytes in [b"".to_vec(), b"{}".to_vec(), b"[1]".to_vec(), serde_json::to_vec(&newer).unwrap()] {
        assert!(matches!(Recorded::decode(&bytes, &[]), Err(EntryError::Data(_))));
    }
}

#[test]
fn a_tenant_sees_the_operators_of_no_type_of_event_by_name() {
    let token = |id| ApiTokenId::from_uuid(Uuid::from_u128(id));
    let name = || Personal::from("Olga Operator".to_owned());
    let own = |id: Uuid| id == token(7).uuid();
    let actors = [
        (Actor::user(UserId::from_uuid(Uuid::from_u128(1)), false, Some(name())), false),
        (Actor::api_token(token(8), name()), false),
        (Actor { id: None, ..Actor::api_token(token(8), name()) }, false),
        (Actor::system(), false),
        (Actor::api_token(token(7), name()), true),
        (Actor::user(UserId::from_uuid(Uuid::from_u128(1)), true, Some(name())), true),
        (Actor::device(None), true),
    ];
    for payload in samples() {
        for (actor, shown) in &actors {
            let event = Recorded { actor: actor.clone(), ..recorded(payload.clone()) };
            let seen = event.clone().seen_by_tenant(own);
            if *shown {
                assert_eq!(seen, event, "what its own people do, it sees whole");
                continue;
            }
            assert_eq!((&seen.actor.name, &seen.request.ip, &seen.request.user_agent), (&None, &None, &None));
            assert_eq!((seen.actor.kind, seen.actor.id), (event.actor.kind, event.actor.id));
            assert_eq!((seen.id, seen.request.id, seen.payload), (event.id, event.request.id, event.payload));
        }
    }
}
