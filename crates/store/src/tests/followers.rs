//! Whoever follows the log is told when it has grown, also when another process made it grow.

use std::time::Duration;

use tokio::time::timeout;

use super::world::World;
use crate::{Engine, Follower, Scope};

/// Longer than any of it takes: reached only when something is never told.
const LONG: Duration = Duration::from_secs(30);

async fn follow_until(follower: &mut Follower, world: &World, size: u64) {
    let mut head = world.store.head();
    let told = async {
        while head.borrow_and_update().size < size {
            assert_eq!(follower.step().await.unwrap(), None, "nothing is lost");
        }
    };
    timeout(LONG, told).await.unwrap_or_else(|_| panic!("{}: not told of {size} events", world.engine()));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_process_commits_is_found() {
    for world in World::both().await {
        let mut follower = Follower::new(&world.store);
        let neighbour = world.neighbour().await;
        for number in 1..=3 {
            let tenant =
                daybook_model::tenant::TenantDraft { name: format!("T{number}"), ..Default::default() };
            let id = daybook_model::TenantId::new(&*world.clock, &*world.entropy);
            let mut unit = neighbour.begin(Scope::system()).await.unwrap();
            unit.record(tenant.decide(id, unit.now()).unwrap()).await.unwrap();
            unit.commit().await.unwrap();
            follow_until(&mut follower, &world, number).await;
        }
        assert_eq!(world.status().await.pending, 0, "the follower numbers what another process left waiting");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_this_process_is_told_at_once() {
    for world in World::both().await {
        let mut follower = Follower::new(&world.store);
        let head = world.store.head();
        world.create_tenant("Acme").await;
        match world.engine() {
            Engine::Sqlite => assert_eq!(head.borrow().size, 1, "with its commit"),
            Engine::Postgres => {
                assert_eq!(head.borrow().size, 0, "not before it has its number");
                follow_until(&mut follower, &world, 1).await;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn waiting_ends_with_the_event_or_with_patience() {
    for world in World::both().await {
        assert_eq!(world.store.wait_beyond(0, Duration::from_millis(1)).await, 0, "nothing has happened");
        let waiting = world.store.wait_beyond(0, 2 * LONG);
        let happening = async {
            world.create_tenant("Acme").await;
            world.drain().await
        };
        assert_eq!(timeout(LONG, async { tokio::join!(waiting, happening) }).await.unwrap(), (1, 1));
        assert_eq!(world.store.wait_beyond(0, Duration::ZERO).await, 1, "known already");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_knows_the_size_of_the_log_it_opens() {
    for world in World::both().await {
        world.create_tenant("Acme").await;
        world.create_tenant("Bolt").await;
        world.drain().await;
        assert_eq!(world.neighbour().await.head().borrow().size, 2);
    }
}
