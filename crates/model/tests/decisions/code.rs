//! Codes, devices and tokens: asked for, assigned, expired, revoked.

use daybook_model::{
    ApiTokenId, ProjectId, Role,
    api_token::ApiToken,
    code::{AssignRefusal, Code, CodeDraft, CodeStatus, MAX_EXPIRY_DAYS},
    device::{Device, DeviceStatus},
    project::ProjectRef,
};
use uuid::Uuid;

use crate::sample::{self, known, now};

fn wrong(draft: CodeDraft) -> Vec<(String, &'static str)> {
    let errors = draft.check(now()).err().map(|invalid| invalid.0).unwrap_or_default();
    errors.into_iter().map(|error| (error.pointer, error.code)).collect()
}

#[test]
fn codes_end_in_the_future_and_are_told_when_in_one_way() {
    let order = CodeDraft::default().check(now()).unwrap();
    assert_eq!((order.count, order.max_uses, order.expires_at, order.label), (1, 1, None, None));
    let in_days = CodeDraft { expires_in_days: Some(30), ..CodeDraft::default() };
    assert_eq!(in_days.check(now()).unwrap().expires_at, Some(now().plus_days(30)));

    let at = |expires_at| CodeDraft { expires_at: Some(expires_at), ..CodeDraft::default() };
    let refused = |code| vec![("/expires_at".to_owned(), code)];
    assert_eq!(wrong(at(now())), refused("NOT_IN_FUTURE"));
    assert_eq!(wrong(at(now().plus_seconds(-1))), refused("NOT_IN_FUTURE"));
    assert_eq!(wrong(at(now().plus_seconds(1))), []);
    assert_eq!(wrong(at(now().plus_days(MAX_EXPIRY_DAYS))), []);
    assert_eq!(wrong(at(now().plus_days(MAX_EXPIRY_DAYS).plus_seconds(1))), refused("OUT_OF_RANGE"));
    let twice = CodeDraft { expires_in_days: Some(30), ..at(now().plus_days(30)) };
    assert_eq!(wrong(twice), refused("CONFLICTING"));
}

#[test]
fn a_code_is_assigned_once() {
    let (owner, kiosk) = (sample::tenant().to_ref(), sample::project().to_ref());
    let free = Code { project: None, ..sample::code() };
    let assigned = free.assign(owner.clone(), kiosk.clone()).unwrap().unwrap();
    assert_eq!((assigned.project, assigned.status), (kiosk.clone(), CodeStatus::Active));
    assert_eq!(sample::code().assign(owner.clone(), kiosk.clone()), Ok(None), "it is there already");
    let other = ProjectRef { id: ProjectId::from_uuid(Uuid::from_u128(22)), ..kiosk.clone() };
    assert_eq!(sample::code().assign(owner.clone(), other), Err(AssignRefusal::AssignedElsewhere));
    for status in [CodeStatus::Used, CodeStatus::Expired, CodeStatus::Revoked] {
        let over = Code { status, ..free.clone() };
        assert_eq!(over.assign(owner.clone(), kiosk.clone()), Err(AssignRefusal::NotActive));
    }
}

#[test]
fn an_active_code_whose_time_is_over_expires() {
    let ends = now();
    let expired = |status, at| {
        let code = Code { status, expires_at: Some(ends), ..sample::code() };
        code.expire(sample::tenant().to_ref(), None, at).map(|expired| expired.expires_at)
    };
    assert_eq!(expired(CodeStatus::Active, ends.plus_seconds(-1)), None);
    assert_eq!(expired(CodeStatus::Active, ends), Some(ends));
    assert_eq!(expired(CodeStatus::Active, ends.plus_seconds(1)), Some(ends));
    for status in [CodeStatus::Used, CodeStatus::Expired, CodeStatus::Revoked] {
        assert_eq!(expired(status, ends), None, "{status}");
    }
    assert_eq!(sample::code().expire(sample::tenant().to_ref(), None, ends), None, "it never ends");
}

#[test]
fn what_is_revoked_is_not_revoked_again() {
    let owner = sample::tenant().to_ref();
    for status in CodeStatus::ALL {
        let code = Code { status: *status, ..sample::code() };
        let was = code.revoke(owner.clone(), None, None).map(|revoked| revoked.was);
        assert_eq!(was, Some(*status).filter(|status| *status != CodeStatus::Revoked));
    }
    let revoked = sample::device().revoke(owner.clone(), None, Some("stolen".to_owned())).unwrap();
    assert_eq!((revoked.device.id, revoked.reason), (sample::device().id, Some(known("stolen"))));
    let gone = Device { status: DeviceStatus::Revoked, ..sample::device() };
    assert_eq!(gone.revoke(owner, None, None), None);
}

#[test]
fn a_token_opens_until_it_ends_or_is_revoked() {
    let token = ApiToken {
        id: ApiTokenId::from_uuid(Uuid::from_u128(7)),
        tenant: None,
        user: None,
        name: Some(known("deploy")),
        role: Role::Auditor,
        scopes: None,
        created_at: now(),
        expires_at: None,
        revoked_at: None,
    };
    let ends = now().plus_days(1);
    let passing = ApiToken { expires_at: Some(ends), ..token.clone() };
    assert!(token.is_live(ends));
    assert!(passing.is_live(ends.plus_seconds(-1)));
    assert!(!passing.is_live(ends));
    assert!(!passing.is_live(ends.plus_seconds(1)));
    assert_eq!(token.revoke(None).unwrap().api_token.id, token.id);
    let revoked = ApiToken { revoked_at: Some(now()), ..passing };
    assert!(!revoked.is_live(now()));
    assert_eq!(revoked.revoke(None), None);
}
