//! Who may call: a type in every handler's signature. A handler without one of these is open, and a test knows which may be.

use std::marker::PhantomData;

use axum::{
    extract::FromRequestParts,
    http::{HeaderValue, StatusCode, header, request::Parts},
};
use daybook_model::{
    Action, Actor, ActorType, Rights, SessionId, TenantId, permission::Missing, user::UserRef,
};
use daybook_portal::{Authority, Context, DeviceIdentity, Identity, Person, Side, TenantScope};

use crate::{
    App, admin_api::tenant_scope::tenant_scope, form_token, problem::Problem, request::Origin, session_cookie,
};

/// What a caller must be allowed to do.
pub(crate) trait Permission: Send + Sync {
    /// The action, one of the table of permissions.
    const ACTION: Action;
}

/// A marker for each action of the table of permissions, of the same name: what a handler asks for stands in its signature.
pub(crate) mod may {
    use daybook_model::{Action, for_each_permission};

    use super::Permission;

    macro_rules! markers {
        ($($action:ident = $wire:literal, $what:literal, $roles:tt;)*) => { $(
            #[doc = $what]
            pub(crate) struct $action;

            impl Permission for $action {
                const ACTION: Action = Action::$action;
            }
        )*
            // Every action has its marker, whether a route asks for it yet or not.
            const _: [Action; Action::ALL.len()] = [$(<$action as Permission>::ACTION),*];
        };
    }

    for_each_permission!(markers);
}

/// Which side a request is for: the same routes stand under the API of the platform and of tenants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Realm {
    /// Under `/admin/api`.
    Platform,
    /// Under `/tenant/api`.
    Tenant,
}

impl Realm {
    /// Where somebody signs in who names this tenant, or none.
    pub(crate) fn side(self, tenant: Option<&str>) -> Result<Side<'_>, Problem> {
        match (self, tenant) {
            (Self::Platform, None) => Ok(Side::Platform),
            (Self::Tenant, Some(slug)) => Ok(Side::Tenant(slug)),
            (Self::Platform, Some(_)) => {
                Err(Problem::field("/tenant", "UNKNOWN_FIELD", "people of tenants sign in under /tenant/api"))
            }
            (Self::Tenant, None) => Err(Problem::field("/tenant", "REQUIRED", "must be given")),
        }
    }

    /// Refuses a caller of the other side.
    pub(crate) fn expect(self, identity: &Identity) -> Result<(), Problem> {
        let role = identity.rights.role;
        // A tenant's roles have some of the same actions, within their own tenant: under /admin/api every tenant can be reached.
        match (self, identity.tenant) {
            (Self::Platform, Some(_)) => Err(Problem::forbidden(format!(
                "this is for the platform's operators, and {role} is a role within a tenant"
            ))),
            (Self::Tenant, None) => Err(Problem::forbidden(format!(
                "this is for the people and programs of a tenant, and {role} is a role of the platform"
            ))),
            _ => Ok(()),
        }
    }
}

impl FromRequestParts<App> for Realm {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Problem> {
        let missing = || {
            let detail = "the server failed: report the request id to its operator";
            Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL", detail)
        };
        parts.extensions.get::<Self>().copied().ok_or_else(missing)
    }
}

/// The context of somebody who has not said yet who they are.
pub(crate) fn anybody(realm: Realm, origin: Origin) -> Context {
    let kind = match realm {
        Realm::Platform => ActorType::Admin,
        Realm::Tenant => ActorType::Tenant,
    };
    origin.context(Actor { kind, id: None, name: None })
}

/// Whoever asks: a program by its token, else a person by their session.
async fn identify(parts: &Parts, app: &App) -> Result<Identity, Problem> {
    match bearer(parts) {
        Some(token) => Ok(app.portal.authenticate_program(token).await?),
        None => Ok(Identity::from(&signed_in(parts, app).await?)),
    }
}

/// The person whose session the request's cookie is. What changes something must come from our own pages: the browser says so, or the
/// request has the form token that only they know.
async fn signed_in(parts: &Parts, app: &App) -> Result<Person, Problem> {
    let cookie = session_cookie::read(app, &parts.headers).ok_or_else(Problem::unauthenticated)?;
    let person = app.portal.authenticate_session(cookie).await?;
    let sent = parts.headers.get("x-form-token").map(HeaderValue::as_bytes).unwrap_or_default();
    // As the API answers it, or masked as it stands on a page.
    let masked = std::str::from_utf8(sent).ok().and_then(form_token::unmasked);
    let sent = masked.as_deref().unwrap_or(sent);
    if !parts.method.is_safe() {
        form_token::expect(&parts.headers, &person, sent)?;
    }
    Ok(person)
}

/// An operator of the platform, whatever they may do.
pub(crate) struct AnyAdminCaller(Identity);

impl AnyAdminCaller {
    /// What the caller may do.
    pub(crate) fn rights(&self) -> &Rights {
        &self.0.rights
    }
}

impl FromRequestParts<App> for AnyAdminCaller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let identity = identify(parts, app).await?;
        Realm::Platform.expect(&identity)?;
        Ok(Self(identity))
    }
}

/// Somebody who may do `P`, on the side that the request is for: on the platform's everywhere, on a tenant's within it.
pub(crate) struct Caller<P> {
    identity: Identity,
    origin: Origin,
    permission: PhantomData<P>,
}

impl<P> Caller<P> {
    /// What the caller may do besides.
    pub(crate) fn rights(&self) -> &Rights {
        &self.identity.rights
    }

