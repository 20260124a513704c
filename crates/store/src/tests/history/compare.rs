//! What the store keeps after a history, against the model, and one engine against the other.

use std::collections::{BTreeMap, BTreeSet};

use daybook_model::{
    EventType, ProjectId, TenantId, code::CodeStatus, device::DeviceStatus, event::Subjects,
    project::ProjectStatus, subscription::Subscription, tenant::TenantStatus, totals::Total,
};

use uuid::Uuid;

use super::{
    super::world::{World, naive_root},
    model::{Letter, Model, Told},
    play::Play,
};
use crate::{
    Backlog, CodeFilter, DeviceFilter, EventFilter, LoggedEvent, NotificationFilter, NotificationListing,
    NotificationStatus, ProjectFilter, Reads, TenantFilter, TenantScope, TenantSort,
};

/// A page small enough that lists have several.
const PAGE: u32 = 3;

pub(super) async fn compare(play: &Play) {
    let mut logs = vec![];
    for world in &play.worlds {
        let log = world.log().await;
        assert_eq!(told(&log), play.model.told, "{}", world.engine());
        let status = world.status().await;
        assert_eq!((status.size, status.pending, status.root), (log.len() as u64, 0, naive_root(&log)));
        rows(world, &play.model).await;
        numbers(world, &play.model).await;
        feeds(world, &play.model).await;
        world.assert_clean().await;
        logs.push(log);
    }
    let entries = |log: &[LoggedEvent]| log.iter().map(|event| event.entry.clone()).collect::<Vec<_>>();
    assert_eq!(entries(&logs[0]), entries(&logs[1]), "the same bytes on both engines");
}

fn told(log: &[LoggedEvent]) -> Vec<Told> {
    let told = |logged: &LoggedEvent| {
        let data = logged.event.payload.to_data().unwrap();
        let subjects = Subjects::of(&data).unwrap();
        let refused =
            data.get("reason").filter(|_| logged.event.payload.event_type() == EventType::ActivationRefused);
        Told {
            kind: logged.event.payload.event_type(),
            at: logged.event.occurred_at,
            // Plans belong to nobody.
            tenant: subjects.tenant.map_or(TenantId::from_uuid(Uuid::nil()), |tenant| tenant.id),
            project: subjects.project.map(|project| project.id),
            code: subjects.code.map(|code| code.id),
            device: subjects.device.map(|device| device.id),
            refused: refused.map(|reason| reason.as_str().unwrap().parse().unwrap()),
        }
    };
    log.iter().map(told).collect()
}

/// Every page of a list, one after the other.
macro_rules! all_pages {
    ($after:ident => $page:expr) => {{
        let mut items = vec![];
        let mut after = None;
        loop {
            let $after = after.as_ref();
            let page = $page;
            assert!(page.items.len() <= PAGE as usize);
            items.extend(page.items);
            after = page.next;
            if after.is_none() {
                break items;
            }
        }
    }};
}

async fn rows(world: &World, model: &Model) {
    let mut reads = world.store.reads().await.unwrap();
    for tenant in &model.tenants {
        assert_eq!(reads.tenant(tenant.id).await.unwrap().as_ref(), Some(tenant), "{}", world.engine());
    }
    tenants(&mut reads, model).await;
    letters(&mut reads, model).await;
    let of_each = model.tenants.iter().map(|tenant| TenantScope::Of(tenant.id));
    for scope in of_each.chain([TenantScope::All]) {
        let in_scope = |id| scope == TenantScope::All || scope == TenantScope::Of(id);
        for status in [None, Some(ProjectStatus::Active), Some(ProjectStatus::Inactive)] {
            let filter = ProjectFilter { status };
            let found = all_pages!(after => reads.projects(scope, &filter, after, PAGE).await.unwrap());
            let mut expected: Vec<_> =
                model.projects.iter().filter(|one| in_scope(one.tenant)).cloned().collect();
            expected.retain(|one| {
                one.status != ProjectStatus::Deleted && status.is_none_or(|status| one.status == status)
            });
            expected.sort_by_key(|one| std::cmp::Reverse(one.id));
            assert_eq!(found.into_iter().map(|listing| listing.project).collect::<Vec<_>>(), expected);
        }
        for project in [None].into_iter().chain(model.projects.iter().map(|project| Some(project.id))) {
            codes(&mut reads, model, scope, project).await;
            devices(&mut reads, model, scope, project).await;
        }
    }
}

