//! API tokens: programs' way in. Pure decisions only; the secret's hash lives beside the state.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    Action, ApiTokenId, Personal, Rights, Role, Scopes, TenantId, Timestamp, UserId,
    event::Narrated,
    invalid::{Checker, Invalid, Reason},
    tenant::TenantRef,
    text,
    user::UserRef,
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
    /// The tenant within which it acts; absent for tokens of the platform.
    pub tenant: Option<TenantId>,
    /// The user it belongs to, if it belongs to one.
    pub user: Option<UserId>,
    /// What its owner calls it.
    pub name: Option<Personal>,
    /// Whose rights it has.
    pub role: Role,
    /// Those of them that it is limited to; all if absent.
    pub scopes: Option<Scopes>,
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

    /// What it may do.
    pub fn rights(&self) -> Rights {
        Rights { role: self.role, scopes: self.scopes.clone() }
    }

    /// The event that revokes it, with its tenant as it is called now; `None` if it is revoked already.
    pub fn revoke(&self, tenant: Option<TenantRef>) -> Option<ApiTokenRevoked> {
        let api_token = ApiTokenRef { id: self.id, name: self.name.clone() };
        self.revoked_at.is_none().then_some(ApiTokenRevoked { tenant, api_token })
    }
}

/// What is asked for when a token is created; unchecked.
#[derive(Debug, Clone)]
pub struct ApiTokenDraft {
    /// Required.
    pub name: String,
    /// Whose rights it has.
    pub role: Role,
    /// Wire names of actions that it is limited to; all that the role may do if absent.
    pub scopes: Option<Vec<String>>,
    /// The tenant within which it acts; absent for tokens of the platform.
    pub tenant: Option<TenantRef>,
    /// The user it belongs to.
    pub user: Option<UserRef>,
    /// Days from now; never if absent.
    pub expires_in_days: Option<i64>,
}

/// What stays beside an API token, never in an event: SHA-256 of its secret.
#[derive(Clone)]
pub struct ApiTokenSecret(pub [u8; 32]);

/// An API token was created.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ApiTokenCreated {
    /// The tenant within which it acts; absent for tokens of the platform.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<TenantRef>,
    /// The user it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<UserRef>,
    /// The token.
    pub api_token: ApiTokenRef,
    /// Whose rights it has.
    pub role: Role,
    /// Those of them that it is limited to; all if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scopes: Option<Scopes>,
    /// When it ends by itself.
    pub expires_at: Option<Timestamp>,
}

/// An API token was revoked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ApiTokenRevoked {
    /// The tenant within which it acted; absent for tokens of the platform.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<TenantRef>,
    /// The token.
    pub api_token: ApiTokenRef,
}

impl ApiTokenDraft {
    /// A token with all rights of this role of the platform, without end.
    pub fn of_platform(name: impl Into<String>, role: Role) -> Self {
        Self { name: name.into(), role, scopes: None, tenant: None, user: None, expires_in_days: None }
    }

    /// The event that creates this token, or all that is wrong with the request. `ceiling` is what whoever asks may do: the token
    /// may not do more. Only Daybook itself asks without one.
    pub fn decide(
        self,
        id: ApiTokenId,
        now: Timestamp,
        ceiling: Option<&Rights>,
    ) -> Result<ApiTokenCreated, Invalid> {
        let mut check = Checker::default();
        let name = check.take("/name", text::name(&self.name));
        let days = self.expires_in_days.map(|days| text::within(days, 1, 3_650));
        let days = check.take_opt("/expires_in_days", days);
        check.take("/role", self.fitting_role(ceiling));
        let scopes = self.checked_scopes(&mut check);
        let rights = Rights { role: self.role, scopes };
        if let Some(ceiling) = ceiling.filter(|_| check.is_clean()) {
            let (pointer, detail) = match rights.scopes {
                Some(_) => ("/scopes", "must not name what whoever asks may not do"),
                None => ("/role", "must not allow more than whoever asks may do; scopes can limit it"),
            };
            check.require(pointer, ceiling.cover(&rights), "BEYOND_CALLER", detail);
        }
        let event = || {
            Some(ApiTokenCreated {
                tenant: self.tenant,
                user: self.user,
                api_token: ApiTokenRef { id, name: Some(Personal::from(name?)) },
                role: self.role,
                scopes: rights.scopes,
                expires_at: days.map(|days| now.plus_days(days)),
            })
        };
        check.finish(event())
    }

    /// The role, if it is one of where the token acts, and for a token of a user one of where the user is.
    fn fitting_role(&self, ceiling: Option<&Rights>) -> Result<(), Reason> {
        let (known, place) = match &self.tenant {
            None => (&Role::PLATFORM[..], "of the platform"),
            Some(_) => (&Role::TENANT[..], "within a tenant"),
        };
        let known_names: Vec<_> = known.iter().map(|role| role.as_str()).collect();
        let wrong_role = |of: &str| {
            Reason::new("INVALID_VALUE", format!("must be a role {of}: {}", known_names.join(", ")))
        };
        let is_users_side = |rights: &Rights| rights.role.is_platform() == self.role.is_platform();
        if !known.contains(&self.role) {
            Err(wrong_role(place))
        } else if self.user.is_some() && !ceiling.is_none_or(is_users_side) {
            Err(Reason::new("BEYOND_CALLER", "must be a role of where the token's user is"))
        } else {
            Ok(())
        }
    }

