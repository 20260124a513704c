//! Notifications: what people are told of by mail, who is told unless they say otherwise, and who may choose. One table says it all.
//! Pure decisions only. Must not know what is written in a letter.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    NotificationId, Role,
    change::text_enum,
    event::Narrated,
    invalid::{FieldError, Invalid},
    tenant::TenantRef,
    user::{LinkPurpose, UserRef},
};

/// What somebody is told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum NotificationKind {
    /// They are invited, and get the link to join with.
    Invitation,
    /// They get the link to choose a new password with.
    PasswordReset,
    /// Activation codes were generated.
    CodesGenerated,
    /// A tenant comes near a limit, or has reached it.
    LimitNear,
    /// A tenant was suspended.
    TenantSuspended,
    /// A suspended tenant works again.
    TenantResumed,
    /// A tenant's subscription is in another state, or its trial has another end.
    SubscriptionChanged,
    /// Somebody signed in as them with a device that they had not used.
    NewSignIn,
}

text_enum!(NotificationKind {
    Invitation = "invitation",
    PasswordReset = "password_reset",
    CodesGenerated = "codes_generated",
    LimitNear = "limit_near",
    TenantSuspended = "tenant_suspended",
    TenantResumed = "tenant_resumed",
    SubscriptionChanged = "subscription_changed",
    NewSignIn = "new_sign_in",
});

impl From<LinkPurpose> for NotificationKind {
    fn from(purpose: LinkPurpose) -> Self {
        match purpose {
            LinkPurpose::Invitation => Self::Invitation,
            LinkPurpose::Reset => Self::PasswordReset,
        }
    }
}

/// A line of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotificationRule {
    /// What it is about.
    pub kind: NotificationKind,
    /// The same in words.
    pub what: &'static str,
    /// Who is told unless they switch it off; of a tenant's roles those of the tenant that it is about.
    pub told: &'static [Role],
    /// Who is told if they switch it on.
    pub offered: &'static [Role],
    /// Whether the tenant's contact address is told too.
    pub contact: bool,
}

const PLATFORM: &[Role] = &[Role::Owner, Role::Admin, Role::Auditor];

/// Who is told of what. The two with a link are not in it: they go to the one person they are for, whatever they chose.
pub const NOTIFICATION_RULES: [NotificationRule; 6] = [
    NotificationRule {
        kind: NotificationKind::CodesGenerated,
        what: "Activation codes were generated",
        told: &[Role::TenantAdmin],
        offered: PLATFORM,
        contact: false,
    },
    NotificationRule {
        kind: NotificationKind::LimitNear,
        what: "A tenant comes near a limit, or has reached it",
        told: &[Role::TenantAdmin],
        offered: PLATFORM,
        contact: false,
    },
    NotificationRule {
        kind: NotificationKind::TenantSuspended,
        what: "A tenant was suspended",
        told: &[Role::TenantAdmin],
        offered: PLATFORM,
        contact: true,
    },
    NotificationRule {
        kind: NotificationKind::TenantResumed,
        what: "A suspended tenant works again",
        told: &[Role::TenantAdmin],
        offered: PLATFORM,
        contact: true,
    },
    NotificationRule {
        kind: NotificationKind::SubscriptionChanged,
        what: "A tenant's subscription changed",
        told: &[Role::TenantAdmin],
        offered: PLATFORM,
        contact: true,
    },
    NotificationRule {
        kind: NotificationKind::NewSignIn,
        what: "Somebody signed in to one's account with a device that was not used before",
        told: &Role::ALL,
        offered: &[],
        contact: false,
    },
];

impl NotificationKind {
    /// Its line of the table; none if nobody can choose.
    pub fn rule(self) -> Option<&'static NotificationRule> {
        NOTIFICATION_RULES.iter().find(|rule| rule.kind == self)
    }
}