async fn tenants(reads: &mut Reads<'_>, model: &Model) {
    for status in [None, Some(TenantStatus::Active), Some(TenantStatus::Suspended)] {
        for search in [None, Some("acme"), Some("SLUG-1"), Some("ç"), Some("nobody")] {
            for sort in [TenantSort::Created, TenantSort::Name] {
                let filter = TenantFilter { search: search.map(str::to_owned), status, sort };
                let found = all_pages!(after => reads.tenants(&filter, after, PAGE).await.unwrap());
                let starts = |text: &str| search.is_none_or(|start| text.starts_with(&start.to_lowercase()));
                let mut expected: Vec<_> = model.tenants.clone();
                expected.retain(|one| {
                    one.status != TenantStatus::Deleted
                        && status.is_none_or(|status| one.status == status)
                        && (starts(&one.name.to_lowercase()) || starts(&one.slug))
                });
                if search.is_some() || sort == TenantSort::Name {
                    expected.sort_by_key(|one| (one.name.to_lowercase(), one.id));
                } else {
                    expected.sort_by_key(|one| std::cmp::Reverse(one.id));
                }
                assert_eq!(found, expected, "{filter:?}");
            }
        }
    }
}

async fn letters(reads: &mut Reads<'_>, model: &Model) {
    use NotificationStatus::{Failed, Sent, Waiting};
    let count = |status| model.letters.iter().filter(|one| one.status == status).map(|_| 1).sum();
    let backlog = reads.notification_backlog().await.unwrap();
    assert_eq!(backlog, Backlog { waiting: count(Waiting), failed: count(Failed) });
    let of_each = model.tenants.iter().map(|tenant| TenantScope::Of(tenant.id));
    for scope in of_each.chain([TenantScope::All]) {
        for status in [None, Some(Waiting), Some(Sent), Some(Failed)] {
            let filter = NotificationFilter { status };
            let found = all_pages!(after => reads.notifications(scope, &filter, after, PAGE).await.unwrap());
            let found: Vec<_> = found.into_iter().map(letter).collect();
            let mut expected = model.letters.clone();
            expected.retain(|one| {
                (scope == TenantScope::All || scope == TenantScope::Of(one.tenant))
                    && status.is_none_or(|status| one.status == status)
            });
            expected.sort_by_key(|one| std::cmp::Reverse(one.id));
            assert_eq!(found, expected, "{scope:?} {filter:?}");
        }
    }
}

fn letter(row: NotificationListing) -> Letter {
    assert_eq!((row.user, row.sent_at.is_some()), (None, row.status == NotificationStatus::Sent));
    let NotificationListing { id, kind, status, attempts, last_error, .. } = row;
    Letter { id, tenant: row.tenant.unwrap(), kind, status, attempts, next: row.next_attempt_at, last_error }
}

async fn codes(reads: &mut Reads<'_>, model: &Model, scope: TenantScope, project: Option<ProjectId>) {
    let hint = model.codes.first().map(|code| code.hint.to_lowercase());
    for status in [None, Some(CodeStatus::Active), Some(CodeStatus::Used)] {
        for (label, search) in
            [(None, None), (Some("Batch"), None), (None, hint.as_deref()), (None, Some("Bat"))]
        {
            let (label, search) = (label.map(str::to_owned), search.map(str::to_owned));
            let filter = CodeFilter { status, project, label, search };
            let found = all_pages!(after => reads.codes(scope, &filter, after, PAGE).await.unwrap());
            let mut expected: Vec<_> = model.codes.clone();
            expected.retain(|one| {
                (scope == TenantScope::All || scope == TenantScope::Of(one.tenant))
                    && project.is_none_or(|project| one.project == Some(project))
                    && status.is_none_or(|status| one.status == status)
                    && filter
                        .search
                        .as_ref()
                        .is_none_or(|text| "Batch".starts_with(text) || one.hint == text.to_uppercase())
            });
            expected.sort_by_key(|one| std::cmp::Reverse(one.id));
            let found: Vec<_> = found.into_iter().map(|listing| listing.code).collect();
            assert_eq!(found, expected, "{scope:?} {filter:?}");
        }
    }
}

