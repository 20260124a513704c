//! The one list of event types. Everything that is known of a type is said here once: its wire name, severity, outcome, entity,
//! icon, tone, words, payload and secret. A new type is a line here, an arm in `store::apply` and a golden file.

use schemars::schema_for;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{Entity, EntryError, Event, Narrated, NoSecret, Outcome, Severity, Spec, Tone};
use crate::{
    activation::ActivationRefused,
    api_token::{ApiTokenCreated, ApiTokenRevoked, ApiTokenSecret},
    code::{CodeActivated, CodeAssigned, CodeExpired, CodeGenerated, CodeRevoked, CodeSecret},
    config::{ConfigUpdated, SealedSecrets},
    device::{DeviceEnrolled, DeviceRevoked, DeviceTokenRotated, DeviceTokens},
    device_limit::DeviceLimitNear,
    factor::{
        FactorSecret, JoinSecret, PasswordSecret, RecoveryCodesIssued, RecoveryDigests, UserFactorAdded,
        UserFactorRemoved,
    },
    guessing::{GuessesRefused, GuessingDetected, PartyDigest},
    identity_provider::{IdentityProviderConfigured, IdentityProviderRemoved, IdentityProviderSecret},
    log::EntriesLost,
    notification::{GivenUp, NotificationChoicesChanged, NotificationFailed, NotificationRetried, TryAgain},
    plan::{PlanCreated, PlanDeleted, PlanUpdated},
    project::{ProjectActivated, ProjectCreated, ProjectDeleted, ProjectUpdated},
    quota::{QuotaNear, QuotaReached},
    session::{SessionCreated, SessionEnded, SessionExpired, SessionRotated, SessionSecret},
    sign_in::{SignInProof, UserLogin, UserLogout},
    subscription::SubscriptionChanged,
    tenant::{TenantCreated, TenantDeleted, TenantResumed, TenantSuspended, TenantUpdated},
    totals::Deltas,
    user::{
        LinkSecret, PersonErased, PortalSetUp, UserDisabled, UserEnabled, UserInvited, UserJoined,
        UserLinkIssued, UserPasswordChanged, UserRemoved, UserRoleChanged, UserUpdated,
    },
};

macro_rules! registry {
    ($( $payload:ident($secret:ty) = $wire:literal, $severity:ident, $outcome:ident, $entity:ident, $icon:literal, $tone:ident,
        $title:literal, $description:literal; )*) => {
        /// The type of an event. Its severity, outcome and words are fixed.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum EventType { $(#[doc = $description] $payload,)* }

        impl EventType {
            /// Every type, in the order of the registry.
            pub const ALL: &'static [Self] = &[$(Self::$payload),*];

            /// All that the registry says of it.
            pub const fn spec(self) -> &'static Spec {
                match self { $(Self::$payload => &Spec {
                    wire: $wire, severity: Severity::$severity, outcome: Outcome::$outcome, entity: Entity::$entity,
                    icon: $icon, tone: Tone::$tone, title: $title, description: $description,
                },)* }
            }

            /// JSON Schema (2020-12) of the payload: the entities it names and its metadata.
            pub fn schema(self) -> Value {
                match self { $(Self::$payload => schema_for!($payload).to_value(),)* }
            }
        }

        /// What happened, typed.
        #[derive(Debug, Clone, PartialEq)]
        #[expect(missing_docs, reason = "each variant is named after its documented payload")]
        pub enum Payload { $($payload($payload),)* }

        $(impl Event for $payload {
            const TYPE: EventType = EventType::$payload;
            type Secret = $secret;
        }

        impl From<$payload> for Payload {
            fn from(event: $payload) -> Self { Self::$payload(event) }
        })*

        impl Payload {
            /// Its type.
            pub const fn event_type(&self) -> EventType {
                match self { $(Self::$payload(_) => EventType::$payload,)* }
            }

            /// The payload as JSON, personal values marked.
            pub fn to_data(&self) -> Result<Value, EntryError> {
                match self { $(Self::$payload(event) => serde_json::to_value(event),)* }
                    .map_err(|error| EntryError::Data(error.to_string()))
            }

            /// The payload of this type from its JSON.
            pub fn from_data(kind: EventType, data: Value) -> Result<Self, EntryError> {
                match kind { $(EventType::$payload => read::<$payload>(data).map(Self::$payload),)* }
            }

            /// What happened, in one sentence without personal values.
            pub fn sentence(&self) -> String {
                match self { $(Self::$payload(event) => event.sentence(),)* }
            }

            /// What it adds to the totals.
            pub fn deltas(&self) -> Deltas {
                match self { $(Self::$payload(event) => event.deltas(),)* }
            }
        }
    };
}

