//! Sessions: a person's way in after signing in. The events of their beginning, renewal and end, and when one is over. Must not
//! know cookies: the secret's hash lives beside the state.

use std::net::IpAddr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    Personal, SessionId, TenantId, Timestamp, UserId,
    change::text_enum,
    event::Narrated,
    guessing::Source,
    tenant::TenantRef,
    totals::{Deltas, Total},
    user::UserRef,
};

/// A session as an event names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SessionRef {
    /// The session's id; never its cookie.
    pub id: SessionId,
}

/// Whether a session is signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SessionStatus {
    /// It is.
    Active,
    /// The user signed out, or somebody ended it.
    Ended,
    /// Its time was over.
    Expired,
}

text_enum!(SessionStatus { Active = "active", Ended = "ended", Expired = "expired" });

/// Why a session's time was over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExpiryCause {
    /// Nothing was asked with it for too long.
    Idle,
    /// It had lasted as long as a session may.
    Lifetime,
}

/// Why a session was ended before its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EndCause {
    /// Its owner ended it from another session.
    EndedByOwner,
    /// Somebody who may ended it.
    EndedByAdmin,
    /// The password was changed.
    PasswordChanged,
    /// A second factor was added or removed.
    FactorChanged,
    /// The role was changed.
    RoleChanged,
    /// The user was disabled.
    UserDisabled,
    /// The user was removed.
    UserRemoved,
}

/// A session as it is now, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Never changes; public.
    pub id: SessionId,
    /// The user's tenant; none for people of the platform.
    pub tenant: Option<TenantId>,
    /// Whose it is.
    pub user: UserId,
    /// Whether it is signed in.
    pub status: SessionStatus,
    /// When it began.
    pub created_at: Timestamp,
    /// When it ends at the latest.
    pub expires_at: Timestamp,
    /// When something was last asked with it, to the minute.
    pub last_seen_at: Timestamp,
    /// From where it was begun.
    pub ip: Option<Personal>,
    /// With what it was begun.
    pub user_agent: Option<Personal>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
}

/// What stays beside a session, never in an event: SHA-256 of its cookie's secret.
#[derive(Clone)]
pub struct SessionSecret(pub [u8; 32]);

impl Session {
    /// Why it is over, if it is: nothing was asked for `idle_seconds`, or its last moment has come.
    pub fn over(&self, now: Timestamp, idle_seconds: i64) -> Option<ExpiryCause> {
        if self.expires_at <= now {
            Some(ExpiryCause::Lifetime)
        } else if self.last_seen_at.plus_seconds(idle_seconds) <= now {
            Some(ExpiryCause::Idle)
        } else {
            None
        }
    }

    /// As events name it.
    pub fn to_ref(&self) -> SessionRef {
        SessionRef { id: self.id }
    }
}

/// A session began.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SessionCreated {
    /// The user's tenant; absent for people of the platform.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<TenantRef>,
    /// Whose it is.
    pub user: UserRef,
    /// The session.
    pub session: SessionRef,
    /// When it ends at the latest.
    pub expires_at: Timestamp,
    /// From where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ip: Option<Personal>,
    /// With what.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<Personal>,
}

/// Whether a session began with a device that its owner had not used: none of the sign-ins before, given by address and program, came
/// from the same network with the same program. Somebody's first sign-in is not news to them.
pub fn is_new_device(session: &SessionCreated, before: &[(Option<String>, Option<String>)]) -> bool {
    let network = |ip: Option<&String>| ip.and_then(|ip| ip.parse::<IpAddr>().ok()).map(Source::from);
    let known = |value: &Option<Personal>| value.as_ref().and_then(|value| value.known().cloned());
    let (ip, user_agent) = (known(&session.ip), known(&session.user_agent));
    let is_same = |(other, agent): &(Option<String>, Option<String>)| {
        *agent == user_agent && network(other.as_ref()) == network(ip.as_ref())
    };
    !before.is_empty() && !before.iter().any(is_same)
}

/// A session's cookie was replaced, because what it stands for has changed; the old one opens nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SessionRotated {
    /// The user's tenant; absent for people of the platform.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<TenantRef>,
    /// Whose it is.
    pub user: UserRef,
    /// The session.
    pub session: SessionRef,
    /// What has changed.
    pub cause: EndCause,
}

