//! Use cases of sessions: who is behind a cookie, listing and ending sessions, ending those whose time is over.

use daybook_model::{
    Actor, Personal, Role, SessionId, TenantId, UserId,
    session::{
        EndCause, Session, SessionCreated, SessionEnded, SessionExpired, SessionRotated, SessionSecret,
    },
    sign_in::{SignInMethod, SignInProof, UserLogin, UserLogout},
    tenant::TenantRef,
    token::{BearerToken, TokenKind},
    user::{User, UserStatus},
};
use daybook_store::{Cursor, Page, SessionFilter, SessionListing, TenantScope, UnitOfWork};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

use crate::{
    Context, Noun, Portal, PortalError, Result,
    change::Done,
    keys::hex,
    user::{Authority, Locked, end_sessions, lock_user},
};

/// How often it is noted that something was asked with a session: once a minute.
const SEEN_SECONDS: i64 = 60;
/// How many sessions are ended in one sweep.
const SWEEP: i64 = 200;

/// A person who is signed in.
#[derive(Clone)]
pub struct Person {
    /// Who.
    pub user: UserId,
    /// What they are called.
    pub name: Option<Personal>,
    /// Their tenant; none for people of the platform.
    pub tenant: Option<TenantRef>,
    /// What they may do.
    pub role: Role,
    /// The session.
    pub session: SessionId,
    /// What forms must send along, so that no other site can send them.
    pub form_token: String,
}

impl Person {
    /// As the events they cause will name them.
    pub fn actor(&self) -> Actor {
        Actor::user(self.user, self.tenant.is_some(), self.name.clone())
    }

    /// Whether this is the form token of the session.
    pub fn has_form_token(&self, sent: &[u8]) -> bool {
        self.form_token.as_bytes().ct_eq(sent).into()
    }

    pub(crate) fn tenant_id(&self) -> Option<TenantId> {
        self.tenant.as_ref().map(|tenant| tenant.id)
    }
}

/// A session that has just begun, or has a new cookie.
#[derive(Clone, Serialize, Deserialize)]
pub struct SignedIn {
    /// The cookie's value, shown this once.
    pub cookie: String,
    /// When the session ends at the latest.
    pub expires_at: daybook_model::Timestamp,
    /// The session.
    pub session: SessionId,
    /// Who signed in.
    pub user: User,
    /// Their tenant.
    pub tenant: Option<TenantRef>,
    /// What forms must send along.
    pub form_token: String,
}

impl Portal {
    /// The person behind a session's cookie.
    pub async fn authenticate_session(&self, cookie: &str) -> Result<Person> {
        let token = BearerToken::parse(cookie)
            .filter(|token| token.kind == TokenKind::Session)
            .ok_or(PortalError::Unauthenticated)?;
        let row = self.store().reads().await?.session_with_hash(SessionId::from_uuid(token.id)).await?;
        // An unknown id is compared too, with a hash that nothing has.
        let hash = row.as_ref().map_or([0; 32], |row| row.hash);
        let same = bool::from(hash.ct_eq(&token.hash()));
        let row = row.filter(|_| same).ok_or(PortalError::Unauthenticated)?;
        let SessionListing { session, user, role, user_status, tenant, tenant_works } = row.listing;
        let now = self.store().now();
        let over = session.over(now, self.session_config().idle_seconds()).is_some();
        if over || user_status != UserStatus::Active || !tenant_works {
            return Err(PortalError::Unauthenticated);
        }
        if session.last_seen_at.plus_seconds(SEEN_SECONDS) <= now {
            self.store().saw_session(session.tenant, session.id, now).await?;
        }
        let form_token = self.form_token(&token);
        Ok(Person { user: user.id, name: user.name, tenant, role, session: session.id, form_token })
    }

    /// What forms of a session must send along: nobody who does not have the cookie can know it.
    fn form_token(&self, cookie: &BearerToken) -> String {
        hex(&self.keys().digest("form token", &cookie.hash()))
    }

