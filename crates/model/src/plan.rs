//! Plans: what the tenants on them may have, and the events of their life. Pure decisions only. The limits of a plan are copied into the
//! rows of its tenants by its events, so that whoever locks a tenant knows them.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    Timestamp,
    change::{Change, Edit, changed, list_fields},
    event::Narrated,
    invalid::{Checker, Invalid, Reason},
    quota::ACTIVATIONS,
    tenant::MAX_DEVICE_LIMIT,
    text,
};

/// The highest project limit that can be set.
pub const MAX_PROJECT_LIMIT: i64 = 1_000_000;
/// The highest monthly quota that can be set.
pub const MAX_QUOTA: i64 = 1_000_000_000_000_000;
/// How many kinds of use a plan may limit.
pub const MAX_USAGE_QUOTAS: usize = 50;

/// Kind of use → how much of it a month holds.
pub type UsageQuotas = BTreeMap<String, i64>;

/// What a plan allows each of its tenants; nothing means that there is no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PlanLimits {
    /// Active devices.
    pub devices: Option<i64>,
    /// Projects that are not deleted.
    pub projects: Option<i64>,
    /// New activations in a UTC month.
    pub activations: Option<i64>,
}

/// A plan as it is now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// Stands in addresses; never changes.
    pub name: String,
    /// As shown.
    pub title: String,
    /// What it allows.
    pub limits: PlanLimits,
    /// How much of each kind of use a month holds; kinds that are not named have no quota.
    pub usage_quotas: UsageQuotas,
    /// Grows with each change; the resource's `ETag`.
    pub version: i64,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// What is asked for when a plan is created; unchecked.
#[derive(Debug, Clone, Default)]
pub struct PlanDraft {
    /// Required.
    pub name: String,
    /// The name if absent.
    pub title: Option<String>,
    /// What it allows.
    pub limits: PlanLimits,
    /// How much of each kind of use a month holds.
    pub usage_quotas: UsageQuotas,
}

/// What is asked for when a plan is edited: absent fields stay, `Edit::Clear` takes a limit away.
#[derive(Debug, Clone, Default)]
pub struct PlanEdit {
    /// A new title.
    pub title: Option<String>,
    /// A new or no device limit.
    pub device_limit: Edit<i64>,
    /// A new or no project limit.
    pub project_limit: Edit<i64>,
    /// A new or no quota of activations.
    pub monthly_activation_quota: Edit<i64>,
    /// All quotas of kinds of use, in the place of those there are.
    pub usage_quotas: Option<UsageQuotas>,
}

/// A plan was created.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PlanCreated {
    /// The new plan.
    pub name: String,
    /// As shown.
    pub title: String,
    /// How many active devices a tenant may have; no limit if null.
    pub device_limit: Option<i64>,
    /// How many projects a tenant may have; no limit if null.
    pub project_limit: Option<i64>,
    /// How many new activations a tenant's month holds; no limit if null.
    pub monthly_activation_quota: Option<i64>,
    /// How much of each kind of use a tenant's month holds.
    pub usage_quotas: UsageQuotas,
}

/// The fields of a plan that changed, each with before and after.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct PlanChanges {
    /// As shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<Change<String>>,
    /// How many active devices a tenant may have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device_limit: Option<Change<Option<i64>>>,
    /// How many projects a tenant may have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project_limit: Option<Change<Option<i64>>>,
    /// How many new activations a tenant's month holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub monthly_activation_quota: Option<Change<Option<i64>>>,
    /// How much of each kind of use a tenant's month holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usage_quotas: Option<Change<UsageQuotas>>,
}

/// A plan was edited; what it allows holds for its tenants at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PlanUpdated {
    /// The plan.
    pub name: String,
    /// Its version after the change.
    pub version: i64,
    /// What changed.
    pub changes: PlanChanges,
}

