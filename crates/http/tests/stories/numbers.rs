//! Numbers: dashboard, analytics, distribution and trend agree with each other and with a naive count over the events.

use daybook_testkit::{Activity, Admin, Project, TestPortal, both_engines};
use serde_json::{Value, json};

use crate::{history, naive::Naive};

both_engines!(
    every_page_shows_what_a_naive_count_of_the_events_gives,
    the_trend_grows_to_what_a_naive_count_gives,
    a_range_and_a_tenant_narrow_the_analytics,
    states_partition_their_totals,
    the_distribution_names_every_active_project,
    wrong_ranges_are_named,
);

async fn log(portal: &TestPortal) -> (u64, Vec<Activity>) {
    let size = portal.settle().await;
    let mut log = portal.auditor().all_events(&[]).await;
    log.reverse();
    assert_eq!(log.len() as u64, size);
    (size, log)
}

async fn every_page_shows_what_a_naive_count_of_the_events_gives(portal: &TestPortal) {
    history::write(portal).await;
    let (size, log) = log(portal).await;
    let naive = Naive::of(&log, |_| true);
    let admin = portal.auditor();
    let dashboard = admin.value("/admin/api/dashboard-stats").await;
    let analytics = admin.value("/admin/api/analytics?range=90d").await;
    let distribution = admin.value("/admin/api/project-device-distribution").await;
    for (name, expected) in naive.states() {
        assert_eq!(dashboard[name], expected, "{name} on the dashboard");
        assert_eq!(analytics[name], expected, "{name} in the analytics");
    }
    assert_eq!(distribution["projects"], naive.states()["projects"]);
    assert_eq!(distribution["devices"], naive.states()["devices"]);
    for page in [&dashboard, &analytics, &distribution] {
        assert_eq!(page["as_of"], json!(size));
    }
    let today = &portal.clock().now().to_string()[..10];
    let within = |days: i64| naive.count_on("CODE_ACTIVATED", |day| days_before(today, day) < days);
    assert_eq!(dashboard["activations"]["last_30_days"], json!(within(30)));
    assert_eq!(dashboard["activations"]["previous_30_days"], json!(within(60) - within(30)));
    assert!(within(30) > 0 && within(60) > within(30), "the history has both");
    let refused = naive.refusals(|day| days_before(today, day) < 30);
    assert_eq!(dashboard["refused"]["by_reason"], json!(refused));
    assert_eq!(dashboard["refused"]["last_30_days"], json!(refused.values().sum::<i64>()));
    assert_eq!(analytics["activations"], json!(within(90)));
    assert_eq!(analytics["events_by_type"], json!(naive.by_type(|_| true)));
    assert_eq!(ranked(&analytics["refusal_reasons"]), json!(naive.refusals(|_| true)));
    assert_eq!(ranked(&analytics["plan_distribution"]), json!(naive.plans()));
    for day in analytics["events_per_day"].as_array().unwrap() {
        let date = day["date"].as_str().unwrap();
        let expected = json!({
            "date": date,
            "events": naive.by_type(|day| day == date).values().sum::<i64>(),
            "activations": naive.count_on("CODE_ACTIVATED", |day| day == date),
            "refusals": naive.count_on("ACTIVATION_REFUSED", |day| day == date),
        });
        assert_eq!(*day, expected);
    }
    assert_eq!(analytics["events_per_day"].as_array().unwrap().len(), 90);
}

/// `[{name, count}]` as an object.
fn ranked(list: &Value) -> Value {
    let pairs = list.as_array().unwrap().iter();
    pairs.map(|pair| (pair["name"].as_str().unwrap().to_owned(), pair["count"].clone())).collect()
}

/// How many days the date `day` lies before `today`.
fn days_before(today: &str, day: &str) -> i64 {
    daybook_model::clock::parse_date(today).unwrap() - daybook_model::clock::parse_date(day).unwrap()
}

async fn the_trend_grows_to_what_a_naive_count_gives(portal: &TestPortal) {
    history::write(portal).await;
    let (size, log) = log(portal).await;
    let naive = Naive::of(&log, |_| true);
    for days in [1_usize, 7, 30, 90] {
        let trend = portal.auditor().value(&format!("/admin/api/activation-trend?days={days}")).await;
        assert_eq!(trend["as_of"], json!(size));
        let listed = trend["days"].as_array().unwrap();
        assert_eq!(listed.len(), days);
        for day in listed {
            let date = day["date"].as_str().unwrap();
            for (field, kind) in [
                ("codes_generated", "CODE_GENERATED"),
                ("projects_activated", "PROJECT_ACTIVATED"),
                ("devices_enrolled", "DEVICE_ENROLLED"),
            ] {
                assert_eq!(day[field], json!(naive.count_on(kind, |day| day == date)), "{field} on {date}");
                let so_far = json!(naive.count_on(kind, |day| day <= date));
                assert_eq!(day[format!("{field}_total")], so_far, "{field} until {date}");
            }
        }
        assert_eq!(listed[days - 1]["date"], json!("2026-04-08"), "the last day is today");
    }
}

