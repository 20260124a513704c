//! The log explorer: every filter, alone and in pairs, against a naive one over the whole list; pages; mistakes.

use daybook_testkit::{Activity, TestPortal, both_engines};

use crate::history;

both_engines!(
    every_filter_and_every_pair_shows_what_a_naive_one_does,
    pages_cover_everything_exactly_once,
    a_search_finds_ids_slugs_and_types,
    wrong_parameters_are_named,
);

/// A filter: its parameter, and which events it leaves.
struct Filter {
    name: &'static str,
    value: String,
    keeps: Box<dyn Fn(&Activity) -> bool>,
}

fn filter(name: &'static str, value: &str, keeps: impl Fn(&Activity, &str) -> bool + 'static) -> Filter {
    let wanted = value.to_owned();
    Filter { name, value: value.to_owned(), keeps: Box::new(move |event| keeps(event, &wanted)) }
}

fn names(subject: Option<&daybook_testkit::Subject>, id: &str) -> bool {
    subject.is_some_and(|subject| subject.id == id)
}

fn filters(log: &[Activity], known: &history::History) -> Vec<Filter> {
    let of = |kind: &str| log.iter().find(|event| event.r#type == kind).unwrap();
    let (acme, device) = (&of("TENANT_UPDATED").tenant.as_ref().unwrap().id, of("DEVICE_REVOKED"));
    let middle = &log[log.len() / 2].occurred_at;
    let tenant = |event: &Activity, id: &str| event.tenant.as_ref().is_some_and(|tenant| tenant.id == id);
    let acme_id = acme.clone();
    let actor = |event: &Activity, id: &str| event.actor.id.as_deref() == Some(id);
    vec![
        filter("severity", "MAJOR", |event, severity| event.severity == severity),
        filter("severity", "MINOR", |event, severity| event.severity == severity),
        filter("type", "CODE_GENERATED", |event, kind| event.r#type == kind),
        filter("type", "TENANT_CREATED,DEVICE_ENROLLED, CODE_EXPIRED", |event, kinds| {
            kinds.split(',').any(|kind| kind.trim() == event.r#type)
        }),
        filter("tenant", acme, tenant),
        filter("tenant", "acme", move |event, _| tenant(event, &acme_id)),
        filter("tenant", &known.deleted, tenant),
        filter("tenant", "cedar", |_, _| false),
        filter("project", &known.kiosk.id, |event, id| names(event.project.as_ref(), id)),
        filter("code", &known.bound[0].id, |event, id| names(event.code.as_ref(), id)),
        filter("device", &known.device, |event, id| names(event.device.as_ref(), id)),
        filter("user", "usr_00000000000000000000000001", |_, _| false),
        filter("actor", of("TENANT_CREATED").actor.id.as_ref().unwrap(), actor),
        filter("actor", &device.device.as_ref().unwrap().id, actor),
        filter("origin", "live", |event, origin| event.origin == origin),
        filter("origin", "backfill", |event, origin| event.origin == origin),
        filter("outcome", "refused", |event, outcome| event.outcome == outcome),
        filter("outcome", "done", |event, outcome| event.outcome == outcome),
        filter("since", middle, |event, since| event.occurred_at.as_str() >= since),
        filter("until", middle, |event, until| event.occurred_at.as_str() < until),
        filter("until", "2026-03-02T07:00:00Z", |_, _| false),
        filter("q", "acme", {
            let id = acme.clone();
            move |event, _| tenant(event, &id)
        }),
        filter("q", "code_generated", |event, _| event.r#type == "CODE_GENERATED"),
    ]
}

async fn every_filter_and_every_pair_shows_what_a_naive_one_does(portal: &TestPortal) {
    let known = history::write(portal).await;
    let size = portal.settle().await;
    let auditor = portal.auditor();
    let log = auditor.all_events(&[]).await;
    let numbers: Vec<u64> = log.iter().map(|event| event.seq).collect();
    assert_eq!(numbers, (0..size).rev().collect::<Vec<_>>(), "the whole log, newest first");
    let filters = filters(&log, &known);
    let mut found_something = 0;
    for (at, first) in filters.iter().enumerate() {
        for second in &filters[at..] {
            if first.name == second.name && first.value != second.value {
                continue;
            }
            let mut asked = vec![(first.name, first.value.as_str()), ("limit", "500")];
            if first.name != second.name {
                asked.push((second.name, &second.value));
            }
            let expected: Vec<&Activity> =
                log.iter().filter(|event| (first.keeps)(event) && (second.keeps)(event)).collect();
            let page = auditor.events(&asked).await.unwrap();
            assert_eq!(page.items.iter().collect::<Vec<_>>(), expected, "{asked:?}");
            assert_eq!((page.next, page.as_of), (None, size), "{asked:?}");
            found_something += usize::from(!expected.is_empty());
        }
    }
    assert!(found_something > 100, "a history that most pairs find something in, not {found_something}");
}

async fn pages_cover_everything_exactly_once(portal: &TestPortal) {
    history::write(portal).await;
    let size = portal.settle().await;
    let auditor = portal.auditor();
    for (limit, parameters) in [
        ("1", vec![("type", "CODE_GENERATED")]),
        ("7", vec![]),
        ("7", vec![("severity", "MINOR")]),
        ("3", vec![("tenant", "acme"), ("since", "2026-03-02T08:00:00Z")]),
    ] {
        let whole = auditor.all_events(&parameters).await;
        let mut paged = parameters.clone();
        paged.push(("limit", limit));
        assert_eq!(auditor.all::<Activity>("/admin/api/events", &paged).await, whole, "{paged:?}");
    }
    // What is written while somebody pages is not mixed into the later pages.
    let first = auditor.events(&[("limit", "10")]).await.unwrap();
    portal.admin().tenant("Late").create().await.unwrap();
    portal.settle().await;
    let second =
        auditor.events(&[("limit", "10"), ("cursor", first.next.as_deref().unwrap())]).await.unwrap();
    let numbers: Vec<u64> = first.items.iter().chain(&second.items).map(|event| event.seq).collect();
    assert_eq!(numbers, (size - 20..size).rev().collect::<Vec<_>>());
    // The feed pages in the same way.
    let feed = auditor.recent_with(&[("limit", "2"), ("days", "90")]).await.unwrap();
    let cursor = feed.next.unwrap();
    let rest = auditor.recent_with(&[("limit", "500"), ("days", "90"), ("cursor", &cursor)]).await.unwrap();
    assert_eq!((feed.activities.len() + rest.activities.len()) as u64, size + 1);
    assert_eq!(rest.activities[0].seq + 1, feed.activities[1].seq);
}

async fn a_search_finds_ids_slugs_and_types(portal: &TestPortal) {
    let known = history::write(portal).await;
    portal.settle().await;
    let auditor = portal.auditor();
    let log = auditor.all_events(&[]).await;
    let admin = log.iter().find(|event| event.r#type == "TENANT_CREATED").unwrap().actor.id.clone().unwrap();
    let searched = [
        (known.deleted.as_str(), "the id of a deleted tenant"),
        (&known.kiosk.id, "a project's id"),
        (&known.bound[0].id, "a code's id"),
        (&known.device, "a device's id"),
        (&admin, "the id of who acted"),
        ("acme", "a slug"),
        ("ACME", "a slug in another spelling"),
        ("Device_Enrolled", "a type in another spelling"),
        (" tenant_created ", "with spaces around"),
    ];
    for (text, what) in searched {
        let found = auditor.all_events(&[("q", text)]).await;
        assert!(!found.is_empty(), "{what}");
        let wanted = text.trim().to_lowercase();
        assert!(
            found.iter().all(|event| serde_json::to_string(&shown(event)).unwrap().contains(&wanted)),
            "{what}"
        );
        let naive =
            log.iter().filter(|event| serde_json::to_string(&shown(event)).unwrap().contains(&wanted));
        assert_eq!(found.len(), naive.count(), "{what}");
    }
    for nothing in ["nobody", "ten_00000000000000000000000001", "%", "'; DROP TABLE platform_events; --"] {
        assert_eq!(auditor.all_events(&[("q", nothing)]).await.len(), 0, "{nothing}");
    }
}

/// What of an event a search looks at, in lower case.
fn shown(event: &Activity) -> Vec<String> {
    let subjects = [&event.project, &event.code, &event.device, &event.user]
        .map(|subject| subject.as_ref().map(|s| s.id.clone()));
    let tenant = event.tenant.as_ref().map(|tenant| [tenant.id.clone(), tenant.slug.clone()]);
    let mut texts: Vec<String> = subjects.into_iter().flatten().chain(tenant.into_iter().flatten()).collect();
    // A device's id finds what happened to it; what else it caused is found by `actor`.
    texts.extend(event.actor.id.clone().filter(|id| !id.starts_with("dev_")));
    texts.push(event.r#type.to_lowercase());
    texts
}

async fn wrong_parameters_are_named(portal: &TestPortal) {
    let auditor = portal.auditor();
    for (name, value) in [
        ("severity", "HUGE"),
        ("severity", "major"),
        ("type", "TENANT_EXPLODED"),
        ("type", "TENANT_CREATED,"),
        ("project", "acme"),
        ("code", "ten_00000000000000000000000001"),
        ("device", "dev_"),
        ("user", "usr_8zzzzzzzzzzzzzzzzzzzzzzzzz"),
        ("actor", "somebody"),
        ("origin", "mars"),
        ("outcome", "maybe"),
        ("since", "yesterday"),
        ("until", "2026-13-01T00:00:00Z"),
        ("limit", "0"),
        ("limit", "501"),
        ("limit", "-1"),
        ("limit", "ten"),
        ("cursor", "-1"),
        ("cursor", "abc"),
        ("cursor", "99999999999999999999"),
    ] {
        let problem = auditor.events(&[(name, value)]).await.unwrap_err();
        assert_eq!(
            (problem.kind(), problem.pointers()),
            ((422, "INVALID"), vec![format!("?{name}").as_str()]),
            "{value}"
        );
        let shown = format!("{problem:?}");
        assert!(
            !shown.contains("somebody") && !shown.contains("yesterday"),
            "what was sent is not repeated: {shown}"
        );
    }
}
