//! Identity providers and their secrets, and those who join by them.

use daybook_model::{
    Role, UserId,
    factor::JoinSecret,
    identity_provider::{IdentityProviderConfigured, IdentityProviderSecret},
    user::{LinkSecret, UserDraft, UserJoined},
};
use uuid::Uuid;

use super::world::World;

fn configured(issuer: &str, secret_changed: bool) -> IdentityProviderConfigured {
    IdentityProviderConfigured {
        tenant: None,
        issuer: issuer.to_owned(),
        client_id: "daybook".to_owned(),
        secret_changed,
        enabled: true,
    }
}

async fn configure(world: &World, issuer: &str, sealed: Option<Vec<u8>>) {
    let mut unit = world.begin().await;
    let event = configured(issuer, sealed.is_some());
    unit.record_with(event, IdentityProviderSecret(sealed)).await.unwrap();
    unit.commit().await.unwrap();
}

#[tokio::test]
async fn a_secret_stays_until_another_comes_and_goes_with_its_provider() {
    for world in World::both().await {
        let first = world.store.now();
        configure(&world, "https://a.example.com", Some(vec![1])).await;
        world.clock.pass_seconds(1);
        configure(&world, "https://b.example.com", None).await;
        let row = world.store.reads().await.unwrap().identity_provider(None).await.unwrap().unwrap();
        assert_eq!((row.provider.issuer.as_str(), row.sealed), ("https://b.example.com", vec![1]));
        assert_eq!((row.provider.created_at, row.provider.updated_at), (first, world.store.now()));
        configure(&world, "https://b.example.com", Some(vec![2])).await;
        let row = world.store.reads().await.unwrap().identity_provider(None).await.unwrap().unwrap();
        assert_eq!(row.sealed, [2]);
        world.drain().await;
        world.assert_clean().await;

        world.record(row.provider.remove(None)).await.unwrap();
        assert!(world.store.reads().await.unwrap().identity_provider(None).await.unwrap().is_none());
        assert_eq!(world.value::<i64>("SELECT count(*) FROM identity_provider_secrets").await, 0);
        assert!(world.record(row.provider.remove(None)).await.unwrap_err().is_stale());
        world.drain().await;
        world.assert_clean().await;
    }
}

#[tokio::test]
async fn whoever_joins_elsewhere_leaves_no_invitation_behind() {
    for world in World::both().await {
        let id = UserId::new(&*world.clock, &*world.entropy);
        let draft = UserDraft { email: "ada@example.com".to_owned(), name: None, role: Role::Auditor };
        let link = LinkSecret { id: Uuid::from_u128(7), hash: [7; 32] };
        let mut unit = world.begin().await;
        let event = draft.decide(id, None, unit.now().plus_seconds(60)).unwrap();
        let user = event.user.clone();
        unit.record_with(event, link.clone()).await.unwrap();
        unit.commit().await.unwrap();
        assert!(world.store.reads().await.unwrap().user_link(link.id).await.unwrap().is_some());

        let mut unit = world.begin().await;
        let event = UserJoined { tenant: None, user, role: Role::Auditor, version: 2 };
        unit.record_with(event, JoinSecret::Elsewhere).await.unwrap();
        unit.commit().await.unwrap();
        let mut reads = world.store.reads().await.unwrap();
        assert!(reads.user_link(link.id).await.unwrap().is_none());
        assert!(reads.password_of(None, id).await.unwrap().is_none());
        world.drain().await;
        world.assert_clean().await;
    }
}
