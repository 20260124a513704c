//! Users: people who sign in, of the platform or of one tenant. States and pure decisions; how they prove who they are is in
//! [`crate::factor`]. Must not know passwords, links or cookies: those are secrets beside the state.

mod events;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    Personal, Role, Timestamp, UserId,
    change::{changed, text_enum},
    invalid::{Checker, Invalid},
    tenant::TenantRef,
    text,
};

pub use events::{
    LinkSecret, Owners, PersonErased, PersonalExtent, PortalSetUp, UserChanges, UserDisabled, UserEnabled,
    UserInvited, UserJoined, UserLinkIssued, UserPasswordChanged, UserRef, UserRemoved, UserRoleChanged,
    UserUpdated,
};

/// Whether a user may sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum UserStatus {
    /// Has a link to join with, and has not used it.
    Invited,
    /// May sign in.
    Active,
    /// May not, until enabled again.
    Disabled,
    /// Is gone; the history stays.
    Removed,
}

text_enum!(UserStatus { Invited = "invited", Active = "active", Disabled = "disabled", Removed = "removed" });

/// What a single-use link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LinkPurpose {
    /// To join: the user has no password yet.
    Invitation,
    /// To choose a new password.
    Reset,
}

text_enum!(LinkPurpose { Invitation = "invitation", Reset = "reset" });

/// A user as it is now, without secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// Never changes.
    pub id: UserId,
    /// Whose user; none for people of the platform.
    pub tenant: Option<crate::TenantId>,
    /// Where they are written to, and the name they sign in with. None once erased.
    pub email: Option<Personal>,
    /// What they are called.
    pub name: Option<Personal>,
    /// What they may do.
    pub role: Role,
    /// Whether they may sign in.
    pub status: UserStatus,
    /// Goes up with each edit.
    pub version: i64,
    /// When they were invited.
    pub created_at: Timestamp,
    /// When they joined.
    pub joined_at: Option<Timestamp>,
    /// When they last signed in.
    pub last_login_at: Option<Timestamp>,
    /// When their personal values were erased.
    pub erased_at: Option<Timestamp>,
}

/// Why a user does not become what is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserRefusal {
    /// Nobody could own the portal afterwards.
    LastOwner,
    /// The user has not joined.
    NotActive,
    /// The user is not disabled.
    NotDisabled,
    /// The user is gone.
    Removed,
    /// The personal values are gone already.
    Erased,
}

/// What is asked for when somebody is invited; unchecked.
#[derive(Debug, Clone)]
pub struct UserDraft {
    /// Required; unique among the users of the tenant or of the platform.
    pub email: String,
    /// What they are called; they can change it when they join.
    pub name: Option<String>,
    /// What they will be allowed to do.
    pub role: Role,
}

/// The first owner, as the set-up page sends it; unchecked.
#[derive(Debug, Clone)]
pub struct OwnerDraft {
    /// Required.
    pub email: String,
    /// Required.
    pub name: String,
}

/// What to change of a user; absent fields stay.
#[derive(Debug, Clone, Default)]
pub struct UserEdit {
    /// Where they are written to.
    pub email: Option<String>,
    /// What they are called.
    pub name: Option<String>,
}

/// An e-mail address as addresses are compared: without regard to case.
pub fn email_key(email: &str) -> String {
    email.trim().to_lowercase()
}

impl UserDraft {
    /// The event that invites this user, or all that is wrong with the request.
    pub fn decide(
        self,
        id: UserId,
        tenant: Option<TenantRef>,
        link_expires_at: Timestamp,
    ) -> Result<UserInvited, Invalid> {
        let mut check = Checker::default();
        let email = check.take("/email", text::email(&self.email));
        let name = check.take_opt("/name", self.name.as_deref().map(text::name));
        let fits = self.role.is_platform() == tenant.is_none();
        check.require("/role", fits, "WRONG_ROLE", role_hint(tenant.is_some()));
        let role = self.role;
        let event = || {
            let user = UserRef { id, name: name.map(Personal::from) };
            Some(UserInvited { tenant, user, email: Personal::from(email?), role, link_expires_at })
        };
        check.finish(event())
    }
}

const fn role_hint(of_tenant: bool) -> &'static str {
    if of_tenant {
        "must be tenant_admin or tenant_member for a user of a tenant"
    } else {
        "must be owner, admin or auditor for a user of the platform"
    }
}

impl OwnerDraft {
    /// The event that makes the first owner, or all that is wrong with the request.
    pub fn decide(&self, id: UserId) -> Result<PortalSetUp, Invalid> {
        let mut check = Checker::default();
        let email = check.take("/email", text::email(&self.email));
        let name = check.take("/name", text::name(&self.name));
        let event = || {
            let user = UserRef { id, name: Some(Personal::from(name?)) };
            Some(PortalSetUp { user, email: Personal::from(email?) })
        };
        check.finish(event())
    }
}

impl User {
    /// As events name it.
    pub fn to_ref(&self) -> UserRef {
        UserRef { id: self.id, name: self.name.clone() }
    }

    /// Whether the portal's ownership depends on them now.
    pub fn is_acting_owner(&self) -> bool {
        self.role == Role::Owner && self.status == UserStatus::Active
    }

    fn expect_there(&self) -> Result<(), UserRefusal> {
        match self.status {
            UserStatus::Removed => Err(UserRefusal::Removed),
            _ => Ok(()),
        }
    }

