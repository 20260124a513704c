//! A log that is not the one that was seen any more is noticed, and what is lost of it is named. Two worlds of one seed begin with the
//! same entries; what one of them has beyond that, the other has lost.

use std::time::Duration;

use daybook_model::log::EntriesLost;
use tokio::time::timeout;

use super::world::World;
use crate::{Engine, Follower, log::witness::Witness};

const PATIENCE: Duration = Duration::from_secs(30);

async fn create(world: &World, names: &[&str]) {
    for name in names {
        world.create_tenant(name).await;
    }
    world.drain().await;
}

async fn lost(witness: &mut Witness, world: &World) -> Option<EntriesLost> {
    witness.look(&world.store).await.unwrap().map(|loss| loss.event)
}

/// A follower of a log of three entries, that can be put back to its first one.
async fn having_seen_three(world: &World) -> Follower {
    world.disarm().await;
    create(world, &["Acme"]).await;
    world.keep_copies().await;
    create(world, &["Bolt", "Coil"]).await;
    let mut follower = Follower::new(&world.store);
    assert_eq!(follower.step().await.unwrap(), None);
    follower
}

/// Lets a follower work until it says what is lost.
async fn told(follower: &mut Follower) -> EntriesLost {
    let step = async {
        loop {
            if let Some(lost) = follower.step().await.unwrap() {
                return lost;
            }
        }
    };
    timeout(PATIENCE, step).await.expect("what is lost is never said")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_only_grows_has_lost_nothing() {
    for world in World::both().await {
        let mut witness = Witness::default();
        assert_eq!(lost(&mut witness, &world).await, None, "an empty one");
        for count in [1, 2, 3, 300] {
            for number in 0..count {
                world.create_tenant(&format!("Tenant {number} of {count}")).await;
            }
            world.drain().await;
            assert_eq!(lost(&mut witness, &world).await, None);
            assert_eq!(lost(&mut witness, &world).await, None, "the same again");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_earlier_log_and_another_one_are_told_from_a_longer_one() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let (ours, earlier) = (World::on(engine, 1).await, World::on(engine, 1).await);
        let mut witness = Witness::default();
        for world in [&ours, &earlier] {
            create(world, &["Acme", "Bolt", "Coil"]).await;
        }
        assert_eq!(lost(&mut witness, &ours).await, None);
        create(&ours, &["Dyne", "Ergo"]).await;
        assert_eq!(lost(&mut witness, &earlier).await, None, "the same three");
        assert_eq!(lost(&mut witness, &ours).await, None);
        let root = ours.status().await.root.to_string();

        let named = Some(EntriesLost { first: 3, size: 5, root });
        assert_eq!(lost(&mut witness, &earlier).await, named, "{engine:?}: smaller");
        assert_eq!(lost(&mut witness, &earlier).await, None, "said once");

        assert_eq!(lost(&mut witness, &ours).await, None, "it was put back: longer again");
        create(&earlier, &["Other", "Stranger"]).await;
        assert_eq!(lost(&mut witness, &earlier).await, named, "{engine:?}: of the same size");
        assert_eq!(lost(&mut witness, &ours).await.unwrap().first, 3);
        create(&earlier, &["Further"]).await;
        assert_eq!(lost(&mut witness, &earlier).await, named, "{engine:?}: longer, and another");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_follows_is_told_the_size_that_is_left() {
    for world in World::both().await {
        let mut follower = having_seen_three(&world).await;
        let before = *world.store.head().borrow();
        assert_eq!((before.size, before.losses), (3, 0));
        world.put_copies_back().await;
        let lost = told(&mut follower).await;
        assert_eq!((lost.first, lost.size), (0, 3), "it was not looked at in between");
        let after = *world.store.head().borrow();
        assert_eq!((after.size, after.losses), (1, 1));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_longer_log_that_takes_the_place_of_ours_between_two_looks_is_another_one() {
    for world in World::both().await {
        let mut follower = having_seen_three(&world).await;
        world.put_copies_back().await;
        create(&world, &["Other", "Stranger", "Further"]).await;
        let lost = timeout(PATIENCE, follower.step()).await.unwrap().unwrap().expect("at the first look");
        assert_eq!((lost.first, lost.size), (0, 3), "{}", world.engine());
        create(&world, &["Last"]).await;
        assert_eq!(follower.step().await.unwrap(), None, "it is ours now");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_could_not_be_compared_is_compared_later() {
    for world in World::both().await {
        let mut follower = having_seen_three(&world).await;
        world.behind("ALTER TABLE log_state RENAME TO log_state_away").await;
        follower.step().await.unwrap_err();
        world.behind("ALTER TABLE log_state_away RENAME TO log_state").await;
        // Another log of the same size, and broken: nobody can say what it begins with.
        world.put_copies_back().await;
        create(&world, &["Other", "Stranger"]).await;
        world.behind("CREATE TABLE kept_hash AS SELECT leaf_hash FROM platform_events WHERE seq = 2").await;
        let leaf = |hash| format!("UPDATE platform_events SET leaf_hash = ({hash}) WHERE seq = 2");
        world.behind(&leaf("SELECT leaf_hash FROM platform_events WHERE seq = 1")).await;
        for _ in 0..3 {
            assert_eq!(follower.step().await.unwrap(), None, "it cannot be said");
        }
        world.behind(&leaf("SELECT leaf_hash FROM kept_hash")).await;
        let lost = told(&mut follower).await;
        assert_eq!((lost.first, lost.size), (0, 3), "{}", world.engine());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tree_that_is_broken_is_not_called_another_log() {
    for world in World::both().await {
        create(&world, &["Acme", "Bolt", "Coil"]).await;
        let mut witness = Witness::default();
        assert_eq!(lost(&mut witness, &world).await, None);
        world.disarm().await;
        let of_the_next = "SELECT leaf_hash FROM platform_events WHERE seq = 1";
        world.behind(&format!("UPDATE platform_events SET leaf_hash = ({of_the_next}) WHERE seq = 0")).await;
        create(&world, &["Dyne"]).await;
        let error = witness.look(&world.store).await.unwrap_err().to_string();
        assert!(error.contains("does not lead to the root"), "{error}");
    }
}
