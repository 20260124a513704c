//! What is written beside the log: secrets, telemetry, and first answers. Each with its own reason, none in an event.

use daybook_model::{
    ApiTokenId, DeviceId, Role, TenantId, UserId,
    api_token::{ApiTokenDraft, ApiTokenSecret},
    code::{CodeGenerated, CodeSecret},
    device::{DeviceTokenKind, DeviceTokenRotated, RotationCause},
    tenant::TenantDraft,
    user::UserRef,
};
use tokio::task::JoinSet;
use uuid::Uuid;

use super::{
    usecases::{ONE_CODE, Order, digest},
    world::World,
};
use crate::{
    ApiTokenListing, Engine, KeptAnswer, NewAnswer, Result, Seen, StoreError, TenantScope, Used,
    engine::EngineError,
};

const DAY: i64 = 86_400;

fn answer(caller: u128, key: u8, text: &str) -> NewAnswer {
    let answer = text.as_bytes().to_vec();
    NewAnswer { caller: Uuid::from_u128(caller), key_hash: [key; 32], request_hash: [key + 1; 32], answer }
}

/// Creates a tenant and keeps the answer to the request that asked for it.
async fn create_with_answer(world: &World, name: &str, answer: NewAnswer) -> Result<()> {
    let draft = TenantDraft { name: name.to_owned(), ..TenantDraft::default() };
    let mut unit = world.begin().await;
    unit.record(draft.decide(TenantId::new(&*world.clock, &*world.entropy), unit.now()).unwrap()).await?;
    unit.keep_answer(answer);
    unit.commit().await.map(drop)
}