impl NotificationRule {
    /// Whether somebody with this role can switch it on and off.
    pub fn concerns(&self, role: Role) -> bool {
        self.told.contains(&role) || self.offered.contains(&role)
    }

    /// Whether somebody with this role is told, who has chosen this or nothing.
    pub fn tells(&self, role: Role, chosen: Option<bool>) -> bool {
        self.concerns(role) && chosen.unwrap_or(self.told.contains(&role))
    }
}

/// What somebody wants to be told of, or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NotificationChoice {
    /// Of what.
    pub kind: NotificationKind,
    /// Whether they are told.
    pub enabled: bool,
}

/// What a person with this role is told of, and what not: everything that they can switch, in the order of the table. `stored` is what
/// they have switched so far.
pub fn choices(role: Role, stored: &[NotificationChoice]) -> Vec<NotificationChoice> {
    let chosen = |kind| stored.iter().find(|choice| choice.kind == kind).map(|choice| choice.enabled);
    let rules = NOTIFICATION_RULES.iter().filter(|rule| rule.concerns(role));
    rules
        .map(|rule| NotificationChoice { kind: rule.kind, enabled: rule.tells(role, chosen(rule.kind)) })
        .collect()
}

/// What a person asks to be told of, kind and whether; unchecked. Answers with what changes, or with all that is wrong.
pub fn choose(
    present: &[NotificationChoice],
    asked: &[(String, bool)],
) -> Result<Vec<NotificationChoice>, Invalid> {
    if asked.is_empty() {
        return Err(Invalid::field("/choices", "REQUIRED", "must name at least one kind"));
    }
    let mut errors = vec![];
    let mut seen = BTreeSet::new();
    let mut changes = vec![];
    for (at, (name, enabled)) in asked.iter().enumerate() {
        let found = present.iter().find(|choice| choice.kind.as_str() == name);
        let wrong = match found {
            None => Some(("NOT_A_CHOICE", "must be a kind that GET lists")),
            Some(_) if !seen.insert(name) => Some(("DUPLICATE", "must stand in the list once")),
            Some(_) => None,
        };
        if let Some((code, detail)) = wrong {
            errors.push(FieldError {
                pointer: format!("/choices/{at}/kind"),
                code,
                detail: detail.to_owned(),
            });
        }
        changes.extend(
            found
                .filter(|choice| choice.enabled != *enabled)
                .map(|choice| NotificationChoice { kind: choice.kind, enabled: *enabled }),
        );
    }
    if errors.is_empty() { Ok(changes) } else { Err(Invalid(errors)) }
}

/// A person chose what they are told of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NotificationChoicesChanged {
    /// Their tenant; absent for people of the platform.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<TenantRef>,
    /// The person.
    pub user: UserRef,
    /// What is another choice now.
    pub choices: Vec<NotificationChoice>,
}

/// A notification as an event names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NotificationRef {
    /// Its id.
    pub id: NotificationId,
    /// What it is about.
    pub kind: NotificationKind,
}

/// A notification was given up: nobody was told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NotificationFailed {
    /// The tenant of who should have been told; absent for people of the platform.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<TenantRef>,
    /// Who should have been told; absent for a tenant's contact address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<UserRef>,
    /// The notification.
    pub notification: NotificationRef,
    /// Why: `smtp_` with the server's code, or a word such as `unreachable`.
    pub error: String,
    /// How often it was tried.
    pub attempts: i64,
}

/// A notification that was given up is tried again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NotificationRetried {
    /// The tenant of who is told; absent for people of the platform.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<TenantRef>,
    /// Who is told; absent for a tenant's contact address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<UserRef>,
    /// The notification.
    pub notification: NotificationRef,
}

/// What stays of a notification that is given up, beside the log: it must be the attempt that failed, not a later one.
#[derive(Debug, Clone, Copy)]
pub struct GivenUp;

/// When a notification that is tried again is given up, beside the log.
#[derive(Debug, Clone, Copy)]
pub struct TryAgain {
    /// It is tried from then on.
    pub from: crate::Timestamp,
    /// It is not tried any more then.
    pub give_up_at: crate::Timestamp,
}