    /// Begins a session for a user who has proved who they are. The unit is in the user's name from here on.
    pub(crate) async fn begin_session(
        &self,
        unit: &mut UnitOfWork,
        locked: &Locked,
        context: &Context,
        (method, proof): (SignInMethod, SignInProof),
    ) -> Result<SignedIn> {
        let (user, tenant) = (&locked.user, locked.tenant_ref());
        unit.act_as(Actor::user(user.id, tenant.is_some(), user.name.clone()));
        let login = UserLogin { tenant: tenant.clone(), user: user.to_ref(), method };
        unit.record_with(login, proof).await?;
        let id = SessionId::new(self.store().clock(), self.store().entropy());
        let cookie = BearerToken::generate(TokenKind::Session, id.uuid(), self.store().entropy());
        let expires_at = unit.now().plus_seconds(self.session_config().lifetime_seconds());
        let created = SessionCreated {
            tenant: tenant.clone(),
            user: user.to_ref(),
            session: daybook_model::session::SessionRef { id },
            expires_at,
            ip: context.request.ip.clone(),
            user_agent: context.request.user_agent.clone(),
        };
        unit.record_with(created, SessionSecret(cookie.hash())).await?;
        let form_token = self.form_token(&cookie);
        let user = user.clone();
        Ok(SignedIn { cookie: cookie.reveal(), expires_at, session: id, user, tenant, form_token })
    }

    /// Replaces the cookie of the session in which something about the person has changed, and ends all their other sessions.
    pub(crate) async fn renew_sessions(
        &self,
        unit: &mut UnitOfWork,
        locked: &Locked,
        current: SessionId,
        cause: EndCause,
    ) -> Result<SignedIn> {
        let sessions = unit.locks().sessions_of(locked.user.tenant, locked.user.id).await?;
        let session: &Session =
            sessions.iter().find(|session| session.id == current).ok_or(PortalError::Unauthenticated)?;
        let cookie = BearerToken::generate(TokenKind::Session, current.uuid(), self.store().entropy());
        let (user, tenant) = (locked.user.clone(), locked.tenant_ref());
        let event =
            SessionRotated { tenant: tenant.clone(), user: user.to_ref(), session: session.to_ref(), cause };
        unit.record_with(event, SessionSecret(cookie.hash())).await?;
        end_sessions(unit, locked, cause, Some(current)).await?;
        let form_token = self.form_token(&cookie);
        let expires_at = session.expires_at;
        Ok(SignedIn { cookie: cookie.reveal(), expires_at, session: current, user, tenant, form_token })
    }

    /// Signs out: the session ends.
    pub async fn sign_out(&self, context: &Context, person: &Person) -> Result<()> {
        self.change(context, |mut unit| async move {
            let tenant = person.tenant_id();
            let Some(locked) = lock_user(&mut unit, tenant, person.user).await? else {
                return Ok(Done::Nothing(()));
            };
            let Some(session) = active(&mut unit, tenant, person.session).await? else {
                return Ok(Done::Nothing(()));
            };
            let event = UserLogout {
                tenant: locked.tenant_ref(),
                user: locked.user.to_ref(),
                session: session.to_ref(),
            };
            unit.record(event).await?;
            Ok(Done::Commit(Box::new(unit), ()))
        })
        .await
    }

    /// Ends a session of somebody. Ending it again changes nothing.
    pub async fn end_session(
        &self,
        context: &Context,
        authority: Authority,
        id: SessionId,
    ) -> Result<SessionListing> {
        let missing = || PortalError::NotFound(Noun::Session);
        let found = self.store().reads().await?.session(authority.scope, id).await?.ok_or_else(missing)?;
        if found.session.tenant.is_none() && !authority.platform_users {
            return Err(PortalError::Forbidden(
                "sessions of the platform's people are ended by its owners alone",
            ));
        }
        self.end_one(context, found.session.tenant, found.session.user, id, EndCause::EndedByAdmin).await?;
        self.store().reads().await?.session(authority.scope, id).await?.ok_or_else(missing)
    }

    /// Ends another session of the person's own.
    pub async fn end_own_session(&self, context: &Context, person: &Person, id: SessionId) -> Result<()> {
        let scope = person.tenant_id().map_or(TenantScope::All, TenantScope::Of);
        let found = self.store().reads().await?.session(scope, id).await?;
        if found.is_none_or(|found| found.session.user != person.user) {
            return Err(PortalError::NotFound(Noun::Session));
        }
        self.end_one(context, person.tenant_id(), person.user, id, EndCause::EndedByOwner).await
    }

