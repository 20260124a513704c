//! Who may call: a type in every handler's signature. A handler without one of these is open, and a test knows which may be.

use std::marker::PhantomData;

use axum::{
    extract::FromRequestParts,
    http::{header, request::Parts},
};
use daybook_model::{Action, Actor, Rights, permission::Missing};
use daybook_portal::{AdminIdentity, Context, DeviceIdentity};

use crate::{App, problem::Problem, request::Origin};

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

/// An operator of the platform, whatever they may do.
pub(crate) struct AnyAdminCaller(AdminIdentity);

impl AnyAdminCaller {
    /// What the caller may do.
    pub(crate) fn rights(&self) -> &Rights {
        &self.0.rights
    }
}

impl FromRequestParts<App> for AnyAdminCaller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let token = bearer(parts).ok_or_else(Problem::unauthenticated)?;
        let identity = app.portal.authenticate_admin(token).await?;
        // A tenant's roles have some of the same actions, within their own tenant: here every tenant can be reached.
        if !identity.rights.role.is_platform() {
            let role = identity.rights.role;
            let detail =
                format!("this is for the platform's operators, and {role} is a role within a tenant");
            return Err(Problem::forbidden(detail));
        }
        Ok(Self(identity))
    }
}

/// An operator of the platform who may do `P`.
pub(crate) struct AdminCaller<P> {
    identity: AdminIdentity,
    origin: Origin,
    permission: PhantomData<P>,
}

impl<P> AdminCaller<P> {
    /// What the caller may do besides.
    pub(crate) fn rights(&self) -> &Rights {
        &self.identity.rights
    }

    /// In whose name, and for which request, a change is made.
    pub(crate) fn context(self) -> Context {
        let Origin { info, idempotency } = self.origin;
        Context { actor: self.identity.actor(), request: info, idempotency }
    }
}

impl<P: Permission> FromRequestParts<App> for AdminCaller<P> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let AnyAdminCaller(identity) = AnyAdminCaller::from_request_parts(parts, app).await?;
        let missing = |why| forbidden(P::ACTION, &identity.rights, why);
        identity.rights.require(P::ACTION).map_err(missing)?;
        let origin = Origin::from_request_parts(parts, app).await?;
        Ok(Self { identity, origin, permission: PhantomData })
    }
}

/// Says which action is missing, and whether another role or another token would have it.
fn forbidden(action: Action, rights: &Rights, why: Missing) -> Problem {
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
    let Origin { info, idempotency } = origin;
    Context { actor: Actor::device(None), request: info, idempotency }
}

fn bearer(parts: &Parts) -> Option<&str> {
    let value = parts.headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
