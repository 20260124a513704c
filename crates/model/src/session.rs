//! Sessions: the events of their beginning and end.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    SessionId, Timestamp,
    change::text_enum,
    event::Narrated,
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SessionStatus {
    /// It is.
    Active,
    /// The user signed out.
    Ended,
    /// Its time was over.
    Expired,
}

text_enum!(SessionStatus { Active = "active", Ended = "ended", Expired = "expired" });

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
}

impl Narrated for SessionCreated {
    fn sentence(&self) -> String {
        "A session began.".to_owned()
    }

    fn deltas(&self) -> Deltas {
        Deltas::none().add(Total::SessionsActive, 1)
    }
}

impl Narrated for SessionExpired {
    fn sentence(&self) -> String {
        "A session expired.".to_owned()
    }

    fn deltas(&self) -> Deltas {
        Deltas::none().add(Total::SessionsActive, -1)
    }
}
