//! Use cases of plans: create, edit, delete, see. A plan is locked before the tenants on it, so that what it allows and what they have
//! follow one another.

use daybook_model::{
    Invalid,
    plan::{Plan, PlanDraft, PlanEdit},
    text,
};
use daybook_store::{Cursor, Page, UnitOfWork};

use crate::{Context, Noun, Portal, PortalError, Result, change::Done, tenant::expect_version};

const EXISTS: PortalError = PortalError::Conflict {
    code: "PLAN_EXISTS",
    detail: "there is a plan of this name; choose a different one or edit it",
};
const IN_USE: PortalError = PortalError::Conflict {
    code: "PLAN_IN_USE",
    detail: "tenants are on this plan; move them to another one first",
};

impl Portal {
    /// Creates a plan.
    pub async fn create_plan(&self, context: &Context, draft: PlanDraft) -> Result<Plan> {
        let event = &draft.decide()?;
        self.change(context, |mut unit| async move {
            if unit.reads().plan(&event.name).await?.is_some() {
                return Err(EXISTS);
            }
            unit.record(event.clone()).await.map_err(|error| match error.taken() {
                Some(_) => EXISTS,
                None => error.into(),
            })?;
            let plan = stored(&mut unit, &event.name).await?;
            Ok(Done::Commit(Box::new(unit), plan))
        })
        .await
    }

    /// Edits a plan; what it allows holds for its tenants at once. What they have above a lowered limit stays, and nothing new comes.
    pub async fn update_plan(
        &self,
        context: &Context,
        name: &str,
        edit: PlanEdit,
        version: Option<i64>,
    ) -> Result<Plan> {
        let edit = &edit;
        self.change(context, |mut unit| async move {
            let plan = lock(&mut unit, name).await?;
            expect_version(plan.version, version)?;
            let Some(event) = plan.edit(edit)? else { return Ok(Done::Nothing(plan)) };
            unit.record(event).await?;
            let plan = stored(&mut unit, name).await?;
            Ok(Done::Commit(Box::new(unit), plan))
        })
        .await
    }

    /// Deletes a plan that no tenant is on.
    pub async fn delete_plan(&self, context: &Context, name: &str, version: Option<i64>) -> Result<()> {
        self.change(context, |mut unit| async move {
            let plan = lock(&mut unit, name).await?;
            expect_version(plan.version, version)?;
            if unit.reads().is_plan_in_use(name).await? {
                return Err(IN_USE);
            }
            unit.record(plan.delete()).await?;
            Ok(Done::Commit(Box::new(unit), ()))
        })
        .await
    }

    /// The plan with this name.
    pub async fn plan(&self, name: &str) -> Result<Plan> {
        let name = well_formed(name)?;
        self.store().reads().await?.plan(name).await?.ok_or(PortalError::NotFound(Noun::Plan))
    }

    /// A page of plans, by name.
    pub async fn plans(&self, after: Option<&Cursor>, limit: u32) -> Result<Page<Plan>> {
        Ok(self.store().reads().await?.plans(after, limit).await?)
    }
}

/// The name, if a plan can have it.
fn well_formed(name: &str) -> Result<&str> {
    text::plan(name).map(|_| name).map_err(|_| PortalError::NotFound(Noun::Plan))
}

async fn lock(unit: &mut UnitOfWork, name: &str) -> Result<Plan> {
    let name = well_formed(name)?;
    unit.locks().plan(name).await?.ok_or(PortalError::NotFound(Noun::Plan))
}

/// Refuses a plan that does not exist, and keeps it as it is until the unit ends. To be asked before the tenant is locked.
pub(crate) async fn expect(unit: &mut UnitOfWork, name: &str) -> Result<()> {
    let found = match well_formed(name) {
        Ok(name) => unit.locks().plan_to_join(name).await?,
        Err(_) => None,
    };
    let unknown = || Invalid::field("/plan", "UNKNOWN_PLAN", "must be the name of a plan").into();
    found.map(drop).ok_or_else(unknown)
}

async fn stored(unit: &mut UnitOfWork, name: &str) -> Result<Plan> {
    unit.reads().plan(name).await?.ok_or(PortalError::Broken("a plan that was just written is missing"))
}
