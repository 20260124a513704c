//! Tenants: their state, what may be asked of them, and the events that follow. Pure decisions only.

mod narration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    Month, Personal, TenantId, Timestamp,
    activation::is_full,
    change::{Change, Edit, changed, text_enum},
    color,
    invalid::{Checker, Invalid},
    plan::PlanLimits,
    subscription::{Subscription, check_trial},
    text,
};

/// The plan of a tenant for which none was named.
pub const DEFAULT_PLAN: &str = "standard";
/// The highest device limit that can be set.
pub const MAX_DEVICE_LIMIT: i64 = 10_000_000;

/// Whether a tenant may work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TenantStatus {
    /// Works.
    Active,
    /// Kept, but refuses activations and sign-ins.
    Suspended,
    /// A tombstone: its slug is free again, its history stays.
    Deleted,
}

text_enum!(TenantStatus { Active = "active", Suspended = "suspended", Deleted = "deleted" });

/// A tenant as an event names it: id for ever, slug and name as they were.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TenantRef {
    /// The tenant's id.
    pub id: TenantId,
    /// Its slug at the time.
    pub slug: String,
    /// Its name at the time.
    pub name: String,
}

/// A tenant as it is now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tenant {
    /// Never changes.
    pub id: TenantId,
    /// Stands in addresses; unique among tenants that are not deleted.
    pub slug: String,
    /// As shown.
    pub name: String,
    /// Whether it may work.
    pub status: TenantStatus,
    /// Where the operator writes to.
    pub contact_email: Option<Personal>,
    /// The domain of the tenant's own portal.
    pub domain: Option<String>,
    /// Shown on the tenant's pages.
    pub logo_url: Option<String>,
    /// `#rrggbb`, used on the tenant's pages.
    pub primary_color: Option<String>,
    /// Its plan.
    pub plan: String,
    /// How many active devices it may have, if it is not for its plan to say.
    pub own_device_limit: Option<i64>,
    /// What its plan allows; nothing is limited by a plan that there is no more of than its name in old entries.
    pub plan_limits: PlanLimits,
    /// How many active devices it has.
    pub active_devices: i64,
    /// How many projects it has.
    pub live_projects: i64,
    /// The last UTC month in which a device was enrolled, and how many were in it.
    pub enrolled: (Month, i64),
    /// The state of its subscription.
    pub subscription: Subscription,
    /// When its trial ends, if it is one.
    pub trial_ends_at: Option<Timestamp>,
    /// Starts its activation codes.
    pub code_prefix: String,
    /// Whether its own people and programs may generate codes; else the operator alone does.
    pub self_service_codes: bool,
    /// Grows with each change; the resource's `ETag`.
    pub version: i64,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl Tenant {
    /// As the next event will name it.
    pub fn to_ref(&self) -> TenantRef {
        TenantRef { id: self.id, slug: self.slug.clone(), name: self.name.clone() }
    }

    /// How many active devices it may have; no limit if none.
    pub fn device_limit(&self) -> Option<i64> {
        self.own_device_limit.or(self.plan_limits.devices)
    }

    /// How many devices were enrolled in the present UTC month. A node whose clock is behind counts for the month that has begun.
    pub fn activations(&self, now: Timestamp) -> i64 {
        let (month, count) = self.enrolled;
        if month >= Month::of(now) { count } else { 0 }
    }
}

/// What is asked for when a tenant is created; unchecked.
#[derive(Debug, Clone, Default)]
pub struct TenantDraft {
    /// Required.
    pub name: String,
    /// Made from the name if absent.
    pub slug: Option<String>,
    /// Optional e-mail address.
    pub contact_email: Option<String>,
    /// Optional domain.
    pub domain: Option<String>,
    /// Optional address of a picture.
    pub logo_url: Option<String>,
    /// Optional `#rrggbb`.
    pub primary_color: Option<String>,
    /// [`DEFAULT_PLAN`] if absent.
    pub plan: Option<String>,
    /// The plan's if absent.
    pub device_limit: Option<i64>,
    /// In order if absent.
    pub subscription: Option<Subscription>,
    /// When the trial ends, for one that begins with a trial.
    pub trial_ends_at: Option<Timestamp>,
    /// Made from the name if absent.
    pub code_prefix: Option<String>,
}

