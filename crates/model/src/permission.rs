//! The permissions: one table of what there is to allow and which roles may do it. Every check, the API's document and
//! `docs/permissions.md` read it from here. Must not know how callers authenticate.

use std::{collections::BTreeSet, fmt, str::FromStr};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Role, change::text_enum};

/// The one list of permissions, handed to the macro `$with`: each action with its wire name, what it allows and whose it is.
/// A new permission is a line here; its wire name is kept for ever, because tokens name it.
#[macro_export]
macro_rules! for_each_permission {
    ($with:ident) => {
        $with! {
            TenantsRead = "tenants:read", "See tenants and what deleting one would close", [Owner, Admin, Auditor];
            TenantsWrite = "tenants:write", "Create, edit, suspend, resume and delete tenants", [Owner, Admin];
            PlansRead = "plans:read", "See plans and what they allow", [Owner, Admin, Auditor];
            PlansWrite = "plans:write", "Create, edit and delete plans", [Owner, Admin];
            UsageRead = "usage:read", "See what tenants use of their quotas",
                [Owner, Admin, Auditor, TenantAdmin, TenantMember];
            ProfileRead = "profile:read", "See the profile of one's own tenant",
                [Owner, Admin, Auditor, TenantAdmin, TenantMember];
            ProfileWrite = "profile:write", "Edit the profile of one's own tenant", [Owner, Admin, TenantAdmin];
            ProjectsRead = "projects:read", "See projects",
                [Owner, Admin, Auditor, TenantAdmin, TenantMember];
            ProjectsWrite = "projects:write", "Create, edit and delete projects, and bind codes to them", [Owner, Admin, TenantAdmin];
            CodesRead = "codes:read", "See activation codes, without the codes themselves",
                [Owner, Admin, Auditor, TenantAdmin, TenantMember];
            CodesWrite = "codes:write", "Generate and revoke activation codes", [Owner, Admin, TenantAdmin];
            DevicesRead = "devices:read", "See enrolled devices",
                [Owner, Admin, Auditor, TenantAdmin, TenantMember];
            DevicesWrite = "devices:write", "Revoke devices", [Owner, Admin, TenantAdmin];
            LogRead = "log:read", "Read and follow the event log",
                [Owner, Admin, Auditor, TenantAdmin, TenantMember];
            NumbersRead = "numbers:read", "Read totals, trends and rankings",
                [Owner, Admin, Auditor, TenantAdmin, TenantMember];
            UsersRead = "users:read", "See users", [Owner, Admin, Auditor, TenantAdmin];
            TenantUsersWrite = "tenant-users:write", "Invite, edit and remove users of tenants", [Owner, Admin, TenantAdmin];
            PlatformUsersWrite = "platform-users:write", "Invite, edit and remove users of the platform", [Owner];
            SessionsRead = "sessions:read", "See who is signed in", [Owner, Admin, Auditor, TenantAdmin];
            SessionsWrite = "sessions:write", "End the sessions of others", [Owner, Admin, TenantAdmin];
            TokensRead = "tokens:read", "See API tokens, without their secrets", [Owner, Admin, Auditor, TenantAdmin];
            TokensWrite = "tokens:write", "Create and revoke API tokens", [Owner, TenantAdmin];
            PersonsErase = "persons:erase", "Erase the personal values of a person", [Owner];
            IdentityProvidersRead = "identity-providers:read", "See identity providers", [Owner, Admin, Auditor];
            IdentityProvidersWrite = "identity-providers:write", "Configure identity providers", [Owner];
            ConfigRead = "config:read", "See the configuration, without its keys", [Owner, Admin, Auditor];
            ConfigWrite = "config:write", "Change the configuration", [Owner, Admin];
            NotificationsRead = "notifications:read", "See which notifications wait, were sent or failed", [Owner, Admin, Auditor];
            NotificationsWrite = "notifications:write", "Try failed notifications again", [Owner, Admin];
            Account = "account", "Manage one's own profile, password, second factors and sessions",
                [Owner, Admin, Auditor, TenantAdmin, TenantMember];
        }
    };
}

macro_rules! table {
    ($($action:ident = $wire:literal, $what:literal, [$($role:ident),*];)*) => {
        /// Something that a caller may be allowed to do.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        pub enum Action { $(#[doc = $what] #[serde(rename = $wire)] $action,)* }

        text_enum!(Action { $($action = $wire),* });

        /// Every permission, in the order in which it is shown.
        pub const PERMISSIONS: &[Permission] = &[$(Permission {
            action: Action::$action,
            what: $what,
            roles: &[$(Role::$role),*],
        }),*];
    };
}

