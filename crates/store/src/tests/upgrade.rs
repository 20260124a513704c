//! What was written under an earlier schema works under the present one.

use std::sync::Arc;

use daybook_model::{
    ApiTokenId, Month, Role, TenantId, UserId,
    notification::{NotificationChoice, NotificationKind},
    plan::PlanLimits,
};
use uuid::Uuid;

use super::world::{HandClock, START, Seeded};
use crate::{
    Engine, NotificationFilter, NotificationStatus, Store, StoreConfig, TenantScope,
    engine::{Db, Micros, Sql, tests::fixture::Fixture, vals},
    migrate,
    migrations::ALL,
};

/// Two tokens as the first schema kept them, one of them revoked. What the engines write differently stands in braces.
const TOKENS: &str = "
    INSERT INTO api_tokens (id, name, role, created_at, expires_at, revoked_at) VALUES
        ({id 1}, 'deploy', 'owner', {now}, NULL, NULL), ({id 2}, NULL, 'auditor', {now}, {now}, {now});
    INSERT INTO api_token_secrets (id, hash) VALUES ({id 1}, {hash 1}), ({id 2}, {hash 2});";

/// A tenant on a plan that there was no more of than its name, and one on the plan of whoever named none, with two projects of which one is
/// deleted, and a device.
const TENANTS: &str = "
    INSERT INTO tenants (id, slug, name, name_key, status, plan, device_limit, active_devices, code_prefix, created_at, updated_at) VALUES
        ({id 1}, 'acme', 'Acme', 'acme', 'active', 'standard', 250, 1, 'ACME', {now}, {now}),
        ({id 2}, 'bolt', 'Bolt', 'bolt', 'active', 'plus', 7, 0, 'BT', {now}, {now});
    INSERT INTO projects (tenant_id, id, name, priority, status, created_at, updated_at, deleted_at) VALUES
        ({id 1}, {id 1}, 'Kiosk', 'normal', 'active', {now}, {now}, NULL), ({id 1}, {id 2}, 'Gone', 'normal', 'deleted', {now}, {now}, {now});
    INSERT INTO activation_codes (tenant_id, id, batch_id, hint, status, max_uses, use_count, created_at)
        VALUES ({id 1}, {id 1}, {id 1}, '7QK2P', 'active', 2, 1, {now});
    INSERT INTO devices (tenant_id, id, project_id, code_id, status, created_at) VALUES ({id 1}, {id 1}, {id 1}, {id 1}, 'active', {now});";

/// A letter that failed, one that waits and one that was sent, to the contact of a tenant; and what a person chose.
const LETTERS: &str = "
    INSERT INTO users (tenant_id, id, role, status, joined_at, created_at, updated_at)
        VALUES ({id 1}, {id 1}, 'tenant_admin', 'active', {now}, {now}, {now});
    INSERT INTO notification_choices (tenant_id, user_id, kind, status, updated_at) VALUES ({id 1}, {id 1}, 'limit_near', 'off', {now});
    INSERT INTO notifications (id, tenant_id, user_id, kind, event_id, sealed, status, attempts, next_attempt_at, give_up_at, last_error,
        created_at, sent_at) VALUES
        ({id 1}, {id 1}, NULL, 'tenant_suspended', {id 3}, {hash 1}, 'failed', 2, NULL, {now}, 'smtp_550', {now}, NULL),
        ({id 2}, {id 1}, {id 1}, 'new_sign_in', {id 3}, {hash 2}, 'waiting', 0, {now}, {now}, NULL, {now}, NULL),
        ({id 3}, {id 1}, NULL, 'limit_near', {id 3}, NULL, 'sent', 1, NULL, {now}, NULL, {now}, {now});";

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

