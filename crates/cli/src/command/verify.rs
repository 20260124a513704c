//! `daybook verify`: proofs and checkpoints, offline. Must not open a database: it is for those who have none.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use daybook_proof::{Checkpoint, Note, TlogProof, VerifierKey};

use super::Outcome;
use crate::output::{Results, printable};

/// Verify proofs and checkpoints, offline
///
/// Reads `.tlog-proof` files (of `…/events/{id}/proof`) and signed checkpoints. A proof is good if the entry in it leads to the root that
/// the log with this key has signed. Says what each file proves, and ends with exit code 1 if one proves nothing. Needs no database.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  curl -H \"Authorization: Bearer $TOKEN\" https://portal.example.com/admin/api/events/7/proof > 7.tlog-proof
  daybook verify 7.tlog-proof --key portal.example.com/log+1a2b3c4d+AQ…

The key is `vkey` in the answer of GET /admin/api/log/status. Keep it: a key that comes with the proof proves nothing.")]
pub(crate) struct VerifyCommand {
    /// The files
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The log's verifier key
    #[arg(long, value_name = "VKEY")]
    key: VerifierKey,
}

impl VerifyCommand {
    /// Verifies the files.
    pub(crate) fn run(self) -> Result<Outcome> {
        let mut results = Results::new();
        let mut outcome = Outcome::Done;
        for path in &self.files {
            let name = printable(&path.display().to_string());
            match verify(path, &self.key) {
                Ok(said) => results.line(format_args!("good  {name}: {}", printable(&said)))?,
                Err(error) => {
                    outcome = Outcome::Failed;
                    results.line(format_args!("BAD   {name}: {}", printable(&format!("{error:#}"))))?;
                }
            }
        }
        results.flush()?;
        Ok(outcome)
    }
}

/// What a file proves.
fn verify(path: &Path, key: &VerifierKey) -> Result<String> {
    let kept = Kept::open(path, key)?;
    let Checkpoint { origin, size, root, .. } = &kept.log;
    Ok(match &kept.entry {
        Some((index, entry)) => format!("{} is entry {index} of {size} in {origin}", named(entry)),
        None => format!("the checkpoint of {origin} at {size} entries, root {root}"),
    })
}

/// What somebody has kept of a log, with the log's signature.
pub(super) struct Kept {
    /// The log as it was.
    pub(super) log: Checkpoint,
    /// An entry that was in it, with its place.
    entry: Option<(u64, Vec<u8>)>,
}

impl Kept {
    /// Reads a proof or a checkpoint and verifies it.
    pub(super) fn open(path: &Path, key: &VerifierKey) -> Result<Self> {
        let text = std::fs::read_to_string(path).context("cannot be read")?;
        if text.starts_with("c2sp.org/tlog-proof@") {
            let proof: TlogProof = text.parse()?;
            let (entry, log) = proof.verify_entry(key)?;
            return Ok(Self { entry: Some((proof.index, entry.to_vec())), log });
        }
        let note: Note = text.parse().context("neither a proof nor a checkpoint")?;
        Ok(Self { log: Checkpoint::open(&note, key)?, entry: None })
    }
}

/// What an entry says it is.
fn named(entry: &[u8]) -> String {
    let entry: serde_json::Value = serde_json::from_slice(entry).unwrap_or_default();
    let text = |name: &str| entry.get(name).and_then(serde_json::Value::as_str).unwrap_or("?");
    format!("{} {} of {}", text("type"), text("id"), text("occurred_at"))
}
