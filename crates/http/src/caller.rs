//! Who may call: a type in every handler's signature. A handler without one of these is open, and a test knows which may be.

use std::marker::PhantomData;

use axum::{
    extract::FromRequestParts,
    http::{StatusCode, header, request::Parts},
};
use daybook_model::{Actor, Role};
use daybook_portal::{AdminIdentity, Context, DeviceIdentity};

use crate::{App, problem::Problem, request::Origin};

/// What a platform caller must be allowed to do.
pub(crate) trait Permission: Send + Sync {
    /// The least role that may.
    const LEAST: Role;
}

/// Reads everything.
pub(crate) struct Read;
/// Changes tenants, projects, codes and devices.
pub(crate) struct Change;
/// Gives others access.
pub(crate) struct Own;

impl Permission for Read {
    const LEAST: Role = Role::Auditor;
}

impl Permission for Change {
    const LEAST: Role = Role::Admin;
}

impl Permission for Own {
    const LEAST: Role = Role::Owner;
}

/// A caller of the admin API who may do `P`.
pub(crate) struct AdminCaller<P> {
    identity: AdminIdentity,
    origin: Origin,
    permission: PhantomData<P>,
}

impl<P> AdminCaller<P> {
    /// In whose name, and for which request, a change is made.
    pub(crate) fn context(self) -> Context {
        let Origin { info, idempotency } = self.origin;
        Context { actor: self.identity.actor(), request: info, idempotency }
    }
}

impl<P: Permission> FromRequestParts<App> for AdminCaller<P> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let token = bearer(parts).ok_or_else(Problem::unauthenticated)?;
        let identity = app.portal.authenticate_admin(token).await?;
        if identity.role < P::LEAST {
            let detail = format!("this needs the role {}, the token has {}", P::LEAST, identity.role);
            return Err(Problem::new(StatusCode::FORBIDDEN, "FORBIDDEN", detail));
        }
        let origin = Origin::from_request_parts(parts, app).await?;
        Ok(Self { identity, origin, permission: PhantomData })
    }
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
