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
    let text = std::fs::read_to_string(path).context("cannot be read")?;
    if text.starts_with("c2sp.org/tlog-proof@") {
        let proof: TlogProof = text.parse()?;
        let (entry, log) = proof.verify_entry(key)?;
        return Ok(format!("{} is entry {} of {} in {}", named(entry), proof.index, log.size, log.origin));
    }
    let note: Note = text.parse().context("neither a proof nor a checkpoint")?;
    let log = Checkpoint::open(&note, key)?;
    Ok(format!("the checkpoint of {} at {} entries, root {}", log.origin, log.size, log.root))
}

/// What an entry says it is.
fn named(entry: &[u8]) -> String {
    let entry: serde_json::Value = serde_json::from_slice(entry).unwrap_or_default();
    let text = |name: &str| entry.get(name).and_then(serde_json::Value::as_str).unwrap_or("?");
    format!("{} {} of {}", text("type"), text("id"), text("occurred_at"))
}
