//! Erasing a person: their values go, everywhere, and the log stays as it is. Must not decide who may ask for it.

use daybook_model::{
    Actor, ActorType, ApiTokenId, UserId,
    tenant::{Tenant, check_reason},
};
use daybook_store::{Engine, Scrubbed, UnitOfWork};
use serde::{Deserialize, Serialize};

use crate::{
    Authority, Context, Noun, Portal, PortalError, Result,
    change::Done,
    user::{Locked, end_with_user, expect_authority},
};

/// What was erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erasure {
    /// In how many events personal values were erased.
    pub events: i64,
    /// The first of them that has its number.
    pub first_seq: Option<i64>,
    /// The last.
    pub last_seq: Option<i64>,
    /// How many API tokens of theirs were revoked with it.
    pub tokens: usize,
}

impl Portal {
    /// Erases the personal values of a user, with their salts: beside the log, in the user, their factors, sessions and API tokens. A
    /// user who is still there is removed first. Nothing of it can be undone.
    pub async fn erase_user(
        &self,
        context: &Context,
        authority: Authority,
        id: UserId,
        reason: Option<&str>,
    ) -> Result<Erasure> {
        let reason = &check_reason(reason)?;
        let context = &self.without_traces_of(context, id).await?;
        self.change(context, |mut unit| async move {
            let locked = lock(&mut unit, authority, id).await?;
            let extent = unit.reads().personal_extent(id).await?;
            let (removed, erased) =
                locked.user.erase(locked.tenant_ref(), locked.owners, extent, reason.clone())?;
            let mut tokens = 0;
            if let Some(removed) = removed {
                tokens = end_with_user(&mut unit, &locked).await?;
                unit.record(removed).await?;
            }
            unit.record(erased).await?;
            let (events, first_seq, last_seq) = (extent.events, extent.first_seq, extent.last_seq);
            Ok(Done::Commit(Box::new(unit), Erasure { events, first_seq, last_seq, tokens }))
        })
        .await
    }

    /// Whoever erases themselves leaves no name, address or browser in the events that do it.
    async fn without_traces_of(&self, context: &Context, id: UserId) -> Result<Context> {
        let mut context = context.clone();
        let is_own = match (context.actor.kind, context.actor.id) {
            (ActorType::Admin | ActorType::Tenant, Some(actor)) => actor == id.uuid(),
            (ActorType::ApiToken, Some(actor)) => {
                let token = self.store().reads().await?.api_token(ApiTokenId::from_uuid(actor)).await?;
                token.is_some_and(|row| row.token.user == Some(id))
            }
            _ => false,
        };
        if is_own {
            context.actor = Actor { name: None, ..context.actor };
            (context.request.ip, context.request.user_agent) = (None, None);
        }
        Ok(context)
    }

    /// Takes the bytes of what was erased away as far as requests can wait for it; whether nothing of it is left in the database's
    /// files. On PostgreSQL that is `daybook erase`'s work.
    pub async fn scrub_in_passing(&self) -> bool {
        match self.store().scrub_in_passing().await {
            Ok(Scrubbed { left }) => {
                if !left.is_empty() && self.store().engine() == Engine::Sqlite {
                    tracing::warn!(?left, "what was erased may still lie in the database's files");
                }
                left.is_empty()
            }
            Err(error) => {
                tracing::warn!(%error, "what was erased may still lie in the database's files");
                false
            }
        }
    }

    /// Erases again what units of work that had begun before an erasure have committed after it, and forgets the events in memory while
    /// there may be such: another node may have erased them. Answers with how many people were looked after.
    pub async fn erase_late_values(&self) -> Result<usize> {
        let people = self.store().erase_late_values().await?;
        if people > 0 {
            self.inner.tail.forget().await;
        }
        Ok(people)
    }
}

/// Locks what erasing a user depends on, in the order of all changes. Unlike other changes, people of a deleted tenant can be erased.
async fn lock(unit: &mut UnitOfWork, authority: Authority, id: UserId) -> Result<Locked> {
    let missing = || PortalError::NotFound(Noun::User);
    let found = unit.reads().user(authority.scope, id).await?.ok_or_else(missing)?.user;
    expect_authority(authority, found.tenant)?;
    let (tenant, owners): (Option<Tenant>, _) = match found.tenant {
        Some(tenant) => (unit.locks().tenant(tenant).await?, unit.reads().owners().await?),
        None => (None, unit.locks().owners().await?),
    };
    let user = unit.locks().user(found.tenant, id).await?.ok_or_else(missing)?;
    Ok(Locked { tenant, owners, user })
}
