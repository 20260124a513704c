//! The log's list with every filter, every pair of filters, from the newest event and from the middle; and what it is counted by.

use daybook_model::{CodeId, DeviceId, EventType, ProjectId, TenantId, Timestamp, UserId, event::Origin};

use super::{Case, Work, crowd, uuid};
use crate::{
    Engine,
    read::event::{self, EventFilter, Extent},
};

/// What a filter asks for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asks {
    Type,
    Tenant,
    Project,
    Code,
    Device,
    User,
    Actor,
    Origin,
    Time,
}

struct Filter {
    name: &'static str,
    asks: Asks,
    set: fn(&mut EventFilter),
}

const fn filter(name: &'static str, asks: Asks, set: fn(&mut EventFilter)) -> Filter {
    Filter { name, asks, set }
}

const SEVERAL: [EventType; 3] = [EventType::CodeActivated, EventType::ProjectDeleted, EventType::UserLogin];

/// Common, rare and absent ones of each kind: what is rarely met is what a page waits for longest.
const FILTERS: &[Filter] = &[
    filter("common type", Asks::Type, |f| f.types = Some(vec![EventType::DeviceTokenRotated])),
    filter("rare type", Asks::Type, |f| f.types = Some(vec![EventType::ProjectDeleted])),
    filter("type that never happened", Asks::Type, |f| f.types = Some(vec![EventType::PersonErased])),
    filter("several types", Asks::Type, |f| f.types = Some(SEVERAL.to_vec())),
    filter("every type", Asks::Type, |f| f.types = Some(EventType::ALL.to_vec())),
    filter("large tenant", Asks::Tenant, |f| f.tenant = Some(TenantId::from_uuid(uuid(crowd::TENANT)))),
    filter("small tenant", Asks::Tenant, |f| f.tenant = Some(TenantId::from_uuid(uuid(crowd::TENANT + 11)))),
    filter("unknown tenant", Asks::Tenant, |f| f.tenant = Some(TenantId::from_uuid(uuid(99_999)))),
    filter("project", Asks::Project, |f| f.project = Some(ProjectId::from_uuid(uuid(crowd::PROJECT + 2)))),
    filter("code", Asks::Code, |f| f.code = Some(CodeId::from_uuid(uuid(crowd::CODE + 2)))),
    filter("device", Asks::Device, |f| f.device = Some(DeviceId::from_uuid(uuid(crowd::DEVICE + 2)))),
    filter("user", Asks::User, |f| f.user = Some(UserId::from_uuid(uuid(crowd::USER + 13)))),
    filter("busy actor", Asks::Actor, |f| f.actor = Some(uuid(crowd::TOKEN))),
    filter("actor", Asks::Actor, |f| f.actor = Some(uuid(crowd::DEVICE + 1))),
    filter("live", Asks::Origin, |f| f.origin = Some(Origin::Live)),
    filter("imported", Asks::Origin, |f| f.origin = Some(Origin::Backfill)),
    filter("day", Asks::Time, |f| {
        (f.since, f.until) = (Some(Timestamp::start_of_day(DAY)), Some(Timestamp::start_of_day(DAY + 1)));
    }),
];

const DAY: i64 = 20_200;

/// How many events are counted at most.
const COUNTED: i64 = 2_000;

pub(super) fn cases(engine: Engine) -> Vec<Case> {
    let everything = EventFilter::default();
    let mut cases = both_ends("everything", engine, &everything);
    cases.push(counted("everything", engine, &everything));
    for (at, one) in FILTERS.iter().enumerate() {
        let mut filter = EventFilter::default();
        (one.set)(&mut filter);
        cases.extend(both_ends(one.name, engine, &filter));
        cases.push(counted(one.name, engine, &filter));
        for other in FILTERS[at + 1..].iter().filter(|other| other.asks != one.asks) {
            let mut filter = filter.clone();
            (other.set)(&mut filter);
            let name = format!("{} + {}", one.name, other.name);
            cases.extend(both_ends(&name, engine, &filter));
            cases.push(counted(&name, engine, &filter));
        }
    }
    cases
}

/// A page of each type is looked at. There is no index of actors by tenant, which would cost every write: an actor's own events are walked
/// through.
fn work(filter: &EventFilter) -> Work {
    match filter {
        EventFilter { actor: Some(_), tenant: Some(_), .. } => Work::Rows(crowd::OF_BUSY_ACTOR),
        EventFilter { types: Some(types), .. } if types.len() > 1 => Work::Rows(51 * types.len() as u64),
        _ => Work::Page,
    }
}

fn stretch(filter: &EventFilter) -> (i64, i64) {
    filter.since.map_or((0, i64::MAX), |_| crowd::events_of_day(DAY))
}

fn both_ends(name: &str, engine: Engine, filter: &EventFilter) -> Vec<Case> {
    let stretch = stretch(filter);
    [None, Some(crowd::EVENTS / 2)]
        .into_iter()
        .map(|before| {
            let name = format!("events: {name}, before {before:?}");
            let extent = Extent { before, stretch, limit: 50 };
            Case::listed(name, event::list(filter, engine, extent), work(filter))
        })
        .collect()
}

/// So many of each type are looked at, and those that are left are read. Where an event came from stands in no index of an actor or a
/// type: PostgreSQL rather sorts all that they have than to walk through so many of them.
fn counted(name: &str, engine: Engine, filter: &EventFilter) -> Case {
    let extent = Extent { before: None, stretch: stretch(filter), limit: COUNTED };
    let types = filter.types.as_ref().map_or(1, Vec::len) as u64;
    let most = (COUNTED as u64 + 1) * (types + 1);
    let is_walked_through =
        filter.origin.is_some() || matches!(work(filter), Work::Rows(_)) && filter.actor.is_some();
    let work = Work::Rows(if is_walked_through { most + crowd::OF_BUSY_ACTOR } else { most });
    Case::listed(format!("events counted: {name}"), event::marks(filter, engine, extent), work)
}
