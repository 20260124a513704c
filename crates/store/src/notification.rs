//! Notifications by mail on their way: written in the transaction of the event that they tell of, delivered afterwards by any node, at
//! least once. Not an event: what it tells of is one, and so is its failure. A node claims a notification for a while; if it dies with
//! it, another one claims it again. What the letter needs is sealed by the portal and gone once it was sent.

use daybook_model::{
    EventId, NotificationId, TenantId, Timestamp, UserId,
    notification::{GivenUp, NotificationFailed, NotificationKind, NotificationRetried, TryAgain},
};

use crate::{
    Keep, Result, Store,
    engine::{Row, Write, statements, vals},
    secret::person::{key_of, tenant_of},
    values::parse,
};

statements! {
    INSERT_NOTIFICATION = "INSERT INTO notifications (id, tenant_id, user_id, kind, event_id, sealed, status, attempts, next_attempt_at,
        give_up_at, created_at) VALUES ($1, $2, $3, $4, $5, $6, 'waiting', 0, $7, $8, $7)";
    DUE_NOTIFICATION = "SELECT id, attempts FROM notifications WHERE status = 'waiting' AND next_attempt_at <= $1
        ORDER BY next_attempt_at, id LIMIT 1";
    CLAIM_NOTIFICATION = "UPDATE notifications SET attempts = attempts + 1, next_attempt_at = $1
        WHERE id = $2 AND status = 'waiting' AND attempts = $3 AND next_attempt_at <= $4
        RETURNING id, tenant_id, user_id, kind, sealed, attempts, give_up_at, last_error";
    MARK_SENT = "UPDATE notifications SET status = 'sent', sealed = NULL, next_attempt_at = NULL, last_error = NULL, sent_at = $1
        WHERE id = $2 AND status = 'waiting'";
    POSTPONE_NOTIFICATION = "UPDATE notifications SET next_attempt_at = $1, last_error = $2
        WHERE id = $3 AND status = 'waiting' AND attempts = $4";
    WITHDRAW_NOTIFICATION = "DELETE FROM notifications WHERE id = $1 AND status = 'waiting'";
    GIVE_UP_NOTIFICATION = "UPDATE notifications SET status = 'failed', next_attempt_at = NULL, last_error = $1
        WHERE id = $2 AND status = 'waiting' AND attempts = $3";
    RETRY_NOTIFICATION = "UPDATE notifications SET status = 'waiting', attempts = 0, next_attempt_at = $1, give_up_at = $2
        WHERE id = $3 AND status = 'failed'";
    FORGET_NOTIFICATIONS = "DELETE FROM notifications WHERE status IN ('sent', 'failed') AND created_at <= $1";
    FORGET_NOTIFICATIONS_OF = "DELETE FROM notifications WHERE tenant_id = (SELECT tenant_id FROM users WHERE id = $1 LIMIT 1)
        AND user_id = $1";
}

/// How long it stays known that somebody was told, or was not: 30 days.
const KEPT_DAYS: i64 = 30;

/// A notification to be written with its event.
#[derive(Clone)]
pub struct NewNotification {
    /// Its id.
    pub id: NotificationId,
    /// The tenant of who is told; none for people of the platform.
    pub tenant: Option<TenantId>,
    /// Who is told; the tenant's contact address if absent.
    pub user: Option<UserId>,
    /// What it is about.
    pub kind: NotificationKind,
    /// The event that it tells of.
    pub event: EventId,
    /// What the letter needs, sealed.
    pub sealed: Vec<u8>,
    /// It is not tried any more then.
    pub give_up_at: Timestamp,
}

/// A notification that this node alone delivers for a while.
#[derive(Clone)]
pub struct ClaimedNotification {
    /// Its id.
    pub id: NotificationId,
    /// The tenant of who is told; none for people of the platform.
    pub tenant: Option<TenantId>,
    /// Who is told; the tenant's contact address if absent.
    pub user: Option<UserId>,
    /// What it is about.
    pub kind: NotificationKind,
    /// What the letter needs, sealed.
    pub sealed: Vec<u8>,
    /// How often it was tried, this time included.
    pub attempts: i64,
    /// It is not tried any more then.
    pub give_up_at: Timestamp,
    /// Why the attempt before this one failed.
    pub last_error: Option<String>,
}

