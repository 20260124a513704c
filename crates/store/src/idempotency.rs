//! First answers of requests with an Idempotency-Key. Not an event: the answer of a change, kept in the change's own transaction, so
//! that a caller whose connection broke can ask again. Sealed by the portal under the key itself, which is not stored.

use daybook_model::{Timestamp, UserId};
use uuid::Uuid;

use crate::{
    Reads, Result, Store,
    engine::{Write, statements, vals},
    log::erasure::parties_of,
    values::digest,
};

statements! {
    KEEP_ANSWER = "INSERT INTO idempotency_keys (caller_id, key_hash, request_hash, answer, created_at) VALUES ($1, $2, $3, $4, $5)";
    FIRST_ANSWER = "SELECT request_hash, answer FROM idempotency_keys
        WHERE caller_id = $1 AND key_hash = $2 AND created_at > $3";
    FORGET_ANSWERS = "DELETE FROM idempotency_keys WHERE created_at <= $1";
    FORGET_ANSWERS_OF = concat!("DELETE FROM idempotency_keys WHERE caller_id IN (", parties_of!("$1"), ")");
    FORGET_ANSWER = "DELETE FROM idempotency_keys WHERE caller_id = $1 AND key_hash = $2 AND created_at <= $3";
}

/// How long a first answer is kept: 24 hours.
const KEPT_SECONDS: i64 = 24 * 3_600;

/// A request's answer, to be kept with its change.
#[derive(Clone)]
pub struct NewAnswer {
    /// Who asked; nil for callers without an id.
    pub caller: Uuid,
    /// SHA-256 of the Idempotency-Key.
    pub key_hash: [u8; 32],
    /// SHA-256 of what was asked.
    pub request_hash: [u8; 32],
    /// The sealed answer.
    pub answer: Vec<u8>,
}

/// The first answer under a key.
#[derive(Clone)]
pub struct KeptAnswer {
    /// SHA-256 of what was asked then.
    pub request_hash: [u8; 32],
    /// The sealed answer.
    pub answer: Vec<u8>,
}

/// The write that keeps an answer.
pub(crate) fn keep(answer: NewAnswer, now: Timestamp) -> Write {
    let NewAnswer { caller, key_hash, request_hash, answer } = answer;
    Write::one(&KEEP_ANSWER, vals![caller, key_hash, request_hash, answer, now])
}

/// The write that forgets what a user, or a program with a token of theirs, was answered.
pub(crate) fn forget_caller(user: UserId) -> Write {
    Write::any(&FORGET_ANSWERS_OF, vals![user])
}

impl Reads<'_> {
    /// The first answer under this key, if it is still kept.
    pub async fn kept_answer(
        &mut self,
        caller: Uuid,
        key_hash: [u8; 32],
        now: Timestamp,
    ) -> Result<Option<KeptAnswer>> {
        let oldest = now.plus_seconds(-KEPT_SECONDS);
        let read = |row: &crate::engine::Row<'_>| {
            Ok(KeptAnswer { request_hash: digest(row, 0)?, answer: row.get(1)? })
        };
        Ok(self.conn().opt(&FIRST_ANSWER, vals![caller, key_hash, oldest], read).await?)
    }
}

impl Store {
    /// Makes room for an answer under this key if the one kept is too old; the sweeper may not have come by yet.
    pub async fn forget_stale_answer(&self, caller: Uuid, key_hash: [u8; 32]) -> Result<()> {
        let oldest = self.now().plus_seconds(-KEPT_SECONDS);
        let forget = Write::any(&FORGET_ANSWER, vals![caller, key_hash, oldest]);
        Ok(self.db().begin().await?.commit_with(vec![forget]).await?)
    }

    /// Forgets answers, device tokens, unfinished ceremonies, old notifications, reports of use and counted guesses whose time is over.
    pub async fn forget_expired(&self) -> Result<()> {
        let now = self.now();
        let mut tx = self.db().begin().await?;
        crate::secret::forget_device_tokens(&mut tx.conn(), now.plus_days(-7)).await?;
        crate::guesses::forget(&mut tx.conn(), now).await?;
        let forget = Write::any(&FORGET_ANSWERS, vals![now.plus_seconds(-KEPT_SECONDS)]);
        let (ceremonies, mail) = (crate::ceremony::forget(now), crate::notification::forget(now));
        Ok(tx.commit_with(vec![forget, ceremonies, mail, crate::usage::forget(now)]).await?)
    }
}
