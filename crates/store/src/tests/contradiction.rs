//! An event that says what is not so is refused where its change is made. It must never reach the log: a log whose totals would
//! fall below zero cannot be continued, and on PostgreSQL that would be noticed only after the commit, by the sequencer.

use std::fmt::Debug;

use daybook_model::{
    Event,
    code::{Code, CodeActivated, CodeStatus},
    device::Device,
    event::NoSecret,
    project::{Project, ProjectEdit, ProjectStatus},
    tenant::{Tenant, TenantEdit, TenantStatus},
};

use super::{
    usecases::{ONE_CODE, Order},
    world::World,
};

/// A tenant with an active project, an unbound code that will expire, a used code, and the device that used it.
struct Story {
    world: World,
    tenant: Tenant,
    project: Project,
    unbound: Code,
    used: Code,
    device: Device,
}

impl Story {
    async fn on_both() -> Vec<Story> {
        let mut stories = vec![];
        for world in World::both().await {
            let tenant = world.create_tenant("Acme").await;
            let project = world.create_project(&tenant, "Kiosk").await;
            let order = Order { expires_at: Some(world.store.now().plus_days(1)), ..ONE_CODE };
            let unbound = world.generate_one(&tenant, order).await;
            let used = world.generate_one(&tenant, ONE_CODE).await;
            let device = world.enrol(&used, "fp").await;
            let (tenant, used) = (world.tenant(tenant.id).await, world.code(used.id).await);
            world.drain().await;
            stories.push(Story { world, tenant, project, unbound, used, device });
        }
        stories
    }

    async fn refuses(&self, event: impl Event<Secret = NoSecret> + Debug) {
        let before = self.world.census().await;
        let shown = format!("{}: {event:?}", self.world.engine());
        let mut unit = self.world.begin().await;
        let refused = unit.record(event).await.err();
        assert!(refused.is_some_and(|error| error.is_stale()), "{shown}");
        drop(unit);
        self.world.drain().await;
        assert_eq!(self.world.census().await, before, "{shown}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_is_deleted_as_it_is_or_not_at_all() {
    for story in Story::on_both().await {
        let closed = story.world.store.reads().await.unwrap().tenant_impact(story.tenant.id).await.unwrap();
        let right = story.tenant.delete(closed, None);
        let mut wrong = right.clone();
        wrong.plan = "enterprise".to_owned();
        story.refuses(wrong).await;
        for was in [TenantStatus::Suspended, TenantStatus::Deleted] {
            story.refuses(daybook_model::tenant::TenantDeleted { was, ..right.clone() }).await;
        }
        let mut wrong = right.clone();
        (wrong.closed.projects_active, wrong.closed.projects_inactive) = (0, 1);
        story.refuses(wrong).await;
        let mut wrong = right.clone();
        wrong.closed.codes_active += 1;
        story.refuses(wrong).await;
        let mut wrong = right.clone();
        wrong.closed.devices_active = 0;
        story.refuses(wrong).await;
        let mut wrong = right.clone();
        wrong.version += 1;
        story.refuses(wrong).await;

        story.world.record(right.clone()).await.unwrap();
        story.world.drain().await;
        story.refuses(right).await;
        // The used code of a deleted tenant no longer counts for its project, so it must not be taken from its total.
        story.refuses(story.used.revoke(story.tenant.to_ref(), None, None).unwrap()).await;
        story.world.assert_clean().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_leaves_the_value_that_was_there() {
    for story in Story::on_both().await {
        let edit = TenantEdit { plan: Some("pro".to_owned()), ..TenantEdit::default() };
        let mut wrong = story.tenant.edit(&edit).unwrap().unwrap();
        wrong.changes.plan.as_mut().unwrap().before = "enterprise".to_owned();
        story.refuses(wrong).await;
        let edit = ProjectEdit { is_active: Some(false), ..ProjectEdit::default() };
        let mut wrong = story.project.edit(story.tenant.to_ref(), &edit).unwrap().unwrap();
        wrong.changes.status.as_mut().unwrap().before = ProjectStatus::Inactive;
        story.refuses(wrong).await;
        let right =
            story.project.delete(story.tenant.to_ref(), daybook_model::project::ProjectImpact::default());
        story.refuses(daybook_model::project::ProjectDeleted { was: ProjectStatus::Inactive, ..right }).await;
        story.world.assert_clean().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_and_devices_end_in_the_state_and_project_that_they_are_in() {
    for story in Story::on_both().await {
        let owner = || story.tenant.to_ref();
        let elsewhere = || Some(story.project.to_ref());
        story.refuses(story.used.revoke(owner(), elsewhere(), None).unwrap()).await;
        for was in [CodeStatus::Active, CodeStatus::Expired, CodeStatus::Revoked] {
            let right = story.used.revoke(owner(), None, None).unwrap();
            story.refuses(daybook_model::code::CodeRevoked { was, ..right }).await;
        }
        story.refuses(story.device.revoke(owner(), elsewhere(), None).unwrap()).await;
        let later = story.world.store.now().plus_days(2);
        story.refuses(story.unbound.expire(owner(), elsewhere(), later).unwrap()).await;
        let right = story.unbound.assign(owner(), story.project.to_ref()).unwrap().unwrap();
        for status in [CodeStatus::Used, CodeStatus::Expired, CodeStatus::Revoked] {
            story.refuses(daybook_model::code::CodeAssigned { status, ..right.clone() }).await;
        }
        let right = CodeActivated {
            tenant: owner(),
            project: None,
            code: story.unbound.to_ref(),
            device: story.device.to_ref(),
            use_number: 1,
            max_uses: 1,
        };
        story.refuses(CodeActivated { project: elsewhere(), ..right.clone() }).await;
        story.refuses(CodeActivated { use_number: 2, ..right.clone() }).await;
        story.refuses(CodeActivated { max_uses: 2, ..right.clone() }).await;
        story.refuses(CodeActivated { code: story.used.to_ref(), ..right }).await;
        story.world.assert_clean().await;
    }
}