/// A session was ended before its time by something else than signing out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SessionEnded {
    /// The user's tenant; absent for people of the platform.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<TenantRef>,
    /// Whose it was.
    pub user: UserRef,
    /// The session.
    pub session: SessionRef,
    /// Why.
    pub cause: EndCause,
}

/// A session's time was over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SessionExpired {
    /// The user's tenant; absent for people of the platform.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<TenantRef>,
    /// Whose it was.
    pub user: UserRef,
    /// The session.
    pub session: SessionRef,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<ExpiryCause>,
}

impl Narrated for SessionCreated {
    fn sentence(&self) -> String {
        "A session began.".to_owned()
    }

    fn deltas(&self) -> Deltas {
        Deltas::none().add(Total::SessionsActive, 1)
    }
}

impl Narrated for SessionRotated {
    fn sentence(&self) -> String {
        "A session's cookie was replaced.".to_owned()
    }
}

impl Narrated for SessionEnded {
    fn sentence(&self) -> String {
        let why = match self.cause {
            EndCause::EndedByOwner => "by its owner",
            EndCause::EndedByAdmin => "by an administrator",
            EndCause::PasswordChanged => "because the password was changed",
            EndCause::FactorChanged => "because a second factor was changed",
            EndCause::RoleChanged => "because the role was changed",
            EndCause::UserDisabled => "because the user was disabled",
            EndCause::UserRemoved => "because the user was removed",
        };
        format!("A session was ended {why}.")
    }

    fn deltas(&self) -> Deltas {
        Deltas::none().add(Total::SessionsActive, -1)
    }
}

impl Narrated for SessionExpired {
    fn sentence(&self) -> String {
        match self.cause {
            Some(ExpiryCause::Idle) => "A session expired: nothing was asked with it for too long.",
            Some(ExpiryCause::Lifetime) => "A session expired: it had lasted as long as a session may.",
            None => "A session expired.",
        }
        .to_owned()
    }

    fn deltas(&self) -> Deltas {
        Deltas::none().add(Total::SessionsActive, -1)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_device_is_new_if_neither_program_nor_network_were_seen_together() {
        let session = |ip: Option<&str>, agent: Option<&str>| SessionCreated {
            tenant: None,
            user: UserRef { id: UserId::from_uuid(Uuid::nil()), name: None },
            session: SessionRef { id: SessionId::from_uuid(Uuid::nil()) },
            expires_at: Timestamp::default(),
            ip: ip.map(|ip| Personal::from(ip.to_owned())),
            user_agent: agent.map(|agent| Personal::from(agent.to_owned())),
        };
        let seen = |ip: &str, agent: &str| (Some(ip.to_owned()), Some(agent.to_owned()));
        let before = [seen("192.0.2.1", "Firefox"), seen("2001:db8:0:1::1", "Safari"), (None, None)];
        for (ip, agent, is_new) in [
            (Some("192.0.2.1"), Some("Firefox"), false),
            (Some("192.0.2.2"), Some("Firefox"), true),
            (Some("192.0.2.1"), Some("Safari"), true),
            (Some("2001:db8:0:1::ffff"), Some("Safari"), false),
            (Some("2001:db8:0:2::1"), Some("Safari"), true),
            (None, None, false),
            (None, Some("Firefox"), true),
        ] {
            assert_eq!(is_new_device(&session(ip, agent), &before), is_new, "{ip:?} {agent:?}");
            assert!(!is_new_device(&session(ip, agent), &[]), "the first of all is no news");
        }
    }

    #[test]
    fn a_session_is_over_when_it_was_idle_or_lasted_too_long() {
        let at = |seconds: i64| Timestamp::default().plus_seconds(seconds);
        let session = Session {
            id: SessionId::from_uuid(Uuid::nil()),
            tenant: None,
            user: UserId::from_uuid(Uuid::nil()),
            status: SessionStatus::Active,
            created_at: at(0),
            expires_at: at(1_000),
            last_seen_at: at(500),
            ip: None,
            user_agent: None,
            ended_at: None,
        };
        assert_eq!(session.over(at(599), 100), None);
        assert_eq!(session.over(at(600), 100), Some(ExpiryCause::Idle));
        assert_eq!(session.over(at(999), 5_000), None);
        assert_eq!(session.over(at(1_000), 5_000), Some(ExpiryCause::Lifetime));
        assert_eq!(session.over(at(1_000), 100), Some(ExpiryCause::Lifetime));
    }
}
