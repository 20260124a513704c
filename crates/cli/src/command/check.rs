//! `daybook check`: does everything follow from the log?

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use daybook_proof::VerifierKey;
use daybook_store::{CheckReport, SeenLog, Store};
use serde_json::json;

use super::{Outcome, verify::Kept};
use crate::{
    database,
    output::{Results, printable},
    progress,
    settings::Settings,
};

/// Replay the log and compare everything with it
///
/// Recomputes every entry's leaf, the tree and its root, and replays all events into an empty database: state, totals and daily
/// counts must come out the same, row by row. Names every difference and ends with exit code 1 if there is one. Changes nothing and
/// can run beside a server.
///
/// A log that was put back to an earlier state is sound in itself. With --kept, it must also begin with what kept proofs and checkpoints
/// are of: entries that are lost, and a log that has become another, are found by them.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  daybook check
  daybook --database sqlite:/backup/daybook.db check --json | jq .root
  daybook check --kept 7.tlog-proof yesterday.checkpoint --key portal.example.com/log+1a2b3c4d+AQ…")]
pub(crate) struct CheckCommand {
    /// Print the result as one JSON object
    #[arg(long)]
    json: bool,
    /// Proofs (of `…/events/{id}/proof`) and checkpoints that the log must begin with
    #[arg(long, value_name = "FILE", num_args = 1.., requires = "key")]
    kept: Vec<PathBuf>,
    /// The key that verifies the kept files: `vkey` in the answer of GET /admin/api/log/status
    #[arg(long, value_name = "VKEY", requires = "kept")]
    key: Option<VerifierKey>,
}

/// What a kept file says of the log.
struct Witnessed {
    file: String,
    good: bool,
    what: String,
}

impl CheckCommand {
    /// Checks the database.
    pub(crate) async fn run(self, settings: &Settings) -> Result<Outcome> {
        let store = database::open_existing(settings).await?;
        let bar = progress::bar(settings, "replaying", 0);
        let advance = bar.clone();
        let checked = store
            .check(move |progress| {
                advance.set_length(progress.size);
                advance.set_position(progress.done);
            })
            .await;
        bar.finish_and_clear();
        let witnessed = self.witnessed(&store).await;
        store.close().await?;
        let report = checked?;
        let is_good = report.is_clean() && witnessed.iter().all(|file| file.good);
        let mut results = Results::new();
        if self.json {
            results.line(as_json(&report, &witnessed))?;
        } else {
            print(&report, &witnessed, &mut results)?;
        }
        results.flush()?;
        Ok(if is_good { Outcome::Done } else { Outcome::Failed })
    }

    async fn witnessed(&self, store: &Store) -> Vec<Witnessed> {
        let mut all = vec![];
        for (path, key) in self.kept.iter().zip(self.key.iter().cycle()) {
            let said = compare(store, path, key).await;
            let good = said.is_ok();
            let what = said.unwrap_or_else(|error| format!("{error:#}"));
            all.push(Witnessed {
                file: printable(&path.display().to_string()),
                good,
                what: printable(&what),
            });
        }
        all
    }
}

/// Whether the log begins with the one that a kept file is of.
async fn compare(store: &Store, path: &Path, key: &VerifierKey) -> Result<String> {
    let kept = Kept::open(path, key)?.log;
    let mut reads = store.snapshot().await?;
    let size = reads.log_size().await?;
    if reads.begins_with(SeenLog { size: kept.size, root: kept.root }).await? {
        return Ok(format!("the log begins with its {} entries", kept.size));
    }
    if size < kept.size {
        bail!("it is of {} entries, and the log has {size}: entries of it are lost", kept.size);
    }
    bail!("among its first {} entries the log has others now: those that it is of are lost", kept.size);
}

fn print(report: &CheckReport, witnessed: &[Witnessed], results: &mut Results) -> Result<()> {
    results.line(format_args!("size         {}", report.size))?;
    results.line(format_args!("root         {}", report.root))?;
    results.line(format_args!("pending      {}", report.pending))?;
    results.line(format_args!("compared     {} rows", report.rows))?;
    results.line(format_args!("differences  {}", report.differences.len()))?;
    for difference in &report.differences {
        results.line(format_args!("  {difference}"))?;
    }
    for Witnessed { file, good, what } in witnessed {
        results.line(format_args!("{}  {file}: {what}", if *good { "good" } else { "BAD " }))?;
    }
    Ok(())
}

fn as_json(report: &CheckReport, witnessed: &[Witnessed]) -> serde_json::Value {
    let kept: Vec<_> = witnessed
        .iter()
        .map(|file| json!({ "file": file.file, "good": file.good, "what": file.what }))
        .collect();
    let differences: Vec<_> = report
        .differences
        .iter()
        .map(
            |difference| json!({ "table": difference.table, "row": difference.row, "what": difference.what }),
        )
        .collect();
    json!({
        "clean": report.is_clean(),
        "size": report.size,
        "root": report.root.to_string(),
        "pending": report.pending,
        "rows": report.rows,
        "differences": differences,
        "kept": kept,
    })
}
