//! Checkpoints (C2SP tlog-checkpoint v1.0.0): the size and the root of a log, in a note that the log has signed.

use std::{fmt, str::FromStr};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use thiserror::Error;

use crate::{
    hash::Hash,
    note::{Note, NoteError, NoteSigner, VerifierKey},
};

/// Why something is no checkpoint of a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum CheckpointError {
    /// Not an origin, a size and a root.
    #[error(
        "a checkpoint is a line with the log's origin, one with its size and one with its root in base64"
    )]
    Malformed,
    /// It is the checkpoint of another log.
    #[error("it is the checkpoint of another log")]
    OtherLog,
    /// It is not signed as it must be.
    #[error(transparent)]
    Note(#[from] NoteError),
}

/// The head of a log at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// What the log is called.
    pub origin: String,
    /// How many entries it had.
    pub size: u64,
    /// The root of the tree over them.
    pub root: Hash,
}

impl Checkpoint {
    /// The head of the signer's own log, signed. Whoever signs answers for never signing two that contradict each other.
    pub fn sign(size: u64, root: Hash, signer: &NoteSigner) -> Result<Note, NoteError> {
        let origin = signer.name().as_str().to_owned();
        signer.sign(&Self { origin, size, root }.to_string())
    }

    /// The checkpoint in a note that the log with this key has signed.
    pub fn open(note: &Note, key: &VerifierKey) -> Result<Self, CheckpointError> {
        note.verify(std::slice::from_ref(key))?;
        let checkpoint: Self = note.text().parse()?;
        if checkpoint.origin == key.name().as_str() { Ok(checkpoint) } else { Err(CheckpointError::OtherLog) }
    }
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{}\n{}\n{}", self.origin, self.size, BASE64_STANDARD.encode(self.root))
    }
}

impl FromStr for Checkpoint {
    type Err = CheckpointError;

    /// Reads the text of a note. Further lines are extensions, which say nothing here.
    fn from_str(text: &str) -> Result<Self, CheckpointError> {
        let wrong = CheckpointError::Malformed;
        let mut lines = text.strip_suffix('\n').ok_or(wrong)?.split('\n');
        let origin = lines.next().filter(|line| !line.is_empty()).ok_or(wrong)?.to_owned();
        let size = lines.next().and_then(decimal).ok_or(wrong)?;
        let root = lines.next().and_then(hash_line).ok_or(wrong)?;
        if lines.any(str::is_empty) {
            return Err(wrong);
        }
        Ok(Self { origin, size, root })
    }
}

/// A number in its one spelling: digits alone, no leading zero.
pub(crate) fn decimal(text: &str) -> Option<u64> {
    let number: u64 = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}

/// A hash in base64.
pub(crate) fn hash_line(text: &str) -> Option<Hash> {
    Hash::try_from(BASE64_STANDARD.decode(text).ok()?.as_slice()).ok()
}
