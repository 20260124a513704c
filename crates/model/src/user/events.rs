//! The events of users and what stays beside them. Must not decide anything.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{LinkPurpose, UserStatus};
use crate::{
    Personal, Role, Timestamp, UserId,
    change::{Change, list_fields},
    event::Narrated,
    tenant::TenantRef,
    totals::{Deltas, Total},
};

/// A user as an event names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UserRef {
    /// The user's id.
    pub id: UserId,
    /// Their name at the time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Personal>,
}

/// How many owners of the portal may sign in now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owners {
    /// Whether the first owner was ever made.
    pub set_up: bool,
    /// Owners who may sign in.
    pub active: i64,
}

/// Where the log holds personal values of somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PersonalExtent {
    /// In how many events.
    pub events: i64,
    /// The first of them that has its number.
    pub first_seq: Option<i64>,
    /// The last.
    pub last_seq: Option<i64>,
}

/// What stays beside an invitation or a reset, never in an event: SHA-256 of the link's secret.
#[derive(Clone)]
pub struct LinkSecret {
    /// The link's public id.
    pub id: uuid::Uuid,
    /// SHA-256 of its secret.
    pub hash: [u8; 32],
}

/// The first owner was made with the set-up link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PortalSetUp {
    /// The owner.
    pub user: UserRef,
    /// Their address.
    pub email: Personal,
}

/// Somebody was invited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UserInvited {
    /// Their tenant; absent for people of the platform.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<TenantRef>,
    /// The user.
    pub user: UserRef,
    /// Their address.
    pub email: Personal,
    /// What they will be allowed to do.
    pub role: Role,
    /// When the link to join ends.
    pub link_expires_at: Timestamp,
}

/// A new single-use link was issued for a user; older ones ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UserLinkIssued {
    /// Their tenant; absent for people of the platform.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<TenantRef>,
    /// The user.
    pub user: UserRef,
    /// What it is for.
    pub purpose: LinkPurpose,
    /// When the link ends.
    pub link_expires_at: Timestamp,
}

/// An invited user joined.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UserJoined {
    /// Their tenant; absent for people of the platform.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<TenantRef>,
    /// The user, under the name they chose.
    pub user: UserRef,
    /// What they may do.
    pub role: Role,
    /// Version of the user after the change.
    pub version: i64,
}

/// What was changed of a user.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct UserChanges {
    /// Where they are written to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Change<Option<Personal>>>,
    /// What they are called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Change<Option<Personal>>>,
}

/// Name or address of a user were changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UserUpdated {
    /// Their tenant; absent for people of the platform.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<TenantRef>,
    /// The user.
    pub user: UserRef,
    /// Version of the user after the change.
    pub version: i64,
    /// The fields that changed, before and after.
    pub changes: UserChanges,
}

/// A user may do something else from now on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UserRoleChanged {
    /// Their tenant; absent for people of the platform.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<TenantRef>,
    /// The user.
    pub user: UserRef,
    /// Version of the user after the change.
    pub version: i64,
    /// The role, before and after.
    pub role: Change<Role>,
    /// Whether they may sign in.
    pub status: UserStatus,
}

/// A user may not sign in any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UserDisabled {
    /// Their tenant; absent for people of the platform.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<TenantRef>,
    /// The user.
    pub user: UserRef,
    /// Version of the user after the change.
    pub version: i64,
    /// Their role.
    pub role: Role,
    /// Why, in the operator's words.
    pub reason: Option<Personal>,
}

/// A disabled user may sign in again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UserEnabled {
    /// Their tenant; absent for people of the platform.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<TenantRef>,
    /// The user.
    pub user: UserRef,
    /// Version of the user after the change.
    pub version: i64,
    /// Their role.
    pub role: Role,
}

/// A user was removed; what they did stays in the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UserRemoved {
    /// Their tenant; absent for people of the platform.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<TenantRef>,
    /// The user.
    pub user: UserRef,
    /// Version of the user after the change.
    pub version: i64,
    /// Their role.
    pub role: Role,
    /// What they were before.
    pub was: UserStatus,
    /// Why, in the operator's words.
    pub reason: Option<Personal>,
}

