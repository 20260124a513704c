//! Personal values stand beside the log, never in it: what was written once for ever holds commitments only.

use daybook_model::{
    Actor, ActorType, ApiTokenId, Personal, Role, UserId,
    api_token::{ApiTokenDraft, ApiTokenSecret},
    change::Edit,
    event::{Origin, RequestInfo},
    project::{ProjectDraft, ProjectEdit},
    tenant::{TenantDraft, TenantEdit},
    user::{LinkSecret, UserDraft},
};
use uuid::Uuid;

use super::{
    usecases::{ONE_CODE, Order},
    world::{World, naive_root},
};
use crate::{Committed, Engine, Scope};

/// Stands in every personal value of these stories, and nowhere else.
const MARK: &str = "Zaphod";

fn marked(what: &str) -> String {
    format!("{MARK} {what}")
}

fn of_person(world: &World) -> Scope {
    let admin = UserId::new(&*world.clock, &*world.entropy);
    Scope {
        actor: Actor {
            kind: ActorType::Admin,
            id: Some(admin.uuid()),
            name: Some(marked("the actor").into()),
        },
        request: RequestInfo {
            id: None,
            ip: Some(marked("192.0.2.7").into()),
            user_agent: Some(marked("the browser").into()),
        },
        origin: Origin::Live,
    }
}

/// Something of every kind happens, and every personal field of it is marked.
async fn happen(world: &World) -> Committed {
    let email = format!("{MARK}@example.com");
    let draft =
        TenantDraft { name: "Acme".to_owned(), contact_email: Some(email.clone()), ..TenantDraft::default() };
    let id = daybook_model::TenantId::new(&*world.clock, &*world.entropy);
    let mut unit = world.begin_as(of_person(world)).await;
    unit.record(draft.decide(id, unit.now()).unwrap()).await.unwrap();
    let committed = unit.commit().await.unwrap();
    let tenant = world.tenant(id).await;
    let edit = TenantEdit { contact_email: Edit::Set(format!("2.{email}")), ..TenantEdit::default() };
    world.edit_tenant(id, edit).await.unwrap();
    world.suspend_tenant(id, Some(&marked("owes us"))).await.unwrap();
    world.resume_tenant(id, Some(&marked("paid us"))).await.unwrap();
    let draft = ProjectDraft {
        name: "Kiosk".to_owned(),
        client_name: marked("the client"),
        description: Some(marked("describes it")),
        ..ProjectDraft::default()
    };
    let project = world.draft_project(&tenant, draft).await;
    let edit = ProjectEdit {
        client_name: Some(marked("the other client")),
        description: Edit::Set(marked("describes it again")),
        ..ProjectEdit::default()
    };
    world.edit_project(&tenant, project.id, edit).await.unwrap();
    let label = marked("asked for these");
    let order = Order { project: Some(&project), count: 2, label: Some(&label), ..ONE_CODE };
    let codes = world.generate(&tenant, order).await;
    let device = world.enrol(&codes[0], &marked("owns the device")).await;
    world.activate(codes[0].id, &marked("owns the device"), None).await;
    world.revoke_device(device.id, Some(&marked("lost it"))).await.unwrap();
    world.revoke_code(codes[1].id, Some(&marked("told everybody"))).await.unwrap();
    let draft = ApiTokenDraft::of_platform(marked("deploys"), Role::Admin);
    let token = ApiTokenId::new(&*world.clock, &*world.entropy);
    let mut unit = world.begin_as(of_person(world)).await;
    unit.record_with(draft.decide(token, unit.now(), None).unwrap(), ApiTokenSecret([9; 32])).await.unwrap();
    unit.commit().await.unwrap();
    world.delete_tenant(id, Some(&marked("left us"))).await;
    committed
}

