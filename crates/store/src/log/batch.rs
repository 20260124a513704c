//! Appending a batch: numbers, tree and counts, as writes for one transaction. The same for both engines.

use daybook_proof::{CompletedNode, Frontier, Hash};

use super::{
    counts::{Counts, Sum},
    pending::Pending,
    signed,
};
use crate::{
    Result, StoreError,
    engine::{Write, statements, vals},
};

statements! {
    INSERT_NODE = "INSERT INTO log_nodes (level, idx, hash) VALUES ($1, $2, $3)";
    MOVE_HEAD = "UPDATE log_state SET size = $1, frontier = $2 WHERE one = 1 AND size = $3";
}

/// A batch ready to be written beside its events.
pub(crate) struct Batch {
    /// The head of the log after it.
    pub(crate) head: Frontier,
    /// Nodes, numbers and the new head.
    pub(crate) writes: Vec<Write>,
}

/// Appends events to the log's head.
pub(crate) fn append(head: Frontier, pending: &[Pending]) -> Result<Batch> {
    append_leaves(head, pending.iter().map(|one| (one.leaf, &one.counts)))
}

/// Appends leaves with their counts to the log's head.
pub(crate) fn append_leaves<'a>(
    mut head: Frontier,
    leaves: impl Iterator<Item = (Hash, &'a Counts)>,
) -> Result<Batch> {
    let before = signed(head.size())?;
    let mut sum = Sum::default();
    let mut writes = vec![];
    for (leaf, counts) in leaves {
        sum.add(signed(head.size())?, counts);
        let completed = head.push(leaf).map_err(|error| StoreError::DamagedLog(error.to_string()))?;
        for node in completed {
            writes.push(node_write(&node)?);
        }
    }
    writes.append(&mut sum.into_writes());
    writes.push(Write::one(&MOVE_HEAD, vals![signed(head.size())?, head.to_bytes(), before]));
    Ok(Batch { head, writes })
}

fn node_write(node: &CompletedNode) -> Result<Write> {
    let index = signed(node.index)?;
    Ok(Write::one(&INSERT_NODE, vals![i64::from(node.level), index, node.hash.as_bytes()]))
}
