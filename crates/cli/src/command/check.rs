//! `daybook check`: does everything follow from the log?

use anyhow::Result;
use daybook_store::CheckReport;
use serde_json::json;

use super::Outcome;
use crate::{database, output::Results, progress, settings::Settings};

/// Replay the log and compare everything with it
///
/// Recomputes every entry's leaf, the tree and its root, and replays all events into an empty database: state, totals and daily
/// counts must come out the same, row by row. Names every difference and ends with exit code 1 if there is one. Changes nothing and
/// can run beside a server.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  daybook check
  daybook --database sqlite:/backup/daybook.db check --json | jq .root")]
pub(crate) struct CheckCommand {
    /// Print the result as one JSON object
    #[arg(long)]
    json: bool,
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
        store.close().await?;
        let report = checked?;
        let mut results = Results::new();
        if self.json {
            results.line(as_json(&report))?;
        } else {
            print(&report, &mut results)?;
        }
        results.flush()?;
        Ok(if report.is_clean() { Outcome::Done } else { Outcome::Failed })
    }
}

fn print(report: &CheckReport, results: &mut Results) -> Result<()> {
    results.line(format_args!("size         {}", report.size))?;
    results.line(format_args!("root         {}", report.root))?;
    results.line(format_args!("pending      {}", report.pending))?;
    results.line(format_args!("compared     {} rows", report.rows))?;
    results.line(format_args!("differences  {}", report.differences.len()))?;
    for difference in &report.differences {
        results.line(format_args!("  {difference}"))?;
    }
    Ok(())
}

fn as_json(report: &CheckReport) -> serde_json::Value {
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
    })
}
