//! What somebody has begun and must finish soon: a sign-in that waits for its second factor, a passkey's challenge, a sign-in at
//! another provider. Not an event: nothing has changed yet. Kept in the database so that any node can go on, sealed by the portal,
//! and taken once, whatever comes of it.

use daybook_model::Timestamp;
use uuid::Uuid;

use crate::{
    Result, Store,
    engine::{Row, Write, statements, vals},
    values::digest,
};

statements! {
    BEGIN_CEREMONY = "INSERT INTO ceremonies (id, hash, kind, sealed, expires_at) VALUES ($1, $2, $3, $4, $5)";
    TAKE_CEREMONY = "DELETE FROM ceremonies WHERE id = $1 AND kind = $2 RETURNING hash, sealed, expires_at";
    FORGET_CEREMONIES = "DELETE FROM ceremonies WHERE expires_at <= $1";
}

/// Something that was begun.
#[derive(Clone)]
pub struct NewCeremony {
    /// Finds it.
    pub id: Uuid,
    /// SHA-256 of the secret that its beginner holds.
    pub hash: [u8; 32],
    /// What it is; one kind is never taken for another.
    pub kind: &'static str,
    /// What is needed to go on, sealed.
    pub sealed: Vec<u8>,
    /// When it must be finished.
    pub expires_at: Timestamp,
}

impl Store {
    /// Keeps what was begun.
    pub async fn begin_ceremony(&self, new: NewCeremony) -> Result<()> {
        let NewCeremony { id, hash, kind, sealed, expires_at } = new;
        let write = Write::one(&BEGIN_CEREMONY, vals![id, hash, kind, sealed, expires_at]);
        Ok(self.db().begin().await?.commit_with(vec![write]).await?)
    }

    /// Takes what was begun, so that nobody can take it again; its hash and what was sealed, unless its time is over.
    pub async fn take_ceremony(&self, id: Uuid, kind: &'static str) -> Result<Option<([u8; 32], Vec<u8>)>> {
        let mut tx = self.db().begin().await?;
        let read = |row: &Row<'_>| Ok((digest(row, 0)?, row.get::<Vec<u8>>(1)?, row.get::<Timestamp>(2)?));
        let taken = tx.conn().opt(&TAKE_CEREMONY, vals![id, kind], read).await?;
        tx.commit_with(vec![]).await?;
        let now = self.now();
        Ok(taken.filter(|(_, _, ends)| *ends > now).map(|(hash, sealed, _)| (hash, sealed)))
    }
}

/// The write that forgets what was never finished.
pub(crate) fn forget(now: Timestamp) -> Write {
    Write::any(&FORGET_CEREMONIES, vals![now])
}
