//! What a portal is told besides its store and its keys. Must not read where it comes from.

use daybook_proof::KeyName;

use crate::{MailConfig, PasswordConfig, PublicUrl};

/// The settings of a portal.
#[derive(Debug, Clone, Default)]
pub struct PortalConfig {
    /// Where browsers reach the portal.
    pub public_url: PublicUrl,
    /// How long sessions last.
    pub sessions: SessionConfig,
    /// What a password hash costs.
    pub password: PasswordConfig,
    /// How mail is sent; not at all if absent.
    pub mail: Option<MailConfig>,
    /// What the log is called in what it signs; the host of the public URL and `/log` if absent.
    pub log_origin: Option<KeyName>,
}

/// How long a session lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionConfig {
    idle_seconds: i64,
    lifetime_seconds: i64,
}

/// Why sessions cannot last as long as that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SessionConfigError {
    /// Too short to work in, or so long that a forgotten browser stays open.
    #[error("a session may be idle from 1 minute to 30 days")]
    Idle,
    /// Ends before it is idle, or hardly ever.
    #[error("a session's lifetime must be at least the time it may be idle, and at most 365 days")]
    Lifetime,
}

const DAY: i64 = 86_400;

impl Default for SessionConfig {
    /// Two hours without a request, seven days in all.
    fn default() -> Self {
        Self { idle_seconds: 7_200, lifetime_seconds: 7 * DAY }
    }
}

impl SessionConfig {
    /// Sessions that end after so many seconds without a request, and after so many in any case.
    pub fn new(idle_seconds: i64, lifetime_seconds: i64) -> Result<Self, SessionConfigError> {
        if !(60..=30 * DAY).contains(&idle_seconds) {
            return Err(SessionConfigError::Idle);
        }
        if !(idle_seconds..=365 * DAY).contains(&lifetime_seconds) {
            return Err(SessionConfigError::Lifetime);
        }
        Ok(Self { idle_seconds, lifetime_seconds })
    }

    /// How long it may go without a request.
    pub const fn idle_seconds(self) -> i64 {
        self.idle_seconds
    }

    /// How long it lasts in any case.
    pub const fn lifetime_seconds(self) -> i64 {
        self.lifetime_seconds
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sessions_have_bounds() {
        let default = SessionConfig::default();
        assert_eq!(SessionConfig::new(default.idle_seconds, default.lifetime_seconds), Ok(default));
        assert_eq!(SessionConfig::new(59, DAY), Err(SessionConfigError::Idle));
        assert_eq!(SessionConfig::new(31 * DAY, 60 * DAY), Err(SessionConfigError::Idle));
        assert_eq!(SessionConfig::new(3_600, 3_599), Err(SessionConfigError::Lifetime));
        assert_eq!(SessionConfig::new(3_600, 366 * DAY), Err(SessionConfigError::Lifetime));
        assert!(SessionConfig::new(3_600, 3_600).is_ok());
    }
}
