//! Use cases of enrolled devices: refresh, heartbeat, validate; and of their operators: list, revoke.

use daybook_model::{
    Actor, DeviceId,
    device::{DeviceTokenKind, DeviceTokenRotated, RotationCause},
    invalid::Checker,
    project::ProjectRef,
    tenant::{Tenant, check_reason},
    text,
};
use daybook_store::{Cursor, DeviceFilter, DeviceListing, Page, Seen, TenantScope, UnitOfWork};

use crate::{
    Context, DeviceIdentity, DeviceTokenState, Enrolment, Noun, Portal, PortalError, Result, change::Done,
    tenant::lock_id,
};

/// How long the tokens before a refresh stay valid, so that an answer that got lost does no harm: one minute.
const OVERLAP_SECONDS: i64 = 60;

impl Portal {
    /// Exchanges a refresh token for a new grant. The old tokens stay valid for a minute.
    pub async fn refresh_device(&self, context: &Context, refresh_token: &str) -> Result<Enrolment> {
        let (state, _) = self.device_token_state(context, refresh_token, DeviceTokenKind::Refresh).await?;
        let DeviceTokenState::Valid(identity) = state else { return Err(PortalError::Unauthenticated) };
        // Also whose Idempotency-Key it is: under a key that two devices chose, each sees its own tokens alone.
        let context = &Context { actor: Actor::device(Some(identity.device)), ..context.clone() };
        self.change(context, |mut unit| async move {
            let ended = || PortalError::Unauthenticated;
            let tenant = lock_id(&mut unit, identity.tenant).await.map_err(|_| ended())?;
            let device = unit.locks().device(tenant.id, identity.device).await?.ok_or_else(ended)?;
            if device.status != daybook_model::device::DeviceStatus::Active {
                return Err(ended());
            }
            let project = project_ref(&mut unit, &tenant, device.project).await?;
            let (grant, tokens) = self.grant(unit.now(), unit.now().plus_seconds(OVERLAP_SECONDS));
            let event = DeviceTokenRotated {
                tenant: tenant.to_ref(),
                project,
                device: device.to_ref(),
                cause: RotationCause::Refreshed,
            };
            unit.record_with(event, tokens).await?;
            let enrolment = self.enrolment(&tenant, device, grant, unit.now());
            Ok(Done::Commit(Box::new(unit), enrolment))
        })
        .await
    }

    /// Notes that a device was heard. Written in batches by a worker, outside the log.
    pub fn heartbeat(&self, identity: &DeviceIdentity, app_version: Option<&str>) -> Result<()> {
        let mut check = Checker::default();
        let app_version = check.take_opt("/app_version", app_version.map(|version| text::line(version, 60)));
        let app_version = check.finish(Some(app_version))?;
        let at = self.store().now();
        let seen = Seen { tenant: identity.tenant, device: identity.device, at, app_version };
        self.inner.heartbeats.add(seen.device, at, seen);
        Ok(())
    }

    /// Writes the heartbeats that wait. What cannot be written is kept for the next time.
    pub async fn flush_heartbeats(&self) -> Result<usize> {
        let batch = self.inner.heartbeats.take();
        if batch.is_empty() {
            return Ok(0);
        }
        if let Err(error) = self.store().saw_devices(&batch).await {
            for seen in batch {
                self.inner.heartbeats.add(seen.device, seen.at, seen);
            }
            return Err(error.into());
        }
        Ok(batch.len())
    }

    /// What an access token is worth now.
    pub async fn validate_device(&self, context: &Context, token: &str) -> Result<DeviceTokenState> {
        Ok(self.device_token_state(context, token, DeviceTokenKind::Access).await?.0)
    }

    /// Revokes a device: its tokens end. Revoking it again changes nothing and records nothing.
    pub async fn revoke_device(
        &self,
        context: &Context,
        scope: TenantScope,
        id: DeviceId,
        reason: Option<&str>,
    ) -> Result<DeviceListing> {
        let reason = &check_reason(reason)?;
        self.change(context, |mut unit| async move {
            let missing = || PortalError::NotFound(Noun::Device);
            let found = unit.reads().device(scope, id).await?.ok_or_else(missing)?;
            // A device of a deleted tenant is revoked already: there is nothing to lock.
            let Ok(tenant) = lock_id(&mut unit, found.device.tenant).await else {
                return Ok(Done::Nothing(()));
            };
            let device = unit.locks().device(tenant.id, id).await?.ok_or_else(missing)?;
            let project = project_ref(&mut unit, &tenant, device.project).await?;
            let Some(event) = device.revoke(tenant.to_ref(), project, reason.clone()) else {
                return Ok(Done::Nothing(()));
            };
            unit.record(event).await?;
            Ok(Done::Commit(Box::new(unit), ()))
        })
        .await?;
        self.device(scope, id).await
    }

    /// The device with this id.
    pub async fn device(&self, scope: TenantScope, id: DeviceId) -> Result<DeviceListing> {
        self.store().reads().await?.device(scope, id).await?.ok_or(PortalError::NotFound(Noun::Device))
    }

    /// A page of devices, latest first.
    pub async fn devices(
        &self,
        scope: TenantScope,
        filter: &DeviceFilter,
        after: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<DeviceListing>> {
        Ok(self.store().reads().await?.devices(scope, filter, after, limit).await?)
    }
}

async fn project_ref(
    unit: &mut UnitOfWork,
    tenant: &Tenant,
    project: Option<daybook_model::ProjectId>,
) -> Result<Option<ProjectRef>> {
    let Some(id) = project else { return Ok(None) };
    Ok(unit.locks().project(tenant.id, id).await?.map(|project| project.to_ref()))
}
