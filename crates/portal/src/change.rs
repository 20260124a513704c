//! How every use case that changes something runs: one unit of work, run again when the database reports a conflict, what is
//! to be told of it written with it, and its answer kept for the request's Idempotency-Key in the same transaction. Must not know any noun.

use daybook_model::{
    Actor, Entropy,
    event::{Origin, RequestInfo},
};
use daybook_store::{NewAnswer, Scope, StoreError, UnitOfWork};
use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{Portal, PortalError, Result, seal};

/// How often a use case is run again after a conflict.
const ATTEMPTS: u32 = 10;

/// Who asks for a change, in which request.
#[derive(Debug, Clone)]
pub struct Context {
    /// Who acts.
    pub actor: Actor,
    /// In which request.
    pub request: RequestInfo,
    /// The request's Idempotency-Key, if it has one.
    pub idempotency: Option<IdempotencyKey>,
}

impl Context {
    /// Work of Daybook itself.
    pub fn system() -> Self {
        Self { actor: Actor::system(), request: RequestInfo::default(), idempotency: None }
    }

    /// The same with an Idempotency-Key that is this party's alone: for callers who have no id yet.
    pub(crate) fn of_party(&self, party: &str) -> Self {
        let within =
            |key: &IdempotencyKey| IdempotencyKey { key: format!("{party}\n{}", key.key), ..key.clone() };
        Self { idempotency: self.idempotency.as_ref().map(within), ..self.clone() }
    }

    fn scope(&self) -> Scope {
        Scope { actor: self.actor.clone(), request: self.request.clone(), origin: Origin::Live }
    }
}

/// An Idempotency-Key with what was asked under it. The key is a secret: the first answer is sealed under it.
#[derive(Clone)]
pub struct IdempotencyKey {
    key: String,
    request_hash: [u8; 32],
}

impl std::fmt::Debug for IdempotencyKey {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("IdempotencyKey(…)")
    }
}

impl IdempotencyKey {
    /// The key of a request with this method, path and body.
    pub fn new(key: &str, method: &str, path: &str, body: &[u8]) -> Self {
        let mut hash = Sha256::new();
        for part in [method.as_bytes(), path.as_bytes(), body] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        Self { key: key.to_owned(), request_hash: hash.finalize().into() }
    }

    /// What the database knows of the key.
    fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.key.as_bytes()).into()
    }

    /// Known to whoever has the key alone.
    fn sealing_key(&self) -> [u8; 32] {
        Sha256::new().chain_update("daybook-idempotency v2\n").chain_update(&self.key).finalize().into()
    }

    /// Seals an answer: it may hold codes or tokens, and the database must not show them.
    fn seal(&self, answer: &impl Serialize, entropy: &dyn Entropy) -> Result<Vec<u8>> {
        let answer = serde_json::to_vec(answer).map_err(|_| SEALING)?;
        seal::seal(&self.sealing_key(), b"", &answer, entropy)
    }

    fn open<T: DeserializeOwned>(&self, sealed: &[u8]) -> Result<T> {
        let answer = seal::open(&self.sealing_key(), b"", sealed).ok_or(SEALING)?;
        serde_json::from_slice(&answer).map_err(|_| SEALING)
    }
}

const SEALING: PortalError =
    PortalError::Broken("the answer of an Idempotency-Key cannot be sealed or opened");

/// How a use case ends.
pub(crate) enum Done<T> {
    /// It recorded events: commit them and answer.
    Commit(Box<UnitOfWork>, T),
    /// There was nothing to change.
    Nothing(T),
}

impl Portal {
    /// Runs a use case in a unit of work and commits it.
    pub(crate) async fn change<T, W, F>(&self, context: &Context, work: W) -> Result<T>
    where
        T: Serialize + DeserializeOwned,
        W: Fn(UnitOfWork) -> F,
        F: Future<Output = Result<Done<T>>>,
    {
        let mut attempt = 0;
        loop {
            attempt += 1;
            if let Some(first) = self.first_answer(context).await? {
                return Ok(first);
            }
            match self.attempt(context, &work).await {
                Err(PortalError::Store(error)) if attempt < ATTEMPTS && answer_exists(&error) => {
                    // Somebody else was first, or the answer there is too old and nobody has swept it away yet.
                    self.forget_stale_answer(context).await?;
                }
                Err(PortalError::Store(error)) if attempt < ATTEMPTS && runs_again(&error) => {}
                other => return other,
            }
        }
    }

    async fn forget_stale_answer(&self, context: &Context) -> Result<()> {
        match &context.idempotency {
            Some(key) => Ok(self.store().forget_stale_answer(caller(context), key.hash()).await?),
            None => Ok(()),
        }
    }

    async fn attempt<T, W, F>(&self, context: &Context, work: &W) -> Result<T>
    where
        T: Serialize,
        W: Fn(UnitOfWork) -> F,
        F: Future<Output = Result<Done<T>>>,
    {
        let unit = self.store().begin(context.scope()).await?;
        let (mut unit, answer) = match work(unit).await? {
            Done::Commit(unit, answer) => (*unit, answer),
            Done::Nothing(answer) => return Ok(answer),
        };
        self.tell(&mut unit).await?;
        if let Some(key) = &context.idempotency {
            unit.keep_answer(NewAnswer {
                caller: caller(context),
                key_hash: key.hash(),
                request_hash: key.request_hash,
                answer: key.seal(&answer, self.store().entropy())?,
            });
        }
        unit.commit().await?;
        Ok(answer)
    }

    /// The first answer under the request's key, if this request was answered before.
    pub(crate) async fn first_answer<T: DeserializeOwned>(&self, context: &Context) -> Result<Option<T>> {
        let Some(key) = &context.idempotency else { return Ok(None) };
        let now = self.store().now();
        let kept = self.store().reads().await?.kept_answer(caller(context), key.hash(), now).await?;
        match kept {
            None => Ok(None),
            Some(kept) if kept.request_hash != key.request_hash => Err(PortalError::IdempotencyConflict),
            Some(kept) => key.open(&kept.answer).map(Some),
        }
    }
}

fn caller(context: &Context) -> Uuid {
    context.actor.id.unwrap_or_default()
}

/// A conflict of locks, or a state that somebody else changed first.
fn runs_again(error: &StoreError) -> bool {
    error.is_retryable() || error.is_stale()
}

/// There is an answer under the request's Idempotency-Key already.
fn answer_exists(error: &StoreError) -> bool {
    error.taken().is_some_and(|key| key.contains("idempotency_keys"))
}