for_each_permission!(table);

/// A line of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Permission {
    /// What is allowed.
    pub action: Action,
    /// The same in words.
    pub what: &'static str,
    /// To whom. Roles of tenants act within their own tenant only.
    pub roles: &'static [Role],
}

impl Action {
    /// The roles that may do it.
    pub fn roles(self) -> &'static [Role] {
        PERMISSIONS.iter().find(|line| line.action == self).map_or(&[], |line| line.roles)
    }
}

impl Role {
    /// Whether it may do this. The tenant of a tenant's role is the caller's to check.
    pub fn may(self, action: Action) -> bool {
        action.roles().contains(&self)
    }

    /// Everything that it may do, in the order of the table.
    pub fn actions(self) -> impl Iterator<Item = Action> {
        Action::ALL.iter().copied().filter(move |action| self.may(*action))
    }
}

/// The actions that a token is limited to; never empty. As text they are separated by spaces, as a list in an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Scopes(BTreeSet<Action>);

impl Scopes {
    /// These actions; nothing if there are none.
    pub fn new(actions: impl IntoIterator<Item = Action>) -> Option<Self> {
        let actions: BTreeSet<Action> = actions.into_iter().collect();
        (!actions.is_empty()).then_some(Self(actions))
    }

    /// Whether this action is among them.
    pub fn contains(&self, action: Action) -> bool {
        self.0.contains(&action)
    }

    /// The actions, in the order of the table.
    pub fn iter(&self) -> impl Iterator<Item = Action> {
        self.0.iter().copied()
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, action) in self.iter().enumerate() {
            write!(out, "{}{action}", if at == 0 { "" } else { " " })?;
        }
        Ok(())
    }
}

impl FromStr for Scopes {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let actions = text.split_whitespace().map(str::parse).collect::<Result<Vec<Action>, String>>()?;
        Self::new(actions).ok_or_else(|| "no scope is named".to_owned())
    }
}

/// What a caller may do: what its role may, and of that only what its scopes name, if it has any.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rights {
    /// The role.
    pub role: Role,
    /// The limit of a token; all that the role may do if there is none.
    pub scopes: Option<Scopes>,
}

/// Why a caller may not do something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// The role does not have the action.
    Role,
    /// The role has it, and the token's scopes leave it out.
    Scope,
}

impl Rights {
    /// Everything that this role may do.
    pub const fn of(role: Role) -> Self {
        Self { role, scopes: None }
    }

    /// Refuses an action that is not among these rights, with the reason.
    pub fn require(&self, action: Action) -> Result<(), Missing> {
        if !self.role.may(action) {
            return Err(Missing::Role);
        }
        match &self.scopes {
            Some(scopes) if !scopes.contains(action) => Err(Missing::Scope),
            _ => Ok(()),
        }
    }

    /// Whether this action is among these rights.
    pub fn may(&self, action: Action) -> bool {
        self.require(action).is_ok()
    }

    /// Everything that is among these rights, in the order of the table.
    pub fn actions(&self) -> impl Iterator<Item = Action> {
        self.role.actions().filter(|action| self.may(*action))
    }

