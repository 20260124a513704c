//! Questions about sessions.

use daybook_model::{
    Personal, Role, SessionId, TenantId, Timestamp, UserId,
    session::{Session, SessionStatus},
    tenant::TenantRef,
    user::{UserRef, UserStatus},
};

use super::{Cursor, Locks, Page, Reads, TenantScope, query::Query};
use crate::{
    Result,
    engine::{Row, Sql, Val, statements, vals},
    secret::person::{key_of, tenant_of},
    values::{digest, parse, personal},
};

macro_rules! columns {
    () => {
        "s.tenant_id, s.id, s.user_id, s.status, s.created_at, s.expires_at, COALESCE(m.last_seen_at, s.ended_at, s.created_at),
        s.ip, s.user_agent, s.ended_at"
    };
}
macro_rules! telemetry {
    () => {
        " LEFT JOIN session_telemetry m ON m.tenant_id = s.tenant_id AND m.session_id = s.id "
    };
}
macro_rules! people {
    () => {
        "u.name, u.role, u.status, t.id, t.slug, t.name, t.status"
    };
}
macro_rules! owners {
    () => {
        " JOIN users u ON u.tenant_id = s.tenant_id AND u.id = s.user_id LEFT JOIN tenants t ON t.id = s.tenant_id "
    };
}

statements! {
    SESSION_WITH_HASH = concat!("SELECT ", columns!(), ", ", people!(), ", h.hash, u.email FROM sessions s", telemetry!(), owners!(),
        "JOIN session_secrets h ON h.tenant_id = s.tenant_id AND h.session_id = s.id WHERE s.id = $1 AND s.status = 'active'");
    SESSION_BY_ID = concat!("SELECT ", columns!(), ", ", people!(), " FROM sessions s", telemetry!(), owners!(), "WHERE s.id = $1");
    LOCK_SESSION = concat!("SELECT ", columns!(), " FROM sessions s", telemetry!(), "WHERE s.tenant_id = $1 AND s.id = $2"),
        lock "FOR NO KEY UPDATE OF s";
    LOCK_SESSIONS_OF_USER = concat!("SELECT ", columns!(), " FROM sessions s", telemetry!(),
        "WHERE s.tenant_id = $1 AND s.user_id = $2 AND s.status = 'active' ORDER BY s.id"), lock "FOR NO KEY UPDATE OF s";
    SESSIONS_PAST_LIFETIME = "SELECT tenant_id, id FROM sessions WHERE status = 'active' AND expires_at <= $1
        ORDER BY expires_at LIMIT $2";
    SESSIONS_IDLE = "SELECT m.tenant_id, m.session_id FROM session_telemetry m WHERE m.last_seen_at <= $1
        ORDER BY m.last_seen_at LIMIT $2";
}

/// Which sessions a list shows.
#[derive(Debug, Clone, Default)]
pub struct SessionFilter {
    /// Only those in this state.
    pub status: Option<SessionStatus>,
    /// Only those of this user.
    pub user: Option<UserId>,
}

/// A session with the names of its user and tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionListing {
    /// The session.
    pub session: Session,
    /// Whose.
    pub user: UserRef,
    /// What they may do.
    pub role: Role,
    /// Whether they may sign in.
    pub user_status: UserStatus,
    /// Their tenant.
    pub tenant: Option<TenantRef>,
    /// Whether the tenant works; true for the platform.
    pub tenant_works: bool,
}

/// A session that has not ended, with the hash of its secret and the user's address.
#[derive(Clone)]
pub struct SessionRow {
    /// The session and whose it is.
    pub listing: SessionListing,
    /// SHA-256 of the cookie's secret.
    pub hash: [u8; 32],
    /// The user's address.
    pub email: Option<Personal>,
}

fn session(row: &Row<'_>) -> crate::engine::Result<Session> {
    Ok(Session {
        tenant: tenant_of(row, 0)?,
        id: row.get(1)?,
        user: row.get(2)?,
        status: parse(row, 3)?,
        created_at: row.get(4)?,
        expires_at: row.get(5)?,
        last_seen_at: row.get(6)?,
        ip: personal(row, 7)?,
        user_agent: personal(row, 8)?,
        ended_at: row.get(9)?,
    })
}