    /// Whose rows the caller can reach.
    pub(crate) fn scope(&self) -> TenantScope {
        self.identity.scope()
    }

    /// The caller's own tenant.
    pub(crate) fn own_tenant(&self) -> Result<TenantId, Problem> {
        let missing = || Problem::forbidden("this is for the people and programs of a tenant");
        self.identity.tenant.ok_or_else(missing)
    }

    /// Whether the caller is an operator of the platform.
    pub(crate) fn is_platform(&self) -> bool {
        self.identity.tenant.is_none()
    }

    /// Whose rows a list shows that names this tenant by slug or id: for a tenant's own people always theirs.
    pub(crate) async fn scope_named(&self, app: &App, tenant: Option<&str>) -> Result<TenantScope, Problem> {
        match self.scope() {
            TenantScope::All => tenant_scope(app, tenant).await,
            own @ TenantScope::Of(_) => Ok(own),
        }
    }

    /// Whom the caller may manage.
    pub(crate) fn authority(&self) -> Authority {
        self.identity.authority()
    }

    /// The caller's session, if it is a person.
    pub(crate) fn session(&self) -> Option<SessionId> {
        self.identity.session
    }

    /// The person who asks, as events name them.
    pub(crate) fn user(&self) -> Result<UserRef, Problem> {
        let user = self.identity.user.filter(|_| self.identity.session.is_some());
        let id = user
            .ok_or_else(|| Problem::field("/personal", "NOT_A_PERSON", "is for people who are signed in"))?;
        Ok(UserRef { id, name: self.identity.actor.name.clone() })
    }

    /// In whose name, and for which request, a change is made.
    pub(crate) fn context(self) -> Context {
        self.origin.context(self.identity.actor)
    }
}

impl<P: Permission> Caller<P> {
    async fn of(realm: Realm, parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let identity = identify(parts, app).await?;
        realm.expect(&identity)?;
        let missing = |why| forbidden(P::ACTION, &identity.rights, why);
        identity.rights.require(P::ACTION).map_err(missing)?;
        let origin = Origin::from_request_parts(parts, app).await?;
        Ok(Self { identity, origin, permission: PhantomData })
    }
}

impl<P: Permission> FromRequestParts<App> for Caller<P> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let realm = Realm::from_request_parts(parts, app).await?;
        Self::of(realm, parts, app).await
    }
}

/// An operator of the platform who may do `P`.
pub(crate) struct AdminCaller<P>(Caller<P>);

impl<P> std::ops::Deref for AdminCaller<P> {
    type Target = Caller<P>;

    fn deref(&self) -> &Caller<P> {
        &self.0
    }
}

impl<P> AdminCaller<P> {
    /// In whose name, and for which request, a change is made.
    pub(crate) fn context(self) -> Context {
        self.0.context()
    }
}

impl<P: Permission> FromRequestParts<App> for AdminCaller<P> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        Caller::of(Realm::Platform, parts, app).await.map(Self)
    }
}

/// A person who is signed in, on the side that the request is for.
pub(crate) struct PersonCaller {
    person: Person,
    origin: Origin,
}

impl PersonCaller {
    /// In whose name a change is made, and the person.
    pub(crate) fn into_parts(self) -> (Context, Person) {
        (self.origin.context(self.person.actor()), self.person)
    }
}

impl FromRequestParts<App> for PersonCaller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let realm = Realm::from_request_parts(parts, app).await?;
        if bearer(parts).is_some() {
            // A token opens no account, whoever it belongs to.
            return Err(Problem::unauthenticated());
        }
        let person = signed_in(parts, app).await?;
        let identity = Identity::from(&person);
        realm.expect(&identity)?;
        let missing = |why| forbidden(Action::Account, &identity.rights, why);
        identity.rights.require(Action::Account).map_err(missing)?;
        Ok(Self { person, origin: Origin::from_request_parts(parts, app).await? })
    }
}

/// Says which action is missing, and whether another role or another token would have it.
pub(crate) fn forbidden(action: Action, rights: &Rights, why: Missing) -> Problem {
    let role = rights.role;
    Problem::forbidden(match why {
        Missing::Role => format!("this needs {action}, which the role {role} does not have"),
        Missing::Scope => format!("this needs {action}, which is not among the token's scopes"),
    })
}

/// An enrolled device that may work.
pub(crate) struct DeviceCaller(pub(crate) DeviceIdentity);

impl FromRequestParts<App> for DeviceCaller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let context = device_context(Origin::from_request_parts(parts, app).await?);
        let token = bearer(parts).ok_or_else(Problem::unauthenticated)?;
        Ok(Self(app.portal.authenticate_device(&context, token).await?))
    }
}

/// A bearer token whose worth the use case decides.
pub(crate) struct BearerToken {
    pub(crate) token: String,
    pub(crate) origin: Origin,
}

impl FromRequestParts<App> for BearerToken {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let token = bearer(parts).ok_or_else(Problem::unauthenticated)?.to_owned();
        Ok(Self { token, origin: Origin::from_request_parts(parts, app).await? })
    }
}

impl BearerToken {
    /// The context of a change that a device asks for.
    pub(crate) fn context(&self) -> Context {
        device_context(self.origin.clone())
    }
}

/// The context of a device that is not known yet.
pub(crate) fn device_context(origin: Origin) -> Context {
    origin.context(Actor::device(None))
}

fn bearer(parts: &Parts) -> Option<&str> {
    let value = parts.headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