async fn kept(world: &World, caller: u128, key: u8) -> Option<KeptAnswer> {
    let mut reads = world.store.reads().await.unwrap();
    reads.kept_answer(Uuid::from_u128(caller), [key; 32], world.store.now()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_answer_is_kept_with_its_change_or_not_at_all() {
    for world in World::both().await {
        create_with_answer(&world, "Acme", answer(1, 7, "created")).await.unwrap();
        let first = kept(&world, 1, 7).await.unwrap();
        assert_eq!((first.request_hash, first.answer.as_slice()), ([8; 32], b"created".as_slice()));
        assert!(kept(&world, 1, 8).await.is_none(), "another key");
        assert!(kept(&world, 2, 7).await.is_none(), "the same key of another caller");

        create_with_answer(&world, "Acme", answer(1, 9, "refused")).await.unwrap_err();
        assert!(kept(&world, 1, 9).await.is_none(), "its change failed");
        let mut unit = world.begin().await;
        unit.keep_answer(answer(1, 9, "of nothing"));
        assert!(matches!(unit.commit().await, Err(StoreError::EmptyUnit)));
        assert!(kept(&world, 1, 9).await.is_none(), "there was no change");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_requests_with_one_key_one_changes_something() {
    for world in World::both().await {
        create_with_answer(&world, "First", answer(1, 7, "first")).await.unwrap();
        world.drain().await;
        let before = world.census().await;
        let error = create_with_answer(&world, "Second", answer(1, 7, "second")).await.unwrap_err();
        assert_eq!(error.taken(), Some("idempotency_keys_pkey"), "{}", world.engine());
        world.drain().await;
        assert_eq!(world.census().await, before, "{}", world.engine());
        create_with_answer(&world, "Second", answer(2, 7, "second")).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_answer_is_kept_for_a_day() {
    for world in World::both().await {
        create_with_answer(&world, "First", answer(1, 7, "first")).await.unwrap();
        let caller = Uuid::from_u128(1);
        world.clock.pass_seconds(DAY - 1);
        assert!(kept(&world, 1, 7).await.is_some());
        world.store.forget_stale_answer(caller, [7; 32]).await.unwrap();
        world.store.forget_expired().await.unwrap();
        assert!(kept(&world, 1, 7).await.is_some(), "still within the day");

        world.clock.pass_seconds(1);
        assert!(kept(&world, 1, 7).await.is_none(), "a day later it is no answer, swept or not");
        assert_eq!(world.census().await["idempotency_keys"], 1);
        world.store.forget_stale_answer(caller, [8; 32]).await.unwrap();
        assert_eq!(world.census().await["idempotency_keys"], 1, "another key");
        world.store.forget_stale_answer(caller, [7; 32]).await.unwrap();
        assert_eq!(world.census().await["idempotency_keys"], 0);
        create_with_answer(&world, "Second", answer(1, 7, "second")).await.unwrap();
        world.clock.pass_seconds(DAY);
        world.store.forget_expired().await.unwrap();
        assert_eq!(world.census().await["idempotency_keys"], 0);
    }
}

async fn enrolled(world: &World, count: i64) -> Vec<(TenantId, DeviceId)> {
    let tenant = world.create_tenant("Acme").await;
    let code = world.generate_one(&tenant, Order { max_uses: count, ..ONE_CODE }).await;
    let mut devices = vec![];
    for number in 0..count {
        devices.push((tenant.id, world.enrol(&code, &format!("fp-{number}")).await.id));
    }
    devices
}

fn seen((tenant, device): (TenantId, DeviceId), seconds: i64, version: Option<&str>) -> Seen {
    let at = super::world::START.plus_seconds(seconds);
    Seen { tenant, device, at, app_version: version.map(str::to_owned) }
}

async fn last_seen(world: &World, (tenant, device): (TenantId, DeviceId)) -> (Option<i64>, Option<String>) {
    let mut reads = world.store.reads().await.unwrap();
    let listing = reads.device(TenantScope::Of(tenant), device).await.unwrap().unwrap();
    let seconds = listing.last_seen_at.map(|at| at.as_seconds() - super::world::START.as_seconds());
    (seconds, listing.app_version)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_heartbeat_never_replaces_a_newer_one() {
    for world in World::both().await {
        let devices = enrolled(&world, 2).await;
        let (one, other) = (devices[0], devices[1]);
        assert_eq!(last_seen(&world, one).await, (None, None));
        world.store.saw_devices(&[seen(one, 50, Some("1.0")), seen(other, 7, None)]).await.unwrap();
        assert_eq!(last_seen(&world, one).await, (Some(50), Some("1.0".to_owned())));
        assert_eq!(last_seen(&world, other).await, (Some(7), None));

        world.store.saw_devices(&[seen(one, 40, Some("0.9"))]).await.unwrap();
        assert_eq!(last_seen(&world, one).await, (Some(50), Some("1.0".to_owned())), "it came late");
        world.store.saw_devices(&[seen(one, 50, Some("2.0"))]).await.unwrap();
        assert_eq!(last_seen(&world, one).await, (Some(50), Some("1.0".to_owned())), "no later");
        world.store.saw_devices(&[seen(one, 60, None)]).await.unwrap();
        assert_eq!(
            last_seen(&world, one).await,
            (Some(60), Some("1.0".to_owned())),
            "it did not say what it runs"
        );
        let twice = [seen(one, 80, Some("3.0")), seen(one, 70, Some("2.5"))];
        world.store.saw_devices(&twice).await.unwrap();
        assert_eq!(last_seen(&world, one).await, (Some(80), Some("3.0".to_owned())));
        world.store.saw_devices(&[]).await.unwrap();
        world.assert_clean().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_of_heartbeats_is_written_wholly_or_not_at_all() {
    for world in World::both().await {
        let devices = enrolled(&world, 1).await;
        let stranger = (devices[0].0, DeviceId::new(&*world.clock, &*world.entropy));
        let batch = [seen(devices[0], 50, None), seen(stranger, 50, None)];
        let error = world.store.saw_devices(&batch).await.unwrap_err();
        let expected = EngineError::ForeignKey { statement: "SAW_DEVICE" };
        assert!(matches!(&error, StoreError::Engine(found) if *found == expected), "{error}");
        assert_eq!(last_seen(&world, devices[0]).await, (None, None));
        assert_eq!(world.status().await.size + world.status().await.pending, world.log().await.len() as u64);
    }
}

/// Two batches that lock the same rows in opposite orders would wait for each other.
#[tokio::test(flavor = "multi_thread")]
async fn batches_of_several_nodes_do_not_stand_in_each_other_s_way() {
    let world = World::on(Engine::Postgres, 1).await;
    let devices = enrolled(&world, 60).await;
    world
        .store
        .saw_devices(&devices.iter().map(|device| seen(*device, 0, None)).collect::<Vec<_>>())
        .await
        .unwrap();
    let mut nodes = JoinSet::new();
    for node in 0..8 {
        let store = world.neighbour().await;
        let mut devices = devices.clone();
        if node % 2 == 1 {
            devices.reverse();
        }
        nodes.spawn(async move {
            for round in 1..=10 {
                let batch: Vec<Seen> =
                    devices.iter().map(|device| seen(*device, 10 * round + node, None)).collect();
                store.saw_devices(&batch).await?;
            }
            Ok(())
        });
    }
    let outcomes: Vec<Result<()>> = nodes.join_all().await;
    let failed: Vec<String> =
        outcomes.into_iter().filter_map(Result::err).map(|error| error.to_string()).collect();
    assert_eq!(failed, [""; 0]);
    for device in devices {
        assert_eq!(last_seen(&world, device).await, (Some(107), None), "the latest of all");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_found_by_its_digest_alone_and_no_two_share_one() {
    for world in World::both().await {
        let tenant = world.create_tenant("Acme").await;
        let code = world.generate_one(&tenant, ONE_CODE).await;
        let mut unit = world.begin().await;
        let (found, owner) = unit.locks().code_with_tenant(digest(code.id)).await.unwrap().unwrap();
        assert_eq!((found, owner.id), (code.clone(), tenant.id));
        assert_eq!(unit.locks().code_with_tenant([0; 32]).await.unwrap(), None);
        drop(unit);
        assert_eq!(world.store.reads().await.unwrap().code_key_ids().await.unwrap(), ["2026"]);

        let twin = CodeGenerated {
            code: daybook_model::code::CodeRef {
                id: daybook_model::CodeId::new(&*world.clock, &*world.entropy),
                hint: "TWIN0".to_owned(),
            },
            tenant: tenant.to_ref(),
            project: None,
            batch: daybook_model::code::Batch {
                id: daybook_model::BatchId::new(&*world.clock, &*world.entropy),
                position: 1,
                count: 1,
            },
            max_uses: 1,
            expires_at: None,
            label: None,
        };
        let secret = CodeSecret { digest: digest(code.id), key_id: "2027".to_owned() };
        let mut unit = world.begin().await;
        let error = unit.record_with(twin, secret).await.unwrap_err();
        assert_eq!(error.taken(), Some("code_secrets_digest"), "{}", world.engine());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn new_tokens_of_a_device_end_those_before() {
    for world in World::both().await {
        let (tenant, id) = enrolled(&world, 1).await[0];
        let owner = world.tenant(tenant).await;
        let now = world.store.now();
        let first = world.tokens(now).issued[0].1;
        assert!(
            world.store.reads().await.unwrap().device_token(first).await.unwrap().is_none(),
            "never issued"
        );
        let ids: Vec<Uuid> = world.column("SELECT id FROM device_tokens ORDER BY kind").await;
        assert_eq!(ids.len(), 2, "an access and a refresh token");

        world.clock.pass_seconds(3_600);
        let mut tokens = world.tokens(world.store.now());
        tokens.previous_end_at = world.store.now().plus_seconds(60);
        let (kind, new, hash, expires_at) = tokens.issued[0];
        let event = DeviceTokenRotated {
            tenant: owner.to_ref(),
            project: None,
            device: world.device(id).await.to_ref(),
            cause: RotationCause::Refreshed,
        };
        let mut unit = world.begin().await;
        unit.record_with(event, tokens).await.unwrap();
        unit.commit().await.unwrap();

        let mut reads = world.store.reads().await.unwrap();
        let issued = reads.device_token(new).await.unwrap().unwrap();
        assert_eq!((issued.tenant, issued.device, issued.kind), (tenant, id, kind));
        assert_eq!((issued.hash, issued.expires_at, kind), (hash, expires_at, DeviceTokenKind::Access));
        for before in ids {
            let ended = reads.device_token(before).await.unwrap().unwrap().expires_at;
            assert_eq!(ended, world.store.now().plus_seconds(60), "in a minute, not at its own time");
        }
        world.clock.pass_seconds(9 * DAY);
        world.store.forget_expired().await.unwrap();
        assert_eq!(world.census().await["device_tokens"], 1, "the refresh token lives for 180 days");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_api_token_s_secret_is_kept_as_a_hash_beside_it() {
    for world in World::both().await {
        let id = ApiTokenId::new(&*world.clock, &*world.entropy);
        let draft = ApiTokenDraft {
            expires_in_days: Some(3),
            scopes: Some(vec!["log:read".to_owned()]),
            ..ApiTokenDraft::of_platform("deploy", Role::Auditor)
        };
        let event = draft.decide(id, world.store.now(), None).unwrap();
        let mut unit = world.begin().await;
        unit.record_with(event, ApiTokenSecret([5; 32])).await.unwrap();
        unit.commit().await.unwrap();
        let mut reads = world.store.reads().await.unwrap();
        assert_eq!(reads.api_token_hash(id).await.unwrap(), Some([5; 32]));
        let row = reads.api_token(id).await.unwrap().unwrap();
        assert_eq!((row.hash, row.token.role, row.token.revoked_at), ([5; 32], Role::Auditor, None));
        assert_eq!(row.token.scopes, "log:read".parse().ok());
        assert_eq!((row.token.tenant, row.token.user), (None, None));

        let revoked = row.token.revoke(None).unwrap();
        world.record(revoked.clone()).await.unwrap();
        let row = world.store.reads().await.unwrap().api_token(id).await.unwrap().unwrap();
        assert_eq!(row.token.revoked_at, Some(world.store.now()));
        assert!(world.record(revoked).await.unwrap_err().is_stale());
    }
}

/// A token of this draft, recorded.
async fn issue(world: &World, draft: ApiTokenDraft) -> ApiTokenId {
    let id = ApiTokenId::new(&*world.clock, &*world.entropy);
    let event = draft.decide(id, world.store.now(), None).unwrap();
    let mut unit = world.begin().await;
    unit.record_with(event, ApiTokenSecret([6; 32])).await.unwrap();
    unit.commit().await.unwrap();
    id
}

async fn listed(world: &World, scope: TenantScope) -> Vec<ApiTokenListing> {
    world.store.reads().await.unwrap().api_tokens(scope, None, 10).await.unwrap().items
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_a_tenant_s_user_names_both_and_is_listed_with_its_tenant_s() {
    for world in World::both().await {
        let tenant = world.create_tenant("Acme").await;
        issue(&world, ApiTokenDraft::of_platform("deploy", Role::Admin)).await;
        let user = UserId::new(&*world.clock, &*world.entropy);
        let draft = ApiTokenDraft {
            tenant: Some(tenant.to_ref()),
            user: Some(UserRef { id: user, name: None }),
            ..ApiTokenDraft::of_platform("sync", Role::TenantAdmin)
        };
        let id = issue(&world, draft).await;
        assert_eq!(listed(&world, TenantScope::All).await.len(), 2);
        let of_tenant = listed(&world, TenantScope::Of(tenant.id)).await;
        assert_eq!(of_tenant.iter().map(|row| row.token.id).collect::<Vec<_>>(), [id]);
        let token = &of_tenant[0].token;
        assert_eq!((token.tenant, token.user, token.role), (Some(tenant.id), Some(user), Role::TenantAdmin));
        world.record(token.revoke(Some(tenant.to_ref())).unwrap()).await.unwrap();
        world.drain().await;
        world.assert_clean().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_s_role_is_one_of_where_it_acts() {
    for world in World::both().await {
        let tenant = world.create_tenant("Acme").await;
        issue(&world, ApiTokenDraft::of_platform("deploy", Role::Admin)).await;
        let sync = ApiTokenDraft {
            tenant: Some(tenant.to_ref()),
            ..ApiTokenDraft::of_platform("sync", Role::TenantMember)
        };
        issue(&world, sync).await;
        for (script, check) in [
            ("UPDATE api_tokens SET role = 'tenant_admin' WHERE role = 'admin'", "api_tokens_side"),
            ("UPDATE api_tokens SET role = 'owner' WHERE role = 'tenant_member'", "api_tokens_side"),
            ("UPDATE api_tokens SET role = 'everybody' WHERE role = 'tenant_member'", "api_tokens_role"),
            ("UPDATE api_tokens SET scopes = ''", "api_tokens_scopes"),
        ] {
            let refused = world.try_behind(script).await.unwrap_err();
            assert!(refused.to_string().contains(check), "{}: {script}: {refused}", world.engine());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_use_of_a_token_never_replaces_a_newer_one() {
    for world in World::both().await {
        let one = issue(&world, ApiTokenDraft::of_platform("one", Role::Admin)).await;
        let other = issue(&world, ApiTokenDraft::of_platform("other", Role::Admin)).await;
        let used = |token, seconds| Used { token, at: super::world::START.plus_seconds(seconds) };
        let world = &world;
        let last_used = async |token| {
            let rows = listed(world, TenantScope::All).await;
            let at = rows.iter().find(|row| row.token.id == token).unwrap().last_used_at?;
            Some(at.as_seconds() - super::world::START.as_seconds())
        };
        assert_eq!((last_used(one).await, last_used(other).await), (None, None));
        world.store.used_api_tokens(&[used(other, 7), used(one, 50)]).await.unwrap();
        world.store.used_api_tokens(&[used(one, 40)]).await.unwrap();
        assert_eq!((last_used(one).await, last_used(other).await), (Some(50), Some(7)), "one came late");
        world.store.used_api_tokens(&[used(one, 80), used(one, 60)]).await.unwrap();
        assert_eq!(last_used(one).await, Some(80));
        let stranger = ApiTokenId::new(&*world.clock, &*world.entropy);
        world.store.used_api_tokens(&[used(one, 90), used(stranger, 90)]).await.unwrap_err();
        assert_eq!(last_used(one).await, Some(80), "a batch is written wholly or not at all");
        world.store.used_api_tokens(&[]).await.unwrap();
    }
}
