//! A second opinion on every number: the events of the explorer, folded by hand, knowing nothing of how the portal keeps its totals.

use std::collections::{BTreeMap, HashMap};

use daybook_testkit::Activity;
use serde_json::{Value, json};

/// What a tenant, a project, a code or a device is now.
struct Thing {
    state: String,
    tenant: String,
    project: Option<String>,
    plan: Option<String>,
}

/// Everything that the events say.
pub(crate) struct Naive {
    things: HashMap<(&'static str, String), Thing>,
    /// Type, day and reason of each event that was asked for.
    events: Vec<(String, String, Option<String>)>,
}

impl Naive {
    /// Folds the events, oldest first, that are asked for. A fold of some events knows only what those created.
    pub(crate) fn of(log: &[Activity], asked_for: impl Fn(&Activity) -> bool) -> Self {
        let mut naive = Self { things: HashMap::new(), events: vec![] };
        for event in log.iter().filter(|event| asked_for(event)) {
            let reason = event.metadata["reason"].as_str().filter(|_| event.r#type == "ACTIVATION_REFUSED");
            let day = event.occurred_at[..10].to_owned();
            naive.events.push((event.r#type.clone(), day, reason.map(ToOwned::to_owned)));
            naive.fold(event);
        }
        naive
    }

    fn fold(&mut self, event: &Activity) {
        let after = |field: &str| event.metadata["changes"][field]["after"].as_str().map(ToOwned::to_owned);
        match event.r#type.as_str() {
            "TENANT_CREATED" => {
                let plan = event.metadata["plan"].as_str().map(ToOwned::to_owned);
                self.begin("tenants", event, "active");
                self.thing("tenants", event).plan = plan;
            }
            "TENANT_UPDATED" => {
                if let Some(plan) = after("plan") {
                    self.thing("tenants", event).plan = Some(plan);
                }
            }
            "TENANT_SUSPENDED" => self.becomes("tenants", event, "suspended"),
            "TENANT_RESUMED" => self.becomes("tenants", event, "active"),
            "TENANT_DELETED" => {
                let tenant = event.tenant.as_ref().unwrap().id.clone();
                self.close(|thing| thing.tenant == tenant);
                self.things.retain(|(kind, _), thing| {
                    thing.tenant != tenant || !matches!(*kind, "tenants" | "projects")
                });
            }
            "PROJECT_CREATED" => self.begin("projects", event, event.metadata["status"].as_str().unwrap()),
            "PROJECT_UPDATED" => {
                if let Some(state) = after("status") {
                    self.becomes("projects", event, &state);
                }
            }
            "PROJECT_DELETED" => {
                let project = event.project.as_ref().unwrap().id.clone();
                self.close(|thing| thing.project.as_ref() == Some(&project));
                self.things.remove(&("projects", project));
            }
            "CODE_GENERATED" => self.begin("codes", event, "active"),
            "CODE_ASSIGNED" => {
                self.thing("codes", event).project = event.project.as_ref().map(|project| project.id.clone());
            }
            "CODE_ACTIVATED" if event.metadata["use_number"] == event.metadata["max_uses"] => {
                self.becomes("codes", event, "used");
            }
            "CODE_EXPIRED" => self.becomes("codes", event, "expired"),
            "CODE_REVOKED" => self.becomes("codes", event, "revoked"),
            "DEVICE_ENROLLED" => self.begin("devices", event, "active"),
            "DEVICE_REVOKED" => self.becomes("devices", event, "revoked"),
            _ => {}
        }
    }

    /// Revokes the active codes and devices of a tenant or project that is deleted.
    fn close(&mut self, is_of: impl Fn(&Thing) -> bool) {
        for ((kind, _), thing) in &mut self.things {
            if matches!(*kind, "codes" | "devices") && is_of(thing) && thing.state == "active" {
                thing.state = String::from("revoked");
            }
        }
    }

    fn key(kind: &'static str, event: &Activity) -> (&'static str, String) {
        let subject = match kind {
            "tenants" => return (kind, event.tenant.as_ref().unwrap().id.clone()),
            "projects" => &event.project,
            "codes" => &event.code,
            _ => &event.device,
        };
        (kind, subject.as_ref().unwrap().id.clone())
    }

    fn begin(&mut self, kind: &'static str, event: &Activity, state: &str) {
        let thing = Thing {
            state: state.to_owned(),
            tenant: event.tenant.as_ref().unwrap().id.clone(),
            project: event.project.as_ref().map(|project| project.id.clone()),
            plan: None,
        };
        assert!(self.things.insert(Self::key(kind, event), thing).is_none(), "{} twice", event.r#type);
    }

    fn thing(&mut self, kind: &'static str, event: &Activity) -> &mut Thing {
        self.things.get_mut(&Self::key(kind, event)).unwrap()
    }

    fn becomes(&mut self, kind: &'static str, event: &Activity, state: &str) {
        self.thing(kind, event).state = String::from(state);
    }

    /// The states of everything, as the pages write them.
    pub(crate) fn states(&self) -> BTreeMap<&'static str, Value> {
        let lists: [(&'static str, &[&str]); 4] = [
            ("tenants", &["active", "suspended"]),
            ("projects", &["active", "inactive"]),
            ("codes", &["active", "used", "expired", "revoked"]),
            ("devices", &["active", "revoked"]),
        ];
        let numbers = |(kind, states): (&'static str, &[&str])| {
            let of_kind = || self.things.iter().filter(move |((of, _), _)| *of == kind);
            let mut numbers = json!({ "total": of_kind().count() });
            for state in states {
                numbers[*state] = json!(of_kind().filter(|(_, thing)| thing.state == *state).count());
            }
            (kind, numbers)
        };
        lists
            .into_iter()
            .map(numbers)
            .chain([
                ("sessions", json!({ "active": 0 })),
                ("users", json!({ "total": 0, "active": 0, "invited": 0, "disabled": 0 })),
            ])
            .collect()
    }

    /// Tenants by plan.
    pub(crate) fn plans(&self) -> BTreeMap<String, i64> {
        let mut plans = BTreeMap::new();
        for plan in self.things.values().filter_map(|thing| thing.plan.clone()) {
            *plans.entry(plan).or_default() += 1;
        }
        plans
    }

    /// How often each type happened on the days that are asked for.
    pub(crate) fn by_type(&self, on: impl Fn(&str) -> bool) -> BTreeMap<String, i64> {
        let mut types = BTreeMap::new();
        for (kind, day, _) in &self.events {
            if on(day) {
                *types.entry(kind.clone()).or_default() += 1;
            }
        }
        types
    }

    /// How often a type happened on the days that are asked for.
    pub(crate) fn count_on(&self, kind: &str, on: impl Fn(&str) -> bool) -> i64 {
        self.by_type(on).get(kind).copied().unwrap_or_default()
    }

    /// The reasons of refusals on the days that are asked for.
    pub(crate) fn refusals(&self, on: impl Fn(&str) -> bool) -> BTreeMap<String, i64> {
        let mut reasons = BTreeMap::new();
        for (_, day, reason) in &self.events {
            if let Some(reason) = reason.as_ref().filter(|_| on(day)) {
                *reasons.entry(reason.clone()).or_default() += 1;
            }
        }
        reasons
    }
}
