//! A year in the life of a portal, for `daybook demo`. A plan is made from a seed and today's date, as data; then it is performed, step by
//! step, through the portal's use cases. The same seed and date give the same story: only ids, codes and tokens differ, because they are
//! secrets or made with secrets, and come from real randomness, unless the demo is to be the same each time (`--at`). Must not write in any other way than the portal does.

mod calendar;
mod cast;
mod chance;
mod clock;
mod entropy;
mod moment;
mod perform;
mod plan;
mod plot;
mod refusal;
mod world;

pub(crate) use clock::DemoClock;
pub(crate) use entropy::KnownEntropy;
pub(crate) use perform::perform;
pub(crate) use plan::Plan;

/// The seed of the story that the demo tells.
pub(crate) const SEED: u64 = 2_026;

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use daybook_model::Timestamp;

    use super::{
        plan::{Act, Answer, Step},
        *,
    };

    fn now() -> Timestamp {
        "2026-03-18T15:20:00Z".parse().unwrap()
    }

    fn name(step: &Step) -> String {
        match &step.act {
            Act::Activate { answer: Answer::Refused(reason), .. } => format!("refused {reason}"),
            act => format!("{act:?}").split(['(', ' ', '{']).next().unwrap().to_owned(),
        }
    }

    fn counts(plan: &Plan) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        plan.steps.iter().for_each(|step| *counts.entry(name(step)).or_default() += 1);
        counts
    }

    #[test]
    fn the_same_seed_and_date_tell_the_same_story() {
        assert_eq!(format!("{:?}", Plan::new(SEED, now())), format!("{:?}", Plan::new(SEED, now())));
        // Later on the same day the last day's steps lie a little later, and are the same.
        let later = Plan::new(SEED, now().plus_seconds(7_200));
        assert_eq!(counts(&later), counts(&Plan::new(SEED, now())));
        assert_ne!(counts(&Plan::new(SEED + 1, now())), counts(&later));
    }

    #[test]
    fn the_story_runs_forward_through_the_year_that_ends_now() {
        for now in [now(), "2026-03-01T00:00:01Z".parse().unwrap()] {
            let plan = Plan::new(SEED, now);
            assert!(plan.steps.is_sorted_by_key(|step| step.at));
            let (first, last) = (plan.steps.first().unwrap(), plan.steps.last().unwrap());
            assert_eq!(first.at.day(), now.day() - 364);
            assert!(last.at <= now && last.at.day() == now.day(), "{} {now}", last.at);
        }
    }

    #[test]
    fn the_year_has_everything_in_it() {
        let counts = counts(&Plan::new(SEED, now()));
        for (wanted, at_least) in [
            ("CreateTenant", 12),
            ("DeleteTenant", 1),
            ("Suspend", 3),
            ("Resume", 2),
            ("EditTenant", 20),
            ("CreatePlan", 4),
            ("Subscribe", 6),
            ("EndTrials", 1),
            ("ReportUse", 1_000),
            ("CreateProject", 40),
            ("DeleteProject", 1),
            ("ConfigureLlm", 4),
            ("RevokeCode", 50),
            ("RevokeDevice", 100),
            ("AssignCode", 10),
            ("RevokeToken", 1),
            ("ExpireCodes", 20),
            ("Heartbeat", 1_000),
            ("Refresh", 2_000),
            ("refused CODE_EXHAUSTED", 50),
            ("refused CODE_EXPIRED", 50),
            ("refused CODE_REVOKED", 20),
            ("refused TENANT_SUSPENDED", 10),
            ("refused DEVICE_LIMIT_REACHED", 10),
            ("refused DEVICE_REVOKED", 10),
            ("refused PROJECT_INACTIVE", 10),
            ("refused PROJECT_MISMATCH", 10),
            ("refused DEVICE_ENROLLED_ELSEWHERE", 10),
        ] {
            assert!(counts.get(wanted).is_some_and(|count| *count >= at_least), "{wanted}: {counts:#?}");
        }
    }

    #[test]
    fn weeks_have_a_rhythm_and_the_year_grows() {
        let plan = Plan::new(SEED, now());
        let on = |days: &dyn Fn(i64) -> bool| plan.steps.iter().filter(|step| days(step.at.day())).count();
        // 1970-01-01 was a Thursday.
        let weekday = |day: i64| (day + 3).rem_euclid(7);
        assert!(on(&|day| weekday(day) == 1) > 3 * on(&|day| weekday(day) == 6));
        let first = now().day() - 364;
        assert!(2 * on(&|day| (day - first) / 60 == 1) < on(&|day| (day - first) / 60 == 5));
    }
}
