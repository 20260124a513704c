//! Appending a batch: numbers, tree and counts, as writes for one transaction. The same for both engines.

use daybook_model::Timestamp;
use daybook_proof::{CompletedNode, Frontier, Hash};

use super::{
    counts::{Counts, Sum},
    pending::Pending,
    signed,
};
use crate::{
    Result, StoreError,
    engine::{Engine, GroupTail, Write, statements, vals},
};

statements! {
    INSERT_NODE = "INSERT INTO log_nodes (level, idx, hash) VALUES ($1, $2, $3)";
    MOVE_HEAD = "UPDATE log_state SET size = $1, frontier = $2 WHERE one = 1 AND size = $3";
}

/// What appending events adds to the log beside them.
pub(crate) struct Batch {
    /// How many entries the log had before, and has after it.
    sizes: (i64, i64),
    /// The head of the log after it.
    pub(crate) head: Frontier,
    /// The nodes of the tree that it completes.
    nodes: Vec<Write>,
    sum: Sum,
}

impl Batch {
    /// The nodes, the numbers and the new head.
    pub(crate) fn writes(self, engine: Engine) -> Vec<Write> {
        let Self { sizes: (before, after), head, mut nodes, sum } = self;
        nodes.append(&mut sum.into_writes(engine));
        nodes.push(Write::one(&MOVE_HEAD, vals![after, head.to_bytes(), before]));
        nodes
    }

    /// Goes on with a batch that begins where this one ends: each number is written once for both.
    pub(crate) fn join(&mut self, later: Self) {
        self.sizes.1 = later.sizes.1;
        self.head = later.head;
        self.nodes.extend(later.nodes);
        self.sum.join(later.sum);
    }
}

/// SQLite numbers an event in the transaction of its change; the numbers of a whole group of changes are written once.
impl GroupTail for Batch {
    fn into_writes(self: Box<Self>) -> Vec<Write> {
        self.writes(Engine::Sqlite)
    }
}

/// Appends events to the log's head.
pub(crate) fn append(head: Frontier, pending: &[Pending]) -> Result<Batch> {
    append_leaves(head, pending.iter().map(|one| (one.leaf, one.occurred_at, &one.counts)))
}

/// Appends leaves, with when they happened and their counts, to the log's head.
pub(crate) fn append_leaves<'a>(
    head: Frontier,
    leaves: impl Iterator<Item = (Hash, Timestamp, &'a Counts)>,
) -> Result<Batch> {
    let before = signed(head.size())?;
    let mut batch = Batch { sizes: (before, before), head, nodes: vec![], sum: Sum::default() };
    for (leaf, occurred_at, counts) in leaves {
        batch.sum.add(signed(batch.head.size())?, occurred_at, counts);
        let completed = batch.head.push(leaf).map_err(|error| StoreError::DamagedLog(error.to_string()))?;
        for node in completed {
            batch.nodes.push(node_write(&node)?);
        }
    }
    batch.sizes.1 = signed(batch.head.size())?;
    Ok(batch)
}

fn node_write(node: &CompletedNode) -> Result<Write> {
    let index = signed(node.index)?;
    Ok(Write::one(&INSERT_NODE, vals![i64::from(node.level), index, node.hash.as_bytes()]))
}
