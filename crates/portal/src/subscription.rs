//! Use cases of tenants' subscriptions: change one, and end trials whose time is over.

use daybook_model::{
    TenantId, Timestamp,
    subscription::{Subscription, SubscriptionRefusal},
    tenant::{Tenant, check_reason},
};

use crate::{
    Context, Portal, PortalError, Result,
    change::Done,
    tenant::{expect_version, lock, lock_id, stored},
};

/// How many trials the sweeper ends in one sweep.
const SWEEP: u32 = 200;

impl From<SubscriptionRefusal> for PortalError {
    fn from(refusal: SubscriptionRefusal) -> Self {
        match refusal {
            SubscriptionRefusal::Invalid(invalid) => Self::Invalid(invalid),
            SubscriptionRefusal::NotAllowed => Self::Conflict {
                code: "SUBSCRIPTION_TRANSITION",
                detail: "a subscription in its present state cannot become this",
            },
        }
    }
}

impl Portal {
    /// Brings the subscription of a tenant into another state, or gives its trial another end. `version` is the tenant's that the caller
    /// has read, if it said so.
    pub async fn change_subscription(
        &self,
        context: &Context,
        slug: &str,
        (state, trial_ends_at): (Subscription, Option<Timestamp>),
        reason: Option<&str>,
        version: Option<i64>,
    ) -> Result<Tenant> {
        let reason = &check_reason(reason)?;
        self.change(context, |mut unit| async move {
            let tenant = lock(&mut unit, slug).await?;
            expect_version(tenant.version, version)?;
            let event = tenant.subscribe(state, trial_ends_at, reason.clone(), unit.now())?;
            let Some(event) = event else { return Ok(Done::Nothing(tenant)) };
            unit.record(event).await?;
            let tenant = stored(&mut unit, tenant.id).await?;
            Ok(Done::Commit(Box::new(unit), tenant))
        })
        .await
    }

    /// Ends trials whose time is over: a payment is due. Answers how many; any number of nodes may do this at once.
    pub async fn end_trials(&self) -> Result<usize> {
        let now = self.store().now();
        let due = self.store().reads().await?.trials_over(now, SWEEP).await?;
        let mut ended = 0;
        for tenant in due {
            ended += usize::from(self.end_trial(tenant).await?);
        }
        Ok(ended)
    }

    async fn end_trial(&self, tenant: TenantId) -> Result<bool> {
        self.change(&Context::system(), |mut unit| async move {
            let tenant = match lock_id(&mut unit, tenant).await {
                Err(PortalError::NotFound(_)) => return Ok(Done::Nothing(false)),
                found => found?,
            };
            let Some(event) = tenant.end_trial(unit.now()) else { return Ok(Done::Nothing(false)) };
            unit.record(event).await?;
            Ok(Done::Commit(Box::new(unit), true))
        })
        .await
    }
}