/// A user has a new password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UserPasswordChanged {
    /// Their tenant; absent for people of the platform.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<TenantRef>,
    /// The user.
    pub user: UserRef,
    /// Whether it was chosen through a reset link instead of with the old one.
    pub by_link: bool,
}

/// The personal values of a user were erased, with their salts: what is left in the log names nobody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PersonErased {
    /// Their tenant; absent for people of the platform.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<TenantRef>,
    /// The user; the name is gone.
    pub user: UserRef,
    /// Version of the user after the change.
    pub version: i64,
    /// Number of the first event that held personal values of the user.
    pub first_seq: Option<i64>,
    /// Number of the last such event.
    pub last_seq: Option<i64>,
    /// In how many events values were erased.
    pub events: i64,
    /// On what ground, such as a request of the person.
    pub reason: Option<Personal>,
}

/// The total that counts users in this state; removed ones are not counted.
fn total(status: UserStatus) -> Option<Total> {
    match status {
        UserStatus::Invited => Some(Total::UsersInvited),
        UserStatus::Active => Some(Total::UsersActive),
        UserStatus::Disabled => Some(Total::UsersDisabled),
        UserStatus::Removed => None,
    }
}

impl Narrated for PortalSetUp {
    fn sentence(&self) -> String {
        "The portal was set up and has its first owner.".to_owned()
    }

    fn deltas(&self) -> Deltas {
        Deltas::none().add(Total::UsersActive, 1)
    }
}

impl Narrated for UserInvited {
    fn sentence(&self) -> String {
        format!("A user was invited with role {}.", self.role)
    }

    fn deltas(&self) -> Deltas {
        Deltas::none().add(Total::UsersInvited, 1)
    }
}

impl Narrated for UserLinkIssued {
    fn sentence(&self) -> String {
        match self.purpose {
            LinkPurpose::Reset => "A link to choose a new password was issued.".to_owned(),
            LinkPurpose::Invitation => "A new invitation link was issued.".to_owned(),
        }
    }
}

impl Narrated for UserJoined {
    fn sentence(&self) -> String {
        format!("A user joined with role {}.", self.role)
    }

    fn deltas(&self) -> Deltas {
        Deltas::none().add(Total::UsersInvited, -1).add(Total::UsersActive, 1)
    }
}

impl Narrated for UserUpdated {
    fn sentence(&self) -> String {
        let UserChanges { email, name } = &self.changes;
        let fields = [(email.is_some(), "e-mail"), (name.is_some(), "name")];
        format!("A user was changed: {}.", list_fields(&fields))
    }
}

impl Narrated for UserRoleChanged {
    fn sentence(&self) -> String {
        format!("The role of a user was changed from {} to {}.", self.role.before, self.role.after)
    }
}

impl Narrated for UserDisabled {
    fn sentence(&self) -> String {
        "A user was disabled.".to_owned()
    }

    fn deltas(&self) -> Deltas {
        Deltas::none().add(Total::UsersActive, -1).add(Total::UsersDisabled, 1)
    }
}

impl Narrated for UserEnabled {
    fn sentence(&self) -> String {
        "A user was enabled again.".to_owned()
    }

    fn deltas(&self) -> Deltas {
        Deltas::none().add(Total::UsersDisabled, -1).add(Total::UsersActive, 1)
    }
}

impl Narrated for UserRemoved {
    fn sentence(&self) -> String {
        "A user was removed.".to_owned()
    }

    fn deltas(&self) -> Deltas {
        match total(self.was) {
            Some(total) => Deltas::none().add(total, -1),
            None => Deltas::none(),
        }
    }
}

impl Narrated for UserPasswordChanged {
    fn sentence(&self) -> String {
        let how =
            if self.by_link { "chose a new password through a reset link" } else { "changed the password" };
        format!("A user {how}.")
    }
}

impl Narrated for PersonErased {
    fn sentence(&self) -> String {
        format!("The personal values of a user were erased from {} events.", self.events)
    }
}