/// What is asked for when a tenant is edited: absent fields stay, `Edit::Clear` empties one.
#[derive(Debug, Clone, Default)]
pub struct TenantEdit {
    /// A new name.
    pub name: Option<String>,
    /// A new or no e-mail address.
    pub contact_email: Edit<String>,
    /// A new or no domain.
    pub domain: Edit<String>,
    /// A new or no picture.
    pub logo_url: Edit<String>,
    /// A new or no colour.
    pub primary_color: Edit<String>,
    /// A new plan.
    pub plan: Option<String>,
    /// A device limit of its own, or the plan's from now on.
    pub device_limit: Edit<i64>,
    /// A new prefix for codes made from now on.
    pub code_prefix: Option<String>,
    /// Whether its own people and programs may generate codes.
    pub self_service_codes: Option<bool>,
}

/// What a tenant may change of itself; the rest is the operator's to grant.
#[derive(Debug, Clone, Default)]
pub struct ProfileEdit {
    /// A new name.
    pub name: Option<String>,
    /// A new or no e-mail address.
    pub contact_email: Edit<String>,
    /// A new or no domain.
    pub domain: Edit<String>,
    /// A new or no picture.
    pub logo_url: Edit<String>,
    /// A new or no colour.
    pub primary_color: Edit<String>,
}

impl From<ProfileEdit> for TenantEdit {
    fn from(edit: ProfileEdit) -> Self {
        let ProfileEdit { name, contact_email, domain, logo_url, primary_color } = edit;
        Self { name, contact_email, domain, logo_url, primary_color, ..Self::default() }
    }
}

/// A tenant was created.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TenantCreated {
    /// The new tenant.
    pub tenant: TenantRef,
    /// Where the operator writes to.
    pub contact_email: Option<Personal>,
    /// The domain of its own portal.
    pub domain: Option<String>,
    /// Shown on its pages.
    pub logo_url: Option<String>,
    /// `#rrggbb`.
    pub primary_color: Option<String>,
    /// Its plan.
    pub plan: String,
    /// How many active devices it may have; as many as its plan allows if null.
    pub device_limit: Option<i64>,
    /// Starts its activation codes.
    pub code_prefix: String,
    /// The state of its subscription; absent if it is in order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subscription: Option<Subscription>,
    /// When its trial ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trial_ends_at: Option<Timestamp>,
}

/// The fields of a tenant that changed, each with before and after.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct TenantChanges {
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Change<String>>,
    /// Where the operator writes to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact_email: Option<Change<Option<Personal>>>,
    /// The domain of its own portal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub domain: Option<Change<Option<String>>>,
    /// Shown on its pages.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logo_url: Option<Change<Option<String>>>,
    /// `#rrggbb`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub primary_color: Option<Change<Option<String>>>,
    /// Its plan.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan: Option<Change<String>>,
    /// How many active devices it may have; as many as its plan allows if null.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device_limit: Option<Change<Option<i64>>>,
    /// Starts its activation codes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code_prefix: Option<Change<String>>,
    /// Whether its own people and programs may generate codes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub self_service_codes: Option<Change<bool>>,
}

/// A tenant was edited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TenantUpdated {
    /// The tenant, named as it is after the change.
    pub tenant: TenantRef,
    /// Its version after the change.
    pub version: i64,
    /// What changed.
    pub changes: TenantChanges,
}

/// A tenant was suspended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TenantSuspended {
    /// The tenant.
    pub tenant: TenantRef,
    /// Its version after the change.
    pub version: i64,
    /// Why, in the operator's words.
    pub reason: Option<Personal>,
}

