//! How people prove who they are besides their password: one-time codes (TOTP), passkeys, sign-in at another provider, recovery
//! codes. Must not hold a secret in an event.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    FactorId, Personal, Timestamp, change::text_enum, event::Narrated, tenant::TenantRef, user::UserRef,
};

/// A kind of proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FactorKind {
    /// One-time codes of an authenticator app (RFC 6238), after the password.
    Totp,
    /// A key pair of a device (`WebAuthn`), instead of the password.
    Passkey,
    /// The sign-in of another provider (`OpenID` Connect), instead of the password.
    Oidc,
}

text_enum!(FactorKind { Totp = "totp", Passkey = "passkey", Oidc = "oidc" });

/// A factor as an event names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FactorRef {
    /// The factor's id.
    pub id: FactorId,
    /// What kind of proof.
    pub kind: FactorKind,
    /// What its owner calls it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<Personal>,
}

/// A factor as it is now, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Factor {
    /// Never changes.
    pub id: FactorId,
    /// What kind of proof.
    pub kind: FactorKind,
    /// What its owner calls it.
    pub label: Option<Personal>,
    /// When it was added.
    pub created_at: Timestamp,
}

impl Factor {
    /// As events name it.
    pub fn to_ref(&self) -> FactorRef {
        FactorRef { id: self.id, kind: self.kind, label: self.label.clone() }
    }
}

/// What stays beside a factor, never in an event.
#[derive(Clone)]
pub struct FactorSecret {
    /// What it is found by: a passkey's credential id, a digest of a provider's name for the person. Unique on each side.
    pub lookup: Option<Vec<u8>>,
    /// What proofs are checked with, sealed under a key that is not in the database.
    pub sealed: Vec<u8>,
    /// The time step of the one-time code that confirmed it: neither it nor an earlier one is taken to sign in.
    pub last_step: Option<i64>,
}

/// Digests of recovery codes, beside the state. They replace those that were there.
#[derive(Clone)]
pub struct RecoveryDigests(pub Vec<[u8; 32]>);

/// A password as it is kept beside the state: an Argon2id hash in PHC form, and the link it was chosen through.
#[derive(Clone)]
pub struct PasswordSecret {
    /// The hash.
    pub phc: String,
    /// The link that is used up by it.
    pub link: Option<uuid::Uuid>,
}

/// How somebody who joins will prove who they are from then on. Their invitation is used up by it.
#[derive(Clone)]
pub enum JoinSecret {
    /// With the password that they chose through the link.
    Password(PasswordSecret),
    /// At another provider: they have no password.
    Elsewhere,
}

/// A user can prove who they are in another way from now on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UserFactorAdded {
    /// Their tenant; absent for people of the platform.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<TenantRef>,
    /// The user.
    pub user: UserRef,
    /// The factor.
    pub factor: FactorRef,
}

/// A factor of a user was removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UserFactorRemoved {
    /// Their tenant; absent for people of the platform.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<TenantRef>,
    /// The user.
    pub user: UserRef,
    /// The factor.
    pub factor: FactorRef,
}

/// A user has new recovery codes; the old ones ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RecoveryCodesIssued {
    /// Their tenant; absent for people of the platform.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<TenantRef>,
    /// The user.
    pub user: UserRef,
    /// How many.
    pub count: i64,
}

impl Narrated for UserFactorAdded {
    fn sentence(&self) -> String {
        format!("A user added a sign-in factor: {}.", self.factor.kind)
    }
}

impl Narrated for UserFactorRemoved {
    fn sentence(&self) -> String {
        format!("A sign-in factor of a user was removed: {}.", self.factor.kind)
    }
}

impl Narrated for RecoveryCodesIssued {
    fn sentence(&self) -> String {
        format!("{} recovery codes were issued for a user.", self.count)
    }
}
