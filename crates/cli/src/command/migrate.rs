//! `daybook migrate`: the schema of the database.

use anyhow::Result;
use daybook_store::{MigrationStatus, Store};

use super::Outcome;
use crate::{database, output::Results, settings::Settings};

/// Bring the database's schema up to date
///
/// `daybook serve` does the same when it starts. Several programs may do it at once: each step is applied by one of them.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  daybook migrate
  daybook migrate --status")]
pub(crate) struct MigrateCommand {
    /// Only list the steps and how they stand; exit code 1 if a step was edited or is unknown to this program
    #[arg(long)]
    status: bool,
}

/// How a step stands in a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// It is in the database as this program knows it.
    Applied,
    /// It is still to be applied.
    Pending,
    /// The database has another text of it.
    Edited,
    /// The database has it, and this program does not know it.
    Unknown,
}

impl Standing {
    /// How this step stands. The store names the states in `Debug` alone; a name that is not known here is `Unknown`.
    pub(super) fn of(step: &MigrationStatus) -> Self {
        let state = format!("{:?}", step.state);
        match state.split('(').next() {
            Some("Applied") => Self::Applied,
            Some("Pending") => Self::Pending,
            Some("Edited") => Self::Edited,
            _ => Self::Unknown,
        }
    }

    fn text(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Pending => "pending",
            Self::Edited => "edited after it was applied",
            Self::Unknown => "unknown to this program",
        }
    }
}

impl MigrateCommand {
    /// Applies or lists the steps.
    pub(crate) async fn run(self, settings: &Settings) -> Result<Outcome> {
        let mut results = Results::new();
        let outcome = if self.status {
            list(settings, &mut results).await?
        } else {
            apply(settings, &mut results).await?
        };
        results.flush()?;
        Ok(outcome)
    }
}

async fn list(settings: &Settings, results: &mut Results) -> Result<Outcome> {
    let steps = Store::migration_status(&database::existing(settings)?).await?;
    for step in &steps {
        results.line(format_args!("{:04} {}  {}", step.version, step.name, Standing::of(step).text()))?;
    }
    let known = |step| matches!(Standing::of(step), Standing::Applied | Standing::Pending);
    Ok(if steps.iter().all(known) { Outcome::Done } else { Outcome::Failed })
}

async fn apply(settings: &Settings, results: &mut Results) -> Result<Outcome> {
    let before = if database::is_missing_file(settings) {
        vec![]
    } else {
        Store::migration_status(&settings.db_config()?).await?
    };
    database::migrate(settings).await?;
    let was_applied = |version| {
        before.iter().any(|step| step.version == version && Standing::of(step) == Standing::Applied)
    };
    let mut applied = 0;
    for step in Store::migration_status(&settings.db_config()?).await? {
        if !was_applied(step.version) {
            applied += 1;
            results.line(format_args!("{:04} {}  applied", step.version, step.name))?;
        }
    }
    if applied == 0 {
        results.line("nothing to do")?;
    }
    Ok(Outcome::Done)
}