/// A suspended tenant works again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TenantResumed {
    /// The tenant.
    pub tenant: TenantRef,
    /// Its version after the change.
    pub version: i64,
    /// Why, in the operator's words.
    pub reason: Option<Personal>,
}

/// What a tenant's deletion closes, counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct TenantImpact {
    /// Active projects that are deleted.
    pub projects_active: i64,
    /// Inactive projects that are deleted.
    pub projects_inactive: i64,
    /// Active codes that are revoked.
    pub codes_active: i64,
    /// Active devices that are revoked.
    pub devices_active: i64,
    /// Users who have not joined and are removed.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub users_invited: i64,
    /// Active users who are removed.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub users_active: i64,
    /// Disabled users who are removed.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub users_disabled: i64,
    /// Sessions that are ended.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub sessions_active: i64,
}

/// Entries written before a count existed do not name it.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(count: &i64) -> bool {
    *count == 0
}

/// A tenant was deleted: everything of it is closed, its history stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TenantDeleted {
    /// The tenant.
    pub tenant: TenantRef,
    /// Its version after the change.
    pub version: i64,
    /// Whether it was active or suspended.
    pub was: TenantStatus,
    /// The plan it was on.
    pub plan: String,
    /// The state of its subscription; absent if it was in order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subscription: Option<Subscription>,
    /// What was closed with it.
    pub closed: TenantImpact,
    /// Why, in the operator's words.
    pub reason: Option<Personal>,
}

/// Why a tenant does not do what is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TenantRefusal {
    /// It is suspended already.
    AlreadySuspended,
    /// It is not suspended.
    NotSuspended,
    /// Its subscription is suspended or canceled.
    SubscriptionInactive,
    /// It has as many projects as its plan allows.
    ProjectLimitReached,
}

impl TenantDraft {
    /// The event that creates this tenant, or all that is wrong with the request.
    pub fn decide(self, id: TenantId, now: Timestamp) -> Result<TenantCreated, Invalid> {
        let mut check = Checker::default();
        let name = check.take("/name", text::name(&self.name));
        let slug = self.slug.clone().unwrap_or_else(|| text::slug_from_name(&self.name));
        let slug = check.take("/slug", text::slug(&slug).and_then(text::unreserved));
        let contact_email = check.take_opt("/contact_email", self.contact_email.as_deref().map(text::email));
        let domain = check.take_opt("/domain", self.domain.as_deref().map(text::domain));
        let logo_url = check.take_opt("/logo_url", self.logo_url.as_deref().map(text::web_url));
        let primary_color = check.take_opt("/primary_color", self.primary_color.as_deref().map(color::brand));
        let plan = check.take("/plan", text::plan(self.plan.as_deref().unwrap_or(DEFAULT_PLAN)));
        let limit = self.device_limit.map(|limit| text::within(limit, 0, MAX_DEVICE_LIMIT));
        let device_limit = check.take_opt("/device_limit", limit);
        let subscription = self.subscription.unwrap_or_default();
        check.also(check_trial(subscription, self.trial_ends_at, now));
        let prefix = self.code_prefix.unwrap_or_else(|| text::code_prefix_from_name(&self.name));
        let code_prefix = check.take("/code_prefix", text::code_prefix(&prefix));
        let event = || {
            Some(TenantCreated {
                tenant: TenantRef { id, slug: slug?, name: name? },
                contact_email: contact_email.map(Personal::from),
                domain,
                logo_url,
                primary_color,
                plan: plan?,
                device_limit,
                code_prefix: code_prefix?,
                subscription: told(subscription),
                trial_ends_at: self.trial_ends_at,
            })
        };
        check.finish(event())
    }
}

