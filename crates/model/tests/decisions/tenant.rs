//! Tenants: edited, suspended, resumed, deleted, and what they admit.

use daybook_model::{
    change::{Change, Edit},
    subscription::Subscription,
    tenant::{
        ProfileEdit, Tenant, TenantChanges, TenantEdit, TenantImpact, TenantRefusal, TenantStatus,
        check_reason,
    },
};

use crate::sample;

#[test]
fn an_edit_is_the_next_version_with_what_differs() {
    let edit = TenantEdit {
        name: Some("Acme Räder".to_owned()),
        plan: Some("plus".to_owned()),
        device_limit: Edit::Set(20),
        contact_email: Edit::Clear,
        self_service_codes: Some(true),
        ..TenantEdit::default()
    };
    let updated = sample::tenant().edit(&edit).unwrap().unwrap();
    assert_eq!((updated.version, updated.tenant.name.as_str()), (8, "Acme Räder"));
    let changes = TenantChanges {
        name: Some(Change { before: "Acme".to_owned(), after: "Acme Räder".to_owned() }),
        contact_email: Some(Change { before: sample::tenant().contact_email, after: None }),
        device_limit: Some(Change { before: None, after: Some(20) }),
        self_service_codes: Some(Change { before: false, after: true }),
        ..TenantChanges::default()
    };
    assert_eq!(updated.changes, changes, "the plan is the same");
    let same = TenantEdit { name: Some(" Acme ".to_owned()), domain: Edit::Clear, ..TenantEdit::default() };
    assert_eq!(sample::tenant().edit(&same), Ok(None));
}

#[test]
fn what_a_tenant_edits_of_itself_is_edited_as_by_its_operator() {
    let profile = ProfileEdit {
        name: Some("Acme Räder".to_owned()),
        contact_email: Edit::Set("grace@example.com".to_owned()),
        domain: Edit::Set("portal.example.com".to_owned()),
        logo_url: Edit::Set("https://example.com/logo.svg".to_owned()),
        primary_color: Edit::Set("#2545c4".to_owned()),
    };
    let changes = sample::tenant().edit(&profile.into()).unwrap().unwrap().changes;
    let TenantChanges { name, contact_email, domain, logo_url, primary_color, .. } = &changes;
    assert!(name.is_some() && contact_email.is_some() && domain.is_some());
    assert!(logo_url.is_some() && primary_color.is_some());
}

#[test]
fn new_codes_and_projects_need_a_subscription_and_projects_room() {
    for state in Subscription::ALL {
        let tenant = Tenant { subscription: *state, ..sample::tenant() };
        let expected = if state.admits() { Ok(()) } else { Err(TenantRefusal::SubscriptionInactive) };
        assert_eq!((tenant.admit_codes(), tenant.admit_project()), (expected, expected), "{state}");
    }
    let full = Tenant { live_projects: 3, ..sample::tenant() };
    assert_eq!((full.admit_codes(), full.admit_project()), (Ok(()), Err(TenantRefusal::ProjectLimitReached)));
}

#[test]
fn a_tenant_is_suspended_resumed_and_deleted_one_version_after_the_other() {
    let active = sample::tenant();
    let suspended = Tenant { status: TenantStatus::Suspended, ..sample::tenant() };
    assert_eq!(active.suspend(None).unwrap().version, 8);
    assert_eq!(suspended.suspend(None), Err(TenantRefusal::AlreadySuspended));
    assert_eq!(suspended.resume(None).unwrap().version, 8);
    assert_eq!(active.resume(None), Err(TenantRefusal::NotSuspended));
    let trial = Tenant { subscription: Subscription::Trialing, ..suspended };
    let deleted = trial.delete(TenantImpact::default(), None);
    assert_eq!((deleted.version, deleted.was), (8, TenantStatus::Suspended));
    assert_eq!(deleted.subscription, Some(Subscription::Trialing));
    assert_eq!(active.delete(TenantImpact::default(), None).subscription, None, "it was in order");
}

#[test]
fn a_reason_of_nothing_but_blanks_is_none() {
    assert_eq!(check_reason(Some(" lost\nat sea ")), Ok(Some("lost\nat sea".to_owned())));
    assert_eq!(check_reason(Some(" ")), Ok(None));
    assert_eq!(check_reason(None), Ok(None));
    assert_eq!(check_reason(Some(&"x".repeat(501))).unwrap_err().0.len(), 1);
}

#[test]
fn what_an_old_entry_did_not_count_is_not_written_when_it_is_nothing() {
    let written = |impact: TenantImpact| serde_json::to_value(impact).unwrap();
    let counted = written(TenantImpact { users_active: 1, ..TenantImpact::default() });
    assert_eq!((counted.get("users_active"), counted.get("users_disabled")), (Some(&1.into()), None));
}
