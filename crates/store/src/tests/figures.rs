//! Figures that were read once are answered again for as long as the log is the same, and not a moment longer.

use std::sync::Arc;

use daybook_model::totals::Total;

use super::world::World;
use crate::{Figures, Store, TenantScope};

async fn figures(store: &Store) -> Arc<Figures> {
    let today = store.now().day();
    let mut reads = store.reads().await.unwrap();
    reads.figures(TenantScope::All, None, today - 29, today).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_read_is_answered_again_until_the_log_grows() {
    for world in World::both().await {
        assert_eq!(figures(&world.store).await.totals.as_of, 0);
        world.create_tenant("Acme").await;
        world.drain().await;
        let first = figures(&world.store).await;
        assert_eq!((first.totals.as_of, first.totals.get(&Total::TenantsActive)), (1, 1));
        assert!(Arc::ptr_eq(&first, &figures(&world.store).await), "nothing is read anew");
        world.create_tenant("Borealis").await;
        world.drain().await;
        let second = figures(&world.store).await;
        assert_eq!((second.totals.as_of, second.totals.get(&Total::TenantsActive)), (2, 2));
        assert_eq!(second.days.iter().map(|day| day.count).collect::<Vec<_>>(), [2]);
        world.assert_clean().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_process_records_is_seen_at_once() {
    for world in World::both().await {
        world.create_tenant("Acme").await;
        world.drain().await;
        let neighbour = world.neighbour().await;
        let known = figures(&neighbour).await;
        assert!(Arc::ptr_eq(&known, &figures(&neighbour).await));
        world.create_tenant("Borealis").await;
        world.drain().await;
        let now = figures(&neighbour).await;
        assert_eq!((known.totals.as_of, now.totals.as_of), (1, 2));
        assert_eq!(now.totals.get(&Total::TenantsActive), 2);
    }
}
