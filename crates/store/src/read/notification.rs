//! Questions about notifications: who is told of what, and what became of it.

use daybook_model::{
    EventId, NotificationId, Role, TenantId, Timestamp, UserId,
    notification::{NotificationChoice, NotificationKind},
};

use super::{Cursor, Locks, Page, Reads, TenantScope, query::Query};
use crate::{
    Result,
    engine::{Row, Sql, Val, statements, vals},
    secret::person::{key_of, tenant_of},
    values::parse,
};

macro_rules! columns {
    () => {
        "n.id, n.tenant_id, n.user_id, n.kind, n.event_id, n.status, n.attempts, n.next_attempt_at, n.give_up_at, n.last_error,
        n.created_at, n.sent_at"
    };
}

statements! {
    RECIPIENTS = "SELECT u.id, u.role, u.email_key, c.status FROM users u LEFT JOIN notification_choices c
        ON c.tenant_id = u.tenant_id AND c.user_id = u.id AND c.kind = $1
        WHERE u.tenant_id = $2 AND u.status = 'active' ORDER BY u.id";
    CHOICES_OF_USER = "SELECT kind, status FROM notification_choices WHERE tenant_id = $1 AND user_id = $2 ORDER BY kind";
    SIGN_INS_BEFORE = "SELECT DISTINCT ip, user_agent FROM sessions WHERE tenant_id = $1 AND user_id = $2 AND id <> $3";
    NOTIFICATION_BY_ID = concat!("SELECT ", columns!(), ", t.slug FROM notifications n LEFT JOIN tenants t ON t.id = n.tenant_id
        WHERE n.id = $1");
    LOCK_NOTIFICATION = "SELECT sealed FROM notifications WHERE id = $1 AND status = 'failed'", lock "FOR NO KEY UPDATE";
    BACKLOG = "SELECT count(CASE WHEN status = 'waiting' THEN 1 END), count(CASE WHEN status = 'failed' THEN 1 END) FROM notifications
        WHERE status IN ('waiting', 'failed')";
}

/// What became of a notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotificationStatus {
    /// It is tried, again and again.
    Waiting,
    /// The mail server took it.
    Sent,
    /// It was given up.
    Failed,
}

impl NotificationStatus {
    /// As written in the database and in answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::Failed => "failed",
        }
    }
}

impl std::str::FromStr for NotificationStatus {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        let all = [Self::Waiting, Self::Sent, Self::Failed];
        let found = all.into_iter().find(|status| status.as_str() == text);
        found.ok_or_else(|| "expected one of waiting, sent, failed".to_owned())
    }
}

/// Somebody who may be told of something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    /// Who.
    pub user: UserId,
    /// What they may do.
    pub role: Role,
    /// Their address, as addresses are compared.
    pub email_key: Option<String>,
    /// What they chose, if anything.
    pub chosen: Option<bool>,
}

/// Which notifications a list shows.
#[derive(Debug, Clone, Default)]
pub struct NotificationFilter {
    /// Only those in this state.
    pub status: Option<NotificationStatus>,
}

/// A notification, without what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotificationListing {
    /// Its id.
    pub id: NotificationId,
    /// The tenant of who is told; none for people of the platform.
    pub tenant: Option<TenantId>,
    /// The tenant's slug.
    pub tenant_slug: Option<String>,
    /// Who is told; the tenant's contact address if absent.
    pub user: Option<UserId>,
    /// What it is about.
    pub kind: NotificationKind,
    /// The event that it tells of.
    pub event: EventId,
    /// What became of it.
    pub status: NotificationStatus,
    /// How often it was tried.
    pub attempts: i64,
    /// When it is tried next; while a node is at it, when another one would.
    pub next_attempt_at: Option<Timestamp>,
    /// It is not tried any more then.
    pub give_up_at: Timestamp,
    /// Why the last attempt failed.
    pub last_error: Option<String>,
    /// When its event was recorded.
    pub created_at: Timestamp,
    /// When the mail server took it.
    pub sent_at: Option<Timestamp>,
}

/// How many notifications have not reached anybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backlog {
    /// They are tried.
    pub waiting: i64,
    /// They were given up.
    pub failed: i64,
}

fn listing(row: &Row<'_>) -> crate::engine::Result<NotificationListing> {
    Ok(NotificationListing {
        id: row.get(0)?,
        tenant: tenant_of(row, 1)?,
        user: row.get(2)?,
        kind: parse(row, 3)?,
        event: row.get(4)?,
        status: parse(row, 5)?,
        attempts: row.get(6)?,
        next_attempt_at: row.get(7)?,
        give_up_at: row.get(8)?,
        last_error: row.get(9)?,
        created_at: row.get(10)?,
        sent_at: row.get(11)?,
        tenant_slug: row.get(12)?,
    })
}

