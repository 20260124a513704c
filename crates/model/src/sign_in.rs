//! Signing in and out: how somebody proved who they are, and what a sign-in changes beside the state. Must not hold a secret in an
//! event.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    FactorId,
    change::text_enum,
    event::Narrated,
    session::SessionRef,
    tenant::TenantRef,
    totals::{Deltas, Total},
    user::UserRef,
};

/// How a person signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SignInMethod {
    /// With the password alone.
    Password,
    /// With password and one-time code.
    #[serde(rename = "password+totp")]
    PasswordAndTotp,
    /// With password and a recovery code.
    #[serde(rename = "password+recovery_code")]
    PasswordAndRecoveryCode,
    /// With a passkey.
    Passkey,
    /// At another provider.
    Oidc,
    /// By joining with an invitation, or by the set-up link.
    Link,
}

text_enum!(SignInMethod {
    Password = "password",
    PasswordAndTotp = "password+totp",
    PasswordAndRecoveryCode = "password+recovery_code",
    Passkey = "passkey",
    Oidc = "oidc",
    Link = "link",
});

/// What a sign-in changes beside the state.
#[derive(Clone, Default)]
pub struct SignInProof {
    /// The hash that the password was right for: what follows from it holds only while it is the user's.
    pub password: Option<String>,
    /// The same password, hashed with stronger parameters.
    pub rehashed: Option<String>,
    /// The time step of the one-time code: neither it nor an earlier one is taken again.
    pub totp_step: Option<(FactorId, i64)>,
    /// The recovery code that is used up.
    pub recovery_code: Option<[u8; 32]>,
    /// What the factor's next proof is checked with.
    pub resealed: Option<(FactorId, Vec<u8>)>,
}

/// A user signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UserLogin {
    /// Their tenant; absent for people of the platform.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<TenantRef>,
    /// The user.
    pub user: UserRef,
    /// How they proved who they are.
    pub method: SignInMethod,
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
        Deltas::none().add(Total::SessionsActive, -1)
    }
}
