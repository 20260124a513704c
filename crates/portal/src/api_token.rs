//! Use cases of API tokens: issue (shown once), list, revoke.

use daybook_model::{
    ApiTokenId,
    api_token::{ApiToken, ApiTokenDraft, ApiTokenSecret},
    token::{BearerToken, TokenKind},
};
use daybook_store::{Cursor, Page};
use serde::{Deserialize, Serialize};

use crate::{Context, Noun, Portal, PortalError, Result, change::Done};

/// A token as it is shown once.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct IssuedToken {
    /// What is known of it from now on.
    pub token: ApiToken,
    /// The token itself.
    pub secret: String,
}

impl Portal {
    /// Issues a token.
    pub async fn issue_api_token(&self, context: &Context, draft: ApiTokenDraft) -> Result<IssuedToken> {
        let draft = &draft;
        self.change(context, |mut unit| async move {
            let id = ApiTokenId::new(self.store().clock(), self.store().entropy());
            let event = draft.clone().decide(id, unit.now())?;
            let bearer = BearerToken::generate(TokenKind::Api, id.uuid(), self.store().entropy());
            let token = ApiToken {
                id,
                name: event.api_token.name.clone(),
                role: event.role,
                created_at: unit.now(),
                expires_at: event.expires_at,
                revoked_at: None,
            };
            unit.record_with(event, ApiTokenSecret(bearer.hash())).await?;
            Ok(Done::Commit(Box::new(unit), IssuedToken { token, secret: bearer.reveal() }))
        })
        .await
    }

    /// Revokes a token; revoking it again changes nothing.
    pub async fn revoke_api_token(&self, context: &Context, id: ApiTokenId) -> Result<()> {
        self.change(context, |mut unit| async move {
            let token = unit.locks().api_token(id).await?.ok_or(PortalError::NotFound(Noun::ApiToken))?;
            let Some(event) = token.revoke() else { return Ok(Done::Nothing(())) };
            unit.record(event).await?;
            Ok(Done::Commit(Box::new(unit), ()))
        })
        .await
    }

    /// A page of tokens, latest first.
    pub async fn api_tokens(&self, after: Option<&Cursor>, limit: u32) -> Result<Page<ApiToken>> {
        Ok(self.store().reads().await?.api_tokens(after, limit).await?)
    }
}
