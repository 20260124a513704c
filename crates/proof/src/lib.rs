#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod frontier;
mod hash;
mod plan;
mod tree;
mod verify;

pub use frontier::{CompletedNode, Frontier, FrontierError};
pub use hash::{EMPTY_ROOT, Hash, HashError, leaf_hash, node_hash};
pub use plan::{NodeRange, PlanError, ProofPlan};
pub use tree::root_of;
pub use verify::{ProofError, verify_consistency, verify_inclusion};
