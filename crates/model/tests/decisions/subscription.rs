//! Subscriptions and their trials.

use daybook_model::{
    subscription::{Subscription, SubscriptionRefusal},
    tenant::{Tenant, TenantDraft},
};

use crate::sample::{self, known, now};

fn on_trial() -> Tenant {
    let trial_ends_at = Some(now().plus_days(1));
    Tenant { subscription: Subscription::Trialing, trial_ends_at, ..sample::tenant() }
}

#[test]
fn a_subscription_changes_once_and_only_as_it_may() {
    let reason = Some("unpaid".to_owned());
    let subscribe = |after| sample::tenant().subscribe(after, None, reason.clone(), now());
    let changed = subscribe(Subscription::Suspended).unwrap().unwrap();
    assert_eq!(
        (changed.version, changed.before, changed.after),
        (8, Subscription::Active, Subscription::Suspended)
    );
    assert_eq!(changed.reason, Some(known("unpaid")));
    assert_eq!(subscribe(Subscription::Active), Ok(None), "it is so already");
    let trial = sample::tenant().subscribe(Subscription::Trialing, Some(now().plus_days(1)), None, now());
    assert_eq!(trial, Err(SubscriptionRefusal::NotAllowed));
    assert!(matches!(subscribe(Subscription::Trialing), Err(SubscriptionRefusal::Invalid(_))));
    let longer = on_trial().subscribe(Subscription::Trialing, Some(now().plus_days(2)), None, now());
    assert_eq!(longer.unwrap().unwrap().trial_ends_at, Some(now().plus_days(2)));
}

#[test]
fn a_payment_is_due_when_the_trial_is_over() {
    let ends = now().plus_days(1);
    assert_eq!(on_trial().end_trial(ends.plus_seconds(-1)), None);
    for at in [ends, ends.plus_seconds(1)] {
        let ended = on_trial().end_trial(at).unwrap();
        assert_eq!((ended.before, ended.after), (Subscription::Trialing, Subscription::PastDue));
        assert_eq!((ended.version, ended.trial_ends_at), (8, None));
    }
    let paying = Tenant { subscription: Subscription::Active, ..on_trial() };
    assert_eq!(paying.end_trial(ends), None, "it is no trial");
}

#[test]
fn a_tenant_may_begin_with_a_trial_that_ends_later() {
    let begin = |ends_at| {
        let draft = TenantDraft {
            name: "Acme".to_owned(),
            subscription: Some(Subscription::Trialing),
            trial_ends_at: Some(ends_at),
            ..TenantDraft::default()
        };
        draft.decide(sample::tenant().id, now())
    };
    let created = begin(now().plus_seconds(1)).unwrap();
    assert_eq!(created.subscription, Some(Subscription::Trialing));
    for too_early in [now(), now().plus_seconds(-1)] {
        let errors = begin(too_early).unwrap_err().0;
        assert_eq!(
            errors.first().map(|error| (error.pointer.as_str(), error.code)),
            Some(("/trial_ends_at", "OUT_OF_RANGE"))
        );
    }
    let plain = TenantDraft { name: "Acme".to_owned(), ..TenantDraft::default() };
    let created = plain.decide(sample::tenant().id, now()).unwrap();
    assert_eq!(created.subscription, None, "nothing is said of one that is in order");
}
