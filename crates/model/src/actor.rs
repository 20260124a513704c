//! Who acts: the actor of an event and the role of a caller. Must not know how callers authenticate.

use std::{fmt, str::FromStr};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{ApiTokenId, DeviceId, Personal, UserId};

/// What kind of party acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ActorType {
    /// A person of the platform's operator.
    Admin,
    /// A person of a tenant.
    Tenant,
    /// An enrolled device, or one that asks to be.
    Device,
    /// Daybook itself: sweepers and the command line on the server.
    System,
    /// A program with an API token.
    ApiToken,
}

impl ActorType {
    /// As written in the database, in answers and in filters.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Tenant => "tenant",
            Self::Device => "device",
            Self::System => "system",
            Self::ApiToken => "api_token",
        }
    }
}

/// Who did it. The id outlives the party; the name is personal and kept beside the event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The kind of party.
    pub kind: ActorType,
    /// Its id; absent for the system, and for a device that is not enrolled.
    pub id: Option<Uuid>,
    /// Its name at the time; absent where it has none.
    pub name: Option<Personal>,
}

impl Actor {
    /// Daybook itself.
    pub const fn system() -> Self {
        Self { kind: ActorType::System, id: None, name: None }
    }

    /// A program with an API token of this name.
    pub fn api_token(id: ApiTokenId, name: Personal) -> Self {
        Self { kind: ActorType::ApiToken, id: Some(id.uuid()), name: Some(name) }
    }

    /// A device: enrolled (with its id) or not yet.
    pub fn device(id: Option<DeviceId>) -> Self {
        Self { kind: ActorType::Device, id: id.map(DeviceId::uuid), name: None }
    }

    /// A person: of a tenant, or of the platform.
    pub fn user(id: UserId, of_tenant: bool, name: Option<Personal>) -> Self {
        let kind = if of_tenant { ActorType::Tenant } else { ActorType::Admin };
        Self { kind, id: Some(id.uuid()), name }
    }

    /// The id as answers write it, with the prefix of its kind.
    pub fn public_id(&self) -> Option<String> {
        public_actor_id(self.kind, self.id)
    }
}

/// An actor's id as answers and entries write it: with the prefix of its kind.
pub fn public_actor_id(kind: ActorType, id: Option<Uuid>) -> Option<String> {
    let id = id?;
    Some(match kind {
        ActorType::Admin | ActorType::Tenant => UserId::from_uuid(id).to_string(),
        ActorType::Device => DeviceId::from_uuid(id).to_string(),
        ActorType::ApiToken => ApiTokenId::from_uuid(id).to_string(),
        ActorType::System => return None,
    })
}

/// Reads an actor's id of any kind; `None` if it is no such id.
pub fn parse_actor_id(text: &str) -> Option<Uuid> {
    (text.parse().map(UserId::uuid))
        .or_else(|_| text.parse().map(DeviceId::uuid))
        .or_else(|_| text.parse().map(ApiTokenId::uuid))
        .ok()
}

impl FromStr for ActorType {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        [Self::Admin, Self::Tenant, Self::Device, Self::System, Self::ApiToken]
            .into_iter()
            .find(|kind| kind.as_str() == text)
            .ok_or(())
    }
}

/// Who somebody is to Daybook. What a role may do is said in [`crate::permission`] alone: roles have no order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Of the platform: reads everything, changes nothing.
    Auditor,
    /// Of the platform: runs the portal.
    Admin,
    /// Of the platform: everything.
    Owner,
    /// Of one tenant: all that is its own.
    TenantAdmin,
    /// Of one tenant: reads what is its own, changes nothing but the own account.
    TenantMember,
}

impl Role {
    /// The roles of the platform's operators.
    pub const PLATFORM: [Self; 3] = [Self::Auditor, Self::Admin, Self::Owner];

    /// The roles within a tenant.
    pub const TENANT: [Self; 2] = [Self::TenantAdmin, Self::TenantMember];

    /// All roles.
    pub const ALL: [Self; 5] =
        [Self::Auditor, Self::Admin, Self::Owner, Self::TenantAdmin, Self::TenantMember];

    /// As written in the database and in answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Auditor => "auditor",
            Self::Admin => "admin",
            Self::Owner => "owner",
            Self::TenantAdmin => "tenant_admin",
            Self::TenantMember => "tenant_member",
        }
    }

    /// Whether it is a role of the platform's operators; else it is one within a tenant.
    pub fn is_platform(self) -> bool {
        Self::PLATFORM.contains(&self)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

impl FromStr for Role {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        (Self::ALL.into_iter().find(|role| role.as_str() == text))
            .ok_or_else(|| format!("expected one of {}", Self::ALL.map(Self::as_str).join(", ")))
    }
}
