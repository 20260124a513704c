//! What a reader of the log is promised, while writers race and connections die: every committed event once, in one order without
//! gaps, hashed and counted (PostgreSQL; SQLite numbers an event in the transaction of its change).

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use daybook_model::{
    EventId, EventType, Payload, TenantId,
    change::Edit,
    tenant::{Tenant, TenantEdit},
    totals::Total,
};
use daybook_proof::{Hash, leaf_hash, root_of};
use tokio::task::JoinSet;

use super::{
    usecases::{ONE_CODE, Order},
    world::{World, naive_root},
};
use crate::{Engine, LoggedEvent, Result, Scope, Store, StoreError, TenantScope, engine::EngineError};

const WRITERS: usize = 16;
const UNITS: usize = 50;
const TENANTS: usize = 5;

/// What became of the events that were recorded.
#[derive(Default)]
struct Fates {
    committed: BTreeSet<EventId>,
    rolled_back: BTreeSet<EventId>,
    /// The connection was lost while COMMIT was on its way.
    unknown: BTreeSet<EventId>,
}

impl Fates {
    fn add(&mut self, other: Fates) {
        self.committed.extend(other.committed);
        self.rolled_back.extend(other.rolled_back);
        self.unknown.extend(other.unknown);
    }
}

/// Edits one tenant after the other; every fifth unit is dropped after all. A unit that fails is done again.
async fn write(store: Store, tenants: Vec<TenantId>, writer: usize) -> Fates {
    let mut fates = Fates::default();
    let (mut done, mut attempt) = (0, 0);
    while done < UNITS {
        attempt += 1;
        assert!(attempt < 100 * UNITS, "writer {writer} gets nowhere");
        let tenant = tenants[(writer + done) % tenants.len()];
        let drops = attempt % 5 == 4;
        match edit(&store, tenant, &format!("plan-{}", (writer + attempt) % 3), drops, &mut fates).await {
            Ok(()) => done += usize::from(!drops),
            Err(StoreError::Engine(_)) => {}
            Err(other) => panic!("{other}"),
        }
    }
    fates
}

async fn edit(store: &Store, tenant: TenantId, plan: &str, drops: bool, fates: &mut Fates) -> Result<()> {
    let mut unit = store.begin(Scope::system()).await?;
    let tenant: Tenant = unit.locks().tenant(tenant).await?.unwrap();
    let limit = Edit::Set(tenant.device_limit().unwrap() + 1);
    let edit = TenantEdit { plan: Some(plan.to_owned()), device_limit: limit, ..TenantEdit::default() };
    let id = unit.record(tenant.edit(&edit).unwrap().unwrap()).await?;
    if drops {
        drop(unit);
        fates.rolled_back.insert(id);
        return Ok(());
    }
    match unit.commit().await {
        Ok(committed) => {
            assert_eq!(committed.events, [id]);
            fates.committed.insert(id);
            Ok(())
        }
        Err(StoreError::Engine(EngineError::OutcomeUnknown)) => {
            fates.unknown.insert(id);
            Err(StoreError::Engine(EngineError::OutcomeUnknown))
        }
        Err(error) => {
            fates.rolled_back.insert(id);
            Err(error)
        }
    }
}

/// Numbers what waits until told to stop; answers how much.
async fn sequence(store: Store, stop: Arc<AtomicBool>) -> u64 {
    let mut numbered = 0;
    while !stop.load(Ordering::SeqCst) {
        match store.sequence().await {
            Ok(done) => numbered += done.count,
            Err(StoreError::Engine(_)) => {}
            Err(other) => panic!("{other}"),
        }
        tokio::task::yield_now().await;
    }
    numbered
}

