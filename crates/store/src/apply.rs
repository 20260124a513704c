//! Event → rows: the only writes to state tables. Pure: an event always asks for the same writes, and each says how many rows it
//! must change, so an event that changes nothing takes its unit of work down.

pub(crate) mod api_token;
pub(crate) mod code;
pub(crate) mod config;
pub(crate) mod device;
pub(crate) mod factor;
pub(crate) mod identity_provider;
pub(crate) mod notification;
pub(crate) mod plan;
pub(crate) mod project;
pub(crate) mod quota;
pub(crate) mod session;
pub(crate) mod tenant;
pub(crate) mod user;

use daybook_model::{Payload, Timestamp};

use crate::engine::Write;

/// The writes that make an event's change.
pub(crate) fn writes(payload: &Payload, at: Timestamp) -> Vec<Write> {
    match payload {
        Payload::TenantCreated(event) => tenant::created(event, at),
        Payload::TenantUpdated(event) => tenant::updated(event, at),
        Payload::TenantSuspended(event) => tenant::suspended(event, at),
        Payload::TenantResumed(event) => tenant::resumed(event, at),
        Payload::TenantDeleted(event) => tenant::deleted(event, at),
        Payload::ProjectCreated(event) => project::created(event, at),
        Payload::ProjectUpdated(event) => project::updated(event, at),
        Payload::ProjectActivated(event) => project::activated(event, at),
        Payload::ProjectDeleted(event) => project::deleted(event, at),
        Payload::CodeGenerated(event) => code::generated(event, at),
        Payload::CodeAssigned(event) => code::assigned(event),
        Payload::CodeActivated(event) => code::activated(event),
        Payload::CodeExpired(event) => code::expired(event),
        Payload::CodeRevoked(event) => code::revoked(event, at),
        Payload::DeviceEnrolled(event) => device::enrolled(event, at),
        Payload::DeviceTokenRotated(event) => device::token_rotated(event),
        Payload::DeviceRevoked(event) => device::revoked(event, at),
        Payload::ActivationRefused(event) => code::activation_refused(event),
        Payload::PortalSetUp(event) => user::portal_set_up(event, at),
        Payload::UserInvited(event) => user::invited(event, at),
        Payload::UserJoined(event) => user::joined(event, at),
        Payload::UserUpdated(event) => user::updated(event, at),
        Payload::UserRoleChanged(event) => user::role_changed(event, at),
        Payload::UserDisabled(event) => user::disabled(event, at),
        Payload::UserEnabled(event) => user::enabled(event, at),
        Payload::UserRemoved(event) => user::removed(event, at),
        Payload::PersonErased(event) => user::erased(event, at),
        Payload::UserLogin(event) => user::login(event, at),
        // What they change or report lies beside the state.
        Payload::UserLinkIssued(_)
        | Payload::UserPasswordChanged(_)
        | Payload::RecoveryCodesIssued(_)
        | Payload::SessionRotated(_)
        | Payload::DeviceLimitNear(_)
        | Payload::NotificationFailed(_)
        | Payload::NotificationRetried(_)
        | Payload::EntriesLost(_)
        | Payload::GuessingDetected(_)
        | Payload::GuessesRefused(_) => vec![],
        Payload::UserFactorAdded(event) => factor::added(event, at),
        Payload::UserFactorRemoved(event) => factor::removed(event, at),
        Payload::UserLogout(event) => session::logged_out(event, at),
        Payload::SessionCreated(event) => session::created(event, at),
        Payload::SessionEnded(event) => session::ended(event, at),
        Payload::SessionExpired(event) => session::expired(event, at),
        Payload::ConfigUpdated(event) => config::updated(event, at),
        Payload::IdentityProviderConfigured(event) => identity_provider::configured(event, at),
        Payload::IdentityProviderRemoved(event) => identity_provider::removed(event),
        Payload::NotificationChoicesChanged(event) => notification::choices_changed(event, at),
        Payload::PlanCreated(event) => plan::created(event, at),
        Payload::PlanUpdated(event) => plan::updated(event, at),
        Payload::PlanDeleted(event) => plan::deleted(event),
        Payload::SubscriptionChanged(event) => tenant::subscription_changed(event, at),
        Payload::QuotaNear(event) => quota::near(event),
        Payload::QuotaReached(event) => quota::reached(event),
        Payload::ApiTokenCreated(event) => api_token::created(event, at),
        Payload::ApiTokenRevoked(event) => api_token::revoked(event, at),
    }
}
