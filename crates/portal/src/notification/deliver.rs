//! Delivering notifications, one after the other, on any node: claim one, write its letter as things are now, hand it to the mail server,
//! and note what came of it. At least once: a node that dies in between leaves a claim that runs out.

use daybook_model::{
    Personal, TenantId,
    notification::{GivenUp, NotificationFailed, NotificationRef},
    tenant::{Tenant, TenantStatus},
    token::BearerToken,
    user::{UserRef, UserStatus},
};
use daybook_store::{ClaimedNotification, NotificationStatus, Reads, TenantScope};

use super::{News, news::Reader, tenant_ref};
use crate::{
    Brand, Context, Portal, Result,
    change::Done,
    mail::{Mail, MailError},
};

/// How long one node has for one letter; longer than the mail server is waited for.
const LEASE_SECONDS: i64 = 120;
/// How long to wait after the first failure; doubled with each further one.
const FIRST_PAUSE_SECONDS: i64 = 30;
/// The longest pause: six hours.
const LONGEST_PAUSE_SECONDS: i64 = 6 * 3_600;

/// What came of looking for a notification to deliver.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// None is due.
    Nothing,
    /// One was dealt with; there may be more.
    Next,
    /// The mail server cannot be reached: the others can wait a moment too.
    Unreachable,
}

impl Portal {
    /// Delivers the notification that waits longest. Any number of nodes may do this at once.
    pub async fn deliver_notification(&self) -> Result<Delivery> {
        if !self.mailer().is_configured() {
            return Ok(Delivery::Nothing);
        }
        let Some(claimed) = self.store().claim_notification(LEASE_SECONDS).await? else {
            return Ok(Delivery::Nothing);
        };
        if claimed.give_up_at <= self.store().now() {
            let error = claimed.last_error.clone().unwrap_or_else(|| "too_late".to_owned());
            self.give_up(&claimed, &error).await?;
            return Ok(Delivery::Next);
        }
        let Some(news) = self.open_news(claimed.id, (claimed.tenant, claimed.user), &claimed.sealed) else {
            self.give_up(&claimed, "unreadable").await?;
            return Ok(Delivery::Next);
        };
        let Some(mail) = self.compose(&claimed, &news).await? else {
            self.store().withdraw_notification(claimed.id).await?;
            return Ok(Delivery::Next);
        };
        match self.mailer().send(&mail, self.store().now()).await {
            Ok(()) => {
                self.store().mark_notification_sent(claimed.id).await?;
                Ok(Delivery::Next)
            }
            Err(error) if error.is_final() => {
                self.give_up(&claimed, &error.word()).await?;
                Ok(Delivery::Next)
            }
            Err(error) => self.try_later(&claimed, &error).await,
        }
    }

    async fn try_later(&self, claimed: &ClaimedNotification, error: &MailError) -> Result<Delivery> {
        let (id, word) = (claimed.id, error.word());
        let next = self.store().now().plus_seconds(pause_seconds(claimed.attempts)).min(claimed.give_up_at);
        tracing::warn!(notification = %id, kind = %claimed.kind, attempts = claimed.attempts, error = word,
            "a notification could not be sent; trying again");
        self.store().postpone_notification(claimed, next, &word).await?;
        let unreachable = matches!(error, MailError::Unreachable(_) | MailError::TimedOut);
        Ok(if unreachable { Delivery::Unreachable } else { Delivery::Next })
    }

    /// Nobody is told: an event says so, and an operator can try again.
    async fn give_up(&self, claimed: &ClaimedNotification, error: &str) -> Result<()> {
        tracing::warn!(notification = %claimed.id, kind = %claimed.kind, attempts = claimed.attempts, error,
            "a notification was given up");
        self.change(&Context::system(), |mut unit| async move {
            let found = unit.reads().notification(TenantScope::All, claimed.id).await?;
            let is_same = found.is_some_and(|found| {
                found.status == NotificationStatus::Waiting && found.attempts == claimed.attempts
            });
            if !is_same {
                return Ok(Done::Nothing(()));
            }
            let event = NotificationFailed {
                tenant: tenant_ref(&mut unit, claimed.tenant).await?,
                user: claimed.user.map(|id| UserRef { id, name: None }),
                notification: NotificationRef { id: claimed.id, kind: claimed.kind },
                error: error.to_owned(),
                attempts: claimed.attempts,
            };
            unit.record_with(event, GivenUp).await?;
            Ok(Done::Commit(Box::new(unit), ()))
        })
        .await
    }

    /// The letter as things are now; nothing if there is nobody to tell any more, or nothing to tell them.
    async fn compose(&self, claimed: &ClaimedNotification, news: &News) -> Result<Option<Mail>> {
        let mut reads = self.store().reads().await?;
        let tenant = match claimed.tenant {
            None => None,
            Some(id) => match living(&mut reads, id).await? {
                None => return Ok(None),
                found => found,
            },
        };
        let (address, name) = match claimed.user {
            None => (tenant.as_ref().and_then(|tenant| tenant.contact_email.clone()), None),
            Some(id) => {
                let found = reads.user(TenantScope::All, id).await?;
                let invited = |status| matches!(news, News::Link { .. }) && status == UserStatus::Invited;
                let told = |status| status == UserStatus::Active || invited(status);
                match found.filter(|found| told(found.user.status)) {
                    Some(found) => (found.user.email, found.user.name),
                    None => return Ok(None),
                }
            }
        };
        let mut sender = None;
        let mut url = String::new();
        if let News::Link { token, by, .. } = news {
            // It may have been used, or replaced by another one, since it was written.
            let link = BearerToken::parse(token).map(|token| token.id);
            let works = match link {
                Some(id) => reads.user_link(id).await?.is_some(),
                None => false,
            };
            if !works {
                return Ok(None);
            }
            url = self.join_url(token);
            if let Some(by) = by {
                sender = reads.user(TenantScope::All, *by).await?.and_then(|found| found.user.name);
            }
        }
        let Some(address) = known(address.as_ref()) else { return Ok(None) };
        let letter = news.letter(&Reader {
            name: known(name.as_ref()),
            sender: known(sender.as_ref()),
            url: &url,
            place: tenant.as_ref().map(|tenant| tenant.name.as_str()),
        });
        let brand = tenant.as_ref().map_or_else(Brand::of_portal, Brand::from);
        Ok(Some(letter.mail(address, &brand)))
    }
}

fn known(value: Option<&Personal>) -> Option<&str> {
    value.and_then(Personal::known).map(String::as_str)
}

async fn living(reads: &mut Reads<'_>, id: TenantId) -> Result<Option<Tenant>> {
    Ok(reads.tenant(id).await?.filter(|tenant| tenant.status != TenantStatus::Deleted))
}

/// How long to wait after so many failures.
fn pause_seconds(failures: i64) -> i64 {
    let doublings = u32::try_from(failures.saturating_sub(1).clamp(0, 20)).unwrap_or_default();
    (FIRST_PAUSE_SECONDS << doublings).min(LONGEST_PAUSE_SECONDS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_six_hours() {
        let pauses: Vec<_> = [1, 2, 3, 9, 10, 11, 1_000].map(pause_seconds).into();
        assert_eq!(pauses, [30, 60, 120, 7_680, 15_360, 21_600, 21_600]);
    }
}