/// Ends one connection after the other, in the order of their process ids.
async fn kill(world: &World, stop: &AtomicBool, killed: &AtomicU64) {
    while !stop.load(Ordering::SeqCst) {
        let turn = killed.load(Ordering::SeqCst) * 7 % 20;
        let script = format!(
            "DO $$ DECLARE victim int; BEGIN
                SELECT pid INTO victim FROM pg_stat_activity
                WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle' AND usename IS NOT NULL
                ORDER BY pid OFFSET {turn} % 5 LIMIT 1;
                PERFORM pg_terminate_backend(victim) WHERE victim IS NOT NULL;
                PERFORM pg_sleep(0.005);
            END $$"
        );
        if world.try_behind(&script).await.is_ok() {
            killed.fetch_add(1, Ordering::SeqCst);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sixteen_writers_three_sequencers_and_dying_connections_leave_one_whole_log() {
    let world = Arc::new(World::on(Engine::Postgres, 1).await);
    let mut tenants = vec![];
    for number in 0..TENANTS {
        tenants.push(world.create_tenant(&format!("Tenant {number}")).await.id);
    }
    let (stop, killed) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let mut background = JoinSet::new();
    for _ in 0..3 {
        background.spawn(sequence(world.neighbour().await, stop.clone()));
    }
    let (at, until, count) = (world.clone(), stop.clone(), killed.clone());
    let lightning = tokio::task::JoinSet::from_iter([async move { kill(&at, &until, &count).await }]);
    let writers: JoinSet<Fates> =
        (0..WRITERS).map(|writer| write(world.store.clone(), tenants.clone(), writer)).collect();
    let mut fates = Fates::default();
    for one in writers.join_all().await {
        fates.add(one);
    }
    stop.store(true, Ordering::SeqCst);
    lightning.join_all().await;
    let numbered: Vec<u64> = background.join_all().await;

    let log = world.log().await;
    assert!(killed.load(Ordering::SeqCst) >= 10, "{killed:?} connections were ended");
    assert!(numbered.iter().filter(|count| **count > 0).count() >= 2, "they raced: {numbered:?}");
    assert!(fates.committed.len() >= WRITERS * UNITS && fates.rolled_back.len() >= WRITERS * UNITS / 5);
    assert_every_event_stands_once(&log, &fates);
    assert_changes_of_a_tenant_are_in_order(&log, &tenants);
    assert_the_tree_is_over_the_entries(&world, &log).await;
    assert_numbers_are_those_of_the_log(&world, &log).await;
    world.assert_clean().await;
}

fn assert_every_event_stands_once(log: &[LoggedEvent], fates: &Fates) {
    let numbers: Vec<u64> = log.iter().map(|event| event.seq).collect();
    assert_eq!(numbers, (0..log.len() as u64).collect::<Vec<_>>(), "numbers from 0 without a gap");
    let logged: BTreeSet<EventId> = log.iter().map(|event| event.event.id).collect();
    assert_eq!(logged.len(), log.len(), "no event stands twice");
    assert_eq!(fates.committed.difference(&logged).next(), None, "committed and not in the log");
    assert_eq!(fates.rolled_back.intersection(&logged).next(), None, "rolled back and in the log");
    let found = fates.unknown.intersection(&logged).count();
    assert_eq!(log.len(), TENANTS + fates.committed.len() + found);
}

fn assert_changes_of_a_tenant_are_in_order(log: &[LoggedEvent], tenants: &[TenantId]) {
    let mut versions: BTreeMap<TenantId, Vec<i64>> = BTreeMap::new();
    for event in log {
        if let Payload::TenantUpdated(updated) = &event.event.payload {
            versions.entry(updated.tenant.id).or_default().push(updated.version);
        }
    }
    assert_eq!(versions.len(), tenants.len());
    for of_one in versions.into_values() {
        let expected: Vec<i64> = (2..).take(of_one.len()).collect();
        assert_eq!(of_one, expected, "each change follows the one it was decided on");
    }
}

async fn assert_the_tree_is_over_the_entries(world: &World, log: &[LoggedEvent]) {
    let status = world.status().await;
    assert_eq!((status.size, status.pending), (log.len() as u64, 0));
    assert_eq!(status.root, naive_root(log));
    let leaves: Vec<Hash> = log.iter().map(|event| leaf_hash(&event.entry)).collect();
    let expected: Vec<Vec<u8>> =
        leaves.chunks_exact(256).map(|full| root_of(full).as_bytes().to_vec()).collect();
    assert!(expected.len() >= 3, "enough events for a few nodes");
    assert_eq!(
        world.column::<Vec<u8>>("SELECT hash FROM log_nodes WHERE level = 1 ORDER BY idx").await,
        expected
    );
    assert_eq!(world.census().await["log_nodes"], i64::try_from(expected.len()).unwrap());
}

async fn assert_numbers_are_those_of_the_log(world: &World, log: &[LoggedEvent]) {
    let mut reads = world.store.reads().await.unwrap();
    let totals = reads.totals(TenantScope::All, None).await.unwrap();
    assert_eq!(totals.as_of, log.len() as u64);
    assert_eq!(totals.get(&Total::TenantsActive), i64::try_from(TENANTS).unwrap());
    let tenants = reads.tenants(&crate::TenantFilter::default(), None, 100).await.unwrap().items;
    for plan in ["standard", "plan-0", "plan-1", "plan-2"] {
        let on_plan = tenants.iter().filter(|tenant| tenant.plan == plan).count();
        let counted = totals.get(&Total::TenantsOnPlan(plan.to_owned()));
        assert_eq!(usize::try_from(counted).unwrap(), on_plan, "{plan}");
    }
    let before = world.store.now().day() + 1;
    let updates = reads.count_before(TenantScope::All, None, EventType::TenantUpdated, before).await.unwrap();
    assert_eq!(usize::try_from(updates).unwrap(), log.len() - TENANTS);
}

/// One unit stays open for two seconds while others commit: its event has drawn its place in the outbox before theirs.
#[tokio::test(flavor = "multi_thread")]
async fn a_writer_that_takes_its_time_holds_nobody_up_and_loses_nothing() {
    let world = Arc::new(World::on(Engine::Postgres, 1).await);
    let mut tenants = vec![];
    for number in 0..TENANTS {
        tenants.push(world.create_tenant(&format!("Tenant {number}")).await.id);
    }
    let stop = Arc::new(AtomicBool::new(false));
    let mut background = JoinSet::new();
    for _ in 0..2 {
        background.spawn(sequence(world.neighbour().await, stop.clone()));
    }
    // The fast ones leave the first tenant to the slow one.
    let (slow, fast) = (tenants[0], tenants[1..].to_vec());
    let begun = Instant::now();
    let mut unit = world.begin().await;
    let tenant: Tenant = unit.locks().tenant(slow).await.unwrap().unwrap();
    let edit = TenantEdit { plan: Some("plan-0".to_owned()), ..TenantEdit::default() };
    let late = unit.record(tenant.edit(&edit).unwrap().unwrap()).await.unwrap();
    let writers: JoinSet<Fates> =
        (0..WRITERS).map(|writer| write(world.store.clone(), fast.clone(), writer)).collect();
    let mut numbered = world.status().await.size;
    while begun.elapsed() < Duration::from_secs(2) || numbered < (WRITERS * UNITS / 2) as u64 {
        numbered = world.status().await.size;
    }
    assert_eq!(unit.commit().await.unwrap().events, [late]);

    let mut fates = Fates { committed: [late].into(), ..Fates::default() };
    for one in writers.join_all().await {
        fates.add(one);
    }
    stop.store(true, Ordering::SeqCst);
    background.join_all().await;
    let log = world.log().await;
    let place = log.iter().position(|event| event.event.id == late).unwrap();
    assert!(place as u64 >= numbered, "entry {place}, after the {numbered} that did not wait for it");
    assert_every_event_stands_once(&log, &fates);
    assert_changes_of_a_tenant_are_in_order(&log, &tenants);
    world.assert_clean().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_queue_is_numbered_in_batches() {
    let world = World::on(Engine::Postgres, 1).await;
    let tenant = world.create_tenant("Acme").await;
    for _ in 0..2 {
        world.generate(&tenant, Order { count: 1_000, ..ONE_CODE }).await;
    }
    assert_eq!(world.status().await.pending, 2_001);
    let first = world.store.sequence().await.unwrap();
    assert_eq!((first.count, first.head.size, first.full), (2_000, 2_000, true));
    let second = world.store.sequence().await.unwrap();
    assert_eq!((second.count, second.head.size, second.full), (1, 2_001, false));
    let third = world.store.sequence().await.unwrap();
    assert_eq!((third.count, third.head.size, third.full), (0, 2_001, false));
    assert_eq!(world.status().await.root, naive_root(&world.log().await));
    assert_eq!(world.census().await["log_nodes"], 7);
    world.assert_clean().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_sqlite_nothing_ever_waits() {
    let world = World::on(Engine::Sqlite, 1).await;
    world.create_tenant("Acme").await;
    let done = world.store.sequence().await.unwrap();
    assert_eq!((done.count, done.head.size, done.full), (0, 1, false));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_added_to_a_head_that_cannot_be_read() {
    for world in World::both().await {
        world.create_tenant("Acme").await;
        world.drain().await;
        let wrong = match world.engine() {
            Engine::Sqlite => "UPDATE log_state SET frontier = x'00'",
            Engine::Postgres => "UPDATE log_state SET frontier = '\\x00'",
        };
        world.behind(wrong).await;
        let tenant = world.store.reads().await.unwrap().tenant_by_slug("acme").await.unwrap().unwrap();
        let before = world.census().await;
        let mut unit = world.begin().await;
        unit.record(tenant.suspend(None).unwrap()).await.unwrap();
        let (refused, waiting) = match world.engine() {
            Engine::Sqlite => (unit.commit().await.err(), 0),
            Engine::Postgres => {
                unit.commit().await.unwrap();
                (world.store.sequence().await.err(), 1)
            }
        };
        assert!(matches!(refused, Some(StoreError::DamagedLog(_))), "{refused:?}");
        let mut after = world.census().await;
        if let Some(outbox) = after.get_mut("outbox") {
            assert_eq!(std::mem::take(outbox), waiting, "the event waits until the head is repaired");
        }
        assert_eq!(after, before);
    }
}
