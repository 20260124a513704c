//! Users: people who sign in. Here are the events of signing in and out.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Personal, UserId, event::Narrated, session::SessionRef, tenant::TenantRef, totals::Deltas};

/// A user as an event names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UserRef {
    /// The user's id.
    pub id: UserId,
    /// Their name at the time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Personal>,
}

/// A user signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UserLogin {
    /// Their tenant; absent for people of the platform.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<TenantRef>,
    /// The user.
    pub user: UserRef,
    /// How they proved who they are: `password`, `passkey`, `oidc`.
    pub method: String,
}

/// A user signed out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UserLogout {
    /// Their tenant; absent for people of the platform.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<TenantRef>,
    /// The user.
    pub user: UserRef,
    /// The session that ended.
    pub session: SessionRef,
}

impl Narrated for UserLogin {
    fn sentence(&self) -> String {
        format!("A user signed in by {}.", self.method)
    }
}

impl Narrated for UserLogout {
    fn sentence(&self) -> String {
        "A user signed out.".to_owned()
    }

    fn deltas(&self) -> Deltas {
        Deltas::none().add(crate::totals::Total::SessionsActive, -1)
    }
}
