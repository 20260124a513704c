//! What a use case can answer besides its result. `code` is stable and public; what the log may see is in `source`.
//! Must not hold a value that a caller sent: it may be personal or secret.

use std::fmt;

use daybook_model::{Invalid, activation::RefusalReason, event::EntryError};
use daybook_store::{EngineError, StoreError};

/// A use case's result.
pub type Result<T, E = PortalError> = std::result::Result<T, E>;

/// What was not found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Noun {
    /// A tenant.
    Tenant,
    /// A project.
    Project,
    /// An activation code.
    Code,
    /// A device.
    Device,
    /// An event.
    Event,
    /// An API token.
    ApiToken,
    /// An identity provider.
    IdentityProvider,
    /// A user.
    User,
    /// A session.
    Session,
    /// A way to prove who one is.
    Factor,
}

impl fmt::Display for Noun {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Tenant => "tenant",
            Self::Project => "project",
            Self::Code => "activation code",
            Self::Device => "device",
            Self::Event => "event",
            Self::ApiToken => "API token",
            Self::IdentityProvider => "identity provider",
            Self::User => "user",
            Self::Session => "session",
            Self::Factor => "sign-in factor",
        })
    }
}

/// Why a use case did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum PortalError {
    /// Fields of the request are wrong.
    #[error("the request is invalid")]
    Invalid(Invalid),
    /// There is no such thing, or it is not the caller's.
    #[error("no such {0}")]
    NotFound(Noun),
    /// The state does not allow it.
    #[error("{detail}")]
    Conflict {
        /// Stable, `SCREAMING_SNAKE`.
        code: &'static str,
        /// What stands in the way and what to do.
        detail: &'static str,
    },
    /// The resource has changed since the caller read it.
    #[error("it was changed in the meantime: read it again and repeat the change")]
    Stale,
    /// The caller is not who it says, or its token ended.
    #[error("sign in or send a valid token")]
    Unauthenticated,
    /// The caller may not do this.
    #[error("{0}")]
    Forbidden(&'static str),
    /// Nobody was signed in. Why is not said: it would tell a stranger who there is.
    #[error("address, password or code are wrong")]
    SignInRefused,
    /// The person's tenant is suspended.
    #[error("the tenant is suspended: its operator can resume it")]
    TenantSuspended,
    /// A single-use link opens nothing, or nothing any more.
    #[error("this link was used or replaced, its time is over, or it never was one: ask for a new one")]
    LinkOver,
    /// The step that this one follows was taken already, or is too long ago.
    #[error("this was finished already or took too long: begin again")]
    CeremonyOver,
    /// The activation code is not one: found before the database was asked.
    #[error("{0}")]
    NotACode(daybook_model::code::CodeError),
    /// The activation code is unknown.
    #[error("there is no such activation code")]
    UnknownCode,
    /// An activation with a real code was refused, and the refusal recorded.
    #[error("the activation was refused")]
    Refused(RefusalReason),
    /// The identity provider did not sign the person in: they declined, or it refused.
    #[error("the identity provider did not sign you in")]
    ProviderDenied,
    /// The identity provider cannot be used.
    #[error("{0}")]
    ProviderFailed(crate::ProviderFailure),
    /// The same Idempotency-Key came with another request.
    #[error("this Idempotency-Key was used with another request")]
    IdempotencyConflict,
    /// Somebody guessed here too often: nothing is looked at before the time is over.
    #[error("too many attempts failed: wait before the next one")]
    RateLimited {
        /// How long to wait.
        retry_after_seconds: u32,
    },
    /// The store failed.
    #[error(transparent)]
    Store(StoreError),
    /// Something that cannot happen did.
    #[error("{0}")]
    Broken(&'static str),
}

impl From<StoreError> for PortalError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<EntryError> for PortalError {
    fn from(error: EntryError) -> Self {
        Self::Store(error.into())
    }
}

impl From<crate::ProviderFailure> for PortalError {
    fn from(failure: crate::ProviderFailure) -> Self {
        Self::ProviderFailed(failure)
    }
}

impl From<Invalid> for PortalError {
    fn from(invalid: Invalid) -> Self {
        Self::Invalid(invalid)
    }
}

impl PortalError {
    /// Whether the database has no room left.
    pub fn is_full(&self) -> bool {
        matches!(self.engine(), Some(EngineError::DiskFull { .. }))
    }

    /// Whether the request holds a value that no database can store, such as a NUL character in a text.
    pub fn is_unstorable(&self) -> bool {
        matches!(self.engine(), Some(EngineError::Value { .. }))
    }

    /// Whether the same request may succeed a little later.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Store(error) if error.is_retryable() || error.is_stale() => true,
            _ => matches!(
                self.engine(),
                Some(
                    EngineError::Busy { .. }
                        | EngineError::ConnectionLost { .. }
                        | EngineError::Unreachable { .. }
                        | EngineError::GroupLost { .. }
                        | EngineError::TimedOut { .. }
                        | EngineError::Closed
                )
            ),
        }
    }

    /// Whether nobody can know if the change was made: the connection broke during COMMIT.
    pub fn is_outcome_unknown(&self) -> bool {
        matches!(self.engine(), Some(EngineError::OutcomeUnknown))
    }

    fn engine(&self) -> Option<&EngineError> {
        match self {
            Self::Store(StoreError::Engine(error)) => Some(error.root()),
            _ => None,
        }
    }
}