impl Tenant {
    /// The event that makes these edits; `None` if they change nothing.
    pub fn edit(&self, edit: &TenantEdit) -> Result<Option<TenantUpdated>, Invalid> {
        let mut check = Checker::default();
        let name = check.take_opt("/name", edit.name.as_deref().map(text::name));
        let email = edit.contact_email.check(&mut check, "/contact_email", text::email);
        let domain = edit.domain.check(&mut check, "/domain", text::domain);
        let logo_url = edit.logo_url.check(&mut check, "/logo_url", text::web_url);
        let primary_color = edit.primary_color.check(&mut check, "/primary_color", color::brand);
        let plan = check.take_opt("/plan", edit.plan.as_deref().map(text::plan));
        let device_limit = edit.device_limit.asked();
        let limit = device_limit.flatten().map(|limit| text::within(limit, 0, MAX_DEVICE_LIMIT));
        check.take_opt("/device_limit", limit);
        let code_prefix = check.take_opt("/code_prefix", edit.code_prefix.as_deref().map(text::code_prefix));
        check.finish(Some(()))?;
        let changes = TenantChanges {
            name: changed(&self.name, name),
            contact_email: changed(&self.contact_email, email.map(|e| e.map(Personal::from))),
            domain: changed(&self.domain, domain),
            logo_url: changed(&self.logo_url, logo_url),
            primary_color: changed(&self.primary_color, primary_color),
            plan: changed(&self.plan, plan),
            device_limit: changed(&self.own_device_limit, device_limit),
            code_prefix: changed(&self.code_prefix, code_prefix),
            self_service_codes: changed(&self.self_service_codes, edit.self_service_codes),
        };
        if changes == TenantChanges::default() {
            return Ok(None);
        }
        let mut tenant = self.to_ref();
        if let Some(name) = &changes.name {
            tenant.name.clone_from(&name.after);
        }
        Ok(Some(TenantUpdated { tenant, version: self.version + 1, changes }))
    }

    /// Refuses new codes.
    pub fn admit_codes(&self) -> Result<(), TenantRefusal> {
        if self.subscription.admits() { Ok(()) } else { Err(TenantRefusal::SubscriptionInactive) }
    }

    /// Refuses a new project.
    pub fn admit_project(&self) -> Result<(), TenantRefusal> {
        if !self.subscription.admits() {
            return Err(TenantRefusal::SubscriptionInactive);
        }
        if is_full(self.live_projects, self.plan_limits.projects) {
            return Err(TenantRefusal::ProjectLimitReached);
        }
        Ok(())
    }

    /// The event that suspends it.
    pub fn suspend(&self, reason: Option<String>) -> Result<TenantSuspended, TenantRefusal> {
        match self.status {
            TenantStatus::Active => Ok(TenantSuspended {
                tenant: self.to_ref(),
                version: self.version + 1,
                reason: reason.map(Personal::from),
            }),
            _ => Err(TenantRefusal::AlreadySuspended),
        }
    }

    /// The event that lets it work again.
    pub fn resume(&self, reason: Option<String>) -> Result<TenantResumed, TenantRefusal> {
        match self.status {
            TenantStatus::Suspended => Ok(TenantResumed {
                tenant: self.to_ref(),
                version: self.version + 1,
                reason: reason.map(Personal::from),
            }),
            _ => Err(TenantRefusal::NotSuspended),
        }
    }

    /// The event that deletes it and closes what it has.
    pub fn delete(&self, closed: TenantImpact, reason: Option<String>) -> TenantDeleted {
        TenantDeleted {
            tenant: self.to_ref(),
            version: self.version + 1,
            was: self.status,
            plan: self.plan.clone(),
            subscription: told(self.subscription),
            closed,
            reason: reason.map(Personal::from),
        }
    }
}

/// What an event says of a subscription: nothing of one that is in order.
fn told(subscription: Subscription) -> Option<Subscription> {
    (subscription != Subscription::default()).then_some(subscription)
}

/// Checks a reason in free text: at most 500 characters; an empty one counts as none.
pub fn check_reason(reason: Option<&str>) -> Result<Option<String>, Invalid> {
    let mut check = Checker::default();
    let reason = check.take_opt("/reason", reason.map(|r| text::lines(r, 500)));
    check.finish(Some(reason.filter(|r| !r.is_empty())))
}