    /// Refuses what would leave the portal without an owner who can sign in.
    fn expect_not_last(&self, owners: Owners) -> Result<(), UserRefusal> {
        if self.is_acting_owner() && owners.active <= 1 { Err(UserRefusal::LastOwner) } else { Ok(()) }
    }

    /// The event that edits it; `None` if nothing would change.
    pub fn edit(&self, tenant: Option<TenantRef>, edit: &UserEdit) -> Result<Option<UserUpdated>, Invalid> {
        let mut check = Checker::default();
        let email = check.take_opt("/email", edit.email.as_deref().map(text::email));
        let name = check.take_opt("/name", edit.name.as_deref().map(text::name));
        check.finish(Some(()))?;
        let changes = UserChanges {
            email: changed(&self.email, email.map(|email| Some(Personal::from(email)))),
            name: changed(&self.name, name.map(|name| Some(Personal::from(name)))),
        };
        if changes == UserChanges::default() {
            return Ok(None);
        }
        let name = changes.name.as_ref().map_or(&self.name, |name| &name.after).clone();
        let user = UserRef { id: self.id, name };
        Ok(Some(UserUpdated { tenant, user, version: self.version + 1, changes }))
    }

    /// The event that gives another role; `None` if it is the present one. The role must be of the user's own side.
    pub fn change_role(
        &self,
        tenant: Option<TenantRef>,
        after: Role,
        owners: Owners,
    ) -> Result<Option<UserRoleChanged>, UserRefusal> {
        self.expect_there()?;
        if after == self.role {
            return Ok(None);
        }
        self.expect_not_last(owners)?;
        let role = crate::change::Change { before: self.role, after };
        let (user, version) = (self.to_ref(), self.version + 1);
        Ok(Some(UserRoleChanged { tenant, user, version, role, status: self.status }))
    }

    /// Whether this role can be given to this user at all.
    pub fn check_role(&self, role: Role) -> Result<(), Invalid> {
        if role.is_platform() == self.tenant.is_none() {
            return Ok(());
        }
        Err(Invalid::field("/role", "WRONG_ROLE", role_hint(self.tenant.is_some())))
    }

    /// The event that stops them from signing in; `None` if they are stopped already.
    pub fn disable(
        &self,
        tenant: Option<TenantRef>,
        owners: Owners,
        reason: Option<String>,
    ) -> Result<Option<UserDisabled>, UserRefusal> {
        match self.status {
            UserStatus::Disabled => return Ok(None),
            UserStatus::Invited => return Err(UserRefusal::NotActive),
            UserStatus::Removed => return Err(UserRefusal::Removed),
            UserStatus::Active => self.expect_not_last(owners)?,
        }
        let reason = reason.map(Personal::from);
        let (user, version) = (self.to_ref(), self.version + 1);
        Ok(Some(UserDisabled { tenant, user, version, role: self.role, reason }))
    }

    /// The event that lets them sign in again; `None` if they may.
    pub fn enable(&self, tenant: Option<TenantRef>) -> Result<Option<UserEnabled>, UserRefusal> {
        match self.status {
            UserStatus::Active => Ok(None),
            UserStatus::Disabled => {
                let (user, version) = (self.to_ref(), self.version + 1);
                Ok(Some(UserEnabled { tenant, user, version, role: self.role }))
            }
            UserStatus::Invited => Err(UserRefusal::NotDisabled),
            UserStatus::Removed => Err(UserRefusal::Removed),
        }
    }

    /// The event that removes them; `None` if they are gone already.
    pub fn remove(
        &self,
        tenant: Option<TenantRef>,
        owners: Owners,
        reason: Option<String>,
    ) -> Result<Option<UserRemoved>, UserRefusal> {
        if self.status == UserStatus::Removed {
            return Ok(None);
        }
        self.expect_not_last(owners)?;
        let reason = reason.map(Personal::from);
        let (user, version) = (self.to_ref(), self.version + 1);
        Ok(Some(UserRemoved { tenant, user, version, role: self.role, was: self.status, reason }))
    }

    /// The events that erase their personal values: first that they are gone, unless they are already. `extent` is where the log holds
    /// the values; none of it is in the events themselves.
    pub fn erase(
        &self,
        tenant: Option<TenantRef>,
        owners: Owners,
        extent: PersonalExtent,
        reason: Option<String>,
    ) -> Result<(Option<UserRemoved>, PersonErased), UserRefusal> {
        if self.erased_at.is_some() {
            return Err(UserRefusal::Erased);
        }
        let removed = self.remove(tenant.clone(), owners, None)?;
        let before = removed.as_ref().map_or(self.version, |removed| removed.version);
        let PersonalExtent { events, first_seq, last_seq } = extent;
        let user = UserRef { id: self.id, name: None };
        let reason = reason.map(Personal::from);
        let erased = PersonErased { tenant, user, version: before + 1, first_seq, last_seq, events, reason };
        Ok((removed, erased))
    }

    /// What a link for them would be for, if they may have one.
    pub fn link_purpose(&self) -> Result<LinkPurpose, UserRefusal> {
        match self.status {
            UserStatus::Invited => Ok(LinkPurpose::Invitation),
            UserStatus::Active => Ok(LinkPurpose::Reset),
            UserStatus::Disabled => Err(UserRefusal::NotActive),
            UserStatus::Removed => Err(UserRefusal::Removed),
        }
    }
}
