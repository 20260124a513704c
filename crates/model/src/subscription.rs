//! The state of a tenant's subscription: which state may follow which, and the event that says so. Pure decisions only. It is the
//! business side of a tenant; whether somebody has suspended the tenant itself is another question.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    Personal, Timestamp,
    change::text_enum,
    event::Narrated,
    invalid::Invalid,
    tenant::{Tenant, TenantRef},
    totals::{Deltas, Total},
};

/// The state of a tenant's subscription.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Subscription {
    /// On trial until a day.
    Trialing,
    /// In order.
    #[default]
    Active,
    /// A payment is due: everything works, and it shows.
    PastDue,
    /// Nothing new: no activation, no code, no project. What there is works.
    Suspended,
    /// Ended; as suspended.
    Canceled,
}

text_enum!(Subscription {
    Trialing = "trialing",
    Active = "active",
    PastDue = "past_due",
    Suspended = "suspended",
    Canceled = "canceled",
});

/// A tenant's subscription is in another state, or its trial has another end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SubscriptionChanged {
    /// The tenant.
    pub tenant: TenantRef,
    /// The tenant's version after the change.
    pub version: i64,
    /// The state before.
    pub before: Subscription,
    /// The state after.
    pub after: Subscription,
    /// When the trial ends, if it is one now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trial_ends_at: Option<Timestamp>,
    /// Why, in the operator's words.
    pub reason: Option<Personal>,
}

/// Why a subscription does not become what is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SubscriptionRefusal {
    /// The request is wrong.
    Invalid(Invalid),
    /// This state does not follow that one.
    NotAllowed,
}

impl Subscription {
    /// Whether something new may come: activations, codes, projects.
    pub const fn admits(self) -> bool {
        !matches!(self, Self::Suspended | Self::Canceled)
    }

    /// Whether this state may follow that one. Nobody goes back to a trial but after a cancellation, and what was canceled begins anew.
    pub const fn may_become(self, after: Self) -> bool {
        match self {
            // A trial may get another end.
            Self::Trialing => true,
            Self::Active => matches!(after, Self::PastDue | Self::Suspended | Self::Canceled),
            Self::PastDue => matches!(after, Self::Active | Self::Suspended | Self::Canceled),
            Self::Suspended => matches!(after, Self::Active | Self::PastDue | Self::Canceled),
            Self::Canceled => matches!(after, Self::Trialing | Self::Active),
        }
    }

    /// What the totals count of it. A tenant whose subscription is in order is in none of them: of all tenants, it is the rest.
    pub fn counted(self) -> Option<Total> {
        (self != Self::Active).then_some(Total::TenantsSubscribed(self))
    }
}

/// Refuses a trial without an end in the future, and an end without a trial.
pub fn check_trial(state: Subscription, ends_at: Option<Timestamp>, now: Timestamp) -> Result<(), Invalid> {
    let wrong = |code, detail| Err(Invalid::field("/trial_ends_at", code, detail));
    match (state, ends_at) {
        (Subscription::Trialing, None) => wrong("REQUIRED", "must be given for a trial"),
        (Subscription::Trialing, Some(at)) if at <= now => wrong("OUT_OF_RANGE", "must be in the future"),
        (Subscription::Trialing, Some(_)) | (_, None) => Ok(()),
        (_, Some(_)) => wrong("NOT_A_TRIAL", "is for trials only"),
    }
}

impl Tenant {
    /// The event that brings its subscription into this state; nothing if it is so already.
    pub fn subscribe(
        &self,
        after: Subscription,
        trial_ends_at: Option<Timestamp>,
        reason: Option<String>,
        now: Timestamp,
    ) -> Result<Option<SubscriptionChanged>, SubscriptionRefusal> {
        let before = self.subscription;
        if (before, self.trial_ends_at) == (after, trial_ends_at) {
            return Ok(None);
        }
        check_trial(after, trial_ends_at, now).map_err(SubscriptionRefusal::Invalid)?;
        if !before.may_become(after) {
            return Err(SubscriptionRefusal::NotAllowed);
        }
        Ok(Some(self.subscription_changed(after, trial_ends_at, reason)))
    }

    /// The event that ends a trial whose time is over: a payment is due from now on. What works goes on working until somebody decides
    /// otherwise: no clock takes anything away.
    pub fn end_trial(&self, now: Timestamp) -> Option<SubscriptionChanged> {
        let is_over = self.trial_ends_at.is_some_and(|at| at <= now);
        (self.subscription == Subscription::Trialing && is_over)
            .then(|| self.subscription_changed(Subscription::PastDue, None, None))
    }

    fn subscription_changed(
        &self,
        after: Subscription,
        trial_ends_at: Option<Timestamp>,
        reason: Option<String>,
    ) -> SubscriptionChanged {
        SubscriptionChanged {
            tenant: self.to_ref(),
            version: self.version + 1,
            before: self.subscription,
            after,
            trial_ends_at,
            reason: reason.map(Personal::from),
        }
    }
}

impl Narrated for SubscriptionChanged {
    fn sentence(&self) -> String {
        let Self { tenant, before, after, trial_ends_at, .. } = self;
        match trial_ends_at {
            Some(at) => format!("The subscription of {} is a trial until {at}.", tenant.name),
            None => format!("The subscription of {} changed from {before} to {after}.", tenant.name),
        }
    }

    fn deltas(&self) -> Deltas {
        if self.before == self.after {
            return Deltas::none();
        }
        Deltas::none().add_opt(self.before.counted(), -1).add_opt(self.after.counted(), 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_is_followed_by_these_and_no_others() {
        use Subscription::{Active, Canceled, PastDue, Suspended, Trialing};
        let table: [(Subscription, &[Subscription]); 5] = [
            (Trialing, &[Trialing, Active, PastDue, Suspended, Canceled]),
            (Active, &[PastDue, Suspended, Canceled]),
            (PastDue, &[Active, Suspended, Canceled]),
            (Suspended, &[Active, PastDue, Canceled]),
            (Canceled, &[Trialing, Active]),
        ];
        for (from, follow) in table {
            for to in Subscription::ALL {
                assert_eq!(from.may_become(*to), follow.contains(to), "{from} to {to}");
            }
        }
    }

    #[test]
    fn only_what_is_suspended_or_canceled_admits_nothing() {
        let admitting = Subscription::ALL.iter().filter(|state| state.admits());
        let admitting: Vec<_> = admitting.map(|state| state.as_str()).collect();
        assert_eq!(admitting, ["trialing", "active", "past_due"]);
    }

    #[test]
    fn a_trial_ends_in_the_future_and_nothing_else_has_an_end() {
        let now = Timestamp::from_micros(1_000);
        let code = |state, at| check_trial(state, at, now).err().map(|invalid| invalid.0[0].code);
        assert_eq!(code(Subscription::Trialing, None), Some("REQUIRED"));
        assert_eq!(code(Subscription::Trialing, Some(now)), Some("OUT_OF_RANGE"));
        assert_eq!(code(Subscription::Trialing, Some(now.plus_seconds(1))), None);
        assert_eq!(code(Subscription::Active, Some(now.plus_seconds(1))), Some("NOT_A_TRIAL"));
        assert_eq!(code(Subscription::PastDue, None), None);
    }
}
