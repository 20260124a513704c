//! Notifications: which event tells whom, what people choose, and what became of it. Written in the transaction of the event,
//! delivered afterwards ([`deliver`]). The place to look for who is told of what is [`told_of`]; use cases do not think of it. Must not
//! send anything.

mod deliver;
mod news;

use daybook_model::{
    ActorType, EventId, NotificationId, Payload, TenantId, Timestamp, UserId,
    notification::{
        NotificationChoice, NotificationChoicesChanged, NotificationKind, NotificationRef,
        NotificationRetried, TryAgain, choices, choose,
    },
    quota::{QuotaNear, QuotaReached},
    session::{SessionCreated, is_new_device},
    tenant::TenantRef,
    user::{UserRef, email_key},
};
use daybook_store::{
    Cursor, NewNotification, NotificationFilter, NotificationListing, Page, TenantScope, UnitOfWork,
};

use crate::{Context, IssuedLink, Noun, Person, Portal, PortalError, Result, change::Done, user::lock_user};

pub use deliver::Delivery;
use news::News;

/// The purpose under which what letters need is sealed.
const PURPOSE: &str = "notification";
/// How long a notification is tried: four days, as mail servers do.
const TRIED_SECONDS: i64 = 4 * 24 * 3_600;

const NOT_FAILED: PortalError = PortalError::Conflict {
    code: "NOTIFICATION_NOT_FAILED",
    detail: "the notification was not given up: it was sent, or is still tried",
};
const OVER: PortalError = PortalError::Conflict {
    code: "NOTIFICATION_OVER",
    detail: "the link in it opens nothing any more: issue a new one",
};

