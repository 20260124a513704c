//! The unit of work: an event and its change exist together or not at all.

use daybook_model::{
    Actor, ActorType, Personal, ProjectId, RequestId, TenantId, UserId,
    activation::{ActivationRefused, RefusalReason},
    event::{EntryError, Origin, RequestInfo},
    project::ProjectDraft,
    tenant::{TenantCreated, TenantDraft},
    totals::Total,
};
use futures_util::{FutureExt, future::join_all};

use super::{
    usecases::{ONE_CODE, Order},
    world::World,
};
use crate::{Engine, Place, Scope, Store, StoreError, TenantScope, engine::EngineError};

fn new_tenant(world: &World, name: &str) -> TenantCreated {
    let draft = TenantDraft { name: name.to_owned(), ..TenantDraft::default() };
    draft.decide(TenantId::new(&*world.clock, &*world.entropy), world.store.now()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_and_its_change_are_there_after_commit() {
    for world in World::both().await {
        let event = new_tenant(&world, "Acme");
        let mut unit = world.begin().await;
        let id = unit.record(event.clone()).await.unwrap();
        assert!(unit.reads().tenant(event.tenant.id).await.unwrap().is_some(), "a unit sees its own change");
        let outside = world.store.reads().await.unwrap().tenant(event.tenant.id).await.unwrap();
        assert_eq!(outside, None, "nobody else does yet");
        assert_eq!((unit.recorded(), unit.now()), (&[(id, event.clone().into())][..], world.store.now()));
        let committed = unit.commit().await.unwrap();
        assert_eq!(committed.events, [id]);

        assert_eq!(world.tenant(event.tenant.id).await.name, "Acme");
        let logged = world.event(id).await;
        assert_eq!(logged.event.payload, event.into());
        assert_eq!((logged.seq, logged.title.as_str()), (0, "Tenant created"));
        assert_eq!(logged.description, "Tenant Acme was created on plan standard.");
        assert_eq!(logged.event.occurred_at, world.store.now());
        assert_eq!(world.store.reads().await.unwrap().event_at(0).await.unwrap(), Some(logged));
        world.assert_clean().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_an_event_stands_is_known_at_once_on_sqlite_and_in_a_moment_on_postgres() {
    for world in World::both().await {
        world.create_tenant("First").await;
        let committed = world.record(new_tenant(&world, "Second")).await.unwrap();
        match world.engine() {
            Engine::Sqlite => {
                assert_eq!(committed.place, Place::Assigned(1));
                assert_eq!((world.status().await.size, world.status().await.pending), (2, 0));
            }
            Engine::Postgres => {
                assert_eq!(committed.place, Place::Pending);
                assert_eq!((world.status().await.size, world.status().await.pending), (0, 2));
                let waiting = world.store.reads().await.unwrap().event(committed.events[0]).await.unwrap();
                assert_eq!(waiting, None, "not in the log before it has its number");
            }
        }
        assert_eq!(world.event(committed.events[0]).await.seq, 1);
        assert_eq!((world.status().await.size, world.status().await.pending), (2, 0));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_without_an_event_is_refused() {
    for world in World::both().await {
        let before = world.census().await;
        let unit = world.begin().await;
        assert!(matches!(unit.commit().await, Err(StoreError::EmptyUnit)));
        let mut unit = world.begin().await;
        unit.record_all(Vec::<(TenantCreated, _)>::new()).await.unwrap();
        assert!(matches!(unit.commit().await, Err(StoreError::EmptyUnit)));
        assert_eq!(world.census().await, before);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_cannot_be_written_is_not_opened_for_changes() {
    for world in World::both().await {
        Store::open(world.config()).await.unwrap();
        let refuse = match world.engine() {
            Engine::Sqlite => {
                "CREATE TRIGGER refuse BEFORE UPDATE ON log_state BEGIN SELECT RAISE(ABORT, 'no'); END"
            }
            Engine::Postgres => "REVOKE UPDATE ON log_state FROM daybook_app",
        };
        world.behind(refuse).await;
        assert!(Store::open(world.config()).await.is_err(), "{}", world.engine());
        world.neighbour().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_unit_leaves_nothing() {
    for world in World::both().await {
        let before = world.census().await;
        let mut unit = world.begin().await;
        unit.record(new_tenant(&world, "Acme")).await.unwrap();
        drop(unit);
        world.drain().await;
        assert_eq!(world.census().await, before, "{}", world.engine());
        // The next one finds nothing of it.
        world.create_tenant("Acme").await;
        assert_eq!(world.log().await.len(), 1);
        world.assert_clean().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_failed_record_nothing_of_the_unit_is_stored() {
    for world in World::both().await {
        world.create_tenant("Taken").await;
        world.drain().await;
        let before = world.census().await;

        let mut unit = world.begin().await;
        unit.record(new_tenant(&world, "Good")).await.unwrap();
        let error = unit.record(new_tenant(&world, "Taken")).await.unwrap_err();
        assert_eq!(error.taken(), Some("tenants_slug"), "{}", world.engine());
        let later = unit.record(new_tenant(&world, "Later")).await.unwrap_err();
        assert!(matches!(later, StoreError::PoisonedUnit), "{later}");
        assert!(matches!(unit.commit().await, Err(StoreError::PoisonedUnit)));

        world.drain().await;
        assert_eq!(world.census().await, before, "{}", world.engine());
        world.assert_clean().await;
    }
}

// On one thread: the answer cannot arrive while the record is looked at.
#[tokio::test]
async fn a_record_that_nobody_waited_for_fails_the_unit() {
    let world = World::on(Engine::Postgres, 1).await;
    let before = world.census().await;
    let mut unit = world.begin().await;
    unit.record(new_tenant(&world, "Good")).await.unwrap();
    let cancelled = unit.record(new_tenant(&world, "Cancelled")).now_or_never();
    assert!(cancelled.is_none(), "the server has not answered yet");
    assert!(matches!(unit.record(new_tenant(&world, "Later")).await, Err(StoreError::PoisonedUnit)));
    assert!(matches!(unit.commit().await, Err(StoreError::PoisonedUnit)));
    world.drain().await;
    assert_eq!(world.census().await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_changes_no_row_takes_its_unit_down() {
    for world in World::both().await {
        let tenant = world.create_tenant("Acme").await;
        let stale = tenant.suspend(None).unwrap();
        world.suspend_tenant(tenant.id, None).await.unwrap();
        world.drain().await;
        let before = world.census().await;

        let mut unit = world.begin().await;
        unit.record(new_tenant(&world, "Neighbour")).await.unwrap();
        let error = unit.record(stale).await.unwrap_err();
        assert!(error.is_stale(), "{error}");
        assert_eq!(error.to_string(), "SUSPEND_TENANT: changed 0 rows, expected 1");
        assert!(matches!(unit.commit().await, Err(StoreError::PoisonedUnit)));
        world.drain().await;
        assert_eq!(world.census().await, before, "{}", world.engine());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_too_large_for_an_entry_fails_before_anything_is_written() {
    for world in World::both().await {
        let before = world.census().await;
        let mut event = new_tenant(&world, "Acme");
        event.domain = Some("d".repeat(17_000));
        let mut unit = world.begin().await;
        let error = unit.record(event).await.unwrap_err();
        assert!(matches!(error, StoreError::Entry(EntryError::TooLarge { .. })), "{error}");
        assert!(matches!(unit.commit().await, Err(StoreError::PoisonedUnit)));
        world.drain().await;
        assert_eq!(world.census().await, before);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn events_stand_in_the_log_in_the_order_in_which_they_were_recorded() {
    for world in World::both().await {
        let tenant = world.create_tenant("Acme").await;
        let codes = world.generate(&tenant, Order { count: 40, ..ONE_CODE }).await;
        world.enrol(&codes[7], "fp").await;
        let log = world.log().await;
        let told: Vec<&str> = log.iter().map(|event| event.description.as_str()).collect();
        for (position, (code, sentence)) in (1..).zip(codes.iter().zip(&told[1..])) {
            let expected =
                format!("The code ending {} was generated for Acme ({position} of 40).", code.hint);
            assert_eq!(*sentence, expected);
        }
        let hint = &codes[7].hint;
        assert_eq!(
            told[41..],
            [
                format!("The code ending {hint} of Acme was used (1 of 1)."),
                format!("A device was enrolled for Acme with the code ending {hint}."),
            ]
        );
        assert_eq!(log.iter().map(|event| event.seq).collect::<Vec<_>>(), (0..43).collect::<Vec<_>>());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_says_who_did_it_in_which_request_and_where_it_comes_from() {
    for world in World::both().await {
        let admin = UserId::new(&*world.clock, &*world.entropy);
        let actor = Actor {
            kind: ActorType::Admin,
            id: Some(admin.uuid()),
            name: Some(Personal::from("Ada".to_owned())),
        };
        let request = RequestInfo {
            id: Some(RequestId::new(&*world.clock, &*world.entropy)),
            ip: Some(Personal::from("192.0.2.7".to_owned())),
            user_agent: Some(Personal::from("Firefox".to_owned())),
        };
        let scope = Scope { actor: actor.clone(), request: request.clone(), origin: Origin::Backfill };
        let mut unit = world.begin_as(scope).await;
        let first = unit.record(new_tenant(&world, "Acme")).await.unwrap();
        unit.act_as(Actor::system());
        let second = unit.record(new_tenant(&world, "Bolt")).await.unwrap();
        unit.commit().await.unwrap();

        let logged = world.event(first).await.event;
        assert_eq!((logged.actor, logged.request.clone(), logged.origin), (actor, request, Origin::Backfill));
        let logged = world.event(second).await.event;
        assert_eq!((logged.actor, logged.request.id), (Actor::system(), logged.request.id));
        world.assert_clean().await;
    }
}

/// A fact without a change: it is in the log and its counts, and nowhere else.
#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_recorded_though_it_changes_nothing() {
    for world in World::both().await {
        let tenant = world.create_tenant("Acme").await;
        let code = world.generate_one(&tenant, ONE_CODE).await;
        let before = (world.tenant(tenant.id).await, world.code(code.id).await);
        let refused = ActivationRefused {
            tenant: tenant.to_ref(),
            project: None,
            code: code.to_ref(),
            device: None,
            reason: RefusalReason::DeviceLimitReached,
        };
        world.record(refused).await.unwrap();
        world.drain().await;
        assert_eq!((world.tenant(tenant.id).await, world.code(code.id).await), before);
        let today = world.store.now().day();
        let mut reads = world.store.reads().await.unwrap();
        let figures = reads.figures(TenantScope::Of(tenant.id), None, today, today).await.unwrap();
        let keys: Vec<(&str, i64)> = figures.days.iter().map(|day| (day.key.as_str(), day.count)).collect();
        let expected = [
            ("ACTIVATION_REFUSED", 1),
            ("ACTIVATION_REFUSED:DEVICE_LIMIT_REACHED", 1),
            ("CODE_GENERATED", 1),
            ("TENANT_CREATED", 1),
        ];
        assert_eq!(keys, expected);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_told_of_an_event_is_told_once_it_is_committed() {
    for world in World::both().await {
        let acme = world.create_tenant("Acme").await;
        let letter = world.suspend_tenant(acme.id, None).await.unwrap();
        let waiting =
            world.store.reads().await.unwrap().notification(TenantScope::All, letter).await.unwrap();
        assert_eq!(waiting.unwrap().tenant, Some(acme.id));
    }
}

/// On SQLite, changes that wait for each other share one commit, and its numbers are written once for all of them.
#[tokio::test(flavor = "multi_thread")]
async fn changes_that_share_a_commit_are_counted_as_if_each_stood_alone() {
    for world in World::both().await {
        let (acme, bolt) = (world.create_tenant("Acme").await, world.create_tenant("Bolt").await);
        let kiosk = world.create_project(&bolt, "Kiosk").await;
        world.generate_one(&bolt, Order { project: Some(&kiosk), ..ONE_CODE }).await;
        let holder = world.begin().await;
        let mut waiting = vec![
            world.create_tenant("Cargo").map(drop).boxed(),
            world.suspend_tenant(acme.id, None).map(drop).boxed(),
            world.delete_tenant(bolt.id, None).map(drop).boxed(),
            world.create_tenant("Dynamo").map(drop).boxed(),
            world.generate_one(&acme, ONE_CODE).map(drop).boxed(),
            world.generate_one(&acme, ONE_CODE).map(drop).boxed(),
        ];
        for change in &mut waiting {
            assert!(change.now_or_never().is_none());
        }
        drop(holder);
        join_all(waiting).await;
        assert_eq!(world.drain().await, 10);
        let today = world.store.now().day();
        let mut reads = world.store.reads().await.unwrap();
        let mut figures = async |scope| reads.figures(scope, None, today, today).await.unwrap();
        let all = figures(TenantScope::All).await;
        let total = |total| all.totals.get(&total);
        assert_eq!((total(Total::TenantsActive), total(Total::TenantsSuspended)), (2, 1));
        assert_eq!((total(Total::ProjectsActive), total(Total::CodesActive)), (0, 2));
        let days: Vec<_> = all.days.iter().map(|day| (day.key.as_str(), day.count)).collect();
        let expected = [
            ("CODE_GENERATED", 3),
            ("PROJECT_CREATED", 1),
            ("TENANT_CREATED", 4),
            ("TENANT_DELETED", 1),
            ("TENANT_SUSPENDED", 1),
        ];
        assert_eq!(days, expected);
        let own = figures(TenantScope::Of(acme.id)).await;
        assert_eq!(own.totals.get(&Total::CodesActive), 2);
        world.assert_clean().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_of_a_tenant_that_does_not_exist_are_refused() {
    for world in World::both().await {
        let stranger = new_tenant(&world, "Nobody").tenant;
        let draft =
            ProjectDraft { name: "P".to_owned(), client_name: "C".to_owned(), ..ProjectDraft::default() };
        let event = draft.decide(ProjectId::new(&*world.clock, &*world.entropy), stranger).unwrap();
        let error = world.record(event).await.unwrap_err();
        let expected = EngineError::ForeignKey { statement: "INSERT_PROJECT" };
        assert!(matches!(&error, StoreError::Engine(found) if *found == expected), "{error}");
    }
}
