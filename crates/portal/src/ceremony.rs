//! What takes several requests: begun in one, finished in another, perhaps at another node. What is needed to go on is sealed in the
//! database under the key ring; who began it holds a token that takes it, once.

use daybook_model::{
    id::uuid_v7,
    token::{BearerToken, TokenKind},
};
use daybook_store::NewCeremony;
use serde::{Serialize, de::DeserializeOwned};
use subtle::ConstantTimeEq;

use crate::{Portal, PortalError, Result};

/// The purpose under which ceremonies are sealed.
const PURPOSE: &str = "ceremony";

/// Something that takes several requests: the type holds what is needed to go on.
pub(crate) trait Ceremony: Serialize + DeserializeOwned {
    /// Names it in the database.
    const KIND: &'static str;
    /// How long it may take.
    const SECONDS: i64;
}

impl Portal {
    /// Begins: answers with the token that takes it.
    pub(crate) async fn begin_ceremony<C: Ceremony>(&self, ceremony: &C) -> Result<String> {
        const BROKEN: PortalError = PortalError::Broken("a ceremony cannot be written");
        let (now, entropy) = (self.store().now(), self.store().entropy());
        let id = uuid_v7(now, entropy);
        let token = BearerToken::generate(TokenKind::Ceremony, id, entropy);
        let text = serde_json::to_vec(ceremony).map_err(|_| BROKEN)?;
        let sealed = self.keys().seal(PURPOSE, id.as_bytes(), &text, entropy)?;
        let expires_at = now.plus_seconds(C::SECONDS);
        let new = NewCeremony { id, hash: token.hash(), kind: C::KIND, sealed, expires_at };
        self.store().begin_ceremony(new).await?;
        Ok(token.reveal())
    }

    /// Takes what was begun; nothing if it was taken, took too long, or was another.
    pub(crate) async fn take_ceremony<C: Ceremony>(&self, token: &str) -> Result<Option<C>> {
        let token = BearerToken::parse(token).filter(|token| token.kind == TokenKind::Ceremony);
        let Some(token) = token else { return Ok(None) };
        let Some((hash, sealed)) = self.store().take_ceremony(token.id, C::KIND).await? else {
            return Ok(None);
        };
        if !bool::from(hash.ct_eq(&token.hash())) {
            return Ok(None);
        }
        let text = self.keys().open(PURPOSE, token.id.as_bytes(), &sealed);
        Ok(text.and_then(|text| serde_json::from_slice(&text).ok()))
    }
}