    /// The scopes, each checked at its place in the list.
    fn checked_scopes(&self, check: &mut Checker) -> Option<Scopes> {
        let asked = self.scopes.as_ref()?;
        let one = |name: &String| match name.parse::<Action>() {
            Err(_) => Err(Reason::new(
                "UNKNOWN_SCOPE",
                "must be an action such as tenants:read; GET /admin/api/permissions lists them",
            )),
            Ok(action) if !self.role.may(action) => {
                Err(Reason::new("BEYOND_ROLE", "must be something that the token's role may do"))
            }
            Ok(action) => Ok(action),
        };
        let found =
            asked.iter().enumerate().map(|(at, name)| check.take(&format!("/scopes/{at}"), one(name)));
        let found: Vec<Option<Action>> = found.collect();
        let scopes = Scopes::new(found.into_iter().flatten());
        check.require("/scopes", !asked.is_empty(), "REQUIRED", "must name a scope, or be left out");
        scopes
    }
}

impl Narrated for ApiTokenCreated {
    fn sentence(&self) -> String {
        match &self.scopes {
            None => format!("An API token with role {} was created.", self.role),
            Some(scopes) => {
                let scopes: Vec<_> = scopes.iter().map(Action::as_str).collect();
                format!(
                    "An API token with role {}, limited to {}, was created.",
                    self.role,
                    scopes.join(", ")
                )
            }
        }
    }
}

impl Narrated for ApiTokenRevoked {
    fn sentence(&self) -> String {
        "An API token was revoked.".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn tenant() -> TenantRef {
        TenantRef { id: TenantId::from_uuid(Uuid::from_u128(1)), slug: "acme".into(), name: "Acme".into() }
    }

    fn scoped(role: Role, scopes: &[&str]) -> ApiTokenDraft {
        let scopes = scopes.iter().map(|&name| name.to_owned()).collect();
        ApiTokenDraft { scopes: Some(scopes), ..ApiTokenDraft::of_platform("export", role) }
    }

    fn decide(draft: ApiTokenDraft, ceiling: Option<&Rights>) -> Result<ApiTokenCreated, Invalid> {
        draft.decide(ApiTokenId::from_uuid(Uuid::nil()), Timestamp::from_micros(0), ceiling)
    }

    fn wrong(draft: ApiTokenDraft, ceiling: Option<&Rights>) -> Vec<(String, &'static str)> {
        let Err(Invalid(errors)) = decide(draft, ceiling) else { return vec![] };
        errors.into_iter().map(|error| (error.pointer, error.code)).collect()
    }

    #[test]
    fn scopes_are_part_of_what_the_role_may() {
        let made = decide(scoped(Role::Admin, &["log:read", "tenants:write", "log:read"]), None).unwrap();
        assert_eq!(made.scopes.as_ref().unwrap().to_string(), "tenants:write log:read");
        let said = "An API token with role admin, limited to tenants:write, log:read, was created.";
        assert_eq!(made.sentence(), said);
        let draft = scoped(Role::Auditor, &["log:read", "log:write", "tenants:write"]);
        let expected = [("/scopes/1".into(), "UNKNOWN_SCOPE"), ("/scopes/2".into(), "BEYOND_ROLE")];
        assert_eq!(wrong(draft, None), expected);
        assert_eq!(wrong(scoped(Role::Owner, &[]), None), [("/scopes".into(), "REQUIRED")]);
    }

    #[test]
    fn a_role_is_of_where_the_token_acts() {
        for role in Role::ALL {
            let platform = ApiTokenDraft::of_platform("export", role);
            let within = ApiTokenDraft { tenant: Some(tenant()), ..platform.clone() };
            assert_eq!(wrong(platform, None).is_empty(), role.is_platform(), "{role}");
            assert_eq!(wrong(within, None).is_empty(), !role.is_platform(), "{role}");
        }
    }

    #[test]
    fn a_token_may_not_do_more_than_whoever_asks() {
        let owner = Rights::of(Role::Owner);
        let limited = Rights { role: Role::Owner, scopes: "tokens:write log:read".parse().ok() };
        let auditor = ApiTokenDraft::of_platform("export", Role::Auditor);
        assert_eq!(wrong(auditor.clone(), Some(&owner)), []);
        assert_eq!(wrong(auditor.clone(), Some(&limited)), [("/role".into(), "BEYOND_CALLER")]);
        let nameless = ApiTokenDraft { name: " ".to_owned(), ..auditor.clone() };
        assert_eq!(
            wrong(nameless, Some(&limited)),
            [("/name".into(), "REQUIRED")],
            "first what is wrong by itself"
        );
        assert_eq!(wrong(scoped(Role::Auditor, &["log:read"]), Some(&limited)), []);
        let more = scoped(Role::Auditor, &["log:read", "codes:read"]);
        assert_eq!(wrong(more, Some(&limited)), [("/scopes".into(), "BEYOND_CALLER")]);

        let member = ApiTokenDraft {
            tenant: Some(tenant()),
            ..ApiTokenDraft::of_platform("export", Role::TenantMember)
        };
        assert_eq!(wrong(member.clone(), Some(&owner)), [], "an owner lets tenants in");
        let user = UserRef { id: UserId::from_uuid(Uuid::from_u128(2)), name: None };
        let of_owner = ApiTokenDraft { user: Some(user.clone()), ..member.clone() };
        assert_eq!(wrong(of_owner, Some(&owner)), [("/role".into(), "BEYOND_CALLER")]);
        let of_tenant_admin = ApiTokenDraft { user: Some(user), ..member };
        assert_eq!(wrong(of_tenant_admin, Some(&Rights::of(Role::TenantAdmin))), []);
    }
}