    async fn end_one(
        &self,
        context: &Context,
        tenant: Option<TenantId>,
        user: UserId,
        id: SessionId,
        cause: EndCause,
    ) -> Result<()> {
        self.change(context, |mut unit| async move {
            let Some(locked) = lock_user(&mut unit, tenant, user).await? else {
                return Ok(Done::Nothing(()));
            };
            let Some(session) = active(&mut unit, tenant, id).await? else { return Ok(Done::Nothing(())) };
            let event = SessionEnded {
                tenant: locked.tenant_ref(),
                user: locked.user.to_ref(),
                session: session.to_ref(),
                cause,
            };
            unit.record(event).await?;
            Ok(Done::Commit(Box::new(unit), ()))
        })
        .await
    }

    /// Ends every session of a user; answers how many.
    pub async fn end_sessions_of(
        &self,
        context: &Context,
        authority: Authority,
        id: UserId,
    ) -> Result<usize> {
        self.change(context, |mut unit| async move {
            let locked = crate::user::find(&mut unit, authority, id).await?;
            match end_sessions(&mut unit, &locked, EndCause::EndedByAdmin, None).await? {
                0 => Ok(Done::Nothing(0)),
                count => Ok(Done::Commit(Box::new(unit), count)),
            }
        })
        .await
    }

    /// Ends every session of the person's own but the one that asks; answers how many.
    pub async fn end_other_sessions(&self, context: &Context, person: &Person) -> Result<usize> {
        self.change(context, |mut unit| async move {
            let locked = lock_user(&mut unit, person.tenant_id(), person.user).await?;
            let locked = locked.ok_or(PortalError::Unauthenticated)?;
            match end_sessions(&mut unit, &locked, EndCause::EndedByOwner, Some(person.session)).await? {
                0 => Ok(Done::Nothing(0)),
                count => Ok(Done::Commit(Box::new(unit), count)),
            }
        })
        .await
    }

    /// Ends sessions whose time is over. Answers how many; any number of nodes may do this at once.
    pub async fn expire_sessions(&self) -> Result<usize> {
        let now = self.store().now();
        let idle_since = now.plus_seconds(-self.session_config().idle_seconds());
        let due = self.store().reads().await?.sessions_over(now, idle_since, SWEEP).await?;
        let mut ended = 0;
        for (tenant, id) in due {
            ended += usize::from(self.expire_session(tenant, id).await?);
        }
        Ok(ended)
    }

    async fn expire_session(&self, tenant: Option<TenantId>, id: SessionId) -> Result<bool> {
        let scope = tenant.map_or(TenantScope::All, TenantScope::Of);
        let Some(found) = self.store().reads().await?.session(scope, id).await? else { return Ok(false) };
        let user = found.session.user;
        self.change(&Context::system(), |mut unit| async move {
            let Some(locked) = lock_user(&mut unit, tenant, user).await? else {
                return Ok(Done::Nothing(false));
            };
            let Some(session) = active(&mut unit, tenant, id).await? else { return Ok(Done::Nothing(false)) };
            let Some(cause) = session.over(unit.now(), self.session_config().idle_seconds()) else {
                return Ok(Done::Nothing(false));
            };
            let event = SessionExpired {
                tenant: locked.tenant_ref(),
                user: locked.user.to_ref(),
                session: session.to_ref(),
                cause: Some(cause),
            };
            unit.record(event).await?;
            Ok(Done::Commit(Box::new(unit), true))
        })
        .await
    }

    /// A page of sessions, latest first.
    pub async fn sessions(
        &self,
        scope: TenantScope,
        filter: &SessionFilter,
        after: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<SessionListing>> {
        Ok(self.store().reads().await?.sessions(scope, filter, after, limit).await?)
    }
}

/// The session, locked, if it has not ended.
async fn active(unit: &mut UnitOfWork, tenant: Option<TenantId>, id: SessionId) -> Result<Option<Session>> {
    let session = unit.locks().session(tenant, id).await?;
    Ok(session.filter(|session| session.status == daybook_model::session::SessionStatus::Active))
}
