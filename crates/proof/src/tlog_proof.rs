//! Proofs as files (C2SP tlog-proof, `c2sp.org/tlog-proof@v1`, `.tlog-proof`): where an entry stands, the path from it to the root, and the
//! signed checkpoint that names the root. All that is needed to verify it offline, but the log's key.

use std::{fmt, str::FromStr};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use thiserror::Error;

use crate::{
    checkpoint::{Checkpoint, CheckpointError, decimal, hash_line},
    hash::{Hash, leaf_hash},
    note::{MAX_NOTE_BYTES, Note, NoteError, VerifierKey},
    verify::{ProofError, verify_inclusion},
};

/// The first line of every such file.
const HEADER: &str = "c2sp.org/tlog-proof@v1";
/// No path in a tree of at most 2^64 leaves is longer.
const MAX_PATH: usize = 64;

/// Why a file proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum TlogProofError {
    /// Not of this format.
    #[error("a proof is `{HEADER}`, an index, hashes, a blank line and a signed checkpoint")]
    Malformed,
    /// The note under it cannot be read.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// The checkpoint is not the log's.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// The path does not lead from the entry to the root.
    #[error(transparent)]
    Inclusion(#[from] ProofError),
    /// There is no entry in the file.
    #[error("the file holds no entry: it proves one that you already have")]
    NoEntry,
}

/// A proof that an entry is in a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlogProof {
    /// Whatever whoever made the file put in; nothing vouches for it. Daybook puts in the entry, which the path vouches for.
    pub extra: Option<Vec<u8>>,
    /// The entry's place in the log, from 0.
    pub index: u64,
    /// The path to the root, from the leaf's sibling up.
    pub path: Vec<Hash>,
    /// The signed checkpoint.
    pub checkpoint: Note,
}

impl TlogProof {
    /// Verifies that this leaf is in the log with this key; answers with the log's head that says so.
    pub fn verify(&self, leaf: &Hash, key: &VerifierKey) -> Result<Checkpoint, TlogProofError> {
        let checkpoint = Checkpoint::open(&self.checkpoint, key)?;
        verify_inclusion(leaf, self.index, checkpoint.size, &self.path, &checkpoint.root)?;
        Ok(checkpoint)
    }

    /// Verifies the entry that the file holds; answers with it and the log's head.
    pub fn verify_entry(&self, key: &VerifierKey) -> Result<(&[u8], Checkpoint), TlogProofError> {
        let entry = self.extra.as_deref().ok_or(TlogProofError::NoEntry)?;
        Ok((entry, self.verify(&leaf_hash(entry), key)?))
    }
}

impl FromStr for TlogProof {
    type Err = TlogProofError;

    fn from_str(text: &str) -> Result<Self, TlogProofError> {
        let wrong = TlogProofError::Malformed;
        if text.len() > 2 * MAX_NOTE_BYTES {
            return Err(wrong);
        }
        let (above, note) = text.split_once("\n\n").ok_or(wrong)?;
        let mut lines = above.split('\n');
        if lines.next() != Some(HEADER) {
            return Err(wrong);
        }
        let mut line = lines.next().ok_or(wrong)?;
        let mut extra = None;
        if let Some(encoded) = line.strip_prefix("extra ") {
            extra = Some(BASE64_STANDARD.decode(encoded).map_err(|_| wrong)?);
            line = lines.next().ok_or(wrong)?;
        }
        let index = line.strip_prefix("index ").and_then(decimal).ok_or(wrong)?;
        let path: Option<Vec<Hash>> = lines.take(MAX_PATH + 1).map(hash_line).collect();
        let path = path.filter(|path| path.len() <= MAX_PATH).ok_or(wrong)?;
        Ok(Self { extra, index, path, checkpoint: note.parse()? })
    }
}

impl fmt::Display for TlogProof {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{HEADER}")?;
        if let Some(extra) = &self.extra {
            writeln!(out, "extra {}", BASE64_STANDARD.encode(extra))?;
        }
        writeln!(out, "index {}", self.index)?;
        for hash in &self.path {
            writeln!(out, "{}", BASE64_STANDARD.encode(hash))?;
        }
        write!(out, "\n{}", self.checkpoint)
    }
}
