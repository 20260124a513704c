//! Use cases of API tokens: issue (shown once), list, revoke.

use daybook_model::{
    ApiTokenId, Rights, UserId,
    api_token::{ApiToken, ApiTokenDraft, ApiTokenSecret},
    tenant::TenantRef,
    token::{BearerToken, TokenKind},
};
use daybook_store::{ApiTokenListing, Cursor, Page, TenantScope, UnitOfWork};
use serde::{Deserialize, Serialize};

use crate::{Context, Noun, Portal, PortalError, Result, change::Done, tenant::lock_id};

/// A token as it is shown once.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct IssuedToken {
    /// What is known of it from now on.
    pub token: ApiToken,
    /// The token itself.
    pub secret: String,
}

impl Portal {
    /// Issues a token. `ceiling` is what whoever asks may do; only Daybook itself asks without one.
    pub async fn issue_api_token(
        &self,
        context: &Context,
        draft: ApiTokenDraft,
        ceiling: Option<&Rights>,
    ) -> Result<IssuedToken> {
        let draft = &draft;
        self.change(context, |mut unit| async move {
            let id = ApiTokenId::new(self.store().clock(), self.store().entropy());
            let mut draft = draft.clone();
            if let Some(tenant) = &draft.tenant {
                draft.tenant = Some(lock_id(&mut unit, tenant.id).await?.to_ref());
            }
            let event = draft.decide(id, unit.now(), ceiling)?;
            let bearer = BearerToken::generate(TokenKind::Api, id.uuid(), self.store().entropy());
            let token = ApiToken {
                id,
                tenant: event.tenant.as_ref().map(|tenant| tenant.id),
                user: event.user.as_ref().map(|user| user.id),
                name: event.api_token.name.clone(),
                role: event.role,
                scopes: event.scopes.clone(),
                created_at: unit.now(),
                expires_at: event.expires_at,
                revoked_at: None,
            };
            unit.record_with(event, ApiTokenSecret(bearer.hash())).await?;
            Ok(Done::Commit(Box::new(unit), IssuedToken { token, secret: bearer.reveal() }))
        })
        .await
    }

    /// Revokes a token, unless it belongs to somebody else than `scope`; revoking it again changes nothing.
    pub async fn revoke_api_token(
        &self,
        context: &Context,
        scope: TenantScope,
        id: ApiTokenId,
    ) -> Result<()> {
        let missing = || PortalError::NotFound(Noun::ApiToken);
        self.change(context, |mut unit| async move {
            let found = unit.reads().api_token(id).await?.ok_or_else(missing)?.token;
            // The tenant comes first in the order of locks; a deleted one is still named.
            let tenant = match found.tenant {
                Some(tenant) => unit.locks().tenant(tenant).await?.map(|tenant| tenant.to_ref()),
                None => None,
            };
            let token = unit.locks().api_token(id).await?.filter(|token| is_within(scope, token));
            let Some(event) = token.ok_or_else(missing)?.revoke(tenant) else { return Ok(Done::Nothing(())) };
            unit.record(event).await?;
            Ok(Done::Commit(Box::new(unit), ()))
        })
        .await
    }

    /// The token with this id, unless it belongs to somebody else than `scope`.
    pub async fn api_token(&self, scope: TenantScope, id: ApiTokenId) -> Result<ApiToken> {
        let found = self.store().reads().await?.api_token(id).await?.map(|row| row.token);
        found.filter(|token| is_within(scope, token)).ok_or(PortalError::NotFound(Noun::ApiToken))
    }

    /// A page of tokens, latest first.
    pub async fn api_tokens(
        &self,
        scope: TenantScope,
        after: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<ApiTokenListing>> {
        Ok(self.store().reads().await?.api_tokens(scope, after, limit).await?)
    }

    /// Writes when tokens were last used. What cannot be written is kept for the next time.
    pub async fn flush_token_uses(&self) -> Result<usize> {
        let batch = self.inner.token_uses.take();
        if batch.is_empty() {
            return Ok(0);
        }
        if let Err(error) = self.store().used_api_tokens(&batch).await {
            for used in batch {
                self.inner.token_uses.add(used.token, used.at, used);
            }
            return Err(error.into());
        }
        Ok(batch.len())
    }
}

/// Revokes those tokens of a user that may do more than `left` allows; all of them if nothing is left. The unit has locked the user.
/// Answers with how many.
pub(crate) async fn revoke_tokens_beyond(
    unit: &mut UnitOfWork,
    user: UserId,
    tenant: Option<&TenantRef>,
    left: Option<&Rights>,
) -> Result<usize> {
    let mut revoked = 0;
    for token in unit.locks().api_tokens_of(user).await? {
        let stays = left.is_some_and(|left| left.cover(&token.rights()));
        if let Some(event) = token.revoke(tenant.cloned()).filter(|_| !stays) {
            unit.record(event).await?;
            revoked += 1;
        }
    }
    Ok(revoked)
}

fn is_within(scope: TenantScope, token: &ApiToken) -> bool {
    match scope {
        TenantScope::All => true,
        TenantScope::Of(tenant) => token.tenant == Some(tenant),
    }
}