async fn devices(reads: &mut Reads<'_>, model: &Model, scope: TenantScope, project: Option<ProjectId>) {
    for status in [None, Some(DeviceStatus::Active), Some(DeviceStatus::Revoked)] {
        for search in [None, Some("fp-1 of")] {
            let filter = DeviceFilter { status, project, search: search.map(str::to_owned) };
            let found = all_pages!(after => reads.devices(scope, &filter, after, PAGE).await.unwrap());
            let mut expected: Vec<_> = model.devices.clone();
            expected.retain(|one| {
                let label = one.label.as_ref().and_then(|label| label.known()).unwrap();
                (scope == TenantScope::All || scope == TenantScope::Of(one.tenant))
                    && project.is_none_or(|project| one.project == Some(project))
                    && status.is_none_or(|status| one.status == status)
                    && search.is_none_or(|start| label.starts_with(start))
            });
            expected.sort_by_key(|one| std::cmp::Reverse(one.id));
            let found: Vec<_> = found.into_iter().map(|listing| listing.device).collect();
            assert_eq!(found, expected, "{scope:?} {filter:?}");
        }
    }
}

fn every_total() -> Vec<Total> {
    let plans = ["free", "standard", "pro"].map(|plan| Total::TenantsOnPlan(plan.to_owned()));
    let others = [
        Total::TenantsActive,
        Total::TenantsSuspended,
        Total::TenantsSubscribed(Subscription::Trialing),
        Total::TenantsSubscribed(Subscription::PastDue),
        Total::TenantsSubscribed(Subscription::Suspended),
        Total::TenantsSubscribed(Subscription::Canceled),
        Total::ProjectsActive,
        Total::ProjectsInactive,
        Total::CodesActive,
        Total::CodesUsed,
        Total::CodesExpired,
        Total::CodesRevoked,
        Total::DevicesActive,
        Total::DevicesRevoked,
        Total::SessionsActive,
        Total::UsersActive,
        Total::UsersInvited,
        Total::UsersDisabled,
    ];
    plans.into_iter().chain(others).collect()
}

async fn numbers(world: &World, model: &Model) {
    let mut reads = world.store.reads().await.unwrap();
    let mut scopes = vec![(TenantScope::All, None)];
    scopes.extend(model.tenants.iter().map(|tenant| (TenantScope::Of(tenant.id), None)));
    scopes.extend(model.projects.iter().map(|project| (TenantScope::Of(project.tenant), Some(project.id))));
    for (scope, project) in scopes {
        let totals = reads.totals(scope, project).await.unwrap();
        assert_eq!(totals.as_of, model.told.len() as u64);
        for total in every_total() {
            let expected = model.total(scope, project, &total);
            assert_eq!(totals.get(&total), expected, "{} {scope:?} {project:?} {total:?}", world.engine());
        }
        daily(&mut reads, model, scope, project).await;
    }
    let mut expected: Vec<(i64, _)> = model
        .tenants
        .iter()
        .map(|tenant| (model.total(TenantScope::Of(tenant.id), None, &Total::DevicesActive), tenant.id))
        .filter(|(count, _)| *count > 0)
        .collect();
    expected.sort_by_key(|(count, id)| (std::cmp::Reverse(*count), *id));
    let found = reads.top_tenants(&Total::DevicesActive, 100).await.unwrap();
    assert_eq!(found.into_iter().map(|one| (one.value, one.tenant)).collect::<Vec<_>>(), expected);
}