fn read<P: DeserializeOwned>(data: Value) -> Result<P, EntryError> {
    serde_json::from_value(data).map_err(|error| EntryError::Data(error.to_string()))
}

registry! {
    TenantCreated(NoSecret) = "TENANT_CREATED", Major, Done, Tenant, "building", Ok,
        "Tenant created", "A tenant was created.";
    TenantUpdated(NoSecret) = "TENANT_UPDATED", Major, Done, Tenant, "edit", Info,
        "Tenant updated", "Fields of a tenant were changed.";
    TenantSuspended(NoSecret) = "TENANT_SUSPENDED", Major, Done, Tenant, "ban", Warn,
        "Tenant suspended", "A tenant was suspended: activations and sign-ins are refused.";
    TenantResumed(NoSecret) = "TENANT_RESUMED", Major, Done, Tenant, "check", Ok,
        "Tenant resumed", "A suspended tenant works again.";
    TenantDeleted(NoSecret) = "TENANT_DELETED", Major, Done, Tenant, "x", Bad,
        "Tenant deleted", "A tenant was deleted; its projects, codes and devices were closed with it.";
    ProjectCreated(NoSecret) = "PROJECT_CREATED", Major, Done, Project, "folders", Ok,
        "Project created", "A project was created.";
    ProjectUpdated(NoSecret) = "PROJECT_UPDATED", Major, Done, Project, "edit", Info,
        "Project updated", "Fields of a project were changed, or it was switched on or off.";
    ProjectActivated(NoSecret) = "PROJECT_ACTIVATED", Minor, Done, Project, "check", Ok,
        "Project activated", "A device activated with a code of the project for the first time.";
    ProjectDeleted(NoSecret) = "PROJECT_DELETED", Major, Done, Project, "x", Bad,
        "Project deleted", "A project was deleted; its codes and devices were revoked with it.";
    CodeGenerated(CodeSecret) = "CODE_GENERATED", Major, Done, Code, "key", Ok,
        "Code generated", "An activation code was generated.";
    CodeAssigned(NoSecret) = "CODE_ASSIGNED", Minor, Done, Code, "arrow-narrow-right", Info,
        "Code assigned", "An activation code was bound to a project.";
    CodeActivated(NoSecret) = "CODE_ACTIVATED", Minor, Done, Code, "plug-connected", Ok,
        "Code activated", "A use of an activation code was taken.";
    CodeExpired(NoSecret) = "CODE_EXPIRED", Minor, Done, Code, "hourglass", Warn,
        "Code expired", "The time of an activation code was over.";
    CodeRevoked(NoSecret) = "CODE_REVOKED", Major, Done, Code, "key-off", Bad,
        "Code revoked", "An activation code was revoked.";
    DeviceEnrolled(DeviceTokens) = "DEVICE_ENROLLED", Minor, Done, Device, "device-desktop-check", Ok,
        "Device enrolled", "A device was enrolled with an activation code.";
    DeviceTokenRotated(DeviceTokens) = "DEVICE_TOKEN_ROTATED", Minor, Done, Device, "refresh", Plain,
        "Device tokens renewed", "The tokens of a device were replaced by new ones.";
    DeviceRevoked(NoSecret) = "DEVICE_REVOKED", Minor, Done, Device, "plug-connected-x", Bad,
        "Device revoked", "A device was revoked; its tokens ended.";
    DeviceLimitNear(NoSecret) = "DEVICE_LIMIT_NEAR", Minor, Done, Tenant, "alert-triangle", Warn,
        "Device limit near", "The active devices of a tenant crossed 80 % of its limit, or reached it.";
    ActivationRefused(NoSecret) = "ACTIVATION_REFUSED", Minor, Refused, Code, "ban", Bad,
        "Activation refused", "An attempt to activate with a real code was refused.";
    PortalSetUp(PasswordSecret) = "PORTAL_SET_UP", Major, Done, User, "check", Ok,
        "Portal set up", "The first owner was made with the set-up link.";
    UserInvited(LinkSecret) = "USER_INVITED", Major, Done, User, "mail", Ok,
        "User invited", "Somebody was invited to join.";
    UserLinkIssued(LinkSecret) = "USER_LINK_ISSUED", Major, Done, User, "mail", Info,
        "Link issued", "A new link to join or to choose a new password was issued; older ones ended.";
    UserJoined(JoinSecret) = "USER_JOINED", Minor, Done, User, "user", Ok,
        "User joined", "An invited user joined.";
    UserUpdated(NoSecret) = "USER_UPDATED", Minor, Done, User, "edit", Info,
        "User updated", "Name or address of a user were changed.";
    UserRoleChanged(NoSecret) = "USER_ROLE_CHANGED", Major, Done, User, "lock", Info,
        "Role changed", "A user may do something else from now on.";
    UserDisabled(NoSecret) = "USER_DISABLED", Major, Done, User, "ban", Warn,
        "User disabled", "A user may not sign in any more.";
    UserEnabled(NoSecret) = "USER_ENABLED", Major, Done, User, "check", Ok,
        "User enabled", "A disabled user may sign in again.";
    UserRemoved(NoSecret) = "USER_REMOVED", Major, Done, User, "x", Bad,
        "User removed", "A user was removed; what they did stays in the log.";
    UserPasswordChanged(PasswordSecret) = "USER_PASSWORD_CHANGED", Minor, Done, User, "key", Info,
        "Password changed", "A user has a new password.";
    UserFactorAdded(FactorSecret) = "USER_FACTOR_ADDED", Minor, Done, User, "lock", Ok,
        "Sign-in factor added", "A user can prove who they are in another way.";
    UserFactorRemoved(NoSecret) = "USER_FACTOR_REMOVED", Major, Done, User, "lock", Warn,
        "Sign-in factor removed", "A sign-in factor of a user was removed.";
    RecoveryCodesIssued(RecoveryDigests) = "RECOVERY_CODES_ISSUED", Minor, Done, User, "key", Info,
        "Recovery codes issued", "A user has new recovery codes; the old ones ended.";
    PersonErased(NoSecret) = "PERSON_ERASED", Major, Done, User, "x", Bad,
        "Person erased", "The personal values of a user were erased everywhere, with their salts.";
    UserLogin(SignInProof) = "USER_LOGIN", Minor, Done, User, "user", Plain,
        "User signed in", "A user signed in.";
    UserLogout(NoSecret) = "USER_LOGOUT", Minor, Done, User, "logout", Plain,
        "User signed out", "A user signed out.";
    SessionCreated(SessionSecret) = "SESSION_CREATED", Minor, Done, Session, "clock", Plain,
        "Session created", "A session began.";
    SessionRotated(SessionSecret) = "SESSION_ROTATED", Minor, Done, Session, "refresh", Plain,
        "Session renewed", "A session's cookie was replaced, because what it stands for has changed.";
    SessionEnded(NoSecret) = "SESSION_ENDED", Minor, Done, Session, "logout", Warn,
        "Session ended", "A session was ended before its time.";
    SessionExpired(NoSecret) = "SESSION_EXPIRED", Minor, Done, Session, "hourglass", Plain,
        "Session expired", "The time of a session was over.";
    ConfigUpdated(SealedSecrets) = "CONFIG_UPDATED", Minor, Done, Config, "adjustments-horizontal", Info,
        "Configuration updated", "Settings of the platform or of a project were changed.";
    IdentityProviderConfigured(IdentityProviderSecret) = "IDENTITY_PROVIDER_CONFIGURED", Major, Done, Config, "lock", Info,
        "Identity provider configured", "Where people sign in instead of with a password was configured.";
    IdentityProviderRemoved(NoSecret) = "IDENTITY_PROVIDER_REMOVED", Major, Done, Config, "lock", Warn,
        "Identity provider removed", "Nobody signs in at the identity provider any more.";
    PlanCreated(NoSecret) = "PLAN_CREATED", Major, Done, Plan, "clipboard-list", Ok,
        "Plan created", "A plan was created.";
    PlanUpdated(NoSecret) = "PLAN_UPDATED", Major, Done, Plan, "edit", Info,
        "Plan updated", "Fields of a plan were changed; what it allows holds for its tenants at once.";
    PlanDeleted(NoSecret) = "PLAN_DELETED", Major, Done, Plan, "x", Bad,
        "Plan deleted", "A plan that no tenant was on was deleted.";
    SubscriptionChanged(NoSecret) = "SUBSCRIPTION_CHANGED", Major, Done, Tenant, "refresh", Info,
        "Subscription changed", "The subscription of a tenant is in another state, or its trial has another end.";
    QuotaNear(NoSecret) = "QUOTA_NEAR", Minor, Done, Tenant, "gauge", Warn,
        "Quota nearly used", "Four fifths of a tenant's monthly quota are used.";
    QuotaReached(NoSecret) = "QUOTA_REACHED", Major, Done, Tenant, "gauge", Bad,
        "Quota used", "The whole of a tenant's monthly quota is used.";
    ApiTokenCreated(ApiTokenSecret) = "API_TOKEN_CREATED", Major, Done, ApiToken, "lock", Ok,
        "API token created", "An API token was created.";
    ApiTokenRevoked(NoSecret) = "API_TOKEN_REVOKED", Major, Done, ApiToken, "lock", Bad,
        "API token revoked", "An API token was revoked.";
    GuessingDetected(PartyDigest) = "GUESSING_DETECTED", Major, Refused, Guesser, "alert-triangle", Bad,
        "Guessing detected", "As many guesses failed in a row as nobody makes by mistake.";
    GuessesRefused(PartyDigest) = "GUESSES_REFUSED", Minor, Refused, Guesser, "ban", Plain,
        "Guesses refused", "Wrong guesses of one party within a window, rolled up.";
    NotificationChoicesChanged(NoSecret) = "NOTIFICATION_CHOICES_CHANGED", Minor, Done, User, "adjustments-horizontal", Info,
        "Notifications chosen", "A user chose what to be told of by mail.";
    NotificationFailed(GivenUp) = "NOTIFICATION_FAILED", Minor, Done, Notification, "alert-triangle", Bad,
        "Notification failed", "A notification by mail was given up: the mail server refused it, or none took it in time.";
    NotificationRetried(TryAgain) = "NOTIFICATION_RETRIED", Minor, Done, Notification, "refresh", Plain,
        "Notification retried", "A notification by mail that was given up is tried again.";
    EntriesLost(NoSecret) = "ENTRIES_LOST", Major, Done, Log, "alert-triangle", Bad,
        "Entries lost", "Entries that were in the log are not in it any more: the database is another or an earlier one.";
}

impl EventType {
    /// The name everywhere outside Rust.
    pub const fn wire(self) -> &'static str {
        self.spec().wire
    }

    /// How much it matters.
    pub const fn severity(self) -> Severity {
        self.spec().severity
    }
}

impl std::fmt::Display for EventType {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(self.wire())
    }
}

impl std::str::FromStr for EventType {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = Self::ALL.iter().copied().find(|kind| kind.wire() == text);
        known.ok_or_else(|| "not an event type; GET /admin/api/event-types lists them".to_owned())
    }
}
