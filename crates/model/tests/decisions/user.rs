//! People: invited, edited, given other roles, stopped, removed, erased.

use daybook_model::{
    Role, TenantId,
    change::Change,
    tenant::TenantRef,
    user::{
        Owners, PersonalExtent, User, UserChanges, UserDraft, UserEdit, UserRefusal, UserStatus, email_key,
    },
};

use crate::sample::{self, known, now, owner};

const LAST: Owners = Owners { set_up: true, active: 1 };
const ONE_OF_TWO: Owners = Owners { set_up: true, active: 2 };

fn with(status: UserStatus) -> User {
    User { status, ..owner() }
}

fn acme() -> TenantRef {
    sample::tenant().to_ref()
}

#[test]
fn addresses_are_the_same_in_either_case() {
    assert_eq!(email_key(" Ada@Example.COM "), "ada@example.com");
}

#[test]
fn a_role_is_read_as_it_is_written() {
    for role in Role::ALL {
        assert_eq!(role.to_string().parse(), Ok(role));
    }
    let known = "expected one of auditor, admin, owner, tenant_admin, tenant_member";
    assert_eq!("Owner".parse::<Role>(), Err(known.to_owned()));
}

#[test]
fn a_role_is_of_the_side_that_the_user_is_of() {
    let member = User { tenant: Some(TenantId::from_uuid(acme().id.uuid())), ..owner() };
    for role in Role::ALL {
        let draft = || UserDraft { email: "ada@example.com".to_owned(), name: None, role };
        let invited = |tenant| draft().decide(owner().id, tenant, now());
        assert_eq!(invited(None).is_ok(), role.is_platform(), "{role}");
        assert_eq!(invited(Some(acme())).is_ok(), !role.is_platform(), "{role}");
        assert_eq!(owner().check_role(role).is_ok(), role.is_platform(), "{role}");
        assert_eq!(member.check_role(role).is_ok(), !role.is_platform(), "{role}");
    }
    let hint = |user: User, role| user.check_role(role).unwrap_err().0.remove(0).detail;
    assert!(hint(owner(), Role::TenantAdmin).contains("owner, admin or auditor"));
    assert!(hint(member, Role::Admin).contains("tenant_admin or tenant_member"));
}

#[test]
fn an_edit_is_the_next_version_with_what_differs() {
    let edit = UserEdit { email: Some("Olga@example.com".to_owned()), name: Some("Olga Owner".to_owned()) };
    let updated = owner().edit(None, &edit).unwrap().unwrap();
    assert_eq!((updated.version, updated.user.name), (8, Some(known("Olga Owner"))));
    let same = UserEdit { email: Some("olga@example.com".to_owned()), name: Some(" Olga ".to_owned()) };
    assert_eq!(owner().edit(None, &same), Ok(None));
    let address = UserEdit { email: Some("olga@example.org".to_owned()), name: None };
    let updated = owner().edit(None, &address).unwrap().unwrap();
    let email = Some(Change { before: owner().email, after: Some(known("olga@example.org")) });
    assert_eq!((updated.changes, updated.user.name), (UserChanges { email, name: None }, owner().name));
}

#[test]
fn the_portal_keeps_an_owner_who_can_sign_in() {
    let last = |user: User, owners| {
        [
            user.change_role(None, Role::Auditor, owners).err(),
            user.disable(None, owners, None).err(),
            user.remove(None, owners, None).err(),
        ]
    };
    assert_eq!(last(owner(), LAST), [Some(UserRefusal::LastOwner); 3]);
    assert_eq!(last(owner(), ONE_OF_TWO), [None; 3]);
    assert_eq!(last(User { role: Role::Admin, ..owner() }, LAST), [None; 3], "no owner");
    assert_eq!(last(with(UserStatus::Disabled), LAST), [None; 3], "could not sign in anyway");
    assert!(owner().is_acting_owner());
    assert!(!with(UserStatus::Invited).is_acting_owner());
    assert!(!User { role: Role::Admin, ..owner() }.is_acting_owner());
}

#[test]
fn a_role_changes_once_and_not_of_who_is_gone() {
    let changed = owner().change_role(None, Role::Admin, ONE_OF_TWO).unwrap().unwrap();
    assert_eq!((changed.version, changed.role), (8, Change { before: Role::Owner, after: Role::Admin }));
    assert_eq!(owner().change_role(None, Role::Owner, LAST), Ok(None), "it is that already");
    let gone = with(UserStatus::Removed);
    assert_eq!(gone.change_role(None, Role::Admin, ONE_OF_TWO), Err(UserRefusal::Removed));
}

#[test]
fn what_is_done_to_somebody_is_done_once_and_is_the_next_version() {
    let disabled = |status| {
        let event = with(status).disable(None, ONE_OF_TWO, None);
        event.map(|event| event.map(|event| event.version))
    };
    let enabled = |status| with(status).enable(None).map(|event| event.map(|event| event.version));
    let removed = |status| {
        let event = with(status).remove(None, ONE_OF_TWO, None);
        event.map(|event| event.map(|event| (event.version, event.was)))
    };
    let states = [UserStatus::Invited, UserStatus::Active, UserStatus::Disabled, UserStatus::Removed];
    let (gone, done) = (Err(UserRefusal::Removed), Ok(Some(8)));
    assert_eq!(states.map(disabled), [Err(UserRefusal::NotActive), done, Ok(None), gone]);
    assert_eq!(states.map(enabled), [Err(UserRefusal::NotDisabled), Ok(None), done, gone]);
    let was = |state| Ok(Some((8, state)));
    let [invited, active, stopped, _] = states.map(was);
    assert_eq!(states.map(removed), [invited, active, stopped, Ok(None)]);
}

#[test]
fn whoever_is_erased_is_removed_first_and_erased_once() {
    let extent = PersonalExtent { events: 2, first_seq: Some(3), last_seq: Some(9) };
    let erase = |user: User| user.erase(None, ONE_OF_TWO, extent, None);
    let (removed, erased) = erase(owner()).unwrap();
    assert_eq!((removed.unwrap().version, erased.version), (8, 9));
    assert_eq!((erased.events, erased.first_seq, erased.last_seq), (2, Some(3), Some(9)));
    assert_eq!(erased.user.name, None);
    let (removed, erased) = erase(with(UserStatus::Removed)).unwrap();
    assert_eq!((removed, erased.version), (None, 8));
    let again = User { erased_at: Some(now()), ..with(UserStatus::Removed) };
    assert_eq!(erase(again), Err(UserRefusal::Erased));
    assert_eq!(owner().erase(None, LAST, extent, None), Err(UserRefusal::LastOwner));
}