/// A table's rows as one text each; entries as the texts that they are.
async fn rows(world: &World, table: &str) -> Vec<String> {
    let columns = match world.engine() {
        Engine::Sqlite => format!("SELECT name FROM pragma_table_info('{table}')"),
        Engine::Postgres => format!(
            "SELECT attname::text FROM pg_attribute WHERE attrelid = '{table}'::regclass AND attnum > 0 AND NOT attisdropped"
        ),
    };
    let text = |column: &String| match world.engine() {
        Engine::Sqlite if column == "entry" => "CAST(entry AS TEXT)".to_owned(),
        Engine::Postgres if column == "entry" => "convert_from(entry, 'UTF8')".to_owned(),
        Engine::Sqlite => {
            format!("CASE typeof({column}) WHEN 'blob' THEN hex({column}) ELSE coalesce({column}, '') END")
        }
        Engine::Postgres => format!("coalesce({column}::text, '')"),
    };
    let texts: Vec<String> = world.column::<String>(&columns).await.iter().map(text).collect();
    world.column(&format!("SELECT {} FROM {table}", texts.join(" || '|' || "))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn no_personal_value_is_in_the_log() {
    for world in World::both().await {
        happen(&world).await;
        let mut anonymous = vec!["platform_events", "log_nodes", "log_state", "totals", "daily_counts"];
        if world.engine() == Engine::Postgres {
            assert_eq!(world.census().await["platform_events"], 0, "all of it is waiting");
            anonymous.push("outbox");
            assert!(
                rows(&world, "outbox").await.concat().contains("TENANT_CREATED"),
                "the search sees entries"
            );
            assert!(!rows(&world, "outbox").await.concat().contains(MARK), "{}", world.engine());
        }
        world.drain().await;
        let log = rows(&world, "platform_events").await;
        assert!(
            log.len() >= 16 && log.concat().contains("\"pii\":{\"actor.name\":"),
            "the search sees entries"
        );
        for table in anonymous {
            let found: Vec<String> =
                rows(&world, table).await.into_iter().filter(|row| row.contains(MARK)).collect();
            assert_eq!(found, [""; 0], "{}: {table}", world.engine());
        }
        let beside = rows(&world, "event_personal").await;
        for what in [
            "the actor",
            "192.0.2.7",
            "the browser",
            "owes us",
            "paid us",
            "the client",
            "describes it again",
            "asked for these",
            "owns the device",
            "owns the device of a person",
            "lost it",
            "told everybody",
            "deploys",
            "left us",
        ] {
            assert!(beside.iter().any(|row| row.contains(&marked(what))), "{}: {what}", world.engine());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_the_log_is_answered_with_the_values_beside_it() {
    for world in World::both().await {
        let committed = happen(&world).await;
        let event = world.event(committed.events[0]).await.event;
        assert_eq!(event.actor.name, Some(Personal::from(marked("the actor"))));
        assert_eq!(event.request.ip, Some(Personal::from(marked("192.0.2.7"))));
        assert_eq!(event.metadata().unwrap()["contact_email"], format!("{MARK}@example.com"));
        // One row for the actor, one for the tenant.
        let rows = format!("SELECT count(*) FROM event_personal WHERE fields LIKE '%{MARK}@example.com%'");
        assert_eq!(world.value::<i64>(&rows).await, 2, "its creation and its edit");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erased_value_leaves_the_event_and_the_root_as_they_are() {
    for world in World::both().await {
        happen(&world).await;
        let before = world.log().await;
        let root = world.status().await.root;
        world.behind("DELETE FROM event_personal").await;
        let after = world.log().await;
        assert_eq!(after.len(), before.len());
        for (whole, erased) in before.iter().zip(&after) {
            assert_eq!((&whole.entry, whole.seq), (&erased.entry, erased.seq));
            assert_eq!((&whole.title, &whole.description), (&erased.title, &erased.description));
            assert_eq!(whole.event.payload.event_type(), erased.event.payload.event_type());
        }
        let created = &after[0].event;
        assert_eq!(created.actor.name, Some(Personal::Erased));
        assert_eq!(created.request.user_agent, Some(Personal::Erased));
        assert_eq!(created.metadata().unwrap()["contact_email"], serde_json::Value::Null);
        assert_eq!(world.status().await.root, root);
        assert_eq!(naive_root(&after), root);
    }
}

/// Whether anything of the marked person is beside the log, and whether the reason to erase them is.
async fn beside(world: &World) -> (bool, bool) {
    let rows = rows(world, "event_personal").await.concat();
    (rows.contains(MARK), rows.contains("request 17"))
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_erased_is_gone_from_beside_the_log_and_so_is_what_comes_late() {
    for world in World::both().await {
        let id = UserId::new(&*world.clock, &*world.entropy);
        let draft = UserDraft {
            email: format!("{MARK}@example.com"),
            name: Some(marked("herself")),
            role: Role::Auditor,
        };
        let mut unit = world.begin().await;
        let invited = draft.decide(id, None, unit.now().plus_days(7)).unwrap();
        unit.record_with(invited, LinkSecret { id: Uuid::nil(), hash: [1; 32] }).await.unwrap();
        unit.commit().await.unwrap();
        assert_eq!(world.store.erase_late_values().await.unwrap(), 0, "nobody was erased yet");
        assert_eq!(beside(&world).await, (true, false));

        let mut unit = world.begin().await;
        let owners = unit.locks().owners().await.unwrap();
        let user = unit.locks().user(None, id).await.unwrap().unwrap();
        let extent = unit.reads().personal_extent(id).await.unwrap();
        let (removed, erased) = user.erase(None, owners, extent, Some("request 17".to_owned())).unwrap();
        unit.record(removed.unwrap()).await.unwrap();
        unit.record(erased).await.unwrap();
        unit.commit().await.unwrap();
        assert_eq!(beside(&world).await, (false, true), "why it was done stays");

        // As a unit of work that had begun before, in their name.
        let actor = Actor::user(id, false, Some(marked("herself").into()));
        let mut unit = world.begin_as(Scope { actor, ..Scope::system() }).await;
        let draft = TenantDraft { name: "Late".to_owned(), ..TenantDraft::default() };
        let tenant = daybook_model::TenantId::new(&*world.clock, &*world.entropy);
        unit.record(draft.decide(tenant, unit.now()).unwrap()).await.unwrap();
        unit.commit().await.unwrap();
        assert_eq!(beside(&world).await, (true, true));
        for _ in 0..2 {
            assert_eq!(world.store.erase_late_values().await.unwrap(), 1, "again, and nothing changes");
            assert_eq!(beside(&world).await, (false, true));
        }
        world.clock.pass_seconds(2 * 86_400);
        assert_eq!(world.store.erase_late_values().await.unwrap(), 0, "nothing comes so late");
        world.assert_clean().await;
    }
}
