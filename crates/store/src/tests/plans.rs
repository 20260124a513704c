//! How every list is found: along an index, never by looking at every row of a table that grows.

mod crowd;
mod probe;

use daybook_model::{CodeId, DeviceId, EventType, ProjectId, TenantId, Timestamp, UserId, event::Origin};
use uuid::Uuid;

use super::world::World;
use crate::{
    engine::{Sql, Val},
    read::event::{self, EventFilter},
};
use crowd::*;

fn uuid(number: i64) -> Uuid {
    Uuid::from_u128(number.try_into().unwrap())
}

type Set = fn(&mut EventFilter);

const FILTERS: &[(&str, Set)] = &[
    ("a common type", |f| f.types = Some(vec![EventType::DeviceTokenRotated])),
    ("a rare type", |f| f.types = Some(vec![EventType::ProjectDeleted])),
    ("a type that never happened", |f| f.types = Some(vec![EventType::ConfigUpdated])),
    ("several types", |f| {
        f.types = Some(vec![EventType::CodeActivated, EventType::ProjectDeleted, EventType::UserLogin])
    }),
    ("the large tenant", |f| f.tenant = Some(TenantId::from_uuid(uuid(0)))),
    ("a small tenant", |f| f.tenant = Some(TenantId::from_uuid(uuid(11)))),
    ("a project", |f| f.project = Some(ProjectId::from_uuid(uuid(PROJECT + 2)))),
    ("a code", |f| f.code = Some(CodeId::from_uuid(uuid(CODE + 2)))),
    ("a device", |f| f.device = Some(DeviceId::from_uuid(uuid(DEVICE + 2)))),
    ("a user", |f| f.user = Some(UserId::from_uuid(uuid(USER + 13)))),
    ("a busy actor", |f| f.actor = Some(uuid(TOKEN))),
    ("an actor", |f| f.actor = Some(uuid(DEVICE + 1))),
    ("live", |f| f.origin = Some(Origin::Live)),
    ("backfilled", |f| f.origin = Some(Origin::Backfill)),
    ("a day", |f| {
        (f.since, f.until) = (Some(Timestamp::start_of_day(20_200)), Some(Timestamp::start_of_day(20_201)))
    }),
];

fn query(filter: &EventFilter, before: Option<i64>) -> (Sql, Vec<Val>) {
    let stretch =
        filter.since.map(|at| ((at.day() - 20_089) * 86_400 / 500, (at.day() - 20_089 + 1) * 86_400 / 500));
    event::list(filter, before, stretch, 50)
}

#[tokio::test(flavor = "multi_thread")]
async fn explore() {
    for world in World::both().await {
        let start = std::time::Instant::now();
        crowd::fill(&world).await;
        println!("{} filled in {:?}", world.engine(), start.elapsed());
        let start = std::time::Instant::now();
        let mut cases: Vec<(String, EventFilter)> = vec![("nothing".into(), EventFilter::default())];
        for (at, (name, set)) in FILTERS.iter().enumerate() {
            let mut filter = EventFilter::default();
            set(&mut filter);
            cases.push(((*name).to_owned(), filter.clone()));
            for (other, also) in &FILTERS[at + 1..] {
                let mut filter = filter.clone();
                also(&mut filter);
                cases.push((format!("{name} + {other}"), filter));
            }
        }
        let mut n = 0;
        for (name, filter) in cases {
            for before in [None, Some(30_000)] {
                n += 1;
                let p = probe::probe(&world, &query(&filter, before)).await;
                println!(
                    "{} {name} {before:?}: work {} scanned {:?} sorts {}",
                    world.engine(),
                    p.work,
                    p.scanned,
                    p.unbounded_sorts
                );
                if p.work > 20_000
                    || (world.engine() == crate::Engine::Postgres
                        && (p.work > 2000 || p.unbounded_sorts > 0 || !p.scanned.is_empty()))
                    || name == "nothing"
                {
                    println!("{}", p.plan);
                }
            }
        }
        println!("{n} in {:?}", start.elapsed());
    }
}