/// A plan was deleted; no tenant was on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PlanDeleted {
    /// The plan.
    pub name: String,
    /// Its version when it was deleted.
    pub version: i64,
}

fn check_limit(check: &mut Checker, pointer: &str, limit: Option<i64>, max: i64) {
    check.take_opt(pointer, limit.map(|limit| text::within(limit, 0, max)));
}

fn check_usage_quotas(check: &mut Checker, quotas: &UsageQuotas) {
    let detail = "must name at most 50 kinds";
    check.require("/usage_quotas", quotas.len() <= MAX_USAGE_QUOTAS, "TOO_MANY", detail);
    for (kind, quota) in quotas {
        let pointer = format!("/usage_quotas/{}", kind.replace('~', "~0").replace('/', "~1"));
        check.take(&pointer, usage_kind(kind).and_then(|_| text::within(*quota, 0, MAX_QUOTA)));
    }
}

/// A kind of use: 1 to 40 of `a-z`, `0-9`, `-` and `_`, and not what the portal counts itself.
pub fn usage_kind(kind: &str) -> Result<String, Reason> {
    if kind == ACTIVATIONS {
        return Err(Reason::new("RESERVED", "activations are counted by the portal itself"));
    }
    let wrong = |_| Reason::new("INVALID_KIND", "must be 1 to 40 characters of a-z, 0-9, - and _");
    text::plan(kind).map_err(wrong)
}

impl PlanDraft {
    /// The event that creates this plan, or all that is wrong with the request.
    pub fn decide(self) -> Result<PlanCreated, Invalid> {
        let mut check = Checker::default();
        let name = check.take("/name", text::plan(&self.name).and_then(text::unreserved));
        let title = match &self.title {
            Some(title) => check.take("/title", text::name(title)),
            None => name.clone(),
        };
        let PlanLimits { devices, projects, activations } = self.limits;
        check_limit(&mut check, "/device_limit", devices, MAX_DEVICE_LIMIT);
        check_limit(&mut check, "/project_limit", projects, MAX_PROJECT_LIMIT);
        check_limit(&mut check, "/monthly_activation_quota", activations, MAX_QUOTA);
        check_usage_quotas(&mut check, &self.usage_quotas);
        let event = || {
            Some(PlanCreated {
                name: name?,
                title: title?,
                device_limit: devices,
                project_limit: projects,
                monthly_activation_quota: activations,
                usage_quotas: self.usage_quotas,
            })
        };
        check.finish(event())
    }
}

impl Plan {
    /// The event that makes these edits; `None` if they change nothing.
    pub fn edit(&self, edit: &PlanEdit) -> Result<Option<PlanUpdated>, Invalid> {
        let mut check = Checker::default();
        let title = check.take_opt("/title", edit.title.as_deref().map(text::name));
        for (pointer, edit, max) in [
            ("/device_limit", &edit.device_limit, MAX_DEVICE_LIMIT),
            ("/project_limit", &edit.project_limit, MAX_PROJECT_LIMIT),
            ("/monthly_activation_quota", &edit.monthly_activation_quota, MAX_QUOTA),
        ] {
            check_limit(&mut check, pointer, edit.asked().flatten(), max);
        }
        if let Some(quotas) = &edit.usage_quotas {
            check_usage_quotas(&mut check, quotas);
        }
        check.finish(Some(()))?;
        let changes = PlanChanges {
            title: changed(&self.title, title),
            device_limit: changed(&self.limits.devices, edit.device_limit.asked()),
            project_limit: changed(&self.limits.projects, edit.project_limit.asked()),
            monthly_activation_quota: changed(
                &self.limits.activations,
                edit.monthly_activation_quota.asked(),
            ),
            usage_quotas: changed(&self.usage_quotas, edit.usage_quotas.clone()),
        };
        if changes == PlanChanges::default() {
            return Ok(None);
        }
        Ok(Some(PlanUpdated { name: self.name.clone(), version: self.version + 1, changes }))
    }