#[tokio::test(flavor = "multi_thread")]
async fn tenants_made_before_there_were_plans_keep_their_limits_and_are_counted() {
    for fixture in [Fixture::sqlite().await, Fixture::postgres().await] {
        let now = Micros(START.as_micros());
        let before = ALL.iter().position(|step| step.name == "plans").unwrap();
        migrate::run(&fixture.db, &ALL[..before], now).await.unwrap();
        run(&fixture, TENANTS).await.unwrap();
        let (clock, entropy) = (Arc::new(HandClock::standing_at(START)), Arc::new(Seeded::new(1)));
        let config = StoreConfig { db: fixture.config.clone(), clock, entropy };
        let store = Store::open(config).await.unwrap();

        let mut reads = store.reads().await.unwrap();
        let tenant = |number| TenantId::from_uuid(Uuid::from_u128(number));
        let acme = reads.tenant(tenant(1)).await.unwrap().unwrap();
        let standard = PlanLimits { devices: Some(100), ..PlanLimits::default() };
        assert_eq!((acme.device_limit(), acme.plan_limits), (Some(250), standard), "{}", fixture.engine());
        assert_eq!((acme.live_projects, acme.enrolled), (1, (Month::of(START), 1)));
        assert!(acme.subscription.admits() && acme.trial_ends_at.is_none());
        let uses = reads.usage_by_project(tenant(1), Month::of(START)).await.unwrap();
        assert_eq!((uses.len(), uses[0].quantity), (1, 1));
        let bolt = reads.tenant(tenant(2)).await.unwrap().unwrap();
        assert_eq!((bolt.device_limit(), bolt.plan_limits), (Some(7), PlanLimits::default()));
        assert_eq!((bolt.live_projects, bolt.enrolled), (0, (Month::default(), 0)));
        drop(reads);
        store.close().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn letters_and_choices_made_before_subscriptions_were_told_are_kept() {
    for fixture in [Fixture::sqlite().await, Fixture::postgres().await] {
        let now = Micros(START.as_micros());
        let before = ALL.iter().position(|step| step.name == "subscription_letters").unwrap();
        migrate::run(&fixture.db, &ALL[..before], now).await.unwrap();
        run(&fixture, LETTERS).await.unwrap();
        let (clock, entropy) = (Arc::new(HandClock::standing_at(START)), Arc::new(Seeded::new(1)));
        let config = StoreConfig { db: fixture.config.clone(), clock, entropy };
        let store = Store::open(config).await.unwrap();

        let mut reads = store.reads().await.unwrap();
        let (tenant, user) = (TenantId::from_uuid(Uuid::from_u128(1)), UserId::from_uuid(Uuid::from_u128(1)));
        let chosen = reads.notification_choices(Some(tenant), user).await.unwrap();
        assert_eq!(chosen, [NotificationChoice { kind: NotificationKind::LimitNear, enabled: false }]);
        let all = NotificationFilter::default();
        let found = reads.notifications(TenantScope::All, &all, None, 10).await.unwrap().items;
        let found: Vec<_> =
            found.iter().map(|one| (one.id.uuid(), one.status, one.attempts, one.user)).collect();
        let id = Uuid::from_u128;
        let sent = (id(3), NotificationStatus::Sent, 1, None);
        let waiting = (id(2), NotificationStatus::Waiting, 0, Some(user));
        let failed = (id(1), NotificationStatus::Failed, 2, None);
        assert_eq!(found, [sent, waiting, failed], "{}", fixture.engine());
        drop(reads);
        let claimed = store.claim_notification(10).await.unwrap().unwrap();
        assert_eq!((claimed.id.uuid(), claimed.sealed), (id(2), vec![2; 32]));

        // The new kind is known, and no other.
        let choose = |kind: &str| {
            format!(
                "INSERT INTO notification_choices (tenant_id, user_id, kind, status, updated_at)
                VALUES ({{id 1}}, {{id 1}}, '{kind}', 'off', {{now}})"
            )
        };
        run(&fixture, &choose("subscription_changed")).await.unwrap();
        run(&fixture, &choose("invitation")).await.unwrap_err();
        store.close().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_plan_depends_on_how_many_rows_there_once_were() {
    static COUNTS: Sql =
        Sql::new("COUNTS", "SELECT count(*) FROM sqlite_schema WHERE tbl_name LIKE 'sqlite_stat%'");
    let fixture = Fixture::sqlite().await;
    let counts = async |db: &Db| -> i64 {
        db.read().await.unwrap().conn().one(&COUNTS, vals![], |row| row.get(0)).await.unwrap()
    };
    let now = Micros(START.as_micros());
    let before = ALL.iter().position(|step| step.name == "no_row_counts").unwrap();
    migrate::run(&fixture.db, &ALL[..before], now).await.unwrap();
    run(&fixture, "ANALYZE").await.unwrap();
    assert_ne!(counts(&fixture.db).await, 0);
    migrate::run(&fixture.db, ALL, now).await.unwrap();
    assert_eq!(counts(&fixture.db).await, 0);
    fixture.db.close().await.unwrap();
    let again = Db::open(&fixture.config).await.unwrap();
    assert_eq!(counts(&again).await, 0, "closing counts nothing");
}