/// Who hears of an event.
enum Audience<'a> {
    /// The people of this tenant and of the platform, as the table of rules and their choices say.
    Of(&'a TenantRef),
    /// Whoever began this session, if they had not used its device before.
    Owner(&'a SessionCreated),
}

/// What an event tells, and whom; most tell nobody anything. An event type that is to be told of is an arm here.
fn told_of(payload: &Payload, now: Timestamp) -> Option<(Audience<'_>, News)> {
    let name = |tenant: &TenantRef| tenant.name.clone();
    Some(match payload {
        // One letter for all codes of a request.
        Payload::CodeGenerated(event) if event.batch.position == 1 => {
            let project = event.project.as_ref().map(|project| project.name.clone());
            let (tenant, count) = (name(&event.tenant), event.batch.count);
            (Audience::Of(&event.tenant), News::CodesGenerated { tenant, project, count })
        }
        Payload::DeviceLimitNear(event) => {
            let (devices, limit) = (event.active_devices, event.device_limit);
            let tenant = name(&event.tenant);
            (Audience::Of(&event.tenant), News::DeviceLimitNear { tenant, devices, limit })
        }
        // Where one write uses up a whole quota at once, the next event says more.
        Payload::QuotaNear(QuotaNear { tenant, kind, month, used, quota }) if used < quota => {
            (Audience::Of(tenant), News::quota(tenant, kind, *month, *used, *quota))
        }
        Payload::QuotaReached(QuotaReached { tenant, kind, month, used, quota }) => {
            (Audience::Of(tenant), News::quota(tenant, kind, *month, *used, *quota))
        }
        Payload::SubscriptionChanged(event) => {
            let (tenant, state, trial_ends_at) = (name(&event.tenant), event.after, event.trial_ends_at);
            (Audience::Of(&event.tenant), News::SubscriptionChanged { tenant, state, trial_ends_at })
        }
        Payload::TenantSuspended(event) => {
            (Audience::Of(&event.tenant), News::TenantSuspended { tenant: name(&event.tenant) })
        }
        Payload::TenantResumed(event) => {
            (Audience::Of(&event.tenant), News::TenantResumed { tenant: name(&event.tenant) })
        }
        Payload::SessionCreated(event) => {
            let known = |value: &Option<daybook_model::Personal>| {
                value.as_ref().and_then(|value| value.known().cloned())
            };
            let (ip, user_agent) = (known(&event.ip), known(&event.user_agent));
            (Audience::Owner(event), News::NewSignIn { at: now, ip, user_agent })
        }
        _ => return None,
    })
}

/// Who gets one letter: a person, or the contact address of a tenant.
#[derive(Clone, Copy)]
struct Addressee {
    tenant: Option<TenantId>,
    user: Option<UserId>,
}

impl Portal {
    /// Writes what the events of a unit of work tell people of, before it is committed. Asks the database nothing unless one of them
    /// tells somebody something.
    pub(crate) async fn tell(&self, unit: &mut UnitOfWork) -> Result<()> {
        if !self.mailer().is_configured() {
            return Ok(());
        }
        let mut letters = vec![];
        let recorded: Vec<_> = unit
            .recorded()
            .iter()
            .filter(|(_, payload)| told_of(payload, unit.now()).is_some())
            .cloned()
            .collect();
        for (event, payload) in recorded {
            let Some((audience, news)) = told_of(&payload, unit.now()) else { continue };
            for addressee in addressees(unit, &audience, news.kind()).await? {
                letters.push((event, addressee, news.clone()));
            }
        }
        for (event, addressee, news) in letters {
            let letter = self.sealed(event, addressee, &news, unit.now())?;
            unit.notify(letter);
        }
        Ok(())
    }

    /// Sends a link to whom it is for, if a mail server is configured: it is in no event, so the use case that made it says so.
    pub(crate) fn send_link(
        &self,
        context: &Context,
        unit: &mut UnitOfWork,
        event: EventId,
        link: &IssuedLink,
    ) -> Result<bool> {
        if !self.mailer().is_configured() {
            return Ok(false);
        }
        let by_person = matches!(context.actor.kind, ActorType::Admin | ActorType::Tenant);
        let news = News::Link {
            purpose: link.purpose,
            token: link.token.clone(),
            expires_at: link.expires_at,
            by: context.actor.id.filter(|_| by_person).map(UserId::from_uuid),
        };
        let addressee = Addressee { tenant: link.user.tenant, user: Some(link.user.id) };
        let letter = self.sealed(event, addressee, &news, unit.now())?;
        unit.notify(letter);
        Ok(true)
    }

    fn sealed(
        &self,
        event: EventId,
        addressee: Addressee,
        news: &News,
        now: Timestamp,
    ) -> Result<NewNotification> {
        const BROKEN: PortalError = PortalError::Broken("a notification cannot be written");
        let id = NotificationId::new(self.store().clock(), self.store().entropy());
        let text = serde_json::to_vec(news).map_err(|_| BROKEN)?;
        let Addressee { tenant, user } = addressee;
        let sealed = self.keys().seal(PURPOSE, &place(id, tenant, user), &text, self.store().entropy())?;
        let give_up_at = give_up_at(news, now);
        Ok(NewNotification { id, tenant, user, kind: news.kind(), event, sealed, give_up_at })
    }

    fn open_news(
        &self,
        id: NotificationId,
        (tenant, user): (Option<TenantId>, Option<UserId>),
        sealed: &[u8],
    ) -> Option<News> {
        let text = self.keys().open(PURPOSE, &place(id, tenant, user), sealed)?;
        serde_json::from_slice(&text).ok()
    }

    /// A page of the notifications to the people of a tenant, or to everybody, latest first.
    pub async fn notifications(
        &self,
        scope: TenantScope,
        filter: &NotificationFilter,
        after: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<NotificationListing>> {
        Ok(self.store().reads().await?.notifications(scope, filter, after, limit).await?)
    }

    /// Tries a notification again that was given up.
    pub async fn retry_notification(
        &self,
        context: &Context,
        id: NotificationId,
    ) -> Result<NotificationListing> {
        let missing = || PortalError::NotFound(Noun::Notification);
        self.change(context, |mut unit| async move {
            let found = unit.reads().notification(TenantScope::All, id).await?.ok_or_else(missing)?;
            let sealed = unit.locks().failed_notification(id).await?.ok_or(NOT_FAILED)?;
            let news = self.open_news(id, (found.tenant, found.user), &sealed);
            let now = unit.now();
            let give_up_at =
                news.map_or_else(|| now.plus_seconds(TRIED_SECONDS), |news| give_up_at(&news, now));
            if give_up_at <= now {
                return Err(OVER);
            }
            let event = NotificationRetried {
                tenant: tenant_ref(&mut unit, found.tenant).await?,
                user: found.user.map(|id| UserRef { id, name: None }),
                notification: NotificationRef { id, kind: found.kind },
            };
            unit.record_with(event, TryAgain { from: now, give_up_at }).await?;
            Ok(Done::Commit(Box::new(unit), ()))
        })
        .await?;
        self.store().reads().await?.notification(TenantScope::All, id).await?.ok_or_else(missing)
    }

    /// What a person is told of, and what not.
    pub async fn notification_choices(&self, person: &Person) -> Result<Vec<NotificationChoice>> {
        let mut reads = self.store().reads().await?;
        let stored = reads.notification_choices(person.tenant_id(), person.user).await?;
        Ok(choices(person.role, &stored))
    }

    /// Chooses what a person is told of: kinds and whether; what is not named stays.
    pub async fn choose_notifications(
        &self,
        context: &Context,
        person: &Person,
        asked: &[(String, bool)],
    ) -> Result<Vec<NotificationChoice>> {
        self.change(context, |mut unit| async move {
            let tenant = person.tenant_id();
            let locked =
                lock_user(&mut unit, tenant, person.user).await?.ok_or(PortalError::Unauthenticated)?;
            let stored = unit.reads().notification_choices(tenant, person.user).await?;
            let changed = choose(&choices(locked.user.role, &stored), asked)?;
            if changed.is_empty() {
                return Ok(Done::Nothing(()));
            }
            let (tenant, user) = (locked.tenant_ref(), locked.user.to_ref());
            unit.record(NotificationChoicesChanged { tenant, user, choices: changed }).await?;
            Ok(Done::Commit(Box::new(unit), ()))
        })
        .await?;
        self.notification_choices(person).await
    }
}

/// What ties a sealed letter to its row and to who gets it.
fn place(id: NotificationId, tenant: Option<TenantId>, user: Option<UserId>) -> Vec<u8> {
    let tenant = tenant.map(TenantId::uuid).unwrap_or_default();
    let user = user.map(UserId::uuid).unwrap_or_default();
    [id.uuid().as_bytes().as_slice(), tenant.as_bytes(), user.as_bytes()].concat()
}

fn give_up_at(news: &News, now: Timestamp) -> Timestamp {
    let last = now.plus_seconds(TRIED_SECONDS);
    news.ends_at().map_or(last, |end| end.min(last))
}

async fn tenant_ref(unit: &mut UnitOfWork, id: Option<TenantId>) -> Result<Option<TenantRef>> {
    match id {
        Some(id) => Ok(unit.reads().tenant(id).await?.map(|tenant| tenant.to_ref())),
        None => Ok(None),
    }
}

/// Everybody who is told, once each.
async fn addressees(
    unit: &mut UnitOfWork,
    audience: &Audience<'_>,
    kind: NotificationKind,
) -> Result<Vec<Addressee>> {
    let Some(rule) = kind.rule() else { return Ok(vec![]) };
    let mut found = vec![];
    let mut reads = unit.reads();
    match audience {
        Audience::Owner(event) => {
            let (tenant, user) = (event.tenant.as_ref().map(|tenant| tenant.id), event.user.id);
            let chosen = reads.notification_choices(tenant, user).await?;
            let is_off = chosen.iter().any(|choice| choice.kind == kind && !choice.enabled);
            if !is_off && is_new_device(event, &reads.sign_ins_before(tenant, user, event.session.id).await?)
            {
                found.push(Addressee { tenant, user: Some(user) });
            }
        }
        Audience::Of(tenant) => {
            let mut told = vec![];
            for side in [Some(tenant.id), None] {
                for person in reads.recipients(side, kind).await? {
                    if rule.tells(person.role, person.chosen) {
                        found.push(Addressee { tenant: side, user: Some(person.user) });
                        told.extend(person.email_key);
                    }
                }
            }
            let contact = if rule.contact {
                reads.tenant(tenant.id).await?.and_then(|tenant| tenant.contact_email)
            } else {
                None
            };
            let address = contact.as_ref().and_then(daybook_model::Personal::known);
            if address.is_some_and(|address| !told.contains(&email_key(address))) {
                found.push(Addressee { tenant: Some(tenant.id), user: None });
            }
        }
    }
    Ok(found)
}
