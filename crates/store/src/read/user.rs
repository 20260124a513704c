//! Questions about users.

use daybook_model::{
    TenantId, Timestamp, UserId,
    user::{Owners, PersonalExtent, User, UserStatus},
};
use uuid::Uuid;

use super::{Cursor, Locks, Page, Reads, TenantScope, query::Query};
use crate::{
    Result,
    engine::{Micros, Row, Sql, Val, statements, vals},
    log::erasure::parties_of,
    secret::person::{key_of, tenant_of},
    values::{parse, personal},
};

macro_rules! columns {
    () => {
        "u.tenant_id, u.id, u.email, u.name, u.role, u.status, u.version, u.created_at, u.joined_at, u.last_login_at, u.erased_at"
    };
}
macro_rules! listing {
    ($condition:literal) => {
        concat!(
            "SELECT ",
            columns!(),
            ", t.slug, t.name FROM users u LEFT JOIN tenants t ON t.id = u.tenant_id WHERE ",
            $condition
        )
    };
}

statements! {
    USER_BY_ID = listing!("u.id = $1");
    USER_OF_TENANT = listing!("u.tenant_id = $1 AND u.id = $2");
    USER_BY_EMAIL = concat!("SELECT ", columns!(), " FROM users u
        WHERE u.tenant_id = $1 AND u.email_key = $2 AND u.status <> 'removed'");
    LOCK_USER = concat!("SELECT ", columns!(), " FROM users u WHERE u.tenant_id = $1 AND u.id = $2"), lock "FOR NO KEY UPDATE";
    OWNERS = "SELECT active, set_up_at FROM portal_owners WHERE one = 1";
    LOCK_OWNERS = "SELECT active, set_up_at FROM portal_owners WHERE one = 1", lock "FOR NO KEY UPDATE";
    PERSONAL_EXTENT = concat!("SELECT count(DISTINCT p.event_id), min(e.seq), max(e.seq) FROM event_personal p
        LEFT JOIN platform_events e ON e.event_id = p.event_id WHERE p.subject_id IN (", parties_of!("$1"), ")");
    RECENTLY_ERASED = "SELECT u.id FROM users u WHERE u.erased_at > $1";
}

/// Which users a list shows.
#[derive(Debug, Clone, Default)]
pub struct UserFilter {
    /// Only those in this state; without it, all but removed ones.
    pub status: Option<UserStatus>,
    /// Only people of the platform.
    pub platform_only: bool,
}

/// A user with the name of the tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserListing {
    /// The user.
    pub user: User,
    /// The tenant's slug.
    pub tenant_slug: Option<String>,
    /// The tenant's name.
    pub tenant_name: Option<String>,
}

fn user(row: &Row<'_>) -> crate::engine::Result<User> {
    Ok(User {
        tenant: tenant_of(row, 0)?,
        id: row.get(1)?,
        email: personal(row, 2)?,
        name: personal(row, 3)?,
        role: parse(row, 4)?,
        status: parse(row, 5)?,
        version: row.get(6)?,
        created_at: row.get(7)?,
        joined_at: row.get(8)?,
        last_login_at: row.get(9)?,
        erased_at: row.get(10)?,
    })
}

fn listing(row: &Row<'_>) -> crate::engine::Result<UserListing> {
    Ok(UserListing { user: user(row)?, tenant_slug: row.get(11)?, tenant_name: row.get(12)? })
}

fn owners(row: &Row<'_>) -> crate::engine::Result<Owners> {
    Ok(Owners { active: row.get(0)?, set_up: row.get::<Option<Micros>>(1)?.is_some() })
}

/// The list's statement and values.
pub(crate) fn list(
    scope: TenantScope,
    filter: &UserFilter,
    after: Option<&Cursor>,
    limit: i64,
) -> (Sql, Vec<Val>) {
    let start = concat!(
        "SELECT ",
        columns!(),
        ", t.slug, t.name FROM (SELECT k.tenant_id, k.id FROM users k WHERE 1 = 1"
    );
    let tenant = if filter.platform_only { Some(Uuid::nil()) } else { scope.id() };
    let query = Query::new("LIST_USERS", start).and_opt("k.tenant_id = ?", tenant);
    let query = match filter.status {
        Some(status) => query.and("k.status = ?", status.as_str()),
        None => query.text("AND k.status <> 'removed'"),
    };
    query
        .and_opt("k.id < ?", after.map(|cursor| cursor.id))
        .then("ORDER BY k.id DESC LIMIT ?", limit + 1)
        .text(
            ") w JOIN users u ON u.tenant_id = w.tenant_id AND u.id = w.id
            LEFT JOIN tenants t ON t.id = u.tenant_id ORDER BY w.id DESC",
        )
        .finish()
}

impl Reads<'_> {
    /// The user with this id, unless it belongs to somebody else than `scope`.
    pub async fn user(&mut self, scope: TenantScope, id: UserId) -> Result<Option<UserListing>> {
        let mut conn = self.conn();
        Ok(match scope {
            TenantScope::All => conn.opt(&USER_BY_ID, vals![id], listing).await?,
            TenantScope::Of(tenant) => conn.opt(&USER_OF_TENANT, vals![tenant, id], listing).await?,
        })
    }

    /// The user who signs in with this address, given as [`daybook_model::user::email_key`] writes it.
    pub async fn user_by_email(&mut self, tenant: Option<TenantId>, key: &str) -> Result<Option<User>> {
        Ok(self.conn().opt(&USER_BY_EMAIL, vals![key_of(tenant), key], user).await?)
    }

    /// A page of users, latest first.
    pub async fn users(
        &mut self,
        scope: TenantScope,
        filter: &UserFilter,
        after: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<UserListing>> {
        let (sql, values) = list(scope, filter, after, i64::from(limit));
        let rows = self.conn().all(&sql, values, listing).await?;
        Ok(Page::cut(rows, limit as usize, |row| Cursor { key: None, id: row.user.id.uuid() }))
    }

    /// Who owns the portal.
    pub async fn owners(&mut self) -> Result<Owners> {
        Ok(self.conn().one(&OWNERS, vals![], owners).await?)
    }

    /// Where the log holds personal values of a user, or of a program with a token of theirs.
    pub async fn personal_extent(&mut self, user: UserId) -> Result<PersonalExtent> {
        let read = |row: &Row<'_>| {
            Ok(PersonalExtent { events: row.get(0)?, first_seq: row.get(1)?, last_seq: row.get(2)? })
        };
        Ok(self.conn().one(&PERSONAL_EXTENT, vals![user], read).await?)
    }

    /// The users whose personal values were erased after this instant.
    pub async fn erased_since(&mut self, instant: Timestamp) -> Result<Vec<UserId>> {
        Ok(self.conn().all(&RECENTLY_ERASED, vals![instant], |row| row.get(0)).await?)
    }
}

impl Locks<'_> {
    /// This user of this side. Lock the tenant first, if there is one.
    pub async fn user(&mut self, tenant: Option<TenantId>, id: UserId) -> Result<Option<User>> {
        Ok(self.conn().opt(&LOCK_USER, vals![key_of(tenant), id], user).await?)
    }

    /// Who owns the portal; nobody comes or goes until the unit ends. Lock it before users.
    pub async fn owners(&mut self) -> Result<Owners> {
        Ok(self.conn().one(&LOCK_OWNERS, vals![], owners).await?)
    }
}