fn listing(row: &Row<'_>) -> crate::engine::Result<SessionListing> {
    let session = session(row)?;
    let tenant = match row.get::<Option<TenantId>>(13)? {
        Some(id) => Some(TenantRef { id, slug: row.get(14)?, name: row.get(15)? }),
        None => None,
    };
    Ok(SessionListing {
        user: UserRef { id: session.user, name: personal(row, 10)? },
        session,
        role: parse(row, 11)?,
        user_status: parse(row, 12)?,
        tenant,
        tenant_works: row.get::<Option<String>>(16)?.is_none_or(|status| status == "active"),
    })
}

/// The list's statement and values.
pub(crate) fn list(
    scope: TenantScope,
    filter: &SessionFilter,
    after: Option<&Cursor>,
    limit: i64,
) -> (Sql, Vec<Val>) {
    let start = concat!(
        "SELECT ",
        columns!(),
        ", ",
        people!(),
        " FROM (SELECT k.tenant_id, k.id FROM sessions k WHERE 1 = 1"
    );
    let query = Query::new("LIST_SESSIONS", start);
    let query = match (scope, filter.user) {
        (TenantScope::Of(tenant), _) => query.and("k.tenant_id = ?", tenant),
        // The index of a user's rows begins with their tenant.
        (TenantScope::All, Some(user)) => {
            query.and("k.tenant_id = (SELECT tenant_id FROM users WHERE id = ? LIMIT 1)", user)
        }
        (TenantScope::All, None) => query,
    };
    query
        .and_opt("k.user_id = ?", filter.user)
        .and_opt("k.status = ?", filter.status.map(SessionStatus::as_str))
        .and_opt("k.id < ?", after.map(|cursor| cursor.id))
        .then("ORDER BY k.id DESC LIMIT ?", limit + 1)
        .text(concat!(
            ") w JOIN sessions s ON s.tenant_id = w.tenant_id AND s.id = w.id",
            telemetry!(),
            owners!(),
            "ORDER BY w.id DESC"
        ))
        .finish()
}

impl Reads<'_> {
    /// The session with this id, if it has not ended, and the hash of its secret.
    pub async fn session_with_hash(&mut self, id: SessionId) -> Result<Option<SessionRow>> {
        let read = |row: &Row<'_>| {
            Ok(SessionRow { listing: listing(row)?, hash: digest(row, 17)?, email: personal(row, 18)? })
        };
        Ok(self.conn().opt(&SESSION_WITH_HASH, vals![id], read).await?)
    }

    /// The session with this id, unless it belongs to somebody else than `scope`.
    pub async fn session(&mut self, scope: TenantScope, id: SessionId) -> Result<Option<SessionListing>> {
        let found = self.conn().opt(&SESSION_BY_ID, vals![id], listing).await?;
        let belongs = |found: &SessionListing| match scope {
            TenantScope::All => true,
            TenantScope::Of(tenant) => found.session.tenant == Some(tenant),
        };
        Ok(found.filter(belongs))
    }

    /// A page of sessions, latest first.
    pub async fn sessions(
        &mut self,
        scope: TenantScope,
        filter: &SessionFilter,
        after: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<SessionListing>> {
        let (sql, values) = list(scope, filter, after, i64::from(limit));
        let rows = self.conn().all(&sql, values, listing).await?;
        Ok(Page::cut(rows, limit as usize, |row| Cursor { key: None, id: row.session.id.uuid() }))
    }

    /// Sessions whose time is over at `now`, or with which nothing was asked since `idle_since`.
    pub async fn sessions_over(
        &mut self,
        now: Timestamp,
        idle_since: Timestamp,
        limit: i64,
    ) -> Result<Vec<(Option<TenantId>, SessionId)>> {
        let read = |row: &Row<'_>| Ok((tenant_of(row, 0)?, row.get(1)?));
        let mut found = self.conn().all(&SESSIONS_PAST_LIFETIME, vals![now, limit], read).await?;
        found.extend(self.conn().all(&SESSIONS_IDLE, vals![idle_since, limit], read).await?);
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }
}

impl Locks<'_> {
    /// This session of this side. Lock its user first.
    pub async fn session(&mut self, tenant: Option<TenantId>, id: SessionId) -> Result<Option<Session>> {
        Ok(self.conn().opt(&LOCK_SESSION, vals![key_of(tenant), id], session).await?)
    }

    /// The sessions of a user that have not ended. Lock the user first.
    pub async fn sessions_of(&mut self, tenant: Option<TenantId>, user: UserId) -> Result<Vec<Session>> {
        Ok(self.conn().all(&LOCK_SESSIONS_OF_USER, vals![key_of(tenant), user], session).await?)
    }
}
