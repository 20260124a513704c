//! What a log stores, in memory: the leaves and the nodes that the frontier reported. Makes proofs the way a
//! log does: plan, fetch, assemble.

use daybook_proof::{Frontier, Hash, ProofPlan};

use crate::reference;

/// `count` leaves, all different.
pub(crate) fn leaves(count: u64) -> Vec<Hash> {
    (0..count).map(|i| reference::leaf(&i.to_be_bytes())).collect()
}

/// Stored hashes by level: leaves, nodes over 256 leaves, nodes over 65,536.
pub(crate) struct Stored {
    levels: Vec<Vec<Hash>>,
}

impl Stored {
    pub(crate) fn new(leaves: &[Hash]) -> Self {
        let mut frontier = Frontier::new();
        let mut levels = vec![leaves.to_vec()];
        for leaf in leaves {
            for node in frontier.push(*leaf).unwrap() {
                levels.resize(levels.len().max(usize::from(node.level) + 1), vec![]);
                let level = &mut levels[usize::from(node.level)];
                assert_eq!(level.len() as u64, node.index, "nodes are reported in order, without a gap");
                level.push(node.hash);
            }
        }
        Self { levels }
    }

    /// The nodes of a level.
    pub(crate) fn level(&self, level: usize) -> &[Hash] {
        self.levels.get(level).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn inclusion(&self, index: u64, size: u64) -> Vec<Hash> {
        self.make(&ProofPlan::inclusion(index, size).unwrap())
    }

    pub(crate) fn consistency(&self, old_size: u64, new_size: u64) -> Vec<Hash> {
        self.make(&ProofPlan::consistency(old_size, new_size).unwrap())
    }

    fn make(&self, plan: &ProofPlan) -> Vec<Hash> {
        let fetch = |level: u8, start: u64, end: u64| &self.level(level.into())[start as usize..end as usize];
        let hashes: Vec<Hash> =
            plan.reads().iter().flat_map(|read| fetch(read.level, read.start, read.end)).copied().collect();
        plan.assemble(&hashes).unwrap()
    }
}