fn is_on(status: &str) -> bool {
    status == "on"
}

/// The list's statement and values.
pub(crate) fn list(
    scope: TenantScope,
    filter: &NotificationFilter,
    after: Option<&Cursor>,
    limit: i64,
) -> (Sql, Vec<Val>) {
    let start = concat!("SELECT ", columns!(), ", t.slug FROM (SELECT o.id FROM notifications o WHERE 1 = 1");
    Query::new("LIST_NOTIFICATIONS", start)
        .and_opt("o.tenant_id = ?", scope.id())
        .and_opt("o.status = ?", filter.status.map(NotificationStatus::as_str))
        .and_opt("o.id < ?", after.map(|cursor| cursor.id))
        .then("ORDER BY o.id DESC LIMIT ?", limit + 1)
        .text(
            ") w JOIN notifications n ON n.id = w.id LEFT JOIN tenants t ON t.id = n.tenant_id ORDER BY w.id DESC",
        )
        .finish()
}

impl Reads<'_> {
    /// The people of a tenant, or of the platform, who may sign in, with what they chose of this kind.
    pub async fn recipients(
        &mut self,
        tenant: Option<TenantId>,
        kind: NotificationKind,
    ) -> Result<Vec<Recipient>> {
        let read = |row: &Row<'_>| {
            let chosen: Option<String> = row.get(3)?;
            let (user, role, email_key) = (row.get(0)?, parse(row, 1)?, row.get(2)?);
            Ok(Recipient { user, role, email_key, chosen: chosen.as_deref().map(is_on) })
        };
        Ok(self.conn().all(&RECIPIENTS, vals![kind.as_str(), key_of(tenant)], read).await?)
    }

    /// What a user chose, as far as they chose anything.
    pub async fn notification_choices(
        &mut self,
        tenant: Option<TenantId>,
        user: UserId,
    ) -> Result<Vec<NotificationChoice>> {
        let read = |row: &Row<'_>| {
            Ok(NotificationChoice { kind: parse(row, 0)?, enabled: is_on(&row.get::<String>(1)?) })
        };
        Ok(self.conn().all(&CHOICES_OF_USER, vals![key_of(tenant), user], read).await?)
    }

    /// From where and with what a user has signed in, but for this session.
    pub async fn sign_ins_before(
        &mut self,
        tenant: Option<TenantId>,
        user: UserId,
        session: daybook_model::SessionId,
    ) -> Result<Vec<(Option<String>, Option<String>)>> {
        let values = vals![key_of(tenant), user, session];
        Ok(self.conn().all(&SIGN_INS_BEFORE, values, |row| Ok((row.get(0)?, row.get(1)?))).await?)
    }

    /// A page of the notifications to the people of a tenant, or to everybody, latest first.
    pub async fn notifications(
        &mut self,
        scope: TenantScope,
        filter: &NotificationFilter,
        after: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<NotificationListing>> {
        let (sql, values) = list(scope, filter, after, i64::from(limit));
        let rows = self.conn().all(&sql, values, listing).await?;
        Ok(Page::cut(rows, limit as usize, |row| Cursor { key: None, id: row.id.uuid() }))
    }

    /// The notification with this id, unless it is for somebody else than `scope`.
    pub async fn notification(
        &mut self,
        scope: TenantScope,
        id: NotificationId,
    ) -> Result<Option<NotificationListing>> {
        let found = self.conn().opt(&NOTIFICATION_BY_ID, vals![id], listing).await?;
        let belongs = |found: &NotificationListing| match scope {
            TenantScope::All => true,
            TenantScope::Of(tenant) => found.tenant == Some(tenant),
        };
        Ok(found.filter(belongs))
    }

    /// How many notifications have not reached anybody.
    pub async fn notification_backlog(&mut self) -> Result<Backlog> {
        let read = |row: &Row<'_>| Ok(Backlog { waiting: row.get(0)?, failed: row.get(1)? });
        Ok(self.conn().one(&BACKLOG, vals![], read).await?)
    }
}

impl Locks<'_> {
    /// What the letter of a notification needs that was given up, sealed; nothing if it was not.
    pub async fn failed_notification(&mut self, id: NotificationId) -> Result<Option<Vec<u8>>> {
        Ok(self.conn().opt(&LOCK_NOTIFICATION, vals![id], |row| row.get(0)).await?)
    }
}
