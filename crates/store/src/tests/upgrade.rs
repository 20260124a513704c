//! What was written under an earlier schema works under the present one.

use std::sync::Arc;

use daybook_model::{ApiTokenId, Role};
use uuid::Uuid;

use super::world::{HandClock, START, Seeded};
use crate::{
    Engine, Store, StoreConfig, TenantScope,
    engine::{Micros, tests::fixture::Fixture},
    migrate,
    migrations::ALL,
};

/// Two tokens as the first schema kept them, one of them revoked. What the engines write differently stands in braces.
const TOKENS: &str = "
    INSERT INTO api_tokens (id, name, role, created_at, expires_at, revoked_at) VALUES
        ({id 1}, 'deploy', 'owner', {now}, NULL, NULL), ({id 2}, NULL, 'auditor', {now}, {now}, {now});
    INSERT INTO api_token_secrets (id, hash) VALUES ({id 1}, {hash 1}), ({id 2}, {hash 2});";

fn spelled(script: &str, engine: Engine) -> String {
    let micros = START.as_micros();
    let words = |number: u8| match engine {
        Engine::Sqlite => (format!("x'{number:032x}'"), format!("x'{}'", format!("{number:02x}").repeat(32))),
        Engine::Postgres => (
            format!("'{}'", Uuid::from_u128(number.into())),
            format!("decode('{}', 'hex')", format!("{number:02x}").repeat(32)),
        ),
    };
    let now = match engine {
        Engine::Sqlite => micros.to_string(),
        Engine::Postgres => format!("to_timestamp({})", micros / 1_000_000),
    };
    [1, 2, 3].into_iter().fold(script.replace("{now}", &now), |script, number| {
        let (id, hash) = words(number);
        script.replace(&format!("{{id {number}}}"), &id).replace(&format!("{{hash {number}}}"), &hash)
    })
}

async fn run(fixture: &Fixture, script: &str) -> Result<(), crate::EngineError> {
    let mut tx = fixture.db.begin().await.unwrap();
    tx.conn().script(&spelled(script, fixture.engine())).await?;
    tx.commit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn api_tokens_made_before_there_were_scopes_still_work() {
    for fixture in [Fixture::sqlite().await, Fixture::postgres().await] {
        let now = Micros(START.as_micros());
        let before = ALL.iter().position(|step| step.name == "api_token_scopes").unwrap();
        migrate::run(&fixture.db, &ALL[..before], now).await.unwrap();
        run(&fixture, TOKENS).await.unwrap();
        let (clock, entropy) = (Arc::new(HandClock::standing_at(START)), Arc::new(Seeded::new(1)));
        let config = StoreConfig { db: fixture.config.clone(), clock, entropy };
        let store = Store::open(config).await.unwrap();

        let mut reads = store.reads().await.unwrap();
        let owner = reads.api_token(ApiTokenId::from_uuid(Uuid::from_u128(1))).await.unwrap().unwrap();
        assert_eq!((owner.hash, owner.token.role), ([1; 32], Role::Owner), "{}", fixture.engine());
        assert_eq!((owner.token.tenant, owner.token.user, owner.token.scopes.as_ref()), (None, None, None));
        assert!(owner.token.is_live(START));
        let listed = reads.api_tokens(TenantScope::All, None, 10).await.unwrap().items;
        let auditor = &listed[0].token;
        assert_eq!(
            (auditor.role, auditor.revoked_at, auditor.expires_at),
            (Role::Auditor, Some(START), Some(START))
        );
        assert_eq!((listed.len(), listed[0].last_used_at), (2, None));
        drop(reads);

        // A secret belongs to a token, as before.
        let stray = "INSERT INTO api_token_secrets (id, hash) VALUES ({id 3}, {hash 3})";
        run(&fixture, stray).await.unwrap_err();
        run(&fixture, "DELETE FROM api_tokens").await.unwrap_err();
        store.close().await.unwrap();
    }
}
