//! The proofs that an entry is in the log, and that the log begins with an earlier one, made from the stored leaves and nodes. Must not hand out one that it has not verified: what is
//! stored may be damaged.

use daybook_proof::{EMPTY_ROOT, Hash, NodeRange, ProofPlan, leaf_hash, verify_inclusion};

use super::{Reads, event::LoggedEvent};
use crate::{
    Result, StoreError,
    engine::{Row, statements, vals},
    log::{read_head, signed, witness::SeenLog},
};

statements! {
    LEAVES = "SELECT leaf_hash FROM platform_events WHERE seq >= $1 AND seq < $2 ORDER BY seq";
    NODES = "SELECT hash FROM log_nodes WHERE level = $1 AND idx >= $2 AND idx < $3 ORDER BY level, idx";
}

/// Where an entry stands in the log, and the path from it to the root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inclusion {
    /// The entry's place, from 0.
    pub index: u64,
    /// How many entries the log has.
    pub size: u64,
    /// The root of the tree over them.
    pub root: Hash,
    /// The path, from the leaf's sibling up.
    pub path: Vec<Hash>,
}

impl Reads<'_> {
    /// The path from an event's entry to the present root. Ask it of a snapshot: the head and the nodes must be of one moment.
    pub async fn inclusion(&mut self, event: &LoggedEvent) -> Result<Inclusion> {
        let damaged = |error: String| StoreError::DamagedLog(error);
        let head = read_head(&mut self.conn()).await?;
        let (size, root) = (head.size(), head.root());
        let plan = ProofPlan::inclusion(event.seq, size).map_err(|error| damaged(error.to_string()))?;
        let path = self.follow(&plan).await?;
        verify_inclusion(&leaf_hash(&event.entry), event.seq, size, &path, &root)
            .map_err(|error| damaged(format!("entry {} cannot be proved: {error}", event.seq)))?;
        Ok(Inclusion { index: event.seq, size, root, path })
    }

    /// Whether the log as it is now begins with this one: nothing of it was removed, changed or put in between. Ask it of a snapshot.
    pub async fn begins_with(&mut self, seen: SeenLog) -> Result<bool> {
        let head = read_head(&mut self.conn()).await?;
        if seen.size > head.size() {
            return Ok(false);
        }
        if self.stored_root(seen.size).await? == seen.root {
            return Ok(true);
        }
        if self.stored_root(head.size()).await? != head.root() {
            // Not another log, but one whose tree is broken: `check` says where.
            return Err(StoreError::DamagedLog("the stored tree does not lead to the root".to_owned()));
        }
        Ok(false)
    }

    /// The root of the tree over the first `size` entries.
    async fn stored_root(&mut self, size: u64) -> Result<Hash> {
        Ok(self.follow(&ProofPlan::root(size)).await?.first().copied().unwrap_or(EMPTY_ROOT))
    }

    /// The hashes of a proof, from what is stored.
    async fn follow(&mut self, plan: &ProofPlan) -> Result<Vec<Hash>> {
        let mut hashes = vec![];
        for range in plan.reads() {
            hashes.extend(self.stored_hashes(*range).await?);
        }
        plan.assemble(&hashes).map_err(|error| StoreError::DamagedLog(error.to_string()))
    }

    async fn stored_hashes(&mut self, range: NodeRange) -> Result<Vec<Hash>> {
        let hash = |row: &Row<'_>| {
            let bytes: Vec<u8> = row.get(0)?;
            Hash::try_from(bytes.as_slice()).map_err(|_| row.unreadable(0, "is not 32 bytes"))
        };
        let (start, end) = (signed(range.start)?, signed(range.end)?);
        let mut conn = self.conn();
        Ok(match range.level {
            0 => conn.all(&LEAVES, vals![start, end], hash).await?,
            level => conn.all(&NODES, vals![i64::from(level), start, end], hash).await?,
        })
    }
}