impl Narrated for NotificationChoicesChanged {
    fn sentence(&self) -> String {
        let named = |choice: &NotificationChoice| {
            format!("{} {}", choice.kind, if choice.enabled { "on" } else { "off" })
        };
        let choices: Vec<_> = self.choices.iter().map(named).collect();
        format!("A user chose what to be told of by mail: {}.", choices.join(", "))
    }
}

impl Narrated for NotificationFailed {
    fn sentence(&self) -> String {
        format!("A notification by mail was given up: {} ({}).", self.notification.kind, self.error)
    }
}

impl Narrated for NotificationRetried {
    fn sentence(&self) -> String {
        format!("A notification by mail is tried again: {}.", self.notification.kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_told_by_default_and_by_choice() {
        let codes = NotificationKind::CodesGenerated.rule().unwrap();
        for (role, default) in [
            (Role::TenantAdmin, true),
            (Role::TenantMember, false),
            (Role::Owner, false),
            (Role::Auditor, false),
        ] {
            assert_eq!(codes.tells(role, None), default, "{role}");
            assert!(!codes.tells(role, Some(false)), "{role}");
            assert_eq!(codes.tells(role, Some(true)), role != Role::TenantMember, "{role}");
        }
        let sign_in = NotificationKind::NewSignIn.rule().unwrap();
        assert!(
            Role::ALL.iter().all(|role| sign_in.tells(*role, None) && !sign_in.tells(*role, Some(false)))
        );
    }

    #[test]
    fn the_table_has_each_kind_that_can_be_chosen_once() {
        let kinds: BTreeSet<_> = NOTIFICATION_RULES.iter().map(|rule| rule.kind).collect();
        let chosen = NotificationKind::ALL.iter().filter(|kind| kind.rule().is_some()).count();
        assert_eq!((kinds.len(), chosen), (NOTIFICATION_RULES.len(), NOTIFICATION_RULES.len()));
        assert!(
            [NotificationKind::Invitation, NotificationKind::PasswordReset]
                .iter()
                .all(|kind| kind.rule().is_none())
        );
    }

    #[test]
    fn a_choice_names_a_kind_of_the_list_once_and_says_what_changes() {
        let present = choices(Role::TenantAdmin, &[]);
        assert_eq!(present.len(), 6);
        assert!(present.iter().all(|choice| choice.enabled));
        assert_eq!(choices(Role::TenantMember, &[]).len(), 1);
        assert!(
            choices(Role::Owner, &[])
                .iter()
                .all(|choice| choice.enabled == (choice.kind == NotificationKind::NewSignIn))
        );

        let ask = |asked: &[(&str, bool)]| {
            choose(&present, &asked.iter().map(|(name, on)| ((*name).to_owned(), *on)).collect::<Vec<_>>())
        };
        let off = NotificationChoice { kind: NotificationKind::LimitNear, enabled: false };
        assert_eq!(ask(&[("limit_near", false), ("new_sign_in", true)]).unwrap(), [off]);
        assert_eq!(ask(&[]).unwrap_err().0[0].code, "REQUIRED");
        let wrong = ask(&[("invitation", false), ("limit_near", false), ("limit_near", true), ("x", true)])
            .unwrap_err()
            .0;
        let found: Vec<_> = wrong.iter().map(|error| (error.pointer.as_str(), error.code)).collect();
        assert_eq!(
            found,
            [
                ("/choices/0/kind", "NOT_A_CHOICE"),
                ("/choices/2/kind", "DUPLICATE"),
                ("/choices/3/kind", "NOT_A_CHOICE")
            ]
        );
        let stored = choices(Role::TenantAdmin, &[off]);
        assert!(!stored.iter().find(|choice| choice.kind == NotificationKind::LimitNear).unwrap().enabled);
    }
}