async fn a_range_and_a_tenant_narrow_the_analytics(portal: &TestPortal) {
    let known = history::write(portal).await;
    let (_, log) = log(portal).await;
    let auditor = portal.auditor();
    let acme = auditor.read_tenant("acme").await.unwrap();
    let of_tenant = |id: String| move |event: &Activity| event.tenant.as_ref().is_some_and(|t| t.id == id);
    let naive = Naive::of(&log, of_tenant(acme.id.clone()));
    let narrowed = auditor.value("/admin/api/analytics?tenant=acme&range=2026-03-02..2026-04-30").await;
    for name in ["projects", "codes", "devices"] {
        assert_eq!(narrowed[name], naive.states()[name], "{name} of a tenant");
    }
    assert_eq!(narrowed["events_by_type"], json!(naive.by_type(|_| true)));
    assert_eq!(narrowed["top_tenants"][0]["devices_active"], naive.states()["devices"]["active"]);
    let one_day = auditor.value("/admin/api/analytics?tenant=acme&range=2026-03-02..2026-03-02").await;
    assert_eq!(one_day["events_by_type"], json!(naive.by_type(|day| day == "2026-03-02")));
    assert_eq!((&one_day["from"], &one_day["to"]), (&json!("2026-03-02"), &json!("2026-03-02")));

    let kiosk = known.kiosk.id.clone();
    let naive =
        Naive::of(&log, move |event| event.project.as_ref().is_some_and(|project| project.id == kiosk));
    let narrowed = auditor.value(&format!("/admin/api/analytics?project={}&range=90d", known.kiosk.id)).await;
    assert_eq!(narrowed["devices"], naive.states()["devices"]);
    assert_eq!(narrowed["codes"], naive.states()["codes"]);
    assert_eq!(narrowed["events_by_type"], json!(naive.by_type(|_| true)));
    let elsewhere = auditor.get(&format!("/admin/api/analytics?project={}&tenant=borealis", known.kiosk.id));
    assert_eq!(elsewhere.send().await.problem().kind(), (404, "PROJECT_NOT_FOUND"));
}

async fn states_partition_their_totals(portal: &TestPortal) {
    history::write(portal).await;
    portal.settle().await;
    let auditor = portal.auditor();
    let dashboard = auditor.value("/admin/api/dashboard-stats").await;
    for name in ["tenants", "projects", "codes", "devices"] {
        let states = dashboard[name].as_object().unwrap();
        let sum: i64 =
            states.iter().filter(|(state, _)| *state != "total").map(|(_, n)| n.as_i64().unwrap()).sum();
        assert_eq!(states["total"], json!(sum), "{name}");
        assert!(states.values().all(|count| count.as_i64().unwrap() >= 0), "{name}");
    }
    for (path, name, states) in [
        ("/admin/api/codes", "codes", vec!["active", "used", "expired", "revoked"]),
        ("/admin/api/devices", "devices", vec!["active", "revoked"]),
        ("/admin/api/projects", "projects", vec!["active", "inactive"]),
        ("/admin/api/tenants", "tenants", vec!["active", "suspended"]),
    ] {
        for state in states {
            let listed = auditor.all::<Value>(path, &[("status", state)]).await.len();
            assert_eq!(
                dashboard[name][state],
                json!(listed),
                "the list of {state} {name} is as long as its number"
            );
        }
    }
}

async fn the_distribution_names_every_active_project(portal: &TestPortal) {
    history::write(portal).await;
    portal.settle().await;
    let auditor = portal.auditor();
    let distribution = auditor.value("/admin/api/project-device-distribution").await;
    let active: Vec<Project> = auditor.all("/admin/api/projects", &[("status", "active")]).await;
    let named = distribution["by_project"].as_array().unwrap();
    assert_eq!(named.len(), active.len());
    assert_eq!(distribution["projects"]["active"], json!(active.len()));
    let mut before = i64::MAX;
    for project in named {
        let listed = active.iter().find(|listed| project["id"] == json!(listed.id)).unwrap();
        assert_eq!(
            (&project["name"], &project["tenant"]["slug"]),
            (&json!(listed.name), &json!(listed.tenant.slug))
        );
        assert_eq!(project["activated"], json!(listed.activated_at.is_some()), "{}", listed.name);
        for (field, state) in [("devices_active", "active"), ("devices_revoked", "revoked")] {
            assert_eq!(
                project[field],
                json!(devices(&auditor, &listed.id, state).await),
                "{field} of {}",
                listed.name
            );
        }
        let active = project["devices_active"].as_i64().unwrap();
        assert!(active <= before, "those with most devices first");
        before = active;
    }
    assert!(
        named.iter().any(|project| project["activated"] == json!(false)),
        "one that no code activated counts"
    );
}

async fn devices(auditor: &Admin, project: &str, state: &str) -> usize {
    auditor.all::<Value>("/admin/api/devices", &[("project", project), ("status", state)]).await.len()
}

async fn wrong_ranges_are_named(portal: &TestPortal) {
    let auditor = portal.auditor();
    for range in [
        "8d",
        "2026-01-01",
        "2026-01-02..2026-01-01",
        "2016-01-01..2026-01-02",
        "..",
        "2026-02-30..2026-03-01",
    ] {
        let problem = auditor.get(&format!("/admin/api/analytics?range={range}")).send().await.problem();
        assert_eq!((problem.status, problem.pointers()), (422, vec!["?range"]), "{range}");
    }
    for days in ["0", "731", "x", "-1"] {
        let problem = auditor.get(&format!("/admin/api/activation-trend?days={days}")).send().await.problem();
        assert_eq!((problem.status, problem.pointers()), (422, vec!["?days"]), "{days}");
    }
    let unknown = auditor.get("/admin/api/analytics?tenant=nobody").send().await.problem();
    assert_eq!(unknown.kind(), (404, "TENANT_NOT_FOUND"));
}