    /// Whether whoever has these rights can hand out those: nobody gives more than they have, and the rights of a platform's role
    /// reach every tenant, so no tenant's role covers them. That both are of one tenant is the caller's to check.
    pub fn cover(&self, other: &Self) -> bool {
        let reaches = self.role.is_platform() || !other.role.is_platform();
        reaches && other.actions().all(|action| self.may(action))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_each_action_once_and_somebody_who_may() {
        assert_eq!(PERMISSIONS.len(), Action::ALL.len());
        let names: BTreeSet<&str> = Action::ALL.iter().map(|action| action.as_str()).collect();
        assert_eq!(names.len(), Action::ALL.len(), "wire names are unique");
        for line in PERMISSIONS {
            assert!(!line.roles.is_empty(), "nobody may {}", line.action);
            let roles: BTreeSet<&str> = line.roles.iter().map(|role| role.as_str()).collect();
            assert_eq!(roles.len(), line.roles.len(), "{}: a role twice", line.action);
            assert_eq!(line.action.as_str().parse(), Ok(line.action));
            assert_eq!(serde_json::to_value(line.action).unwrap(), line.action.as_str());
        }
    }

    #[test]
    fn an_owner_may_everything_and_an_auditor_changes_nothing() {
        for action in Action::ALL {
            assert!(Role::Owner.may(*action), "{action}");
            let reads = action.as_str().ends_with(":read") || *action == Action::Account;
            assert_eq!(Role::Auditor.may(*action), reads, "{action}");
            assert!(Role::Admin.may(*action) || !reads, "{action}: an admin reads all that an auditor reads");
        }
        for action in Role::TenantMember.actions() {
            assert!(
                action.as_str().ends_with(":read") || action == Action::Account,
                "{action}: a member changes nothing"
            );
            assert!(Role::TenantAdmin.may(action), "{action}");
        }
    }

    #[test]
    fn each_role_has_the_actions_that_were_decided() {
        let counts = Role::ALL.map(|role| (role.as_str(), role.actions().count()));
        let expected =
            [("auditor", 16), ("admin", 26), ("owner", 30), ("tenant_admin", 18), ("tenant_member", 8)];
        assert_eq!(counts, expected);
        let named = |role: Role| Scopes::new(role.actions()).unwrap().to_string();
        let member =
            "usage:read profile:read projects:read codes:read devices:read log:read numbers:read account";
        assert_eq!(named(Role::TenantMember), member);
        let admin = "usage:read profile:read profile:write projects:read projects:write codes:read codes:write devices:read devices:write \
            log:read numbers:read users:read tenant-users:write sessions:read sessions:write tokens:read tokens:write account";
        assert_eq!(named(Role::TenantAdmin), admin);
        let kept_from_admins = Action::ALL.iter().filter(|action| !Role::Admin.may(**action));
        let kept_from_admins: Vec<_> = kept_from_admins.map(|action| action.as_str()).collect();
        assert_eq!(
            kept_from_admins,
            ["platform-users:write", "tokens:write", "persons:erase", "identity-providers:write"]
        );
    }

    #[test]
    fn scopes_are_read_back_in_the_order_of_the_table() {
        let scopes: Scopes = "log:read  tenants:read log:read".parse().unwrap();
        assert_eq!(scopes.to_string(), "tenants:read log:read");
        assert_eq!(serde_json::to_string(&scopes).unwrap(), r#"["tenants:read","log:read"]"#);
        assert_eq!(scopes.to_string().parse(), Ok(scopes));
        assert!("".parse::<Scopes>().is_err() && "tenants".parse::<Scopes>().is_err());
    }

    #[test]
    fn a_right_needs_the_role_and_the_scope() {
        let scopes = "tenants:read tenants:write".parse().ok();
        let admin = Rights { role: Role::Admin, scopes: scopes.clone() };
        assert_eq!(admin.require(Action::TenantsWrite), Ok(()));
        assert_eq!(admin.require(Action::LogRead), Err(Missing::Scope));
        assert_eq!(admin.require(Action::TokensWrite), Err(Missing::Role));
        // Scopes never add to a role, whatever was stored.
        assert_eq!(Rights { role: Role::Auditor, scopes }.require(Action::TenantsWrite), Err(Missing::Role));
    }

    #[test]
    fn nobody_hands_out_more_than_they_have() {
        let limited = Rights { role: Role::Owner, scopes: "tokens:write log:read".parse().ok() };
        let reads_log = Rights { role: Role::Auditor, scopes: "log:read".parse().ok() };
        assert!(limited.cover(&reads_log) && Rights::of(Role::Owner).cover(&limited));
        assert!(!limited.cover(&Rights::of(Role::Auditor)), "all that an auditor reads is more");
        assert!(!reads_log.cover(&limited));
        for role in Role::ALL {
            assert!(Rights::of(Role::Owner).cover(&Rights::of(role)), "{role}");
            assert!(Rights::of(role).cover(&Rights::of(role)), "{role}");
        }
        assert!(!Rights::of(Role::Admin).cover(&Rights::of(Role::TenantAdmin)), "an admin makes no tokens");
        let reads_users = Rights { role: Role::Auditor, scopes: "users:read".parse().ok() };
        assert!(!Rights::of(Role::TenantAdmin).cover(&reads_users), "the users of every tenant");
    }
}