/// The write that puts a notification on its way.
pub(crate) fn insert(new: NewNotification, now: Timestamp) -> Write {
    let NewNotification { id, tenant, user, kind, event, sealed, give_up_at } = new;
    let values = vals![id, key_of(tenant), user, kind.as_str(), event, sealed, now, give_up_at];
    Write::one(&INSERT_NOTIFICATION, values)
}

/// The write that forgets what was told, or given up, long ago.
pub(crate) fn forget(now: Timestamp) -> Write {
    Write::any(&FORGET_NOTIFICATIONS, vals![now.plus_days(-KEPT_DAYS)])
}

/// The write that forgets all that somebody was told or would be.
pub(crate) fn forget_user(user: UserId) -> Write {
    Write::any(&FORGET_NOTIFICATIONS_OF, vals![user])
}

impl Keep<NotificationFailed> for GivenUp {
    fn writes(self, event: &NotificationFailed) -> Vec<Write> {
        let values = vals![&event.error, event.notification.id, event.attempts];
        vec![Write::one(&GIVE_UP_NOTIFICATION, values)]
    }
}

impl Keep<NotificationRetried> for TryAgain {
    fn writes(self, event: &NotificationRetried) -> Vec<Write> {
        let values = vals![self.from, self.give_up_at, event.notification.id];
        vec![Write::one(&RETRY_NOTIFICATION, values)]
    }
}

fn claimed(row: &Row<'_>) -> crate::engine::Result<ClaimedNotification> {
    Ok(ClaimedNotification {
        id: row.get(0)?,
        tenant: tenant_of(row, 1)?,
        user: row.get(2)?,
        kind: parse(row, 3)?,
        sealed: row.get(4)?,
        attempts: row.get(5)?,
        give_up_at: row.get(6)?,
        last_error: row.get(7)?,
    })
}

impl Store {
    /// Claims the notification that waits longest, for so many seconds: no other node delivers it before they are over.
    pub async fn claim_notification(&self, seconds: i64) -> Result<Option<ClaimedNotification>> {
        loop {
            let now = self.now();
            let due = |row: &Row<'_>| Ok((row.get::<NotificationId>(0)?, row.get::<i64>(1)?));
            let mut reads = self.reads().await?;
            let Some((id, attempts)) = reads.conn().opt(&DUE_NOTIFICATION, vals![now], due).await? else {
                return Ok(None);
            };
            drop(reads);
            let mut tx = self.db().begin().await?;
            let values = vals![now.plus_seconds(seconds), id, attempts, now];
            let found = tx.conn().opt(&CLAIM_NOTIFICATION, values, claimed).await?;
            tx.commit_with(vec![]).await?;
            // If there is none, another node was first: there may be one more.
            if found.is_some() {
                return Ok(found);
            }
        }
    }

    /// The mail server has it. Whoever is told twice, because a node died between the two, is not told a third time.
    pub async fn mark_notification_sent(&self, id: NotificationId) -> Result<()> {
        self.write_notification(Write::any(&MARK_SENT, vals![self.now(), id])).await
    }

    /// It is tried again at `next`.
    pub async fn postpone_notification(
        &self,
        claimed: &ClaimedNotification,
        next: Timestamp,
        error: &str,
    ) -> Result<()> {
        let values = vals![next, error, claimed.id, claimed.attempts];
        self.write_notification(Write::any(&POSTPONE_NOTIFICATION, values)).await
    }

    /// There is nobody to tell any more, or nothing.
    pub async fn withdraw_notification(&self, id: NotificationId) -> Result<()> {
        self.write_notification(Write::any(&WITHDRAW_NOTIFICATION, vals![id])).await
    }

    async fn write_notification(&self, write: Write) -> Result<()> {
        Ok(self.db().begin().await?.commit_with(vec![write]).await?)
    }
}
