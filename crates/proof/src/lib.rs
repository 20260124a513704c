#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod checkpoint;
mod frontier;
mod hash;
mod note;
mod plan;
mod tlog_proof;
mod tree;
mod verify;

pub use checkpoint::{Checkpoint, CheckpointError};
pub use frontier::{CompletedNode, Frontier, FrontierError};
pub use hash::{EMPTY_ROOT, Hash, HashError, leaf_hash, node_hash};
pub use note::{KeyName, Note, NoteError, NoteSigner, VerifierKey};
pub use plan::{NodeRange, PlanError, ProofPlan};
pub use tlog_proof::{TlogProof, TlogProofError};
pub use tree::root_of;
pub use verify::{ProofError, verify_consistency, verify_inclusion};
