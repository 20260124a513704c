//! API tokens: programs' way in. Pure decisions only; the secret's hash lives beside the state.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    ApiTokenId, Personal, Role, Timestamp,
    event::Narrated,
    invalid::{Checker, Invalid},
    text,
};

/// An API token as an event names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ApiTokenRef {
    /// The token's id.
    pub id: ApiTokenId,
    /// What its owner calls it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Personal>,
}

/// An API token as it is now, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiToken {
    /// Never changes; public.
    pub id: ApiTokenId,
    /// What its owner calls it.
    pub name: Option<Personal>,
    /// What it may do.
    pub role: Role,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

impl ApiToken {
    /// Whether it opens anything now.
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|at| at > now)
    }

    /// The event that revokes it; `None` if it is revoked already.
    pub fn revoke(&self) -> Option<ApiTokenRevoked> {
        let api_token = ApiTokenRef { id: self.id, name: self.name.clone() };
        self.revoked_at.is_none().then_some(ApiTokenRevoked { api_token })
    }
}

/// What is asked for when a token is created; unchecked.
#[derive(Debug, Clone)]
pub struct ApiTokenDraft {
    /// Required.
    pub name: String,
    /// What it may do.
    pub role: Role,
    /// Days from now; never if absent.
    pub expires_in_days: Option<i64>,
}

/// What stays beside an API token, never in an event: SHA-256 of its secret.
#[derive(Clone)]
pub struct ApiTokenSecret(pub [u8; 32]);

/// An API token was created.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ApiTokenCreated {
    /// The token.
    pub api_token: ApiTokenRef,
    /// What it may do.
    pub role: Role,
    /// When it ends by itself.
    pub expires_at: Option<Timestamp>,
}

/// An API token was revoked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ApiTokenRevoked {
    /// The token.
    pub api_token: ApiTokenRef,
}

impl ApiTokenDraft {
    /// The event that creates this token, or all that is wrong with the request.
    pub fn decide(self, id: ApiTokenId, now: Timestamp) -> Result<ApiTokenCreated, Invalid> {
        let mut check = Checker::default();
        let name = check.take("/name", text::name(&self.name));
        let days = self.expires_in_days.map(|days| text::within(days, 1, 3_650));
        let days = check.take_opt("/expires_in_days", days);
        let event = || {
            Some(ApiTokenCreated {
                api_token: ApiTokenRef { id, name: Some(Personal::from(name?)) },
                role: self.role,
                expires_at: days.map(|days| now.plus_days(days)),
            })
        };
        check.finish(event())
    }
}

impl Narrated for ApiTokenCreated {
    fn sentence(&self) -> String {
        format!("An API token with role {} was created.", self.role)
    }
}

impl Narrated for ApiTokenRevoked {
    fn sentence(&self) -> String {
        "An API token was revoked.".to_owned()
    }
}