async fn daily(reads: &mut Reads<'_>, model: &Model, scope: TenantScope, project: Option<ProjectId>) {
    let counts = |one: &&Told| match scope {
        TenantScope::All => true,
        TenantScope::Of(tenant) => one.tenant == tenant && (project.is_none() || one.project == project),
    };
    let mut expected: BTreeMap<(i64, String), i64> = BTreeMap::new();
    for one in model.told.iter().filter(counts) {
        *expected.entry((one.at.day(), one.kind.wire().to_owned())).or_default() += 1;
        if let Some(reason) = one.refused {
            *expected.entry((one.at.day(), format!("{}:{reason}", one.kind.wire()))).or_default() += 1;
        }
    }
    let found = reads.figures(scope, project, 0, i64::from(i32::MAX)).await.unwrap();
    let found: BTreeMap<(i64, String), i64> =
        found.days.iter().map(|one| ((one.day, one.key.clone()), one.count)).collect();
    assert_eq!(found, expected, "{scope:?} {project:?}");
    let kind = EventType::CodeGenerated;
    let before = model.now.day();
    let earlier =
        model.told.iter().filter(counts).filter(|one| one.kind == kind && one.at.day() < before).count();
    let counted = reads.count_before(scope, project, kind, before).await.unwrap();
    assert_eq!(usize::try_from(counted).unwrap(), earlier);
}

/// The feed with filters that name what the history is about.
async fn feeds(world: &World, model: &Model) {
    let mut reads = world.store.reads().await.unwrap();
    let types = [
        None,
        Some(vec![EventType::DeviceEnrolled]),
        Some(vec![EventType::CodeGenerated, EventType::ActivationRefused, EventType::TenantDeleted]),
    ];
    let mut filters = vec![EventFilter::default()];
    filters.extend(
        model.tenants.iter().map(|one| EventFilter { tenant: Some(one.id), ..EventFilter::default() }),
    );
    filters.extend(model.projects.iter().take(3).map(|one| EventFilter {
        project: Some(one.id),
        tenant: Some(one.tenant),
        ..EventFilter::default()
    }));
    filters.extend(
        model.codes.iter().take(3).map(|one| EventFilter { code: Some(one.id), ..EventFilter::default() }),
    );
    filters.extend(
        model
            .devices
            .iter()
            .take(3)
            .map(|one| EventFilter { device: Some(one.id), ..EventFilter::default() }),
    );
    let days: BTreeSet<i64> = model.told.iter().map(|one| one.at.day()).collect();
    filters.extend(days.iter().take(3).map(|day| EventFilter {
        since: Some(daybook_model::Timestamp::start_of_day(*day).plus_seconds(3_600 * 9)),
        until: Some(daybook_model::Timestamp::start_of_day(day + 1)),
        ..EventFilter::default()
    }));
    for filter in filters {
        for types in &types {
            let filter = EventFilter { types: types.clone(), ..filter.clone() };
            let shown = model.told.iter().enumerate().filter(|(_, one)| shows(&filter, one));
            let expected: Vec<u64> = shown.map(|(seq, _)| seq as u64).rev().collect();
            assert_eq!(feed(&mut reads, &filter).await, expected, "{} {filter:?}", world.engine());
        }
    }
}

fn shows(filter: &EventFilter, one: &Told) -> bool {
    filter.types.as_ref().is_none_or(|types| types.contains(&one.kind))
        && filter.tenant.is_none_or(|tenant| one.tenant == tenant)
        && filter.project.is_none_or(|project| one.project == Some(project))
        && filter.code.is_none_or(|code| one.code == Some(code))
        && filter.device.is_none_or(|device| one.device == Some(device))
        && filter.since.is_none_or(|since| one.at >= since)
        && filter.until.is_none_or(|until| one.at < until)
}

/// Every number of a feed, page by page.
async fn feed(reads: &mut Reads<'_>, filter: &EventFilter) -> Vec<u64> {
    let mut numbers = vec![];
    let mut before = None;
    loop {
        let (events, next) = reads.events(filter, before, 5).await.unwrap();
        numbers.extend(events.iter().map(|event| event.seq));
        before = next;
        if before.is_none() {
            return numbers;
        }
    }
}