    /// The event that deletes it.
    pub fn delete(&self) -> PlanDeleted {
        PlanDeleted { name: self.name.clone(), version: self.version }
    }
}

impl Narrated for PlanCreated {
    fn sentence(&self) -> String {
        format!("Plan {} was created.", self.name)
    }
}

impl Narrated for PlanUpdated {
    fn sentence(&self) -> String {
        let PlanChanges { title, device_limit, project_limit, monthly_activation_quota, usage_quotas } =
            &self.changes;
        let fields = [
            (title.is_some(), "title"),
            (device_limit.is_some(), "device limit"),
            (project_limit.is_some(), "project limit"),
            (monthly_activation_quota.is_some(), "activation quota"),
            (usage_quotas.is_some(), "usage quotas"),
        ];
        format!("Plan {} was changed: {}.", self.name, list_fields(&fields))
    }
}

impl Narrated for PlanDeleted {
    fn sentence(&self) -> String {
        format!("Plan {} was deleted.", self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(invalid: Invalid) -> Vec<(String, &'static str)> {
        invalid.0.into_iter().map(|error| (error.pointer, error.code)).collect()
    }

    #[test]
    fn everything_that_is_wrong_with_a_draft_is_said_at_once() {
        let draft = PlanDraft {
            name: "Big".to_owned(),
            title: Some(String::new()),
            limits: PlanLimits { devices: Some(-1), projects: Some(2_000_000), activations: Some(-5) },
            usage_quotas: [("activations", 1), ("A/b", 1), ("calls", -1)]
                .map(|(kind, quota)| (kind.to_owned(), quota))
                .into(),
        };
        let expected = [
            ("/name", "INVALID_PLAN"),
            ("/title", "REQUIRED"),
            ("/device_limit", "OUT_OF_RANGE"),
            ("/project_limit", "OUT_OF_RANGE"),
            ("/monthly_activation_quota", "OUT_OF_RANGE"),
            ("/usage_quotas/A~1b", "INVALID_KIND"),
            ("/usage_quotas/activations", "RESERVED"),
            ("/usage_quotas/calls", "OUT_OF_RANGE"),
        ]
        .map(|(pointer, code)| (pointer.to_owned(), code));
        assert_eq!(codes(draft.decide().unwrap_err()), expected);
    }

    #[test]
    fn an_edit_says_what_it_changes_and_nothing_is_no_edit() {
        let plan = Plan {
            name: "plus".to_owned(),
            title: "Plus".to_owned(),
            limits: PlanLimits { devices: Some(5), projects: None, activations: Some(7) },
            usage_quotas: UsageQuotas::new(),
            version: 3,
            created_at: Timestamp::default(),
            updated_at: Timestamp::default(),
        };
        let same = PlanEdit { device_limit: Edit::Set(5), project_limit: Edit::Clear, ..PlanEdit::default() };
        assert_eq!(plan.edit(&same), Ok(None));
        let edit = PlanEdit {
            device_limit: Edit::Clear,
            project_limit: Edit::Set(2),
            usage_quotas: Some([("calls".to_owned(), 10)].into()),
            ..PlanEdit::default()
        };
        let event = plan.edit(&edit).unwrap().unwrap();
        assert_eq!(event.version, 4);
        assert_eq!(event.changes.device_limit, Some(Change { before: Some(5), after: None }));
        assert_eq!(event.changes.project_limit, Some(Change { before: None, after: Some(2) }));
        assert_eq!(event.changes.monthly_activation_quota, None);
        assert_eq!(event.sentence(), "Plan plus was changed: device limit, project limit, usage quotas.");
        let high = PlanEdit { project_limit: Edit::Set(-2), ..PlanEdit::default() };
        let found = codes(plan.edit(&high).unwrap_err());
        assert_eq!(found, [("/project_limit".to_owned(), "OUT_OF_RANGE")]);
    }
}
